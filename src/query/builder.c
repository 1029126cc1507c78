// SPDX-License-Identifier: Apache-2.0
//
// Text, parameters and result columns of one statement.
#include "query/builder.h"

#include "query/origin.h"

const struct rc_type rc_type_int8 = {.kind = RC_TYPE_INT8, .sql = "bigint"};
const struct rc_type rc_type_bool = {.kind = RC_TYPE_BOOL, .sql = "boolean"};
const struct rc_type rc_type_text = {.kind = RC_TYPE_TEXT, .sql = "text"};
const struct rc_type rc_type_text_array = {.kind = RC_TYPE_TEXT, .array = true, .sql = "text"};
const struct rc_type rc_type_jsonb = {.kind = RC_TYPE_JSONB, .sql = "jsonb"};
const struct rc_type rc_type_numeric = {
    .kind = RC_TYPE_NUMERIC, .precision = -1, .scale = -1, .sql = "numeric"};

struct rc_alias rc_builder_alias(struct rc_builder *builder)
{
    return (struct rc_alias){builder->alias_count++};
}

void rc_builder_put(struct rc_builder *builder, const char *text)
{
    rc_buf_append_text(&builder->sql, text);
}

void rc_builder_put_alias(struct rc_builder *builder, struct rc_alias alias)
{
    rc_buf_printf(&builder->sql, "t%u", alias.number);
}

void rc_builder_put_table(struct rc_builder *builder, const struct rc_entity *entity)
{
    rc_sql_identifier(&builder->sql, entity->sql_schema);
    rc_buf_append_char(&builder->sql, '.');
    rc_sql_identifier(&builder->sql, entity->sql_name);
}

void rc_builder_put_name(struct rc_builder *builder, const struct rc_column *column)
{
    rc_sql_identifier(&builder->sql, column->sql_name);
}

void rc_builder_put_column(struct rc_builder *builder, struct rc_alias alias,
                           const struct rc_column *column)
{
    rc_builder_put_alias(builder, alias);
    rc_buf_append_char(&builder->sql, '.');
    rc_builder_put_name(builder, column);
}

void rc_builder_put_cast(struct rc_builder *builder, const struct rc_type *type)
{
    rc_builder_put(builder, "::");
    rc_sql_type(&builder->sql, type);
}

const struct rc_type *rc_builder_type(struct rc_builder *builder, const struct rc_type *type,
                                      bool is_array)
{
    if (type->array == is_array) {
        return type;
    }
    struct rc_type *copy = rc_arena_new(builder->arena, struct rc_type);
    if (!copy) {
        builder->broken = true;
        return type;
    }
    *copy = *type;
    copy->array = is_array;
    return copy;
}

// Room for one more element behind count; false (and broken) when there is none.
static bool reserve(struct rc_builder *builder, void **elements, size_t *capacity, size_t count,
                    size_t size)
{
    if (count < *capacity) {
        return true;
    }
    size_t larger = *capacity ? *capacity * 2 : 16;
    void *moved = rc_arena_array(builder->arena, larger, size);
    if (!moved) {
        builder->broken = true;
        return false;
    }
    if (count) {
        memcpy(moved, *elements, count * size);
    }
    *elements = moved;
    *capacity = larger;
    return true;
}

static bool is_same_type(const struct rc_type *a, const struct rc_type *b)
{
    return a == b ||
           (a->kind == b->kind && a->array == b->array && a->enumeration == b->enumeration);
}

static bool is_same_param(const struct rc_param *a, const struct rc_param *b)
{
    bool is_made_anew = a->source == RC_PARAM_GENERATED || a->source == RC_PARAM_ROWS_GENERATED;
    return !is_made_anew && a->source == b->source && a->slot == b->slot &&
           a->group == b->group && is_same_type(a->type, b->type);
}

