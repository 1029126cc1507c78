// SPDX-License-Identifier: Apache-2.0
//
// Answers. Own columns come from the op that wrote the record, unless a later one wrote the
// table again; related records are read in the same statement where it sees them.
#include "query/written.h"

#include "query/nested.h"
#include "query/relation.h"

rowcall_status rc_written_read(struct rc_builder *builder, const struct rc_node *request,
                               struct rc_written *ret_written)
{
    const struct rc_node *select = rc_node_child(request, RC_ROLE_SELECT);
    *ret_written = (struct rc_written){.has_rows = select != NULL, .targets = RC_RECORD_NONE};
    return rc_select_read(builder, builder->model, select, &ret_written->select);
}

bool rc_written_is_flat(const struct rc_written *written)
{
    return !written->has_rows || rc_select_is_flat(&written->select);
}

bool rc_written_is_returned(const struct rc_written *written, const struct rc_entity *entity,
                            bool moves_keys)
{
    return !written->has_rows || (rc_select_is_flat(&written->select) &&
                                  !(moves_keys && rc_relation_leads(entity, entity)));
}

rowcall_status rc_written_want(struct rc_script *script, const struct rc_written *written)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_columns *columns = rc_arena_new(builder->scratch, struct rc_columns);
    rowcall_status st =
        columns ? rc_columns_init(builder, columns) : rc_error_oom(builder->err);
    if (!st && written->has_rows) {
        rc_select_add_needed(&written->select, columns);
        rc_script_want(script, columns);
    }
    return st;
}

static void put_targets(struct rc_script *script, const struct rc_written *written)
{
    if (!rc_record_is_none(written->targets)) {
        rc_builder_add_head(rc_script_builder(script), RC_PLAN_TARGETS, RC_ROLE_NONE);
        rc_script_put_count(script, written->targets);
        rc_builder_put(rc_script_builder(script), ", ");
    }
}

static void put_created(struct rc_script *script, struct rc_record created)
{
    if (!rc_record_is_none(created)) {
        rc_builder_add_head(rc_script_builder(script), RC_PLAN_CREATED, RC_ROLE_CREATED);
        rc_script_put_exists(script, created);
        rc_builder_put(rc_script_builder(script), ", ");
    }
}

static void put_count(struct rc_script *script, const struct rc_written *written,
                      struct rc_record record, struct rc_record created)
{
    struct rc_builder *builder = rc_script_builder(script);
    rc_script_begin_answer(script);
    put_targets(script, written);
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
static struct rc_alias put_table(struct rc_script *script, struct rc_record record,
                                 struct rc_alias alias)
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
    return written;
}

// Whether what the statement at hand sees is not what the answer has to say. What is deleted is
// told as it was.
static bool must_look_again(const struct rc_script *script, const struct rc_written *written,
                            struct rc_record record)
{
    if (written->is_deleted) {
        return false;
    }
    return rc_script_is_stale(script, record) ||
           (!rc_written_is_flat(written) &&
            (!rc_script_wrote_only(script, record) ||
             rc_select_reads(&written->select, record.model->entity)));
}

// All of the records have to be there still, by their keys: an answer that cannot be given is a
// failure, and then nothing may have happened.
static void guard_records(struct rc_script *script, struct rc_record record)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_plan_failure failure = rc_nested_lost(record.model);
    rc_script_begin_guard(script);
    rc_script_put_count(script, record);
    rc_builder_put(builder, " = (select count(*) from ");
    put_table(script, record, rc_builder_alias(builder));
    rc_builder_put(builder, ")");
    rc_script_end_guard(script, &failure);
}

rowcall_status rc_written_answer(struct rc_script *script, const struct rc_written *written,
                                 struct rc_record record, struct rc_record created)
{
    struct rc_builder *builder = rc_script_builder(script);
    if (!written->has_rows) {
        put_count(script, written, record, created);
        return ROWCALL_OK;
    }
    bool looks_again = must_look_again(script, written, record);
    rowcall_status st = looks_again ? rc_script_cut(script) : ROWCALL_OK;
    if (st) {
        return st;
    }
    if (looks_again) {
        guard_records(script, record);
    }
    struct rc_from from = rc_from_begin(builder);
    // Something has to be told also where there is no row to tell it with.
    bool has_more = rc_script_has_guards(script) || !rc_record_is_none(written->targets);
    rc_script_begin_answer(script);
    builder->at.answers_rows = true;
    put_targets(script, written);
    put_created(script, created);
    if (has_more) {
        put_present(builder, record.model, from.alias);
    }
    st = rc_select_put_list(builder, &written->select, &from);
    rc_builder_put(builder, has_more ? " from (select) g left join " : " from ");
    struct rc_alias numbered = {0};
    if (looks_again) {
        numbered = put_table(script, record, from.alias);
    } else {
        rc_script_put_records(script, record, from.alias);
    }
    rc_builder_put(builder, has_more ? " on true" : "");
    rc_from_put_joins(builder, &from);
    if (looks_again) {
        rc_builder_put(builder, " order by ");
        rc_builder_put_alias(builder, numbered);
        rc_builder_put(builder, "." RC_SCRIPT_NUMBER);
    }
    rc_script_end_answer(script);
    return st;
}

// ---- a statement of its own

rowcall_status rc_written_put_returning(struct rc_builder *builder,
                                        const struct rc_written *written, struct rc_alias alias)
{
    if (!written->has_rows) {
        builder->at.count = RC_PLAN_COUNT_AFFECTED;
        return ROWCALL_OK;
    }
    struct rc_from from = {.alias = alias};
    builder->at.answers_rows = true;
    rc_builder_put(builder, " returning ");
    return rc_select_put_list(builder, &written->select, &from);
}
