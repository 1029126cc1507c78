// SPDX-License-Identifier: Apache-2.0
//
// The api of a scope: stubs of messages, made and filled on first use.
//
// A stub is a message with its name, role and subject, and a `complete` function that fills it.
// Stubs are published with a release store once they are whole, so a pointer that is there may
// be used without the lock; making and filling happen under it. All memory is one arena's,
// given back with the api.
#include "api/api_internal.h"
#include "api/enum_table.h"
#include "api/names.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef _Atomic(struct rc_wire_message *) message_slot;
typedef _Atomic(struct rc_wire_enum *) enum_slot;

struct model_tables {
    message_slot slots[RC_SLOT_NUMBER];
    enum_slot fields;
    message_slot *composite_keys; // one per key of the entity
};

struct enum_tables {
    enum_slot self;
    message_slot slots[RC_ENUM_SLOT_NUMBER];
};

struct rc_api {
    const struct rc_scope *scope;
    pthread_mutex_t lock;
    struct rc_arena arena;
    _Atomic(struct model_tables *) *models; // by model->index
    _Atomic(struct enum_tables *) *enums;   // by position in scope->enums
    message_slot *sql;     // request and response of each typed SQL method, by its index
    message_slot *records; // by position in scope->records
};

// What a stub needs to fill itself.
struct stub {
    struct rc_api *api;
    const struct rc_model *model;      // NULL for an enum's
    const struct rc_enum *enumeration; // NULL for a model's
    const struct rc_key *key;          // a composite key's
    const struct rc_sql_method *sql;   // a typed SQL method's
    const struct rc_entity *record;    // a row's of such a method
    int slot;
    struct rc_wire_message message;
};

rowcall_status rc_api_new(const struct rc_scope *scope, struct rc_api **ret_api,
                          rowcall_error *err)
{
    struct rc_api *api = calloc(1, sizeof *api);
    if (!api) {
        return rc_error_oom(err);
    }
    api->scope = scope;
    rc_arena_init(&api->arena, 0);
    pthread_mutex_init(&api->lock, NULL);
    api->models = calloc(scope->model_count + 1, sizeof *api->models);
    api->enums = calloc(scope->enum_count + 1, sizeof *api->enums);
    api->sql = calloc(2 * scope->sql_method_count + 1, sizeof *api->sql);
    api->records = calloc(scope->record_count + 1, sizeof *api->records);
    if (!api->models || !api->enums || !api->sql || !api->records) {
        rc_api_free(api);
        return rc_error_oom(err);
    }
    *ret_api = api;
    return ROWCALL_OK;
}

void rc_api_free(struct rc_api *api)
{
    if (api) {
        free(api->models);
        free(api->enums);
        free(api->sql);
        free(api->records);
        rc_arena_fini(&api->arena);
        pthread_mutex_destroy(&api->lock);
        free(api);
    }
}

const struct rc_scope *rc_api_scope(const struct rc_api *api)
{
    return api->scope;
}

// ---- filling a stub

static int compare_number(const void *a, const void *b)
{
    uint32_t x = ((const struct rc_wire_field *)a)->number;
    uint32_t y = ((const struct rc_wire_field *)b)->number;
    return (x > y) - (x < y);
}

static void build_composite_key(struct rc_api_builder *builder, const struct rc_key *key)
{
    for (size_t i = 0; i < key->column_count; i++) {
        rc_api_add_value(builder, key->columns[i]);
    }
}

static void build_stub(struct rc_api_builder *builder, const struct stub *stub)
{
    if (stub->enumeration) {
        rc_api_build_enum_slot(builder, stub->enumeration, (enum rc_api_enum_slot)stub->slot);
    } else if (stub->record) {
        rc_api_build_record(builder, stub->record);
    } else if (stub->sql && stub->slot == RC_SLOT_REQUEST) {
        rc_api_build_record(builder, stub->sql->parameters);
    } else if (stub->sql) {
        rc_api_build_sql_response(builder, stub->sql);
    } else if (stub->key) {
        build_composite_key(builder, stub->key);
    } else if (stub->slot < RC_SLOT_REQUEST) {
        rc_api_slots[stub->slot].build(builder, RC_VERB_NUMBER);
    } else if (stub->slot < RC_SLOT_RESPONSE) {
        rc_api_build_request(builder, (enum rc_verb)(stub->slot - RC_SLOT_REQUEST));
    } else {
        rc_api_build_response(builder, (enum rc_verb)(stub->slot - RC_SLOT_RESPONSE));
    }
}

