// SPDX-License-Identifier: Apache-2.0
//
// A total order of records, and what comes behind a given record in it. Order is total because
// a key is appended where the request's own columns are none: pages need that.
#ifndef RC_QUERY_ORDER_H
#define RC_QUERY_ORDER_H

#include "query/columns.h"

struct rc_order_item {
    const struct rc_column *column;
    bool descending;
    bool nulls_first;
};

struct rc_order {
    struct rc_order_item *items; // scratch
    size_t count;
};

// Reads the order_by fields of request; a column named again adds nothing. is_total: appends
// the primary key unless the columns hold a key already. UNIMPLEMENTED names orders by
// relations, INVALID_ARGUMENT columns without an order.
rowcall_status rc_order_read(struct rc_builder *builder, const struct rc_node *request,
                             bool is_total, struct rc_order *ret_order) RC_MUST_CHECK;

// The columns of the order, added to a set.
void rc_order_add_columns(const struct rc_order *order, struct rc_columns *columns);

// " order by t0."name", t0."id" desc"; nothing when there is no order. reversed: from the end.
void rc_order_put(struct rc_builder *builder, const struct rc_order *order,
                  struct rc_alias alias, bool reversed);

// "t0."name", t0."id"": the order's columns, in order.
void rc_order_put_list(struct rc_builder *builder, const struct rc_order *order,
                       struct rc_alias alias);

// Whether one comparison of all columns at once says what comes behind a record: no NULLs, one
// direction. Then an index answers it.
bool rc_order_is_one_way(const struct rc_order *order);

// "(t0."name", t0."id") >= ", to be followed by the values of the record to begin with; " <= "
// where the order descends, or is reversed. count: of the first so many columns.
void rc_order_put_bound(struct rc_builder *builder, const struct rc_order *order, size_t count,
                        struct rc_alias alias, bool reversed);

// The condition that record `alias` is record `start` or comes behind it (reversed: before it),
// for any order. NULLs have the place that the order gives them.
void rc_order_put_from(struct rc_builder *builder, const struct rc_order *order,
                       struct rc_alias alias, struct rc_alias start, bool reversed);

#endif
