// SPDX-License-Identifier: Apache-2.0
//
// A live database and the schema, both in that database's PostgreSQL's words.
#include "migrate/diff.h"

rowcall_status rc_diff_live(struct rc_pg_sync *conn, const struct rc_scope *scope, bool owned,
                            struct rc_arena *arena, struct rc_diff *ret_diff,
                            rowcall_error *err)
{
    struct rc_catalog live = {0};
    struct rc_catalog expected = {0};
    rowcall_error ignored = {0};
    rowcall_status st = rc_pg_sync_exec(conn, "begin", NULL, NULL, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    st = rc_catalog_expect(conn, scope, arena, &expected, err);
    if (st == ROWCALL_OK) {
        st = owned ? rc_catalog_read(conn, NULL, "", arena, &live, err)
                   : rc_catalog_read_scope(conn, scope, arena, &live, err);
    }
    rowcall_status end = rc_pg_sync_exec(conn, "rollback", NULL, NULL, st ? &ignored : err);
    st = st ? st : end;
    return st ? st : rc_diff_make(&live, &expected, arena, ret_diff, err);
}
