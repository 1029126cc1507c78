// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db pull`: the entities of live databases.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/dotenv.h"
#include "bin/import_project.h"
#include "bin/project.h"
#include "import/pull.h"

#include <stdlib.h>
#include <string.h>

#define NAME "db pull"

struct pulling {
    const char *proto_dir;
    struct rc_texts databases; // NAME, or NAME=URL
    const char *schemas;       // "public,app"; NULL: all
    const char *url_env;
    bool all;
    bool dry_run;
    struct rc_import session;
    struct rc_import_project project;
    struct rc_pull_input inputs[RC_TEXTS_MAX];
    struct rc_draft drafts[RC_TEXTS_MAX];
    const char *urls[RC_TEXTS_MAX]; // NULL: in the variable that the project names
    size_t count;
};

// ---- which databases, and where they are

static rowcall_status add_database(struct pulling *pulling, const char *text,
                                   rowcall_error *err)
{
    const char *equals = strchr(text, '=');
    size_t len = equals ? (size_t)(equals - text) : strlen(text);
    if (pulling->count == RC_TEXTS_MAX) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "at most %d databases at once",
                            (int)RC_TEXTS_MAX);
    }
    struct rc_pull_input *input = &pulling->inputs[pulling->count];
    input->database = rc_arena_copy(&pulling->session.arena, text, len);
    input->url_env = pulling->url_env;
    pulling->urls[pulling->count++] = equals ? equals + 1 : NULL;
    return input->database ? ROWCALL_OK : rc_error_oom(err);
}

static rowcall_status choose(struct pulling *pulling, rowcall_error *err)
{
    const struct rc_schema *schema = pulling->project.schema;
    rowcall_status st = ROWCALL_OK;
    if (pulling->all == (pulling->databases.count > 0)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "needs --db NAME, --db NAME=URL of a new one, or --all");
    }
    for (size_t i = 0; st == ROWCALL_OK && i < pulling->databases.count; i++) {
        st = add_database(pulling, pulling->databases.items[i], err);
    }
    for (size_t i = 0; pulling->all && schema && st == ROWCALL_OK && i < schema->scope_count;
         i++) {
        st = schema->scopes[i].is_database ? add_database(pulling, schema->scopes[i].name, err)
                                           : ROWCALL_OK;
    }
    if (st == ROWCALL_OK && pulling->url_env && pulling->count != 1) {
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "--url-env is for one database");
    }
    return st;
}

// The scope that the database has in the project; NULL when it is new there.
static const struct rc_scope *scope_of(const struct pulling *pulling, size_t at)
{
    const struct rc_schema *schema = pulling->project.schema;
    const struct rc_scope *scope =
        schema ? rc_schema_scope(schema, rc_view_of(pulling->inputs[at].database)) : NULL;
    return scope && scope->is_database ? scope : NULL;
}

// NULL with the reason.
static const char *url_of(const struct pulling *pulling, size_t at, rowcall_error *err)
{
    const char *name = pulling->inputs[at].database;
    const struct rc_scope *scope = scope_of(pulling, at);
    const char *url = pulling->urls[at];
    if (url) {
        return url;
    }
    if (!pulling->url_env && scope) {
        return rc_project_direct_url(scope, err);
    }
    url = pulling->url_env ? getenv(pulling->url_env) : NULL;
    if (pulling->url_env && (!url || !*url)) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                     "%s is not set: it is to hold the URL of %s", pulling->url_env, name);
        return NULL;
    }
    if (!url) {
        rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "the project has no database %s yet: give its URL, --db %s=postgresql://..., "
            "or the variable that holds it, --url-env",
            name, name);
    }
    return url;
}

// ---- reading them

// What the project's own words mean, where that can be asked: it needs the right to create
// schemas, in a transaction that is rolled back. Of a new database that is what is shared.
static void read_expected(struct pulling *pulling, struct rc_pg_sync *conn, size_t at)
{
    const struct rc_schema *schema = pulling->project.schema;
    const struct rc_scope *scope = scope_of(pulling, at);
    struct rc_catalog *expected = rc_arena_new(&pulling->session.arena, struct rc_catalog);
    rowcall_error err = {0};
    if (!scope && schema) {
        scope = rc_schema_scope(schema, rc_view_of("shared"));
    }
    if (!scope || !expected) {
        return;
    }
    if (rc_catalog_expect(conn, scope, &pulling->session.arena, expected, &err) == ROWCALL_OK) {
        pulling->inputs[at].expected = expected;
        return;
    }
    fprintf(stderr,
            "%s\nso expressions are written in PostgreSQL's words, also where they have not "
            "changed\n",
            err.message);
}

