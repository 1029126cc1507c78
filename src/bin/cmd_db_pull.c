// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db pull`: the entities of a live database.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/dotenv.h"
#include "bin/import_project.h"
#include "bin/project.h"
#include "import/pull.h"

#include <stdlib.h>

#define NAME "db pull"

struct pulling {
    const char *proto_dir;
    const char *database;
    const char *url_env;
    bool dry_run;
    struct rc_import session;
};

// The URL by the variable that is given, else by the project's; NULL with the reason.
static const char *find_url(const struct pulling *pulling, const struct rc_schema *schema,
                            rowcall_error *err)
{
    const struct rc_scope *scope =
        schema ? rc_schema_scope(schema, rc_view_of(pulling->database)) : NULL;
    if (!pulling->url_env && scope && scope->is_database) {
        return rc_project_direct_url(scope, err);
    }
    if (!pulling->url_env) {
        rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "the project has no database %s yet: --url-env VAR says which variable holds "
            "its URL",
            pulling->database);
        return NULL;
    }
    const char *url = getenv(pulling->url_env);
    if (!url || !*url) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                     "%s is not set: it is to hold the URL of %s", pulling->url_env,
                     pulling->database);
        return NULL;
    }
    return url;
}

// What the project's own words mean, where that can be asked: it needs the right to create
// schemas, in a transaction that is rolled back.
static void read_expected(struct pulling *pulling, struct rc_pg_sync *conn,
                          const struct rc_schema *schema, struct rc_pull_input *input)
{
    const struct rc_scope *scope =
        schema ? rc_schema_scope(schema, rc_view_of(pulling->database)) : NULL;
    struct rc_catalog *expected = rc_arena_new(&pulling->session.arena, struct rc_catalog);
    rowcall_error err = {0};
    if (!scope || !expected) {
        return;
    }
    if (rc_catalog_expect(conn, scope, &pulling->session.arena, expected, &err) == ROWCALL_OK) {
        input->expected = expected;
        return;
    }
    fprintf(stderr,
            "%s\nso expressions are written in PostgreSQL's words, also where they have not "
            "changed\n",
            err.message);
}

static rowcall_status read_catalogs(struct pulling *pulling, const char *url,
                                    const struct rc_schema *schema, struct rc_pull_input *input,
                                    rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    struct rc_catalog *catalog = rc_arena_new(&pulling->session.arena, struct rc_catalog);
    rowcall_status st = catalog ? ROWCALL_OK : rc_error_oom(err);
    st = st ? st : rc_pg_sync_open(url, "rowcall " NAME, &conn, err);
    st = st ? st : rc_pg_sync_exec(conn, "begin", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        read_expected(pulling, conn, schema, input);
    }
    st = st ? st : rc_catalog_read(conn, NULL, "", &pulling->session.arena, catalog, err);
    rc_pg_sync_close(conn); // and rolled back
    input->catalog = catalog;
    return st;
}

static rowcall_status read_draft(struct pulling *pulling,
                                 const struct rc_import_project *project,
                                 struct rc_draft *ret_draft, rowcall_error *err)
{
    struct rc_pull_input *input = rc_arena_new(&pulling->session.arena, struct rc_pull_input);
    if (!input) {
        return rc_error_oom(err);
    }
    input->database = pulling->database;
    input->url_env = pulling->url_env;
    const char *url = find_url(pulling, project->schema, err);
    rowcall_status st =
        url ? read_catalogs(pulling, url, project->schema, input, err) : err->status;
    return st ? st : rc_pull_read(&pulling->session, input, &project->before, ret_draft, err);
}

static rowcall_status change(struct pulling *pulling, const struct rc_import_project *project,
                             struct rc_draft *draft, rowcall_error *err)
{
    struct rc_file_change *changes = NULL;
    struct rc_plan_input input = {draft, 1, project->before, true};
    rowcall_status st = rc_plan_make(&pulling->session, &input, &changes, err);
    rc_import_print_findings(&pulling->session);
    st = st ? st : rc_import_project_try(project, changes, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    if (!changes) {
        printf("nothing to change: the proto files say what the database has\n");
    } else if (pulling->dry_run) {
        rc_import_project_show(project, changes);
        printf("nothing was written: that was --dry-run\n");
    } else {
        st = rc_import_project_write(project, changes, err);
    }
    return st;
}

static int run(struct pulling *pulling)
{
    struct rc_import_project project = {0};
    struct rc_draft draft = {0};
    rowcall_error err = {0};
    rc_import_init(&pulling->session);
    rowcall_status st = rc_dotenv_load(RC_PROJECT_DOTENV, &err);
    st =
        st ? st : rc_import_project_open(&pulling->session, pulling->proto_dir, &project, &err);
    st = st ? st : read_draft(pulling, &project, &draft, &err);
    st = st ? st : change(pulling, &project, &draft, &err);
    rc_import_project_close(&project);
    int exit_code = st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail(NAME, &err);
    if (pulling->session.error_count > 0) {
        exit_code = RC_EXIT_FAILED;
    }
    rc_import_fini(&pulling->session);
    return exit_code;
}

int rc_cmd_db_pull(int argc, char **argv)
{
    struct pulling pulling = {.proto_dir = RC_PROJECT_PROTO};
    const struct rc_option options[] = {
        {"db", RC_OPTION_TEXT, &pulling.database, "NAME",
         "the database, or what it is to be called"},
        {"url-env", RC_OPTION_TEXT, &pulling.url_env, "VAR",
         "the variable that holds its URL (what the project says)"},
        {"proto", RC_OPTION_TEXT, &pulling.proto_dir, "DIR",
         "the proto folder (" RC_PROJECT_PROTO ")"},
        {"dry-run", RC_OPTION_FLAG, &pulling.dry_run, NULL,
         "show what would change, line by line; write nothing"},
    };
    const struct rc_command_line line = {
        .name = NAME,
        .arguments = "",
        .about =
            "Reads a live database and writes the proto files whose tables are its: tables,\n"
            "columns, keys, relations from foreign keys, enums, indexes, checks, comments and\n"
            "views. Names, numbers and comments of the project stay. What Rowcall cannot\n"
            "express is told. Changes nothing in the database.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall db pull --db core --dry-run\n"
                    "  rowcall db pull --db legacy --url-env LEGACY_URL   of a new database\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    if (!pulling.database) {
        fprintf(stderr, "rowcall " NAME ": needs --db NAME\n");
        return RC_EXIT_USAGE;
    }
    return run(&pulling);
}