// More generator-owned fields than any message has.
enum { EXTRA_FIELDS = 16 };

static void fill(struct stub *stub)
{
    struct rc_api *api = stub->api;
    struct rc_api_builder builder = {.api = api, .model = stub->model};
    builder.capacity = EXTRA_FIELDS;
    if (stub->model) {
        const struct rc_entity *entity = stub->model->entity;
        builder.capacity +=
            entity->column_count + entity->key_count + stub->model->relation_count;
    }
    builder.capacity += stub->record ? stub->record->column_count : 0;
    builder.capacity += stub->sql ? stub->sql->parameters->column_count : 0;
    builder.fields = rc_arena_new_array(&api->arena, builder.capacity, struct rc_wire_field);
    builder.oneofs = rc_arena_new_array(&api->arena, 1, const char *);
    builder.failed = !builder.fields || !builder.oneofs;
    if (!builder.failed) {
        build_stub(&builder, stub);
    }
    if (builder.failed) {
        return; // not ready: who looks is told that memory ran out
    }
    qsort(builder.fields, builder.count, sizeof *builder.fields, compare_number);
    stub->message.fields = builder.fields;
    stub->message.field_count = builder.count;
    stub->message.oneofs = builder.oneofs;
    stub->message.oneof_count = builder.oneof_count;
    atomic_store_explicit(&stub->message.ready, true, memory_order_release);
}

static void complete(struct rc_wire_message *message, void *context)
{
    struct stub *stub = context;
    pthread_mutex_lock(&stub->api->lock);
    if (!atomic_load_explicit(&message->ready, memory_order_relaxed)) {
        fill(stub);
    }
    pthread_mutex_unlock(&stub->api->lock);
}

// ---- making stubs (under the lock)

static struct stub *new_stub(struct rc_api *api, const char *name)
{
    struct stub *stub = rc_arena_new(&api->arena, struct stub);
    if (!stub || !name) {
        return NULL;
    }
    stub->api = api;
    stub->message.name = name;
    stub->message.full_name = rc_arena_printf(&api->arena, "%s.%s", api->scope->name, name);
    stub->message.complete = complete;
    stub->message.context = stub;
    return stub->message.full_name ? stub : NULL;
}

static struct model_tables *tables_of(struct rc_api *api, const struct rc_model *model)
{
    struct model_tables *tables =
        atomic_load_explicit(&api->models[model->index], memory_order_acquire);
    if (!tables) {
        tables = rc_arena_new(&api->arena, struct model_tables);
        if (tables) {
            tables->composite_keys =
                rc_arena_new_array(&api->arena, model->entity->key_count + 1, message_slot);
            tables = tables->composite_keys ? tables : NULL;
            atomic_store_explicit(&api->models[model->index], tables, memory_order_release);
        }
    }
    return tables;
}

static const char *slot_comment(struct rc_api *api, const struct rc_model *model, int slot)
{
    const char *name = model->entity->name;
    if (slot >= RC_SLOT_REQUEST) {
        return NULL; // the service's comment says what the method does
    }
    if (!rc_api_slots[slot].comment) {
        return model->entity->comment;
    }
    const char *text = rc_api_slots[slot].comment;
    const char *mark = strstr(text, "%s");
    return mark ? rc_arena_printf(&api->arena, "%.*s%s%s", (int)(mark - text), text, name,
                                  mark + 2)
                : text;
}

static const char *slot_name(struct rc_api *api, const struct rc_model *model, int slot)
{
    const char *name = model->entity->name;
    if (slot < RC_SLOT_REQUEST) {
        return rc_arena_printf(&api->arena, "%s%s", name, rc_api_slots[slot].suffix);
    }
    bool is_request = slot < RC_SLOT_RESPONSE;
    enum rc_verb verb =
        (enum rc_verb)(slot - (is_request ? RC_SLOT_REQUEST : RC_SLOT_RESPONSE));
    return rc_arena_printf(&api->arena, "%s%s%s", name, rc_verb_name(verb),
                           is_request ? "Request" : "Response");
}

