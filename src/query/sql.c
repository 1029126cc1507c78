// SPDX-License-Identifier: Apache-2.0
//
// Typed SQL: the authored statement, its parameters cast to their types, and around it a select
// of the columns that the row declares, by name and cast to their types. So what arrives is
// what the row says, whatever order the statement has its columns in.
//
//   select t0."product", t0."total"::int8 from (
//   <authored, with $1::text>
//   ) t0
#include "query/builder.h"
#include "query/columns.h"
#include "query/statement.h"

static const struct rc_node *find_given(const struct rc_node *request,
                                        const struct rc_column *parameter)
{
    const struct rc_node *child = request->first;
    while (child && child->field->subject != parameter) {
        child = child->next;
    }
    return child;
}

// A parameter that is absent is NULL, where it may be.
static rowcall_status put_parameter(struct rc_builder *builder, const struct rc_node *request,
                                    const struct rc_column *parameter)
{
    const struct rc_node *given = find_given(request, parameter);
    if (given) {
        rc_builder_put_slot(builder, given, &parameter->type);
        return ROWCALL_OK;
    }
    if (!parameter->nullable) {
        rowcall_status st = rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT,
                                         "%s: must be given", parameter->name);
        rc_error_detail(builder->err, "P2013", builder->model->entity->name, parameter->name);
        return st;
    }
    rc_builder_put(builder, "null");
    rc_builder_put_cast(builder, &parameter->type);
    return ROWCALL_OK;
}

static rowcall_status put_authored(struct rc_builder *builder,
                                   const struct rc_sql_method *method,
                                   const struct rc_node *request)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; !st && i < method->piece_count; i++) {
        rc_builder_put(builder, method->pieces[i].text);
        if (method->pieces[i].parameter) {
            st = put_parameter(builder, request, method->pieces[i].parameter);
        }
    }
    return st;
}

static void put_row(struct rc_builder *builder, const struct rc_entity *row,
                    struct rc_alias alias)
{
    for (size_t i = 0; i < row->column_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : "");
        rc_columns_put_cast(builder, &row->columns[i], alias);
    }
}

rowcall_status rc_statement_sql(struct rc_builder *builder, const struct rc_sql_method *method,
                                const struct rc_node *request)
{
    if (!method->row) {
        builder->at.count = RC_PLAN_COUNT_AFFECTED;
        return put_authored(builder, method, request);
    }
    struct rc_alias alias = rc_builder_alias(builder);
    builder->at.answers_rows = true;
    if (method->returns) {
        rc_builder_put(builder, "with ");
        rc_builder_put_alias(builder, alias);
        rc_builder_put(builder, " as (\n");
        rowcall_status st = put_authored(builder, method, request);
        rc_builder_put(builder, "\n) select ");
        put_row(builder, method->row, alias);
        rc_builder_put(builder, " from ");
        rc_builder_put_alias(builder, alias);
        rc_builder_put(builder, method->many ? "" : " limit 1");
        return st;
    }
    rc_builder_put(builder, "select ");
    put_row(builder, method->row, alias);
    rc_builder_put(builder, " from (\n");
    rowcall_status st = put_authored(builder, method, request);
    rc_builder_put(builder, "\n) ");
    rc_builder_put_alias(builder, alias);
    rc_builder_put(builder, method->many ? "" : " limit 1");
    return st;
}
