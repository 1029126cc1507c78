// SPDX-License-Identifier: Apache-2.0
//
// What conditions, orders and select lists are about: a column of a table at hand, or an
// aggregate of one. Passed by value or const pointer; holds nothing.
#ifndef RC_QUERY_OPERAND_H
#define RC_QUERY_OPERAND_H

#include "query/builder.h"
#include "schema/aggregate.h"

struct rc_operand {
    const struct rc_column *column; // NULL: count(*)
    struct rc_alias alias;          // of its table
    bool is_aggregate;
    enum rc_aggregate function;
    bool nullable;
    const struct rc_type *type; // of the value; NULL when PostgreSQL has no such aggregate
};

// t0."price"
struct rc_operand rc_operand_column(const struct rc_column *column, struct rc_alias alias);
// sum(t0."price"); column NULL: count(*), whatever the function.
struct rc_operand rc_operand_aggregate(enum rc_aggregate function,
                                       const struct rc_column *column, struct rc_alias alias);

// Whether both say the same.
bool rc_operand_is_same(const struct rc_operand *a, const struct rc_operand *b);

// Appends it; the value has the operand's type.
void rc_operand_put(struct rc_builder *builder, const struct rc_operand *operand);

#endif
