// SPDX-License-Identifier: Apache-2.0
//
// Changes of a column's type, by the names of both: PostgreSQL 15's own rules, as far as they
// are about the types that the schema language has.
#include "migrate/lint_type.h"

#include <stdio.h>
#include <string.h>

// "character varying(30)" into its name without the length, and the two numbers; -1 when
// absent.
static void split_type(const char *type, char ret_base[64], int ret_numbers[2])
{
    size_t len = 0;
    const char *open = strchr(type, '(');
    ret_numbers[0] = -1;
    ret_numbers[1] = -1;
    if (open && sscanf(open, "(%d,%d)", &ret_numbers[0], &ret_numbers[1]) < 1) {
        ret_numbers[0] = -1;
    }
    for (const char *at = type; *at && len + 1 < 64; at++) {
        if (*at == '(') {
            at = strchr(at, ')') ? strchr(at, ')') : at;
            continue;
        }
        ret_base[len++] = *at;
    }
    ret_base[len] = '\0';
}

bool rc_lint_type_keeps_bytes(const char *from, const char *to)
{
    char was[64];
    char is[64];
    int was_numbers[2];
    int is_numbers[2];
    split_type(from, was, was_numbers);
    split_type(to, is, is_numbers);
    bool was_text = strcmp(was, "text") == 0 || strcmp(was, "character varying") == 0;
    bool is_text = strcmp(is, "text") == 0 || strcmp(is, "character varying") == 0;
    bool widens = is_numbers[0] < 0 || (was_numbers[0] >= 0 && is_numbers[0] >= was_numbers[0]);
    if (was_text && is_text) {
        return widens;
    }
    if (strcmp(was, is) != 0) {
        return (strcmp(was, "cidr") == 0 && strcmp(is, "inet") == 0) ||
               (strcmp(was, "citext") == 0 && is_text && is_numbers[0] < 0) ||
               (was_text && strcmp(is, "citext") == 0);
    }
    if (strcmp(is, "numeric") == 0) {
        return widens && (is_numbers[0] < 0 || was_numbers[1] == is_numbers[1]);
    }
    bool has_length = strcmp(is, "character") == 0 || strcmp(is, "bit") == 0;
    return has_length ? was_numbers[0] == is_numbers[0] : widens;
}

bool rc_lint_type_has_same_base(const char *from, const char *to)
{
    char was[64];
    char is[64];
    int numbers[2];
    split_type(from, was, numbers);
    split_type(to, is, numbers);
    return strcmp(was, is) == 0;
}

bool rc_lint_type_loses(const char *from, const char *to, bool is_cast)
{
    char was[64];
    char is[64];
    int was_numbers[2];
    int is_numbers[2];
    split_type(from, was, was_numbers);
    split_type(to, is, is_numbers);
    bool was_array = strstr(from, "[]") != NULL;
    bool cuts = is_cast && is_numbers[0] >= 0 &&
                (strcmp(is, "character varying") == 0 || strcmp(is, "character") == 0);
    bool was_time = strncmp(was, "timestamp", 9) == 0;
    bool was_float = strcmp(was, "double precision") == 0 || strcmp(was, "real") == 0 ||
                     strcmp(was, "numeric") == 0;
    bool is_whole =
        strcmp(is, "integer") == 0 || strcmp(is, "bigint") == 0 || strcmp(is, "smallint") == 0;
    bool fewer_digits = strcmp(was, is) == 0 && strcmp(is, "numeric") == 0 &&
                        is_numbers[0] >= 0 && was_numbers[1] != is_numbers[1] &&
                        (was_numbers[0] < 0 || is_numbers[1] < was_numbers[1]);
    bool less_precise = strcmp(was, is) == 0 && was_time && is_numbers[0] >= 0 &&
                        (was_numbers[0] < 0 || is_numbers[0] < was_numbers[0]);
    return (was_array && !strstr(to, "[]") && strcmp(is, "text") != 0) || cuts ||
           (was_time && strcmp(is, "date") == 0) || (was_float && is_whole) || fewer_digits ||
           less_precise || (strcmp(was, "double precision") == 0 && strcmp(is, "real") == 0) ||
           (strcmp(was, "json") != 0 && was_time && strncmp(is, "time ", 5) == 0);
}
