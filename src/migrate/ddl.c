// SPDX-License-Identifier: Apache-2.0
//
// Making everything is the difference to a database that has nothing.
#include "migrate/ddl.h"

#include "migrate/diff.h"

rowcall_status rc_ddl_create(const struct rc_scope *scope, const struct rc_ddl_options *options,
                             struct rc_buf *out, rowcall_error *err)
{
    static const struct rc_ddl_options none = {0};
    static const struct rc_catalog nothing = {0};
    struct rc_arena arena;
    struct rc_catalog catalog = {0};
    struct rc_diff diff = {0};
    options = options ? options : &none;
    rc_arena_init(&arena, 0);
    rowcall_status st = rc_catalog_of_scope(
        scope, options->schema_prefix ? options->schema_prefix : "", &arena, &catalog, err);
    if (options->skip_extensions) {
        catalog.extension_count = 0;
    }
    st = st ? st : rc_diff_make(&nothing, &catalog, &arena, &diff, err);
    if (st == ROWCALL_OK) {
        rc_diff_print(&diff, out);
    }
    rc_arena_fini(&arena);
    return st;
}
