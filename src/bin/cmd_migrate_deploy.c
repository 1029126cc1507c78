// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate deploy`: applying what is pending.
#include "base/clock.h"
#include "bin/commands.h"
#include "bin/linting.h"
#include "bin/migrating.h"
#include "bin/reachable.h"

struct deploy_command {
    struct rc_targets targets;
    struct rc_migrating migrating;
    bool check;
    uint32_t wait_seconds;
    int64_t started_us;
    bool json;
};

// For a database server that starts together with us. The time is that of all databases.
static rowcall_status wait_for(const struct deploy_command *command,
                               const struct rc_deploy *deploy, rowcall_error *err)
{
    const struct rc_reachable reachable = {
        .url = deploy->url,
        .deadline_us = command->started_us + (int64_t)command->wait_seconds * 1000000,
        .out = command->migrating.out,
        .interrupted = deploy->interrupted,
    };
    return command->wait_seconds > 0 ? rc_reachable_wait(&reachable, err) : ROWCALL_OK;
}

static int deploy_one(void *context, const struct rc_target *target)
{
    struct deploy_command *command = context;
    struct rc_deploy deploy = {0};
    rowcall_error err = {0};
    size_t applied = 0;
    FILE *out = command->json ? stderr : stdout;
    command->migrating.out = out;
    rowcall_status st = rc_migrating_start(&command->migrating, target, &deploy, &err);
    if (st == ROWCALL_OK) {
        fprintf(out, "%s (%s)\n", target->scope->name, target->folder);
        st = wait_for(command, &deploy, &err);
        st = st ? st : rc_deploy_run(&deploy, &applied, &err);
        if (st == ROWCALL_OK && applied == 0) {
            fprintf(out, "  nothing to apply\n");
        }
    }
    if (command->json) {
        rc_migrating_print_json(target->scope->name, applied, &err);
    }
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail(command->migrating.command, &err);
}

int rc_cmd_migrate_deploy(int argc, char **argv)
{
    struct deploy_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA},
        .started_us = rc_clock_now_us(),
        .migrating = {.command = "migrate deploy", .lock_wait_ms = RC_MIGRATING_LOCK_WAIT_MS}};
    const struct rc_option options[] = {
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
        RC_MIGRATING_OPTIONS(command.migrating),
        {"check", RC_OPTION_FLAG, &command.check, NULL,
         "apply nothing: say what it would lose, lock and break (rowcall migrate lint)"},
        {"wait", RC_OPTION_COUNT, &command.wait_seconds, "SECONDS",
         "how long to wait for a database server that is not up yet (0)"},
        {"json", RC_OPTION_FLAG, &command.json, NULL, "one JSON line a database on stdout"},
    };
    const struct rc_command_line line = {
        .name = "migrate deploy",
        .arguments = "",
        .about =
            "Applies pending migrations in order and records them in _prisma_migrations as "
            "Prisma\n"
            "does. Each runs in a transaction; a file with statements that cannot (CREATE "
            "INDEX\n"
            "CONCURRENTLY), or with the comment `-- rowcall: no-transaction` at its top, runs\n"
            "statement by statement. A database that does not exist is created. URLs come from "
            "the\n"
            "variables that the schema names, in the environment or in .env; where "
            "DATABASE_URL\n"
            "leads to a connection pooler, DIRECT_DATABASE_URL is the database's own. Ctrl-C\n"
            "cancels what runs and records it; `rowcall migrate status` tells what is left.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate deploy --all\n"
                    "  rowcall migrate deploy --db core --lock-timeout 5000\n"
                    "  rowcall migrate deploy --all --wait 60      a job beside its database\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    if (command.check) {
        struct rc_linting linting = {
            .command = "migrate deploy", .targets = command.targets, .json = command.json};
        return rc_linting_run(&linting);
    }
    return rc_targets_each("migrate deploy", &command.targets, deploy_one, &command);
}
