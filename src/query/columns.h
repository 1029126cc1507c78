// SPDX-License-Identifier: Apache-2.0
//
// Which columns of a record are read, and how they get into a select list.
#ifndef RC_QUERY_COLUMNS_H
#define RC_QUERY_COLUMNS_H

#include "query/builder.h"

// A set of columns of one entity.
struct rc_columns {
    const struct rc_entity *entity;
    bool *has; // by rc_column.index
};

// The empty set, scratch memory. RESOURCE_EXHAUSTED without memory.
rowcall_status rc_columns_init_of(struct rc_builder *builder, const struct rc_entity *entity,
                                  struct rc_columns *ret_columns) RC_MUST_CHECK;
// The same for the entity that the method is of.
rowcall_status rc_columns_init(struct rc_builder *builder,
                               struct rc_columns *ret_columns) RC_MUST_CHECK;

static inline void rc_columns_add(struct rc_columns *columns, const struct rc_column *column)
{
    columns->has[column->index] = true;
}

// Adds those of another set of the same entity.
void rc_columns_add_all(struct rc_columns *columns, const struct rc_columns *more);

bool rc_columns_is_empty(const struct rc_columns *columns);

// Adds the columns that an ESelect asks for; every column when it names none or select is NULL.
// What else it asks for is not looked at (select.h). Returns how many were added.
size_t rc_columns_read(struct rc_columns *columns, const struct rc_node *select);

// t0."id", t0."price": as they are, for a query around this one.
void rc_columns_put(struct rc_builder *builder, const struct rc_columns *columns,
                    struct rc_alias alias);

// The same as what the statement gives back: rare types as text, and each a result column of
// the plan.
void rc_columns_put_result(struct rc_builder *builder, const struct rc_columns *columns,
                           struct rc_alias alias);

// t0."total"::int8, a result column of the plan: of a row whose columns are made by a statement
// that nobody here wrote, and may have another type.
void rc_columns_put_cast(struct rc_builder *builder, const struct rc_column *column,
                         struct rc_alias alias);

#endif
