// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db push`: making a database what the schema says, without migrations; for
// prototypes.
#include "bin/commands.h"
#include "bin/diff_report.h"
#include "bin/lint_report.h"
#include "bin/prompt.h"
#include "bin/targets.h"
#include "migrate/database.h"
#include "migrate/diff.h"
#include "migrate/wipe.h"

#include <string.h>

struct push {
    struct rc_targets targets;
    bool accept_data_loss;
    bool force_reset;
};

static rowcall_status open_or_create(const char *url, struct rc_arena *arena,
                                     struct rc_pg_sync **ret_conn, rowcall_error *err)
{
    rowcall_error cause = {0};
    const char *name = NULL;
    rowcall_status st = rc_pg_sync_open(url, "rowcall db push", ret_conn, &cause);
    if (st == ROWCALL_OK || strcmp(cause.reason, "P1003") != 0) {
        *err = cause;
        return st;
    }
    st = rc_database_create(url, arena, &name, err);
    if (st == ROWCALL_OK) {
        printf("  created database %s\n", name);
        st = rc_pg_sync_open(url, "rowcall db push", ret_conn, err);
    }
    return st;
}

// Says what would be lost, and whether to go on.
static rowcall_status permit(const struct push *push, struct rc_pg_sync *conn, const char *sql,
                             struct rc_arena *arena, rowcall_error *err)
{
    struct rc_lint_findings findings = {0};
    rowcall_status st = rc_lint_script(conn, sql, NULL, arena, &findings, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    rc_lint_report(&findings, NULL, stdout);
    fflush(stdout);
    if (findings.error_count == 0 || push->accept_data_loss ||
        (rc_prompt_possible() && rc_prompt_confirm("  go on all the same?"))) {
        return ROWCALL_OK;
    }
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                        "nothing was changed: data would be lost, or the change fail. "
                        "--accept-data-loss goes on all the same");
}

static rowcall_status apply(struct rc_pg_sync *conn, const char *sql, rowcall_error *err)
{
    rowcall_error ignored = {0};
    rowcall_status st = rc_pg_sync_exec(conn, "begin", NULL, NULL, err);
    st = st ? st : rc_pg_sync_script(conn, sql, err);
    st = st ? st : rc_pg_sync_exec(conn, "commit", NULL, NULL, err);
    if (st != ROWCALL_OK && rc_pg_sync_in_transaction(conn)) {
        (void)!rc_pg_sync_exec(conn, "rollback", NULL, NULL, &ignored);
    }
    return st;
}

static void print_dropped(void *context, const char *text)
{
    (void)context;
    printf("  dropped %s\n", text);
}

// Empties the schemas that the entities are in; others are somebody else's.
static rowcall_status wipe(const struct rc_scope *scope, struct rc_pg_sync *conn,
                           struct rc_arena *arena, rowcall_error *err)
{
    struct rc_catalog catalog = {0};
    rowcall_error ignored = {0};
    rowcall_status st = rc_catalog_of_scope(scope, "", arena, &catalog, err);
    st = st ? st : rc_pg_sync_exec(conn, "begin", NULL, NULL, err);
    // The first one is public, which stays.
    st = st ? st
            : rc_wipe(conn, catalog.schemas[0], catalog.schemas + 1, catalog.schema_count - 1,
                      print_dropped, NULL, err);
    st = st ? st : rc_pg_sync_exec(conn, "commit", NULL, NULL, err);
    if (st != ROWCALL_OK && rc_pg_sync_in_transaction(conn)) {
        (void)!rc_pg_sync_exec(conn, "rollback", NULL, NULL, &ignored);
    }
    return st;
}

static rowcall_status push_changes(const struct push *push, const struct rc_target *target,
                                   struct rc_pg_sync *conn, struct rc_arena *arena,
                                   rowcall_error *err)
{
    struct rc_diff diff = {0};
    struct rc_buf sql = {0};
    rowcall_status st = push->force_reset ? wipe(target->scope, conn, arena, err) : ROWCALL_OK;
    st = st ? st : rc_diff_live(conn, target->scope, false, arena, &diff, err);
    if (st != ROWCALL_OK || diff.count == 0) {
        puts(st == ROWCALL_OK ? "  already in sync" : "");
        return st;
    }
    rc_diff_report(&diff, stdout);
    rc_diff_print(&diff, &sql);
    st = rc_buf_status(&sql, err);
    st = st ? st : permit(push, conn, sql.data, arena, err);
    st = st ? st : apply(conn, sql.data, err);
    if (st == ROWCALL_OK) {
        puts("  done");
    }
    rc_buf_fini(&sql);
    return st;
}

static int push_one(void *context, const struct rc_target *target)
{
    const struct push *push = context;
    struct rc_arena arena;
    struct rc_pg_sync *conn = NULL;
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    printf("%s\n", target->scope->name);
    const char *url = rc_project_direct_url(target->scope, &err);
    rowcall_status st = url ? open_or_create(url, &arena, &conn, &err) : err.status;
    st = st ? st : push_changes(push, target, conn, &arena, &err);
    rc_pg_sync_close(conn);
    rc_arena_fini(&arena);
    fflush(stdout);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("db push", &err);
}

int rc_cmd_db_push(int argc, char **argv)
{
    struct push push = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .proto_dir = RC_PROJECT_PROTO}};
    const struct rc_option options[] = {
        {"accept-data-loss", RC_OPTION_FLAG, &push.accept_data_loss, NULL,
         "go on where data is lost, or where it may fail"},
        {"force-reset", RC_OPTION_FLAG, &push.force_reset, NULL,
         "drop what is in the schemas of the entities first"},
        RC_TARGET_OPTIONS(push.targets),
        RC_TARGET_PROTO_OPTION(push.targets),
    };
    const struct rc_command_line line = {
        .name = "db push",
        .arguments = "",
        .about =
            "Makes a database what the schema says, at once and in one transaction, without "
            "writing a\n"
            "migration: for prototypes and throw-away databases. Says what would be lost "
            "before "
            "it is.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall db push --db core\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each("db push", &push.targets, push_one, &push);
}
