// SPDX-License-Identifier: Apache-2.0
//
// GroupBy: one row a group.
//
//   select t0."active", t1."name", count(*), sum(t0."unitAmount")
//   from "public"."prices" t0 left join "public"."products" t1 on t1."id" = t0."productId"
//   where ... group by t0."active", t1."name" having sum(t0."unitAmount") > $1::int8
//   order by count(*) desc, t0."active", t1."name" limit $2::int8
//
// A negative take reads from the end, so a query goes around that one and turns its rows back:
//
//   select t2.c0, t2.c1 from (select ... as c0, ... as c1, row_number() over (<order>) as n
//                             from ... <order from the end> limit ...) t2 order by t2.n desc
#include "query/aggregate.h"
#include "query/group_order.h"
#include "query/having.h"
#include "query/page.h"
#include "query/predicate.h"
#include "query/statement.h"

struct group_by {
    const struct rc_node *request;
    struct rc_group group;
    struct rc_aggregates aggregates;
    struct rc_group_order order;
    struct rc_page page;                   // of groups: no more than take and skip
    const struct rc_wire_message *message; // a group, as it is answered
};

// The message of the response's rows; NULL without memory.
static const struct rc_wire_message *group_message(const struct rc_wire_message *response)
{
    const struct rc_wire_field *field = response->fields;
    while (field->role != RC_ROLE_RESULT_ROWS) {
        field++;
    }
    return rc_wire_message_ready(field->message);
}

static rowcall_status read_request(struct rc_builder *builder, const struct rc_node *request,
                                   struct group_by *ret)
{
    const struct rc_node *take_sign = rc_node_child(request, RC_ROLE_TAKE);
    *ret = (struct group_by){.request = request,
                             .page = {.take = rc_node_slot(request, RC_ROLE_TAKE),
                                      .skip = rc_node_child(request, RC_ROLE_SKIP),
                                      .reversed = take_sign && take_sign->flag},
                             .message = group_message(builder->response)};
    if (!ret->message) {
        return rc_error_oom(builder->err);
    }
    builder->take_slot = ret->page.take ? ret->page.take->slot : SIZE_MAX;
    rowcall_status st = rc_group_read(builder, request, &ret->group);
    if (!st) {
        st = rc_aggregates_read(builder, request, &ret->aggregates);
    }
    return st ? st
              : rc_group_order_read(builder, request, &ret->group,
                                    ret->page.take || ret->page.skip, &ret->order);
}

static void put_results(const struct group_by *group_by, struct rc_results *results)
{
    const struct rc_wire_field *by = group_by->message->fields;
    while (by->role != RC_ROLE_BY) {
        by++;
    }
    rc_results_begin(results, by->number, by->name);
    rc_group_put_keys(&group_by->group, results);
    rc_results_end(results);
    rc_aggregates_put(&group_by->aggregates, group_by->message, group_by->group.root.alias,
                      results);
}

// The query that groups, from its "select" on.
static rowcall_status put_groups(struct rc_builder *builder, const struct group_by *group_by,
                                 struct rc_results *results)
{
    const struct rc_group *group = &group_by->group;
    rc_builder_put(builder, "select ");
    put_results(group_by, results);
    if (group_by->page.reversed) {
        rc_group_order_put(builder, ", row_number() over (order by ", &group_by->order, true);
        rc_builder_put(builder, ") as n");
    }
    rc_builder_put(builder, " from ");
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, group->root.alias);
    rc_from_put_joins(builder, &group->from);
    rowcall_status st = rc_predicate_clause(
        builder, rc_node_child(group_by->request, RC_ROLE_WHERE), group->root.alias);
    rc_builder_put(builder, " group by ");
    rc_group_put_list(builder, group);
    if (!st) {
        st = rc_having_clause(builder, group, rc_node_child(group_by->request, RC_ROLE_HAVING));
    }
    rc_group_order_put(builder, " order by ", &group_by->order, group_by->page.reversed);
    rc_page_put_limits(builder, &group_by->page);
    return st;
}

rowcall_status rc_statement_group_by(struct rc_builder *builder, const struct rc_node *request)
{
    struct group_by group_by;
    struct rc_results results = {.builder = builder};
    rowcall_status st = read_request(builder, request, &group_by);
    if (st) {
        return st;
    }
    builder->at.answers_rows = true;
    if (!group_by.page.reversed) {
        return put_groups(builder, &group_by, &results);
    }
    struct rc_results outer = {
        .builder = builder, .layer = RC_RESULTS_OUTER, .alias = rc_builder_alias(builder)};
    results.layer = RC_RESULTS_INNER;
    rc_builder_put(builder, "select ");
    put_results(&group_by, &outer);
    rc_builder_put(builder, " from (");
    st = put_groups(builder, &group_by, &results);
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, outer.alias);
    rc_builder_put(builder, " order by ");
    rc_builder_put_alias(builder, outer.alias);
    rc_builder_put(builder, ".n desc");
    return st;
}
