// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate dev`: the step of somebody who has changed the schema. The history is
// checked, what is pending applied, the next migration written and applied, and everything
// generated.
#include "bin/commands.h"
#include "bin/diff_report.h"
#include "bin/lint_report.h"
#include "bin/migrating.h"
#include "bin/migration_file.h"
#include "bin/prompt.h"
#include "migrate/evolve.h"

enum { NAME_SIZE = 256 };

struct dev {
    struct rc_targets targets;
    const char *name;
    struct rc_migrating migrating;
    bool accept_data_loss;
    bool no_generate;
    bool changed; // a migration was written
};

struct work {
    struct dev *dev;
    const struct rc_target *target;
    const char *url;
    struct rc_arena arena;
    struct rc_evolve_state state;
    rowcall_error *err;
};

// ---- what stands in the way

static void print_names(const char *what, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        printf("  %s: %s\n", what, names[i]);
    }
}

// The next commands to type.
static rowcall_status stop(const struct work *work, const char *why)
{
    const char *database = work->target->scope->name;
    rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                 "%s. To begin anew, without the data of this database: rowcall migrate "
                 "reset --db %s; to see more: rowcall migrate status --db %s",
                 why, database, database);
    return ROWCALL_FAILED_PRECONDITION;
}

static rowcall_status check_history(const struct work *work)
{
    const struct rc_evolve_state *state = &work->state;
    const char *database = work->target->scope->name;
    print_names("edited after it was applied", state->edited, state->edited_count);
    print_names("applied, but not in the folder", state->missing, state->missing_count);
    if (state->failed) {
        rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                     "migration %s has failed before%s%s. When it is mended: rowcall migrate "
                     "resolve --db %s --rolled-back %s",
                     state->failed->name, *state->failed->logs ? ": " : "", state->failed->logs,
                     database, state->failed->name);
        rc_error_detail(work->err, "P3009", NULL, NULL);
        return ROWCALL_FAILED_PRECONDITION;
    }
    if (state->edited_count > 0 || state->missing_count > 0) {
        return stop(work, "the database's history is not that of the folder");
    }
    if (state->unrecorded) {
        rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION,
                     "the database has tables, and no history. If the folder's migrations made "
                     "them: rowcall migrate resolve --db %s --applied NAME for each",
                     database);
        rc_error_detail(work->err, "P3005", NULL, NULL);
        return ROWCALL_FAILED_PRECONDITION;
    }
    if (state->drift.count > 0) {
        printf("  the database was changed without a migration:\n");
        rc_diff_report(&state->drift, stdout);
        return stop(work,
                    "the database is not what its migrations make. Put these changes into "
                    "the schema, or undo them by hand");
    }
    return ROWCALL_OK;
}

// ---- what is to be done

static rowcall_status apply_pending(struct work *work)
{
    size_t applied = 0;
    struct rc_deploy deploy = {0};
    rowcall_status st =
        rc_migrating_start(&work->dev->migrating, work->target, &deploy, work->err);
    return st ? st : rc_deploy_run(&deploy, &applied, work->err);
}

static rowcall_status choose_name(struct work *work, char ret_name[NAME_SIZE])
{
    const char *proposed = rc_evolve_name(&work->state.next, &work->arena);
    if (!proposed) {
        return rc_error_oom(work->err);
    }
    if (work->dev->name || !rc_prompt_possible()) {
        (void)snprintf(ret_name, NAME_SIZE, "%s", work->dev->name ? work->dev->name : proposed);
        return ROWCALL_OK;
    }
    return rc_prompt_line("  the migration's name?", proposed, ret_name, NAME_SIZE)
               ? ROWCALL_OK
               : rc_error_set(work->err, ROWCALL_CANCELLED, "nothing was written");
}

// What it would do to the database as it is now.
static rowcall_status permit(struct work *work, const char *sql)
{
    struct rc_pg_sync *conn = NULL;
    struct rc_lint_findings findings = {0};
    rowcall_error absent = {0};
    if (rc_pg_sync_open(work->url, "rowcall migrate", &conn, &absent) != ROWCALL_OK) {
        return ROWCALL_OK; // it is made with this migration, and has nothing to lose
    }
    rowcall_status st = rc_lint_script(conn, sql, NULL, &work->arena, &findings, work->err);
    rc_pg_sync_close(conn);
    rc_lint_report(&findings, NULL, stdout);
    fflush(stdout);
    if (st != ROWCALL_OK || findings.error_count == 0 || work->dev->accept_data_loss ||
        (rc_prompt_possible() && rc_prompt_confirm("  go on all the same?"))) {
        return st;
    }
    return rc_error_set(
        work->err, ROWCALL_FAILED_PRECONDITION,
        "nothing was written: data would be lost, or the migration fail. "
        "--accept-data-loss goes on all the same; rowcall migrate create writes "
        "it to be edited");
}

