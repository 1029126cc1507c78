// SPDX-License-Identifier: Apache-2.0
//
// Layers of a page, from the inside out.
#include "query/page.h"

#include "query/predicate.h"

// Names of columns that are made here. A colon keeps them apart from any sane column's.
#define FIRST   "\"rc:first\""
#define PRESENT "\"rc:present\""
#define TOTAL   "\"rc:total\""

static rowcall_status read_distinct(struct rc_builder *builder, const struct rc_node *request,
                                    struct rc_page *page)
{
    const struct rc_entity *entity = builder->model->entity;
    rowcall_status st = rc_columns_init(builder, &page->distinct);
    for (const struct rc_node *child = request->first; !st && child; child = child->next) {
        if (child->field->role != RC_ROLE_DISTINCT) {
            continue;
        }
        const struct rc_column *column =
            child->flag > UINT32_MAX
                ? NULL
                : rc_entity_column_by_number(entity, (uint32_t)child->flag);
        if (!column || !rc_type_info(column->type.kind)->is_equatable) {
            return rc_node_refuse(child, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  column ? "values of this column cannot be compared"
                                         : "names no column");
        }
        rc_columns_add(&page->distinct, column);
        page->is_distinct = true;
    }
    return st;
}

rowcall_status rc_page_read(struct rc_builder *builder, const struct rc_node *request,
                            bool is_first, struct rc_page *ret_page)
{
    const struct rc_node *take_sign = rc_node_child(request, RC_ROLE_TAKE);
    *ret_page = (struct rc_page){
        .where = rc_node_child(request, RC_ROLE_WHERE),
        .cursor = rc_node_child(request, RC_ROLE_CURSOR),
        .take = rc_node_slot(request, RC_ROLE_TAKE),
        .skip = rc_node_child(request, RC_ROLE_SKIP),
        .reversed = take_sign && take_sign->flag,
        .is_first = is_first,
    };
    rowcall_status st = read_distinct(builder, request, ret_page);
    return st ? st
              : rc_order_read(builder, request, !rc_page_is_whole(ret_page), &ret_page->order);
}

bool rc_page_is_whole(const struct rc_page *page)
{
    return !page->cursor && !page->take && !page->skip && !page->is_first && !page->is_distinct;
}

static void put_limits(struct rc_builder *builder, const struct rc_page *page)
{
    if (page->is_first) {
        rc_builder_put(builder, " limit 1");
    } else if (page->take) {
        rc_builder_put(builder, " limit ");
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_MAGNITUDE,
                                                         .slot = page->take->slot,
                                                         .type = &rc_type_int8});
    }
    if (page->skip) {
        rc_builder_put(builder, " offset ");
        rc_builder_put_slot(builder, page->skip, &rc_type_int8);
    }
}

// "(select t1."name" from <table> t1 where <key>)": the first count of the order's columns in
// the cursor's record; nothing when there is no such record, and so no page.
static rowcall_status put_cursor(struct rc_builder *builder, const struct rc_page *page,
                                 size_t count)
{
    const struct rc_order columns = {.items = page->order.items, .count = count};
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "(select ");
    rc_order_put_list(builder, &columns, alias);
    rc_builder_put(builder, " from ");
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
    rc_builder_put(builder, " where ");
    rowcall_status st = rc_predicate_key(builder, page->cursor, alias);
    rc_builder_put(builder, ")");
    return st;
}

// " where <the cursor or behind it>". The comparison with a subquery's one row is what an index
// can begin at; an order of both directions, or with NULLs, is compared column by column with
// the record, which is joined.
static rowcall_status put_from_cursor(struct rc_builder *builder, const struct rc_page *page,
                                      struct rc_alias alias)
{
    const struct rc_order *order = &page->order;
    if (rc_order_is_one_way(order)) {
        rc_builder_put(builder, " where ");
        rc_order_put_bound(builder, order, order->count, alias, page->reversed);
        return put_cursor(builder, page, order->count);
    }
    struct rc_alias start = rc_builder_alias(builder);
    rc_builder_put(builder, " cross join ");
    rowcall_status st = put_cursor(builder, page, order->count);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, start);
    rc_builder_put(builder, " where ");
    if (!st && !order->items[0].column->nullable) { // implied by what follows, for the index
        rc_order_put_bound(builder, order, 1, alias, page->reversed);
        st = put_cursor(builder, page, 1);
        rc_builder_put(builder, " and ");
    }
    rc_order_put_from(builder, order, alias, start, page->reversed);
    return st;
}

// " from <table> t0 [cursor] [where ...]"
static rowcall_status put_source(struct rc_builder *builder, const struct rc_page *page,
                                 struct rc_alias alias)
{
    rc_builder_put(builder, " from ");
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
    if (!page->cursor) {
        return rc_predicate_clause(builder, page->where, alias);
    }
    enum rc_truth truth;
    rowcall_status st = put_from_cursor(builder, page, alias);
    if (st) {
        return st;
    }
    struct rc_builder_mark mark = rc_builder_mark(builder);
    rc_builder_put(builder, " and ");
    st = rc_predicate_where(builder, page->where, alias, &truth);
    if (truth == RC_TRUTH_ALWAYS) {
        rc_builder_rewind(builder, mark);
    } else if (truth == RC_TRUTH_NEVER) {
        rc_builder_put(builder, "false");
    }
    return st;
}

