// SPDX-License-Identifier: Apache-2.0
//
// The comparison with a subquery's one row is what an index can begin at; an order of both
// directions, or with NULLs, is compared value by value with the record, which is joined.
#include "query/cursor.h"

#include "query/predicate.h"

// "(select t1."name" from <table> t1 where <key>)": the first count of the order's values in
// the cursor's record; nothing when there is no such record, and so no page.
static rowcall_status put_record(struct rc_builder *builder, const struct rc_cursor *cursor,
                                 size_t count, bool is_shown)
{
    const struct rc_order values = {.items = cursor->order->items, .count = count};
    struct rc_from from = rc_from_begin(builder);
    rc_builder_put(builder, "(select ");
    rc_order_put_list(builder, &values, count, &from, is_shown);
    rc_builder_put(builder, " from ");
    rc_builder_put_table(builder, cursor->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, from.alias);
    rc_from_put_joins(builder, &from);
    rc_builder_put(builder, " where ");
    rowcall_status st = rc_predicate_key(builder, cursor->key, from.alias);
    rc_builder_put(builder, ")");
    return st;
}

rowcall_status rc_cursor_put_join(struct rc_builder *builder, struct rc_cursor *cursor)
{
    if (rc_order_is_one_way(cursor->order)) {
        return ROWCALL_OK;
    }
    cursor->start = rc_from_begin(builder);
    cursor->start.is_subquery = true;
    rc_builder_put(builder, " cross join ");
    rowcall_status st = put_record(builder, cursor, cursor->order->count, true);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, cursor->start.alias);
    return st;
}

static rowcall_status put_bound(struct rc_builder *builder, const struct rc_cursor *cursor,
                                size_t count, struct rc_from *from)
{
    rc_order_put_bound(builder, cursor->order, count, from, cursor->reversed);
    return put_record(builder, cursor, count, false);
}

rowcall_status rc_cursor_put_condition(struct rc_builder *builder, struct rc_cursor *cursor,
                                       struct rc_from *from)
{
    const struct rc_order *order = cursor->order;
    if (rc_order_is_one_way(order)) {
        return put_bound(builder, cursor, order->count, from);
    }
    rowcall_status st = ROWCALL_OK;
    if (rc_order_is_indexable(order)) { // implied by what follows, for the index
        st = put_bound(builder, cursor, 1, from);
        rc_builder_put(builder, " and ");
    }
    rc_order_put_from(builder, order, from, &cursor->start, cursor->reversed);
    return st;
}