static rowcall_status write_next(struct work *work)
{
    char name[NAME_SIZE];
    struct rc_buf sql = {0};
    const char *path = NULL;
    rc_diff_report(&work->state.next, stdout);
    rc_diff_print(&work->state.next, &sql);
    rowcall_status st = rc_buf_status(&sql, work->err);
    st = st ? st : permit(work, sql.data);
    st = st ? st : choose_name(work, name);
    st = st ? st
            : rc_migration_file_write(work->target->folder, &work->state.folder, name,
                                      rc_buf_view(&sql), &work->arena, &path, work->err);
    if (st == ROWCALL_OK) {
        printf("  wrote %s\n", path);
        work->dev->changed = true;
    }
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status evolve(struct work *work)
{
    struct rc_evolve evolve = {.url = work->url,
                               .shadow_url = rc_project_shadow_url(work->target->scope),
                               .folder = work->target->folder,
                               .scope = work->target->scope};
    rowcall_status st = rc_evolve_diagnose(&evolve, &work->arena, &work->state, work->err);
    st = st ? st : check_history(work);
    if (st == ROWCALL_OK && work->state.pending_count > 0) {
        st = apply_pending(work);
    }
    if (st == ROWCALL_OK && work->state.next.count == 0) {
        printf("  already in sync\n");
        return ROWCALL_OK;
    }
    st = st ? st : write_next(work);
    return st ? st : apply_pending(work);
}

static int dev_one(void *context, const struct rc_target *target)
{
    rowcall_error err = {0};
    struct work work = {.dev = context, .target = target, .err = &err};
    rc_arena_init(&work.arena, 0);
    printf("%s (%s)\n", target->scope->name, target->folder);
    work.url = rc_project_direct_url(target->scope, &err);
    rowcall_status st = work.url ? evolve(&work) : err.status;
    fflush(stdout);
    rc_arena_fini(&work.arena);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate dev", &err);
}

static int generate(const struct dev *dev)
{
    char name[] = "generate";
    char option[] = "--proto";
    char *words[] = {name, option, (char *)dev->targets.proto_dir, NULL};
    return rc_cmd_generate(3, words);
}

int rc_cmd_migrate_dev(int argc, char **argv)
{
    struct dev dev = {.targets = {.migrations = RC_PROJECT_MIGRATIONS,
                                  .proto_dir = RC_PROJECT_PROTO,
                                  .writes = true},
                      .migrating = {.command = "migrate dev",
                                    .out = stdout,
                                    .lock_wait_ms = RC_MIGRATING_LOCK_WAIT_MS}};
    const struct rc_option options[] = {
        {"name", RC_OPTION_TEXT, &dev.name, "NAME",
         "the migration's name (asked for, or by what it does)"},
        {"accept-data-loss", RC_OPTION_FLAG, &dev.accept_data_loss, NULL,
         "go on where data is lost, or where it may fail"},
        {"no-generate", RC_OPTION_FLAG, &dev.no_generate, NULL, "do not run rowcall generate"},
        RC_MIGRATING_OPTIONS(dev.migrating),
        RC_TARGET_OPTIONS(dev.targets),
        RC_TARGET_PROTO_OPTION(dev.targets),
    };
    const struct rc_command_line line = {
        .name = "migrate dev",
        .arguments = "",
        .about =
            "For development, after a change of the schema: checks that the database is what "
            "its\n"
            "migrations make, applies those that are pending, writes the one that is missing, "
            "applies\n"
            "it, and generates. Tries migrations in a shadow database, which is made on the "
            "same\n"
            "server and dropped again; SHADOW_DATABASE_URL names an empty one to use instead.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate dev --db core --name add_tea\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    exit_code = rc_targets_each("migrate dev", &dev.targets, dev_one, &dev);
    return exit_code == RC_EXIT_OK && !dev.no_generate ? generate(&dev) : exit_code;
}
