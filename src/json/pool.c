// SPDX-License-Identifier: Apache-2.0
//
// The pool's life and look-ups: names are kept sorted and found by binary search; fields and
// methods are linked to their types once all names are known.
#include "json/pool_internal.h"

#include <stdlib.h>

static int compare_messages(const void *a, const void *b)
{
    const struct rc_wire_message *const *left = a;
    const struct rc_wire_message *const *right = b;
    return strcmp((*left)->full_name, (*right)->full_name);
}

static int compare_enums(const void *a, const void *b)
{
    const struct rc_wire_enum *const *left = a;
    const struct rc_wire_enum *const *right = b;
    return strcmp((*left)->full_name, (*right)->full_name);
}

static rowcall_status index_names(struct rc_pool *pool, rowcall_error *err)
{
    for (size_t i = 0; i < pool->file_count; i++) {
        pool->message_count += pool->files[i].message_count;
        pool->enum_count += pool->files[i].enum_count;
    }
    pool->messages =
        rc_arena_new_array(&pool->arena, pool->message_count, const struct rc_wire_message *);
    pool->enums =
        rc_arena_new_array(&pool->arena, pool->enum_count, const struct rc_wire_enum *);
    if (!pool->messages || !pool->enums) {
        return rc_error_oom(err);
    }
    size_t message_at = 0;
    size_t enum_at = 0;
    for (size_t i = 0; i < pool->file_count; i++) {
        const struct rc_pool_file *file = &pool->files[i];
        for (size_t j = 0; j < file->message_count; j++) {
            pool->messages[message_at++] = &file->messages[j];
        }
        for (size_t j = 0; j < file->enum_count; j++) {
            pool->enums[enum_at++] = &file->enums[j];
        }
    }
    qsort(pool->messages, pool->message_count, sizeof pool->messages[0], compare_messages);
    qsort(pool->enums, pool->enum_count, sizeof pool->enums[0], compare_enums);
    return ROWCALL_OK;
}

static rowcall_status refuse_type(const char *where, const char *type, rowcall_error *err)
{
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                        "%s: type %s is not in the descriptor set", where, type);
}

static rowcall_status link_fields(struct rc_pool *pool, const struct rc_wire_message *message,
                                  rowcall_error *err)
{
    for (size_t i = 0; i < message->field_count; i++) {
        // The tables live in the pool's arena and are still being made.
        struct rc_wire_field *field = (struct rc_wire_field *)&message->fields[i];
        const char *type = field->subject;
        if (!type) {
            continue;
        }
        if (field->type == RC_FIELD_MESSAGE) {
            field->message = rc_pool_message(pool, rc_view_of(type));
        } else {
            field->enumeration = rc_pool_enum(pool, rc_view_of(type));
        }
        if (!field->message && !field->enumeration) {
            return refuse_type(message->full_name, type, err);
        }
        field->subject = NULL;
    }
    return ROWCALL_OK;
}

static rowcall_status link_methods(struct rc_pool *pool, const struct rc_pool_service *service,
                                   const struct rc_pool_links *links, rowcall_error *err)
{
    for (size_t i = 0; i < service->method_count; i++) {
        struct rc_pool_method *method = (struct rc_pool_method *)&service->methods[i];
        method->input = rc_pool_message(pool, rc_view_of(links[i].input));
        method->output = rc_pool_message(pool, rc_view_of(links[i].output));
        if (!method->input || !method->output) {
            return refuse_type(service->full_name,
                               method->input ? links[i].output : links[i].input, err);
        }
    }
    return ROWCALL_OK;
}

static rowcall_status link_types(struct rc_pool *pool, const struct rc_pool_links *links,
                                 rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < pool->message_count; i++) {
        st = link_fields(pool, pool->messages[i], err);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < pool->file_count; i++) {
        const struct rc_pool_file *file = &pool->files[i];
        for (size_t j = 0; st == ROWCALL_OK && j < file->service_count; j++) {
            st = link_methods(pool, &file->services[j], links, err);
            links += file->services[j].method_count;
        }
    }
    return st;
}

