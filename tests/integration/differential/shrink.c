// SPDX-License-Identifier: Apache-2.0
//
// Shrinking: everything that can be left out is left out, one after the other, for as long as
// that leads somewhere. What a request cannot do without (a key, the one member of a oneof)
// stays.
#include "trial.h"

#include "support/check.h"

enum { RUNS_MAX = 4000 };

// Whether both answers failed with the same status, or neither failed.
static bool is_like(const json_t *before, const json_t *after)
{
    const char *a = json_is_string(before) ? json_string_value(before) : "";
    const char *b = json_is_string(after) ? json_string_value(after) : "";
    size_t len = strcspn(a, " ");
    return len == strcspn(b, " ") && strncmp(a, b, len) == 0;
}

struct shrinking {
    struct trial *trial;
    json_t *failure; // how the subject answered at first
    bool has_shrunk;
};

// Whether what was just taken away can stay away.
static bool holds(struct shrinking *shrinking)
{
    struct trial *trial = shrinking->trial;
    if (trial->runs >= RUNS_MAX) {
        return false;
    }
    bool is_good = trial_run(trial) &&
                   is_like(shrinking->failure, json_object_get(trial->actual, "answer"));
    shrinking->has_shrunk |= is_good;
    return is_good;
}

// ---- the request

static bool is_essential(const struct rc_wire_message *message,
                         const struct rc_wire_field *field)
{
    return field->oneof >= 0 || field->role == RC_ROLE_KEY ||
           message->role == RC_MESSAGE_COMPOSITE_KEY;
}

// Values and their lists are not looked into.
static bool is_leaf(const struct rc_wire_field *field)
{
    return field->type != RC_FIELD_MESSAGE || field->message->role == RC_MESSAGE_TIMESTAMP ||
           field->message->role == RC_MESSAGE_LIST ||
           field->message->role == RC_MESSAGE_ENUM_LIST ||
           field->message->role == RC_MESSAGE_FIELD_COMPARISON;
}

static void shrink_message(struct shrinking *shrinking, const struct rc_wire_message *message,
                           json_t *json);

// How many to take or skip, step by step towards 0.
static void shrink_number(struct shrinking *shrinking, json_t *number)
{
    json_int_t value = json_integer_value(number);
    while (value != 0) {
        json_int_t nearer = value > 0 ? value - 1 : value + 1;
        json_integer_set(number, nearer);
        if (!holds(shrinking)) {
            json_integer_set(number, value);
            return;
        }
        value = nearer;
    }
}

static void shrink_list(struct shrinking *shrinking, const struct rc_wire_field *field,
                        json_t *list)
{
    for (size_t i = json_array_size(list); i > 0; i--) {
        json_t *element = json_incref(json_array_get(list, i - 1));
        json_array_remove(list, i - 1);
        if (!holds(shrinking)) {
            json_array_insert(list, i - 1, element);
            if (!is_leaf(field)) {
                shrink_message(shrinking, field->message, element);
            }
        }
        json_decref(element);
    }
}

static void shrink_member(struct shrinking *shrinking, const struct rc_wire_message *message,
                          json_t *json, const char *name)
{
    const struct rc_wire_field *field = rc_wire_field_by_name(message, rc_view_of(name));
    json_t *member = json_incref(json_object_get(json, name));
    assert_non_null(field);
    if (!is_essential(message, field)) {
        json_object_del(json, name);
        if (holds(shrinking)) {
            json_decref(member);
            return;
        }
        json_object_set(json, name, member);
    }
    if (field->role == RC_ROLE_TAKE || field->role == RC_ROLE_SKIP) {
        shrink_number(shrinking, member);
    } else if (field->repeated) {
        shrink_list(shrinking, field, member);
    } else if (!is_leaf(field)) {
        shrink_message(shrinking, field->message, member);
    }
    json_decref(member);
}

