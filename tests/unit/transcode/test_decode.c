// SPDX-License-Identifier: Apache-2.0
//
// Decoding against wire bytes written down by hand, and result values that are not what the
// schema says.
#include "support/check.h"

#include "schema/schema.h"
#include "transcode/decode.h"

static const struct rc_enum_label labels[] = {
    {.name = "COLOUR_RED", .number = 1, .label = "red"},
    {.name = "COLOUR_DARK", .number = 300, .label = "dark"},
};
static const struct rc_enum colours = {
    .name = "Colour", .labels = labels, .label_count = 2, .unspecified = 0};

static rowcall_status decode(enum rc_type_kind kind, bool array, bool as_text,
                             struct rc_view bytes, struct rc_buf *out, rowcall_error *err)
{
    struct rc_type type = {.kind = kind, .array = array, .enumeration = &colours};
    struct rc_decode_column column = {
        .type = &type, .as_text = as_text, .number = 5, .name = "price"};
    return rc_decode_value(&column, bytes, out, err);
}

static void check(enum rc_type_kind kind, bool array, bool as_text, struct rc_view bytes,
                  struct rc_view expected)
{
    struct rc_buf out = {0};
    rowcall_error err = {0};
    ASSERT_OK(decode(kind, array, as_text, bytes, &out, &err), err);
    assert_int_equal(out.len, expected.len);
    assert_memory_equal(out.data, expected.data, expected.len);
    rc_buf_fini(&out);
}
#define VIEW(bytes)                    ((struct rc_view){"" bytes, sizeof(bytes) - 1})
#define CHECK(kind, bytes, wire)       check((kind), false, false, VIEW(bytes), VIEW(wire))
#define CHECK_ARRAY(kind, bytes, wire) check((kind), true, false, VIEW(bytes), VIEW(wire))

static void refuse(enum rc_type_kind kind, bool array, struct rc_view bytes, const char *part)
{
    struct rc_buf out = {0};
    rowcall_error err = {0};
    ASSERT_STATUS(decode(kind, array, false, bytes, &out, &err), ROWCALL_DATA_LOSS);
    assert_string_equal(err.reason, "P2023");
    assert_string_equal(err.fields, "price");
    ASSERT_CONTAINS(err.message, "price holds");
    ASSERT_CONTAINS(err.message, part);
    rc_buf_fini(&out);
}

static void test_decode_scalars_have_their_wire_form(void **state)
{
    (void)state;
    CHECK(RC_TYPE_BOOL, "\1", "\x28\1");
    CHECK(RC_TYPE_BOOL, "\0", "\x28\0");
    CHECK(RC_TYPE_INT2, "\xff\xff", "\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\1");
    CHECK(RC_TYPE_INT4, "\0\0\1\x2c", "\x28\xac\2");
    CHECK(RC_TYPE_INT8, "\0\0\0\0\0\0\0\1", "\x28\1");
    CHECK(RC_TYPE_OID, "\xff\xff\xff\xff", "\x28\xff\xff\xff\xff\x0f");
    CHECK(RC_TYPE_FLOAT4, "\xc0\0\0\0", "\x2d\0\0\0\xc0");
    CHECK(RC_TYPE_FLOAT8, "\x7f\xf8\0\0\0\0\0\0", "\x29\0\0\0\0\0\0\xf8\x7f");
    CHECK(RC_TYPE_TEXT, "ab",
          "\x2a\2"
          "ab");
    CHECK(RC_TYPE_BYTEA, "a\0b",
          "\x2a\3"
          "a\0b");
    CHECK(RC_TYPE_JSONB, "\1{}", "\x2a\2{}");
    CHECK(RC_TYPE_ENUM, "dark", "\x28\xac\2");
    CHECK(RC_TYPE_DATE, "\0\0\0\0",
          "\x2a\x0a"
          "2000-01-01");
}

static void test_decode_timestamp_is_seconds_and_nanos(void **state)
{
    (void)state;
    CHECK(RC_TYPE_TIMESTAMPTZ, "\0\0\0\0\0\0\0\0", "\x2a\6\x08\x80\x87\xb5\xc3\3");
    CHECK(RC_TYPE_TIMESTAMP, "\xff\xff\xff\xff\xff\xff\xff\xff",
          "\x2a\x0c\x08\xff\x86\xb5\xc3\3\x10\x98\x8c\xeb\xdc\3");
    CHECK(RC_TYPE_TIMESTAMP, "\x7f\xff\xff\xff\xff\xff\xff\xff",
          "\x2a\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f");
    CHECK(RC_TYPE_TIMESTAMP, "\x80\0\0\0\0\0\0\0",
          "\x2a\x0b\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\1");
}

