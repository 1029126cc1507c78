// SPDX-License-Identifier: Apache-2.0
//
// Values by type: a value is a number (of something) or a text; lists compare by elements.
#include "value.h"

#include "support/check.h"
#include "wire/timestamp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(items) (sizeof(items) / sizeof(items)[0])

// 128 bits: any number that is used here, in millionths.
__extension__ typedef __int128 wide;
enum { MILLION = 1000000 };

// What a value is compared by.
struct measure {
    bool is_text;
    wide number;
    const char *text;
};

// "-12.5" in millionths.
static wide read_decimal(const char *text)
{
    bool negative = *text == '-';
    wide number = 0;
    int decimals = -1;
    for (const char *at = text + negative; *at; at++) {
        if (*at == '.') {
            decimals = 0;
        } else {
            assert_true(isdigit((unsigned char)*at));
            number = number * 10 + (*at - '0');
            decimals += decimals >= 0;
        }
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 6; i++) {
        number *= 10;
    }
    return negative ? -number : number;
}

// In nanoseconds; as a time in JSON is written.
static wide read_time(const char *text)
{
    int64_t seconds = 0;
    int32_t nanos = 0;
    assert_true(rc_timestamp_parse(rc_view_of(text), &seconds, &nanos));
    return (wide)seconds * 1000000000 + nanos;
}

static int64_t read_label(const struct rc_enum *enumeration, const char *name)
{
    for (size_t i = 0; i < enumeration->label_count; i++) {
        if (strcmp(enumeration->labels[i].name, name) == 0) {
            return (int64_t)i;
        }
    }
    fail_msg("%s has no value %s", enumeration->name, name);
    return 0;
}

static struct measure measure(const struct rc_column *column, const json_t *value)
{
    const char *text = json_string_value(value);
    switch (column->type.kind) {
    case RC_TYPE_BOOL:
        return (struct measure){.number = json_is_true(value)};
    case RC_TYPE_INT2:
    case RC_TYPE_INT4:
        assert_true(json_is_integer(value));
        return (struct measure){.number = (wide)json_integer_value(value) * MILLION};
    case RC_TYPE_INT8:
        assert_non_null(text);
        return (struct measure){.number = (wide)strtoll(text, NULL, 10) * MILLION};
    case RC_TYPE_NUMERIC:
        assert_non_null(text);
        return (struct measure){.number = read_decimal(text)};
    case RC_TYPE_TIMESTAMPTZ:
        assert_non_null(text);
        return (struct measure){.number = read_time(text)};
    case RC_TYPE_ENUM:
        assert_non_null(text);
        return (struct measure){.number = read_label(column->type.enumeration, text)};
    case RC_TYPE_TEXT:
    case RC_TYPE_VARCHAR:
    case RC_TYPE_CITEXT:
    case RC_TYPE_UUID:
        assert_non_null(text);
        return (struct measure){.is_text = true, .text = text};
    default:
        fail_msg("values of type %s are not known here", column->type.sql);
        return (struct measure){0};
    }
}

struct rc_column value_element(const struct rc_column *column)
{
    struct rc_column element = *column;
    element.type.array = false;
    return element;
}

size_t value_list_size(const json_t *list)
{
    return json_array_size(json_object_get(list, "values"));
}

const json_t *value_list_at(const json_t *list, size_t index)
{
    size_t i;
    const json_t *position;
    json_array_foreach(json_object_get(list, "nulls"), i, position)
    {
        if ((size_t)json_integer_value(position) == index) {
            return json_null();
        }
    }
    return json_array_get(json_object_get(list, "values"), index);
}

// Element by element, NULL behind all values and equal to NULL; then the shorter one first.
static int compare_lists(const struct rc_column *column, const json_t *a, const json_t *b)
{
    struct rc_column element = value_element(column);
    size_t size_a = value_list_size(a);
    size_t size_b = value_list_size(b);
    for (size_t i = 0; i < size_a && i < size_b; i++) {
        const json_t *left = value_list_at(a, i);
        const json_t *right = value_list_at(b, i);
        int result = json_is_null(left) - json_is_null(right);
        if (!result && !json_is_null(left)) {
            result = value_compare(&element, left, right);
        }
        if (result) {
            return result;
        }
    }
    return (size_a > size_b) - (size_a < size_b);
}

