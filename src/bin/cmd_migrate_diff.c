// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate diff`: what leads from one state to another. States are nothing, the schema,
// the migrations, the live database; nothing is changed.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/diff_report.h"
#include "bin/targets.h"
#include "migrate/shadow.h"

#include <string.h>

enum state { STATE_NONE, STATE_EMPTY, STATE_SCHEMA, STATE_MIGRATIONS, STATE_LIVE };

struct flags {
    bool empty;
    bool schema;
    bool migrations;
    bool live;
};

struct diff_command {
    struct rc_targets targets;
    struct flags from_flags;
    struct flags to_flags;
    enum state from;
    enum state to;
    bool script;
    bool exit_code;
};

struct work {
    const struct diff_command *command;
    const struct rc_target *target;
    struct rc_arena arena;
    struct rc_shadow shadow;
    struct rc_catalog from;
    struct rc_catalog to;
    struct rc_diff diff;
    rowcall_error *err;
};

// STATE_NONE when there is not exactly one.
static enum state choose(const struct flags *flags)
{
    int count = flags->empty + flags->schema + flags->migrations + flags->live;
    return count != 1          ? STATE_NONE
           : flags->empty      ? STATE_EMPTY
           : flags->schema     ? STATE_SCHEMA
           : flags->migrations ? STATE_MIGRATIONS
                               : STATE_LIVE;
}

static rowcall_status open_shadow(struct work *work)
{
    const char *url = rc_project_direct_url(work->target->scope, work->err);
    if (!url) {
        return work->err->status;
    }
    return work->shadow.conn ? ROWCALL_OK
                             : rc_shadow_open(url, rc_project_shadow_url(work->target->scope),
                                              &work->arena, &work->shadow, work->err);
}

static rowcall_status read_migrations(struct work *work, struct rc_catalog *ret_catalog)
{
    struct rc_migration_folder folder = {0};
    rowcall_status st =
        rc_migration_folder_read(work->target->folder, &work->arena, &folder, work->err);
    st = st ? st : open_shadow(work);
    st = st ? st
            : rc_shadow_apply(&work->shadow, &folder, 0, folder.count, &work->arena, work->err);
    return st ? st : rc_shadow_read(&work->shadow, &work->arena, ret_catalog, work->err);
}

// What the database has; or, expected, what the schema asks of it in its words.
static rowcall_status read_in_live(struct work *work, bool expected,
                                   struct rc_catalog *ret_catalog)
{
    const struct rc_scope *scope = work->target->scope;
    struct rc_pg_sync *conn = NULL;
    rowcall_error ignored = {0};
    const char *url = rc_project_direct_url(scope, work->err);
    rowcall_status st =
        url ? rc_pg_sync_open(url, "rowcall migrate", &conn, work->err) : work->err->status;
    st = st ? st : rc_pg_sync_exec(conn, "begin", NULL, NULL, work->err);
    if (st == ROWCALL_OK) {
        st = expected
                 ? rc_catalog_expect(conn, scope, &work->arena, ret_catalog, work->err)
                 : rc_catalog_read_scope(conn, scope, &work->arena, ret_catalog, work->err);
        (void)!rc_pg_sync_exec(conn, "rollback", NULL, NULL, &ignored);
    }
    rc_pg_sync_close(conn);
    return st;
}

// Beside nothing there is nothing to compare it with, so no database is needed.
static rowcall_status read_schema(struct work *work, enum state other,
                                  struct rc_catalog *ret_catalog)
{
    const struct rc_scope *scope = work->target->scope;
    if (other == STATE_EMPTY) {
        return rc_catalog_of_scope(scope, "", &work->arena, ret_catalog, work->err);
    }
    if (other == STATE_LIVE) {
        return read_in_live(work, true, ret_catalog);
    }
    rowcall_status st = open_shadow(work);
    return st ? st
              : rc_shadow_expect(&work->shadow, scope, &work->arena, ret_catalog, work->err);
}

// The schema is read last: the shadow is empty, or has the migrations, either of which will do.
static rowcall_status read_state(struct work *work, enum state state, enum state other,
                                 struct rc_catalog *ret_catalog)
{
    switch (state) {
    case STATE_MIGRATIONS:
        return read_migrations(work, ret_catalog);
    case STATE_LIVE:
        return read_in_live(work, false, ret_catalog);
    case STATE_SCHEMA:
        return read_schema(work, other, ret_catalog);
    case STATE_NONE:
    case STATE_EMPTY:
        break;
    }
    return ROWCALL_OK;
}

