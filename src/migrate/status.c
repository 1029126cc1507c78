// SPDX-License-Identifier: Apache-2.0
//
// Folder and history side by side.
#include "migrate/status.h"

#include "migrate/lock.h"
#include "migrate/migrator.h"

#include <stdlib.h>
#include <string.h>

enum { NEXT_MAX = 8 };

struct look {
    const struct rc_deploy *deploy;
    struct rc_arena *arena;
    struct rc_migration_folder folder;
    struct rc_history history;
    struct rc_status_item *items;
    const char **next;
    struct rc_status status;
};

const char *rc_migration_state_name(enum rc_migration_state state)
{
    static const char *const names[RC_MIGRATION_STATE_COUNT] = {
        [RC_MIGRATION_APPLIED] = "applied",         [RC_MIGRATION_PENDING] = "pending",
        [RC_MIGRATION_EDITED] = "edited",           [RC_MIGRATION_MISSING] = "missing",
        [RC_MIGRATION_RUNNING] = "running",         [RC_MIGRATION_FAILED] = "failed",
        [RC_MIGRATION_INTERRUPTED] = "interrupted",
    };
    return names[state];
}

// ---- one migration

static bool is_note(const char *logs)
{
    return *logs == '\0' || strncmp(logs, RC_HISTORY_NOTE, strlen(RC_HISTORY_NOTE)) == 0;
}

// What is known of a migration whose end nobody has recorded.
static const char *explain_interrupted(const struct rc_history_entry *entry,
                                       struct rc_arena *arena)
{
    static const char ended[] = "the process that applied it, or its connection, ended";
    const char *note = entry->logs + (*entry->logs ? strlen(RC_HISTORY_NOTE) : 0);
    if (strcmp(note, "in one transaction") == 0) {
        return rc_arena_printf(
            arena, "%s; its transaction was rolled back: nothing of it stays", ended);
    }
    if (strncmp(note, "in one transaction", 18) == 0) {
        return rc_arena_printf(
            arena, "%s; what the file had not committed itself was rolled back", ended);
    }
    if (strncmp(note, "statement", 9) == 0) {
        return rc_arena_printf(arena,
                               "%s at %s\nwhat the statements before it did (%d) stays; look "
                               "whether this one took effect",
                               ended, note, entry->steps);
    }
    return rc_arena_printf(arena, "%s; how far it came is not known", ended);
}

static enum rc_migration_state state_of(const struct look *look,
                                        const struct rc_migration *migration,
                                        const struct rc_history_entry *entry)
{
    if (!entry || !rc_history_entry_counts(entry)) {
        return RC_MIGRATION_PENDING;
    }
    if (!entry->finished_at && is_note(entry->logs)) {
        return look->status.lock_holder ? RC_MIGRATION_RUNNING : RC_MIGRATION_INTERRUPTED;
    }
    if (!entry->finished_at) {
        return RC_MIGRATION_FAILED;
    }
    if (!migration) {
        return RC_MIGRATION_MISSING;
    }
    return rc_migration_has_checksum(migration, entry->checksum) ? RC_MIGRATION_APPLIED
                                                                 : RC_MIGRATION_EDITED;
}

static const char *explain(const struct look *look, enum rc_migration_state state,
                           const struct rc_history_entry *entry)
{
    switch (state) {
    case RC_MIGRATION_APPLIED:
    case RC_MIGRATION_STATE_COUNT:
        break;
    case RC_MIGRATION_PENDING:
        return entry ? rc_arena_printf(look->arena, "tried at %s and rolled back%s%s",
                                       entry->started_at, *entry->logs ? ": " : "", entry->logs)
                     : "";
    case RC_MIGRATION_EDITED:
        return "its file is not the one that was applied";
    case RC_MIGRATION_MISSING:
        return "it is not in the folder";
    case RC_MIGRATION_RUNNING:
        return rc_arena_printf(look->arena, "since %s, by %s", entry->started_at,
                               look->status.lock_holder);
    case RC_MIGRATION_INTERRUPTED:
        return explain_interrupted(entry, look->arena);
    case RC_MIGRATION_FAILED:
        return entry->logs;
    }
    return "";
}

