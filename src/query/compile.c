// SPDX-License-Identifier: Apache-2.0
//
// The table of verbs, and the making of a plan from what a verb's statement wrote.
#include "query/compile.h"

#include "query/bulk.h"
#include "query/statement.h"

// So many rows are rather held at once than taken one by one, which costs libpq a small result
// for each.
enum { FEW_ROWS = 2000, FEW_WIDE_ROWS = 64 };

static const rc_statement_fn statements[RC_VERB_NUMBER] = {
    [RC_VERB_FIND_UNIQUE] = rc_statement_find_unique,
    [RC_VERB_FIND_FIRST] = rc_statement_find_first,
    [RC_VERB_FIND_MANY] = rc_statement_find_many,
    [RC_VERB_STREAM] = rc_statement_find_many,
    [RC_VERB_COUNT] = rc_statement_count,
    [RC_VERB_EXISTS] = rc_statement_exists,
    [RC_VERB_AGGREGATE] = rc_statement_aggregate,
    [RC_VERB_GROUP_BY] = rc_statement_group_by,
    [RC_VERB_CREATE] = rc_statement_create,
    [RC_VERB_CREATE_MANY] = rc_statement_create_many,
    [RC_VERB_UPDATE] = rc_statement_update,
    [RC_VERB_UPDATE_MANY] = rc_statement_update_many,
    [RC_VERB_UPSERT] = rc_statement_upsert,
    [RC_VERB_UPSERT_MANY] = rc_statement_upsert_many,
    [RC_VERB_DELETE] = rc_statement_delete,
    [RC_VERB_DELETE_MANY] = rc_statement_delete_many,
};

rowcall_status rc_compile_check_verb(const struct rc_model *model, enum rc_verb verb,
                                     rowcall_error *err)
{
    if (verb >= RC_VERB_NUMBER || !statements[verb]) {
        return rc_error_set(err, ROWCALL_UNIMPLEMENTED, "%s/%s: is not served yet",
                            model->entity->name,
                            verb < RC_VERB_NUMBER ? rc_verb_name(verb) : "?");
    }
    return ROWCALL_OK;
}

static bool counts(const struct rc_builder *builder)
{
    for (size_t i = 0; i < builder->statement_count; i++) {
        if (builder->statements[i].count != RC_PLAN_COUNT_NONE) {
            return true;
        }
    }
    return false;
}

static uint32_t row_number(const struct rc_builder *builder)
{
    uint32_t number = rc_builder_response_number(builder, RC_ROLE_ROW);
    return number ? number : rc_builder_response_number(builder, RC_ROLE_RESULT_ROWS);
}

// Whether a row holds what is large by its nature: documents, lists, related records by the
// list.
static bool is_wide(const struct rc_row_field *fields, size_t count)
{
    bool wide = false;
    for (size_t i = 0; i < count && !wide; i++) {
        const struct rc_row_field *field = &fields[i];
        if (field->kind != RC_ROW_VALUE) {
            wide = field->kind == RC_ROW_MANY || is_wide(field->fields, field->field_count);
            continue;
        }
        const struct rc_type *type = field->value.type;
        wide = type->array || type->kind == RC_TYPE_BYTEA || type->kind == RC_TYPE_JSON ||
               type->kind == RC_TYPE_JSONB || type->kind == RC_TYPE_XML ||
               type->kind == RC_TYPE_TSVECTOR;
    }
    return wide;
}

// What is written is bounded by what came.
static bool answers_many(const struct rc_builder *builder, const struct rc_plan *plan)
{
    return plan->statement_count == 1 && plan->statements[0].answers_rows &&
           plan->verb != RC_VERB_CREATE_MANY && plan->verb != RC_VERB_UPSERT_MANY &&
           rc_builder_response_number(builder, RC_ROLE_RESULT_ROWS) != 0;
}

static rowcall_status finish(struct rc_builder *builder, struct rc_plan *plan)
{
    rc_builder_end_statement(builder);
    if (builder->broken) {
        return rc_error_oom(builder->err);
    }
    if (builder->statement_count > RC_PLAN_STATEMENTS_MAX) {
        return rc_error_set(
            builder->err, ROWCALL_RESOURCE_EXHAUSTED,
            "the call takes %zu statements, and %d are the limit: split it into "
            "several calls",
            builder->statement_count, RC_PLAN_STATEMENTS_MAX);
    }
    plan->read_only = builder->read_only;
    plan->locks = builder->locks;
    plan->statements = builder->statements;
    plan->statement_count = builder->statement_count;
    plan->failures = builder->failures;
    plan->failure_count = builder->failure_count;
    plan->max_affected_slot = builder->max_affected_slot;
    plan->row_number = row_number(builder);
    plan->is_many = answers_many(builder, plan);
    plan->take_slot = builder->take_slot;
    if (plan->is_many) {
        const struct rc_plan_statement *rows = &plan->statements[0];
        plan->few_rows = is_wide(rows->fields, rows->field_count) ? FEW_WIDE_ROWS : FEW_ROWS;
    }
    if (counts(builder) || builder->statement_count == 0) {
        plan->count_number = rc_builder_response_number(builder, RC_ROLE_COUNT);
    }
    return ROWCALL_OK;
}

static rowcall_status write_statements(struct rc_builder *builder,
                                       const struct rc_compilation *task,
                                       const struct rc_node *root)
{
    if (task->sql) {
        return rc_statement_sql(builder, task->sql, root);
    }
    rowcall_status st = rc_compile_check_verb(task->model, task->verb, builder->err);
    return st ? st : statements[task->verb](builder, root);
}

rowcall_status rc_compile(const struct rc_compilation *task, struct rc_arena *arena,
                          struct rc_plan *ret_plan, rowcall_error *err)
{
    struct rc_arena scratch;
    struct rc_node *root = NULL;
    struct rc_builder builder = {.arena = arena,
                                 .scratch = &scratch,
                                 .model = task->model,
                                 .response = task->response,
                                 .err = err,
                                 .read_only = task->sql ? task->sql->read_only
                                                        : rc_verb_is_read(task->verb),
                                 .max_affected_slot = SIZE_MAX,
                                 .take_slot = SIZE_MAX};
    rc_arena_init(&scratch, 0);
    rowcall_status st = rc_outline_read(task->request, task->shape, &scratch, &root, err);
    if (!st) {
        st = write_statements(&builder, task, root);
    }
    if (!st) {
        *ret_plan = (struct rc_plan){
            .verb = task->verb, .model = task->model, .response = task->response};
        st = finish(&builder, ret_plan);
    }
    if (!st) {
        rc_bulk_make(&builder, root, ret_plan);
        st = builder.broken ? rc_error_oom(err) : st;
    }
    rc_buf_fini(&builder.sql);
    rc_arena_fini(&scratch);
    return st;
}
