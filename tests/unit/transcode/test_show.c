// SPDX-License-Identifier: Apache-2.0
//
// Values as text that PostgreSQL would read.
#include "support/check.h"

#include "schema/schema.h"
#include "transcode/show.h"

static const struct rc_enum_label labels[] = {{.name = "RED", .number = 1, .label = "re\"d"}};
static const struct rc_enum colour = {.name = "Colour", .labels = labels, .label_count = 1};

static const struct rc_type text_type = {.kind = RC_TYPE_TEXT};
static const struct rc_type bytea_type = {.kind = RC_TYPE_BYTEA};
static const struct rc_type enum_type = {.kind = RC_TYPE_ENUM, .enumeration = &colour};

static void expect(const struct rc_type *type, struct rc_value value, const char *expected)
{
    struct rc_buf out = {0};
    rc_show_value(type, &value, &out);
    rc_buf_append_char(&out, '\0');
    assert_string_equal(out.data, expected);
    rc_buf_fini(&out);
}

static void test_show_prints_scalars(void **state)
{
    (void)state;
    expect(&text_type, (struct rc_value){.kind = RC_VALUE_NULL}, "");
    expect(&text_type, (struct rc_value){.kind = RC_VALUE_BOOL, .integer = 1}, "t");
    expect(&text_type, (struct rc_value){.kind = RC_VALUE_BOOL, .integer = 0}, "f");
    expect(&text_type, rc_value_of_int(INT64_MIN), "-9223372036854775808");
    expect(&text_type, (struct rc_value){.kind = RC_VALUE_FLOAT, .single = 0.5F}, "0.5");
    expect(&text_type, (struct rc_value){.kind = RC_VALUE_DOUBLE, .number = 0.1},
           "0.10000000000000001");
    expect(&text_type, rc_value_of_bytes(rc_view_of("a\"b")), "a\"b");
    expect(&bytea_type, rc_value_of_bytes((struct rc_view){"\0\xff", 2}), "\\x00ff");
    expect(&enum_type, (struct rc_value){.kind = RC_VALUE_ENUM, .integer = 1}, "re\"d");
    expect(&enum_type, (struct rc_value){.kind = RC_VALUE_ENUM, .integer = 7}, "7");
    expect(&text_type,
           (struct rc_value){.kind = RC_VALUE_TIMESTAMP, .timestamp = {86400, 1000}},
           "1970-01-02T00:00:00.000001Z");
}

static void test_show_prints_lists_as_literals(void **state)
{
    (void)state;
    struct rc_value numbers[] = {rc_value_of_int(1), {.kind = RC_VALUE_NULL}};
    struct rc_value texts[] = {rc_value_of_bytes(rc_view_of("a\"b\\c")),
                               rc_value_of_bytes(rc_view_of(""))};
    struct rc_value colours[] = {{.kind = RC_VALUE_ENUM, .integer = 1}};
    expect(&text_type, rc_value_of_list(NULL, 0), "{}");
    expect(&text_type, rc_value_of_list(numbers, 2), "{\"1\",NULL}");
    expect(&text_type, rc_value_of_list(texts, 2), "{\"a\\\"b\\\\c\",\"\"}");
    expect(&enum_type, rc_value_of_list(colours, 1), "{\"re\\\"d\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_show_prints_scalars),
        cmocka_unit_test(test_show_prints_lists_as_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
