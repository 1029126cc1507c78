// SPDX-License-Identifier: Apache-2.0
//
// order by, and the comparison of whole records that cursors need.
#include "query/order.h"

#include "query/search.h"

enum { NULLS_UNSPECIFIED, NULLS_FIRST, NULLS_LAST }; // rowcall.NullsOrder

// ---- reading

void rc_order_read_direction(const struct rc_node *order, bool *ret_descending,
                             bool *ret_nulls_first)
{
    const struct rc_node *nulls = rc_node_child(order, RC_ROLE_NULLS_ORDER);
    uint64_t place = nulls ? nulls->flag : NULLS_UNSPECIFIED;
    *ret_descending = rc_node_has_flag(order, RC_ROLE_DIRECTION);
    *ret_nulls_first = place == NULLS_UNSPECIFIED ? *ret_descending : place == NULLS_FIRST;
}

static bool is_same(const struct rc_order_item *a, const struct rc_order_item *b)
{
    return a->column == b->column && a->counted == b->counted && a->relevance == b->relevance &&
           a->hop_count == b->hop_count &&
           (a->hop_count == 0 ||
            memcmp(a->hops, b->hops, a->hop_count * sizeof(*a->hops)) == 0);
}

static void add_item(struct rc_order *order, struct rc_order_item item)
{
    for (size_t i = 0; i < order->count; i++) {
        if (is_same(&order->items[i], &item)) {
            return;
        }
    }
    order->items[order->count++] = item;
}

static bool is_own(const struct rc_order_item *item)
{
    return item->column && item->hop_count == 0;
}

static bool has_column(const struct rc_order *order, const struct rc_column *column)
{
    for (size_t i = 0; i < order->count; i++) {
        if (is_own(&order->items[i]) && order->items[i].column == column) {
            return true;
        }
    }
    return false;
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

// What an EOrderBy names; to-one relations lead to another EOrderBy.
static const struct rc_relation *hop_of(const struct rc_node *named)
{
    const struct rc_relation *relation =
        named && named->field->role == RC_ROLE_RELATION ? named->field->subject : NULL;
    return relation && !relation->to_many ? relation : NULL;
}

// Follows the hops; ret_named is what is named behind the last one.
static rowcall_status read_hops(struct rc_builder *builder, const struct rc_node *order_by,
                                struct rc_order_item *item, const struct rc_node **ret_named)
{
    size_t count = 0;
    const struct rc_node *named = order_by->first;
    while (hop_of(named)) {
        order_by = named;
        named = named->first;
        count++;
    }
    if (!named) {
        return rc_node_refuse(order_by, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names nothing to order by");
    }
    const struct rc_relation **hops =
        rc_arena_new_array(builder->scratch, count + 1, const struct rc_relation *);
    if (!hops) {
        return rc_error_oom(builder->err);
    }
    item->hops = hops;
    item->hop_count = count;
    for (const struct rc_node *at = named; count > 0; count--) {
        at = at->parent;
        hops[count - 1] = hop_of(at);
        item->nullable |= !hops[count - 1]->required;
    }
    *ret_named = named;
    return ROWCALL_OK;
}

// What is named behind the hops.
static rowcall_status read_value(struct rc_builder *builder, const struct rc_node *named,
                                 struct rc_order_item *item)
{
    switch ((enum rc_api_role)named->field->role) {
    case RC_ROLE_RELATION:
        item->counted = named->field->subject;
        item->nullable = false; // none are 0
        return ROWCALL_OK;
    case RC_ROLE_RELEVANCE:
        item->relevance = named;
        item->nullable = false; // no text has rank 0
        return rc_search_check(builder, named);
    default:
        break;
    }
    item->column = named->field->subject;
    item->nullable |= item->column->nullable;
    if (!rc_type_info(item->column->type.kind)->is_ordered) {
        return rc_node_refuse(named, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "a column of type %s has no order", item->column->type.sql);
    }
    return ROWCALL_OK;
}

// One EOrderBy.
static rowcall_status read_item(struct rc_builder *builder, const struct rc_node *order_by,
                                struct rc_order *order)
{
    struct rc_order_item item = {0};
    const struct rc_node *named = NULL;
    rowcall_status st = read_hops(builder, order_by, &item, &named);
    if (st) {
        return st;
    }
    st = read_value(builder, named, &item);
    if (st) {
        return st;
    }
    rc_order_read_direction(named, &item.descending, &item.nulls_first);
    add_item(order, item);
    return ROWCALL_OK;
}

static size_t count_criteria(const struct rc_node *request)
{
    size_t count = 0;
    for (const struct rc_node *child = request->first; child; child = child->next) {
        count += child->field->role == RC_ROLE_ORDER_BY;
    }
    return count;
}

rowcall_status rc_order_read(struct rc_builder *builder, const struct rc_entity *entity,
                             const struct rc_node *request, bool is_total,
                             struct rc_order *ret_order)
{
    size_t capacity = count_criteria(request) + entity->column_count;
    struct rc_order order = {
        .items = rc_arena_new_array(builder->scratch, capacity, struct rc_order_item)};
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

// ---- values

void rc_order_add_columns(const struct rc_order *order, struct rc_columns *columns)
{
    for (size_t i = 0; i < order->count; i++) {
        if (is_own(&order->items[i])) {
            rc_columns_add(columns, order->items[i].column);
        }
    }
}

// Where the item's value is found.
static struct rc_alias find_alias(struct rc_builder *builder, const struct rc_order_item *item,
                                  struct rc_from *from)
{
    struct rc_alias alias = from->alias;
    if (from->is_subquery) {
        return alias;
    }
    for (size_t i = 0; i < item->hop_count; i++) {
        alias = rc_from_join(builder, from, alias, item->hops[i]);
    }
    return item->counted ? rc_from_join(builder, from, alias, item->counted) : alias;
}

static void put_shown_name(struct rc_builder *builder, const struct rc_order *order,
                           const struct rc_order_item *item)
{
    rc_buf_printf(&builder->sql, "\"rc:o%zu\"", (size_t)(item - order->items) + 1);
}

static void put_value(struct rc_builder *builder, const struct rc_order *order,
                      const struct rc_order_item *item, struct rc_from *from)
{
    struct rc_alias alias = find_alias(builder, item, from);
    bool is_shown = from->is_subquery && !is_own(item);
    if (item->column && !is_shown) {
        rc_builder_put_column(builder, alias, item->column);
        return;
    }
    if (item->relevance && !is_shown) {
        rc_search_put_rank(builder, item->relevance, alias);
        return;
    }
    rc_builder_put_alias(builder, alias);
    rc_builder_put(builder, ".");
    if (is_shown) {
        put_shown_name(builder, order, item);
    } else {
        rc_builder_put(builder, RC_FROM_COUNT);
    }
}

void rc_order_add_joins(struct rc_builder *builder, const struct rc_order *order,
                        struct rc_from *from)
{
    for (size_t i = 0; i < order->count; i++) {
        (void)find_alias(builder, &order->items[i], from);
    }
}

void rc_order_put_direction(struct rc_builder *builder, bool descending, bool nulls_first,
                            bool nullable)
{
    rc_builder_put(builder, descending ? " desc" : "");
    if (nullable && nulls_first != descending) {
        rc_builder_put(builder, nulls_first ? " nulls first" : " nulls last");
    }
}

void rc_order_put(struct rc_builder *builder, const struct rc_order *order,
                  struct rc_from *from, bool reversed)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct rc_order_item *item = &order->items[i];
        rc_builder_put(builder, i > 0 ? ", " : " order by ");
        put_value(builder, order, item, from);
        rc_order_put_direction(builder, item->descending != reversed,
                               item->nulls_first != reversed, item->nullable);
    }
}

void rc_order_put_shown(struct rc_builder *builder, const struct rc_order *order,
                        struct rc_from *from)
{
    for (size_t i = 0; i < order->count; i++) {
        if (!is_own(&order->items[i])) {
            rc_builder_put(builder, ", ");
            put_value(builder, order, &order->items[i], from);
            rc_builder_put(builder, " as ");
            put_shown_name(builder, order, &order->items[i]);
        }
    }
}

void rc_order_put_list(struct rc_builder *builder, const struct rc_order *order, size_t count,
                       struct rc_from *from, bool is_shown)
{
    for (size_t i = 0; i < count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : "");
        put_value(builder, order, &order->items[i], from);
        if (is_shown && !is_own(&order->items[i])) {
            rc_builder_put(builder, " as ");
            put_shown_name(builder, order, &order->items[i]);
        }
    }
}

