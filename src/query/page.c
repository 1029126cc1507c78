// SPDX-License-Identifier: Apache-2.0
//
// Layers of a page, from the inside out.
#include "query/page.h"

#include "query/cursor.h"
#include "query/predicate.h"
#include "query/relation.h"
#include "query/select.h"

// Names of columns that are made here. A colon keeps them apart from any sane column's.
#define FIRST   "\"rc:first\""
#define PRESENT "\"rc:present\""
#define TOTAL   "\"rc:total\""

// ---- reading

static rowcall_status read_distinct(struct rc_builder *builder, const struct rc_node *request,
                                    struct rc_page *page)
{
    const struct rc_entity *entity = page->model->entity;
    rowcall_status st = rc_columns_init_of(builder, entity, &page->distinct);
    for (const struct rc_node *child = request->first; !st && child; child = child->next) {
        if (child->field->role != RC_ROLE_DISTINCT) {
            continue;
        }
        const struct rc_column *column = rc_node_column(child, entity);
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

// model and what says which records are set.
static rowcall_status read_window(struct rc_builder *builder, const struct rc_node *request,
                                  struct rc_page *page)
{
    const struct rc_node *take_sign = rc_node_child(request, RC_ROLE_TAKE);
    page->where = rc_node_child(request, RC_ROLE_WHERE);
    page->cursor = rc_node_child(request, RC_ROLE_CURSOR);
    page->take = rc_node_slot(request, RC_ROLE_TAKE);
    page->skip = rc_node_child(request, RC_ROLE_SKIP);
    page->reversed = take_sign && take_sign->flag;
    rowcall_status st = read_distinct(builder, request, page);
    bool is_total = page->relation || !rc_page_is_whole(page);
    return st ? st
              : rc_order_read(builder, page->model->entity, request, is_total, &page->order);
}

// PostgreSQL locks what is selected from a table, row by row: neither window functions nor a
// count of all records go with it.
static rowcall_status read_lock(struct rc_builder *builder, const struct rc_node *request,
                                struct rc_page *page)
{
    rowcall_status st = rc_lock_read(builder, request, &page->lock);
    bool has_total = rc_node_has_flag(request, RC_ROLE_WITH_TOTAL);
    if (!st && page->lock.strength && (page->is_distinct || has_total)) {
        st = rc_node_refuse(rc_node_child(request, RC_ROLE_LOCK), ROWCALL_INVALID_ARGUMENT,
                            builder->err, "does not go together with %s",
                            has_total ? "with_total" : "distinct");
    }
    return st;
}

rowcall_status rc_page_read(struct rc_builder *builder, const struct rc_node *request,
                            bool is_first, struct rc_page *ret_page)
{
    *ret_page = (struct rc_page){.model = builder->model, .is_first = is_first};
    rowcall_status st = read_window(builder, request, ret_page);
    return st ? st : read_lock(builder, request, ret_page);
}

rowcall_status rc_page_read_related(struct rc_builder *builder,
                                    const struct rc_relation *relation,
                                    const struct rc_node *query, struct rc_page *ret_page)
{
    *ret_page = (struct rc_page){.model = relation->target, .relation = relation};
    return read_window(builder, query, ret_page);
}

bool rc_page_is_whole(const struct rc_page *page)
{
    return !page->cursor && !page->take && !page->skip && !page->is_first && !page->is_distinct;
}

// ---- the records

void rc_page_put_limits(struct rc_builder *builder, const struct rc_page *page)
{
    if (page->is_first) {
        rc_builder_put(builder, " limit 1");
    } else if (page->take) {
        rc_builder_put(builder, " limit ");
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_MAGNITUDE,
                                                         .slot = page->take->slot,
                                                         .type = &rc_type_int8,
                                                         .node = page->take});
    }
    if (page->skip) {
        rc_builder_put(builder, " offset ");
        rc_builder_put_slot(builder, page->skip, &rc_type_int8);
    }
}

// " from <tables> [joins]"; returns the alias of a join table.
static struct rc_alias put_tables(struct rc_builder *builder, const struct rc_page *page,
                                  const struct rc_from *from)
{
    struct rc_alias join = from->alias;
    rc_builder_put(builder, " from ");
    if (page->relation) {
        join = rc_relation_put_tables(builder, page->relation, from->alias);
    } else {
        rc_builder_put_table(builder, page->model->entity);
        rc_builder_put(builder, " ");
        rc_builder_put_alias(builder, from->alias);
    }
    rc_from_put_joins(builder, from);
    return join;
}

