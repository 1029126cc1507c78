// SPDX-License-Identifier: Apache-2.0
//
// Cells into INSERT.
#include "query/insert.h"

#include <stdio.h>

// Where a column's value comes from.
enum origin {
    ORIGIN_NONE, // the column's own default
    ORIGIN_GIVEN,
    ORIGIN_NULL,
    ORIGIN_LINK,
    ORIGIN_GENERATED,
    ORIGIN_NOW
};

struct rc_cell {
    const struct rc_column *column;
    enum origin origin;
    const struct rc_node *node; // GIVEN
    const struct rc_link *link; // LINK
    size_t position;            // LINK: among the link's columns
    size_t array;               // rows: its number among unnest's columns, from 1
};

// ---- reading

static rowcall_status read_field(struct rc_builder *builder, const struct rc_node *field,
                                 struct rc_insert *insert)
{
    const struct rc_entity *entity = insert->model->entity;
    const struct rc_column *column = field->field->subject;
    enum origin origin = ORIGIN_GIVEN;
    if (field->field->role == RC_ROLE_SET_NULL) {
        origin = ORIGIN_NULL;
        column = rc_node_column(field, entity);
        if (!column) {
            return rc_node_refuse(field, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "names no column");
        }
    }
    struct rc_cell *cell = &insert->cells[column->index];
    if (cell->origin != ORIGIN_NONE && cell->origin != origin) {
        return rc_node_refuse(field, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "%s has a value and is in set_null", column->name);
    }
    *cell = (struct rc_cell){.column = column, .origin = origin, .node = field};
    return ROWCALL_OK;
}

rowcall_status rc_insert_read(struct rc_builder *builder, const struct rc_model *model,
                              const struct rc_node *data, struct rc_insert *ret_insert)
{
    const struct rc_entity *entity = model->entity;
    struct rc_insert insert = {.model = model,
                               .data = data,
                               .parent = RC_RECORD_NONE,
                               .gate = RC_RECORD_NONE,
                               .cells = rc_arena_new_array(
                                   builder->scratch, entity->column_count + 1, struct rc_cell)};
    if (!insert.cells) {
        return rc_error_oom(builder->err);
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        insert.cells[i].column = &entity->columns[i];
    }
    for (const struct rc_node *child = data ? data->first : NULL; child; child = child->next) {
        rowcall_status st = child->field->role == RC_ROLE_RELATION
                                ? ROWCALL_OK
                                : read_field(builder, child, &insert);
        if (st) {
            return st;
        }
    }
    *ret_insert = insert;
    return ROWCALL_OK;
}

rowcall_status rc_insert_link(struct rc_builder *builder, struct rc_insert *insert,
                              const struct rc_link *link)
{
    struct rc_link *kept = rc_arena_new(builder->scratch, struct rc_link);
    if (!kept) {
        return rc_error_oom(builder->err);
    }
    *kept = *link;
    for (size_t i = 0; i < link->count; i++) {
        struct rc_cell *cell = &insert->cells[link->columns[i]->index];
        if (cell->origin != ORIGIN_NONE) {
            return rc_node_refuse(link->node, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "%s is given twice: by its value and by the relation",
                                  cell->column->name);
        }
        cell->origin = ORIGIN_LINK;
        cell->link = kept;
        cell->position = i;
    }
    return ROWCALL_OK;
}

void rc_insert_default(struct rc_insert *insert, const struct rc_node *value)
{
    const struct rc_column *column = value->field->subject;
    struct rc_cell *cell = &insert->cells[column->index];
    if (cell->origin == ORIGIN_NONE) {
        cell->origin = ORIGIN_GIVEN;
        cell->node = value;
    }
}

static void name_field(char *fields, size_t size, const struct rc_column *column)
{
    size_t len = strlen(fields);
    (void)snprintf(fields + len, size - len, "%s%s", len ? "," : "", column->name);
}

rowcall_status rc_insert_complete(struct rc_builder *builder, struct rc_insert *insert)
{
    const struct rc_entity *entity = insert->model->entity;
    char missing[192] = "";
    char null[192] = "";
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        struct rc_cell *cell = &insert->cells[i];
        if (cell->origin == ORIGIN_NULL && !column->nullable) {
            name_field(null, sizeof null, column);
        }
        if (cell->origin != ORIGIN_NONE) {
            continue;
        }
        if (column->generator != RC_GENERATOR_NONE) {
            cell->origin = ORIGIN_GENERATED;
        } else if (column->updated_at) {
            cell->origin = ORIGIN_NOW;
        } else if (!rc_column_is_optional(column)) {
            name_field(missing, sizeof missing, column);
        }
    }
    const char *fields = missing[0] ? missing : null;
    if (!fields[0]) {
        return ROWCALL_OK;
    }
    rowcall_status st =
        rc_node_refuse(insert->data, ROWCALL_INVALID_ARGUMENT, builder->err, "%s %s", fields,
                       missing[0] ? "must be given" : "must not be NULL");
    rc_error_detail(builder->err, missing[0] ? "P2012" : "P2011", entity->name, fields);
    return st;
}

