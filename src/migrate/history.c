// SPDX-License-Identifier: Apache-2.0
//
// The statements on _prisma_migrations.
#include "migrate/history.h"

#include "schema/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- where it is

static rowcall_status take_table(struct rc_pg_sync *conn, const struct rc_pg_result *result,
                                 struct rc_arena *arena, struct rc_history_table *ret_table,
                                 rowcall_error *err)
{
    struct rc_buf name = {0};
    const char *schema = rc_pg_result_text(result, 0, 0);
    if (!schema) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "no schema of the search_path exists: name one by ?schema= in the "
                            "URL");
    }
    rc_sql_identifier(&name, schema);
    rc_buf_append_text(&name, ".\"_prisma_migrations\"");
    rowcall_status st = rc_buf_status(&name, err);
    if (st == ROWCALL_OK) {
        *ret_table = (struct rc_history_table){
            .conn = conn,
            .name = rc_arena_copy(arena, name.data, name.len),
            .schema = rc_arena_strdup(arena, schema),
            .exists = strcmp(rc_pg_result_text(result, 0, 1), "t") == 0,
        };
        st = ret_table->name && ret_table->schema ? ROWCALL_OK : rc_error_oom(err);
    }
    rc_buf_fini(&name);
    return st;
}

rowcall_status rc_history_find(struct rc_pg_sync *conn, struct rc_arena *arena,
                               struct rc_history_table *ret_table, rowcall_error *err)
{
    static const char sql[] =
        "select s.name, exists (select from pg_catalog.pg_class c"
        " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = s.name and c.relname = '_prisma_migrations')"
        " from (select coalesce((pg_catalog.parse_ident($1::text, false))[1],"
        " pg_catalog.current_schema()::text) as name) s";
    const char *values[] = {rc_pg_sync_schema(conn)};
    struct rc_pg_params params = {.count = 1, .values = values};
    struct rc_pg_result *result = NULL;
    rowcall_status st = rc_pg_sync_exec(conn, sql, &params, &result, err);
    if (st == ROWCALL_OK) {
        st = take_table(conn, result, arena, ret_table, err);
    }
    rc_pg_result_free(result);
    return st;
}

