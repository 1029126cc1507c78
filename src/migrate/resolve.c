// SPDX-License-Identifier: Apache-2.0
//
// Changes of the history, in one transaction and under the lock.
#include "migrate/resolve.h"

#include "migrate/migrator.h"

#include <string.h>

struct work {
    const struct rc_deploy *deploy;
    struct rc_arena arena;
    struct rc_migrator migrator;
    struct rc_migration_folder folder;
    struct rc_history history;
    const char *const *names;
    size_t count;
    rowcall_error *err;
};

typedef rowcall_status (*work_fn)(struct work *work);

static rowcall_status refuse(struct work *work, const char *reason, const char *format,
                             const char *name, const char *hint)
{
    const char *option = rc_migrator_option(work->deploy, &work->arena);
    const char *mark = strstr(format, "%s");
    rc_error_set(work->err, ROWCALL_FAILED_PRECONDITION, "%.*s%s%s; `rowcall migrate %s %s`%s",
                 (int)(mark - format), format, name, mark + 2, hint, option,
                 strcmp(hint, "deploy") == 0 ? " applies what is pending"
                                             : " shows what there is");
    rc_error_detail(work->err, reason, NULL, NULL);
    return ROWCALL_FAILED_PRECONDITION;
}

// ---- applied

static const struct rc_migration *find(const struct work *work, const char *name)
{
    for (size_t i = 0; i < work->folder.count; i++) {
        if (strcmp(work->folder.items[i].name, name) == 0) {
            return &work->folder.items[i];
        }
    }
    return NULL;
}

static rowcall_status mark_applied(struct work *work, const struct rc_migration *migration)
{
    rowcall_status st =
        rc_history_mark_rolled_back(&work->migrator.table, migration->name, work->err);
    return st ? st : rc_history_mark_applied(&work->migrator.table, migration, work->err);
}

static rowcall_status apply_names(struct work *work)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < work->count; i++) {
        const char *name = work->names[i];
        const struct rc_migration *migration = find(work, name);
        const struct rc_history_entry *entry = rc_history_entry_of(&work->history, name);
        if (!migration) {
            return refuse(work, "P3017", "there is no migration %s in the folder", name,
                          "status");
        }
        if (entry && entry->finished_at) {
            return refuse(work, "P3008", "migration %s is recorded as applied already", name,
                          "status");
        }
        st = mark_applied(work, migration);
    }
    return st;
}

// names[0] is the last one; count becomes how many were marked.
static rowcall_status apply_baseline(struct work *work)
{
    const char *last = work->names[0];
    rowcall_status st = ROWCALL_OK;
    work->count = 0;
    if (!find(work, last)) {
        return refuse(work, "P3017", "there is no migration %s in the folder", last, "status");
    }
    for (size_t i = 0; st == ROWCALL_OK && i < work->folder.count; i++) {
        const struct rc_migration *migration = &work->folder.items[i];
        const struct rc_history_entry *entry =
            rc_history_entry_of(&work->history, migration->name);
        if (strcmp(migration->name, last) <= 0 && !(entry && entry->finished_at)) {
            st = mark_applied(work, migration);
            work->count++;
        }
    }
    return st;
}

// ---- rolled back

static rowcall_status roll_back_names(struct work *work)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < work->count; i++) {
        const char *name = work->names[i];
        const struct rc_history_entry *entry = rc_history_entry_of(&work->history, name);
        bool is_known = entry != NULL;
        for (size_t k = 0; !is_known && k < work->history.count; k++) {
            is_known = strcmp(work->history.items[k].name, name) == 0;
        }
        if (!is_known) {
            return refuse(work, "P3011",
                          "migration %s was never applied to this database, so it cannot be "
                          "marked as rolled back",
                          name, "status");
        }
        if (!entry) {
            return refuse(work, "P3012", "migration %s is marked as rolled back already", name,
                          "deploy");
        }
        if (entry->finished_at) {
            return refuse(work, "P3012",
                          "migration %s is applied, not failed, so it cannot be marked as "
                          "rolled back",
                          name, "status");
        }
        st = rc_history_mark_rolled_back(&work->migrator.table, name, work->err);
    }
    return st;
}

// ---- the frame

static rowcall_status change(struct work *work, bool prepares, work_fn act)
{
    struct rc_migrator *migrator = &work->migrator;
    rowcall_status st = rc_migrator_open(work->deploy, 0, &work->arena, migrator, work->err);
    st = st ? st : rc_pg_sync_exec(migrator->conn, "begin", NULL, NULL, work->err);
    if (st == ROWCALL_OK && prepares) {
        st = rc_history_prepare(&migrator->table, work->err);
    }
    st = st ? st : rc_history_read(&migrator->table, &work->arena, &work->history, work->err);
    st = st ? st : act(work);
    st = st ? st : rc_pg_sync_exec(migrator->conn, "commit", NULL, NULL, work->err);
    rc_migrator_close(migrator); // rolls back what was not committed
    return st;
}

static rowcall_status run(struct work *work, bool prepares, work_fn act)
{
    rc_arena_init(&work->arena, 0);
    rowcall_status st = prepares ? rc_migration_folder_read(work->deploy->folder, &work->arena,
                                                            &work->folder, work->err)
                                 : ROWCALL_OK;
    st = st ? st : change(work, prepares, act);
    rc_arena_fini(&work->arena);
    return st;
}

rowcall_status rc_resolve_applied(const struct rc_deploy *deploy, const char *const *names,
                                  size_t count, rowcall_error *err)
{
    struct work work = {.deploy = deploy, .names = names, .count = count, .err = err};
    return run(&work, true, apply_names);
}

rowcall_status rc_resolve_baseline(const struct rc_deploy *deploy, const char *last,
                                   size_t *ret_count, rowcall_error *err)
{
    struct work work = {.deploy = deploy, .names = &last, .count = 1, .err = err};
    rowcall_status st = run(&work, true, apply_baseline);
    if (st == ROWCALL_OK) {
        *ret_count = work.count;
    }
    return st;
}

rowcall_status rc_resolve_rolled_back(const struct rc_deploy *deploy, const char *const *names,
                                      size_t count, rowcall_error *err)
{
    struct work work = {.deploy = deploy, .names = names, .count = count, .err = err};
    return run(&work, false, roll_back_names);
}
