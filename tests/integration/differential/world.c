// SPDX-License-Identifier: Apache-2.0
//
// A world is made table by table: rows are drawn, and those that would break a key are left
// out; then foreign keys are pointed at rows that are there, or the row goes.
#include "world.h"

#include "support/check.h"

#include <stdlib.h>

enum { FIRST_FREE = 1000 }; // where sequences go on

void row_list_add(struct row_list *list, json_t *row)
{
    assert_in_range(list->count, 0, WORLD_ROWS_MAX - 1);
    list->rows[list->count++] = row;
}

struct world *world_new(const struct rc_scope *scope)
{
    struct world *world = malloc(sizeof *world);
    assert_non_null(world);
    *world = (struct world){.scope = scope, .tables = json_array()};
    for (size_t i = 0; i < scope->model_count; i++) {
        json_array_append_new(world->tables, json_array());
    }
    return world;
}

void world_free(struct world *world)
{
    if (world) {
        json_decref(world->tables);
        free(world);
    }
}

struct world *world_copy(const struct world *world)
{
    struct world *copy = malloc(sizeof *copy);
    assert_non_null(copy);
    *copy = (struct world){.scope = world->scope, .tables = json_deep_copy(world->tables)};
    return copy;
}

json_t *world_table(const struct world *world, const struct rc_model *model)
{
    return json_array_get(world->tables, model->index);
}

bool world_alike(const struct rc_column *const *columns, const json_t *row,
                 const struct rc_column *const *other_columns, const json_t *other,
                 size_t column_count)
{
    for (size_t i = 0; i < column_count; i++) {
        const char *other_name = other_columns ? other_columns[i]->name : columns[i]->name;
        const json_t *a = json_object_get(row, columns[i]->name);
        const json_t *b = json_object_get(other, other_name);
        if (json_is_null(a) || json_is_null(b) || value_compare(columns[i], a, b) != 0) {
            return false;
        }
    }
    return true;
}

void world_related(const struct world *world, const struct rc_relation *relation,
                   const json_t *row, struct row_list *ret_list)
{
    size_t i;
    json_t *other;
    ret_list->count = 0;
    json_array_foreach(world_table(world, relation->target), i, other)
    {
        if (world_alike(relation->columns, row, relation->target_columns, other,
                        relation->column_count)) {
            row_list_add(ret_list, other);
        }
    }
}

const struct rc_relation *world_relation(const struct rc_model *model, const char *name)
{
    for (size_t i = 0; i < model->relation_count; i++) {
        if (strcmp(model->relations[i].name, name) == 0) {
            return &model->relations[i];
        }
    }
    return NULL;
}

// ---- filling

// Whether a row like this one is there already, by any key.
static bool is_taken(const struct world *world, const struct rc_model *model, const json_t *row)
{
    size_t i;
    const json_t *other;
    json_array_foreach(world_table(world, model), i, other)
    {
        for (size_t k = 0; k < model->entity->key_count; k++) {
            const struct rc_key *key = &model->entity->keys[k];
            if (world_alike(key->columns, row, NULL, other, key->column_count)) {
                return true;
            }
        }
    }
    return false;
}

static json_t *draw_cell(struct dice *dice, const struct rc_column *column, size_t position)
{
    if (column->autoincrement) { // few distinct ones, with gaps
        int id = (int)(position + 1 + dice_throw(dice, 3));
        return column->type.kind == RC_TYPE_INT8 ? json_sprintf("%d", id) : json_integer(id);
    }
    if (column->nullable && dice_chance(dice, 35)) {
        return json_null();
    }
    return value_draw(dice, column);
}

// Points the foreign key at one of the target's rows, or at none. Columns that two foreign keys
// share are left to world_settle.
static void point(const struct world *world, struct dice *dice,
                  const struct rc_foreign_key *key, json_t *row)
{
    const struct rc_model *target = rc_scope_model(world->scope, rc_view_of(key->target->name));
    const json_t *table = world_table(world, target);
    if (json_array_size(table) == 0 || (!key->required && dice_chance(dice, 30))) {
        return;
    }
    const json_t *chosen = json_array_get(table, dice_throw(dice, json_array_size(table)));
    for (size_t i = 0; i < key->column_count; i++) {
        json_object_set(row, key->columns[i]->name,
                        json_object_get(chosen, key->references[i]->name));
    }
}

static void fill_table(struct world *world, struct dice *dice, const struct rc_model *model,
                       size_t rows_max)
{
    const struct rc_entity *entity = model->entity;
    size_t wanted = dice_chance(dice, 10) ? 0 : 1 + dice_throw(dice, rows_max);
    for (size_t n = 0; n < wanted; n++) {
        json_t *row = json_object();
        for (size_t i = 0; i < entity->column_count; i++) {
            json_object_set_new(row, entity->columns[i].name,
                                draw_cell(dice, &entity->columns[i], n));
        }
        for (size_t i = 0; i < entity->foreign_key_count; i++) {
            point(world, dice, &entity->foreign_keys[i], row);
        }
        if (!is_taken(world, model, row)) {
            json_array_append(world_table(world, model), row);
        }
        json_decref(row);
    }
}

// Rows of a table that refer to rows of the same: to any of them, themselves included.
static void point_at_itself(struct world *world, struct dice *dice,
                            const struct rc_model *model)
{
    size_t i;
    json_t *row;
    for (size_t k = 0; k < model->entity->foreign_key_count; k++) {
        const struct rc_foreign_key *key = &model->entity->foreign_keys[k];
        json_array_foreach(world_table(world, model), i, row)
        {
            if (key->target == model->entity) {
                point(world, dice, key, row);
            }
        }
    }
}

