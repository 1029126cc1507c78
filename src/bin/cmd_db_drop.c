// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db drop`: the whole database goes.
#include "bin/commands.h"
#include "bin/consent.h"
#include "migrate/database.h"

struct drop_command {
    struct rc_targets targets;
    bool force;
};

static int drop_one(void *context, const struct rc_target *target)
{
    const struct drop_command *command = context;
    struct rc_arena arena;
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    const char *url = rc_project_direct_url(target->scope, &err);
    rowcall_status st =
        url ? rc_consent(target, "drop the database", command->force, &err) : err.status;
    st = st ? st : rc_database_drop(url, &arena, &err);
    if (st == ROWCALL_OK) {
        printf("%s\n  dropped the database\n", target->scope->name);
    }
    rc_arena_fini(&arena);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("db drop", &err);
}

int rc_cmd_db_drop(int argc, char **argv)
{
    struct drop_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA}};
    const struct rc_option options[] = {
        {"force", RC_OPTION_FLAG, &command.force, NULL, "do not ask"},
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
    };
    const struct rc_command_line line = {
        .name = "db drop",
        .arguments = "",
        .about =
            "Drops the database that the URL names, and ends the sessions that use it. Files\n"
            "stay: `rowcall migrate deploy` makes it again, without its data.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall db drop --db core --force\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each(line.name, &command.targets, drop_one, &command);
}
