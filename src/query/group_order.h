// SPDX-License-Identifier: Apache-2.0
//
// The order of groups: by their keys, and by aggregates over their records.
#ifndef RC_QUERY_GROUP_ORDER_H
#define RC_QUERY_GROUP_ORDER_H

#include "query/group.h"

struct rc_group_order_item {
    struct rc_operand operand;
    bool descending;
    bool nulls_first;
};

struct rc_group_order {
    struct rc_group_order_item *items; // each operand once; scratch
    size_t count;
};

// Reads the order_by of a GroupBy request. is_total: appends the keys, which no two groups
// share. INVALID_ARGUMENT with a path for what is no key, or no aggregate of its type.
rowcall_status rc_group_order_read(struct rc_builder *builder, const struct rc_node *request,
                                   const struct rc_group *group, bool is_total,
                                   struct rc_group_order *ret_order) RC_MUST_CHECK;

// "<keyword>t0."name", count(*) desc"; nothing when there is no order. reversed: from the end.
void rc_group_order_put(struct rc_builder *builder, const char *keyword,
                        const struct rc_group_order *order, bool reversed);

#endif
