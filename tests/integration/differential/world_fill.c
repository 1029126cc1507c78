// SPDX-License-Identifier: Apache-2.0
//
// Worlds by chance. Table by table, rows are drawn, and those that would break a key are left
// out; then foreign keys are pointed at rows that are there, or the row goes.
#include "world.h"

#include "support/check.h"

// Whether a row like this one is there already, by any key.
static bool is_taken(const struct world *world, const struct rc_entity *entity,
                     const json_t *row)
{
    size_t i;
    const json_t *other;
    json_array_foreach(world_table(world, entity), i, other)
    {
        for (size_t k = 0; k < entity->key_count; k++) {
            const struct rc_key *key = &entity->keys[k];
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
    const json_t *table = key->enforced ? world_table(world, key->target) : NULL;
    if (json_array_size(table) == 0 || (!key->required && dice_chance(dice, 30))) {
        return;
    }
    const json_t *chosen = json_array_get(table, dice_throw(dice, json_array_size(table)));
    for (size_t i = 0; i < key->column_count; i++) {
        json_object_set(row, key->columns[i]->name,
                        json_object_get(chosen, key->references[i]->name));
    }
}

static void fill_table(struct world *world, struct dice *dice, const struct rc_entity *entity,
                       size_t rows_max)
{
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
        if (!is_taken(world, entity, row)) {
            json_array_append(world_table(world, entity), row);
        }
        json_decref(row);
    }
}

// Rows of a table that refer to rows of the same: to any of them, themselves included.
static void point_at_itself(struct world *world, struct dice *dice,
                            const struct rc_entity *entity)
{
    size_t i;
    json_t *row;
    for (size_t k = 0; k < entity->foreign_key_count; k++) {
        const struct rc_foreign_key *key = &entity->foreign_keys[k];
        json_array_foreach(world_table(world, entity), i, row)
        {
            if (key->target == entity) {
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
        for (size_t e = 0; target != entity && e < world->entity_count; e++) {
            if (world->entities[e] == target && !done[e]) {
                return false;
            }
        }
    }
    return true;
}

void world_fill(struct world *world, struct dice *dice, size_t rows_max)
{
    bool done[WORLD_ENTITIES_MAX] = {false};
    for (size_t filled = 0, before = 1; filled < world->entity_count;) {
        assert_int_not_equal(filled, before); // tables that refer to each other in a ring
        before = filled;
        for (size_t i = 0; i < world->entity_count; i++) {
            if (!done[i] && is_next(world, world->entities[i], done)) {
                fill_table(world, dice, world->entities[i], rows_max);
                point_at_itself(world, dice, world->entities[i]);
                done[i] = true;
                filled++;
            }
        }
    }
    world_settle(world);
}

// ---- settling

// Whether the row's foreign key leads to a row, or has a NULL and leads nowhere.
static bool is_kept(const struct world *world, const struct rc_foreign_key *key,
                    const json_t *row)
{
    size_t i;
    const json_t *other;
    if (!key->enforced) {
        return true;
    }
    for (i = 0; i < key->column_count; i++) {
        if (json_is_null(json_object_get(row, key->columns[i]->name))) {
            return true;
        }
    }
    json_array_foreach(world_table(world, key->target), i, other)
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

static bool settle_table(struct world *world, const struct rc_entity *entity)
{
    json_t *table = world_table(world, entity);
    bool is_changed = false;
    for (size_t i = json_array_size(table); i > 0; i--) {
        json_t *row = json_array_get(table, i - 1);
        bool stays = true;
        for (size_t k = 0; stays && k < entity->foreign_key_count; k++) {
            const struct rc_foreign_key *key = &entity->foreign_keys[k];
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
        for (size_t i = 0; i < world->entity_count; i++) {
            is_changed |= settle_table(world, world->entities[i]);
        }
    }
}

bool world_is_settled(const struct world *world)
{
    size_t i;
    const json_t *row;
    for (size_t e = 0; e < world->entity_count; e++) {
        const struct rc_entity *entity = world->entities[e];
        json_array_foreach(world_table(world, entity), i, row)
        {
            for (size_t k = 0; k < entity->foreign_key_count; k++) {
                if (!is_kept(world, &entity->foreign_keys[k], row)) {
                    return false;
                }
            }
        }
    }
    return true;
}
