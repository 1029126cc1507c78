// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db pull`: proto files from live databases.
#include "bin/commands.h"
#include "bin/dotenv.h"
#include "bin/import_project.h"
#include "bin/targets.h"
#include "import/pull.h"
#include "migrate/compare.h"

#include <stdlib.h>
#include <string.h>

#define NAME "db pull"

struct pull {
    const char *proto_dir;
    struct rc_texts databases; // NAME, or NAME=URL
    const char *schemas;       // "public,app"; NULL: all
    bool all;
    bool dry_run;
    struct rc_import session;
    struct rc_import_project project;
    struct rc_draft drafts[RC_TEXTS_MAX];
    const char *names[RC_TEXTS_MAX];
    const char *urls[RC_TEXTS_MAX]; // NULL: from the variable that the project names
    size_t count;
};

// ---- which databases

static rowcall_status add_database(struct pull *pull, const char *text, rowcall_error *err)
{
    const char *equals = strchr(text, '=');
    size_t len = equals ? (size_t)(equals - text) : strlen(text);
    if (pull->count == RC_TEXTS_MAX) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "at most %d databases at once",
                            (int)RC_TEXTS_MAX);
    }
    pull->names[pull->count] = rc_arena_copy(&pull->session.arena, text, len);
    pull->urls[pull->count] = equals ? equals + 1 : NULL;
    return pull->names[pull->count++] ? ROWCALL_OK : rc_error_oom(err);
}

static rowcall_status choose(struct pull *pull, rowcall_error *err)
{
    const struct rc_schema *schema = pull->project.schema;
    rowcall_status st = ROWCALL_OK;
    if (pull->all == (pull->databases.count > 0)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "needs --db NAME, --db NAME=URL of a new one, or --all");
    }
    for (size_t i = 0; st == ROWCALL_OK && i < pull->databases.count; i++) {
        st = add_database(pull, pull->databases.items[i], err);
    }
    for (size_t i = 0; pull->all && schema && st == ROWCALL_OK && i < schema->scope_count;
         i++) {
        st = schema->scopes[i].is_database ? add_database(pull, schema->scopes[i].name, err)
                                           : ROWCALL_OK;
    }
    return st;
}

static const char *url_of(const struct pull *pull, size_t at, rowcall_error *err)
{
    const struct rc_schema *schema = pull->project.schema;
    const struct rc_scope *scope =
        schema ? rc_schema_scope(schema, rc_view_of(pull->names[at])) : NULL;
    if (pull->urls[at]) {
        return pull->urls[at];
    }
    if (scope && scope->is_database) {
        return rc_project_direct_url(scope, err);
    }
    rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                 "the project has no database %s yet: give its URL, --db %s=postgresql://...",
                 pull->names[at], pull->names[at]);
    return NULL;
}

// ---- reading them

// "public,app" as an array literal; NULL when every schema counts.
static const char *schema_array(struct pull *pull)
{
    return pull->schemas ? rc_arena_printf(&pull->session.arena, "{%s}", pull->schemas) : NULL;
}

static rowcall_status read_catalog(struct pull *pull, const char *url,
                                   struct rc_catalog *ret_catalog, rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    rowcall_error ignored = {0};
    rowcall_status st = rc_pg_sync_open(url, "rowcall db pull", &conn, err);
    st = st ? st : rc_pg_sync_exec(conn, "begin read only", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        st = rc_catalog_read(conn, schema_array(pull), "", &pull->session.arena, ret_catalog,
                             err);
        (void)!rc_pg_sync_exec(conn, "rollback", NULL, NULL, &ignored);
    }
    rc_pg_sync_close(conn);
    return st;
}

static rowcall_status read_one(struct pull *pull, size_t at, rowcall_error *err)
{
    struct rc_catalog *catalog = rc_arena_new(&pull->session.arena, struct rc_catalog);
    const char *url = url_of(pull, at, err);
    if (!catalog || !url) {
        return url ? rc_error_oom(err) : err->status;
    }
    struct rc_pull_input *input = rc_arena_new(&pull->session.arena, struct rc_pull_input);
    if (!input) {
        return rc_error_oom(err);
    }
    *input = (struct rc_pull_input){.database = pull->names[at],
                                    .catalog = catalog,
                                    .before = &pull->project.before,
                                    .shares = pull->count > 1};
    rowcall_status st = read_catalog(pull, url, catalog, err);
    return st ? st : rc_pull_read(&pull->session, input, &pull->drafts[at], err);
}

