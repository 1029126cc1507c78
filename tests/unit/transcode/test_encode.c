// SPDX-License-Identifier: Apache-2.0
//
// Encoding against bytes written down by hand, and every value that must be refused.
#include "support/check.h"

#include "schema/schema.h"
#include "support/fail_alloc.h"
#include "transcode/encode.h"

#include <limits.h>
#include <math.h>

static const struct rc_enum_label labels[] = {
    {.name = "COLOUR_RED", .number = 1, .label = "red"},
    {.name = "COLOUR_ODD", .number = 2, .label = "a \"b\\"},
};
static const struct rc_enum colours = {
    .name = "Colour", .labels = labels, .label_count = 2, .unspecified = 0};

static struct rc_type type_of(enum rc_type_kind kind, bool array)
{
    return (struct rc_type){.kind = kind, .array = array, .enumeration = &colours};
}

static rowcall_status encode(enum rc_type_kind kind, bool array, struct rc_value value,
                             struct rc_arena *arena, struct rc_parameter *ret,
                             rowcall_error *err)
{
    struct rc_type type = type_of(kind, array);
    return rc_encode_value(&type, &value, arena, ret, err);
}

static void check(enum rc_type_kind kind, bool array, struct rc_value value, int format,
                  struct rc_view expected)
{
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    struct rc_parameter got;
    rowcall_error err = {0};
    ASSERT_OK(encode(kind, array, value, &arena, &got, &err), err);
    assert_non_null(got.data);
    assert_int_equal(got.format, format);
    assert_int_equal(got.len, expected.len);
    assert_memory_equal(got.data, expected.data, (size_t)expected.len);
    if (format == 0) {
        assert_int_equal(got.data[got.len], '\0');
    }
    rc_arena_fini(&arena);
}
#define CHECK(kind, array, value, format, bytes)                                               \
    check((kind), (array), (value), (format), (struct rc_view){"" bytes, sizeof(bytes) - 1})

static void refuse(enum rc_type_kind kind, bool array, struct rc_value value,
                   rowcall_status status, const char *reason)
{
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    struct rc_parameter got;
    rowcall_error err = {0};
    ASSERT_STATUS(encode(kind, array, value, &arena, &got, &err), status);
    ASSERT_STATUS(err.status, status);
    assert_string_equal(err.reason, reason);
    rc_arena_fini(&arena);
}

static struct rc_value text(const char *from)
{
    return rc_value_of_bytes(rc_view_of(from));
}

static struct rc_value stamp(int64_t seconds, int32_t nanos)
{
    return (struct rc_value){.kind = RC_VALUE_TIMESTAMP, .timestamp = {seconds, nanos}};
}

static struct rc_value label(int64_t number)
{
    return (struct rc_value){.kind = RC_VALUE_ENUM, .integer = number};
}

static void test_encode_scalars_are_binary(void **state)
{
    (void)state;
    CHECK(RC_TYPE_BOOL, false, ((struct rc_value){.kind = RC_VALUE_BOOL, .integer = 1}), 1,
          "\1");
    CHECK(RC_TYPE_INT2, false, rc_value_of_int(-2), 1, "\xff\xfe");
    CHECK(RC_TYPE_INT4, false, rc_value_of_int(INT32_MIN), 1, "\x80\0\0\0");
    CHECK(RC_TYPE_INT8, false, rc_value_of_int(INT64_MAX), 1,
          "\x7f\xff\xff\xff\xff\xff\xff\xff");
    CHECK(RC_TYPE_OID, false, rc_value_of_int(4294967295), 1, "\xff\xff\xff\xff");
    CHECK(RC_TYPE_FLOAT4, false, ((struct rc_value){.kind = RC_VALUE_FLOAT, .single = -2.0f}),
          1, "\xc0\0\0\0");
    CHECK(RC_TYPE_FLOAT8, false,
          ((struct rc_value){.kind = RC_VALUE_DOUBLE, .number = (double)INFINITY}), 1,
          "\x7f\xf0\0\0\0\0\0\0");
    CHECK(RC_TYPE_BYTEA, false, rc_value_of_bytes(((struct rc_view){"a\0b", 3})), 1, "a\0b");
}

static void test_encode_text_is_borrowed(void **state)
{
    (void)state;
    struct rc_value value = text("tea");
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    struct rc_parameter got;
    rowcall_error err = {0};
    ASSERT_OK(encode(RC_TYPE_CITEXT, false, value, &arena, &got, &err), err);
    assert_ptr_equal(got.data, value.bytes.data);
    assert_int_equal(got.format, 1);
    rc_arena_fini(&arena);
}