// " from <tables> [joins] [cursor] [where ...]"
static rowcall_status put_source(struct rc_builder *builder, const struct rc_page *page,
                                 struct rc_from *from)
{
    struct rc_cursor cursor = {.entity = page->model->entity,
                               .key = page->cursor,
                               .order = &page->order,
                               .reversed = page->reversed};
    struct rc_alias join = put_tables(builder, page, from);
    rowcall_status st = page->cursor ? rc_cursor_put_join(builder, &cursor) : ROWCALL_OK;
    if (!st && !page->relation && !page->cursor) {
        return rc_predicate_clause(builder, page->where, from->alias);
    }
    rc_builder_put(builder, " where ");
    if (page->relation) {
        rc_relation_put_link(builder, page->relation, page->near, from->alias, join);
    }
    if (!st && page->cursor) {
        rc_builder_put(builder, page->relation ? " and " : "");
        st = rc_cursor_put_condition(builder, &cursor, from);
    }
    return st ? st : rc_predicate_and(builder, page->where, from->alias);
}

// ---- layers

// The select list of a layer: what is answered, or what the layer around it needs.
struct list {
    const struct rc_select *select;   // answered, or
    const struct rc_columns *columns; // shown
    bool is_value;                    // answered as one value: row(...)
    bool is_present;                  // shown with PRESENT
    bool is_ordered;                  // shown with what is ordered by
};

static rowcall_status put_answered(struct rc_builder *builder, const struct list *list,
                                   struct rc_from *from)
{
    rc_builder_put(builder, list->is_value ? "row(" : "");
    rowcall_status st = rc_select_put_list(builder, list->select, from);
    rc_builder_put(builder, list->is_value ? ")" : "");
    return st;
}

// Empty where nothing is needed.
static void put_shown(struct rc_builder *builder, const struct rc_page *page,
                      const struct list *list, struct rc_from *from)
{
    rc_columns_put(builder, list->columns, from->alias);
    if (list->is_ordered) {
        rc_order_put_shown(builder, &page->order, from);
    }
    if (list->is_present) {
        rc_builder_put(builder, ", true as " PRESENT);
    }
}

static rowcall_status put_list(struct rc_builder *builder, const struct rc_page *page,
                               const struct list *list, struct rc_from *from)
{
    if (list->select) {
        rc_builder_put(builder, "select ");
        return put_answered(builder, list, from);
    }
    rc_builder_put(builder, rc_columns_is_empty(list->columns) ? "select" : "select ");
    put_shown(builder, page, list, from);
    return ROWCALL_OK;
}

// The columns that a layer below has to show. is_ordered: it, or one around it, is ordered.
static rowcall_status find_needed(struct rc_builder *builder, const struct rc_page *page,
                                  const struct list *list, bool is_ordered,
                                  struct rc_columns *ret_needed)
{
    rowcall_status st = rc_columns_init_of(builder, page->model->entity, ret_needed);
    if (st) {
        return st;
    }
    if (list->select) {
        rc_select_add_needed(list->select, ret_needed);
    } else {
        rc_columns_add_all(ret_needed, list->columns);
    }
    if (is_ordered) {
        rc_order_add_columns(&page->order, ret_needed);
    }
    return ROWCALL_OK;
}

// "(select <needed>, row_number() over (...) as "rc:first" from ...)": which record is the
// first of its combination, in the order asked for.
static rowcall_status put_numbered(struct rc_builder *builder, const struct rc_page *page,
                                   const struct list *needed)
{
    struct rc_from from = rc_from_begin(builder);
    rc_builder_put(builder, "(select ");
    put_shown(builder, page, needed, &from);
    rc_builder_put(builder, rc_columns_is_empty(needed->columns) ? "" : ", ");
    rc_builder_put(builder, "row_number() over (partition by ");
    rc_columns_put(builder, &page->distinct, from.alias);
    rc_order_put(builder, &page->order, &from, false);
    rc_builder_put(builder, ") as " FIRST);
    rowcall_status st = put_source(builder, page, &from);
    rc_builder_put(builder, ")");
    return st;
}

// " from <numbered> [joins] where <it is a first one>"
static rowcall_status put_firsts(struct rc_builder *builder, const struct rc_page *page,
                                 const struct list *list, bool is_ordered,
                                 const struct rc_from *from)
{
    struct rc_columns needed;
    rowcall_status st = find_needed(builder, page, list, is_ordered, &needed);
    if (st) {
        return st;
    }
    const struct list inner = {.columns = &needed, .is_ordered = is_ordered};
    rc_builder_put(builder, " from ");
    st = put_numbered(builder, page, &inner);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, from->alias);
    rc_from_put_joins(builder, from);
    rc_builder_put(builder, " where ");
    rc_builder_put_alias(builder, from->alias);
    rc_builder_put(builder, "." FIRST " = 1");
    return st;
}