static enum rc_api_message slot_role(int slot)
{
    return slot < RC_SLOT_REQUEST    ? rc_api_slots[slot].role
           : slot < RC_SLOT_RESPONSE ? RC_MESSAGE_REQUEST
                                     : RC_MESSAGE_RESPONSE;
}

static struct rc_wire_message *model_message(struct rc_api *api, const struct rc_model *model,
                                             int slot)
{
    struct model_tables *tables = tables_of(api, model);
    if (!tables) {
        return NULL;
    }
    struct rc_wire_message *message =
        atomic_load_explicit(&tables->slots[slot], memory_order_relaxed);
    if (!message) {
        struct stub *stub = new_stub(api, slot_name(api, model, slot));
        if (!stub) {
            return NULL;
        }
        stub->model = model;
        stub->slot = slot;
        message = &stub->message;
        message->role = slot_role(slot);
        message->subject = model;
        message->comment = slot_comment(api, model, slot);
        atomic_store_explicit(&tables->slots[slot], message, memory_order_release);
    }
    return message;
}

const struct rc_wire_message *rc_api_slot(struct rc_api_builder *builder,
                                          const struct rc_model *model, enum rc_api_slot slot)
{
    return model_message(builder->api, model, (int)slot);
}

static struct rc_wire_message *composite_key(struct rc_api *api, const struct rc_model *model,
                                             const struct rc_key *key)
{
    struct model_tables *tables = tables_of(api, model);
    if (!tables) {
        return NULL;
    }
    message_slot *slot = &tables->composite_keys[key - model->entity->keys];
    struct rc_wire_message *message = atomic_load_explicit(slot, memory_order_relaxed);
    if (!message) {
        const char *camel = rc_api_camel_case(&api->arena, key->name);
        const char *entity = model->entity->name;
        struct stub *stub =
            camel ? new_stub(api, rc_arena_printf(&api->arena, "%sKey%s", entity, camel))
                  : NULL;
        if (!stub) {
            return NULL;
        }
        stub->model = model;
        stub->key = key;
        message = &stub->message;
        message->role = RC_MESSAGE_COMPOSITE_KEY;
        message->subject = key;
        message->comment = rc_arena_printf(&api->arena, "A unique key of %s.", entity);
        atomic_store_explicit(slot, message, memory_order_release);
    }
    return message;
}

const struct rc_wire_message *rc_api_composite_key(struct rc_api_builder *builder,
                                                   const struct rc_key *key)
{
    return composite_key(builder->api, builder->model, key);
}

// ---- typed SQL

static struct rc_wire_message *record_message(struct rc_api *api,
                                              const struct rc_entity *record)
{
    size_t at = 0;
    while (api->scope->records[at] != record) {
        at++;
    }
    struct rc_wire_message *message =
        atomic_load_explicit(&api->records[at], memory_order_relaxed);
    struct stub *stub = message ? NULL : new_stub(api, record->name);
    if (stub) {
        stub->record = record;
        message = &stub->message;
        message->role = RC_MESSAGE_ROW;
        message->comment = record->comment;
        atomic_store_explicit(&api->records[at], message, memory_order_release);
    }
    return message;
}

const struct rc_wire_message *rc_api_record_of(struct rc_api_builder *builder,
                                               const struct rc_entity *record)
{
    return record_message(builder->api, record);
}

static struct rc_wire_message *sql_message(struct rc_api *api,
                                           const struct rc_sql_method *method, bool is_request)
{
    message_slot *slot = &api->sql[2 * method->index + !is_request];
    struct rc_wire_message *message = atomic_load_explicit(slot, memory_order_relaxed);
    struct stub *stub =
        message
            ? NULL
            : new_stub(api, rc_arena_printf(&api->arena, "%s%s%s", method->service->name,
                                            method->name, is_request ? "Request" : "Response"));
    if (stub) {
        stub->sql = method;
        stub->slot = is_request ? RC_SLOT_REQUEST : RC_SLOT_RESPONSE;
        message = &stub->message;
        message->role = is_request ? RC_MESSAGE_REQUEST : RC_MESSAGE_RESPONSE;
        message->subject = &method->service->model;
        atomic_store_explicit(slot, message, memory_order_release);
    }
    return message;
}

