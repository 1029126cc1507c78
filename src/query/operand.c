// SPDX-License-Identifier: Apache-2.0
//
// Columns and aggregates as text.
#include "query/operand.h"

struct rc_operand rc_operand_column(const struct rc_column *column, struct rc_alias alias)
{
    return (struct rc_operand){
        .column = column, .alias = alias, .nullable = column->nullable, .type = &column->type};
}

struct rc_operand rc_operand_aggregate(enum rc_aggregate function,
                                       const struct rc_column *column, struct rc_alias alias)
{
    return (struct rc_operand){.column = column,
                               .alias = alias,
                               .is_aggregate = true,
                               .function = column ? function : RC_AGGREGATE_COUNT,
                               .nullable = column && function != RC_AGGREGATE_COUNT,
                               .type = column ? rc_aggregate_type(function, &column->type)
                                              : &rc_type_int8};
}

bool rc_operand_is_same(const struct rc_operand *a, const struct rc_operand *b)
{
    return a->column == b->column && a->alias.number == b->alias.number &&
           a->is_aggregate == b->is_aggregate && a->function == b->function;
}

void rc_operand_put(struct rc_builder *builder, const struct rc_operand *operand)
{
    if (!operand->is_aggregate) {
        rc_builder_put_column(builder, operand->alias, operand->column);
        return;
    }
    rc_builder_put(builder, rc_aggregate_name(operand->function));
    rc_builder_put(builder, operand->column ? "(" : "(*");
    if (operand->column) {
        rc_builder_put_column(builder, operand->alias, operand->column);
    }
    rc_builder_put(builder, ")");
    if (operand->type->kind == RC_TYPE_CIDR && !operand->type->array) {
        rc_builder_put_cast(builder, operand->type); // the function is inet's
    }
}
