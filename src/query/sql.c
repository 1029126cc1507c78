// SPDX-License-Identifier: Apache-2.0
//
// Typed SQL: the authored statement, its parameters cast to their types, and around it a select
// of the columns that the row declares, by name and cast to their types. So what arrives is
// what the row says, whatever order the statement has its columns in.
//
//   select t0."product", t0."total"::int8 from (
//   <authored, with ($1::text)>
//   ) t0
//
// A WITH clause of the authored statement is moved in front of all, where it may write.
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

// A parameter that is absent is NULL, where it may be. In parentheses, for what stands behind
// it may not be the cast's: "$names[1]", "offset $skip rows".
static rowcall_status put_parameter(struct rc_builder *builder, const struct rc_node *request,
                                    const struct rc_column *parameter)
{
    const struct rc_node *given = find_given(request, parameter);
    if (!given && !parameter->nullable) {
        rowcall_status st = rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT,
                                         "%s: must be given", parameter->name);
        rc_error_detail(builder->err, "P2013", builder->model->entity->name, parameter->name);
        return st;
    }
    rc_builder_put(builder, "(");
    if (given) {
        rc_builder_put_slot(builder, given, &parameter->type);
    } else {
        rc_builder_put(builder, "null");
        rc_builder_put_cast(builder, &parameter->type);
    }
    rc_builder_put(builder, ")");
    return ROWCALL_OK;
}

// An argument of a function that is absent is left to the function's own default.
static rowcall_status put_argument(struct rc_builder *builder, const struct rc_node *request,
                                   const struct rc_sql_piece *piece, bool *is_first)
{
    if (!find_given(request, piece->parameter) && piece->parameter->nullable) {
        return ROWCALL_OK;
    }
    rc_builder_put(builder, *is_first ? "" : ", ");
    rc_builder_put(builder, piece->text);
    *is_first = false;
    return put_parameter(builder, request, piece->parameter);
}

// Pieces from `from` up to `to`.
static rowcall_status put_pieces(struct rc_builder *builder, const struct rc_sql_method *method,
                                 const struct rc_node *request, size_t from, size_t to)
{
    rowcall_status st = ROWCALL_OK;
    bool is_first = true;
    for (size_t i = from; !st && i < to; i++) {
        const struct rc_sql_piece *piece = &method->pieces[i];
        if (piece->is_argument) {
            st = put_argument(builder, request, piece, &is_first);
            continue;
        }
        rc_builder_put(builder, piece->text);
        if (piece->parameter) {
            st = put_parameter(builder, request, piece->parameter);
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
    size_t main = method->main_piece;
    if (!method->row) {
        builder->at.count = RC_PLAN_COUNT_AFFECTED;
        return put_pieces(builder, method, request, 0, method->piece_count);
    }
    struct rc_alias alias = rc_builder_alias(builder);
    builder->at.answers_rows = true;
    rowcall_status st = put_pieces(builder, method, request, 0, main);
    if (method->returns) {
        rc_builder_put(builder, main > 0 ? ", " : "with ");
        rc_builder_put_alias(builder, alias);
        rc_builder_put(builder, " as (\n");
        st = st ? st : put_pieces(builder, method, request, main, method->piece_count);
        rc_builder_put(builder, "\n) ");
    }
    rc_builder_put(builder, "select ");
    put_row(builder, method->row, alias);
    rc_builder_put(builder, " from ");
    if (!method->returns) {
        rc_builder_put(builder, "(\n");
        st = st ? st : put_pieces(builder, method, request, main, method->piece_count);
        rc_builder_put(builder, "\n) ");
    }
    rc_builder_put_alias(builder, alias);
    rc_builder_put(builder, method->many ? "" : " limit 1");
    return st;
}
