// SPDX-License-Identifier: Apache-2.0
//
// Replaying migrations in a shadow database, and looking at it in between.
#include "migrate/evolve.h"

#include "migrate/shadow.h"

#include <ctype.h>
#include <string.h>

struct work {
    const struct rc_evolve *evolve;
    struct rc_arena *arena;
    struct rc_shadow shadow;
    struct rc_catalog live; // schemas that migrations made
    bool has_live;
    rowcall_error *err;
};

// ---- the next migration

// From what the shadow has to the schema.
static rowcall_status diff_to_schema(struct work *work, struct rc_diff *ret_next)
{
    struct rc_catalog *catalogs = rc_arena_new_array(work->arena, 2, struct rc_catalog);
    if (!catalogs) {
        return rc_error_oom(work->err);
    }
    rowcall_status st = rc_shadow_read(&work->shadow, work->arena, &catalogs[0], work->err);
    st = st ? st
            : rc_shadow_expect(&work->shadow, work->evolve->scope, work->arena, &catalogs[1],
                               work->err);
    return st ? st : rc_diff_make(&catalogs[0], &catalogs[1], work->arena, ret_next, work->err);
}

rowcall_status rc_evolve_next(const struct rc_evolve *evolve, struct rc_arena *arena,
                              struct rc_migration_folder *ret_folder, struct rc_diff *ret_next,
                              rowcall_error *err)
{
    struct work work = {.evolve = evolve, .arena = arena, .err = err};
    rowcall_status st = rc_migration_folder_read(evolve->folder, arena, ret_folder, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    st = rc_shadow_open(evolve->url, evolve->shadow_url, arena, &work.shadow, err);
    st = st ? st : rc_shadow_apply(&work.shadow, ret_folder, 0, ret_folder->count, arena, err);
    st = st ? st : diff_to_schema(&work, ret_next);
    rc_shadow_close(&work.shadow, arena);
    return st;
}

// ---- the history

static bool is_in_folder(const struct rc_evolve_state *state, const char *name)
{
    for (size_t i = 0; i < state->folder.count; i++) {
        if (strcmp(state->folder.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static rowcall_status compare_history(struct work *work, struct rc_evolve_state *state)
{
    const char **edited =
        rc_arena_new_array(work->arena, state->folder.count + 1, const char *);
    const char **missing =
        rc_arena_new_array(work->arena, state->history.count + 1, const char *);
    if (!edited || !missing) {
        return rc_error_oom(work->err);
    }
    for (size_t i = 0; i < state->history.count; i++) {
        const struct rc_history_entry *entry = &state->history.items[i];
        bool counts = rc_history_entry_counts(entry);
        if (counts && !entry->finished_at && !state->failed) {
            state->failed = entry;
        }
        if (counts && !is_in_folder(state, entry->name)) {
            missing[state->missing_count++] = entry->name;
        }
    }
    for (size_t i = 0; i < state->folder.count; i++) {
        const struct rc_migration *migration = &state->folder.items[i];
        const struct rc_history_entry *entry =
            rc_history_entry_of(&state->history, migration->name);
        state->pending_count += entry == NULL;
        if (entry && !rc_migration_has_checksum(migration, entry->checksum)) {
            edited[state->edited_count++] = migration->name;
        }
    }
    state->edited = edited;
    state->missing = missing;
    return ROWCALL_OK;
}

// ---- the live database

static rowcall_status read_live(struct work *work, struct rc_pg_sync *conn,
                                const struct rc_catalog *made)
{
    struct rc_buf schemas = {0};
    rowcall_error ignored = {0};
    rc_catalog_schemas_of(made, &schemas);
    rowcall_status st = rc_buf_status(&schemas, work->err);
    st = st ? st : rc_pg_sync_exec(conn, "begin", NULL, NULL, work->err);
    if (st == ROWCALL_OK) {
        st = rc_catalog_read(conn, schemas.data, "", work->arena, &work->live, work->err);
        rowcall_status end =
            rc_pg_sync_exec(conn, "rollback", NULL, NULL, st ? &ignored : work->err);
        st = st ? st : end;
    }
    rc_buf_fini(&schemas);
    return st;
}

// Applies to the shadow what is applied to the database, or what is not.
static rowcall_status replay(struct work *work, const struct rc_evolve_state *state,
                             bool applied)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < state->folder.count; i++) {
        if (applied ==
            (rc_history_entry_of(&state->history, state->folder.items[i].name) != NULL)) {
            st = rc_shadow_apply(&work->shadow, &state->folder, i, i + 1, work->arena,
                                 work->err);
        }
    }
    return st;
}

static rowcall_status find_drift(struct work *work, struct rc_pg_sync *conn,
                                 struct rc_evolve_state *state)
{
    struct rc_catalog *made = rc_arena_new(work->arena, struct rc_catalog);
    if (!made) {
        return rc_error_oom(work->err);
    }
    rowcall_status st = rc_shadow_read(&work->shadow, work->arena, made, work->err);
    st = st ? st : read_live(work, conn, made);
    if (st != ROWCALL_OK) {
        return st;
    }
    state->unrecorded = state->history.count == 0 && work->live.table_count > 0;
    rc_catalog_aim(&work->live);
    return rc_diff_make(made, &work->live, work->arena, &state->drift, work->err);
}

static rowcall_status look_at_live(struct work *work, struct rc_pg_sync **ret_conn,
                                   struct rc_evolve_state *state)
{
    struct rc_history_table table = {0};
    rowcall_error cause = {0};
    rowcall_status st = rc_pg_sync_open(work->evolve->url, "rowcall migrate", ret_conn, &cause);
    if (st != ROWCALL_OK && strcmp(cause.reason, "P1003") == 0) {
        return ROWCALL_OK; // it is made with its first migration
    }
    if (st != ROWCALL_OK) {
        if (work->err) {
            *work->err = cause;
        }
        return st;
    }
    st = rc_history_find(*ret_conn, work->arena, &table, work->err);
    return st ? st : rc_history_read(&table, work->arena, &state->history, work->err);
}

static rowcall_status replay_all(struct work *work, struct rc_pg_sync *conn,
                                 struct rc_evolve_state *state)
{
    rowcall_status st = rc_shadow_open(work->evolve->url, work->evolve->shadow_url, work->arena,
                                       &work->shadow, work->err);
    st = st ? st : replay(work, state, true);
    st = st || !conn ? st : find_drift(work, conn, state);
    st = st ? st : replay(work, state, false);
    st = st ? st : diff_to_schema(work, &state->next);
    rc_shadow_close(&work->shadow, work->arena);
    return st;
}

rowcall_status rc_evolve_diagnose(const struct rc_evolve *evolve, struct rc_arena *arena,
                                  struct rc_evolve_state *ret_state, rowcall_error *err)
{
    struct work work = {.evolve = evolve, .arena = arena, .err = err};
    struct rc_pg_sync *conn = NULL;
    *ret_state = (struct rc_evolve_state){0};
    rowcall_status st =
        rc_migration_folder_read(evolve->folder, arena, &ret_state->folder, err);
    st = st ? st : look_at_live(&work, &conn, ret_state);
    st = st ? st : compare_history(&work, ret_state);
    bool trusted =
        !ret_state->failed && ret_state->edited_count == 0 && ret_state->missing_count == 0;
    if (st == ROWCALL_OK && trusted) {
        st = replay_all(&work, conn, ret_state);
    }
    rc_pg_sync_close(conn);
    return st;
}

// ---- a name

// The first quoted name of a statement that is no PostgreSQL schema's: what it is about.
static void find_object(const char *sql, struct rc_buf *out)
{
    const char *open = strchr(sql, '"');
    const char *close = open ? strchr(open + 1, '"') : NULL;
    if (close && close[1] == '.' && close[2] == '"') {
        open = close + 2;
        close = strchr(open + 1, '"');
    }
    for (const char *at = open ? open + 1 : ""; close && at < close; at++) {
        rc_buf_append_char(out, isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at)
                                                            : '_');
    }
}

// "CreateTable" is "create", unless it is only an index.
static void find_verb(const char *title, struct rc_buf *out)
{
    for (const char *at = title; *at && (at == title || islower((unsigned char)*at)); at++) {
        rc_buf_append_char(out, (char)tolower((unsigned char)*at));
    }
}

const char *rc_evolve_name(const struct rc_diff *diff, struct rc_arena *arena)
{
    struct rc_buf name = {0};
    if (diff->count == 0) {
        return "empty";
    }
    // The step that tells most: a table's, where there is one.
    const struct rc_diff_step *main = &diff->steps[0];
    for (size_t i = diff->count; i-- > 0;) {
        main = strstr(diff->steps[i].title, "Table") ? &diff->steps[i] : main;
    }
    find_verb(main->title, &name);
    rc_buf_append_char(&name, '_');
    find_object(main->sql, &name);
    const char *made = name.broken ? NULL : rc_arena_copy(arena, name.data, name.len);
    rc_buf_fini(&name);
    return made;
}
