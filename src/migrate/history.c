// SPDX-License-Identifier: Apache-2.0
//
// The statements on _prisma_migrations.
#include "migrate/history.h"

#include <stdio.h>
#include <string.h>

static const char create_sql[] = "create table if not exists \"_prisma_migrations\" ("
                                 "\"id\" varchar(36) primary key not null,"
                                 "\"checksum\" varchar(64) not null,"
                                 "\"finished_at\" timestamptz,"
                                 "\"migration_name\" varchar(255) not null,"
                                 "\"logs\" text,"
                                 "\"rolled_back_at\" timestamptz,"
                                 "\"started_at\" timestamptz not null default now(),"
                                 "\"applied_steps_count\" integer not null default 0)";

rowcall_status rc_history_prepare(struct rc_pg_sync *conn, rowcall_error *err)
{
    return rc_pg_sync_exec(conn, create_sql, NULL, NULL, err);
}

static rowcall_status copy(const struct rc_pg_result *result, struct rc_arena *arena,
                           struct rc_history *ret_history, rowcall_error *err)
{
    int count = rc_pg_result_row_count(result);
    struct rc_history_entry *items =
        rc_arena_new_array(arena, (size_t)count + 1, struct rc_history_entry);
    if (!items) {
        return rc_error_oom(err);
    }
    for (int i = 0; i < count; i++) {
        items[i].name = rc_arena_strdup(arena, rc_pg_result_text(result, i, 0));
        items[i].checksum = rc_arena_strdup(arena, rc_pg_result_text(result, i, 1));
        items[i].finished = strcmp(rc_pg_result_text(result, i, 2), "t") == 0;
        items[i].logs = rc_arena_strdup(arena, rc_pg_result_text(result, i, 3));
        if (!items[i].name || !items[i].checksum || !items[i].logs) {
            return rc_error_oom(err);
        }
    }
    *ret_history = (struct rc_history){items, (size_t)count};
    return ROWCALL_OK;
}

rowcall_status rc_history_read(struct rc_pg_sync *conn, struct rc_arena *arena,
                               struct rc_history *ret_history, rowcall_error *err)
{
    struct rc_pg_result *result = NULL;
    rowcall_status st = rc_pg_sync_exec(
        conn,
        "select migration_name, checksum, finished_at is not null, coalesce(logs, '')"
        " from \"_prisma_migrations\" where rolled_back_at is null order by started_at, "
        "migration_name",
        NULL, &result, err);
    if (st == ROWCALL_OK) {
        st = copy(result, arena, ret_history, err);
    }
    rc_pg_result_free(result);
    return st;
}

rowcall_status rc_history_start(struct rc_pg_sync *conn, const struct rc_migration *migration,
                                char ret_id[37], rowcall_error *err)
{
    const char *values[] = {migration->checksum, migration->name};
    struct rc_pg_params params = {.count = 2, .values = values};
    struct rc_pg_result *result = NULL;
    rowcall_status st =
        rc_pg_sync_exec(conn,
                        "insert into \"_prisma_migrations\" (id, checksum, migration_name)"
                        " values (gen_random_uuid()::text, $1, $2) returning id",
                        &params, &result, err);
    if (st == ROWCALL_OK) {
        snprintf(ret_id, 37, "%s", rc_pg_result_text(result, 0, 0));
    }
    rc_pg_result_free(result);
    return st;
}

rowcall_status rc_history_finish(struct rc_pg_sync *conn, const char *id, rowcall_error *err)
{
    const char *values[] = {id};
    struct rc_pg_params params = {.count = 1, .values = values};
    return rc_pg_sync_exec(conn,
                           "update \"_prisma_migrations\" set finished_at = clock_timestamp(),"
                           " applied_steps_count = applied_steps_count + 1 where id = $1",
                           &params, NULL, err);
}

rowcall_status rc_history_fail(struct rc_pg_sync *conn, const char *id, const char *logs,
                               rowcall_error *err)
{
    const char *values[] = {id, logs};
    struct rc_pg_params params = {.count = 2, .values = values};
    return rc_pg_sync_exec(conn, "update \"_prisma_migrations\" set logs = $2 where id = $1",
                           &params, NULL, err);
}