// Whether every table that this one refers to has been filled.
static bool is_next(const struct world *world, const struct rc_entity *entity, const bool *done)
{
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        const struct rc_entity *target = entity->foreign_keys[i].target;
        if (target != entity &&
            !done[rc_scope_model(world->scope, rc_view_of(target->name))->index]) {
            return false;
        }
    }
    return true;
}

void world_fill(struct world *world, struct dice *dice, size_t rows_max)
{
    const struct rc_scope *scope = world->scope;
    bool *done = calloc(scope->model_count, sizeof *done);
    assert_non_null(done);
    for (size_t filled = 0, before = 1; filled < scope->model_count;) {
        assert_int_not_equal(filled, before); // tables that refer to each other in a ring
        before = filled;
        for (size_t i = 0; i < scope->model_count; i++) {
            if (!done[i] && is_next(world, scope->models[i].entity, done)) {
                fill_table(world, dice, &scope->models[i], rows_max);
                point_at_itself(world, dice, &scope->models[i]);
                done[i] = true;
                filled++;
            }
        }
    }
    free(done);
    world_settle(world);
}

// ---- settling

// Whether the row's foreign key leads to a row, or has a NULL and leads nowhere.
static bool is_kept(const struct world *world, const struct rc_foreign_key *key,
                    const json_t *row)
{
    const struct rc_model *target = rc_scope_model(world->scope, rc_view_of(key->target->name));
    size_t i;
    const json_t *other;
    for (i = 0; i < key->column_count; i++) {
        if (json_is_null(json_object_get(row, key->columns[i]->name))) {
            return true;
        }
    }
    json_array_foreach(world_table(world, target), i, other)
    {
        if (world_alike(key->columns, row, key->references, other, key->column_count)) {
            return true;
        }
    }
    return false;
}

// Makes the foreign key hold: its nullable columns become NULL, or the row goes. Whether the
// row stays.
static bool mend(const struct rc_foreign_key *key, json_t *row)
{
    for (size_t i = 0; i < key->column_count; i++) {
        if (key->columns[i]->nullable) {
            json_object_set_new(row, key->columns[i]->name, json_null());
            return true;
        }
    }
    return false;
}

static bool settle_table(struct world *world, const struct rc_model *model)
{
    json_t *table = world_table(world, model);
    bool is_changed = false;
    for (size_t i = json_array_size(table); i > 0; i--) {
        json_t *row = json_array_get(table, i - 1);
        bool stays = true;
        for (size_t k = 0; stays && k < model->entity->foreign_key_count; k++) {
            const struct rc_foreign_key *key = &model->entity->foreign_keys[k];
            if (!is_kept(world, key, row)) {
                stays = mend(key, row);
                is_changed = true;
            }
        }
        if (!stays) {
            json_array_remove(table, i - 1);
        }
    }
    return is_changed;
}

void world_settle(struct world *world)
{
    bool is_changed = true;
    while (is_changed) {
        is_changed = false;
        for (size_t i = 0; i < world->scope->model_count; i++) {
            is_changed |= settle_table(world, &world->scope->models[i]);
        }
    }
}

// ---- SQL

static void put_table_name(struct rc_buf *sql, const struct rc_entity *entity)
{
    rc_sql_identifier(sql, entity->sql_schema);
    rc_buf_append_char(sql, '.');
    rc_sql_identifier(sql, entity->sql_name);
}

static void put_row(struct rc_buf *sql, const struct rc_entity *entity, const json_t *row)
{
    rc_buf_append_text(sql, "insert into ");
    put_table_name(sql, entity);
    for (size_t i = 0; i < entity->column_count; i++) {
        rc_buf_append_text(sql, i > 0 ? ", " : " (");
        rc_sql_identifier(sql, entity->columns[i].sql_name);
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        rc_buf_append_text(sql, i > 0 ? ", " : ") values (");
        value_put_sql(sql, &entity->columns[i], json_object_get(row, entity->columns[i].name));
    }
    rc_buf_append_text(sql, ");\n");
}

static void put_sequences(struct rc_buf *sql, const struct rc_entity *entity)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (entity->columns[i].autoincrement) {
            struct rc_buf name = {0};
            put_table_name(&name, entity);
            rc_buf_append_text(sql, "select setval(pg_get_serial_sequence(");
            rc_sql_literal(sql, name.data);
            rc_buf_append_text(sql, ", ");
            rc_sql_literal(sql, entity->columns[i].sql_name);
            rc_buf_printf(sql, "), %d, false);\n", FIRST_FREE);
            rc_buf_fini(&name);
        }
    }
}

void world_put_sql(const struct world *world, struct rc_buf *sql)
{
    size_t row_index;
    const json_t *row;
    const struct rc_scope *scope = world->scope;
    rc_buf_append_text(sql, "begin;\nset local session_replication_role = replica;\n");
    for (size_t i = 0; i < scope->model_count; i++) {
        if (!scope->models[i].entity->view) {
            rc_buf_append_text(sql, "delete from ");
            put_table_name(sql, scope->models[i].entity);
            rc_buf_append_text(sql, ";\n");
        }
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        json_array_foreach(world_table(world, &scope->models[i]), row_index, row)
        {
            put_row(sql, scope->models[i].entity, row);
        }
        put_sequences(sql, scope->models[i].entity);
    }
    rc_buf_append_text(sql, "commit;\n");
}
