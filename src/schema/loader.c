// SPDX-License-Identifier: Apache-2.0
//
// What the passes of a load share: memory, problems, names, lookups by proto name.
#include "schema/loader.h"

#include "schema/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(struct rc_loader *loader, void *memory)
{
    if (!memory) {
        longjmp(loader->out_of_memory, 1);
    }
    return memory;
}

void *rc_loader_alloc(struct rc_loader *loader, size_t count, size_t size)
{
    return must(loader, rc_arena_array(&loader->schema->arena, count ? count : 1, size));
}

void *rc_loader_scratch(struct rc_loader *loader, size_t count, size_t size)
{
    return must(loader, rc_arena_array(&loader->scratch, count ? count : 1, size));
}

char *rc_loader_copy(struct rc_loader *loader, const char *text)
{
    return must(loader, rc_arena_strdup(&loader->schema->arena, text));
}

char *rc_loader_must(struct rc_loader *loader, char *text)
{
    return must(loader, text);
}

static char *format_text(struct rc_loader *loader, struct rc_arena *arena, const char *format,
                         va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t size = len < 0 ? 1 : (size_t)len + 1;
    char *text = must(loader, rc_arena_alloc(arena, size));
    vsnprintf(text, size, format, arguments);
    return text;
}

char *rc_loader_printf(struct rc_loader *loader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(loader, &loader->schema->arena, format, arguments);
    va_end(arguments);
    return text;
}

static bool is_reported(const struct rc_problems *problems, struct rc_position position,
                        const char *message)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct rc_problem *problem = &problems->items[i];
        if (problem->position.line == position.line &&
            strcmp(problem->position.file, position.file) == 0 &&
            strcmp(problem->message, message) == 0) {
            return true;
        }
    }
    return false;
}

void rc_loader_problem(struct rc_loader *loader, struct rc_position position,
                       const char *format, ...)
{
    struct rc_problems *problems = loader->problems;
    va_list arguments;
    va_start(arguments, format);
    char *message = format_text(loader, &problems->arena, format, arguments);
    va_end(arguments);
    if (is_reported(problems, position, message)) {
        return;
    }
    // Grown by doubling: a count that is a power of two is a full array.
    if ((problems->count & (problems->count - 1)) == 0) {
        size_t capacity = problems->count ? problems->count * 2 : 1;
        problems->items =
            must(loader, realloc(problems->items, capacity * sizeof(*problems->items)));
    }
    char *file = must(loader, rc_arena_strdup(&problems->arena, position.file));
    problems->items[problems->count++] =
        (struct rc_problem){.position = {file, position.line}, .message = message};
}

struct rc_loader_entity *rc_loader_find_entity(const struct rc_loader *loader,
                                               const char *full_name)
{
    for (size_t i = 0; i < loader->entity_count; i++) {
        if (strcmp(loader->entities[i].full_name, full_name) == 0) {
            return &loader->entities[i];
        }
    }
    return NULL;
}

const struct rc_enum *rc_loader_find_enum(const struct rc_loader *loader, const char *full_name)
{
    for (size_t i = 0; i < loader->enum_count; i++) {
        if (strcmp(loader->enums[i].full_name, full_name) == 0) {
            return loader->enums[i].enumeration;
        }
    }
    return NULL;
}

struct rc_position rc_loader_message_position(const struct rc_loader_entity *draft)
{
    const int32_t path[] = {4, draft->message_index};
    return rc_source_position(draft->file, path, 2);
}

struct rc_position rc_loader_field_position(const struct rc_loader_entity *draft, size_t field)
{
    const int32_t path[] = {4, draft->message_index, 2, (int32_t)field};
    return rc_source_position(draft->file, path, 4);
}

const struct rc_column **rc_loader_columns(struct rc_loader *loader,
                                           const struct rc_loader_entity *draft, char **names,
                                           size_t count, const char *what)
{
    return rc_loader_columns_at(loader, draft, rc_loader_message_position(draft), names, count,
                                what);
}

const struct rc_column **rc_loader_columns_at(struct rc_loader *loader,
                                              const struct rc_loader_entity *draft,
                                              struct rc_position position, char **names,
                                              size_t count, const char *what)
{
    const struct rc_column **columns =
        rc_loader_alloc(loader, count, sizeof(struct rc_column *));
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        columns[i] = rc_entity_column(draft->entity, rc_view_of(names[i]));
        if (!columns[i]) {
            rc_loader_problem(loader, position,
                              "%s of %s names \"%s\", which is not a column of it", what,
                              draft->entity->name, names[i]);
            ok = false;
        }
        for (size_t j = 0; j < i && columns[i]; j++) {
            if (columns[j] == columns[i]) {
                rc_loader_problem(loader, position, "%s of %s names \"%s\" twice", what,
                                  draft->entity->name, names[i]);
                ok = false;
            }
        }
    }
    return ok ? columns : NULL;
}

void rc_loader_check_name(struct rc_loader *loader, struct rc_position position,
                          const char *what, const char *name)
{
    size_t len = strlen(name);
    if (len == 0) {
        rc_loader_problem(loader, position, "%s: the name is empty", what);
    } else if (len > RC_NAME_MAX) {
        rc_loader_problem(
            loader, position,
            "%s: \"%s\" has %zu bytes; PostgreSQL keeps %d, choose a shorter name", what, name,
            len, RC_NAME_MAX);
    }
}

const char *rc_loader_renamed_from(struct rc_loader *loader, struct rc_position position,
                                   const char *what, const char *name, const char *authored)
{
    if (!authored) {
        return NULL;
    }
    rc_loader_check_name(loader, position, "renamed_from", authored);
    if (strcmp(authored, name) == 0) {
        rc_loader_problem(
            loader, position,
            "%s %s: renamed_from is the name that it has now: the old one is meant", what,
            name);
    }
    return rc_loader_copy(loader, authored);
}

const char *rc_loader_constraint_name(struct rc_loader *loader,
                                      const struct rc_loader_entity *draft,
                                      const char *authored,
                                      const struct rc_column *const *columns, size_t count,
                                      const char *suffix)
{
    if (authored) {
        rc_loader_check_name(loader, rc_loader_message_position(draft), "constraint or index",
                             authored);
        return rc_loader_copy(loader, authored);
    }
    const char *stem = draft->entity->sql_name;
    for (size_t i = 0; i < count; i++) {
        stem = rc_loader_printf(loader, "%s_%s", stem, columns[i]->sql_name);
    }
    return must(loader, rc_name_constraint(&loader->schema->arena, stem, suffix));
}
