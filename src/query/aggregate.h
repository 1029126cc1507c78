// SPDX-License-Identifier: Apache-2.0
//
// Which aggregates a request asks for: count_all, and per function a set of columns.
#ifndef RC_QUERY_AGGREGATE_H
#define RC_QUERY_AGGREGATE_H

#include "query/columns.h"
#include "query/results.h"

struct rc_aggregates {
    bool count_all;
    struct rc_columns of[RC_AGGREGATE_NUMBER];
};

// The function that a field is about, by its role; false when it is about none.
bool rc_aggregates_function(enum rc_api_role role, enum rc_aggregate *ret_function);

// Reads what an Aggregate or GroupBy request asks for. INVALID_ARGUMENT with the path of a
// field whose type has no such aggregate.
rowcall_status rc_aggregates_read(struct rc_builder *builder, const struct rc_node *request,
                                  struct rc_aggregates *ret_aggregates) RC_MUST_CHECK;

bool rc_aggregates_is_empty(const struct rc_aggregates *aggregates);

// INVALID_ARGUMENT for an aggregate that the column's type has not; node names the column.
rowcall_status rc_aggregates_refuse(const struct rc_node *node, enum rc_aggregate function,
                                    const struct rc_column *column, rowcall_error *err);

// Puts them all, answered as the fields of `message`: an Aggregate's response, or a group.
void rc_aggregates_put(const struct rc_aggregates *aggregates,
                       const struct rc_wire_message *message, struct rc_alias alias,
                       struct rc_results *results);

#endif