static const struct rc_wire_message *
find_sql(struct rc_api *api, const struct rc_sql_method *method, bool is_request)
{
    const struct rc_wire_message *message =
        atomic_load_explicit(&api->sql[2 * method->index + !is_request], memory_order_acquire);
    if (!message) {
        pthread_mutex_lock(&api->lock);
        message = sql_message(api, method, is_request);
        pthread_mutex_unlock(&api->lock);
    }
    return message;
}

const struct rc_wire_message *rc_api_sql_request(struct rc_api *api,
                                                 const struct rc_sql_method *method)
{
    return find_sql(api, method, true);
}

const struct rc_wire_message *rc_api_sql_response(struct rc_api *api,
                                                  const struct rc_sql_method *method)
{
    return find_sql(api, method, false);
}

// ---- enums

static struct enum_tables *enum_tables_of(struct rc_api *api, const struct rc_enum *enumeration)
{
    size_t at = 0;
    while (at < api->scope->enum_count && api->scope->enums[at] != enumeration) {
        at++;
    }
    struct enum_tables *tables = atomic_load_explicit(&api->enums[at], memory_order_acquire);
    if (!tables) {
        tables = rc_arena_new(&api->arena, struct enum_tables);
        atomic_store_explicit(&api->enums[at], tables, memory_order_release);
    }
    return tables;
}

const struct rc_wire_enum *rc_api_enum_of(struct rc_api_builder *builder,
                                          const struct rc_enum *enumeration)
{
    struct enum_tables *tables = enum_tables_of(builder->api, enumeration);
    if (!tables) {
        builder->failed = true;
        return NULL;
    }
    struct rc_wire_enum *made = atomic_load_explicit(&tables->self, memory_order_relaxed);
    if (!made) {
        made = rc_api_make_enum(&builder->api->arena, builder->api->scope, enumeration);
        atomic_store_explicit(&tables->self, made, memory_order_release);
    }
    builder->failed |= !made;
    return made;
}

static const struct {
    const char *suffix;
    enum rc_api_message role;
} enum_slots[RC_ENUM_SLOT_NUMBER] = {
    [RC_ENUM_SLOT_LIST] = {"List", RC_MESSAGE_ENUM_LIST},
    [RC_ENUM_SLOT_FILTER] = {"Filter", RC_MESSAGE_ENUM_FILTER},
    [RC_ENUM_SLOT_LIST_FILTER] = {"ListFilter", RC_MESSAGE_ENUM_LIST_FILTER},
    [RC_ENUM_SLOT_UPDATE] = {"Update", RC_MESSAGE_ENUM_UPDATE},
    [RC_ENUM_SLOT_LIST_UPDATE] = {"ListUpdate", RC_MESSAGE_ENUM_LIST_UPDATE},
};

const struct rc_wire_message *rc_api_enum_slot(struct rc_api_builder *builder,
                                               const struct rc_enum *enumeration,
                                               enum rc_api_enum_slot slot)
{
    struct rc_api *api = builder->api;
    struct enum_tables *tables = enum_tables_of(api, enumeration);
    if (!tables) {
        return NULL;
    }
    struct rc_wire_message *message =
        atomic_load_explicit(&tables->slots[slot], memory_order_relaxed);
    if (!message) {
        struct stub *stub =
            new_stub(api, rc_arena_printf(&api->arena, "%s%s", enumeration->name,
                                          enum_slots[slot].suffix));
        if (!stub) {
            return NULL;
        }
        stub->enumeration = enumeration;
        stub->slot = (int)slot;
        message = &stub->message;
        message->role = enum_slots[slot].role;
        message->subject = enumeration;
        atomic_store_explicit(&tables->slots[slot], message, memory_order_release);
    }
    return message;
}

