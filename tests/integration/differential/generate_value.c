// SPDX-License-Identifier: Apache-2.0
//
// Values that are likely to mean something: those of rows that are there.
#include "generate_value.h"

#include "support/check.h"

const json_t *generate_row(struct generator *generator, const struct rc_entity *entity)
{
    const json_t *table = world_table(generator->world, entity);
    size_t size = json_array_size(table);
    return size > 0 ? json_array_get(table, dice_throw(generator->dice, size)) : NULL;
}

json_t *generate_value(struct generator *generator, const struct rc_column *column)
{
    const json_t *row = generate_row(generator, column->entity);
    json_t *value = json_object_get(row, column->name);
    bool is_usable =
        value && !json_is_null(value) && json_is_object(value) == column->type.array;
    return is_usable && dice_chance(generator->dice, 65) ? json_incref(value)
                                                         : value_draw(generator->dice, column);
}

json_t *generate_element(struct generator *generator, const struct rc_column *column)
{
    struct rc_column element = value_element(column);
    const json_t *row = generate_row(generator, column->entity);
    const json_t *list = json_object_get(row, column->name);
    size_t size = value_list_size(list);
    size_t chosen = size > 0 ? dice_throw(generator->dice, size) : 0;
    const json_t *held = value_list_at(list, chosen);
    return held && !json_is_null(held) && dice_chance(generator->dice, 75)
               ? json_deep_copy(held)
               : value_draw(generator->dice, &element);
}

// Elements that lists of the column have, so that some list may have them all.
static json_t *draw_elements(struct generator *generator, const struct rc_column *column)
{
    json_t *list = json_object();
    json_t *values = json_array();
    for (size_t i = dice_throw(generator->dice, 4); i > 0; i--) {
        json_array_append_new(values, generate_element(generator, column));
    }
    if (json_array_size(values) > 0) {
        json_object_set(list, "values", values);
    }
    json_decref(values);
    return list;
}

json_t *generate_list(struct generator *generator, const struct rc_column *column,
                      const struct rc_wire_field *field)
{
    struct rc_column list = *column;
    list.type.array = true;
    switch ((enum rc_api_role)field->role) {
    case RC_ROLE_HAS_EVERY:
    case RC_ROLE_HAS_SOME:
        return draw_elements(generator, column);
    default:
        break;
    }
    json_t *drawn = value_draw(generator->dice, &list);
    if (field->role == RC_ROLE_IN || field->role == RC_ROLE_NOT_IN) {
        json_object_del(drawn, "nulls");
    }
    return drawn;
}

json_t *generate_comparison(struct generator *generator, const struct rc_column *column,
                            const struct rc_wire_enum *comparisons)
{
    const struct rc_entity *entity = column->entity;
    json_t *drawn = json_object();
    const struct rc_column *other = column;
    for (int i = 0; i < 40; i++) { // the first that makes sense
        const char *comparison =
            comparisons->values[dice_throw(generator->dice, comparisons->value_count)].name;
        other = &entity->columns[dice_throw(generator->dice, entity->column_count)];
        if (value_may_compare(comparison, column, other)) {
            json_object_set_new(drawn, "comparison", json_string(comparison));
            break;
        }
        other = column; // equals itself
    }
    json_object_set_new(drawn, "field", json_string(other->name));
    return drawn;
}

// ---- writes

// Whether the column alone is a key.
static bool is_key(const struct rc_column *column)
{
    for (size_t i = 0; i < column->entity->key_count; i++) {
        const struct rc_key *key = &column->entity->keys[i];
        if (key->column_count == 1 && key->columns[0] == column) {
            return true;
        }
    }
    return false;
}

bool generate_is_key_part(const struct rc_column *column)
{
    const struct rc_entity *entity = column->entity;
    bool is_part = false;
    for (size_t i = 0; i < entity->key_count; i++) {
        for (size_t c = 0; c < entity->keys[i].column_count; c++) {
            is_part |= entity->keys[i].columns[c] == column;
        }
    }
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        for (size_t c = 0; c < entity->foreign_keys[i].column_count; c++) {
            is_part |= entity->foreign_keys[i].columns[c] == column;
        }
    }
    return is_part;
}

// A value of the column that the foreign key refers to; NULL when there is no row.
static json_t *draw_reference(struct generator *generator, const struct rc_foreign_key *key,
                              const struct rc_column *column)
{
    const json_t *row = key->enforced ? generate_row(generator, key->target) : NULL;
    for (size_t i = 0; row && i < key->column_count; i++) {
        if (key->columns[i] == column) {
            return json_incref(json_object_get(row, key->references[i]->name));
        }
    }
    return NULL;
}

json_t *generate_written(struct generator *generator, const struct rc_column *column)
{
    const struct rc_entity *entity = column->entity;
    struct dice *dice = generator->dice;
    json_t *value = NULL;
    for (size_t i = 0; !value && i < entity->foreign_key_count; i++) {
        if (dice_chance(dice, 85)) {
            value = draw_reference(generator, &entity->foreign_keys[i], column);
        }
    }
    if (value) {
        return value;
    }
    if (is_key(column) && rc_type_info(column->type.kind)->family == RC_FAMILY_STRING &&
        dice_chance(dice, 70)) {
        return json_sprintf("k%d", (int)dice_throw(dice, 50));
    }
    if (is_key(column) && column->autoincrement) { // within those that there are, and behind
        int id = (int)dice_throw(dice, 30);
        return column->type.kind == RC_TYPE_INT8 ? json_sprintf("%d", id) : json_integer(id);
    }
    return value_draw(dice, column);
}

void generate_references(struct generator *generator, const struct rc_entity *entity,
                         json_t *data)
{
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        const struct rc_foreign_key *key = &entity->foreign_keys[i];
        const json_t *row = key->enforced ? generate_row(generator, key->target) : NULL;
        bool is_meant = row && dice_chance(generator->dice, 85);
        for (size_t c = 0; c < key->column_count; c++) {
            is_meant &= json_object_get(data, key->columns[c]->name) != NULL;
        }
        for (size_t c = 0; is_meant && c < key->column_count; c++) {
            json_object_set(data, key->columns[c]->name,
                            json_object_get(row, key->references[c]->name));
        }
    }
}
