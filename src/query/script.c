// SPDX-License-Identifier: Apache-2.0
//
// Statements of ops. The text of a statement's ops is kept aside when the script is cut: what
// has to stand before it (records from earlier statements) and behind it (records for later
// ones) is known only at the end.
#include "query/script.h"

#include "query/relation.h"

#include <stdio.h>

// A segment takes no more statements; an op adds one at most.
#define PARTS_MAX RC_PLAN_STATEMENTS_MAX
#define OPS_MAX   1000

struct part {           // a statement
    const char *body;   // its ops, once it is cut: "w0 as (...), w1 as (...)"
    const char *guards; // "case when ... end and ...", NULL when there are none
    struct rc_builder_statement statement; // what else the builder knows of it, once it is cut
};

struct op {
    enum rc_op_kind kind;
    const void *table;
    bool is_wide; // it may write any table
    const struct rc_model *model;
    size_t part;
    bool is_stale;               // of older records, which were so already
    bool is_exported;            // a later statement needs its records
    bool is_imported[PARTS_MAX]; // this statement does
};

struct rc_script {
    struct rc_builder *builder;
    struct op *ops[OPS_MAX];
    size_t op_count;
    struct part parts[PARTS_MAX];
    size_t part_count; // the last one is at hand
    const struct rc_columns *wanted;
    size_t guard_start;
    bool is_ordered; // the op at hand reads the records of the write before it
};

rowcall_status rc_script_new(struct rc_builder *builder, struct rc_script **ret_script)
{
    struct rc_script *script = rc_arena_new(builder->scratch, struct rc_script);
    if (!script) {
        return rc_error_oom(builder->err);
    }
    script->builder = builder;
    script->part_count = 1;
    *ret_script = script;
    return ROWCALL_OK;
}

struct rc_builder *rc_script_builder(const struct rc_script *script)
{
    return script->builder;
}

static size_t current_part(const struct rc_script *script)
{
    return script->part_count - 1;
}

// ---- what ops touch

static bool is_written(const struct op *op, const void *table)
{
    return op->kind != RC_OP_FIND && (op->is_wide || op->table == table);
}

bool rc_script_has_written(const struct rc_script *script, const void *table)
{
    for (size_t i = script->op_count; i > 0; i--) {
        const struct op *op = script->ops[i - 1];
        if (op->part != current_part(script)) {
            break;
        }
        if (is_written(op, table)) {
            return true;
        }
    }
    return false;
}

bool rc_script_wrote_only(const struct rc_script *script, struct rc_record record)
{
    for (size_t i = 0; i < script->op_count; i++) {
        const struct op *op = script->ops[i];
        if (op->part == current_part(script) && op->kind != RC_OP_FIND &&
            (i != record.op || op->is_wide)) {
            return false;
        }
    }
    return true;
}

bool rc_script_has_moved(const struct rc_script *script, const struct rc_entity *entity)
{
    for (size_t i = script->op_count; i > 0; i--) {
        const struct op *op = script->ops[i - 1];
        if (op->part != current_part(script)) {
            break;
        }
        if (op->is_wide && op->model &&
            (op->model->entity == entity || rc_relation_leads(entity, op->model->entity))) {
            return true;
        }
    }
    return false;
}

bool rc_script_is_stale(const struct rc_script *script, struct rc_record record)
{
    const struct op *own = script->ops[record.op];
    const struct rc_entity *entity = record.model->entity;
    if (own->kind == RC_OP_UPDATE && own->is_wide && rc_relation_leads(entity, entity)) {
        return true; // it may refer to itself, by the key that it had
    }
    for (size_t i = record.op + 1; i < script->op_count; i++) {
        const struct op *op = script->ops[i];
        if (op->kind != RC_OP_INSERT && is_written(op, entity)) {
            return true;
        }
    }
    return own->is_stale;
}

// Whether a filter reads, through its relations, what was written in this statement.
static bool reads_written(const struct rc_script *script, const struct rc_node *node)
{
    for (const struct rc_node *child = node ? node->first : NULL; child; child = child->next) {
        if (child->field->role == RC_ROLE_RELATION) {
            const struct rc_relation *relation = child->field->subject;
            if (rc_script_has_written(script, relation->target->entity) ||
                (relation->join && rc_script_has_written(script, relation->join))) {
                return true;
            }
        }
        if (reads_written(script, child)) {
            return true;
        }
    }
    return false;
}