rowcall_status rc_pool_new(struct rc_view descriptor_set, struct rc_pool **ret_pool,
                           rowcall_error *err)
{
    struct rc_pool *pool = calloc(1, sizeof *pool);
    if (!pool) {
        return rc_error_oom(err);
    }
    rc_arena_init(&pool->arena, 0);
    struct rc_pool_links *links = NULL;
    rowcall_status st = rc_pool_read(pool, descriptor_set, &links, err);
    if (st == ROWCALL_OK) {
        st = index_names(pool, err);
    }
    if (st == ROWCALL_OK) {
        st = link_types(pool, links, err);
    }
    if (st != ROWCALL_OK) {
        rc_pool_free(pool);
        return st;
    }
    *ret_pool = pool;
    return ROWCALL_OK;
}

void rc_pool_free(struct rc_pool *pool)
{
    if (pool) {
        rc_arena_fini(&pool->arena);
        free(pool);
    }
}

size_t rc_pool_file_count(const struct rc_pool *pool)
{
    return pool->file_count;
}

const struct rc_pool_file *rc_pool_file_at(const struct rc_pool *pool, size_t i)
{
    return &pool->files[i];
}

// Orders a view before, at or behind a NUL-terminated name.
static int compare_name(struct rc_view key, const char *name)
{
    size_t len = strlen(name);
    int order = key.len > 0 ? memcmp(key.data, name, key.len < len ? key.len : len) : 0;
    return order != 0 ? order : (key.len > len) - (key.len < len);
}

static int compare_key_to_message(const void *key, const void *element)
{
    const struct rc_wire_message *const *message = element;
    return compare_name(*(const struct rc_view *)key, (*message)->full_name);
}

static int compare_key_to_enum(const void *key, const void *element)
{
    const struct rc_wire_enum *const *enumeration = element;
    return compare_name(*(const struct rc_view *)key, (*enumeration)->full_name);
}

const struct rc_wire_message *rc_pool_message(const struct rc_pool *pool,
                                              struct rc_view full_name)
{
    const struct rc_wire_message *const *found =
        bsearch(&full_name, pool->messages, pool->message_count, sizeof pool->messages[0],
                compare_key_to_message);
    return found ? *found : NULL;
}

const struct rc_wire_enum *rc_pool_enum(const struct rc_pool *pool, struct rc_view full_name)
{
    const struct rc_wire_enum *const *found = bsearch(
        &full_name, pool->enums, pool->enum_count, sizeof pool->enums[0], compare_key_to_enum);
    return found ? *found : NULL;
}

// Whether a service's name is `word`, or `word` with "Service" behind it.
static bool is_service(const char *name, struct rc_view word)
{
    return strncmp(name, word.data ? word.data : "", word.len) == 0 &&
           (name[word.len] == '\0' || strcmp(name + word.len, "Service") == 0);
}

const struct rc_pool_service *rc_pool_service(const struct rc_pool *pool,
                                              struct rc_view package, struct rc_view service)
{
    const struct rc_pool_service *found = NULL;
    for (size_t i = 0; i < pool->file_count; i++) {
        const struct rc_pool_file *file = &pool->files[i];
        for (size_t j = 0; rc_view_is(package, file->package) && j < file->service_count; j++) {
            if (rc_view_is(service, file->services[j].name)) {
                return &file->services[j];
            }
            if (!found && is_service(file->services[j].name, service)) {
                found = &file->services[j];
            }
        }
    }
    return found;
}

const struct rc_pool_method *rc_pool_method(const struct rc_pool *pool, struct rc_view package,
                                            struct rc_view service, struct rc_view method)
{
    const struct rc_pool_service *found = rc_pool_service(pool, package, service);
    for (size_t i = 0; found && i < found->method_count; i++) {
        if (rc_view_is(method, found->methods[i].name)) {
            return &found->methods[i];
        }
    }
    return NULL;
}
