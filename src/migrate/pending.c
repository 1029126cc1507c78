// SPDX-License-Identifier: Apache-2.0
//
// The history against the folder: what stands in the way, what is to be warned of, what is to
// be applied.
#include "migrate/pending.h"

#include "migrate/apply.h"
#include "migrate/status.h"

#include <string.h>

struct run {
    struct rc_migrator *migrator;
    const struct rc_migration_folder *folder;
    struct rc_history history;
};

static rowcall_status refuse_failed(struct run *run, rowcall_error *err)
{
    const char *option = rc_migrator_option(run->migrator->deploy, run->migrator->arena);
    for (size_t i = 0; i < run->history.count; i++) {
        const struct rc_history_entry *entry = &run->history.items[i];
        if (rc_history_entry_counts(entry) && !entry->finished_at) {
            rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                         "migration %s has failed before, and nothing is applied until that is "
                         "resolved: `rowcall migrate status %s` says what happened, `rowcall "
                         "migrate resolve %s --rolled-back %s` lets it be tried again",
                         entry->name, option, option, entry->name);
            rc_error_detail(err, "P3009", NULL, NULL);
            return ROWCALL_FAILED_PRECONDITION;
        }
    }
    return ROWCALL_OK;
}

// A database that was made without migrations is taken over by a baseline, which only its owner
// can declare.
static rowcall_status refuse_unknown_tables(struct run *run, rowcall_error *err)
{
    const char *name = NULL;
    rowcall_status st =
        run->folder->count == 0
            ? ROWCALL_OK
            : rc_status_unknown_table(&run->migrator->table, run->migrator->arena, &name, err);
    if (st == ROWCALL_OK && name) {
        st =
            rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                         "the database has tables (%s) that no migration has made. If they are "
                         "what the first migrations make, say so: `rowcall migrate resolve %s "
                         "--applied %s`",
                         name, rc_migrator_option(run->migrator->deploy, run->migrator->arena),
                         run->folder->items[0].name);
        rc_error_detail(err, "P3005", NULL, NULL);
    }
    return st;
}

static void warn(struct run *run, const char *format, const char *name)
{
    const char *mark = strstr(format, "%s");
    const char *text = rc_arena_printf(run->migrator->arena, "%.*s%s%s", (int)(mark - format),
                                       format, name, mark + 2);
    rc_migrator_report(run->migrator, RC_DEPLOY_WARNING, text ? text : name, 0);
}

static bool is_in_folder(const struct run *run, const char *name)
{
    for (size_t i = 0; i < run->folder->count; i++) {
        if (strcmp(run->folder->items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void warn_of_differences(struct run *run)
{
    for (size_t i = 0; i < run->folder->loose_count; i++) {
        warn(run, "%s is no migration and is left alone", run->folder->loose[i]);
    }
    for (size_t i = 0; i < run->history.count; i++) {
        const struct rc_history_entry *entry = &run->history.items[i];
        if (rc_history_entry_counts(entry) && !is_in_folder(run, entry->name)) {
            warn(run, "migration %s was applied but is not in the folder", entry->name);
        }
    }
    for (size_t i = 0; i < run->folder->count; i++) {
        const struct rc_migration *migration = &run->folder->items[i];
        const struct rc_history_entry *entry =
            rc_history_entry_of(&run->history, migration->name);
        if (entry && !rc_migration_has_checksum(migration, entry->checksum)) {
            warn(run, "migration %s was edited after it had been applied", migration->name);
        }
    }
}

static rowcall_status check(struct run *run, rowcall_error *err)
{
    struct rc_migrator *migrator = run->migrator;
    rowcall_status st = refuse_unknown_tables(run, err);
    st = st ? st : rc_history_prepare(&migrator->table, err);
    st = st ? st : rc_history_read(&migrator->table, migrator->arena, &run->history, err);
    return st ? st : refuse_failed(run, err);
}

static rowcall_status stop_before(const struct rc_migrator *migrator,
                                  const struct rc_migration *migration, rowcall_error *err)
{
    return rc_error_set(err, ROWCALL_CANCELLED,
                        "interrupted before %s; what was applied stays. Next: `rowcall migrate "
                        "deploy %s` goes on",
                        migration->name, rc_migrator_option(migrator->deploy, migrator->arena));
}

rowcall_status rc_pending_apply(struct rc_migrator *migrator,
                                const struct rc_migration_folder *folder, size_t *ret_applied,
                                rowcall_error *err)
{
    struct run run = {.migrator = migrator, .folder = folder};
    rowcall_status st = check(&run, err);
    *ret_applied = 0;
    if (st == ROWCALL_OK) {
        warn_of_differences(&run);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < folder->count; i++) {
        const struct rc_migration *migration = &folder->items[i];
        if (!rc_history_entry_of(&run.history, migration->name)) {
            st = rc_migrator_is_interrupted(migrator) ? stop_before(migrator, migration, err)
                                                      : rc_apply(migrator, migration, err);
            *ret_applied += st == ROWCALL_OK;
        }
    }
    return st;
}