// The number of the parameter, from 1.
static size_t add_param(struct rc_builder *builder, const struct rc_param *param)
{
    for (size_t i = 0; i < builder->at.param_count; i++) {
        if (is_same_param(&builder->at.params[i], param)) {
            return i + 1;
        }
    }
    void *params = builder->at.params;
    if (!reserve(builder, &params, &builder->at.param_capacity, builder->at.param_count,
                 sizeof *param)) {
        return 1;
    }
    builder->at.params = params;
    builder->at.params[builder->at.param_count++] = *param;
    return builder->at.param_count;
}

void rc_builder_put_param(struct rc_builder *builder, const struct rc_param *param)
{
    rc_buf_printf(&builder->sql, "$%zu", add_param(builder, param));
    rc_builder_put_cast(builder, param->type);
}

void rc_builder_put_slot(struct rc_builder *builder, const struct rc_node *node,
                         const struct rc_type *type)
{
    rc_builder_put_param(
        builder, &(struct rc_param){
                     .source = RC_PARAM_SLOT, .slot = node->slot, .type = type, .node = node});
}

// ---- result columns

// The fields of one message while they are added.
struct rc_row_list {
    struct rc_row_list *parent;
    struct rc_row_field *fields; // the plan's
    size_t count;
    size_t capacity;
    enum rc_row_kind kind;
    uint32_t number;
    const char *name;
};

void rc_builder_add_head(struct rc_builder *builder, enum rc_plan_meaning meaning,
                         enum rc_api_role role)
{
    void *heads = builder->at.heads;
    if (reserve(builder, &heads, &builder->at.head_capacity, builder->at.head_count,
                sizeof *builder->at.heads)) {
        builder->at.heads = heads;
        builder->at.heads[builder->at.head_count++] = (struct rc_plan_head){
            .meaning = meaning,
            .number = role == RC_ROLE_NONE ? 0 : rc_builder_response_number(builder, role)};
    }
}

static void open_list(struct rc_builder *builder, enum rc_row_kind kind, uint32_t number,
                      const char *name)
{
    struct rc_row_list *list = rc_arena_new(builder->scratch, struct rc_row_list);
    if (!list) {
        builder->broken = true;
        return;
    }
    list->parent = builder->at.row;
    list->kind = kind;
    list->number = number;
    list->name = name;
    builder->at.row = list;
}

static void add_field(struct rc_builder *builder, struct rc_row_field field)
{
    if (!builder->at.row) {
        open_list(builder, RC_ROW_GROUP, 0, "");
    }
    struct rc_row_list *list = builder->at.row;
    void *fields = list ? list->fields : NULL;
    if (list && reserve(builder, &fields, &list->capacity, list->count, sizeof *list->fields)) {
        list->fields = fields;
        list->fields[list->count++] = field;
    }
}

void rc_builder_add_value(struct rc_builder *builder, const struct rc_type *type,
                          uint32_t number, const char *name)
{
    bool as_text = !rc_decode_is_native(type->kind);
    if (as_text) {
        rc_builder_put_cast(builder, type->array ? &rc_type_text_array : &rc_type_text);
    }
    add_field(builder,
              (struct rc_row_field){
                  .kind = RC_ROW_VALUE,
                  .value = {.type = type, .as_text = as_text, .number = number, .name = name},
                  .width = 1});
}

void rc_builder_begin_message(struct rc_builder *builder, enum rc_row_kind kind,
                              uint32_t number, const char *name)
{
    if (!builder->at.row) {
        open_list(builder, RC_ROW_GROUP, 0, "");
    }
    open_list(builder, kind, number, name);
}

void rc_builder_end_message(struct rc_builder *builder)
{
    struct rc_row_list *list = builder->at.row;
    if (!list || !list->parent) {
        builder->broken = true; // memory ran out where it began
        return;
    }
    size_t own = list->kind == RC_ROW_ONE || list->kind == RC_ROW_MANY ? 1 : 0;
    size_t inner = list->kind == RC_ROW_MANY ? 0 : rc_row_width(list->fields, list->count);
    builder->at.row = list->parent;
    add_field(builder,
              (struct rc_row_field){.kind = list->kind,
                                    .value = {.number = list->number, .name = list->name},
                                    .fields = list->fields,
                                    .field_count = list->count,
                                    .width = own + inner});
}

