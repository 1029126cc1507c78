// SPDX-License-Identifier: Apache-2.0
//
// Create and CreateMany. A record that writes related records is written by a script of its
// own.
#include "query/nested.h"
#include "query/statement.h"
#include "query/written.h"

// By a script: a record with its relations, or rows of which more than themselves is answered.
static rowcall_status create_by_script(struct rc_builder *builder,
                                       const struct rc_written *written,
                                       const struct rc_node *data, bool skip_duplicates)
{
    const struct rc_create create = {.model = builder->model,
                                     .data = data,
                                     .gate = RC_RECORD_NONE,
                                     .skip_duplicates = skip_duplicates};
    struct rc_script *script;
    struct rc_record record;
    rowcall_status st = rc_script_new(builder, &script);
    if (!st) {
        st = rc_written_want(script, written);
    }
    if (!st) {
        st = rc_nested_create(script, &create, &record);
    }
    return st ? st : rc_written_answer(script, written, record, RC_RECORD_NONE);
}

static rowcall_status create(struct rc_builder *builder, const struct rc_written *written,
                             const struct rc_node *data, bool skip_duplicates)
{
    struct rc_insert insert;
    if (rc_nested_has_relations(data) || !rc_written_is_flat(written)) {
        return create_by_script(builder, written, data, skip_duplicates);
    }
    rowcall_status st = rc_insert_read(builder, builder->model, data, &insert);
    if (!st) {
        st = rc_insert_complete(builder, &insert);
    }
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(builder);
    rc_insert_put(builder, NULL, &insert, alias);
    rc_builder_put(builder, skip_duplicates ? " on conflict do nothing" : "");
    return rc_written_put_returning(builder, written, alias);
}

rowcall_status rc_statement_create(struct rc_builder *builder, const struct rc_node *request)
{
    struct rc_written written;
    rowcall_status st = rc_written_read(builder, request, &written);
    return st ? st : create(builder, &written, rc_node_child(request, RC_ROLE_DATA), false);
}

rowcall_status rc_statement_create_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    struct rc_written written;
    bool skip_duplicates = rc_node_has_flag(request, RC_ROLE_SKIP_DUPLICATES);
    rowcall_status st = rc_written_read(builder, request, &written);
    for (const struct rc_node *row = request->first; !st && row; row = row->next) {
        if (row->field->role != RC_ROLE_ROWS) {
            continue;
        }
        if (row->kind != RC_TOKEN_ROWS && skip_duplicates) {
            return rc_node_refuse(row, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "writes related records, which skip_duplicates cannot skip");
        }
        st = create(builder, &written, row, skip_duplicates);
        rc_builder_end_statement(builder);
    }
    return st;
}
