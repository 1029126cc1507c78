// SPDX-License-Identifier: Apache-2.0
//
// Making everything is the difference to a database that has nothing.
#include "migrate/ddl.h"

#include "migrate/diff.h"

rowcall_status rc_ddl_create(const struct rc_scope *scope, struct rc_buf *out,
                             rowcall_error *err)
{
    static const struct rc_catalog nothing = {0};
    struct rc_arena arena;
    struct rc_catalog catalog = {0};
    struct rc_diff diff = {0};
    rc_arena_init(&arena, 0);
    rowcall_status st = rc_catalog_of_scope(scope, "", &arena, &catalog, err);
    st = st ? st : rc_diff_make(&nothing, &catalog, &arena, &diff, err);
    if (st == ROWCALL_OK) {
        rc_diff_print(&diff, out);
    }
    rc_arena_fini(&arena);
    return st;
}