// ---- statements

// What the statement says of its parameters. False when there is no memory.
static bool make_params(struct rc_builder *builder, struct rc_plan_statement *statement)
{
    size_t count = builder->at.param_count;
    struct rc_plan_program *program = rc_arena_new(builder->arena, struct rc_plan_program);
    const struct rc_type **types =
        rc_arena_new_array(builder->arena, count + 1, const struct rc_type *);
    struct rc_plan_origin *origins =
        rc_arena_new_array(builder->arena, count + 1, struct rc_plan_origin);
    if (!program || !types || !origins) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        types[i] = builder->at.params[i].type;
        if (!rc_origin_find(builder->at.params[i].node, builder->arena, &origins[i])) {
            return false;
        }
        builder->at.params[i].node = NULL;
    }
    *program = (struct rc_plan_program){.params = builder->at.params, .param_count = count};
    statement->program = program;
    statement->param_types = types;
    statement->origins = origins;
    statement->param_count = count;
    return true;
}

struct rc_builder_statement rc_builder_put_aside(struct rc_builder *builder)
{
    struct rc_builder_statement statement = builder->at;
    rc_buf_clear(&builder->sql);
    builder->at = (struct rc_builder_statement){0};
    return statement;
}

void rc_builder_resume(struct rc_builder *builder, const struct rc_builder_statement *statement)
{
    rc_buf_clear(&builder->sql);
    builder->at = *statement;
}

size_t rc_builder_add_failure(struct rc_builder *builder, const struct rc_plan_failure *failure)
{
    void *failures = builder->failures;
    if (!reserve(builder, &failures, &builder->failure_capacity, builder->failure_count,
                 sizeof *builder->failures)) {
        return 0;
    }
    builder->failures = failures;
    builder->failures[builder->failure_count] = *failure;
    return builder->failure_count++;
}

void rc_builder_end_statement(struct rc_builder *builder)
{
    const struct rc_row_list *row = builder->at.row;
    struct rc_plan_statement statement = {.sql_len = builder->sql.len};
    if (builder->sql.broken || builder->sql.len == 0) {
        builder->broken |= builder->sql.broken;
        return;
    }
    statement.sql = rc_arena_copy(builder->arena, builder->sql.data, builder->sql.len);
    void *statements = builder->statements;
    if (!make_params(builder, &statement) || !statement.sql ||
        !reserve(builder, &statements, &builder->statement_capacity, builder->statement_count,
                 sizeof *builder->statements)) {
        builder->broken = true;
        return;
    }
    builder->statements = statements;
    statement.heads = builder->at.heads;
    statement.head_count = builder->at.head_count;
    statement.fields = row ? row->fields : NULL;
    statement.field_count = row ? row->count : 0;
    statement.width =
        builder->at.head_count + (row ? rc_row_width(row->fields, row->count) : 0);
    statement.answers_rows = builder->at.answers_rows;
    statement.count = builder->at.count;
    builder->statements[builder->statement_count++] = statement;
    (void)rc_builder_put_aside(builder);
    builder->alias_count = 0;
}

struct rc_builder_mark rc_builder_mark(const struct rc_builder *builder)
{
    return (struct rc_builder_mark){builder->sql.len, builder->at.param_count};
}

void rc_builder_rewind(struct rc_builder *builder, struct rc_builder_mark mark)
{
    if (!builder->sql.broken) {
        rc_buf_truncate(&builder->sql, mark.len);
    }
    builder->at.param_count = mark.param_count;
}

uint32_t rc_builder_response_number(const struct rc_builder *builder, enum rc_api_role role)
{
    const struct rc_wire_message *response = builder->response;
    for (size_t i = 0; i < response->field_count; i++) {
        if (response->fields[i].role == (uint32_t)role) {
            return response->fields[i].number;
        }
    }
    return 0;
}
