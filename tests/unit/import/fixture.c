// SPDX-License-Identifier: Apache-2.0
//
// Imports within a test.
#include "fixture.h"

#include <utlist.h>

void import_prisma(struct imported *imported, const char *text)
{
    rowcall_error err = {0};
    memset(imported, 0, sizeof *imported);
    rc_import_init(&imported->session);
    struct rc_prisma_source *sources =
        rc_arena_new_array(&imported->session.arena, 1, struct rc_prisma_source);
    assert_non_null(sources);
    sources->path = "schema.prisma";
    sources->origin = "schema";
    sources->text = rc_arena_printf(&imported->session.arena,
                                    "datasource db { provider = \"postgresql\" }\n%s", text);
    struct rc_prisma_input input = {.database = "shop", .sources = sources, .source_count = 1};
    imported->status = rc_prisma_read(&imported->session, &input, &imported->draft, &err);
}

void imported_fini(struct imported *imported)
{
    rc_buf_fini(&imported->findings);
    rc_import_fini(&imported->session);
}

const char *imported_findings(struct imported *imported)
{
    static const char *const kinds[] = {"error", "loss", "remark"};
    const struct rc_finding *finding = NULL;
    rc_import_sort_findings(&imported->session);
    rc_buf_clear(&imported->findings);
    rc_buf_append_text(&imported->findings, "");
    LL_FOREACH (imported->session.findings, finding) {
        rc_buf_printf(&imported->findings, "%s %d: %s\n", kinds[finding->kind],
                      finding->position.line, finding->text);
    }
    return imported->findings.data ? imported->findings.data : "";
}

const char *imported_file(struct imported *imported)
{
    struct rc_plan_input input = {.drafts = &imported->draft, .draft_count = 1};
    struct rc_file_change *changes = NULL;
    const struct rc_file_change *change = NULL;
    rowcall_error err = {0};
    rowcall_status st = rc_plan_make(&imported->session, &input, &changes, &err);
    if (st != ROWCALL_OK) {
        fail_msg("%s: %s", err.message, imported_findings(imported));
    }
    LL_FOREACH (changes, change) {
        if (strcmp(change->path, "shop/schema.proto") == 0) {
            return change->text;
        }
    }
    fail_msg("no shop/schema.proto");
    return NULL;
}
