// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db seed`: the data that a database begins with.
#include "bin/commands.h"
#include "bin/migrating.h"
#include "bin/seed.h"

struct seed_command {
    struct rc_targets targets;
    struct rc_migrating migrating;
    const char *seeds;
};

static int seed_one(void *context, const struct rc_target *target)
{
    struct seed_command *command = context;
    struct rc_deploy deploy = {0};
    rowcall_error err = {0};
    size_t count = 0;
    rowcall_status st = rc_migrating_start(&command->migrating, target, &deploy, &err);
    if (st == ROWCALL_OK) {
        printf("%s\n", target->scope->name);
        st = rc_seed_run(&deploy, command->seeds, target->scope->url_env, &count, &err);
    }
    if (st == ROWCALL_OK && count == 0) {
        st = rc_error_set(&err, ROWCALL_FAILED_PRECONDITION,
                          "nothing to run: there is neither %s/%s.sql nor a program %s/%s",
                          command->seeds, target->scope->name, command->seeds,
                          target->scope->name);
    }
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("db seed", &err);
}

int rc_cmd_db_seed(int argc, char **argv)
{
    struct seed_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA},
        .migrating = {.command = "db seed", .out = stdout},
        .seeds = RC_PROJECT_SEEDS};
    const struct rc_option options[] = {
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
        {"seeds", RC_OPTION_TEXT, &command.seeds, "DIR",
         "where seeds are (" RC_PROJECT_SEEDS ")"},
    };
    const struct rc_command_line line = {
        .name = "db seed",
        .arguments = "",
        .about =
            "Runs seeds/<database>.sql in one transaction, and then the program\n"
            "seeds/<database>, which finds the database's URL in its variable. One of them is\n"
            "enough. `rowcall migrate reset` does so after it. Seeds may run again: let them\n"
            "say `on conflict do nothing`.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall db seed --db core\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each(line.name, &command.targets, seed_one, &command);
}