// Whether every database is what the project says already; then nothing is written, not even to
// lay files out anew.
static rowcall_status compare_all(struct pull *pull, bool *ret_same, rowcall_error *err)
{
    const struct rc_schema *schema = pull->project.schema;
    rowcall_status st = ROWCALL_OK;
    *ret_same = true;
    for (size_t i = 0; st == ROWCALL_OK && *ret_same && i < pull->count; i++) {
        const struct rc_scope *scope =
            schema ? rc_schema_scope(schema, rc_view_of(pull->names[i])) : NULL;
        const char *url = url_of(pull, i, err);
        struct rc_differences differences = {0};
        if (!url) {
            return err->status;
        }
        st = scope ? rc_compare_url(url, scope, true, &pull->session.arena, &differences, err)
                   : ROWCALL_OK;
        *ret_same = scope && differences.count == 0;
    }
    return st;
}

static rowcall_status plan(struct pull *pull, struct rc_file_change **ret_changes,
                           rowcall_error *err)
{
    bool same = false;
    rowcall_status st = compare_all(pull, &same, err);
    for (size_t i = 0; st == ROWCALL_OK && !same && i < pull->count; i++) {
        st = read_one(pull, i, err);
    }
    if (st == ROWCALL_OK && !same) {
        struct rc_plan_input input = {pull->drafts, pull->count, pull->project.before, true};
        st = rc_plan_make(&pull->session, &input, ret_changes, err);
    }
    return st;
}

static rowcall_status run(struct pull *pull, rowcall_error *err)
{
    struct rc_file_change *changes = NULL;
    rowcall_status st = rc_dotenv_load(RC_PROJECT_DOTENV, err);
    st = st ? st : rc_import_project_open(&pull->session, pull->proto_dir, &pull->project, err);
    st = st ? st : choose(pull, err);
    st = st ? st : plan(pull, &changes, err);
    rc_import_sort_findings(&pull->session);
    rc_import_print_findings(&pull->session);
    st = st ? st : rc_import_project_try(&pull->project, changes, err);
    if (st == ROWCALL_OK && pull->dry_run) {
        rc_import_project_show(&pull->project, changes);
    } else if (st == ROWCALL_OK) {
        st = rc_import_project_write(&pull->project, changes, err);
    }
    if (st == ROWCALL_OK && !changes) {
        printf("nothing to change: the proto files say what the database%s\n",
               pull->count > 1 ? "s say" : " says");
    } else if (st == ROWCALL_OK) {
        printf(pull->dry_run ? "nothing was written: that was --dry-run\n"
                             : "next: rowcall generate\n");
    }
    rc_import_project_close(&pull->project);
    return st;
}

int rc_cmd_db_pull(int argc, char **argv)
{
    struct pull *pull = calloc(1, sizeof(*pull));
    if (!pull) {
        fprintf(stderr, "rowcall " NAME ": out of memory\n");
        return RC_EXIT_FAILED;
    }
    pull->proto_dir = RC_PROJECT_PROTO;
    const struct rc_option options[] = {
        {"db", RC_OPTION_TEXTS, &pull->databases, "NAME[=URL]",
         "this database; with its URL when the project does not have it yet"},
        {"all", RC_OPTION_FLAG, &pull->all, NULL, "every database of the project"},
        {"schemas", RC_OPTION_TEXT, &pull->schemas, "A,B",
         "only these PostgreSQL schemas (all)"},
        {"proto", RC_OPTION_TEXT, &pull->proto_dir, "DIR",
         "the proto folder (" RC_PROJECT_PROTO ")"},
        {"dry-run", RC_OPTION_FLAG, &pull->dry_run, NULL,
         "show what would change, line by line; write nothing"},
    };
    const struct rc_command_line line = {
        .name = NAME,
        .arguments = "",
        .about =
            "Writes the proto files whose tables are those of live databases. What the project "
            "has\n"
            "names, numbers and comments for keeps them; with several databases, tables that "
            "are the\n"
            "same in all become shared. What cannot be carried over is told. The databases are "
            "only\n"
            "read.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall db pull --db core\n"
                    "  rowcall db pull --db shop=postgresql://localhost/shop --dry-run\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        rowcall_error err = {0};
        rc_import_init(&pull->session);
        exit_code = run(pull, &err) == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail(NAME, &err);
        rc_import_fini(&pull->session);
    }
    free(pull);
    return exit_code;
}
