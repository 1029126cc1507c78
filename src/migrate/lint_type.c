// SPDX-License-Identifier: Apache-2.0
//
// A type taken apart into its name without numbers, and the numbers.
#include "migrate/lint_type.h"

#include <stdio.h>
#include <string.h>

struct type {
    char base[64];
    int first; // length, precision; -1 when absent
    int scale;
    bool is_array;
};

static bool is(const struct type *type, const char *base)
{
    return strcmp(type->base, base) == 0;
}

static bool is_one_of(const struct type *type, const char *const *bases)
{
    for (; *bases; bases++) {
        if (is(type, *bases)) {
            return true;
        }
    }
    return false;
}

static struct type take_apart(const char *text)
{
    struct type type = {.first = -1, .scale = -1};
    size_t len = 0;
    const char *open = strchr(text, '(');
    if (open && sscanf(open, "(%d,%d)", &type.first, &type.scale) < 1) {
        type.first = -1;
    }
    for (const char *at = text; *at && len + 1 < sizeof(type.base); at++) {
        const char *close = *at == '(' ? strchr(at, ')') : NULL;
        at = close ? close : at;
        if (!close) {
            type.base[len++] = *at;
        }
    }
    type.base[len] = '\0';
    type.is_array = strstr(type.base, "[]") != NULL;
    if (is(&type, "numeric") && type.first >= 0 && type.scale < 0) {
        type.scale = 0; // numeric(10)
    }
    return type;
}

static bool is_text(const struct type *type)
{
    static const char *const bases[] = {"text", "character varying", NULL};
    return is_one_of(type, bases);
}

static bool is_time(const struct type *type)
{
    return strncmp(type->base, "timestamp", 9) == 0;
}

static bool is_inexact(const struct type *type)
{
    static const char *const bases[] = {"double precision", "real", NULL};
    return is_one_of(type, bases);
}

static bool is_whole(const struct type *type)
{
    static const char *const bases[] = {"smallint", "integer", "bigint", NULL};
    return is_one_of(type, bases);
}

// Whether what fits one fits the other, by length or precision alone.
static bool widens(const struct type *from, const struct type *to)
{
    return to->first < 0 || (from->first >= 0 && to->first >= from->first);
}

bool rc_lint_type_keeps_bytes(const char *from, const char *to)
{
    const struct type was = take_apart(from);
    const struct type now = take_apart(to);
    if (now.is_array) {
        return strcmp(from, to) == 0;
    }
    if (is_text(&was) && is_text(&now)) {
        return widens(&was, &now);
    }
    if (is_time(&was) && is_time(&now) && strcmp(was.base, now.base) != 0) {
        return now.first < 0; // PostgreSQL rounds anew, whatever the digits were
    }
    if (strcmp(was.base, now.base) != 0) {
        return (is(&was, "cidr") && is(&now, "inet")) ||
               (is(&was, "citext") && is_text(&now) && now.first < 0) ||
               (is_text(&was) && is(&now, "citext"));
    }
    if (is(&now, "numeric")) {
        return widens(&was, &now) && (now.first < 0 || was.scale == now.scale);
    }
    return is(&now, "character") || is(&now, "bit") ? was.first == now.first
                                                    : widens(&was, &now);
}

bool rc_lint_type_reads_alike(const char *from, const char *to)
{
    static const char *const texts[] = {"text", "character varying", "character", "citext",
                                        NULL};
    const struct type was = take_apart(from);
    const struct type now = take_apart(to);
    return strcmp(was.base, now.base) == 0 ||
           (is_one_of(&was, texts) && is_one_of(&now, texts)) ||
           (is_time(&was) && is_time(&now));
}

static bool loses_digits(const struct type *was, const struct type *now)
{
    if (is(now, "numeric") && now->first >= 0) {
        return is_inexact(was) ||
               (is(was, "numeric") && (was->first < 0 || now->scale < was->scale));
    }
    return ((is_inexact(was) || is(was, "numeric")) && is_whole(now)) ||
           (is(was, "double precision") && is(now, "real")) ||
           ((is(was, "numeric") || is(was, "bigint")) && is_inexact(now)) ||
           (is(was, "integer") && is(now, "real"));
}

static bool loses_time(const struct type *was, const struct type *now)
{
    return is_time(was) && (is(now, "date") || strncmp(now->base, "time ", 5) == 0 ||
                            (is_time(now) && !widens(was, now)));
}

bool rc_lint_type_loses(const char *from, const char *to, bool is_cast)
{
    const struct type was = take_apart(from);
    const struct type now = take_apart(to);
    bool cuts = is_cast && rc_lint_type_length(to) >= 0 && !widens(&was, &now);
    bool unpacks = was.is_array && !now.is_array && !is_text(&now);
    return cuts || unpacks || loses_digits(&was, &now) || loses_time(&was, &now);
}

int rc_lint_type_length(const char *type)
{
    static const char *const bases[] = {"character varying", "character", "bit", "bit varying",
                                        NULL};
    const struct type apart = take_apart(type);
    return is_one_of(&apart, bases) ? apart.first : -1;
}
