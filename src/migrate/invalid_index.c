// SPDX-License-Identifier: Apache-2.0
//
// One look into pg_index.
#include "migrate/invalid_index.h"

const char *rc_invalid_indexes(struct rc_pg_sync *conn, struct rc_arena *arena)
{
    static const char sql[] =
        "select string_agg('index ' || i.indexrelid::regclass || ' on ' ||"
        " i.indrelid::regclass, ', ' order by i.indexrelid::regclass::text)"
        " from pg_catalog.pg_index i where not i.indisvalid"
        " and (select c.relkind from pg_catalog.pg_class c where c.oid = i.indexrelid) = 'i'"
        " and not exists (select from pg_catalog.pg_stat_progress_create_index p"
        " where p.index_relid = i.indexrelid)";
    struct rc_pg_result *result = NULL;
    rowcall_error ignored = {0};
    const char *found = NULL;
    if (rc_pg_sync_exec(conn, sql, NULL, &result, &ignored) == ROWCALL_OK) {
        const char *text = rc_pg_result_text(result, 0, 0);
        found = text ? rc_arena_strdup(arena, text) : NULL;
    }
    rc_pg_result_free(result);
    return found;
}
