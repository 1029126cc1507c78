// SPDX-License-Identifier: Apache-2.0
//
// Data to be written: keys that name records, creates whose parts do not contradict each other,
// writes of related records. Mostly: now and then a request should be refused.
#include "generate_internal.h"

#include "support/check.h"

static const struct rc_entity *entity_of(const struct place *place)
{
    const struct rc_model *model = place->message->subject;
    return model->entity;
}

// ---- keys

// Whether the record at hand is one that the relation leads from.
static bool is_at_hand(const struct generator *generator, const struct place *place)
{
    return place->row && place->relation &&
           world_has(generator->world, place->relation->from->entity, place->row);
}

// The record that a key is to name: one that is related, where that is meant.
static const json_t *meant(struct generator *generator, const struct place *place)
{
    struct row_list related;
    if (is_at_hand(generator, place) && place->relation->target->entity == entity_of(place) &&
        dice_chance(generator->dice, place->connects ? 30 : 80)) {
        world_related(generator->world, place->relation, place->row, &related);
        if (related.count > 0) {
            return related.rows[dice_throw(generator->dice, related.count)];
        }
    }
    return dice_chance(generator->dice, 90) ? generate_row(generator, entity_of(place)) : NULL;
}

json_t *generate_key(struct generator *generator, const struct place *place)
{
    const struct rc_entity *entity = entity_of(place);
    const struct rc_key *key = &entity->keys[dice_throw(generator->dice, entity->key_count)];
    const json_t *row = meant(generator, place);
    json_t *values = json_object();
    for (size_t i = 0; i < key->column_count; i++) {
        json_t *value = json_object_get(row, key->columns[i]->name);
        json_object_set_new(values, key->columns[i]->name,
                            value && !json_is_null(value)
                                ? json_incref(value)
                                : generate_written(generator, key->columns[i]));
    }
    return key->column_count > 1 ? json_pack("{s:o}", key->name, values) : values;
}

// ---- changes

// Keys and foreign keys are only set: computing with the keys of several rows can collide on
// the way, or not, as the rows happen to lie.
void generate_change(struct generator *generator, const struct place *place, json_t *drawn)
{
    const struct rc_column *column = place->column;
    const struct rc_wire_field *set = rc_wire_field_by_number(place->message, 1);
    const struct rc_wire_field *set_null = rc_wire_field_by_number(place->message, 2);
    bool may_be_null = column->nullable || dice_chance(generator->dice, 10);
    if (may_be_null && dice_chance(generator->dice, 20)) {
        generate_field(generator, place, set_null, drawn);
    } else if (generate_is_key_part(column) || dice_chance(generator->dice, 40)) {
        generate_field(generator, place, set, drawn);
    } else {
        generate_some(generator, place, CLASS_ALL, 1, drawn);
    }
}

// Takes what a relation's writes say out of the columns.
static void drop_columns(struct generator *generator, const struct rc_column *const *columns,
                         size_t count, json_t *drawn)
{
    for (size_t i = 0; i < count; i++) {
        if (dice_chance(generator->dice, 97)) {
            json_object_del(drawn, columns[i]->name);
        }
    }
}

static void drop_contradictions(struct generator *generator, const struct place *place,
                                json_t *drawn)
{
    const struct rc_model *model = place->message->subject;
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        if (relation->owns && json_object_size(json_object_get(drawn, relation->name)) > 0) {
            drop_columns(generator, relation->columns, relation->column_count, drawn);
        }
    }
}

void generate_update(struct generator *generator, const struct place *place, json_t *drawn)
{
    struct dice *dice = generator->dice;
    size_t count = dice_chance(dice, 8) ? 0 : 1 + dice_throw(dice, 2);
    if (!generate_is_deep(generator, place) && dice_chance(dice, place->is_many ? 2 : 55)) {
        generate_some(generator, place, CLASS_RELATIONS, 1 + dice_throw(dice, 2), drawn);
        count = dice_throw(dice, 2);
    }
    generate_some(generator, place, CLASS_COLUMNS, count, drawn);
    drop_contradictions(generator, place, drawn);
}

// ---- creates

// What the record gets from the one that it is created for.
static void drop_given(struct generator *generator, const struct place *place, json_t *drawn)
{
    const struct rc_relation *relation = place->relation;
    const struct rc_model *model = place->message->subject;
    if (!relation || relation->owns || !relation->key || relation->target != model) {
        return;
    }
    drop_columns(generator, relation->target_columns, relation->column_count, drawn);
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *back = &model->relations[i];
        if (back->owns && back->key == relation->key) {
            json_object_del(drawn, back->name);
        }
    }
}

void generate_create(struct generator *generator, const struct place *place, json_t *drawn)
{
    struct place inner = *place;
    inner.row = NULL; // it is not there yet
    generate_by_chance(generator, &inner, drawn);
    generate_references(generator, entity_of(place), drawn);
    drop_contradictions(generator, place, drawn);
    drop_given(generator, place, drawn);
}