int value_compare_with(const struct rc_column *column, const json_t *a,
                       const struct rc_column *other, const json_t *b, bool ignores_case)
{
    if (column->type.array) {
        return compare_lists(column, a, b);
    }
    struct measure left = measure(column, a);
    struct measure right = measure(other, b);
    assert_int_equal(left.is_text, right.is_text);
    if (!left.is_text) {
        return (left.number > right.number) - (left.number < right.number);
    }
    return ignores_case ? strcasecmp(left.text, right.text) : strcmp(left.text, right.text);
}

int value_compare(const struct rc_column *column, const json_t *a, const json_t *b)
{
    return value_compare_with(column, a, column, b, column->type.kind == RC_TYPE_CITEXT);
}

// Types whose values compare with each other.
static bool is_alike(const struct rc_type *a, const struct rc_type *b)
{
    enum rc_type_family family_a = rc_type_info(a->kind)->family;
    enum rc_type_family family_b = rc_type_info(b->kind)->family;
    bool is_number_a = family_a <= RC_FAMILY_INT64 || family_a == RC_FAMILY_NUMERIC;
    bool is_number_b = family_b <= RC_FAMILY_INT64 || family_b == RC_FAMILY_NUMERIC;
    if (a->array || b->array) {
        return a->array == b->array && a->kind == b->kind && a->enumeration == b->enumeration;
    }
    return (is_number_a && is_number_b) ||
           (family_a == RC_FAMILY_STRING && family_b == RC_FAMILY_STRING) ||
           (a->kind == b->kind && a->enumeration == b->enumeration);
}

bool value_may_compare(const char *comparison, const struct rc_column *column,
                       const struct rc_column *other)
{
    static const char *const texts[] = {"CONTAINS", "STARTS_WITH", "ENDS_WITH"};
    const struct rc_type *a = &column->type;
    const struct rc_type *b = &other->type;
    bool is_same = a->kind == b->kind && a->enumeration == b->enumeration;
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (strcmp(comparison, texts[i]) == 0) {
            return !a->array && !b->array &&
                   rc_type_info(a->kind)->family == RC_FAMILY_STRING && is_alike(a, b);
        }
    }
    if (strcmp(comparison, "IN") == 0 || strcmp(comparison, "NOT_IN") == 0) {
        return !a->array && b->array && is_same;
    }
    if (strcmp(comparison, "HAS") == 0) {
        return a->array && !b->array && is_same;
    }
    if (strcmp(comparison, "HAS_EVERY") == 0 || strcmp(comparison, "HAS_SOME") == 0) {
        return a->array && b->array && is_same;
    }
    return strncmp(comparison, "ARRAY_", strlen("ARRAY_")) != 0 && is_alike(a, b);
}

// ---- drawing

static json_t *draw_text(struct dice *dice, const char *const *choice, size_t count)
{
    return json_string(choice[dice_throw(dice, count)]);
}

static json_t *draw_list(struct dice *dice, const struct rc_column *column)
{
    struct rc_column element = value_element(column);
    json_t *list = json_object();
    json_t *values = json_array();
    json_t *nulls = json_array();
    for (size_t i = dice_throw(dice, 4); i > 0; i--) {
        if (column->type.kind == RC_TYPE_TEXT && dice_chance(dice, 15)) {
            json_array_append_new(nulls, json_integer((json_int_t)json_array_size(values)));
            json_array_append_new(values, json_string("")); // the type's zero
        } else {
            json_array_append_new(values, value_draw(dice, &element));
        }
    }
    if (json_array_size(values) > 0) {
        json_object_set(list, "values", values);
    }
    if (json_array_size(nulls) > 0) {
        json_object_set(list, "nulls", nulls);
    }
    json_decref(values);
    json_decref(nulls);
    return list;
}