static void test_encode_empty_text_is_not_null(void **state)
{
    (void)state;
    CHECK(RC_TYPE_TEXT, false, rc_value_of_bytes(((struct rc_view){NULL, 0})), 1, "");
    CHECK(RC_TYPE_NUMERIC, false, rc_value_of_bytes(((struct rc_view){NULL, 0})), 0, "");
}

static void test_encode_null_is_null(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    rowcall_error err = {0};
    for (int array = 0; array < 2; array++) {
        struct rc_parameter got = {"x", 1, 0};
        ASSERT_OK(encode(RC_TYPE_INT4, array, (struct rc_value){0}, &arena, &got, &err), err);
        assert_null(got.data);
    }
    rc_arena_fini(&arena);
}

static void test_encode_other_types_travel_as_text(void **state)
{
    (void)state;
    CHECK(RC_TYPE_NUMERIC, false, text("1.50"), 0, "1.50");
    CHECK(RC_TYPE_UUID, false, text("not checked here"), 0, "not checked here");
    CHECK(RC_TYPE_JSONB, false, text("{}"), 0, "{}");
    CHECK(RC_TYPE_XML, false, text("<a/>"), 0, "<a/>");
    CHECK(RC_TYPE_JSON, false, text("{}"), 1, "{}");
    CHECK(RC_TYPE_ENUM, false, label(1), 1, "red");
}

static void test_encode_timestamp_counts_from_2000(void **state)
{
    (void)state;
    CHECK(RC_TYPE_TIMESTAMPTZ, false, stamp(946684800, 0), 1, "\0\0\0\0\0\0\0\0");
    CHECK(RC_TYPE_TIMESTAMP, false, stamp(946684799, 999999000), 1,
          "\xff\xff\xff\xff\xff\xff\xff\xff");
    CHECK(RC_TYPE_TIMESTAMP, false, stamp(INT64_MAX, 0), 1, "\x7f\xff\xff\xff\xff\xff\xff\xff");
    CHECK(RC_TYPE_TIMESTAMP, false, stamp(INT64_MIN, 0), 1, "\x80\0\0\0\0\0\0\0");
    // The first and the last that PostgreSQL has, and their neighbours.
    CHECK(RC_TYPE_TIMESTAMP, false, stamp(-210866803200, 0), 1,
          "\xfd\x0f\x7c\xc1\x41\x1f\xa0\0");
    CHECK(RC_TYPE_TIMESTAMP, false, stamp(9224318015999, 999999000), 1,
          "\x7f\xff\xff\x5b\xb3\xb2\x9f\xff");
    refuse(RC_TYPE_TIMESTAMP, false, stamp(-210866803201, 999999000), ROWCALL_OUT_OF_RANGE,
           "P2020");
    refuse(RC_TYPE_TIMESTAMP, false, stamp(9224318016000, 0), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_TIMESTAMP, false, stamp(INT64_MAX, 1000), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_TIMESTAMP, false, stamp(INT64_MAX - 1, 0), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_TIMESTAMP, false, stamp(INT64_MIN + 1, 0), ROWCALL_OUT_OF_RANGE, "P2020");
}

static void test_encode_refuses_what_a_microsecond_cannot_hold(void **state)
{
    (void)state;
    refuse(RC_TYPE_TIMESTAMP, false, stamp(0, 1), ROWCALL_INVALID_ARGUMENT, "P2006");
    refuse(RC_TYPE_TIMESTAMP, false, stamp(0, -1000), ROWCALL_INVALID_ARGUMENT, "P2006");
    refuse(RC_TYPE_TIMESTAMP, false, stamp(0, 1000000000), ROWCALL_INVALID_ARGUMENT, "P2006");
}

static void test_encode_refuses_numbers_out_of_range(void **state)
{
    (void)state;
    refuse(RC_TYPE_INT2, false, rc_value_of_int(32768), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_INT2, false, rc_value_of_int(-32769), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_INT4, false, rc_value_of_int(2147483648), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_OID, false, rc_value_of_int(-1), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_OID, false, rc_value_of_int(4294967296), ROWCALL_OUT_OF_RANGE, "P2020");
    refuse(RC_TYPE_ENUM, false, label(0), ROWCALL_INVALID_ARGUMENT, "P2006");
    refuse(RC_TYPE_ENUM, false, label(3), ROWCALL_INVALID_ARGUMENT, "P2006");
}

