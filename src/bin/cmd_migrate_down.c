// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate down`: undoing the last migration in two steps, so that somebody looks at
// the script in between.
#include "bin/commands.h"
#include "bin/diff_report.h"
#include "bin/file.h"
#include "bin/lint_report.h"
#include "bin/migrating.h"
#include "migrate/down.h"

struct down_command {
    struct rc_targets targets;
    struct rc_migrating migrating;
    bool apply;
    bool accept_data_loss;
};

struct work {
    struct down_command *command;
    const struct rc_target *target;
    struct rc_deploy deploy;
    struct rc_arena arena;
    struct rc_down down;
    const char *path; // "migrations/core/2026..._x/down.sql"
    rowcall_error *err;
};

static const char *path_of(struct work *work, const char *migration)
{
    return rc_arena_printf(&work->arena, "%s/%s/down.sql", work->target->folder, migration);
}

// ---- writing the script

static rowcall_status refuse_obstacles(struct work *work)
{
    if (work->down.obstacle_count == 0) {
        return ROWCALL_OK;
    }
    for (size_t i = 0; i < work->down.obstacle_count; i++) {
        printf("  %s/%s/migration.sql:%d: %s cannot be undone by a script that is derived\n",
               work->target->folder, work->down.migration.name, work->down.obstacles[i].line,
               work->down.obstacles[i].kind);
    }
    return rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                        "write %s by hand, then: rowcall migrate down --db %s --apply",
                        work->path, work->target->scope->name);
}

// What it would lose of the database as it is.
static rowcall_status refuse_loss(struct work *work, const char *sql)
{
    struct rc_pg_sync *conn = NULL;
    struct rc_lint_findings findings = {0};
    rowcall_status st = rc_pg_sync_open(work->deploy.url, "rowcall migrate", &conn, work->err);
    st = st ? st : rc_lint_script(conn, sql, NULL, &work->arena, &findings, work->err);
    rc_pg_sync_close(conn);
    if (st != ROWCALL_OK) {
        return st;
    }
    rc_lint_report(&findings, NULL, stdout);
    return findings.error_count == 0 || work->command->accept_data_loss
               ? ROWCALL_OK
               : rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                              "nothing was written: undoing %s would lose data, or fail. "
                              "--accept-data-loss writes the script all the same",
                              work->down.migration.name);
}

static rowcall_status write_script(struct work *work)
{
    struct rc_buf sql = {0};
    rc_buf_printf(&sql,
                  "-- Undoes %s. Look at it, then: rowcall migrate down --db %s --apply\n\n",
                  work->down.migration.name, work->target->scope->name);
    rc_diff_print(&work->down.diff, &sql);
    rowcall_status st = rc_buf_status(&sql, work->err);
    st = st ? st : refuse_loss(work, sql.data);
    st = st ? st : rc_file_write(work->path, rc_buf_view(&sql), NULL, work->err);
    if (st == ROWCALL_OK) {
        rc_diff_report(&work->down.diff, stdout);
        printf("  wrote %s\n  look at it, then: rowcall migrate down --db %s --apply\n",
               work->path, work->target->scope->name);
    }
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status derive(struct work *work)
{
    struct rc_buf present = {0};
    rowcall_error absent = {0};
    rowcall_status st =
        rc_down_derive(work->deploy.url, rc_project_shadow_url(work->target->scope),
                       work->target->folder, &work->arena, &work->down, work->err);
    if (st != ROWCALL_OK) {
        return st;
    }
    work->path = path_of(work, work->down.migration.name);
    if (!work->path) {
        return rc_error_oom(work->err);
    }
    bool is_there = rc_file_read(work->path, &present, &absent) == ROWCALL_OK;
    rc_buf_fini(&present);
    if (is_there) {
        return rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                            "%s is there already. Look at it, then: rowcall migrate down --db "
                            "%s --apply; or remove it to derive it anew",
                            work->path, work->target->scope->name);
    }
    st = refuse_obstacles(work);
    return st ? st : write_script(work);
}

// ---- running it

static rowcall_status apply(struct work *work)
{
    struct rc_migration_folder folder = {0};
    struct rc_buf sql = {0};
    rowcall_error absent = {0};
    rowcall_status st =
        rc_migration_folder_read(work->target->folder, &work->arena, &folder, work->err);
    if (st != ROWCALL_OK || folder.count == 0) {
        return st ? st
                  : rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                                 "%s has no migration to take back", work->target->folder);
    }
    const char *name = folder.items[folder.count - 1].name;
    work->path = path_of(work, name);
    if (!work->path) {
        return rc_error_oom(work->err);
    }
    if (rc_file_read(work->path, &sql, &absent) != ROWCALL_OK) {
        st = rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                          "%s. To derive it: rowcall migrate down --db %s", absent.message,
                          work->target->scope->name);
    }
    st = st ? st : rc_down_run(&work->deploy, name, sql.data ? sql.data : "", work->err);
    if (st == ROWCALL_OK) {
        printf("  took back %s\n  its folder stays: `deploy` would apply it again; remove it "
               "when it is not wanted any more\n",
               name);
    }
    rc_buf_fini(&sql);
    return st;
}

static int down_one(void *context, const struct rc_target *target)
{
    rowcall_error err = {0};
    struct work work = {.command = context, .target = target, .err = &err};
    rc_arena_init(&work.arena, 0);
    work.command->migrating.out = stdout;
    rowcall_status st =
        rc_migrating_start(&work.command->migrating, target, &work.deploy, &err);
    if (st == ROWCALL_OK) {
        printf("%s (%s)\n", target->scope->name, target->folder);
        st = work.command->apply ? apply(&work) : derive(&work);
    }
    fflush(stdout);
    rc_arena_fini(&work.arena);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate down", &err);
}

int rc_cmd_migrate_down(int argc, char **argv)
{
    struct down_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA},
        .migrating = {.command = "migrate down", .lock_wait_ms = RC_MIGRATING_LOCK_WAIT_MS}};
    const struct rc_option options[] = {
        {"apply", RC_OPTION_FLAG, &command.apply, NULL,
         "run the script that was written, and record it"},
        {"accept-data-loss", RC_OPTION_FLAG, &command.accept_data_loss, NULL,
         "write a script that loses data, or may fail"},
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
        RC_MIGRATING_OPTIONS(command.migrating),
    };
    const struct rc_command_line line = {
        .name = "migrate down",
        .arguments = "",
        .about =
            "Takes back the last migration, in two steps. First the script that undoes it is "
            "derived\n"
            "and written beside it as down.sql, unless it changes rows or what the schema does "
            "not\n"
            "know, or data would be lost: then the reason is told, and down.sql may be written "
            "by\n"
            "hand. After a look at it, --apply runs it in one transaction and marks the "
            "migration as\n"
            "rolled back in _prisma_migrations.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate down --db core\n"
                    "  rowcall migrate down --db core --apply\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return rc_targets_each("migrate down", &command.targets, down_one, &command);
}