// The page as one select. is_ordered: whether the order of its records matters (it always does
// to which records they are, where take and skip count from one end).
static rowcall_status put_page(struct rc_builder *builder, const struct rc_page *page,
                               const struct list *list, bool is_ordered)
{
    struct rc_from from = rc_from_begin(builder);
    from.is_subquery = page->is_distinct;
    rowcall_status st = put_list(builder, page, list, &from);
    if (!st && (is_ordered || page->cursor)) {
        rc_order_add_joins(builder, &page->order, &from);
    }
    if (!st && page->is_distinct) {
        st = put_firsts(builder, page, list, is_ordered, &from);
    } else if (!st) {
        st = put_source(builder, page, &from);
    }
    if (is_ordered) {
        rc_order_put(builder, &page->order, &from, page->reversed);
    }
    rc_page_put_limits(builder, page);
    rc_lock_put(builder, &page->lock, from.alias);
    return st;
}

// ---- rows

// "(select count(*) ...) t0 left join ": the total has a record of its own, so that an empty
// page has it too.
static rowcall_status put_total(struct rc_builder *builder, const struct rc_page *page,
                                struct rc_alias total)
{
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "(select count(*) as " TOTAL " from ");
    rc_builder_put_table(builder, page->model->entity);
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

// The page within a select of its own, which puts it back in order or beside the total, and
// reads related records of what is left.
static rowcall_status put_around(struct rc_builder *builder, const struct rc_page *page,
                                 const struct list *list, bool has_total)
{
    struct rc_columns needed;
    rowcall_status st = find_needed(builder, page, list, true, &needed);
    if (st) {
        return st;
    }
    const struct list inner = {.columns = &needed, .is_ordered = true, .is_present = has_total};
    struct rc_from rows = rc_from_begin(builder);
    struct rc_alias total = {0};
    rows.is_subquery = true;
    rc_builder_put(builder, "select ");
    if (has_total) {
        total = rc_builder_alias(builder);
        put_total_columns(builder, total, rows.alias);
    }
    st = put_answered(builder, list, &rows);
    rc_builder_put(builder, " from ");
    if (!st && has_total) {
        st = put_total(builder, page, total);
    }
    rc_builder_put(builder, "(");
    if (!st) {
        st = put_page(builder, page, &inner, true);
    }
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, rows.alias);
    rc_builder_put(builder, has_total ? " on true" : "");
    rc_from_put_joins(builder, &rows);
    rc_order_put(builder, &page->order, &rows, false);
    return st;
}

// A select list is evaluated for records that OFFSET leaves out, too: what they are related to
// should not be read.
static bool needs_around(const struct rc_page *page, const struct rc_select *select)
{
    return page->reversed || (page->skip && !rc_select_is_flat(select));
}

rowcall_status rc_page_put_rows(struct rc_builder *builder, const struct rc_page *page,
                                const struct rc_select *select, bool has_total)
{
    const struct list list = {.select = select};
    return has_total || needs_around(page, select) ? put_around(builder, page, &list, has_total)
                                                   : put_page(builder, page, &list, true);
}

rowcall_status rc_page_put_related(struct rc_builder *builder, const struct rc_page *page,
                                   struct rc_alias near, const struct rc_select *select)
{
    const struct list list = {.select = select, .is_value = true};
    struct rc_page related = *page;
    related.near = near;
    rc_builder_put(builder, "array(");
    rowcall_status st = needs_around(page, select) ? put_around(builder, &related, &list, false)
                                                   : put_page(builder, &related, &list, true);
    rc_builder_put(builder, ")");
    return st;
}

rowcall_status rc_page_put_from(struct rc_builder *builder, const struct rc_page *page,
                                const struct rc_columns *columns, struct rc_alias alias)
{
    const struct list list = {.columns = columns};
    struct rc_from from = {.alias = alias};
    if (rc_page_is_whole(page)) {
        return put_source(builder, page, &from);
    }
    // Which records are taken depends on the order; how many, through the cursor alone.
    bool is_ordered = !rc_columns_is_empty(columns) && (page->take || page->skip);
    rc_builder_put(builder, " from (");
    rowcall_status st = put_page(builder, page, &list, is_ordered);
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, alias);
    return st;
}

rowcall_status rc_page_put_count(struct rc_builder *builder, const struct rc_page *page)
{
    struct rc_columns none;
    struct rc_alias alias = rc_builder_alias(builder);
    rowcall_status st = rc_columns_init_of(builder, page->model->entity, &none);
    rc_builder_put(builder, "select count(*)");
    return st ? st : rc_page_put_from(builder, page, &none, alias);
}
