// SPDX-License-Identifier: Apache-2.0
//
// Walking pending migrations, or files, and the wire beside them.
#include "bin/linting.h"

#include "bin/file.h"
#include "bin/lint_report.h"
#include "bin/scope_pool.h"
#include "json/compatibility.h"
#include "migrate/folder.h"
#include "migrate/history.h"

#include <jansson.h>
#include <string.h>

struct work {
    struct rc_linting *linting;
    const struct rc_target *target;
    struct rc_arena arena;
    struct rc_pg_sync *conn; // NULL: there is none to ask
    struct rc_history history;
    struct rc_lint_past *past; // what pending migrations do, one after the other
    rowcall_error *err;
};

static void add_json(struct work *work, const char *file,
                     const struct rc_lint_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct rc_lint_finding *finding = &findings->items[i];
        json_array_append_new(work->linting->report,
                              json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s}", "database",
                                        work->target->scope->name, "file", file, "line",
                                        finding->line, "rule", finding->rule, "severity",
                                        finding->is_error ? "error" : "warning", "message",
                                        finding->text, "advice", finding->advice));
    }
}

static rowcall_status lint(struct work *work, const char *file, const char *sql)
{
    struct rc_lint_findings findings = {0};
    rowcall_status st =
        rc_lint_script(work->conn, sql, work->past, &work->arena, &findings, work->err);
    if (st != ROWCALL_OK) {
        return st;
    }
    work->linting->script_count++;
    work->linting->error_count += findings.error_count;
    work->linting->warning_count += findings.count - findings.error_count;
    if (work->linting->json) {
        add_json(work, file, &findings);
    } else {
        rc_lint_report(&findings, file, stdout);
    }
    return ROWCALL_OK;
}

// ---- the wire

struct telling {
    struct work *work;
    const char *other; // what is compared with
};

static void tell_incompatibility(void *context, bool wire, const char *text)
{
    const struct telling *telling = context;
    struct rc_linting *linting = telling->work->linting;
    const char *database = telling->work->target->scope->name;
    const char *rule = wire ? "wire" : "wire-names";
    const char *severity = wire ? "error" : "warning";
    linting->error_count += wire;
    linting->warning_count += !wire;
    if (linting->json) {
        json_array_append_new(linting->report,
                              json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s}", "database",
                                        database, "file", telling->other, "line", 0, "rule",
                                        rule, "severity", severity, "message", text, "advice",
                                        ""));
    } else {
        printf("%s, beside %s: %s: %s [%s]\n", database, telling->other, severity, text, rule);
    }
}

// Takes the older pool.
static rowcall_status compare_pools(struct work *work, const char *other, struct rc_pool *older)
{
    struct rc_pool *newer = NULL;
    struct telling telling = {work, other};
    rowcall_status st = rc_scope_pool(work->target->scope, &newer, work->err);
    if (st == ROWCALL_OK) {
        rc_pool_compare(older, newer, work->target->scope->name, tell_incompatibility,
                        &telling);
    }
    rc_pool_free(newer);
    rc_pool_free(older);
    return st;
}

// A database that the older schema does not have is compatible with everything.
static rowcall_status compare_with_schema(struct work *work)
{
    struct rc_schema *schema = NULL;
    struct rc_pool *older = NULL;
    const char *file = work->linting->against;
    rowcall_status st = rc_project_schema(file, &schema, work->err);
    const struct rc_scope *scope =
        st == ROWCALL_OK ? rc_schema_scope(schema, rc_view_of(work->target->scope->name))
                         : NULL;
    st = scope ? rc_scope_pool(scope, &older, work->err) : st;
    if (st == ROWCALL_OK && older) {
        st = compare_pools(work, file, older);
    }
    rc_schema_free(schema);
    return st;
}

