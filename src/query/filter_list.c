// SPDX-License-Identifier: Apache-2.0
//
// Filters of array columns. `has` is written as containment, which a GIN index answers.
#include "query/filter.h"

rowcall_status rc_filter_write_list(const struct rc_filter *filter,
                                    const struct rc_node *member)
{
    struct rc_builder *builder = filter->builder;
    const struct rc_type *type = filter->operand.type;
    enum rc_api_role role = (enum rc_api_role)member->field->role;
    if (role == RC_ROLE_IS_EMPTY) {
        rc_builder_put(builder, "cardinality(");
        rc_filter_put_operand(filter);
        rc_builder_put(builder, member->flag ? ") = 0" : ") > 0");
        return ROWCALL_OK;
    }
    if (!rc_type_info(type->kind)->is_equatable) {
        return rc_filter_refuse(filter, member);
    }
    rc_filter_put_operand(filter);
    switch (role) {
    case RC_ROLE_EQUALS:
        rc_builder_put(builder, " = ");
        break;
    case RC_ROLE_HAS:
        rc_builder_put(builder, " @> array[");
        rc_builder_put_slot(builder, member, rc_builder_type(builder, type, false));
        rc_builder_put(builder, "]");
        return ROWCALL_OK;
    case RC_ROLE_HAS_EVERY:
        rc_builder_put(builder, " @> ");
        break;
    case RC_ROLE_HAS_SOME:
        rc_builder_put(builder, " && ");
        break;
    default:
        return rc_filter_refuse(filter, member);
    }
    rc_builder_put_slot(builder, member, type);
    return ROWCALL_OK;
}
