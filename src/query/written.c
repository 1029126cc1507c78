// SPDX-License-Identifier: Apache-2.0
//
// The answer of a script: how many records were written, or what of them the request selects.
// Own columns come from the op that wrote the record, unless a later one wrote the table again.
#include "query/statement.h"

static rowcall_status read_columns(struct rc_builder *builder, const struct rc_node *request,
                                   struct rc_columns *ret_columns)
{
    rowcall_status st = rc_columns_init(builder, ret_columns);
    return st ? st
              : rc_columns_select(builder, rc_node_child(request, RC_ROLE_SELECT), ret_columns);
}

rowcall_status rc_written_want(struct rc_script *script, const struct rc_node *request)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_columns *columns = rc_arena_new(builder->scratch, struct rc_columns);
    if (!columns) {
        return rc_error_oom(builder->err);
    }
    if (!rc_node_child(request, RC_ROLE_SELECT)) {
        return ROWCALL_OK;
    }
    rc_script_want(script, columns);
    return read_columns(builder, request, columns);
}

static void put_created(struct rc_script *script, struct rc_record created)
{
    if (!rc_record_is_none(created)) {
        rc_builder_add_head(rc_script_builder(script), RC_PLAN_CREATED, RC_ROLE_CREATED);
        rc_script_put_exists(script, created);
        rc_builder_put(rc_script_builder(script), ", ");
    }
}

static void put_count(struct rc_script *script, struct rc_record record,
                      struct rc_record created)
{
    struct rc_builder *builder = rc_script_builder(script);
    rc_script_begin_answer(script);
    rc_builder_add_head(builder, RC_PLAN_COUNT, RC_ROLE_COUNT);
    builder->at.count = RC_PLAN_COUNT_COLUMN;
    rc_script_put_count(script, record);
    if (!rc_record_is_none(created)) {
        rc_builder_put(builder, ", ");
        rc_builder_add_head(builder, RC_PLAN_CREATED, RC_ROLE_CREATED);
        rc_script_put_exists(script, created);
    }
    rc_script_end_answer(script);
}

// "t1."id" is not null, ": with guards there is a record of the result also where there is no
// row.
static void put_present(struct rc_builder *builder, const struct rc_model *model,
                        struct rc_alias alias)
{
    rc_builder_add_head(builder, RC_PLAN_PRESENT, RC_ROLE_NONE);
    rc_builder_put_column(builder, alias, model->entity->keys[0].columns[0]);
    rc_builder_put(builder, " is not null, ");
}

// "<table> t1 join w0 t2 on t1."id" = t2."id"": the records as they are now.
static void put_table(struct rc_script *script, struct rc_record record, struct rc_alias alias)
{
    struct rc_builder *builder = rc_script_builder(script);
    const struct rc_key *key = &record.model->entity->keys[0];
    struct rc_alias written = rc_builder_alias(builder);
    rc_builder_put(builder, "(");
    rc_builder_put_table(builder, record.model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
    rc_builder_put(builder, " join ");
    rc_script_put_records(script, record, written);
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : " on ");
        rc_builder_put_column(builder, alias, key->columns[i]);
        rc_builder_put(builder, " = ");
        rc_builder_put_column(builder, written, key->columns[i]);
    }
    rc_builder_put(builder, ")");
}

rowcall_status rc_written_answer(struct rc_script *script, const struct rc_node *request,
                                 struct rc_record record, struct rc_record created)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_columns columns;
    if (!rc_node_child(request, RC_ROLE_SELECT)) {
        put_count(script, record, created);
        return ROWCALL_OK;
    }
    bool is_stale = rc_script_is_stale(script, record);
    rowcall_status st = read_columns(builder, request, &columns);
    if (!st && is_stale) {
        st = rc_script_cut(script);
    }
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(builder);
    bool has_guards = rc_script_has_guards(script);
    rc_script_begin_answer(script);
    builder->at.answers_rows = true;
    put_created(script, created);
    if (has_guards) {
        put_present(builder, record.model, alias);
    }
    rc_columns_put_result(builder, &columns, alias);
    rc_builder_put(builder, has_guards ? " from (select) g left join " : " from ");
    if (is_stale) {
        put_table(script, record, alias);
    } else {
        rc_script_put_records(script, record, alias);
    }
    rc_builder_put(builder, has_guards ? " on true" : "");
    rc_script_end_answer(script);
    return ROWCALL_OK;
}