// ---- related records

// Whether it is one of the messages whose members are the writes, not one of a write's parts.
static bool is_list_of_writes(const struct rc_wire_message *message)
{
    return message->field_count > 0 && message->fields[0].role == RC_ROLE_NESTED;
}

// The one related record, or none.
static const json_t *only_related(const struct generator *generator, const struct place *place)
{
    struct row_list related;
    if (!is_at_hand(generator, place)) {
        return NULL;
    }
    world_related(generator->world, place->relation, place->row, &related);
    return related.count > 0 ? related.rows[0] : NULL;
}

void generate_nested(struct generator *generator, const struct place *place, json_t *drawn)
{
    if (is_list_of_writes(place->message)) {
        bool has_two = place->relation->to_many && dice_chance(generator->dice, 30);
        generate_some(generator, place, CLASS_ALL, has_two ? 2 : 1, drawn);
        return;
    }
    struct place inner = *place;
    if (!place->relation->to_many) { // what is said is about that one
        inner.row = only_related(generator, place);
    }
    generate_by_chance(generator, &inner, drawn);
}

// ---- what goes together

// The create of an upsert mostly leaves the key to its key, or repeats it.
static void align_key(struct generator *generator, const struct rc_wire_field *key_field,
                      json_t *drawn, json_t *create)
{
    const struct rc_model *model = key_field->message->subject;
    const struct rc_key *key;
    const json_t *given =
        world_key(model->entity, json_object_get(drawn, key_field->name), &key);
    bool repeats = dice_chance(generator->dice, 30);
    if (!given || dice_chance(generator->dice, 15)) {
        return;
    }
    for (size_t i = 0; i < key->column_count; i++) {
        const char *name = key->columns[i]->name;
        if (repeats) {
            json_object_set(create, name, json_object_get(given, name));
        } else {
            json_object_del(create, name);
        }
    }
}

// The name of the column in EField.
static json_t *field_name(const struct rc_wire_field *field, const struct rc_column *column)
{
    const struct rc_wire_enum_value *value =
        rc_wire_enum_by_number(field->enumeration, (int32_t)column->number);
    assert_non_null(value);
    return json_string(value->name);
}

// Conflict fields that are a key, and rows that have it, some of them a record's.
static void align_conflict(struct generator *generator, const struct place *place,
                           const struct rc_wire_field *conflict, json_t *drawn)
{
    struct dice *dice = generator->dice;
    const struct rc_model *model = place->message->subject;
    const struct rc_key *key = &model->entity->keys[dice_throw(dice, model->entity->key_count)];
    json_t *fields = json_array();
    size_t i;
    json_t *row;
    for (i = 0; i < key->column_count; i++) {
        json_array_append_new(fields, field_name(conflict, key->columns[i]));
    }
    if (dice_chance(dice, 97)) {
        json_object_set(drawn, conflict->name, fields);
    }
    json_decref(fields);
    json_array_foreach(json_object_get(drawn, "rows"), i, row)
    {
        const json_t *known = generate_row(generator, model->entity);
        bool copies = known && dice_chance(dice, 50);
        for (size_t c = 0; c < key->column_count; c++) {
            const char *name = key->columns[c]->name;
            json_t *value = copies ? json_object_get(known, name) : NULL;
            if (value && !json_is_null(value)) {
                json_object_set(row, name, value);
            } else if (!json_object_get(row, name)) {
                json_object_set_new(row, name, generate_written(generator, key->columns[c]));
            }
        }
    }
}

// CreateMany does not skip rows with related records.
static void align_skipping(struct generator *generator, const struct place *place,
                           json_t *drawn)
{
    size_t i;
    json_t *row;
    const struct rc_model *model = place->message->subject;
    json_array_foreach(json_object_get(drawn, "rows"), i, row)
    {
        for (size_t r = 0; r < model->relation_count; r++) {
            if (json_object_get(row, model->relations[r].name) &&
                dice_chance(generator->dice, 95)) {
                json_object_del(drawn, "skip_duplicates");
            }
        }
    }
}

void generate_alignment(struct generator *generator, const struct place *place, json_t *drawn)
{
    const struct rc_wire_field *key = NULL;
    json_t *create = NULL;
    for (size_t i = 0; i < place->message->field_count; i++) {
        const struct rc_wire_field *field = &place->message->fields[i];
        if (field->role == RC_ROLE_KEY && !field->repeated) {
            key = field;
        } else if (field->role == RC_ROLE_CREATE) {
            create = json_object_get(drawn, field->name);
        } else if (field->role == RC_ROLE_CONFLICT) {
            align_conflict(generator, place, field, drawn);
        }
    }
    if (place->message->role == RC_MESSAGE_REQUEST) {
        align_skipping(generator, place, drawn);
    }
    if (key && create) {
        align_key(generator, key, drawn, create);
    }
}
