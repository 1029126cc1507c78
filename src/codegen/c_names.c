// SPDX-License-Identifier: Apache-2.0
//
// Names in C; the rules of protoc-gen-c are those of protobuf-c 1.4, and golden tests compile
// what follows from them.
#include "codegen/c_names.h"

#include "schema/schema.h"

#include <ctype.h>
#include <string.h>

static const char *const keywords[] = {"and",
                                       "and_eq",
                                       "asm",
                                       "auto",
                                       "bitand",
                                       "bitor",
                                       "bool",
                                       "break",
                                       "case",
                                       "catch",
                                       "char",
                                       "class",
                                       "compl",
                                       "const",
                                       "const_cast",
                                       "continue",
                                       "default",
                                       "delete",
                                       "do",
                                       "double",
                                       "dynamic_cast",
                                       "else",
                                       "enum",
                                       "explicit",
                                       "extern",
                                       "false",
                                       "float",
                                       "for",
                                       "friend",
                                       "goto",
                                       "if",
                                       "inline",
                                       "int",
                                       "long",
                                       "mutable",
                                       "namespace",
                                       "new",
                                       "not",
                                       "not_eq",
                                       "operator",
                                       "or",
                                       "or_eq",
                                       "private",
                                       "protected",
                                       "public",
                                       "register",
                                       "reinterpret_cast",
                                       "return",
                                       "short",
                                       "signed",
                                       "sizeof",
                                       "static",
                                       "static_cast",
                                       "struct",
                                       "switch",
                                       "template",
                                       "this",
                                       "throw",
                                       "true",
                                       "try",
                                       "typedef",
                                       "typeid",
                                       "typename",
                                       "union",
                                       "unsigned",
                                       "using",
                                       "virtual",
                                       "void",
                                       "volatile",
                                       "wchar_t",
                                       "while",
                                       "xor",
                                       "xor_eq"};

char *rc_c_foreign_type(struct rc_arena *arena, const char *full_name)
{
    size_t len = strlen(full_name);
    char *name = rc_arena_alloc(arena, 2 * len + 1);
    size_t at = 0;
    bool upper = true;
    for (const char *in = full_name; name && *in != '\0'; in++) {
        if (*in == '.') {
            name[at++] = '_';
            name[at++] = '_';
            upper = true;
        } else if (*in == '_') {
            upper = true;
        } else {
            name[at++] = upper ? (char)toupper((unsigned char)*in) : *in;
            upper = false;
        }
    }
    return name;
}

// A '_' before each capital that follows no capital; '.' becomes "__".
static char *separate(struct rc_arena *arena, const char *full_name, int (*to_case)(int))
{
    size_t len = strlen(full_name);
    char *name = rc_arena_alloc(arena, 2 * len + 1);
    size_t at = 0;
    bool was_upper = true;
    for (const char *in = full_name; name && *in != '\0'; in++) {
        bool is_upper = isupper((unsigned char)*in);
        if (*in == '.') {
            name[at++] = '_';
            name[at++] = '_';
            was_upper = true;
            continue;
        }
        if (is_upper && !was_upper) {
            name[at++] = '_';
        }
        name[at++] = (char)to_case((unsigned char)*in);
        was_upper = is_upper;
    }
    return name;
}

char *rc_c_foreign_lower(struct rc_arena *arena, const char *full_name)
{
    return separate(arena, full_name, tolower);
}

char *rc_c_foreign_upper(struct rc_arena *arena, const char *full_name)
{
    return separate(arena, full_name, toupper);
}

char *rc_c_member(struct rc_arena *arena, const char *field)
{
    char *name = rc_arena_printf(arena, "%s", field);
    for (char *at = name; at && *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    for (size_t i = 0; name && i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (strcmp(name, keywords[i]) == 0) {
            return rc_arena_printf(arena, "%s_", name);
        }
    }
    return name;
}

char *rc_c_own(struct rc_arena *arena, const char *package, const char *name)
{
    char *snake = rc_snake_case(arena, name);
    char *own =
        snake ? rc_arena_printf(arena, "%s%s%s", package, *package ? "_" : "", snake) : NULL;
    for (char *at = own; at && *at != '\0'; at++) {
        *at = *at == '.' ? '_' : *at;
    }
    return own;
}

static void to_capitals(char *text)
{
    for (char *at = text; at && *at != '\0'; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
}

char *rc_c_own_constant(struct rc_arena *arena, const char *package, const char *enumeration,
                        const char *value)
{
    char *own = rc_c_own(arena, package, enumeration);
    char *prefix = rc_snake_case(arena, enumeration);
    if (!own || !prefix) {
        return NULL;
    }
    to_capitals(own);
    to_capitals(prefix);
    size_t len = strlen(prefix);
    bool prefixed = strncmp(value, prefix, len) == 0 && value[len] == '_';
    char *constant = rc_arena_printf(arena, "%s_%s", own, prefixed ? value + len + 1 : value);
    to_capitals(constant);
    return constant;
}
