// SPDX-License-Identifier: Apache-2.0
//
// The method table. Invariant: at least half of the slots are free, so a search ends.
#include "service/methods.h"

#include "base/hash.h"

#include <string.h>

bool rc_method_exists(const struct rc_model *model, enum rc_verb verb)
{
    return !model->entity->view || rc_verb_is_read(verb);
}

static struct rc_view name_of(const struct rc_method *method)
{
    return (struct rc_view){method->name, method->name_len};
}

static void insert(struct rc_methods *methods, const struct rc_method *method)
{
    size_t at = rc_hash(name_of(method), 0) & methods->slot_mask;
    while (methods->slots[at]) {
        at = (at + 1) & methods->slot_mask;
    }
    methods->slots[at] = method;
}

// "Entity/Method". Printing it would take longer than all the rest of a large schema's table.
static const char *join(struct rc_arena *arena, const char *entity, const char *method)
{
    size_t entity_len = strlen(entity);
    size_t method_len = strlen(method);
    char *name = rc_arena_alloc(arena, entity_len + 1 + method_len + 1);
    if (name) {
        memcpy(name, entity, entity_len);
        name[entity_len] = '/';
        memcpy(name + entity_len + 1, method, method_len + 1);
    }
    return name;
}

static bool add(struct rc_methods *methods, struct rc_method method, const char *name)
{
    method.name = join(&methods->arena, method.model->entity->name, name);
    if (method.name) {
        method.name_len = strlen(method.name);
        methods->methods[methods->count] = method;
        insert(methods, &methods->methods[methods->count++]);
    }
    return method.name != NULL;
}

static bool add_entity(struct rc_methods *methods, const struct rc_model *model)
{
    bool is_whole = true;
    for (enum rc_verb verb = 0; is_whole && verb < RC_VERB_NUMBER; verb++) {
        is_whole =
            !rc_method_exists(model, verb) ||
            add(methods, (struct rc_method){.model = model, .verb = verb}, rc_verb_name(verb));
    }
    return is_whole;
}

static bool add_service(struct rc_methods *methods, const struct rc_sql_service *service)
{
    bool is_whole = true;
    for (size_t i = 0; is_whole && i < service->method_count; i++) {
        const struct rc_sql_method *method = &service->methods[i];
        is_whole = add(
            methods,
            (struct rc_method){.model = &service->model, .verb = RC_VERB_NUMBER, .sql = method},
            method->name);
    }
    return is_whole;
}

rowcall_status rc_methods_init(struct rc_methods *methods, const struct rc_scope *scope,
                               rowcall_error *err)
{
    *methods = (struct rc_methods){0};
    rc_arena_init(&methods->arena, 0);
    size_t most = scope->model_count * RC_VERB_NUMBER + scope->sql_method_count;
    size_t slots = 2;
    while (slots < 2 * most) {
        slots *= 2;
    }
    methods->slot_mask = slots - 1;
    methods->methods = rc_arena_new_array(&methods->arena, most, struct rc_method);
    methods->slots = rc_arena_new_array(&methods->arena, slots, const struct rc_method *);
    if (!methods->methods || !methods->slots) {
        return rc_error_oom(err);
    }
    bool is_whole = true;
    for (size_t i = 0; i < scope->model_count; i++) {
        is_whole = is_whole && add_entity(methods, &scope->models[i]);
    }
    for (size_t i = 0; i < scope->service_count; i++) {
        is_whole = is_whole && add_service(methods, &scope->services[i]);
    }
    return is_whole ? ROWCALL_OK : rc_error_oom(err);
}

void rc_methods_fini(struct rc_methods *methods)
{
    rc_arena_fini(&methods->arena);
    *methods = (struct rc_methods){0};
}

const struct rc_method *rc_methods_find(const struct rc_methods *methods, struct rc_view name)
{
    size_t at = rc_hash(name, 0) & methods->slot_mask;
    while (methods->slots[at] && !rc_view_equal(name, name_of(methods->slots[at]))) {
        at = (at + 1) & methods->slot_mask;
    }
    return methods->slots[at];
}
