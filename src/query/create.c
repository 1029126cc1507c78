// SPDX-License-Identifier: Apache-2.0
//
// Create and CreateMany. A record that writes related records is written by a script of its
// own.
#include "query/nested.h"
#include "query/statement.h"

// One record with its relations.
static rowcall_status create_nested(struct rc_builder *builder, const struct rc_node *request,
                                    const struct rc_node *data)
{
    const struct rc_create create = {
        .model = builder->model, .data = data, .gate = RC_RECORD_NONE};
    struct rc_script *script;
    struct rc_record record;
    rowcall_status st = rc_script_new(builder, &script);
    if (!st) {
        st = rc_written_want(script, request);
    }
    if (!st) {
        st = rc_nested_create(script, &create, &record);
    }
    return st ? st : rc_written_answer(script, request, record, RC_RECORD_NONE);
}

static rowcall_status create(struct rc_builder *builder, const struct rc_node *request,
                             const struct rc_node *data)
{
    struct rc_insert insert;
    rowcall_status st = rc_insert_read(builder, builder->model, data, &insert);
    if (!st) {
        st = rc_insert_complete(builder, &insert);
    }
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(builder);
    rc_insert_put(builder, NULL, &insert, alias);
    if (rc_node_has_flag(request, RC_ROLE_SKIP_DUPLICATES)) {
        rc_builder_put(builder, " on conflict do nothing");
    }
    return rc_statement_put_returning(builder, request, alias);
}

rowcall_status rc_statement_create(struct rc_builder *builder, const struct rc_node *request)
{
    const struct rc_node *data = rc_node_child(request, RC_ROLE_DATA);
    return rc_nested_has_relations(data) ? create_nested(builder, request, data)
                                         : create(builder, request, data);
}

rowcall_status rc_statement_create_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    rowcall_status st = ROWCALL_OK;
    for (const struct rc_node *row = request->first; !st && row; row = row->next) {
        if (row->field->role != RC_ROLE_ROWS) {
            continue;
        }
        bool is_group = row->kind == RC_TOKEN_ROWS;
        if (!is_group && rc_node_has_flag(request, RC_ROLE_SKIP_DUPLICATES)) {
            return rc_node_refuse(row, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "writes related records, which skip_duplicates cannot skip");
        }
        st = is_group ? create(builder, request, row) : create_nested(builder, request, row);
        rc_builder_end_statement(builder);
    }
    return st;
}