const struct rc_wire_enum *rc_api_fields_of(struct rc_api_builder *builder,
                                            const struct rc_model *model)
{
    struct model_tables *tables = tables_of(builder->api, model);
    struct rc_wire_enum *made =
        tables ? atomic_load_explicit(&tables->fields, memory_order_relaxed) : NULL;
    if (tables && !made) {
        made = rc_api_make_field_enum(&builder->api->arena, builder->api->scope, model);
        atomic_store_explicit(&tables->fields, made, memory_order_release);
    }
    builder->failed |= !made;
    return made;
}

// ---- looking up from outside

const struct rc_wire_message *rc_api_find_slot(struct rc_api *api, const struct rc_model *model,
                                               int slot)
{
    struct model_tables *tables =
        atomic_load_explicit(&api->models[model->index], memory_order_acquire);
    const struct rc_wire_message *message =
        tables ? atomic_load_explicit(&tables->slots[slot], memory_order_acquire) : NULL;
    if (!message) {
        pthread_mutex_lock(&api->lock);
        message = model_message(api, model, slot);
        pthread_mutex_unlock(&api->lock);
    }
    return message;
}

bool rc_api_has_verb(const struct rc_model *model, enum rc_verb verb)
{
    return rc_verb_is_read(verb) || rc_api_is_writable(model);
}

const struct rc_wire_message *rc_api_request(struct rc_api *api, const struct rc_model *model,
                                             enum rc_verb verb)
{
    return rc_api_has_verb(model, verb)
               ? rc_api_find_slot(api, model, RC_SLOT_REQUEST + (int)verb)
               : NULL;
}

const struct rc_wire_message *rc_api_response(struct rc_api *api, const struct rc_model *model,
                                              enum rc_verb verb)
{
    return rc_api_has_verb(model, verb)
               ? rc_api_find_slot(api, model, RC_SLOT_RESPONSE + (int)verb)
               : NULL;
}

bool rc_api_slot_exists(const struct rc_model *model, int slot)
{
    return !rc_api_slots[slot].exists || rc_api_slots[slot].exists(model);
}

const struct rc_wire_message *rc_api_message(struct rc_api *api, const struct rc_model *model,
                                             enum rc_api_message kind)
{
    for (int slot = 0; slot < RC_SLOT_REQUEST; slot++) {
        if (rc_api_slots[slot].role == kind) {
            return rc_api_slot_exists(model, slot) ? rc_api_find_slot(api, model, slot) : NULL;
        }
    }
    return NULL;
}

const struct rc_wire_enum *rc_api_field_enum(struct rc_api *api, const struct rc_model *model)
{
    pthread_mutex_lock(&api->lock);
    struct rc_api_builder builder = {.api = api, .model = model};
    const struct rc_wire_enum *made = rc_api_fields_of(&builder, model);
    pthread_mutex_unlock(&api->lock);
    return made;
}

const struct rc_wire_message *rc_api_find_composite_key(struct rc_api *api,
                                                        const struct rc_model *model,
                                                        const struct rc_key *key)
{
    pthread_mutex_lock(&api->lock);
    struct rc_wire_message *message = composite_key(api, model, key);
    pthread_mutex_unlock(&api->lock);
    return message;
}

const struct rc_wire_message *rc_api_find_record(struct rc_api *api,
                                                 const struct rc_entity *record)
{
    pthread_mutex_lock(&api->lock);
    struct rc_wire_message *message = record_message(api, record);
    pthread_mutex_unlock(&api->lock);
    return message;
}

const struct rc_wire_enum *rc_api_find_enum(struct rc_api *api,
                                            const struct rc_enum *enumeration)
{
    struct rc_api_builder builder = {.api = api};
    pthread_mutex_lock(&api->lock);
    const struct rc_wire_enum *made = rc_api_enum_of(&builder, enumeration);
    pthread_mutex_unlock(&api->lock);
    return made;
}

const struct rc_wire_message *rc_api_find_enum_slot(struct rc_api *api,
                                                    const struct rc_enum *enumeration,
                                                    enum rc_api_enum_slot slot)
{
    struct rc_api_builder builder = {.api = api};
    pthread_mutex_lock(&api->lock);
    const struct rc_wire_message *message = rc_api_enum_slot(&builder, enumeration, slot);
    pthread_mutex_unlock(&api->lock);
    return message;
}