static bool must_see(const struct rc_script *script, const struct rc_op *op)
{
    bool looks = op->kind != RC_OP_INSERT || op->looks;
    return (looks && op->table && rc_script_has_written(script, op->table)) ||
           (op->relation && op->relation->join &&
            rc_script_has_written(script, op->relation->join)) ||
           reads_written(script, op->where);
}

// ---- ops

// The text so far is the ops of the statement at hand.
static void keep_body(struct rc_script *script)
{
    struct rc_builder *builder = script->builder;
    const char *body = rc_arena_copy(builder->scratch, builder->sql.data, builder->sql.len);
    builder->broken |= !body || builder->sql.broken;
    script->parts[current_part(script)].body = body ? body : "";
    rc_buf_clear(&builder->sql);
}

rowcall_status rc_script_cut(struct rc_script *script)
{
    struct rc_builder *builder = script->builder;
    if (script->part_count == PARTS_MAX) {
        return rc_error_set(builder->err, ROWCALL_RESOURCE_EXHAUSTED,
                            "the call writes related records in more than %d steps: "
                            "split it into several calls",
                            PARTS_MAX);
    }
    keep_body(script);
    script->parts[current_part(script)].statement = rc_builder_put_aside(builder);
    script->part_count++;
    return ROWCALL_OK;
}

rowcall_status rc_script_open(struct rc_script *script, const struct rc_op *op)
{
    struct rc_builder *builder = script->builder;
    if (script->op_count == OPS_MAX) {
        return rc_error_set(builder->err, ROWCALL_RESOURCE_EXHAUSTED,
                            "the call writes related records with more than %d operations: "
                            "split it into several calls",
                            OPS_MAX);
    }
    rowcall_status st = must_see(script, op) ? rc_script_cut(script) : ROWCALL_OK;
    struct op *kept = st ? NULL : rc_arena_new(builder->scratch, struct op);
    if (!kept) {
        return st ? st : rc_error_oom(builder->err);
    }
    kept->kind = op->kind;
    kept->table = op->table;
    kept->is_wide = op->kind == RC_OP_DELETE || op->moves_keys;
    kept->part = current_part(script);
    rc_builder_put(builder, builder->sql.len > 0 ? ", " : "");
    rc_buf_printf(&builder->sql, "w%zu as (", script->op_count);
    script->ops[script->op_count++] = kept;
    script->is_ordered = false;
    return ROWCALL_OK;
}

struct rc_record rc_script_close(struct rc_script *script, const struct rc_model *model)
{
    size_t number = script->op_count - 1;
    script->ops[number]->model = model;
    rc_builder_put(script->builder, ")");
    return (struct rc_record){.op = number, .model = model};
}

// The op before the one at hand that writes, in the same statement; NULL when there is none.
static const struct op *previous_write(const struct rc_script *script, size_t *ret_number)
{
    for (size_t i = script->op_count - 1; i > 0; i--) {
        const struct op *op = script->ops[i - 1];
        if (op->part != current_part(script)) {
            break;
        }
        if (op->kind != RC_OP_FIND) {
            *ret_number = i - 1;
            return op;
        }
    }
    return NULL;
}

void rc_script_put_order(struct rc_script *script)
{
    size_t number;
    if (previous_write(script, &number) && !script->is_ordered) {
        rc_buf_printf(&script->builder->sql, " and (select count(*) from w%zu) >= 0", number);
    }
}

// ---- records

void rc_script_want(struct rc_script *script, const struct rc_columns *columns)
{
    script->wanted = columns;
}

static bool is_known(const struct rc_script *script, const struct rc_model *model,
                     const struct rc_column *column)
{
    const struct rc_key *key = &model->entity->keys[0];
    for (size_t i = 0; i < key->column_count; i++) {
        if (key->columns[i] == column) {
            return true;
        }
    }
    for (size_t r = 0; r < model->relation_count; r++) {
        for (size_t i = 0; i < model->relations[r].column_count; i++) {
            if (model->relations[r].columns[i] == column) {
                return true;
            }
        }
    }
    return script->wanted && script->wanted->entity == model->entity &&
           script->wanted->has[column->index];
}

