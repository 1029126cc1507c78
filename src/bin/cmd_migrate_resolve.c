// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate resolve`: telling the history what was done by hand.
#include "bin/commands.h"
#include "bin/migrating.h"
#include "migrate/resolve.h"

struct resolve_command {
    struct rc_targets targets;
    struct rc_migrating migrating;
    struct rc_texts applied;
    struct rc_texts rolled_back;
    const char *baseline;
};

static void print_names(const struct rc_texts *names, const char *what)
{
    for (size_t i = 0; i < names->count; i++) {
        printf("  %s is now recorded as %s\n", names->items[i], what);
    }
}

static rowcall_status resolve(const struct resolve_command *command,
                              const struct rc_deploy *deploy, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    size_t count = 0;
    if (command->applied.count > 0) {
        st = rc_resolve_applied(deploy, command->applied.items, command->applied.count, err);
        if (st == ROWCALL_OK) {
            print_names(&command->applied, "applied");
        }
    } else if (command->rolled_back.count > 0) {
        st = rc_resolve_rolled_back(deploy, command->rolled_back.items,
                                    command->rolled_back.count, err);
        if (st == ROWCALL_OK) {
            print_names(&command->rolled_back, "rolled back");
        }
    } else {
        st = rc_resolve_baseline(deploy, command->baseline, &count, err);
        if (st == ROWCALL_OK) {
            printf("  %zu migration%s up to %s %s now recorded as applied\n", count,
                   count == 1 ? "" : "s", command->baseline, count == 1 ? "is" : "are");
        }
    }
    return st;
}

static int resolve_one(void *context, const struct rc_target *target)
{
    struct resolve_command *command = context;
    struct rc_deploy deploy = {0};
    rowcall_error err = {0};
    rowcall_status st = rc_migrating_start(&command->migrating, target, &deploy, &err);
    if (st == ROWCALL_OK) {
        printf("%s (%s)\n", target->scope->name, target->folder);
        st = resolve(command, &deploy, &err);
    }
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate resolve", &err);
}

int rc_cmd_migrate_resolve(int argc, char **argv)
{
    struct resolve_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA},
        .migrating = {.command = "migrate resolve",
                      .out = stdout,
                      .lock_wait_ms = RC_MIGRATING_LOCK_WAIT_MS}};
    const struct rc_option options[] = {
        {"applied", RC_OPTION_TEXTS, &command.applied, "NAME",
         "this migration is applied; may be repeated"},
        {"rolled-back", RC_OPTION_TEXTS, &command.rolled_back, "NAME",
         "this failed migration was undone; may be repeated"},
        {"baseline", RC_OPTION_TEXT, &command.baseline, "NAME",
         "all migrations up to this one are applied"},
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
        RC_MIGRATING_LOCK_OPTION(command.migrating),
    };
    const struct rc_command_line line = {
        .name = "migrate resolve",
        .arguments = "",
        .about = "Records what was done by hand, and runs nothing. After a failed migration: "
                 "it was\n"
                 "undone (--rolled-back), so that deploy tries it again, or finished "
                 "(--applied). For a\n"
                 "database that is older than its history: the migrations that would make what "
                 "it has\n"
                 "are applied (--baseline).",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate resolve --db core --rolled-back 20260102000000_add_tea\n"
                    "  rowcall migrate resolve --db core --baseline 20260101000000_init\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    int ways = (command.applied.count > 0) + (command.rolled_back.count > 0) +
               (command.baseline != NULL);
    if (ways != 1 || command.targets.all) {
        fprintf(stderr,
                "rowcall migrate resolve: needs --applied, --rolled-back or --baseline, one of "
                "them, and one database\nSee rowcall migrate resolve --help\n");
        return RC_EXIT_USAGE;
    }
    return rc_targets_each(line.name, &command.targets, resolve_one, &command);
}
