// SPDX-License-Identifier: Apache-2.0
//
// Names: snake_case, and the default names of constraints and indexes, which are Prisma's, so
// that a database it made is recognised as it is.
#include "schema/names.h"

#include "schema/schema.h"

#include <ctype.h>
#include <string.h>

static bool starts_word(const char *name, size_t i)
{
    if (i == 0 || !isupper((unsigned char)name[i]) || name[i - 1] == '_') {
        return false;
    }
    return !isupper((unsigned char)name[i - 1]) || islower((unsigned char)name[i + 1]);
}

char *rc_snake_case(struct rc_arena *arena, const char *name)
{
    size_t len = strlen(name);
    char *snake = rc_arena_alloc(arena, 2 * len + 1);
    size_t at = 0;
    for (size_t i = 0; snake && i < len; i++) {
        if (starts_word(name, i)) {
            snake[at++] = '_';
        }
        snake[at++] = (char)tolower((unsigned char)name[i]);
    }
    return snake;
}

char *rc_name_constraint(struct rc_arena *arena, const char *stem, const char *suffix)
{
    size_t room = RC_NAME_MAX - strlen(suffix);
    size_t len = strlen(stem);
    if (len > room) {
        // Cut between characters: never before a continuation byte of UTF-8.
        for (len = room; len > 0 && ((unsigned char)stem[len] & 0xc0) == 0x80; len--) {
        }
    }
    return rc_arena_printf(arena, "%.*s%s", (int)len, stem, suffix);
}

bool rc_name_is_field(const char *name)
{
    if (!islower((unsigned char)name[0])) {
        return false;
    }
    for (const char *at = name; *at != '\0'; at++) {
        if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_') {
            return false;
        }
    }
    return true;
}

bool rc_name_is_type(const char *name)
{
    if (!isupper((unsigned char)name[0])) {
        return false;
    }
    for (const char *at = name; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at)) {
            return false;
        }
    }
    return true;
}

bool rc_name_is_variable(const char *name)
{
    if (!isupper((unsigned char)name[0])) {
        return false;
    }
    for (const char *at = name; *at != '\0'; at++) {
        if (!isupper((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_') {
            return false;
        }
    }
    return true;
}
