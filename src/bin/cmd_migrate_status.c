// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate status`: where databases stand.
#include "bin/commands.h"
#include "bin/targets.h"
#include "migrate/status.h"

#include <jansson.h>
#include <stdlib.h>

struct status_command {
    struct rc_targets targets;
    bool json;
};

// ---- for people

// Each line of text, set in.
static void print_lines(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        printf("      %.*s\n", (int)len, text);
        text += len;
        text += *text == '\n';
    }
}

static void print_item(const struct rc_status_item *item, bool colour)
{
    bool is_bad = item->state != RC_MIGRATION_APPLIED && item->state != RC_MIGRATION_PENDING;
    const char *paint = !colour                               ? ""
                        : is_bad                              ? "\033[31m"
                        : item->state == RC_MIGRATION_PENDING ? "\033[33m"
                                                              : "";
    printf("  %s%-11s%s  %s", paint, rc_migration_state_name(item->state),
           *paint ? "\033[0m" : "", item->name);
    if (item->entry && item->entry->finished_at && rc_history_entry_counts(item->entry)) {
        printf("  (%s)", item->entry->finished_at);
    }
    putchar('\n');
    print_lines(item->explanation);
}

static void print_status(const struct rc_status *status)
{
    bool colour = rc_cli_use_colour(stdout);
    if (!status->has_database) {
        printf("  the database does not exist yet\n");
    } else if (status->unknown_table) {
        printf("  the database has tables (%s, ...) and no history of migrations\n",
               status->unknown_table);
    }
    for (size_t i = 0; i < status->count; i++) {
        print_item(&status->items[i], colour);
    }
    for (size_t i = 0; i < status->loose_count; i++) {
        printf("  %s is no migration and is left alone\n", status->loose[i]);
    }
    if (status->lock_holder) {
        printf("  somebody is migrating now: %s\n", status->lock_holder);
    }
    if (status->is_current) {
        printf("  up to date: %zu migration%s applied\n", status->count,
               status->count == 1 ? "" : "s");
    }
    for (size_t i = 0; i < status->next_count; i++) {
        printf("%s%s\n", i == 0 ? "  next: " : "        ", status->next[i]);
    }
}

// ---- for machines

static json_t *make_item(const struct rc_status_item *item)
{
    const struct rc_history_entry *entry = item->entry;
    return json_pack("{s:s, s:s, s:s?, s:s?, s:i, s:s}", "name", item->name, "state",
                     rc_migration_state_name(item->state), "started_at",
                     entry ? entry->started_at : NULL, "finished_at",
                     entry ? entry->finished_at : NULL, "steps", entry ? entry->steps : 0,
                     "explanation", item->explanation);
}

static void print_json(const char *database, const struct rc_status *status,
                       const rowcall_error *err)
{
    json_t *migrations = json_array();
    json_t *next = json_array();
    for (size_t i = 0; i < status->count; i++) {
        json_array_append_new(migrations, make_item(&status->items[i]));
    }
    for (size_t i = 0; i < status->next_count; i++) {
        json_array_append_new(next, json_string(status->next[i]));
    }
    json_t *line = json_pack("{s:s, s:b, s:b, s:b, s:s?, s:o, s:o, s:s, s:s}", "database",
                             database, "ok", err->status == ROWCALL_OK && status->is_current,
                             "exists", status->has_database, "has_history", status->has_history,
                             "lock_holder", status->lock_holder, "migrations", migrations,
                             "next", next, "reason", err->reason, "message", err->message);
    char *text = line ? json_dumps(line, JSON_PRESERVE_ORDER) : NULL;
    // What is not UTF-8 (a path, a record of somebody else's) cannot be in JSON.
    printf("%s\n", text ? text : "{\"ok\": false, \"message\": \"not UTF-8\"}");
    free(text);
    json_decref(line);
}

static int status_one(void *context, const struct rc_target *target)
{
    const struct status_command *command = context;
    struct rc_arena arena;
    struct rc_status status = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    const char *url = rc_project_direct_url(target->scope, &err);
    struct rc_deploy deploy = {
        .url = url, .folder = target->folder, .database = target->scope->name};
    rowcall_status st = url ? rc_status_read(&deploy, &arena, &status, &err) : err.status;
    if (command->json) {
        print_json(target->scope->name, &status, &err);
    } else if (st == ROWCALL_OK) {
        printf("%s (%s)\n", target->scope->name, target->folder);
        print_status(&status);
    }
    fflush(stdout);
    rc_arena_fini(&arena);
    return st != ROWCALL_OK    ? rc_cli_fail("migrate status", &err)
           : status.is_current ? RC_EXIT_OK
                               : RC_EXIT_FAILED;
}

int rc_cmd_migrate_status(int argc, char **argv)
{
    struct status_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA}};
    const struct rc_option options[] = {
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
        {"json", RC_OPTION_FLAG, &command.json, NULL, "one JSON line a database on stdout"},
    };
    const struct rc_command_line line = {
        .name = "migrate status",
        .arguments = "",
        .about =
            "Says of each migration whether it is applied, pending, failed (which statement,\n"
            "and why), interrupted, edited afterwards or missing in the folder, and what to\n"
            "type next. Changes nothing. Exit code 1 unless everything is applied.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate status --all\n"
                    "  rowcall migrate status --db core --json\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each(line.name, &command.targets, status_one, &command);
}
