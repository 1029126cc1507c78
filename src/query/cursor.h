// SPDX-License-Identifier: Apache-2.0
//
// Where a page begins: at the record that an EKey names, in the page's order. Without such a
// record there is no page.
#ifndef RC_QUERY_CURSOR_H
#define RC_QUERY_CURSOR_H

#include "query/order.h"

struct rc_cursor {
    const struct rc_entity *entity;
    const struct rc_node *key;
    const struct rc_order *order;
    bool reversed;        // the page ends with it
    struct rc_from start; // its record, once joined
};

// " cross join (select ...) t1": the values that the record is ordered by, for orders that one
// comparison cannot follow; nothing for others. To stand behind the joins of the page's FROM.
rowcall_status rc_cursor_put_join(struct rc_builder *builder,
                                  struct rc_cursor *cursor) RC_MUST_CHECK;

// The condition that a record of from is the cursor's or comes behind it, to stand in an AND.
// The order's joins were asked for.
rowcall_status rc_cursor_put_condition(struct rc_builder *builder, struct rc_cursor *cursor,
                                       struct rc_from *from) RC_MUST_CHECK;

#endif