bool rc_insert_has(const struct rc_insert *insert, const struct rc_column *column)
{
    return insert->cells[column->index].origin != ORIGIN_NONE;
}

const struct rc_node *rc_insert_given(const struct rc_insert *insert,
                                      const struct rc_column *column)
{
    const struct rc_cell *cell = &insert->cells[column->index];
    return cell->origin == ORIGIN_GIVEN ? cell->node : NULL;
}

// ---- writing

static size_t column_count(const struct rc_insert *insert)
{
    return insert->model->entity->column_count;
}

static bool is_rows(const struct rc_insert *insert)
{
    return insert->data && insert->data->kind == RC_TOKEN_ROWS;
}

// "insert into <table> as t0 ("a", "b")"; the names only when there are any.
static bool put_into(struct rc_builder *builder, const struct rc_insert *insert,
                     struct rc_alias alias)
{
    bool has_names = false;
    rc_builder_put(builder, "insert into ");
    rc_builder_put_table(builder, insert->model->entity);
    rc_builder_put(builder, " as ");
    rc_builder_put_alias(builder, alias);
    for (size_t i = 0; i < column_count(insert); i++) {
        if (insert->cells[i].origin != ORIGIN_NONE) {
            rc_builder_put(builder, has_names ? ", " : " (");
            rc_builder_put_name(builder, insert->cells[i].column);
            has_names = true;
        }
    }
    rc_builder_put(builder, has_names ? ") " : " ");
    return has_names;
}

void rc_link_put(struct rc_script *script, const struct rc_link *link, size_t position)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, link->failure ? "coalesce((select " : "(select ");
    rc_builder_put_column(builder, alias, link->from[position]);
    rc_builder_put(builder, " from ");
    rc_script_put_records(script, link->record, alias);
    rc_builder_put(builder, ")");
    if (link->failure) {
        rc_builder_put(builder, ", ");
        rc_script_put_failure(script, link->failure);
        rc_builder_put_cast(builder, &link->from[position]->type);
        rc_builder_put(builder, ")");
    }
}

static void put_cell(struct rc_builder *builder, struct rc_script *script,
                     const struct rc_insert *insert, const struct rc_cell *cell,
                     struct rc_alias parent)
{
    const struct rc_column *column = cell->column;
    switch (cell->origin) {
    case ORIGIN_GIVEN:
        rc_builder_put_slot(builder, cell->node, &column->type);
        return;
    case ORIGIN_LINK:
        if (cell->link->record.op == insert->parent.op) {
            rc_builder_put_column(builder, parent, cell->link->from[cell->position]);
        } else {
            rc_link_put(script, cell->link, cell->position);
        }
        return;
    case ORIGIN_GENERATED:
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_GENERATED,
                                                         .generator = column->generator,
                                                         .type = &column->type});
        return;
    case ORIGIN_NOW:
        rc_builder_put(builder, "current_timestamp");
        return;
    case ORIGIN_NULL:
    case ORIGIN_NONE:
        rc_builder_put(builder, "null");
        return;
    }
}

// One column of the rows: an array of its values, array columns as array literals.
static void put_array(struct rc_builder *builder, const struct rc_insert *insert,
                      const struct rc_cell *cell)
{
    const struct rc_type *type = &cell->column->type;
    struct rc_param param = {.group = insert->data->group,
                             .generator = cell->column->generator};
    if (cell->origin == ORIGIN_GENERATED) {
        param.source = RC_PARAM_ROWS_GENERATED;
        param.type = rc_builder_type(builder, type, true);
    } else {
        param.source = type->array ? RC_PARAM_ROWS_LITERAL : RC_PARAM_ROWS;
        param.slot = cell->node->slot;
        param.node = cell->node;
        param.element = rc_builder_type(builder, type, false);
        param.type = type->array ? &rc_type_text_array : rc_builder_type(builder, type, true);
    }
    rc_builder_put_param(builder, &param);
}

static bool is_from_rows(const struct rc_insert *insert, const struct rc_cell *cell)
{
    return is_rows(insert) &&
           (cell->origin == ORIGIN_GENERATED ||
            (cell->origin == ORIGIN_GIVEN && cell->node->parent == insert->data));
}

