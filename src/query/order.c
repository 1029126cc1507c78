// SPDX-License-Identifier: Apache-2.0
//
// order by, and the comparison of whole records that cursors need.
#include "query/order.h"

enum { NULLS_UNSPECIFIED, NULLS_FIRST, NULLS_LAST }; // rowcall.NullsOrder

static bool has_column(const struct rc_order *order, const struct rc_column *column)
{
    for (size_t i = 0; i < order->count; i++) {
        if (order->items[i].column == column) {
            return true;
        }
    }
    return false;
}

static void add_item(struct rc_order *order, struct rc_order_item item)
{
    if (!has_column(order, item.column)) {
        order->items[order->count++] = item;
    }
}

// Whether no two records are alike in the order's columns: it has all of a key that holds no
// NULL.
static bool is_total_already(const struct rc_order *order, const struct rc_entity *entity)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        bool is_held = true;
        for (size_t k = 0; is_held && k < key->column_count; k++) {
            is_held = !key->columns[k]->nullable && has_column(order, key->columns[k]);
        }
        if (is_held) {
            return true;
        }
    }
    return false;
}

// One EOrderBy.
static rowcall_status read_item(struct rc_builder *builder, const struct rc_node *order_by,
                                struct rc_order *order)
{
    const struct rc_node *named = order_by->first;
    if (!named) {
        return rc_node_refuse(order_by, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names no column");
    }
    if (named->field->role != RC_ROLE_COLUMN) {
        return rc_node_refuse(named, ROWCALL_UNIMPLEMENTED, builder->err,
                              "order by relations is not served yet");
    }
    const struct rc_column *column = named->field->subject;
    if (!rc_type_info(column->type.kind)->is_ordered) {
        return rc_node_refuse(named, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "a column of type %s has no order", column->type.sql);
    }
    const struct rc_node *nulls = rc_node_child(named, RC_ROLE_NULLS_ORDER);
    bool descending = rc_node_has_flag(named, RC_ROLE_DIRECTION);
    uint64_t place = nulls ? nulls->flag : NULLS_UNSPECIFIED;
    add_item(order, (struct rc_order_item){.column = column,
                                           .descending = descending,
                                           .nulls_first = place == NULLS_UNSPECIFIED
                                                              ? descending
                                                              : place == NULLS_FIRST});
    return ROWCALL_OK;
}

rowcall_status rc_order_read(struct rc_builder *builder, const struct rc_node *request,
                             bool is_total, struct rc_order *ret_order)
{
    const struct rc_entity *entity = builder->model->entity;
    struct rc_order order = {.items =
                                 rc_arena_new_array(builder->scratch, entity->column_count + 1,
                                                    struct rc_order_item)};
    if (!order.items) {
        return rc_error_oom(builder->err);
    }
    for (const struct rc_node *child = request->first; child; child = child->next) {
        if (child->field->role == RC_ROLE_ORDER_BY) {
            rowcall_status st = read_item(builder, child, &order);
            if (st) {
                return st;
            }
        }
    }
    if (is_total && !is_total_already(&order, entity) && entity->key_count > 0) {
        const struct rc_key *key = &entity->keys[0];
        for (size_t i = 0; i < key->column_count; i++) {
            add_item(&order, (struct rc_order_item){.column = key->columns[i]});
        }
    }
    *ret_order = order;
    return ROWCALL_OK;
}

void rc_order_add_columns(const struct rc_order *order, struct rc_columns *columns)
{
    for (size_t i = 0; i < order->count; i++) {
        rc_columns_add(columns, order->items[i].column);
    }
}

void rc_order_put(struct rc_builder *builder, const struct rc_order *order,
                  struct rc_alias alias, bool reversed)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct rc_order_item *item = &order->items[i];
        bool descending = item->descending != reversed;
        bool nulls_first = item->nulls_first != reversed;
        rc_builder_put(builder, i > 0 ? ", " : " order by ");
        rc_builder_put_column(builder, alias, item->column);
        rc_builder_put(builder, descending ? " desc" : "");
        if (item->column->nullable && nulls_first != descending) {
            rc_builder_put(builder, nulls_first ? " nulls first" : " nulls last");
        }
    }
}

static void put_compared(struct rc_builder *builder, const struct rc_order_item *item,
                         const char *operator, struct rc_alias alias, struct rc_alias start)
{
    rc_builder_put_column(builder, alias, item->column);
    rc_builder_put(builder, operator);
    rc_builder_put_column(builder, start, item->column);
}

// The item puts `alias` strictly behind `start`. NULLs that come first lie before every value,
// others behind it; NULL is behind no NULL.
static void put_behind(struct rc_builder *builder, const struct rc_order_item *item,
                       struct rc_alias alias, struct rc_alias start, bool reversed)
{
    const char *operator= item->descending != reversed ? " < " : " > ";
    if (!item->column->nullable) {
        put_compared(builder, item, operator, alias, start);
        return;
    }
    bool nulls_first = item->nulls_first != reversed;
    struct rc_alias null = nulls_first ? start : alias;
    struct rc_alias value = nulls_first ? alias : start;
    rc_builder_put(builder, "(");
    put_compared(builder, item, operator, alias, start);
    rc_builder_put(builder, " or (");
    rc_builder_put_column(builder, null, item->column);
    rc_builder_put(builder, " is null and ");
    rc_builder_put_column(builder, value, item->column);
    rc_builder_put(builder, " is not null))");
}

static void put_alike(struct rc_builder *builder, const struct rc_order_item *item,
                      struct rc_alias alias, struct rc_alias start)
{
    put_compared(builder, item, item->column->nullable ? " is not distinct from " : " = ",
                 alias, start);
}

void rc_order_put_list(struct rc_builder *builder, const struct rc_order *order,
                       struct rc_alias alias)
{
    for (size_t i = 0; i < order->count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : "");
        rc_builder_put_column(builder, alias, order->items[i].column);
    }
}

bool rc_order_is_one_way(const struct rc_order *order)
{
    for (size_t i = 0; i < order->count; i++) {
        if (order->items[i].column->nullable ||
            order->items[i].descending != order->items[0].descending) {
            return false;
        }
    }
    return true;
}

void rc_order_put_bound(struct rc_builder *builder, const struct rc_order *order, size_t count,
                        struct rc_alias alias, bool reversed)
{
    const struct rc_order bounding = {.items = order->items, .count = count};
    rc_builder_put(builder, count > 1 ? "(" : "");
    rc_order_put_list(builder, &bounding, alias);
    rc_builder_put(builder, count > 1 ? ")" : "");
    rc_builder_put(builder, order->items[0].descending != reversed ? " <= " : " >= ");
}

// behind(1) or (alike(1) and (behind(2) or (alike(2) and ... alike(n))))
void rc_order_put_from(struct rc_builder *builder, const struct rc_order *order,
                       struct rc_alias alias, struct rc_alias start, bool reversed)
{
    for (size_t i = 0; i < order->count; i++) {
        rc_builder_put(builder, "(");
        put_behind(builder, &order->items[i], alias, start, reversed);
        rc_builder_put(builder, " or (");
        put_alike(builder, &order->items[i], alias, start);
        rc_builder_put(builder, i + 1 < order->count ? " and " : "");
    }
    for (size_t i = 0; i < order->count; i++) {
        rc_builder_put(builder, "))");
    }
}
