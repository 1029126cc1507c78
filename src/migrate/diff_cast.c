// SPDX-License-Identifier: Apache-2.0
//
// What becomes of values when a column's type changes. Where PostgreSQL converts by itself (an
// assignment cast), nothing is written, for an explicit cast would be laxer: it cuts what is
// too long. Where it would not, the cast is explicit; where there is none, it goes by way of
// text.
#include "migrate/differ.h"

#include <string.h>

enum { BASE_MAX = 64 };

// The type's name alone: without its length, precision and brackets.
static void base_of(const struct rc_catalog_column *column, char ret_base[BASE_MAX])
{
    size_t len = 0;
    int depth = 0;
    for (const char *at = column->type.text ? column->type.text : ""; *at; at++) {
        depth += *at == '(';
        if (depth == 0 && *at != '[' && *at != ']' && len + 1 < BASE_MAX) {
            ret_base[len++] = *at;
        }
        depth -= *at == ')';
    }
    ret_base[len] = '\0';
}

// Types that convert into one another on assignment.
static const char *const families[][8] = {
    {"smallint", "integer", "bigint", "real", "double precision", "numeric"},
    {"money", "numeric", NULL},
    {"date", "timestamp without time zone", "timestamp with time zone"},
    {"time without time zone", "time with time zone"},
    {"json", "jsonb"},
    {"bit", "bit varying"},
    {"inet", "cidr"},
    {"oid", "integer", "bigint"},
};

static bool is_in(const char *const family[8], const char *base)
{
    for (size_t i = 0; i < 8 && family[i]; i++) {
        if (strcmp(family[i], base) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_string(const char *base)
{
    static const char *const strings[8] = {"text",   "character varying", "character",
                                           "citext", "public.citext",     "name"};
    return is_in(strings, base);
}

// A change of zone depends on the session's, so it is written down.
static bool changes_zone(const char *from, const char *to)
{
    static const char with[] = "timestamp with time zone";
    static const char without[] = "timestamp without time zone";
    return (strcmp(from, with) == 0 && strcmp(to, without) == 0) ||
           (strcmp(from, without) == 0 && strcmp(to, with) == 0);
}

static bool converts_itself(const char *from, const char *to)
{
    if (strcmp(from, to) == 0 || is_string(to)) {
        return true;
    }
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (is_in(families[i], from) && is_in(families[i], to)) {
            return true;
        }
    }
    return false;
}

static bool has_explicit_cast(const char *from, const char *to)
{
    static const char *const truth[8] = {"boolean", "integer"};
    static const char *const bits[8] = {"bit", "integer", "bigint"};
    return is_string(from) || (is_in(truth, from) && is_in(truth, to)) ||
           (is_in(bits, from) && is_in(bits, to)) || converts_itself(from, to);
}

void rc_diff_using(struct rc_buf *out, const struct rc_catalog_column *from,
                   const struct rc_catalog_column *to)
{
    char was[BASE_MAX];
    char is[BASE_MAX];
    base_of(from, was);
    base_of(to, is);
    bool same_shape = from->is_array == to->is_array;
    if (same_shape && !from->is_array && changes_zone(was, is)) {
        rc_buf_append_text(out, " USING ");
        rc_sql_identifier(out, to->name);
        rc_buf_append_text(out, " AT TIME ZONE 'UTC'");
        return;
    }
    if (same_shape && converts_itself(was, is)) {
        return;
    }
    const char *by_text = has_explicit_cast(was, is) ? "" : "::text";
    struct rc_buf name = {0};
    rc_sql_identifier(&name, to->name);
    const char *value = name.data ? name.data : "";
    if (same_shape) {
        rc_buf_printf(out, " USING (%s%s%s::%s)", value, by_text,
                      *by_text && from->is_array ? "[]" : "", to->type.spelling);
    } else if (from->is_array) {
        rc_buf_printf(out, " USING (%s[1]%s::%s)", value, by_text, to->type.spelling);
    } else {
        rc_buf_printf(out, " USING (CASE WHEN %s IS NOT NULL THEN ARRAY[%s%s]::%s END)", value,
                      value, by_text, to->type.spelling);
    }
    rc_buf_fini(&name);
}