// The last entry of this name, preferably one that counts.
static const struct rc_history_entry *last_entry(const struct look *look, const char *name)
{
    const struct rc_history_entry *found = rc_history_entry_of(&look->history, name);
    for (size_t i = look->history.count; !found && i > 0; i--) {
        if (strcmp(look->history.items[i - 1].name, name) == 0) {
            found = &look->history.items[i - 1];
        }
    }
    return found;
}

static rowcall_status add(struct look *look, const char *name,
                          const struct rc_migration *migration, rowcall_error *err)
{
    const struct rc_history_entry *entry = last_entry(look, name);
    enum rc_migration_state state = state_of(look, migration, entry);
    struct rc_status_item *item = &look->items[look->status.count++];
    *item = (struct rc_status_item){.name = name,
                                    .state = state,
                                    .entry = entry,
                                    .explanation = explain(look, state, entry)};
    look->status.counts[state]++;
    return item->explanation ? ROWCALL_OK : rc_error_oom(err);
}

// ---- all of them

static bool is_listed(const struct look *look, const char *name)
{
    for (size_t i = 0; i < look->status.count; i++) {
        if (strcmp(look->items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct rc_status_item *)a)->name,
                  ((const struct rc_status_item *)b)->name);
}

static rowcall_status list(struct look *look, rowcall_error *err)
{
    size_t most = look->folder.count + look->history.count + 1;
    look->items = rc_arena_new_array(look->arena, most, struct rc_status_item);
    rowcall_status st = look->items ? ROWCALL_OK : rc_error_oom(err);
    for (size_t i = 0; st == ROWCALL_OK && i < look->folder.count; i++) {
        st = add(look, look->folder.items[i].name, &look->folder.items[i], err);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < look->history.count; i++) {
        const struct rc_history_entry *entry = &look->history.items[i];
        if (rc_history_entry_counts(entry) && !is_listed(look, entry->name)) {
            st = add(look, entry->name, NULL, err);
        }
    }
    if (st == ROWCALL_OK) {
        qsort(look->items, look->status.count, sizeof look->items[0], by_name);
        look->status.items = look->items;
    }
    return st;
}

// ---- what to do next

static const char *first_in(const struct look *look, enum rc_migration_state state)
{
    for (size_t i = 0; i < look->status.count; i++) {
        if (look->items[i].state == state) {
            return look->items[i].name;
        }
    }
    return NULL;
}

static rowcall_status advise(struct look *look, const char *text, rowcall_error *err)
{
    look->next[look->status.next_count] = text;
    look->status.next_count += text != NULL;
    return text ? ROWCALL_OK : rc_error_oom(err);
}

static rowcall_status advise_resolve(struct look *look, const char *name, const char *option,
                                     rowcall_error *err)
{
    rowcall_status st = advise(
        look,
        rc_arena_printf(look->arena,
                        "to try %s again, once what stays of it is undone and its file mended: "
                        "rowcall migrate resolve %s --rolled-back %s",
                        name, option, name),
        err);
    return st ? st
              : advise(look,
                       rc_arena_printf(look->arena,
                                       "if you have finished it by hand: rowcall migrate "
                                       "resolve %s --applied %s",
                                       option, name),
                       err);
}

