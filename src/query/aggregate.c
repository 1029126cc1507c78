// SPDX-License-Identifier: Apache-2.0
//
// Aggregate: one row over all records of a page.
#include "query/aggregate.h"

#include "query/page.h"
#include "query/statement.h"

bool rc_aggregates_function(enum rc_api_role role, enum rc_aggregate *ret_function)
{
    for (int i = 0; i < RC_AGGREGATE_NUMBER; i++) {
        if (rc_api_aggregate_role((enum rc_aggregate)i) == role) {
            *ret_function = (enum rc_aggregate)i;
            return true;
        }
    }
    return false;
}

rowcall_status rc_aggregates_refuse(const struct rc_node *node, enum rc_aggregate function,
                                    const struct rc_column *column, rowcall_error *err)
{
    return rc_node_refuse(node, ROWCALL_INVALID_ARGUMENT, err,
                          "%s is %s%s, of which PostgreSQL has no %s()", column->name,
                          column->type.sql, column->type.array ? "[]" : "",
                          rc_aggregate_name(function));
}

static rowcall_status read_field(struct rc_builder *builder, const struct rc_node *node,
                                 enum rc_aggregate function, struct rc_columns *columns)
{
    const struct rc_column *column = rc_node_column(node, columns->entity);
    if (!column) {
        return rc_node_refuse(node, ROWCALL_INVALID_ARGUMENT, builder->err, "names no column");
    }
    if (!rc_aggregate_type(function, &column->type)) {
        return rc_aggregates_refuse(node, function, column, builder->err);
    }
    rc_columns_add(columns, column);
    return ROWCALL_OK;
}

rowcall_status rc_aggregates_read(struct rc_builder *builder, const struct rc_node *request,
                                  struct rc_aggregates *ret_aggregates)
{
    rowcall_status st = ROWCALL_OK;
    *ret_aggregates =
        (struct rc_aggregates){.count_all = rc_node_has_flag(request, RC_ROLE_COUNT_ALL)};
    for (size_t i = 0; !st && i < RC_AGGREGATE_NUMBER; i++) {
        st = rc_columns_init(builder, &ret_aggregates->of[i]);
    }
    for (const struct rc_node *child = request->first; !st && child; child = child->next) {
        enum rc_aggregate function;
        if (rc_aggregates_function((enum rc_api_role)child->field->role, &function)) {
            st = read_field(builder, child, function, &ret_aggregates->of[function]);
        }
    }
    return st;
}

bool rc_aggregates_is_empty(const struct rc_aggregates *aggregates)
{
    bool is_empty = !aggregates->count_all;
    for (size_t i = 0; i < RC_AGGREGATE_NUMBER; i++) {
        is_empty = is_empty && rc_columns_is_empty(&aggregates->of[i]);
    }
    return is_empty;
}

// The field of results with this role, which is there when anything has been asked for.
static const struct rc_wire_field *field_of_role(const struct rc_wire_message *message,
                                                 enum rc_api_role role)
{
    const struct rc_wire_field *field = message->fields;
    while (field->role != (uint32_t)role) {
        field++;
    }
    return field;
}

// The results of one function, a message of their own.
static void put_function(enum rc_aggregate function, const struct rc_columns *columns,
                         const struct rc_wire_message *message, struct rc_alias alias,
                         struct rc_results *results)
{
    const struct rc_wire_field *field = field_of_role(message, rc_api_aggregate_role(function));
    rc_results_begin(results, field->number, field->name);
    for (size_t i = 0; i < columns->entity->column_count; i++) {
        const struct rc_column *column = &columns->entity->columns[i];
        if (columns->has[i]) {
            struct rc_operand operand = rc_operand_aggregate(function, column, alias);
            rc_results_put(results, &operand, column->number, column->name);
        }
    }
    rc_results_end(results);
}

void rc_aggregates_put(const struct rc_aggregates *aggregates,
                       const struct rc_wire_message *message, struct rc_alias alias,
                       struct rc_results *results)
{
    if (aggregates->count_all) {
        const struct rc_wire_field *field = field_of_role(message, RC_ROLE_COUNT_ALL);
        struct rc_operand operand = rc_operand_aggregate(RC_AGGREGATE_COUNT, NULL, alias);
        rc_results_put(results, &operand, field->number, field->name);
    }
    for (size_t i = 0; i < RC_AGGREGATE_NUMBER; i++) {
        if (!rc_columns_is_empty(&aggregates->of[i])) {
            put_function((enum rc_aggregate)i, &aggregates->of[i], message, alias, results);
        }
    }
}

// The columns that the page has to have.
static rowcall_status columns_of(struct rc_builder *builder,
                                 const struct rc_aggregates *aggregates,
                                 struct rc_columns *ret_columns)
{
    rowcall_status st = rc_columns_init(builder, ret_columns);
    for (size_t i = 0; !st && i < RC_AGGREGATE_NUMBER; i++) {
        for (size_t k = 0; k < ret_columns->entity->column_count; k++) {
            ret_columns->has[k] |= aggregates->of[i].has[k];
        }
    }
    return st;
}

rowcall_status rc_statement_aggregate(struct rc_builder *builder, const struct rc_node *request)
{
    struct rc_page page;
    struct rc_aggregates aggregates;
    struct rc_columns columns;
    struct rc_alias alias = rc_builder_alias(builder);
    rowcall_status st = rc_page_read(builder, request, false, &page);
    if (!st) {
        st = rc_aggregates_read(builder, request, &aggregates);
    }
    if (!st && rc_aggregates_is_empty(&aggregates)) {
        st = rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT,
                          "request: asks for nothing: set count_all, or name fields in count, "
                          "sum, avg, min or max");
    }
    if (!st) {
        st = columns_of(builder, &aggregates, &columns);
    }
    if (st) {
        return st;
    }
    struct rc_results results = {.builder = builder};
    builder->at.answers_rows = true;
    rc_builder_put(builder, "select ");
    rc_aggregates_put(&aggregates, builder->response, alias, &results);
    return rc_page_put_from(builder, &page, &columns, alias);
}
