// SPDX-License-Identifier: Apache-2.0
//
// Orders of groups.
#include "query/group_order.h"

#include "query/aggregate.h"
#include "query/order.h"

static void add_item(struct rc_group_order *order, struct rc_group_order_item item)
{
    for (size_t i = 0; i < order->count; i++) {
        if (rc_operand_is_same(&order->items[i].operand, &item.operand)) {
            return;
        }
    }
    order->items[order->count++] = item;
}

static bool is_to_one(const struct rc_node *node)
{
    return node->field->role == RC_ROLE_RELATION &&
           !((const struct rc_relation *)node->field->subject)->to_many;
}

// What an EOrderBy names: relations down to a column, which must be a key. ret_order: its
// Order.
static rowcall_status read_by(struct rc_builder *builder, const struct rc_group *group,
                              const struct rc_node *by, struct rc_operand *ret_operand,
                              const struct rc_node **ret_order)
{
    const struct rc_group_table *table = &group->root;
    const struct rc_operand *key;
    const struct rc_node *named = by->first;
    while (named && is_to_one(named)) {
        table = rc_group_related(table, named->field->subject);
        by = named;
        named = named->first;
    }
    if (!named) {
        return rc_node_refuse(by, ROWCALL_INVALID_ARGUMENT, builder->err, "names no column");
    }
    if (named->field->role != RC_ROLE_COLUMN) {
        return rc_node_refuse(named, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "orders records: groups are ordered by what they are grouped by, "
                              "and by aggregates");
    }
    rowcall_status st = rc_group_key(builder, group, table, named, &key);
    if (!st) {
        *ret_operand = *key;
        *ret_order = named;
    }
    return st;
}

// What an EFieldOrder names.
static rowcall_status read_function(struct rc_builder *builder, const struct rc_group *group,
                                    const struct rc_node *node, enum rc_aggregate function,
                                    struct rc_operand *ret_operand)
{
    const struct rc_node *field = rc_node_child(node, RC_ROLE_FIELD);
    const struct rc_column *column =
        field ? rc_node_column(field, builder->model->entity) : NULL;
    if (!column) {
        return rc_node_refuse(field ? field : node, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names no column");
    }
    *ret_operand = rc_operand_aggregate(function, column, group->root.alias);
    return ret_operand->type ? ROWCALL_OK
                             : rc_aggregates_refuse(field, function, column, builder->err);
}

// One EGroupOrderBy.
static rowcall_status read_item(struct rc_builder *builder, const struct rc_group *group,
                                const struct rc_node *order_by, struct rc_group_order *order)
{
    struct rc_group_order_item item = {.descending = false};
    const struct rc_node *named = order_by->first;
    const struct rc_node *how = named;
    enum rc_aggregate function;
    rowcall_status st = ROWCALL_OK;
    if (!named) {
        return rc_node_refuse(order_by, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names nothing to order by");
    }
    if (named->field->role == RC_ROLE_BY) {
        st = read_by(builder, group, named, &item.operand, &how);
    } else if (rc_aggregates_function((enum rc_api_role)named->field->role, &function)) {
        st = read_function(builder, group, named, function, &item.operand);
        how = rc_node_child(named, RC_ROLE_ORDER_BY);
    } else {
        item.operand = rc_operand_aggregate(RC_AGGREGATE_COUNT, NULL, group->root.alias);
    }
    if (st) {
        return st;
    }
    rc_order_read_direction(how, &item.descending, &item.nulls_first);
    add_item(order, item);
    return ROWCALL_OK;
}

static size_t count_items(const struct rc_node *request)
{
    size_t count = 0;
    for (const struct rc_node *child = request->first; child; child = child->next) {
        count += child->field->role == RC_ROLE_ORDER_BY;
    }
    return count;
}

rowcall_status rc_group_order_read(struct rc_builder *builder, const struct rc_node *request,
                                   const struct rc_group *group, bool is_total,
                                   struct rc_group_order *ret_order)
{
    size_t count = count_items(request) + group->key_count;
    struct rc_group_order order = {
        .items = rc_arena_new_array(builder->scratch, count, struct rc_group_order_item)};
    if (!order.items) {
        return rc_error_oom(builder->err);
    }
    for (const struct rc_node *child = request->first; child; child = child->next) {
        if (child->field->role == RC_ROLE_ORDER_BY) {
            rowcall_status st = read_item(builder, group, child, &order);
            if (st) {
                return st;
            }
        }
    }
    for (size_t i = 0; is_total && i < group->key_count; i++) {
        add_item(&order, (struct rc_group_order_item){.operand = group->keys[i]});
    }
    *ret_order = order;
    return ROWCALL_OK;
}

void rc_group_order_put(struct rc_builder *builder, const char *keyword,
                        const struct rc_group_order *order, bool reversed)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct rc_group_order_item *item = &order->items[i];
        rc_builder_put(builder, i > 0 ? ", " : keyword);
        rc_operand_put(builder, &item->operand);
        rc_order_put_direction(builder, item->descending != reversed,
                               item->nulls_first != reversed, item->operand.nullable);
    }
}