void rc_script_put_columns(struct rc_script *script, const struct rc_model *model,
                           struct rc_alias alias)
{
    bool is_first = true;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        if (is_known(script, model, column)) {
            rc_builder_put(script->builder, is_first ? "" : ", ");
            rc_builder_put_column(script->builder, alias, column);
            is_first = false;
        }
    }
}

// Sees to it that the statement at hand has the records.
static void need(struct rc_script *script, struct rc_record record)
{
    struct op *op = script->ops[record.op];
    size_t number;
    script->is_ordered |= previous_write(script, &number) && number == record.op;
    if (op->part != current_part(script)) {
        op->is_exported = true;
        op->is_imported[current_part(script)] = true;
    }
}

void rc_script_put_records(struct rc_script *script, struct rc_record record,
                           struct rc_alias alias)
{
    need(script, record);
    rc_buf_printf(&script->builder->sql, "w%zu ", record.op);
    rc_builder_put_alias(script->builder, alias);
}

void rc_script_put_exists(struct rc_script *script, struct rc_record record)
{
    need(script, record);
    rc_buf_printf(&script->builder->sql, "exists (select 1 from w%zu)", record.op);
}

void rc_script_put_count(struct rc_script *script, struct rc_record record)
{
    need(script, record);
    rc_buf_printf(&script->builder->sql, "(select count(*) from w%zu)", record.op);
}

static void put_all_of(struct rc_script *script, struct rc_record record)
{
    struct rc_alias alias = rc_builder_alias(script->builder);
    rc_builder_put(script->builder, "select ");
    rc_script_put_columns(script, record.model, alias);
    rc_builder_put(script->builder, " from ");
    rc_script_put_records(script, record, alias);
}

rowcall_status rc_script_unite(struct rc_script *script, const struct rc_record *records,
                               size_t count, struct rc_record *ret_record)
{
    const struct rc_op op = {.kind = RC_OP_FIND};
    bool is_stale = false;
    if (count == 1) {
        *ret_record = records[0];
        return ROWCALL_OK;
    }
    rowcall_status st = rc_script_open(script, &op);
    if (st) {
        return st;
    }
    for (size_t i = 0; i < count; i++) {
        rc_builder_put(script->builder, i > 0 ? " union all " : "");
        put_all_of(script, records[i]);
        is_stale |= rc_script_is_stale(script, records[i]);
    }
    *ret_record = rc_script_close(script, records[0].model);
    script->ops[ret_record->op]->is_stale = is_stale;
    return ROWCALL_OK;
}

// ---- guards

void rc_script_put_failure(struct rc_script *script, const struct rc_plan_failure *failure)
{
    size_t number = rc_builder_add_failure(script->builder, failure);
    rc_buf_printf(&script->builder->sql, "current_setting('" RC_PLAN_FAILURE_SETTING "%zu')",
                  number);
}

void rc_script_begin_guard(struct rc_script *script)
{
    script->guard_start = script->builder->sql.len;
    rc_builder_put(script->builder, "case when ");
}

void rc_script_end_guard(struct rc_script *script, const struct rc_plan_failure *failure)
{
    struct rc_builder *builder = script->builder;
    struct part *part = &script->parts[current_part(script)];
    rc_builder_put(builder, " then true else ");
    rc_script_put_failure(script, failure);
    rc_builder_put(builder, " is null end");
    if (builder->sql.broken) {
        return;
    }
    part->guards =
        rc_arena_printf(builder->scratch, "%s%s%s", part->guards ? part->guards : "",
                        part->guards ? " and " : "", builder->sql.data + script->guard_start);
    builder->broken |= !part->guards;
    rc_buf_truncate(&builder->sql, script->guard_start);
}

// ---- statements

// What a record's columns are: calls back for each.
static void put_each_column(struct rc_script *script, const struct rc_model *model,
                            void (*put)(struct rc_builder *builder,
                                        const struct rc_column *column, size_t position))
{
    size_t position = 0;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        if (is_known(script, model, column)) {
            rc_builder_put(script->builder, position > 0 ? ", " : "");
            put(script->builder, column, position++);
        }
    }
}

static void put_exported(struct rc_builder *builder, const struct rc_column *column,
                         size_t position)
{
    (void)position;
    rc_builder_put(builder, "w.");
    rc_builder_put_name(builder, column);
    rc_builder_put(builder, "::text");
}

static void put_imported(struct rc_builder *builder, const struct rc_column *column,
                         size_t position)
{
    rc_buf_printf(&builder->sql, "(r ->> %zu)", position);
    rc_builder_put_cast(builder, &column->type);
    rc_builder_put(builder, " as ");
    rc_builder_put_name(builder, column);
}