static void test_encode_refuses_values_of_another_kind(void **state)
{
    (void)state;
    refuse(RC_TYPE_TEXT, false, rc_value_of_int(1), ROWCALL_INTERNAL, "");
    refuse(RC_TYPE_INT4, false, label(1), ROWCALL_INTERNAL, "");
    refuse(RC_TYPE_INT4, true, rc_value_of_int(1), ROWCALL_INTERNAL, "");
    refuse(RC_TYPE_INT4, false, rc_value_of_list(NULL, 0), ROWCALL_INTERNAL, "");
    struct rc_value wrong = text("1");
    refuse(RC_TYPE_INT4, true, rc_value_of_list(&wrong, 1), ROWCALL_INTERNAL, "");
}

static void test_encode_arrays_of_fixed_types_are_binary(void **state)
{
    (void)state;
    struct rc_value numbers[] = {rc_value_of_int(1), {0}, rc_value_of_int(-1)};
    CHECK(RC_TYPE_INT2, true, rc_value_of_list(numbers, 3), 1,
          "\0\0\0\1\0\0\0\1\0\0\0\x15\0\0\0\3\0\0\0\1"
          "\0\0\0\2\0\1\xff\xff\xff\xff\0\0\0\2\xff\xff");
    CHECK(RC_TYPE_INT2, true, rc_value_of_list(NULL, 0), 1, "\0\0\0\0\0\0\0\0\0\0\0\x15");
    struct rc_value texts[] = {text("a"), text("")};
    CHECK(RC_TYPE_TEXT, true, rc_value_of_list(texts, 2), 1,
          "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\2\0\0\0\1"
          "\0\0\0\1"
          "a\0\0\0\0");
}

static void test_encode_other_arrays_are_quoted_literals(void **state)
{
    (void)state;
    struct rc_value colour[] = {label(1), {0}, label(2)};
    CHECK(RC_TYPE_ENUM, true, rc_value_of_list(colour, 3), 0, "{\"red\",NULL,\"a \\\"b\\\\\"}");
    CHECK(RC_TYPE_ENUM, true, rc_value_of_list(NULL, 0), 0, "{}");
    struct rc_value numbers[] = {text("1.5"), text("NULL"), text("")};
    CHECK(RC_TYPE_NUMERIC, true, rc_value_of_list(numbers, 3), 0, "{\"1.5\",\"NULL\",\"\"}");
}

static void test_encode_array_names_the_element_that_is_wrong(void **state)
{
    (void)state;
    struct rc_value numbers[] = {rc_value_of_int(1), rc_value_of_int(40000)};
    refuse(RC_TYPE_INT2, true, rc_value_of_list(numbers, 2), ROWCALL_OUT_OF_RANGE, "P2020");
}

// Two values of a type, neither of them harmless where there are such.
static void choose_values(enum rc_type_kind kind, struct rc_value *ret_values)
{
    switch (rc_type_info(kind)->field) {
    case RC_FIELD_BOOL:
        ret_values[0] = (struct rc_value){.kind = RC_VALUE_BOOL, .integer = 1};
        ret_values[1] = (struct rc_value){.kind = RC_VALUE_BOOL};
        break;
    case RC_FIELD_INT32:
    case RC_FIELD_INT64:
        ret_values[0] = rc_value_of_int(kind == RC_TYPE_OID ? 4294967295 : -2);
        ret_values[1] = rc_value_of_int(7);
        break;
    case RC_FIELD_FLOAT:
        ret_values[0] = (struct rc_value){.kind = RC_VALUE_FLOAT, .single = NAN};
        ret_values[1] = (struct rc_value){.kind = RC_VALUE_FLOAT, .single = -0.0f};
        break;
    case RC_FIELD_DOUBLE:
        ret_values[0] = (struct rc_value){.kind = RC_VALUE_DOUBLE, .number = -INFINITY};
        ret_values[1] = (struct rc_value){.kind = RC_VALUE_DOUBLE, .number = 0.1};
        break;
    case RC_FIELD_ENUM:
        ret_values[0] = label(2);
        ret_values[1] = label(1);
        break;
    case RC_FIELD_MESSAGE:
        ret_values[0] = stamp(INT64_MIN, 0);
        ret_values[1] = stamp(1, 1000);
        break;
    default: // text of all kinds, and bytes
        ret_values[0] = text("a \"b\\ {,} NULL'$1");
        ret_values[1] = rc_value_of_bytes((struct rc_view){NULL, 0});
        break;
    }
}

