// SPDX-License-Identifier: Apache-2.0
//
// Tables, their rows, and what relates them.
#include "world.h"

#include "support/check.h"

#include <stdlib.h>

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
    assert_in_range(scope->model_count + scope->join_table_count, 0, WORLD_ENTITIES_MAX);
    for (size_t i = 0; i < scope->model_count; i++) {
        if (!scope->models[i].entity->view) {
            world->entities[world->entity_count++] = scope->models[i].entity;
        }
    }
    for (size_t i = 0; i < scope->join_table_count; i++) {
        world->entities[world->entity_count++] = scope->join_tables[i]->table;
    }
    for (size_t i = 0; i < world->entity_count; i++) {
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
    *copy = *world;
    copy->tables = json_deep_copy(world->tables);
    return copy;
}

json_t *world_table(const struct world *world, const struct rc_entity *entity)
{
    for (size_t i = 0; i < world->entity_count; i++) {
        if (world->entities[i] == entity) {
            return json_array_get(world->tables, i);
        }
    }
    fail_msg("%s is of another scope", entity->name);
    return NULL;
}

bool world_alike(const struct rc_column *const *columns, const json_t *row,
                 const struct rc_column *const *other_columns, const json_t *other,
                 size_t column_count)
{
    for (size_t i = 0; i < column_count; i++) {
        const char *other_name = other_columns ? other_columns[i]->name : columns[i]->name;
        const json_t *a = json_object_get(row, columns[i]->name);
        const json_t *b = json_object_get(other, other_name);
        if (!a || !b || json_is_null(a) || json_is_null(b) ||
            value_compare(columns[i], a, b) != 0) {
            return false;
        }
    }
    return true;
}

// Whether the join table has a pair of these two.
static bool is_joined(const struct world *world, const struct rc_relation *relation,
                      const json_t *near, const json_t *far)
{
    const struct rc_entity *table = relation->join->table;
    size_t i;
    const json_t *pair;
    json_array_foreach(world_table(world, table), i, pair)
    {
        const json_t *a = json_object_get(pair, relation->join_near);
        const json_t *b = json_object_get(pair, relation->join_far);
        if (value_compare(relation->columns[0], a,
                          json_object_get(near, relation->columns[0]->name)) == 0 &&
            value_compare(relation->target_columns[0], b,
                          json_object_get(far, relation->target_columns[0]->name)) == 0) {
            return true;
        }
    }
    return false;
}

void world_related(const struct world *world, const struct rc_relation *relation,
                   const json_t *row, struct row_list *ret_list)
{
    size_t i;
    json_t *other;
    ret_list->count = 0;
    json_array_foreach(world_table(world, relation->target->entity), i, other)
    {
        if (relation->join ? is_joined(world, relation, row, other)
                           : world_alike(relation->columns, row, relation->target_columns,
                                         other, relation->column_count)) {
            row_list_add(ret_list, other);
        }
    }
}

const json_t *world_key(const struct rc_entity *entity, json_t *key,
                        const struct rc_key **ret_key)
{
    const char *name = json_object_iter_key(json_object_iter(key));
    for (size_t i = 0; name && i < entity->key_count; i++) {
        if (strcmp(entity->keys[i].name, name) == 0) {
            *ret_key = &entity->keys[i];
            return (*ret_key)->column_count > 1 ? json_object_get(key, name) : key;
        }
    }
    return NULL;
}

json_t *world_find(const struct world *world, const struct rc_entity *entity, json_t *key)
{
    const struct rc_key *named;
    const json_t *given = world_key(entity, key, &named);
    size_t i;
    json_t *row;
    json_array_foreach(world_table(world, entity), i, row)
    {
        if (given && world_alike(named->columns, row, NULL, given, named->column_count)) {
            return row;
        }
    }
    return NULL;
}

bool world_has(const struct world *world, const struct rc_entity *entity, const json_t *row)
{
    size_t i;
    const json_t *other;
    json_array_foreach(world_table(world, entity), i, other)
    {
        if (other == row) {
            return true;
        }
    }
    return false;
}

int world_compare_keys(const struct rc_key *key, const json_t *a, const json_t *b)
{
    int result = 0;
    for (size_t i = 0; !result && i < key->column_count; i++) {
        const char *name = key->columns[i]->name;
        result =
            value_compare(key->columns[i], json_object_get(a, name), json_object_get(b, name));
    }
    return result;
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