// "select <needed>, row_number() over (...) as "rc:first" from ...": which record is the first
// of its combination, in the order asked for.
static rowcall_status put_numbered(struct rc_builder *builder, const struct rc_page *page,
                                   const struct rc_columns *needed)
{
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "(select ");
    rc_columns_put(builder, needed, alias);
    rc_builder_put(builder, rc_columns_is_empty(needed) ? "" : ", ");
    rc_builder_put(builder, "row_number() over (partition by ");
    rc_columns_put(builder, &page->distinct, alias);
    rc_order_put(builder, &page->order, alias, false);
    rc_builder_put(builder, ") as " FIRST);
    rowcall_status st = put_source(builder, page, alias);
    rc_builder_put(builder, ")");
    return st;
}

// What a page's select list is: the statement's result, or columns for the layer around it.
enum list { LIST_RESULT, LIST_PLAIN, LIST_PRESENT };

static void put_list(struct rc_builder *builder, const struct rc_columns *columns,
                     struct rc_alias alias, enum list list)
{
    bool has_columns = !rc_columns_is_empty(columns);
    rc_builder_put(builder, has_columns ? "select " : "select");
    if (list == LIST_RESULT) {
        rc_columns_put_result(builder, columns, alias);
        return;
    }
    rc_columns_put(builder, columns, alias);
    if (list == LIST_PRESENT) {
        rc_builder_put(builder, has_columns ? ", " : " ");
        rc_builder_put(builder, "true as " PRESENT);
    }
}

// The page as one select. is_ordered: whether the order of its records matters (it always does
// to which records they are, where take and skip count from one end).
static rowcall_status put_page(struct rc_builder *builder, const struct rc_page *page,
                               const struct rc_columns *columns, enum list list,
                               bool is_ordered)
{
    rowcall_status st;
    struct rc_alias alias;
    if (page->is_distinct) {
        struct rc_columns needed;
        st = rc_columns_init(builder, &needed);
        if (st) {
            return st;
        }
        memcpy(needed.has, columns->has, needed.entity->column_count * sizeof *needed.has);
        if (is_ordered) {
            rc_order_add_columns(&page->order, &needed);
        }
        alias = rc_builder_alias(builder);
        put_list(builder, columns, alias, list);
        rc_builder_put(builder, " from ");
        st = put_numbered(builder, page, &needed);
        rc_builder_put(builder, " ");
        rc_builder_put_alias(builder, alias);
        rc_builder_put(builder, " where ");
        rc_builder_put_alias(builder, alias);
        rc_builder_put(builder, "." FIRST " = 1");
    } else {
        alias = rc_builder_alias(builder);
        put_list(builder, columns, alias, list);
        st = put_source(builder, page, alias);
    }
    if (is_ordered) {
        rc_order_put(builder, &page->order, alias, page->reversed);
    }
    put_limits(builder, page);
    return st;
}

// "select <total, present> ... from (select count(*) ...) t0 left join (": the total has a
// record of its own, so that an empty page has it too.
static rowcall_status put_total(struct rc_builder *builder, const struct rc_page *page,
                                struct rc_alias total)
{
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "(select count(*) as " TOTAL " from ");
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
    rowcall_status st = rc_predicate_clause(builder, page->where, alias);
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, total);
    rc_builder_put(builder, " left join ");
    return st;
}

static void put_total_columns(struct rc_builder *builder, struct rc_alias total,
                              struct rc_alias rows)
{
    rc_builder_put_alias(builder, total);
    rc_builder_put(builder, "." TOTAL ", ");
    rc_builder_put_alias(builder, rows);
    rc_builder_put(builder, "." PRESENT ", ");
    rc_builder_add_head(builder, RC_PLAN_TOTAL, RC_ROLE_TOTAL);
    rc_builder_add_head(builder, RC_PLAN_PRESENT, RC_ROLE_NONE);
}

rowcall_status rc_page_put_rows(struct rc_builder *builder, const struct rc_page *page,
                                const struct rc_columns *select, bool has_total)
{
    if (!has_total && !page->reversed) {
        return put_page(builder, page, select, LIST_RESULT, true);
    }
    struct rc_columns needed;
    rowcall_status st = rc_columns_init(builder, &needed);
    if (st) {
        return st;
    }
    memcpy(needed.has, select->has, needed.entity->column_count * sizeof *needed.has);
    rc_order_add_columns(&page->order, &needed);
    struct rc_alias rows = rc_builder_alias(builder);
    struct rc_alias total = {0};
    rc_builder_put(builder, "select ");
    if (has_total) {
        total = rc_builder_alias(builder);
        put_total_columns(builder, total, rows);
    }
    rc_columns_put_result(builder, select, rows);
    rc_builder_put(builder, " from ");
    if (has_total) {
        st = put_total(builder, page, total);
    }
    rc_builder_put(builder, "(");
    if (!st) {
        st = put_page(builder, page, &needed, has_total ? LIST_PRESENT : LIST_PLAIN, true);
    }
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, rows);
    rc_builder_put(builder, has_total ? " on true" : "");
    rc_order_put(builder, &page->order, rows, false);
    return st;
}

rowcall_status rc_page_put_from(struct rc_builder *builder, const struct rc_page *page,
                                const struct rc_columns *columns, struct rc_alias alias)
{
    if (rc_page_is_whole(page)) {
        return put_source(builder, page, alias);
    }
    // Which records are taken depends on the order; how many, through the cursor alone.
    bool is_ordered = !rc_columns_is_empty(columns) && (page->take || page->skip);
    rc_builder_put(builder, " from (");
    rowcall_status st = put_page(builder, page, columns, LIST_PLAIN, is_ordered);
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, alias);
    return st;
}

rowcall_status rc_page_put_count(struct rc_builder *builder, const struct rc_page *page)
{
    struct rc_columns none;
    struct rc_alias alias = rc_builder_alias(builder);
    rowcall_status st = rc_columns_init(builder, &none);
    rc_builder_put(builder, "select count(*)");
    return st ? st : rc_page_put_from(builder, page, &none, alias);
}