// ---- comparisons

static void put_compared(struct rc_builder *builder, const struct rc_order *order, size_t i,
                         const char *operator, struct rc_from * from, struct rc_from *start)
{
    put_value(builder, order, &order->items[i], from);
    rc_builder_put(builder, operator);
    put_value(builder, order, &order->items[i], start);
}

// The item puts `from` strictly behind `start`. NULLs that come first lie before every value,
// others behind it; NULL is behind no NULL.
static void put_behind(struct rc_builder *builder, const struct rc_order *order, size_t i,
                       struct rc_from *from, struct rc_from *start, bool reversed)
{
    const struct rc_order_item *item = &order->items[i];
    const char *operator= item->descending != reversed ? " < " : " > ";
    if (!item->nullable) {
        put_compared(builder, order, i, operator, from, start);
        return;
    }
    bool nulls_first = item->nulls_first != reversed;
    rc_builder_put(builder, "(");
    put_compared(builder, order, i, operator, from, start);
    rc_builder_put(builder, " or (");
    put_value(builder, order, item, nulls_first ? start : from);
    rc_builder_put(builder, " is null and ");
    put_value(builder, order, item, nulls_first ? from : start);
    rc_builder_put(builder, " is not null))");
}

bool rc_order_is_one_way(const struct rc_order *order)
{
    for (size_t i = 0; i < order->count; i++) {
        if (order->items[i].nullable ||
            order->items[i].descending != order->items[0].descending) {
            return false;
        }
    }
    return true;
}

bool rc_order_is_indexable(const struct rc_order *order)
{
    return is_own(&order->items[0]) && !order->items[0].nullable;
}

void rc_order_put_bound(struct rc_builder *builder, const struct rc_order *order, size_t count,
                        struct rc_from *from, bool reversed)
{
    rc_builder_put(builder, count > 1 ? "(" : "");
    rc_order_put_list(builder, order, count, from, false);
    rc_builder_put(builder, count > 1 ? ")" : "");
    rc_builder_put(builder, order->items[0].descending != reversed ? " <= " : " >= ");
}

// behind(1) or (alike(1) and (behind(2) or (alike(2) and ... alike(n))))
void rc_order_put_from(struct rc_builder *builder, const struct rc_order *order,
                       struct rc_from *from, struct rc_from *start, bool reversed)
{
    for (size_t i = 0; i < order->count; i++) {
        rc_builder_put(builder, "(");
        put_behind(builder, order, i, from, start, reversed);
        rc_builder_put(builder, " or (");
        put_compared(builder, order, i,
                     order->items[i].nullable ? " is not distinct from " : " = ", from, start);
        rc_builder_put(builder, i + 1 < order->count ? " and " : "");
    }
    for (size_t i = 0; i < order->count; i++) {
        rc_builder_put(builder, "))");
    }
}
