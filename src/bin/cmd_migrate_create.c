// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate create`: writing the next migration, and nothing else.
#include "bin/commands.h"
#include "bin/diff_report.h"
#include "bin/migration_file.h"
#include "bin/targets.h"
#include "migrate/evolve.h"

struct create {
    struct rc_targets targets;
    const char *name;
    bool empty;
};

static const char empty_text[] = "-- This is an empty migration.\n";

static rowcall_status write_migration(const struct create *create,
                                      const struct rc_target *target,
                                      const struct rc_migration_folder *folder,
                                      const struct rc_diff *next, struct rc_arena *arena,
                                      rowcall_error *err)
{
    struct rc_buf sql = {0};
    const char *path = NULL;
    const char *name = create->name ? create->name : rc_evolve_name(next, arena);
    if (next->count == 0) {
        rc_buf_append_text(&sql, empty_text);
    }
    rc_diff_print(next, &sql);
    rowcall_status st = name ? rc_buf_status(&sql, err) : rc_error_oom(err);
    st = st ? st
            : rc_migration_file_write(target->folder, folder, name, rc_buf_view(&sql), arena,
                                      &path, err);
    if (st == ROWCALL_OK) {
        printf("%s: wrote %s\n", target->scope->name, path);
        rc_diff_report(next, stdout);
    }
    rc_buf_fini(&sql);
    return st;
}

static int create_one(void *context, const struct rc_target *target)
{
    const struct create *create = context;
    struct rc_arena arena;
    struct rc_migration_folder folder = {0};
    struct rc_diff next = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    struct rc_evolve evolve = {.url = rc_project_direct_url(target->scope, &err),
                               .shadow_url = rc_project_shadow_url(target->scope),
                               .folder = target->folder,
                               .scope = target->scope};
    rowcall_status st =
        evolve.url ? rc_evolve_next(&evolve, &arena, &folder, &next, &err) : err.status;
    if (st == ROWCALL_OK && next.count == 0 && !create->empty) {
        printf("%s: the migrations make what the schema says; nothing to write\n",
               target->scope->name);
    } else if (st == ROWCALL_OK) {
        st = write_migration(create, target, &folder, &next, &arena, &err);
    }
    rc_arena_fini(&arena);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate create", &err);
}

int rc_cmd_migrate_create(int argc, char **argv)
{
    struct create create = {.targets = {.migrations = RC_PROJECT_MIGRATIONS,
                                        .proto_dir = RC_PROJECT_PROTO,
                                        .writes = true}};
    const struct rc_option options[] = {
        {"name", RC_OPTION_TEXT, &create.name, "NAME",
         "the migration's name (default: by what it does)"},
        {"empty", RC_OPTION_FLAG, &create.empty, NULL,
         "write it also when nothing has to change, to be filled by hand"},
        RC_TARGET_OPTIONS(create.targets),
        RC_TARGET_PROTO_OPTION(create.targets),
    };
    const struct rc_command_line line = {
        .name = "migrate create",
        .arguments = "",
        .about =
            "Writes the migration that leads from what the folder's migrations make to what "
            "the\n"
            "schema says, for review. Applies nothing: `rowcall migrate dev` or `deploy` does. "
            "The\n"
            "migrations are tried in a shadow database, which is made on the database's server "
            "and\n"
            "dropped again; SHADOW_DATABASE_URL names an empty one to use instead.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate create --db core --name add_tea\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each("migrate create", &create.targets, create_one, &create);
}
