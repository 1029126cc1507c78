// SPDX-License-Identifier: Apache-2.0
//
// A total order of records, and what comes behind a given record in it. Order is total because
// a key is appended where the request's own values are none: pages need that.
//
// What orders is a column, a column of a record that to-one relations lead to, how many related
// records there are, or how well a record matches a full-text query. Where that is found
// depends on the layer of the page (page.h): at a table the relations are joined; a subquery of
// a page shows what is no column of the record as "rc:o1", "rc:o2", ... by the item's position.
#ifndef RC_QUERY_ORDER_H
#define RC_QUERY_ORDER_H

#include "query/columns.h"
#include "query/from.h"

struct rc_order_item {
    const struct rc_relation *const *hops; // to-one relations, from the record on; scratch
    size_t hop_count;
    // Of the entity they lead to, one of:
    const struct rc_column *column;
    const struct rc_relation *counted; // to-many relation, whose records count
    const struct rc_node *relevance;   // ERelevance, by which records are ranked
    bool nullable;
    bool descending;
    bool nulls_first;
};

struct rc_order {
    struct rc_order_item *items; // scratch
    size_t count;
};

// Which way an Order sorts, and whether NULLs come first; order may be NULL.
void rc_order_read_direction(const struct rc_node *order, bool *ret_descending,
                             bool *ret_nulls_first);

// " desc nulls last": what has to be said of it behind a value.
void rc_order_put_direction(struct rc_builder *builder, bool descending, bool nulls_first,
                            bool nullable);

// Reads the order_by fields of request, which orders records of entity; a value named again
// adds nothing. is_total: appends the primary key unless the columns hold a key already.
// INVALID_ARGUMENT names columns without an order.
rowcall_status rc_order_read(struct rc_builder *builder, const struct rc_entity *entity,
                             const struct rc_node *request, bool is_total,
                             struct rc_order *ret_order) RC_MUST_CHECK;

// The record's own columns in the order, added to a set.
void rc_order_add_columns(const struct rc_order *order, struct rc_columns *columns);

// Asks for the joins that the order needs at from. To be called before from's joins are
// written, and before anything below is.
void rc_order_add_joins(struct rc_builder *builder, const struct rc_order *order,
                        struct rc_from *from);

// " order by t0."name", t0."id" desc"; nothing when there is no order. reversed: from the end.
void rc_order_put(struct rc_builder *builder, const struct rc_order *order,
                  struct rc_from *from, bool reversed);

// `, t1."name" as "rc:o1"`: what a layer has to show besides the record's own columns.
void rc_order_put_shown(struct rc_builder *builder, const struct rc_order *order,
                        struct rc_from *from);

// `t0."name", t0."id"`: the values of the first count items, in order. is_shown: named as a
// layer shows them.
void rc_order_put_list(struct rc_builder *builder, const struct rc_order *order, size_t count,
                       struct rc_from *from, bool is_shown);

// Whether one comparison of all values at once says what comes behind a record: no NULLs, one
// direction. Then an index answers it.
bool rc_order_is_one_way(const struct rc_order *order);

// Whether the first item is a column of the record's own without NULLs.
bool rc_order_is_indexable(const struct rc_order *order);

// `(t0."name", t0."id") >= `, to be followed by the values of the record to begin with; ` <= `
// where the order descends, or is reversed. count: of the first so many items.
void rc_order_put_bound(struct rc_builder *builder, const struct rc_order *order, size_t count,
                        struct rc_from *from, bool reversed);

// The condition that record `from` is record `start` or comes behind it (reversed: before it),
// for any order. NULLs have the place that the order gives them.
void rc_order_put_from(struct rc_builder *builder, const struct rc_order *order,
                       struct rc_from *from, struct rc_from *start, bool reversed);

#endif
