// SPDX-License-Identifier: Apache-2.0
//
// FindUnique, FindFirst, FindMany, Count, Exists.
#include "query/predicate.h"
#include "query/select.h"
#include "query/statement.h"

static rowcall_status read_select(struct rc_builder *builder, const struct rc_node *request,
                                  struct rc_select *ret_select)
{
    return rc_select_read(builder, builder->model, rc_node_child(request, RC_ROLE_SELECT),
                          ret_select);
}

static void put_from(struct rc_builder *builder, struct rc_alias alias)
{
    rc_builder_put(builder, " from ");
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
}

rowcall_status rc_statement_find_unique(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    struct rc_select select;
    struct rc_lock lock;
    struct rc_from from = rc_from_begin(builder);
    rowcall_status st = read_select(builder, request, &select);
    if (!st) {
        st = rc_lock_read(builder, request, &lock);
    }
    rc_builder_put(builder, "select ");
    if (!st) {
        st = rc_select_put_list(builder, &select, &from);
    }
    if (st) {
        return st;
    }
    builder->at.answers_rows = true;
    put_from(builder, from.alias);
    rc_from_put_joins(builder, &from);
    st = rc_predicate_one(builder, request, from.alias);
    rc_lock_put(builder, &lock, from.alias);
    return st;
}

static rowcall_status find(struct rc_builder *builder, const struct rc_node *request,
                           bool is_first)
{
    struct rc_page page;
    struct rc_select select;
    rowcall_status st = read_select(builder, request, &select);
    if (!st) {
        st = rc_page_read(builder, request, is_first, &page);
    }
    if (st) {
        return st;
    }
    builder->at.answers_rows = true;
    builder->take_slot = page.take ? page.take->slot : SIZE_MAX;
    return rc_page_put_rows(builder, &page, &select,
                            rc_node_has_flag(request, RC_ROLE_WITH_TOTAL));
}

rowcall_status rc_statement_find_first(struct rc_builder *builder,
                                       const struct rc_node *request)
{
    return find(builder, request, true);
}

rowcall_status rc_statement_find_many(struct rc_builder *builder, const struct rc_node *request)
{
    return find(builder, request, false);
}

rowcall_status rc_statement_count(struct rc_builder *builder, const struct rc_node *request)
{
    struct rc_page page;
    rowcall_status st = rc_page_read(builder, request, false, &page);
    if (st) {
        return st;
    }
    builder->at.count = RC_PLAN_COUNT_COLUMN;
    rc_builder_add_head(builder, RC_PLAN_COUNT, RC_ROLE_COUNT);
    return rc_page_put_count(builder, &page);
}

rowcall_status rc_statement_exists(struct rc_builder *builder, const struct rc_node *request)
{
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_add_head(builder, RC_PLAN_EXISTS, RC_ROLE_EXISTS);
    rc_builder_put(builder, "select exists(select 1");
    put_from(builder, alias);
    rowcall_status st =
        rc_predicate_clause(builder, rc_node_child(request, RC_ROLE_WHERE), alias);
    rc_builder_put(builder, ")");
    return st;
}