static rowcall_status make_diff(struct work *work)
{
    const struct diff_command *command = work->command;
    rowcall_status st = ROWCALL_OK;
    if (command->from != STATE_SCHEMA) {
        st = read_state(work, command->from, command->to, &work->from);
    }
    st = st ? st : read_state(work, command->to, command->from, &work->to);
    if (st == ROWCALL_OK && command->from == STATE_SCHEMA) {
        st = read_state(work, command->from, command->to, &work->from);
    }
    if (command->to != STATE_SCHEMA) {
        rc_catalog_aim(&work->to);
    }
    return st ? st : rc_diff_make(&work->from, &work->to, &work->arena, &work->diff, work->err);
}

static rowcall_status print(const struct work *work)
{
    struct rc_buf script = {0};
    if (!work->command->script) {
        printf("%s: %s\n", work->target->scope->name,
               work->diff.count ? "differs" : "no difference");
        rc_diff_report(&work->diff, stdout);
        return ROWCALL_OK;
    }
    rc_diff_print(&work->diff, &script);
    rowcall_status st = rc_buf_status(&script, work->err);
    if (st == ROWCALL_OK && script.len > 0) {
        fwrite(script.data, 1, script.len, stdout);
    }
    rc_buf_fini(&script);
    return st;
}

static int diff_one(void *context, const struct rc_target *target)
{
    const struct diff_command *command = context;
    rowcall_error err = {0};
    struct work work = {.command = command, .target = target, .err = &err};
    rc_arena_init(&work.arena, 0);
    rowcall_status st = make_diff(&work);
    st = st ? st : print(&work);
    int exit_code = st != ROWCALL_OK ? rc_cli_fail("migrate diff", &err)
                    : command->exit_code && work.diff.count > 0 ? RC_EXIT_FAILED
                                                                : RC_EXIT_OK;
    rc_shadow_close(&work.shadow, &work.arena);
    rc_arena_fini(&work.arena);
    return exit_code;
}

static int run(struct diff_command *command)
{
    rowcall_error err = {0};
    command->from = choose(&command->from_flags);
    command->to = choose(&command->to_flags);
    if (command->from == STATE_NONE || command->to == STATE_NONE) {
        rc_error_set(&err, ROWCALL_INVALID_ARGUMENT,
                     "needs one state to come from (--from-...) and one to lead to (--to-...)");
        return rc_cli_fail("migrate diff", &err);
    }
    return rc_targets_each("migrate diff", &command->targets, diff_one, command);
}

int rc_cmd_migrate_diff(int argc, char **argv)
{
    struct diff_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .proto_dir = RC_PROJECT_PROTO}};
    const struct rc_option options[] = {
        {"from-empty", RC_OPTION_FLAG, &command.from_flags.empty, NULL,
         "from a database without tables"},
        {"from-schema", RC_OPTION_FLAG, &command.from_flags.schema, NULL, "from the schema"},
        {"from-migrations", RC_OPTION_FLAG, &command.from_flags.migrations, NULL,
         "from what the migrations make"},
        {"from-live", RC_OPTION_FLAG, &command.from_flags.live, NULL, "from the database"},
        {"to-empty", RC_OPTION_FLAG, &command.to_flags.empty, NULL,
         "to a database without tables"},
        {"to-schema", RC_OPTION_FLAG, &command.to_flags.schema, NULL, "to the schema"},
        {"to-migrations", RC_OPTION_FLAG, &command.to_flags.migrations, NULL,
         "to what the migrations make"},
        {"to-live", RC_OPTION_FLAG, &command.to_flags.live, NULL, "to the database"},
        {"script", RC_OPTION_FLAG, &command.script, NULL, "print the SQL"},
        {"exit-code", RC_OPTION_FLAG, &command.exit_code, NULL, "exit 1 when they differ"},
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_PROTO_OPTION(command.targets),
    };
    const struct rc_command_line line = {
        .name = "migrate diff",
        .arguments = "",
        .about =
            "Tells what leads from one state to another, a line a step, or as SQL. Changes "
            "nothing.\n"
            "Migrations, and the schema beside anything but an empty database, are tried in a "
            "shadow\n"
            "database: see `rowcall migrate create --help`.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples =
            "  rowcall migrate diff --from-empty --to-schema --script --db core   its first "
            "migration\n"
            "  rowcall migrate diff --from-live --to-schema --all --exit-code     in CI\n"
            "  rowcall migrate diff --from-migrations --to-live --db core         drift\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return run(&command);
}
