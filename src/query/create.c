// SPDX-License-Identifier: Apache-2.0
//
// Create and CreateMany. Where a record writes related records, or is answered with such, all
// are written by one script.
#include "query/bulk.h"
#include "query/nested.h"
#include "query/statement.h"
#include "query/written.h"

struct creation {
    struct rc_written written;
    const struct rc_node *request;
    enum rc_api_role
        role; // of the request's fields that are records to create, or groups of them
    bool skip_duplicates;
};

static size_t count_records(const struct creation *creation)
{
    size_t count = 0;
    for (const struct rc_node *data = creation->request->first; data; data = data->next) {
        count += data->field->role == (uint32_t)creation->role;
    }
    return count;
}

static rowcall_status create_all(struct rc_builder *builder, const struct creation *creation,
                                 struct rc_script *script, struct rc_record *ret_record)
{
    size_t count = 0;
    struct rc_record *records =
        rc_arena_new_array(builder->scratch, count_records(creation) + 1, struct rc_record);
    rowcall_status st = records ? ROWCALL_OK : rc_error_oom(builder->err);
    const struct rc_node *data = creation->request->first;
    for (; !st && data; data = data->next) {
        if (data->field->role == (uint32_t)creation->role) {
            const struct rc_create create = {.model = builder->model,
                                             .data = data,
                                             .gate = RC_RECORD_NONE,
                                             .skip_duplicates = creation->skip_duplicates};
            st = rc_nested_create(script, &create, &records[count++]);
        }
    }
    return st ? st : rc_script_unite(script, records, count, ret_record);
}

// By a script: records with their relations, or of which more than themselves is answered.
static rowcall_status create_by_script(struct rc_builder *builder,
                                       const struct creation *creation)
{
    struct rc_script *script;
    struct rc_record record;
    rowcall_status st = rc_script_new(builder, &script);
    if (!st) {
        st = rc_written_want(script, &creation->written);
    }
    if (!st) {
        st = create_all(builder, creation, script, &record);
    }
    return st ? st : rc_written_answer(script, &creation->written, record, RC_RECORD_NONE);
}

// One plain statement: a record, or all rows of a group.
static rowcall_status create(struct rc_builder *builder, const struct creation *creation,
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
    size_t body = rc_insert_put(builder, NULL, &insert, alias);
    rc_builder_put(builder, creation->skip_duplicates ? " on conflict do nothing" : "");
    if (creation->role == RC_ROLE_DATA && body > 0) {
        rc_bulk_draft_create(builder, &insert, alias, body);
    }
    return rc_written_put_returning(builder, &creation->written, alias);
}

rowcall_status rc_statement_create(struct rc_builder *builder, const struct rc_node *request)
{
    const struct rc_node *data = rc_node_child(request, RC_ROLE_DATA);
    struct creation creation = {.request = request, .role = RC_ROLE_DATA};
    rowcall_status st = rc_written_read(builder, request, &creation.written);
    if (st) {
        return st;
    }
    bool is_plain = !rc_nested_has_relations(data) && rc_written_is_flat(&creation.written);
    return is_plain || !data ? create(builder, &creation, data)
                             : create_by_script(builder, &creation);
}

rowcall_status rc_statement_create_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    struct creation creation = {.request = request,
                                .role = RC_ROLE_ROWS,
                                .skip_duplicates =
                                    rc_node_has_flag(request, RC_ROLE_SKIP_DUPLICATES)};
    rowcall_status st = rc_written_read(builder, request, &creation.written);
    bool is_plain = rc_written_is_flat(&creation.written);
    for (const struct rc_node *row = request->first; !st && row; row = row->next) {
        if (row->field->role != RC_ROLE_ROWS || row->kind == RC_TOKEN_ROWS) {
            continue;
        }
        is_plain = false;
        if (creation.skip_duplicates) {
            return rc_node_refuse(row, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "writes related records, which skip_duplicates cannot skip");
        }
    }
    if (!st && !is_plain && count_records(&creation) > 0) {
        return create_by_script(builder, &creation);
    }
    for (const struct rc_node *row = request->first; !st && row; row = row->next) {
        if (row->field->role == RC_ROLE_ROWS) {
            st = create(builder, &creation, row);
            rc_builder_end_statement(builder);
        }
    }
    return st;
}
