// SPDX-License-Identifier: Apache-2.0
//
// FindUnique, FindFirst, FindMany, Count, Exists.
#include "query/page.h"
#include "query/predicate.h"
#include "query/statement.h"

static rowcall_status read_select(struct rc_builder *builder, const struct rc_node *request,
                                  struct rc_columns *ret_columns)
{
    rowcall_status st = rc_columns_init(builder, ret_columns);
    return st ? st
              : rc_columns_select(builder, rc_node_child(request, RC_ROLE_SELECT), ret_columns);
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
    struct rc_columns columns;
    struct rc_alias alias = rc_builder_alias(builder);
    rowcall_status st = read_select(builder, request, &columns);
    if (st) {
        return st;
    }
    builder->at.answers_rows = true;
    rc_builder_put(builder, "select ");
    rc_columns_put_result(builder, &columns, alias);
    put_from(builder, alias);
    return rc_predicate_one(builder, request, alias);
}

static rowcall_status find(struct rc_builder *builder, const struct rc_node *request,
                           bool is_first)
{
    struct rc_page page;
    struct rc_columns columns;
    rowcall_status st = read_select(builder, request, &columns);
    if (!st) {
        st = rc_page_read(builder, request, is_first, &page);
    }
    if (st) {
        return st;
    }
    builder->at.answers_rows = true;
    return rc_page_put_rows(builder, &page, &columns,
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
