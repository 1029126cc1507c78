// SPDX-License-Identifier: Apache-2.0
//
// Statements on the advisory lock.
#include "migrate/lock.h"

#include <string.h>

#define ADVISORY_LOCK "72707369" // Prisma's number

rowcall_status rc_migration_lock_try(struct rc_pg_sync *conn, bool *ret_locked,
                                     rowcall_error *err)
{
    struct rc_pg_result *result = NULL;
    rowcall_status st = rc_pg_sync_exec(conn, "select pg_try_advisory_lock(" ADVISORY_LOCK ")",
                                        NULL, &result, err);
    if (st == ROWCALL_OK) {
        *ret_locked = strcmp(rc_pg_result_text(result, 0, 0), "t") == 0;
    }
    rc_pg_result_free(result);
    return st;
}

const char *rc_migration_lock_holder(struct rc_pg_sync *conn, struct rc_arena *arena)
{
    static const char sql[] =
        "select coalesce(nullif(a.application_name, ''), 'a client') || ', backend ' || l.pid"
        " || ', connected for ' || extract(epoch from now() - a.backend_start)::int || ' s'"
        " || coalesce(', from ' || a.client_addr, '')"
        " from pg_locks l join pg_stat_activity a on a.pid = l.pid"
        " where l.locktype = 'advisory' and l.granted and l.classid = 0"
        " and l.objid = " ADVISORY_LOCK " and l.objsubid = 1"
        " and l.database = (select oid from pg_database where datname = current_database())"
        " limit 1";
    struct rc_pg_result *result = NULL;
    rowcall_error ignored = {0};
    const char *holder = NULL;
    if (rc_pg_sync_exec(conn, sql, NULL, &result, &ignored) == ROWCALL_OK &&
        rc_pg_result_row_count(result) == 1) {
        const char *text = rc_pg_result_text(result, 0, 0);
        holder = rc_arena_strdup(arena, text ? text : "another session");
    }
    rc_pg_result_free(result);
    return holder;
}
