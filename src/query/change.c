// SPDX-License-Identifier: Apache-2.0
//
// Assignments: set, set_null, arithmetic on what is there, push.
#include "query/change.h"

#include "query/statement.h"

static const char *operator_of(enum rc_api_role role)
{
    switch (role) {
    case RC_ROLE_INCREMENT:
        return " + ";
    case RC_ROLE_DECREMENT:
        return " - ";
    case RC_ROLE_MULTIPLY:
        return " * ";
    case RC_ROLE_DIVIDE:
        return " / ";
    case RC_ROLE_PUSH:
        return " || "; // to NULL it appends as to an empty array
    default:
        return NULL;
    }
}

// money is multiplied and divided by plain numbers.
static bool is_factor(const struct rc_column *column, enum rc_api_role role)
{
    return column->type.kind == RC_TYPE_MONEY &&
           (role == RC_ROLE_MULTIPLY || role == RC_ROLE_DIVIDE);
}

static rowcall_status put_null(struct rc_builder *builder, const struct rc_node *change,
                               const struct rc_column *column)
{
    if (!change->flag) {
        return rc_node_refuse(change, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "can only be true");
    }
    if (!column->nullable) {
        rowcall_status st = rc_node_refuse(change, ROWCALL_INVALID_ARGUMENT, builder->err,
                                           "%s must not be NULL", column->name);
        rc_error_detail(builder->err, "P2011", column->entity->name, column->name);
        return st;
    }
    rc_builder_put(builder, "null");
    return ROWCALL_OK;
}

// What stands to the right of "=".
static rowcall_status put_change(struct rc_builder *builder, const struct rc_node *update,
                                 struct rc_alias alias)
{
    const struct rc_column *column = update->field->subject;
    const struct rc_node *change = update->first;
    if (!change) {
        return rc_node_refuse(update, ROWCALL_INVALID_ARGUMENT, builder->err, "says no change");
    }
    enum rc_api_role role = (enum rc_api_role)change->field->role;
    if (role == RC_ROLE_SET_TO_NULL) {
        return put_null(builder, change, column);
    }
    const char *operator= operator_of(role);
    if (operator) {
        rc_builder_put_column(builder, alias, column);
        rc_builder_put(builder, operator);
    }
    if (operator&& is_factor(column, role)) {
        rc_builder_put(builder, "(");
        rc_builder_put_slot(builder, change, &rc_type_numeric);
        rc_builder_put(builder, ")::float8");
    } else {
        rc_builder_put_slot(builder, change, &column->type);
    }
    return ROWCALL_OK;
}

void rc_change_put_target(struct rc_builder *builder, const struct rc_column *column,
                          size_t *count)
{
    rc_builder_put(builder, (*count)++ ? ", " : " set ");
    rc_builder_put_name(builder, column);
    rc_builder_put(builder, " = ");
}

bool rc_change_names(const struct rc_node *data, const struct rc_column *column)
{
    const struct rc_node *child = data ? data->first : NULL;
    while (child && child->field->subject != column) {
        child = child->next;
    }
    return child != NULL;
}

rowcall_status rc_change_put(struct rc_builder *builder, const struct rc_entity *entity,
                             const struct rc_node *data, struct rc_alias alias,
                             size_t *ret_count)
{
    size_t count = 0;
    for (const struct rc_node *child = data ? data->first : NULL; child; child = child->next) {
        if (child->field->role != RC_ROLE_COLUMN) {
            continue;
        }
        rc_change_put_target(builder, child->field->subject, &count);
        rowcall_status st = put_change(builder, child, alias);
        if (st) {
            return st;
        }
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        if (entity->columns[i].updated_at && !rc_change_names(data, &entity->columns[i])) {
            rc_change_put_target(builder, &entity->columns[i], &count);
            rc_builder_put(builder, "current_timestamp");
        }
    }
    *ret_count = count;
    return ROWCALL_OK;
}

bool rc_change_moves_keys(const struct rc_entity *entity, const struct rc_node *data)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        for (size_t c = 0; c < entity->keys[i].column_count; c++) {
            if (rc_change_names(data, entity->keys[i].columns[c])) {
                return true;
            }
        }
    }
    return false;
}

bool rc_change_is_any(const struct rc_entity *entity, const struct rc_node *data)
{
    bool is_any = rc_node_child(data, RC_ROLE_COLUMN) != NULL;
    for (size_t i = 0; i < entity->column_count; i++) {
        is_any |= entity->columns[i].updated_at;
    }
    return is_any;
}