static rowcall_status compare_with_server(struct work *work)
{
    struct rc_remote remote = {0};
    struct rc_pool *older = NULL;
    rowcall_status st = rc_remote_open(&remote, &work->linting->remote, work->err);
    st = st ? st : rc_remote_describe(&remote, work->target->scope->name, &older, work->err);
    st = st ? st : compare_pools(work, work->linting->remote.url, older);
    rc_remote_close(&remote);
    return st;
}

static rowcall_status compare_wire(struct work *work)
{
    rowcall_status st = work->linting->against ? compare_with_schema(work) : ROWCALL_OK;
    return st || !work->linting->remote.url ? st : compare_with_server(work);
}

// ---- migrations

static rowcall_status lint_pending(struct work *work)
{
    struct rc_migration_folder folder = {0};
    rowcall_status st =
        rc_migration_folder_read(work->target->folder, &work->arena, &folder, work->err);
    for (size_t i = 0; st == ROWCALL_OK && i < folder.count; i++) {
        const struct rc_migration *migration = &folder.items[i];
        const char *file = rc_arena_printf(&work->arena, "%s/%s/migration.sql",
                                           work->target->folder, migration->name);
        if (!file) {
            return rc_error_oom(work->err);
        }
        if (!rc_history_entry_of(&work->history, migration->name)) {
            st = lint(work, file, migration->sql);
        }
    }
    return st;
}

static rowcall_status lint_files(struct work *work)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < work->linting->file_count; i++) {
        struct rc_buf sql = {0};
        st = rc_file_read(work->linting->files[i], &sql, work->err);
        if (st == ROWCALL_OK) {
            st = lint(work, work->linting->files[i], sql.data ? sql.data : "");
        } else {
            st = rc_error_set(work->err, ROWCALL_INVALID_ARGUMENT, "cannot read %s",
                              work->linting->files[i]);
        }
        rc_buf_fini(&sql);
    }
    return st;
}

// Without a database everything is judged, and every table taken to be big.
static rowcall_status connect(struct work *work)
{
    struct rc_history_table table = {0};
    rowcall_error absent = {0};
    const char *url = rc_project_direct_url(work->target->scope, &absent);
    if (!url || rc_pg_sync_open(url, "rowcall migrate", &work->conn, &absent) != ROWCALL_OK) {
        fprintf(stderr,
                "%s: no database to ask (%s): all migrations are judged, every table taken to "
                "be big\n",
                work->target->scope->name, absent.message);
        return ROWCALL_OK;
    }
    rowcall_status st = rc_history_find(work->conn, &work->arena, &table, work->err);
    return st ? st : rc_history_read(&table, &work->arena, &work->history, work->err);
}

static int lint_one(void *context, const struct rc_target *target)
{
    rowcall_error err = {0};
    struct work work = {.linting = context, .target = target, .err = &err};
    rc_arena_init(&work.arena, 0);
    work.past = rc_lint_past_new(&work.arena);
    rowcall_status st = work.past ? connect(&work) : rc_error_oom(&err);
    if (st == ROWCALL_OK) {
        st = work.linting->file_count > 0 ? lint_files(&work) : lint_pending(&work);
    }
    st = st ? st : compare_wire(&work);
    rc_pg_sync_close(work.conn);
    rc_arena_fini(&work.arena);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail(work.linting->command, &err);
}

int rc_linting_run(struct rc_linting *linting)
{
    linting->report = json_array();
    int exit_code = rc_targets_each(linting->command, &linting->targets, lint_one, linting);
    if (linting->json) {
        json_dumpf(linting->report, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (exit_code == RC_EXIT_OK) {
        printf("%zu migration%s: %zu error%s, %zu warning%s\n", linting->script_count,
               linting->script_count == 1 ? "" : "s", linting->error_count,
               linting->error_count == 1 ? "" : "s", linting->warning_count,
               linting->warning_count == 1 ? "" : "s");
    }
    json_decref(linting->report);
    bool found = linting->error_count > 0 || (linting->strict && linting->warning_count > 0);
    return exit_code == RC_EXIT_OK && found ? RC_EXIT_FAILED : exit_code;
}