// Runs head, the table's name, and tail.
static rowcall_status exec(const struct rc_history_table *table, const char *head,
                           const char *tail, const struct rc_pg_params *params,
                           struct rc_pg_result **ret_result, rowcall_error *err)
{
    struct rc_buf sql = {0};
    rc_buf_printf(&sql, "%s %s %s", head, table->name, tail);
    rowcall_status st = rc_buf_status(&sql, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_exec(table->conn, sql.data, params, ret_result, err);
    }
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status create_schema(const struct rc_history_table *table, rowcall_error *err)
{
    struct rc_buf sql = {0};
    rc_buf_printf(&sql, "create schema if not exists %s", rc_pg_sync_schema(table->conn));
    rowcall_status st = rc_buf_status(&sql, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_exec(table->conn, sql.data, NULL, NULL, err);
    }
    rc_buf_fini(&sql);
    return st;
}

rowcall_status rc_history_prepare(struct rc_history_table *table, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    if (!table->exists && rc_pg_sync_schema(table->conn)) {
        st = create_schema(table, err);
    }
    if (st == ROWCALL_OK && !table->exists) {
        st = exec(table, "create table if not exists",
                  "(\"id\" varchar(36) primary key not null,"
                  "\"checksum\" varchar(64) not null,"
                  "\"finished_at\" timestamptz,"
                  "\"migration_name\" varchar(255) not null,"
                  "\"logs\" text,"
                  "\"rolled_back_at\" timestamptz,"
                  "\"started_at\" timestamptz not null default now(),"
                  "\"applied_steps_count\" integer not null default 0)",
                  NULL, NULL, err);
    }
    table->exists = table->exists || st == ROWCALL_OK;
    return st;
}

// ---- reading

static const char *copy_text(struct rc_arena *arena, const struct rc_pg_result *result, int row,
                             int column, bool *ret_failed)
{
    const char *text = rc_pg_result_text(result, row, column);
    const char *copy = text ? rc_arena_strdup(arena, text) : NULL;
    *ret_failed = *ret_failed || (text && !copy);
    return copy;
}

static rowcall_status copy(const struct rc_pg_result *result, struct rc_arena *arena,
                           struct rc_history *ret_history, rowcall_error *err)
{
    int count = rc_pg_result_row_count(result);
    struct rc_history_entry *items =
        rc_arena_new_array(arena, (size_t)count + 1, struct rc_history_entry);
    bool failed = !items;
    for (int i = 0; !failed && i < count; i++) {
        items[i] = (struct rc_history_entry){
            .id = copy_text(arena, result, i, 0, &failed),
            .name = copy_text(arena, result, i, 1, &failed),
            .checksum = copy_text(arena, result, i, 2, &failed),
            .started_at = copy_text(arena, result, i, 3, &failed),
            .finished_at = copy_text(arena, result, i, 4, &failed),
            .rolled_back_at = copy_text(arena, result, i, 5, &failed),
            .logs = copy_text(arena, result, i, 6, &failed),
            .steps = (int)strtol(rc_pg_result_text(result, i, 7), NULL, 10),
        };
    }
    if (failed) {
        return rc_error_oom(err);
    }
    *ret_history = (struct rc_history){items, (size_t)count};
    return ROWCALL_OK;
}

rowcall_status rc_history_read(const struct rc_history_table *table, struct rc_arena *arena,
                               struct rc_history *ret_history, rowcall_error *err)
{
#define MOMENT(column)                                                                         \
    "to_char(" column " at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'"
    static const char head[] =
        "select id, migration_name, checksum, " MOMENT("started_at") ", " //
        MOMENT("finished_at") ", " MOMENT("rolled_back_at") ", coalesce(logs, ''),"
                                                            " applied_steps_count from";
#undef MOMENT
    struct rc_pg_result *result = NULL;
    *ret_history = (struct rc_history){0};
    if (!table->exists) {
        return ROWCALL_OK;
    }
    rowcall_status st =
        exec(table, head, "order by started_at, migration_name", NULL, &result, err);
    if (st == ROWCALL_OK) {
        st = copy(result, arena, ret_history, err);
    }
    rc_pg_result_free(result);
    return st;
}

bool rc_history_entry_counts(const struct rc_history_entry *entry)
{
    return !entry->rolled_back_at;
}

const struct rc_history_entry *rc_history_entry_of(const struct rc_history *history,
                                                   const char *name)
{
    const struct rc_history_entry *found = NULL;
    for (size_t i = 0; i < history->count; i++) {
        const struct rc_history_entry *entry = &history->items[i];
        if (rc_history_entry_counts(entry) && strcmp(entry->name, name) == 0) {
            found = entry;
        }
    }
    return found;
}

// ---- writing

rowcall_status rc_history_start(const struct rc_history_table *table,
                                const struct rc_migration *migration, const char *note,
                                char ret_id[37], rowcall_error *err)
{
    const char *values[] = {migration->checksum, migration->name, note};
    struct rc_pg_params params = {.count = 3, .values = values};
    struct rc_pg_result *result = NULL;
    rowcall_status st = exec(table, "insert into",
                             "(id, checksum, migration_name, logs)"
                             " values (gen_random_uuid()::text, $1, $2, $3) returning id",
                             &params, &result, err);
    if (st == ROWCALL_OK) {
        snprintf(ret_id, 37, "%s", rc_pg_result_text(result, 0, 0));
    }
    rc_pg_result_free(result);
    return st;
}

rowcall_status rc_history_step(const struct rc_history_table *table, const char *id, int steps,
                               const char *note, rowcall_error *err)
{
    char number[16];
    snprintf(number, sizeof number, "%d", steps);
    const char *values[] = {id, number, note};
    struct rc_pg_params params = {.count = 3, .values = values};
    return exec(table, "update", "set applied_steps_count = $2::int, logs = $3 where id = $1",
                &params, NULL, err);
}

rowcall_status rc_history_finish(const struct rc_history_table *table, const char *id,
                                 int steps, rowcall_error *err)
{
    char number[16];
    snprintf(number, sizeof number, "%d", steps);
    const char *values[] = {id, number};
    struct rc_pg_params params = {.count = 2, .values = values};
    return exec(table, "update",
                "set finished_at = clock_timestamp(), applied_steps_count = $2::int,"
                " logs = null where id = $1",
                &params, NULL, err);
}

rowcall_status rc_history_fail(const struct rc_history_table *table, const char *id,
                               const char *logs, bool is_resolved, rowcall_error *err)
{
    const char *values[] = {id, logs, is_resolved ? "t" : "f"};
    struct rc_pg_params params = {.count = 3, .values = values};
    return exec(table, "update",
                "set logs = $2, rolled_back_at = case when $3::bool then clock_timestamp() end"
                " where id = $1",
                &params, NULL, err);
}

rowcall_status rc_history_mark_applied(const struct rc_history_table *table,
                                       const struct rc_migration *migration, rowcall_error *err)
{
    const char *values[] = {migration->checksum, migration->name};
    struct rc_pg_params params = {.count = 2, .values = values};
    return exec(table, "insert into",
                "(id, checksum, migration_name, started_at, finished_at)"
                " values (gen_random_uuid()::text, $1, $2, clock_timestamp(), "
                "clock_timestamp())",
                &params, NULL, err);
}

rowcall_status rc_history_mark_rolled_back(const struct rc_history_table *table,
                                           const char *name, rowcall_error *err)
{
    const char *values[] = {name};
    struct rc_pg_params params = {.count = 1, .values = values};
    return exec(table, "update",
                "set rolled_back_at = clock_timestamp() where migration_name = $1"
                " and finished_at is null and rolled_back_at is null",
                &params, NULL, err);
}

rowcall_status rc_history_take_back(const struct rc_history_table *table, const char *name,
                                    rowcall_error *err)
{
    const char *values[] = {name};
    struct rc_pg_params params = {.count = 1, .values = values};
    return exec(table, "update",
                "set rolled_back_at = clock_timestamp() where migration_name = $1"
                " and rolled_back_at is null",
                &params, NULL, err);
}
