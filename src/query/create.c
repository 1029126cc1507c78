// SPDX-License-Identifier: Apache-2.0
//
// Create and CreateMany. A CreateMany statement writes all rows that name the same columns,
// however many: one array per column, taken apart by unnest.
//
//   insert into "public"."products" as t0 ("id", "name", "tags", "updated_at")
//   select u.c1, u.c2, u.c3::text[], current_timestamp
//   from unnest($1::uuid[], $2::text[], $3::text[]) u(c1, c2, c3)
//   on conflict do nothing
#include "query/columns.h"
#include "query/statement.h"

#include <stdio.h>

// Where a column's value comes from.
enum origin { ORIGIN_NONE, ORIGIN_GIVEN, ORIGIN_NULL, ORIGIN_GENERATED, ORIGIN_NOW };

struct cell {
    const struct rc_column *column;
    enum origin origin;
    const struct rc_node *node; // GIVEN
    size_t array;               // CreateMany: its number among unnest's columns, from 1
};

struct cells {
    struct cell *items; // by rc_column.index
    size_t count;
    size_t group; // CreateMany: the row group
};

static rowcall_status read_given(struct rc_builder *builder, const struct rc_node *data,
                                 struct cells *cells)
{
    for (const struct rc_node *child = data ? data->first : NULL; child; child = child->next) {
        const struct rc_column *column = NULL;
        enum origin origin = ORIGIN_GIVEN;
        if (child->field->role == RC_ROLE_COLUMN) {
            column = child->field->subject;
        } else if (child->field->role == RC_ROLE_SET_NULL) {
            origin = ORIGIN_NULL;
            column = rc_entity_column_by_number(builder->model->entity, (uint32_t)child->flag);
            if (!column) {
                return rc_node_refuse(child, ROWCALL_INVALID_ARGUMENT, builder->err,
                                      "names no column");
            }
        } else {
            return rc_node_refuse(child, ROWCALL_UNIMPLEMENTED, builder->err,
                                  "nested writes are not served yet");
        }
        struct cell *cell = &cells->items[column->index];
        if (cell->origin != ORIGIN_NONE && cell->origin != origin) {
            return rc_node_refuse(child, ROWCALL_INVALID_ARGUMENT, builder->err,
                                  "%s has a value and is in set_null", column->name);
        }
        *cell = (struct cell){.column = column, .origin = origin, .node = child};
    }
    return ROWCALL_OK;
}

static void name_field(char *fields, size_t size, const struct rc_column *column)
{
    size_t len = strlen(fields);
    (void)snprintf(fields + len, size - len, "%s%s", len ? "," : "", column->name);
}

