// SPDX-License-Identifier: Apache-2.0
//
// Array literals, element by element, in the words that PostgreSQL reads.
#include "support/check.h"

#include "query/literal.h"

#include <math.h>

static const struct rc_enum_label labels[] = {{.number = 1, .label = "plain"},
                                              {.number = 2, .label = "quo\"te\\d"}};
static const struct rc_enum colours = {.labels = labels, .label_count = 2};

struct literal_case {
    enum rc_type_kind kind;
    struct rc_value value;
    const char *expected;
};

#define BYTES(text)                                                                            \
    {                                                                                          \
        .kind = RC_VALUE_BYTES, .bytes = { text, sizeof(text) - 1 }                            \
    }
#define TIMESTAMP(s, n)                                                                        \
    {                                                                                          \
        .kind = RC_VALUE_TIMESTAMP, .timestamp = { s, n }                                      \
    }

static void test_literal_writes_every_kind(void **state)
{
    (void)state;
    static const struct literal_case cases[] = {
        {RC_TYPE_INT4, {.kind = RC_VALUE_NULL}, "{NULL}"},
        {RC_TYPE_BOOL, {.kind = RC_VALUE_BOOL, .integer = 1}, "{t}"},
        {RC_TYPE_BOOL, {.kind = RC_VALUE_BOOL}, "{f}"},
        {RC_TYPE_INT8, {.kind = RC_VALUE_INT, .integer = INT64_MIN}, "{-9223372036854775808}"},
        {RC_TYPE_ENUM, {.kind = RC_VALUE_ENUM, .integer = 1}, "{\"plain\"}"},
        {RC_TYPE_ENUM, {.kind = RC_VALUE_ENUM, .integer = 2}, "{\"quo\\\"te\\\\d\"}"},
        {RC_TYPE_FLOAT4, {.kind = RC_VALUE_FLOAT, .single = 0.1f}, "{0.100000001}"},
        {RC_TYPE_FLOAT8, {.kind = RC_VALUE_DOUBLE, .number = 0.1}, "{0.10000000000000001}"},
        {RC_TYPE_FLOAT8, {.kind = RC_VALUE_DOUBLE, .number = (double)NAN}, "{NaN}"},
        {RC_TYPE_FLOAT8, {.kind = RC_VALUE_DOUBLE, .number = -HUGE_VAL}, "{-Infinity}"},
        {RC_TYPE_TEXT, BYTES(""), "{\"\"}"},
        {RC_TYPE_TEXT, BYTES("NULL"), "{\"NULL\"}"},
        {RC_TYPE_TEXT, BYTES("a,\"b\"\\{}"), "{\"a,\\\"b\\\"\\\\{}\"}"},
        {RC_TYPE_BYTEA, BYTES("\0\xff"), "{\"\\\\x00ff\"}"},
        {RC_TYPE_TIMESTAMPTZ, TIMESTAMP(0, 0), "{\"1970-01-01 00:00:00.000000+00\"}"},
        {RC_TYPE_TIMESTAMPTZ, TIMESTAMP(951782400, 123456000),
         "{\"2000-02-29 00:00:00.123456+00\"}"},
        {RC_TYPE_TIMESTAMPTZ, TIMESTAMP(-1, 999999000), "{\"1969-12-31 23:59:59.999999+00\"}"},
        {RC_TYPE_TIMESTAMPTZ, TIMESTAMP(-62167219200, 0),
         "{\"0001-01-01 00:00:00.000000+00 BC\"}"},
        {RC_TYPE_TIMESTAMPTZ, TIMESTAMP(-62135596800, 0),
         "{\"0001-01-01 00:00:00.000000+00\"}"},
        {RC_TYPE_TIMESTAMP, TIMESTAMP(INT64_MAX, 0), "{infinity}"},
        {RC_TYPE_TIMESTAMP, TIMESTAMP(INT64_MIN, 0), "{-infinity}"},
    };
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct rc_type type = {.kind = cases[i].kind, .enumeration = &colours};
        struct rc_value list = rc_value_of_list(&cases[i].value, 1);
        struct rc_value text = {0};
        assert_true(rc_literal_of_list(&list, &type, &arena, &text));
        assert_int_equal(text.kind, RC_VALUE_BYTES);
        assert_string_equal(rc_arena_copy(&arena, text.bytes.data, text.bytes.len),
                            cases[i].expected);
    }
    rc_arena_fini(&arena);
}

static void test_literal_separates_elements(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    const struct rc_type type = {.kind = RC_TYPE_INT4};
    const struct rc_value values[] = {
        rc_value_of_int(1), {.kind = RC_VALUE_NULL}, rc_value_of_int(-3)};
    struct rc_value list = rc_value_of_list(values, 3);
    assert_true(rc_literal_of_list(&list, &type, &arena, &list));
    assert_true(rc_view_is(list.bytes, "{1,NULL,-3}"));
    list = rc_value_of_list(values, 0);
    assert_true(rc_literal_of_list(&list, &type, &arena, &list));
    assert_true(rc_view_is(list.bytes, "{}"));
    rc_arena_fini(&arena);
}

static void test_literal_survives_dates_beyond_all_calendars(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    const struct rc_type type = {.kind = RC_TYPE_TIMESTAMPTZ};
    const struct rc_value values[] = {TIMESTAMP(INT64_MAX - 1, 0), TIMESTAMP(INT64_MIN + 1, 0)};
    struct rc_value list = rc_value_of_list(values, 2);
    assert_true(rc_literal_of_list(&list, &type, &arena, &list));
    assert_int_equal(list.bytes.data[1], '"');
    rc_arena_fini(&arena);
}

static void test_literal_without_memory_says_so(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 16);
    const struct rc_type type = {.kind = RC_TYPE_INT4};
    const struct rc_value value = rc_value_of_int(1);
    struct rc_value list = rc_value_of_list(&value, 1);
    assert_false(rc_literal_of_list(&list, &type, &arena, &list));
    rc_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literal_writes_every_kind),
        cmocka_unit_test(test_literal_separates_elements),
        cmocka_unit_test(test_literal_survives_dates_beyond_all_calendars),
        cmocka_unit_test(test_literal_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