static void test_decode_text_columns_are_copied(void **state)
{
    (void)state;
    check(RC_TYPE_INET, false, true, VIEW("10.0.0.1"),
          VIEW("\x2a\x08"
               "10.0.0.1"));
    check(RC_TYPE_MONEY, true, true,
          VIEW("\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\1\0\0\0\1"
               "\0\0\0\2$1"),
          VIEW("\x2a\4\x0a\2$1"));
    struct rc_buf out = {0};
    rowcall_error err = {0};
    ASSERT_STATUS(decode(RC_TYPE_MONEY, false, false, VIEW("\0\0\0\0\0\0\0\1"), &out, &err),
                  ROWCALL_INTERNAL);
    rc_buf_fini(&out);
}

static void test_decode_arrays_are_lists_with_the_positions_of_null(void **state)
{
    (void)state;
    CHECK_ARRAY(RC_TYPE_INT2,
                "\0\0\0\1\0\0\0\1\0\0\0\x15\0\0\0\3\0\0\0\1"
                "\0\0\0\2\0\1\xff\xff\xff\xff\0\0\0\2\0\3",
                "\x2a\x08\x0a\3\1\0\3\x12\1\1");
    CHECK_ARRAY(RC_TYPE_INT2, "\0\0\0\0\0\0\0\0\0\0\0\x15", "\x2a\0");
    CHECK_ARRAY(RC_TYPE_TEXT,
                "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1"
                "\0\0\0\1"
                "a\xff\xff\xff\xff",
                "\x2a\x08\x0a\1"
                "a\x0a\0\x12\1\1");
    CHECK_ARRAY(RC_TYPE_FLOAT4, "\0\0\0\1\0\0\0\1\0\0\2\xbc\0\0\0\1\0\0\0\1\xff\xff\xff\xff",
                "\x2a\x09\x0a\4\0\0\0\0\x12\1\0");
    CHECK_ARRAY(RC_TYPE_ENUM,
                "\0\0\0\1\0\0\0\0\0\0\x40\0\0\0\0\2\0\0\0\1"
                "\0\0\0\3red\0\0\0\4dark",
                "\x2a\5\x0a\3\1\xac\2");
}

static void test_decode_refuses_labels_that_the_schema_does_not_know(void **state)
{
    (void)state;
    refuse(RC_TYPE_ENUM, false, VIEW("green"), "enum label");
    refuse(RC_TYPE_ENUM, true,
           VIEW("\0\0\0\1\0\0\0\0\0\0\x40\0\0\0\0\1\0\0\0\1"
                "\0\0\0\5green"),
           "enum label");
}

static void test_decode_refuses_arrays_of_several_dimensions(void **state)
{
    (void)state;
    refuse(RC_TYPE_INT4, true,
           VIEW("\0\0\0\2\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1"
                "\0\0\0\4\0\0\0\1"),
           "dimension");
}

static void test_decode_refuses_bytes_of_the_wrong_length(void **state)
{
    (void)state;
    static const enum rc_type_kind kinds[] = {
        RC_TYPE_BOOL,   RC_TYPE_INT2,        RC_TYPE_INT4,    RC_TYPE_INT8,     RC_TYPE_OID,
        RC_TYPE_FLOAT4, RC_TYPE_FLOAT8,      RC_TYPE_NUMERIC, RC_TYPE_DATE,     RC_TYPE_TIME,
        RC_TYPE_UUID,   RC_TYPE_TIMESTAMPTZ, RC_TYPE_JSONB,   RC_TYPE_INTERVAL, RC_TYPE_TIMETZ,
        RC_TYPE_INET,   RC_TYPE_MACADDR,     RC_TYPE_BIT,
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        refuse(kinds[i], false, VIEW("\xff\xff\xff"), "not a value");
        refuse(kinds[i], false, VIEW(""), "not a value");
    }
}

static void test_decode_refuses_arrays_that_end_too_early(void **state)
{
    (void)state;
    static const char whole[] = "\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\2\0\0\0\1"
                                "\0\0\0\4\0\0\0\1\0\0\0\4\0\0\0\2";
    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        refuse(RC_TYPE_INT4, true, (struct rc_view){whole, len}, "arra");
    }
    refuse(RC_TYPE_INT4, true,
           VIEW("\0\0\0\1\0\0\0\0\0\0\0\x17\x7f\xff\xff\xff\0\0\0\1\0\0\0\4\0\0\0\1"), "array");
    refuse(RC_TYPE_INT4, true,
           VIEW("\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\xff\xff\xff\xfe"), "array");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_scalars_have_their_wire_form),
        cmocka_unit_test(test_decode_timestamp_is_seconds_and_nanos),
        cmocka_unit_test(test_decode_text_columns_are_copied),
        cmocka_unit_test(test_decode_arrays_are_lists_with_the_positions_of_null),
        cmocka_unit_test(test_decode_refuses_labels_that_the_schema_does_not_know),
        cmocka_unit_test(test_decode_refuses_arrays_of_several_dimensions),
        cmocka_unit_test(test_decode_refuses_bytes_of_the_wrong_length),
        cmocka_unit_test(test_decode_refuses_arrays_that_end_too_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