static void shrink_message(struct shrinking *shrinking, const struct rc_wire_message *message,
                           json_t *json)
{
    size_t i;
    const json_t *name;
    const char *key;
    json_t *member;
    json_t *names = json_array(); // the object changes while its members are tried
    json_object_foreach(json, key, member)
    {
        json_array_append_new(names, json_string(key));
    }
    json_array_foreach(names, i, name)
    {
        shrink_member(shrinking, rc_wire_message_ready(message), json, json_string_value(name));
    }
    json_decref(names);
}

size_t trial_size(const json_t *request)
{
    size_t size = 1;
    size_t i;
    const char *name;
    json_t *member;
    if (json_is_object(request)) {
        json_object_foreach((json_t *)(uintptr_t)request, name, member)
        {
            size += trial_size(member);
        }
    }
    json_array_foreach(request, i, member)
    {
        size += trial_size(member);
    }
    return size;
}

// ---- the world

// Tries another world in place of the trial's; takes it over or frees it.
static bool try_world(struct shrinking *shrinking, struct world *world)
{
    struct trial *trial = shrinking->trial;
    struct world *before = trial->world;
    world_settle(world);
    trial->world = world;
    trial->is_loaded = false;
    bool is_good = holds(shrinking);
    if (!is_good) {
        trial->world = before;
        trial->is_loaded = false;
    }
    world_free(is_good ? before : world);
    return is_good;
}

static void shrink_table(struct shrinking *shrinking, const struct rc_entity *entity)
{
    struct trial *trial = shrinking->trial;
    size_t size = json_array_size(world_table(trial->world, entity));
    if (size > 1) { // all at once, while that is possible
        struct world *world = world_copy(trial->world);
        json_array_clear(world_table(world, entity));
        if (try_world(shrinking, world)) {
            return;
        }
    }
    for (size_t i = size; i > 0; i--) {
        struct world *world = world_copy(trial->world);
        json_array_remove(world_table(world, entity), i - 1);
        (void)try_world(shrinking, world);
        size_t left = json_array_size(world_table(trial->world, entity));
        i = i > left + 1 ? left + 1 : i; // settling may have taken more
    }
}

// NULLs in place of values, where columns allow it.
static void shrink_cells(struct shrinking *shrinking, const struct rc_entity *entity)
{
    size_t size = json_array_size(world_table(shrinking->trial->world, entity));
    for (size_t i = 0; i < size * entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i % entity->column_count];
        json_t *table = world_table(shrinking->trial->world, entity);
        const json_t *row = json_array_get(table, i / entity->column_count);
        if (!row || !column->nullable || json_is_null(json_object_get(row, column->name))) {
            continue;
        }
        struct world *world = world_copy(shrinking->trial->world);
        json_object_set_new(
            json_array_get(world_table(world, entity), i / entity->column_count), column->name,
            json_null());
        (void)try_world(shrinking, world);
    }
}

void trial_shrink(struct trial *trial)
{
    struct shrinking shrinking = {
        .trial = trial, .failure = json_incref(json_object_get(trial->actual, "answer"))};
    const struct rc_entity *entities[WORLD_ENTITIES_MAX];
    size_t entity_count = trial->world->entity_count;
    memcpy(entities, trial->world->entities, sizeof entities);
    const struct rc_wire_message *message =
        rc_api_request(trial->subject->api, trial->model, trial->verb);
    trial->runs = 0;
    do {
        shrinking.has_shrunk = false;
        for (size_t i = entity_count; i > 0; i--) {
            shrink_table(&shrinking, entities[i - 1]);
        }
        shrink_message(&shrinking, message, trial->request);
    } while (shrinking.has_shrunk);
    for (size_t i = entity_count; i > 0; i--) {
        shrink_cells(&shrinking, entities[i - 1]);
    }
    json_decref(shrinking.failure);
    trial->is_loaded = false;
    trial->runs = 0;
    (void)trial_run(trial); // the answers to what is left
}
