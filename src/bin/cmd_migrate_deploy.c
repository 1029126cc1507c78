// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate deploy`: applying what is pending.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/deploy_report.h"
#include "bin/dotenv.h"
#include "bin/project.h"
#include "bin/targets.h"
#include "migrate/deploy.h"

#include <jansson.h>
#include <stdlib.h>

struct deploy_command {
    struct rc_targets targets;
    uint32_t lock_wait_ms;
    bool json;
};

static void print_json(const struct rc_scope *scope, size_t applied, const rowcall_error *err)
{
    json_t *line = json_pack("{s:s, s:I, s:b, s:s, s:s}", "database", scope->name, "applied",
                             (json_int_t)applied, "ok", err->status == ROWCALL_OK, "reason",
                             err->reason, "message", err->message);
    char *text = line ? json_dumps(line, JSON_PRESERVE_ORDER) : NULL;
    // A path that is not UTF-8 makes a message that JSON cannot hold: told without it.
    if (text) {
        puts(text);
    } else {
        printf("{\"database\": \"%s\", \"applied\": %zu, \"ok\": %s, \"reason\": \"%s\"}\n",
               scope->name, applied, err->status == ROWCALL_OK ? "true" : "false", err->reason);
    }
    free(text);
    json_decref(line);
}

static int deploy_one(void *context, const struct rc_target *target)
{
    const struct deploy_command *command = context;
    rowcall_error err = {0};
    size_t applied = 0;
    const char *url = rc_project_direct_url(target->scope, &err);
    if (url) {
        FILE *out = command->json ? stderr : stdout;
        struct rc_deploy deploy = {.url = url,
                                   .folder = target->folder,
                                   .report = rc_deploy_report,
                                   .lock_wait_ms = command->lock_wait_ms,
                                   .context = out};
        fprintf(out, "%s (%s)\n", target->scope->name, target->folder);
        if (rc_deploy_run(&deploy, &applied, &err) == ROWCALL_OK && applied == 0) {
            fprintf(out, "  nothing to apply\n");
        }
    }
    if (command->json) {
        print_json(target->scope, applied, &err);
    }
    return err.status == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate deploy", &err);
}

int rc_cmd_migrate_deploy(int argc, char **argv)
{
    struct deploy_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA},
        .lock_wait_ms = 10000};
    const struct rc_option options[] = {
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
        {"lock-wait", RC_OPTION_COUNT, &command.lock_wait_ms, "MS",
         "how long to wait for another deploy (10000)"},
        {"json", RC_OPTION_FLAG, &command.json, NULL, "one JSON line a database on stdout"},
    };
    const struct rc_command_line line = {
        .name = "migrate deploy",
        .arguments = "",
        .about =
            "Applies pending migrations in order, each in a transaction, and records them in\n"
            "_prisma_migrations as Prisma does. A database that does not exist is created. "
            "URLs come\n"
            "from the variables that the schema names, in the environment or in .env; where\n"
            "DATABASE_URL leads to a connection pooler, DIRECT_DATABASE_URL is the database's "
            "own.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate deploy --all\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each("migrate deploy", &command.targets, deploy_one, &command);
}