// "u.c1, u.c2::int4[], null", and which array each comes from. first: what stands before them,
// when there are any.
static void put_values(struct rc_builder *builder, struct rc_script *script,
                       struct rc_insert *insert, struct rc_alias parent, const char *first)
{
    size_t array_count = 0;
    const char *before = first;
    for (size_t i = 0; i < column_count(insert); i++) {
        struct rc_cell *cell = &insert->cells[i];
        if (cell->origin == ORIGIN_NONE) {
            continue;
        }
        rc_builder_put(builder, before);
        before = ", ";
        if (!is_from_rows(insert, cell)) {
            put_cell(builder, script, insert, cell, parent);
            continue;
        }
        cell->array = ++array_count;
        rc_buf_printf(&builder->sql, "u.c%zu", cell->array);
        if (cell->column->type.array) {
            rc_builder_put_cast(builder, &cell->column->type);
        }
    }
}

// "unnest($1::int4[], ...) u(c1, ...)", or as many empty rows as were given.
static void put_unnest(struct rc_builder *builder, const struct rc_insert *insert)
{
    size_t array_count = 0;
    for (size_t i = 0; i < column_count(insert); i++) {
        if (insert->cells[i].array) {
            rc_builder_put(builder, array_count++ ? ", " : "unnest(");
            put_array(builder, insert, &insert->cells[i]);
        }
    }
    if (array_count == 0) {
        rc_builder_put(builder, "generate_series(1, ");
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_ROW_COUNT,
                                                         .group = insert->data->group,
                                                         .type = &rc_type_int8});
        rc_builder_put(builder, ")");
        return;
    }
    rc_builder_put(builder, ") u(");
    for (size_t i = 1; i <= array_count; i++) {
        rc_buf_printf(&builder->sql, "%sc%zu", i > 1 ? ", " : "", i);
    }
    rc_builder_put(builder, ")");
}

// " order by u.c2": rows that are in the way of another call's are met in one order by both, so
// that neither waits for the other.
static void put_order(struct rc_builder *builder, const struct rc_insert *insert)
{
    for (size_t i = 0; i < insert->order->column_count; i++) {
        const struct rc_cell *cell = &insert->cells[insert->order->columns[i]->index];
        rc_buf_printf(&builder->sql, "%su.c%zu", i > 0 ? ", " : " order by ", cell->array);
    }
}

void rc_insert_put_keys(struct rc_builder *builder, const struct rc_insert *insert,
                        const struct rc_key *key, struct rc_alias alias)
{
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : "(select distinct * from unnest(");
        put_array(builder, insert, &insert->cells[key->columns[i]->index]);
    }
    rc_builder_put(builder, ")) u(");
    for (size_t i = 1; i <= key->column_count; i++) {
        rc_buf_printf(&builder->sql, "%sc%zu", i > 1 ? ", " : "", i);
    }
    rc_builder_put(builder, ") on ");
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : "");
        rc_builder_put_column(builder, alias, key->columns[i]);
        rc_buf_printf(&builder->sql, " = u.c%zu", i + 1);
    }
}

static void put_select(struct rc_builder *builder, struct rc_script *script,
                       struct rc_insert *insert)
{
    bool has_parent = !rc_record_is_none(insert->parent);
    struct rc_alias parent = has_parent ? rc_builder_alias(builder) : (struct rc_alias){0};
    rc_builder_put(builder, "select");
    put_values(builder, script, insert, parent, " ");
    if (has_parent || is_rows(insert)) {
        rc_builder_put(builder, " from ");
    }
    if (has_parent) {
        rc_script_put_records(script, insert->parent, parent);
        rc_builder_put(builder, is_rows(insert) ? ", " : "");
    }
    if (is_rows(insert)) {
        put_unnest(builder, insert);
    }
    if (insert->order) {
        put_order(builder, insert);
    }
    if (!script) {
        return;
    }
    struct rc_builder_mark mark = rc_builder_mark(builder);
    rc_builder_put(builder, " where true");
    size_t len = builder->sql.len;
    if (!rc_record_is_none(insert->gate)) {
        rc_builder_put(builder, " and ");
        rc_script_put_exists(script, insert->gate);
    }
    rc_script_put_order(script);
    if (builder->sql.len == len) {
        rc_builder_rewind(builder, mark);
    }
}

size_t rc_insert_put(struct rc_builder *builder, struct rc_script *script,
                     struct rc_insert *insert, struct rc_alias alias)
{
    bool has_names = put_into(builder, insert, alias);
    size_t body = builder->sql.len;
    if (script || is_rows(insert)) {
        put_select(builder, script, insert);
        return 0;
    }
    if (!has_names) {
        rc_builder_put(builder, "default values");
        return 0;
    }
    put_values(builder, NULL, insert, (struct rc_alias){0}, "values (");
    rc_builder_put(builder, ")");
    return body;
}