json_t *value_draw(struct dice *dice, const struct rc_column *column)
{
    static const char *const texts[] = {"",   "a",  "b",   "ab", "Ab", "B",    "%",   "a%",
                                        "\\", "_b", "a b", "é",  "{}", "NULL", "abab"};
    static const char *const decimals[] = {"0.00", "1.00", "1.50", "-1.00", "2.25", "10.00"};
    static const char *const times[] = {"2024-01-01T00:00:00Z", "2024-01-01T00:00:00.500Z",
                                        "2024-02-29T12:00:00Z", "1999-12-31T23:59:59Z"};
    const struct rc_enum *enumeration = column->type.enumeration;
    if (column->type.array) {
        return draw_list(dice, column);
    }
    switch (column->type.kind) {
    case RC_TYPE_BOOL:
        return json_boolean(dice_chance(dice, 50));
    case RC_TYPE_INT2:
    case RC_TYPE_INT4:
        return json_integer((json_int_t)dice_throw(dice, 6) - 1);
    case RC_TYPE_INT8:
        return json_sprintf("%d", (int)dice_throw(dice, 6) - 1);
    case RC_TYPE_NUMERIC:
        return draw_text(dice, decimals, COUNT(decimals));
    case RC_TYPE_TIMESTAMPTZ:
        return draw_text(dice, times, COUNT(times));
    case RC_TYPE_ENUM:
        return json_string(
            enumeration->labels[dice_throw(dice, enumeration->label_count)].name);
    case RC_TYPE_UUID:
        return json_sprintf("00000000-0000-0000-0000-0000000000%02x",
                            (unsigned)dice_throw(dice, 14));
    case RC_TYPE_TEXT:
    case RC_TYPE_VARCHAR:
    case RC_TYPE_CITEXT:
        return draw_text(dice, texts, COUNT(texts));
    default:
        fail_msg("values of type %s are not known here", column->type.sql);
        return NULL;
    }
}

// ---- parsing

json_t *value_zero(const struct rc_column *column)
{
    struct dice dice;
    dice_init(&dice, 0);
    return value_draw(&dice, column);
}

static json_t *parse_label(const struct rc_enum *enumeration, const char *label)
{
    const struct rc_enum_label *found = rc_enum_by_label(enumeration, rc_view_of(label));
    assert_non_null(found);
    return json_string(found->name);
}

json_t *value_parse(const struct rc_column *column, const char *text)
{
    switch (column->type.kind) {
    case RC_TYPE_BOOL:
        return json_boolean(text[0] == 't');
    case RC_TYPE_INT2:
    case RC_TYPE_INT4:
        return json_integer(strtoll(text, NULL, 10));
    case RC_TYPE_ENUM:
        return parse_label(column->type.enumeration, text);
    default:
        return json_string(text);
    }
}

// ---- SQL

static void put_scalar(struct rc_buf *sql, const struct rc_column *column, const json_t *value)
{
    if (json_is_null(value)) {
        rc_buf_append_text(sql, "null");
    } else if (json_is_boolean(value)) {
        rc_buf_append_text(sql, json_is_true(value) ? "true" : "false");
    } else if (json_is_integer(value)) {
        rc_buf_printf(sql, "%lld", (long long)json_integer_value(value));
    } else if (column->type.kind == RC_TYPE_ENUM) {
        const struct rc_enum *enumeration = column->type.enumeration;
        int64_t label = read_label(enumeration, json_string_value(value));
        rc_sql_literal(sql, enumeration->labels[label].label);
    } else {
        assert_true(json_is_string(value));
        rc_sql_literal(sql, json_string_value(value));
    }
}

void value_put_sql(struct rc_buf *sql, const struct rc_column *column, const json_t *value)
{
    if (!column->type.array || json_is_null(value)) {
        put_scalar(sql, column, value);
        return;
    }
    rc_buf_append_text(sql, "array[");
    for (size_t i = 0; i < value_list_size(value); i++) {
        rc_buf_append_text(sql, i > 0 ? ", " : "");
        put_scalar(sql, column, value_list_at(value, i));
    }
    rc_buf_printf(sql, "]::%s[]", column->type.sql);
}
