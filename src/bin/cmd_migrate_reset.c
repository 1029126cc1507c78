// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate reset`: a database as new.
#include "bin/commands.h"
#include "bin/consent.h"
#include "bin/migrating.h"
#include "bin/seed.h"
#include "migrate/reset.h"

struct reset_command {
    struct rc_targets targets;
    struct rc_migrating migrating;
    const char *seeds;
    bool force;
    bool skip_seed;
};

struct schema_names {
    const char **items;
    size_t count;
};

static void add_name(struct schema_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], name) == 0) {
            return;
        }
    }
    names->items[names->count++] = name;
}

// The PostgreSQL schemas that the database's entities live in.
static rowcall_status collect_schemas(const struct rc_scope *scope, struct rc_arena *arena,
                                      struct schema_names *ret_names, rowcall_error *err)
{
    size_t most = scope->model_count + scope->enum_count + scope->join_table_count + 1;
    ret_names->items = rc_arena_new_array(arena, most, const char *);
    if (!ret_names->items) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        if (!scope->models[i].service) {
            add_name(ret_names, scope->models[i].entity->sql_schema);
        }
    }
    for (size_t i = 0; i < scope->enum_count; i++) {
        add_name(ret_names, scope->enums[i]->sql_schema);
    }
    for (size_t i = 0; i < scope->join_table_count; i++) {
        add_name(ret_names, scope->join_tables[i]->sql_schema);
    }
    return ROWCALL_OK;
}

static rowcall_status reset(struct reset_command *command, const struct rc_target *target,
                            const struct rc_deploy *deploy, rowcall_error *err)
{
    struct rc_arena arena;
    struct schema_names names = {0};
    size_t applied = 0;
    size_t seeded = 0;
    rc_arena_init(&arena, 0);
    rowcall_status st = collect_schemas(target->scope, &arena, &names, err);
    st = st ? st : rc_reset_run(deploy, names.items, names.count, &applied, err);
    if (st == ROWCALL_OK && !command->skip_seed) {
        st = rc_seed_run(deploy, command->seeds, target->scope->url_env, &seeded, err);
    }
    rc_arena_fini(&arena);
    return st;
}

static int reset_one(void *context, const struct rc_target *target)
{
    struct reset_command *command = context;
    struct rc_deploy deploy = {0};
    rowcall_error err = {0};
    rowcall_status st = rc_migrating_start(&command->migrating, target, &deploy, &err);
    st = st ? st : rc_consent(target, "empty the database", command->force, &err);
    if (st == ROWCALL_OK) {
        printf("%s (%s)\n", target->scope->name, target->folder);
        st = reset(command, target, &deploy, &err);
    }
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate reset", &err);
}

int rc_cmd_migrate_reset(int argc, char **argv)
{
    struct reset_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA},
        .migrating = {.command = "migrate reset",
                      .out = stdout,
                      .lock_wait_ms = RC_MIGRATING_LOCK_WAIT_MS},
        .seeds = RC_PROJECT_SEEDS};
    const struct rc_option options[] = {
        {"force", RC_OPTION_FLAG, &command.force, NULL, "do not ask"},
        {"skip-seed", RC_OPTION_FLAG, &command.skip_seed, NULL, "leave the tables empty"},
        {"seeds", RC_OPTION_TEXT, &command.seeds, "DIR",
         "where seeds are (" RC_PROJECT_SEEDS ")"},
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
        RC_MIGRATING_OPTIONS(command.migrating),
    };
    const struct rc_command_line line = {
        .name = "migrate reset",
        .arguments = "",
        .about = "Drops everything in the schemas that the database's entities live in and in "
                 "the one of\n"
                 "its URL, applies all migrations anew, and then the seed. Other schemas and "
                 "extensions\n"
                 "stay. Asks at a terminal; --force says yes.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate reset --db core\n"
                    "  rowcall migrate reset --all --force --skip-seed\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each(line.name, &command.targets, reset_one, &command);
}
