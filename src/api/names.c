// SPDX-License-Identifier: Apache-2.0
//
// Spellings of derived names.
#include "api/names.h"

#include <ctype.h>

char *rc_api_camel_case(struct rc_arena *arena, const char *name)
{
    char *made = name ? rc_arena_strdup(arena, name) : NULL;
    char *out = made;
    bool is_start = true;
    for (const char *in = made; in && *in; in++) {
        if (*in == '_') {
            is_start = true;
            continue;
        }
        *out++ = (char)(is_start ? toupper((unsigned char)*in) : *in);
        is_start = false;
    }
    if (out) {
        *out = '\0';
    }
    return made;
}

char *rc_api_upper_case(struct rc_arena *arena, const char *name)
{
    char *made = name ? rc_arena_strdup(arena, name) : NULL;
    for (char *at = made; at && *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    return made;
}