// "set_config('rowcall.w0', coalesce((select jsonb_agg(...) from w0 w)::text, '[]'), true)"
static void put_export(struct rc_script *script, size_t number)
{
    struct rc_builder *builder = script->builder;
    const struct rc_model *model = script->ops[number]->model;
    rc_buf_printf(&builder->sql,
                  "set_config('rowcall.w%zu', coalesce((select "
                  "jsonb_agg(jsonb_build_array(",
                  number);
    if (model) {
        put_each_column(script, model, put_exported);
    }
    rc_buf_printf(&builder->sql, ")) from w%zu w)::text, '[]'), true)", number);
}

// "w0 as (select (r ->> 0)::int4 as "id", n as "rc:n" from jsonb_array_elements(...) with
// ordinality e(r, n))"
static void put_import(struct rc_script *script, size_t number)
{
    struct rc_builder *builder = script->builder;
    const struct rc_model *model = script->ops[number]->model;
    rc_buf_printf(&builder->sql, "w%zu as (select ", number);
    if (model) {
        put_each_column(script, model, put_imported);
    } else {
        rc_builder_put(builder, "true");
    }
    rc_buf_printf(&builder->sql,
                  ", n as " RC_SCRIPT_NUMBER " from jsonb_array_elements(current_setting("
                  "'rowcall.w%zu')::jsonb) with ordinality e(r, n))",
                  number);
}

// "with <records from earlier statements>, <ops> "
static void put_head(struct rc_script *script, size_t number, const char *body)
{
    struct rc_builder *builder = script->builder;
    bool is_first = true;
    for (size_t i = 0; i < script->op_count; i++) {
        if (script->ops[i]->is_imported[number]) {
            rc_builder_put(builder, is_first ? "with " : ", ");
            put_import(script, i);
            is_first = false;
        }
    }
    if (body[0]) {
        rc_builder_put(builder, is_first ? "with " : ", ");
        rc_builder_put(builder, body);
        is_first = false;
    }
    rc_builder_put(builder, is_first ? "" : " ");
}

// A statement that is not the last: what it gives is for those behind it.
static void put_part(struct rc_script *script, size_t number)
{
    struct rc_builder *builder = script->builder;
    const struct part *part = &script->parts[number];
    bool is_empty = true;
    rc_builder_resume(builder, &part->statement);
    put_head(script, number, part->body);
    rc_builder_put(builder, "select ");
    for (size_t i = 0; i < script->op_count; i++) {
        if (script->ops[i]->part == number && script->ops[i]->is_exported) {
            rc_builder_put(builder, is_empty ? "" : ", ");
            put_export(script, i);
            is_empty = false;
        }
    }
    if (part->guards) {
        rc_builder_put(builder, is_empty ? "" : ", ");
        rc_builder_put(builder, part->guards);
    } else if (is_empty) {
        rc_builder_put(builder, "1");
    }
    rc_builder_end_statement(builder);
}

bool rc_script_has_guards(const struct rc_script *script)
{
    return script->parts[current_part(script)].guards != NULL;
}

void rc_script_begin_answer(struct rc_script *script)
{
    struct rc_builder *builder = script->builder;
    const struct part *part = &script->parts[current_part(script)];
    keep_body(script);
    rc_builder_put(builder, "select ");
    if (part->guards) {
        rc_builder_add_head(builder, RC_PLAN_GUARDS, RC_ROLE_NONE);
        rc_builder_put(builder, part->guards);
        rc_builder_put(builder, ", ");
    }
}

// What the answer said about its statement is put aside while the statements before it are
// ended.
void rc_script_end_answer(struct rc_script *script)
{
    struct rc_builder *builder = script->builder;
    size_t last = current_part(script);
    const char *answer = rc_arena_copy(builder->scratch, builder->sql.data, builder->sql.len);
    if (builder->broken || !answer || builder->sql.broken) {
        builder->broken = true;
        return;
    }
    struct rc_builder_statement kept = rc_builder_put_aside(builder);
    for (size_t i = 0; i < last; i++) {
        put_part(script, i);
    }
    rc_builder_resume(builder, &kept);
    put_head(script, last, script->parts[last].body);
    rc_builder_put(builder, answer);
}