// What the request left to the server: generated identifiers, updated_at. Columns that need a
// value and got none are refused here, without asking PostgreSQL.
static rowcall_status complete_cells(struct rc_builder *builder, const struct rc_node *data,
                                     struct cells *cells)
{
    const struct rc_entity *entity = builder->model->entity;
    char missing[192] = "";
    char null[192] = "";
    for (size_t i = 0; i < cells->count; i++) {
        const struct rc_column *column = &entity->columns[i];
        struct cell *cell = &cells->items[i];
        cell->column = column;
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
        rc_node_refuse(data, ROWCALL_INVALID_ARGUMENT, builder->err, "%s %s", fields,
                       missing[0] ? "must be given" : "must not be NULL");
    rc_error_detail(builder->err, missing[0] ? "P2012" : "P2011", entity->name, fields);
    return st;
}

static rowcall_status read_cells(struct rc_builder *builder, const struct rc_node *data,
                                 struct cells *ret_cells)
{
    size_t count = builder->model->entity->column_count;
    *ret_cells = (struct cells){
        .count = count, .items = rc_arena_new_array(builder->scratch, count + 1, struct cell)};
    if (!ret_cells->items) {
        return rc_error_oom(builder->err);
    }
    rowcall_status st = read_given(builder, data, ret_cells);
    return st ? st : complete_cells(builder, data, ret_cells);
}

// "insert into <table> as t0 ("a", "b")"; the names only when there are any.
static bool put_into(struct rc_builder *builder, const struct cells *cells,
                     struct rc_alias alias)
{
    bool has_names = false;
    rc_builder_put(builder, "insert into ");
    rc_builder_put_table(builder, builder->model->entity);
    rc_builder_put(builder, " as ");
    rc_builder_put_alias(builder, alias);
    for (size_t i = 0; i < cells->count; i++) {
        if (cells->items[i].origin != ORIGIN_NONE) {
            rc_builder_put(builder, has_names ? ", " : " (");
            rc_builder_put_name(builder, cells->items[i].column);
            has_names = true;
        }
    }
    rc_builder_put(builder, has_names ? ") " : " ");
    return has_names;
}

static void put_cell(struct rc_builder *builder, const struct cell *cell)
{
    switch (cell->origin) {
    case ORIGIN_GIVEN:
        rc_builder_put_slot(builder, cell->node, &cell->column->type);
        return;
    case ORIGIN_GENERATED:
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_GENERATED,
                                                         .generator = cell->column->generator,
                                                         .type = &cell->column->type});
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

rowcall_status rc_statement_create(struct rc_builder *builder, const struct rc_node *request)
{
    struct cells cells;
    const struct rc_node *data = rc_node_child(request, RC_ROLE_DATA);
    rowcall_status st = read_cells(builder, data, &cells);
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(builder);
    if (!put_into(builder, &cells, alias)) {
        rc_builder_put(builder, "default values");
        return rc_statement_put_returning(builder, request, alias);
    }
    bool is_first = true;
    for (size_t i = 0; i < cells.count; i++) {
        if (cells.items[i].origin != ORIGIN_NONE) {
            rc_builder_put(builder, is_first ? "values (" : ", ");
            put_cell(builder, &cells.items[i]);
            is_first = false;
        }
    }
    rc_builder_put(builder, ")");
    return rc_statement_put_returning(builder, request, alias);
}

// One column of the rows: an array of its values, array columns as array literals.
static void put_array(struct rc_builder *builder, const struct cell *cell, size_t group)
{
    const struct rc_type *type = &cell->column->type;
    struct rc_param param = {.group = group, .generator = cell->column->generator};
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

// "select u.c1, u.c2::int4[], null"
static void put_row(struct rc_builder *builder, struct cells *cells)
{
    size_t array_count = 0;
    bool is_first = true;
    rc_builder_put(builder, "select");
    for (size_t i = 0; i < cells->count; i++) {
        struct cell *cell = &cells->items[i];
        if (cell->origin == ORIGIN_NONE) {
            continue;
        }
        rc_builder_put(builder, is_first ? " " : ", ");
        is_first = false;
        if (cell->origin != ORIGIN_GIVEN && cell->origin != ORIGIN_GENERATED) {
            put_cell(builder, cell);
            continue;
        }
        cell->array = ++array_count;
        rc_buf_printf(&builder->sql, "u.c%zu", cell->array);
        if (cell->column->type.array) {
            rc_builder_put_cast(builder, &cell->column->type);
        }
    }
}

// " from unnest($1::int4[], ...) u(c1, ...)", or as many empty rows as were given.
static void put_unnest(struct rc_builder *builder, const struct cells *cells)
{
    size_t array_count = 0;
    for (size_t i = 0; i < cells->count; i++) {
        if (cells->items[i].array) {
            rc_builder_put(builder, array_count++ ? ", " : " from unnest(");
            put_array(builder, &cells->items[i], cells->group);
        }
    }
    if (array_count == 0) {
        rc_builder_put(builder, " from generate_series(1, ");
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_ROW_COUNT,
                                                         .group = cells->group,
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

// The statement that writes the rows of one group.
static rowcall_status create_rows(struct rc_builder *builder, const struct rc_node *request,
                                  const struct rc_node *row)
{
    struct cells cells;
    rowcall_status st = read_cells(builder, row, &cells);
    if (st) {
        return st;
    }
    cells.group = row->group;
    struct rc_alias alias = rc_builder_alias(builder);
    (void)put_into(builder, &cells, alias);
    put_row(builder, &cells);
    put_unnest(builder, &cells);
    if (rc_node_has_flag(request, RC_ROLE_SKIP_DUPLICATES)) {
        rc_builder_put(builder, " on conflict do nothing");
    }
    return rc_statement_put_returning(builder, request, alias);
}

rowcall_status rc_statement_create_many(struct rc_builder *builder,
                                        const struct rc_node *request)
{
    rowcall_status st = ROWCALL_OK;
    for (const struct rc_node *row = request->first; !st && row; row = row->next) {
        if (row->field->role != RC_ROLE_ROWS) {
            continue;
        }
        if (row->kind != RC_TOKEN_ROWS) {
            return rc_node_refuse(row, ROWCALL_UNIMPLEMENTED, builder->err,
                                  "nested writes are not served yet");
        }
        st = create_rows(builder, request, row);
        rc_builder_end_statement(builder);
    }
    return st;
}