static void check_gathered(enum rc_type_kind kind, const struct rc_value *values, size_t count)
{
    struct rc_type element = type_of(kind, false);
    struct rc_type array = type_of(kind, true);
    struct rc_value list = rc_value_of_list(values, count);
    struct rc_parameter expected, got, own[3];
    struct rc_arena arena;
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    for (size_t i = 0; i < count; i++) {
        ASSERT_OK(rc_encode_value(&element, &values[i], &arena, &own[i], &err), err);
    }
    ASSERT_OK(rc_encode_value(&array, &list, &arena, &expected, &err), err);
    ASSERT_OK(rc_encode_gathered(&array, own, count, &arena, &got, &err), err);
    assert_int_equal(got.format, expected.format);
    assert_int_equal(got.len, expected.len);
    assert_memory_equal(got.data, expected.data, (size_t)expected.len);
    if (got.format == 0) {
        assert_int_equal(got.data[got.len], '\0');
    }
    rc_arena_fini(&arena);
}

static void test_encode_gathered_is_the_array_of_the_values(void **state)
{
    (void)state;
    for (int kind = 0; kind < RC_TYPE_COUNT; kind++) {
        struct rc_value values[3] = {{.kind = RC_VALUE_NULL}};
        choose_values((enum rc_type_kind)kind, values);
        values[2] = (struct rc_value){.kind = RC_VALUE_NULL};
        for (size_t count = 1; count <= 3; count++) {
            check_gathered((enum rc_type_kind)kind, values, count);
            check_gathered((enum rc_type_kind)kind, values + 3 - count, count);
        }
    }
}

// PostgreSQL's own text form of a value has no place in an array of binary ones.
static void test_encode_gathered_refuses_text_among_binary_values(void **state)
{
    (void)state;
    struct rc_type element = type_of(RC_TYPE_TIMESTAMP, false);
    struct rc_value value = text("2024-01-01");
    struct rc_parameter own, got;
    struct rc_arena arena;
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    ASSERT_OK(rc_encode_value(&element, &value, &arena, &own, &err), err);
    assert_int_equal(own.format, 0);
    ASSERT_STATUS(rc_encode_gathered(&element, &own, 1, &arena, &got, &err), ROWCALL_INTERNAL);
    rc_arena_fini(&arena);
}

static void test_encode_gathered_says_when_memory_is_out(void **state)
{
    (void)state;
    struct rc_type element = type_of(RC_TYPE_TEXT, false);
    struct rc_parameter own = {"tea", 3, 1};
    struct rc_parameter got;
    struct rc_arena arena;
    rowcall_error err = {0};
    rc_arena_init(&arena, 4);
    ASSERT_STATUS(rc_encode_gathered(&element, &own, 1, &arena, &got, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    rc_arena_fini(&arena);
    rc_arena_init(&arena, 0);
    struct rc_parameter large[2] = {{"", 1 << 29, 1}, {"", 1 << 29, 1}}; // only measured
    err = (rowcall_error){0};
    ASSERT_STATUS(rc_encode_gathered(&element, large, 2, &arena, &got, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    rc_arena_fini(&arena);
}

static void test_encode_says_when_memory_is_out(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 4);
    struct rc_parameter got;
    rowcall_error err = {0};
    ASSERT_STATUS(encode(RC_TYPE_NUMERIC, false, text("123456789"), &arena, &got, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    struct rc_value one = rc_value_of_int(1);
    err = (rowcall_error){0};
    ASSERT_STATUS(encode(RC_TYPE_INT4, true, rc_value_of_list(&one, 1), &arena, &got, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    rc_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode_scalars_are_binary),
        cmocka_unit_test(test_encode_text_is_borrowed),
        cmocka_unit_test(test_encode_empty_text_is_not_null),
        cmocka_unit_test(test_encode_null_is_null),
        cmocka_unit_test(test_encode_other_types_travel_as_text),
        cmocka_unit_test(test_encode_timestamp_counts_from_2000),
        cmocka_unit_test(test_encode_refuses_what_a_microsecond_cannot_hold),
        cmocka_unit_test(test_encode_refuses_numbers_out_of_range),
        cmocka_unit_test(test_encode_refuses_values_of_another_kind),
        cmocka_unit_test(test_encode_arrays_of_fixed_types_are_binary),
        cmocka_unit_test(test_encode_other_arrays_are_quoted_literals),
        cmocka_unit_test(test_encode_array_names_the_element_that_is_wrong),
        cmocka_unit_test(test_encode_gathered_is_the_array_of_the_values),
        cmocka_unit_test(test_encode_gathered_refuses_text_among_binary_values),
        cmocka_unit_test(test_encode_gathered_says_when_memory_is_out),
        cmocka_unit_test(test_encode_says_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