static rowcall_status advise_all(struct look *look, rowcall_error *err)
{
    const struct rc_status *status = &look->status;
    const char *option = rc_migrator_option(look->deploy, look->arena);
    const char *failed = first_in(look, RC_MIGRATION_FAILED);
    failed = failed ? failed : first_in(look, RC_MIGRATION_INTERRUPTED);
    rowcall_status st = failed ? advise_resolve(look, failed, option, err) : ROWCALL_OK;
    if (st == ROWCALL_OK && status->counts[RC_MIGRATION_RUNNING] > 0) {
        st = advise(look, "wait until the one that runs has ended", err);
    }
    if (st == ROWCALL_OK &&
        status->counts[RC_MIGRATION_EDITED] + status->counts[RC_MIGRATION_MISSING] > 0) {
        st = advise(look,
                    "put the files back as they were applied (they are in version control); a "
                    "change is a migration of its own: rowcall migrate create",
                    err);
    }
    if (st == ROWCALL_OK && status->unknown_table && look->folder.count > 0) {
        st = advise(look,
                    rc_arena_printf(look->arena,
                                    "if its tables are what the first migrations make, say so: "
                                    "rowcall migrate resolve %s --applied %s",
                                    option, look->folder.items[0].name),
                    err);
    } else if (st == ROWCALL_OK && status->counts[RC_MIGRATION_PENDING] > 0) {
        st = advise(look, rc_arena_printf(look->arena, "rowcall migrate deploy %s", option),
                    err);
    }
    return st;
}

// ---- the database

rowcall_status rc_status_unknown_table(const struct rc_history_table *table,
                                       struct rc_arena *arena, const char **ret_name,
                                       rowcall_error *err)
{
    static const char sql[] =
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and not exists"
        " (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid"
        " and d.deptype = 'e') order by 1 limit 1";
    const char *values[] = {table->schema};
    struct rc_pg_params params = {.count = 1, .values = values};
    struct rc_pg_result *result = NULL;
    *ret_name = NULL;
    if (table->exists) {
        return ROWCALL_OK;
    }
    rowcall_status st = rc_pg_sync_exec(table->conn, sql, &params, &result, err);
    if (st == ROWCALL_OK && rc_pg_result_row_count(result) > 0) {
        *ret_name = rc_arena_strdup(arena, rc_pg_result_text(result, 0, 0));
        st = *ret_name ? ROWCALL_OK : rc_error_oom(err);
    }
    rc_pg_result_free(result);
    return st;
}

static rowcall_status look_into(struct look *look, struct rc_pg_sync *conn, rowcall_error *err)
{
    struct rc_history_table table = {0};
    rowcall_status st = rc_history_find(conn, look->arena, &table, err);
    if (st == ROWCALL_OK) {
        look->status.has_history = table.exists;
        look->status.lock_holder = rc_migration_lock_holder(conn, look->arena);
        st = rc_status_unknown_table(&table, look->arena, &look->status.unknown_table, err);
    }
    return st ? st : rc_history_read(&table, look->arena, &look->history, err);
}

static rowcall_status look_at_database(struct look *look, rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    rowcall_error cause = {0};
    rowcall_status st =
        rc_pg_sync_open(look->deploy->url, "rowcall migrate status", &conn, &cause);
    if (st != ROWCALL_OK) {
        if (strcmp(cause.reason, "P1003") == 0) {
            return ROWCALL_OK;
        }
        rc_error_set(err, st, "%s", cause.message);
        rc_error_detail(err, cause.reason, NULL, NULL);
        return st;
    }
    look->status.has_database = true;
    st = look_into(look, conn, err);
    rc_pg_sync_close(conn);
    return st;
}

rowcall_status rc_status_read(const struct rc_deploy *deploy, struct rc_arena *arena,
                              struct rc_status *ret_status, rowcall_error *err)
{
    struct look look = {.deploy = deploy, .arena = arena};
    look.next = rc_arena_new_array(arena, NEXT_MAX, const char *);
    rowcall_status st = look.next ? ROWCALL_OK : rc_error_oom(err);
    st = st ? st : rc_migration_folder_read(deploy->folder, arena, &look.folder, err);
    st = st ? st : look_at_database(&look, err);
    st = st ? st : list(&look, err);
    st = st ? st : advise_all(&look, err);
    if (st == ROWCALL_OK) {
        look.status.loose = look.folder.loose;
        look.status.loose_count = look.folder.loose_count;
        look.status.next = look.next;
        look.status.is_current = look.status.counts[RC_MIGRATION_APPLIED] == look.status.count;
        *ret_status = look.status;
    }
    return st;
}