static rowcall_status read_one(struct pulling *pulling, size_t at, rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    struct rc_arena *arena = &pulling->session.arena;
    struct rc_catalog *catalog = rc_arena_new(arena, struct rc_catalog);
    const char *schemas =
        pulling->schemas ? rc_arena_printf(arena, "{%s}", pulling->schemas) : NULL;
    const char *url = url_of(pulling, at, err);
    rowcall_status st = url ? ROWCALL_OK : err->status;
    if (st == ROWCALL_OK && (!catalog || (pulling->schemas && !schemas))) {
        st = rc_error_oom(err);
    }
    st = st ? st : rc_pg_sync_open(url, "rowcall " NAME, &conn, err);
    st = st ? st : rc_pg_sync_exec(conn, "begin", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        read_expected(pulling, conn, at);
    }
    st = st ? st : rc_catalog_read(conn, schemas, "", arena, catalog, err);
    rc_pg_sync_close(conn); // and rolled back
    pulling->inputs[at].catalog = catalog;
    pulling->inputs[at].shares = pulling->count > 1;
    pulling->inputs[at].partial = pulling->schemas;
    return st ? st
              : rc_pull_read(&pulling->session, &pulling->inputs[at], &pulling->project.before,
                             &pulling->drafts[at], err);
}

// ---- the command

static rowcall_status change(struct pulling *pulling, rowcall_error *err)
{
    const struct rc_import_project *project = &pulling->project;
    struct rc_file_change *changes = NULL;
    struct rc_plan_input input = {pulling->drafts, pulling->count, project->before, true};
    rowcall_status st = rc_plan_make(&pulling->session, &input, &changes, err);
    rc_import_print_findings(&pulling->session);
    st = st ? st : rc_import_project_try(project, changes, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    if (!changes) {
        printf("nothing to change: the proto files say what the database%s\n",
               pulling->count > 1 ? "s have" : " has");
    } else if (pulling->dry_run) {
        rc_import_project_show(project, changes);
        printf("nothing was written: that was --dry-run\n");
    } else {
        st = rc_import_project_write(project, changes, err);
        printf(st == ROWCALL_OK ? "next: rowcall generate\n" : "");
    }
    return st;
}

static int run(struct pulling *pulling)
{
    rowcall_error err = {0};
    rc_import_init(&pulling->session);
    rowcall_status st = rc_dotenv_load(RC_PROJECT_DOTENV, &err);
    st = st ? st
            : rc_import_project_open(&pulling->session, pulling->proto_dir, &pulling->project,
                                     &err);
    st = st ? st : choose(pulling, &err);
    for (size_t i = 0; st == ROWCALL_OK && i < pulling->count; i++) {
        st = read_one(pulling, i, &err);
    }
    st = st ? st : change(pulling, &err);
    rc_import_project_close(&pulling->project);
    int exit_code = st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail(NAME, &err);
    if (pulling->session.error_count > 0) {
        exit_code = RC_EXIT_FAILED;
    }
    rc_import_fini(&pulling->session);
    return exit_code;
}

int rc_cmd_db_pull(int argc, char **argv)
{
    struct pulling *pulling = calloc(1, sizeof(*pulling));
    if (!pulling) {
        fprintf(stderr, "rowcall " NAME ": out of memory\n");
        return RC_EXIT_FAILED;
    }
    pulling->proto_dir = RC_PROJECT_PROTO;
    const struct rc_option options[] = {
        {"db", RC_OPTION_TEXTS, &pulling->databases, "NAME[=URL]",
         "this database; with its URL when the project does not have it yet"},
        {"all", RC_OPTION_FLAG, &pulling->all, NULL, "every database of the project"},
        {"url-env", RC_OPTION_TEXT, &pulling->url_env, "VAR",
         "the variable that holds its URL (what the project says)"},
        {"schemas", RC_OPTION_TEXT, &pulling->schemas, "A,B",
         "only these PostgreSQL schemas (all)"},
        {"proto", RC_OPTION_TEXT, &pulling->proto_dir, "DIR",
         "the proto folder (" RC_PROJECT_PROTO ")"},
        {"dry-run", RC_OPTION_FLAG, &pulling->dry_run, NULL,
         "show what would change, line by line; write nothing"},
    };
    const struct rc_command_line line = {
        .name = NAME,
        .arguments = "",
        .about =
            "Reads live databases and writes the proto files whose tables are theirs: tables,\n"
            "columns, keys, relations from foreign keys, enums, indexes, checks, comments and\n"
            "views. Names, numbers, comments and words of the project stay; with several\n"
            "databases, tables that are the same in all become shared. What Rowcall cannot\n"
            "express is told. Changes nothing in the databases.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples =
            "  rowcall db pull --db core --dry-run\n"
            "  rowcall db pull --db shop=postgresql://localhost/shop   a new database\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        exit_code = run(pulling);
    }
    free(pulling);
    return exit_code;
}
