// SPDX-License-Identifier: Apache-2.0
//
// The checker of untrusted bytes: what it accepts, and for everything it refuses the path it
// names.
#include "support/check.h"

#include "wire/message.h"
#include "wire/writer.h"

#include <stdlib.h>

static const struct rc_wire_enum_value color_values[] = {{.name = "INFRA", .number = -3},
                                                         {.name = "NONE", .number = 0},
                                                         {.name = "RED", .number = 1}};
static const struct rc_wire_enum color = {
    .name = "Color", .values = color_values, .value_count = 3};

static const struct rc_wire_message product_where;
static const struct rc_wire_field text_filter_fields[] = {
    {.number = 1, .type = RC_FIELD_STRING, .optional = true, .oneof = -1, .name = "equals"},
};
static const struct rc_wire_message text_filter = {
    .name = "TextFilter", .fields = text_filter_fields, .field_count = 1, .ready = true};

static const struct rc_wire_field where_fields[] = {
    {.number = 1,
     .type = RC_FIELD_MESSAGE,
     .repeated = true,
     .oneof = -1,
     .name = "and",
     .message = &product_where},
    {.number = 2,
     .type = RC_FIELD_MESSAGE,
     .oneof = -1,
     .name = "sku",
     .message = &text_filter},
    {.number = 3, .type = RC_FIELD_INT32, .oneof = -1, .name = "take"},
    {.number = 4, .type = RC_FIELD_UINT32, .oneof = -1, .name = "skip"},
    {.number = 5, .type = RC_FIELD_BOOL, .oneof = -1, .name = "total"},
    {.number = 6,
     .type = RC_FIELD_ENUM,
     .repeated = true,
     .oneof = -1,
     .name = "colors",
     .enumeration = &color},
    {.number = 7, .type = RC_FIELD_FIXED32, .repeated = true, .oneof = -1, .name = "words"},
    {.number = 8, .type = RC_FIELD_BYTES, .oneof = -1, .name = "blob"},
    {.number = 9, .type = RC_FIELD_STRING, .oneof = 0, .name = "by_name"},
    {.number = 10, .type = RC_FIELD_INT64, .oneof = 0, .name = "by_id"},
    {.number = 11, .type = RC_FIELD_STRING, .repeated = true, .oneof = -1, .name = "tags"},
    {.number = 12, .type = RC_FIELD_SINT32, .oneof = -1, .name = "delta"},
    {.number = 13, .type = RC_FIELD_DOUBLE, .repeated = true, .oneof = -1, .name = "prices"},
};
static const char *const where_oneofs[] = {"key"};
static const struct rc_wire_message product_where = {.name = "ProductWhere",
                                                     .fields = where_fields,
                                                     .field_count = sizeof where_fields /
                                                                    sizeof where_fields[0],
                                                     .oneofs = where_oneofs,
                                                     .oneof_count = 1,
                                                     .ready = true};

// Checks an exact-size copy, so that a sanitizer sees any read behind the end.
static rowcall_status check(struct rc_view data, const struct rc_wire_limits *limits,
                            rowcall_error *err)
{
    char *copy = malloc(data.len > 0 ? data.len : 1);
    assert_non_null(copy);
    if (data.len > 0) {
        memcpy(copy, data.data, data.len);
    }
    rowcall_status st =
        rc_wire_check(&product_where, (struct rc_view){copy, data.len}, limits, err);
    free(copy);
    return st;
}

#define BYTES(text)                                                                            \
    {                                                                                          \
        text, sizeof text - 1                                                                  \
    }

static void test_check_accepts_what_is_well_formed(void **state)
{
    (void)state;
    static const struct rc_view cases[] = {
        BYTES(""),
        BYTES("\x0A\x00\x0A\x00\x12\x03\x0A\x01x"),
        BYTES("\x18\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),     // take = -1
        BYTES("\x32\x02\x01\x00\x30\x01"),                         // enum packed, then unpacked
        BYTES("\x32\x0A\xFD\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), // a negative enum
        BYTES("\x3A\x08\x01\x00\x00\x00\x02\x00\x00\x00\x3D\x03\x00\x00\x00"),
        BYTES("\x3A\x00"),
        BYTES("\x42\x03\x00\xFF\x00"), // bytes may hold anything
        BYTES("\x4A\x00"),
        BYTES("\x50\x07"),
        BYTES("\x5A\x01z\x5A\x00\x5A\x02\xC3\xA9"),
        BYTES("\x60\xFF\xFF\xFF\xFF\x0F"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rowcall_error err = {0};
        ASSERT_OK(check(cases[i], NULL, &err), err);
    }
}

static void test_check_refuses_and_names_the_path(void **state)
{
    (void)state;
    static const struct {
        struct rc_view data;
        const char *message;
    } cases[] = {
        {BYTES("\x00"), "ProductWhere: cut or malformed protobuf"},
        {BYTES("\x98\x06\x01"), "ProductWhere: no field 99 in ProductWhere"},
        {BYTES("\x0A\x00\x0A\x03\x98\x06\x01"), "and[1]: no field 99 in ProductWhere"},
        {BYTES("\x12\x02\x10\x01"), "sku: no field 2 in TextFilter"},
        {BYTES("\x12\x02\x0A\x05"), "sku: cut or malformed protobuf"},
        {BYTES("\x12\x03\x0A\x01\xFF"), "sku.equals: not valid UTF-8"},
        {BYTES("\x12\x03\x0A\x01\x00"), "sku.equals: text must not contain NUL"},
        {BYTES("\x0A\x02\x18\x01\x0A\x07\x0A\x00\x12\x03\x0A\x01\xFF"),
         "and[1].sku.equals: not valid UTF-8"},
        {BYTES("\x18\x01\x18\x02"), "take: given twice"},
        {BYTES("\x12\x00\x12\x00"), "sku: given twice"},
        {BYTES("\x4A\x00\x50\x01"), "by_id: another member of its oneof is given too"},
        {BYTES("\x4A\x00\x4A\x00"), "by_name: given twice"},
        {BYTES("\x18\x80\x80\x80\x80\x08"), "take: not within 32 bits"},
        {BYTES("\x20\x80\x80\x80\x80\x10"), "skip: not within 32 bits"},
        {BYTES("\x60\x80\x80\x80\x80\x10"), "delta: not within 32 bits"},
        {BYTES("\x28\x02"), "total: neither true nor false"},
        {BYTES("\x30\x01\x30\x09"), "colors[1]: no value of this enum has this number"},
        {BYTES("\x30\x01\x32\x03\x01\x00\x05"),
         "colors[3]: no value of this enum has this number"},
        {BYTES("\x30\x81\x80\x80\x80\x10"), "colors[0]: no value of this enum has this number"},
        {BYTES("\x32\x02\x01\x80"), "colors[1]: a cut packed list"},
        {BYTES("\x3A\x05\x01\x00\x00\x00\x02"), "words[1]: a cut packed list"},
        {BYTES("\x6A\x07\x00\x00\x00\x00\x00\x00\x00"), "prices[0]: a cut packed list"},
        {BYTES("\x38\x01"), "words[0]: of another type on the wire"},
        {BYTES("\x1A\x01\x01"), "take: of another type on the wire"},
        {BYTES("\x10\x01"), "sku: of another type on the wire"},
        {BYTES("\x5A\x01z\x5A\x01\xC3"), "tags[1]: not valid UTF-8"},
        {BYTES("\x5D\x01\x01\x01\x01"), "tags[0]: of another type on the wire"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rowcall_error err = {0};
        ASSERT_STATUS(check(cases[i].data, NULL, &err), ROWCALL_INVALID_ARGUMENT);
        assert_string_equal(err.message, cases[i].message);
    }
}

static void test_check_refuses_every_truncation(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    size_t outer = rc_wire_begin(&buf, 1);
    size_t inner = rc_wire_begin(&buf, 2);
    rc_wire_put_text(&buf, 1, "a longer text");
    rc_wire_end(&buf, inner);
    rc_wire_put_fixed32(&buf, 7, 1);
    rc_wire_end(&buf, outer);
    for (size_t len = 1; len < buf.len; len++) {
        ASSERT_STATUS(check((struct rc_view){buf.data, len}, NULL, NULL),
                      ROWCALL_INVALID_ARGUMENT);
    }
    rowcall_error err = {0};
    ASSERT_OK(check(rc_buf_view(&buf), NULL, &err), err);
    rc_buf_fini(&buf);
}

// depth messages within each other, each the only element of its parent's `and`.
static void put_nested(struct rc_buf *buf, size_t depth)
{
    size_t *marks = calloc(depth, sizeof marks[0]);
    assert_non_null(marks);
    for (size_t i = 0; i < depth; i++) {
        marks[i] = rc_wire_begin(buf, 1);
    }
    for (size_t i = depth; i > 0; i--) {
        rc_wire_end(buf, marks[i - 1]);
    }
    free(marks);
}

static void test_check_bounds_depth(void **state)
{
    (void)state;
    static const struct {
        size_t nested; // below the outermost
        unsigned max_depth;
        rowcall_status expected;
    } cases[] = {
        {63, 64, ROWCALL_OK},
        {64, 64, ROWCALL_RESOURCE_EXHAUSTED},
        {64, 1000, ROWCALL_RESOURCE_EXHAUSTED}, // never more than 64
        {10000, 64, ROWCALL_RESOURCE_EXHAUSTED},
        {2, 3, ROWCALL_OK},
        {3, 3, ROWCALL_RESOURCE_EXHAUSTED},
        {0, 1, ROWCALL_OK},
        {1, 1, ROWCALL_RESOURCE_EXHAUSTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf buf = {0};
        put_nested(&buf, cases[i].nested);
        struct rc_wire_limits limits = {.max_depth = cases[i].max_depth, .max_fields = 100000};
        rowcall_error err = {0};
        ASSERT_STATUS(check(rc_buf_view(&buf), &limits, &err), cases[i].expected);
        if (cases[i].expected != ROWCALL_OK) {
            ASSERT_CONTAINS(err.message, "and[0]");
        }
        rc_buf_fini(&buf);
    }
}

static void test_check_bounds_the_number_of_fields(void **state)
{
    (void)state;
    struct rc_wire_limits limits = {.max_depth = 8, .max_fields = 5};
    struct rc_buf buf = {0};
    for (int i = 0; i < 5; i++) {
        rc_wire_put_text(&buf, 11, "x");
    }
    rowcall_error err = {0};
    ASSERT_OK(check(rc_buf_view(&buf), &limits, &err), err);
    rc_wire_put_text(&buf, 11, "x");
    ASSERT_STATUS(check(rc_buf_view(&buf), &limits, &err), ROWCALL_RESOURCE_EXHAUSTED);
    assert_string_equal(err.message, "tags[5]: too many fields in one message");

    rc_buf_clear(&buf); // packed elements count as well
    rc_wire_put_bytes(&buf, 6, rc_view_of("\x01\x01\x01\x01\x01\x01"));
    ASSERT_STATUS(check(rc_buf_view(&buf), &limits, NULL), ROWCALL_RESOURCE_EXHAUSTED);
    rc_buf_fini(&buf);
}

static void test_check_sees_duplicates_in_very_wide_messages(void **state)
{
    (void)state;
    enum { WIDE = 3000 };
    struct rc_wire_field *fields = calloc(WIDE, sizeof fields[0]);
    assert_non_null(fields);
    for (uint32_t i = 0; i < WIDE; i++) {
        fields[i] = (struct rc_wire_field){
            .number = i + 1, .type = RC_FIELD_BOOL, .oneof = -1, .name = "column"};
    }
    struct rc_wire_message wide = {.name = "Wide", .fields = fields, .field_count = WIDE};
    struct rc_buf buf = {0};
    for (uint32_t i = 1; i <= WIDE; i++) {
        rc_wire_put_uint(&buf, i, 1);
    }
    rowcall_error err = {0};
    ASSERT_OK(rc_wire_check(&wide, rc_buf_view(&buf), NULL, &err), err);
    rc_wire_put_uint(&buf, WIDE, 1);
    ASSERT_STATUS(rc_wire_check(&wide, rc_buf_view(&buf), NULL, &err),
                  ROWCALL_INVALID_ARGUMENT);
    rc_buf_fini(&buf);
    free(fields);
}

static void test_check_refuses_a_message_wider_than_it_can_track(void **state)
{
    (void)state;
    static const struct rc_wire_field field = {.number = 1, .type = RC_FIELD_BOOL, .name = "f"};
    struct rc_wire_message huge = {
        .name = "Huge", .fields = &field, .field_count = 64 * 2048 + 1};
    rowcall_error err = {0};
    ASSERT_STATUS(rc_wire_check(&huge, (struct rc_view){0}, NULL, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    assert_string_equal(err.message, "Huge: too many fields in nested messages");
}

static const struct rc_wire_message deep;
static const struct rc_wire_field deep_fields[] = {
    {.number = 1,
     .type = RC_FIELD_MESSAGE,
     .oneof = -1,
     .message = &deep,
     .name = "a_relation_with_a_rather_long_name"},
    {.number = 2, .type = RC_FIELD_BOOL, .oneof = -1, .name = "flag"},
};
static const struct rc_wire_message deep = {
    .name = "Deep", .fields = deep_fields, .field_count = 2};

static void test_check_long_paths_are_cut(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    size_t marks[40];
    for (size_t i = 0; i < 40; i++) {
        marks[i] = rc_wire_begin(&buf, 1);
    }
    rc_wire_put_uint(&buf, 2, 7);
    for (size_t i = 40; i > 0; i--) {
        rc_wire_end(&buf, marks[i - 1]);
    }
    rowcall_error err = {0};
    ASSERT_STATUS(rc_wire_check(&deep, rc_buf_view(&buf), NULL, &err),
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "...: neither true nor false");
    rc_buf_fini(&buf);
}

static void test_check_survives_random_bytes(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 50000; round++) {
        char bytes[40];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (char)(seed >> 24);
        }
        bytes[0] = (char)(round % 13 * 8 + 10); // most rounds begin with a known field
        rowcall_error err = {0};
        rowcall_status st =
            check((struct rc_view){bytes, (size_t)round % sizeof bytes}, NULL, &err);
        assert_true((st == ROWCALL_OK) == (err.message[0] == '\0'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_accepts_what_is_well_formed),
        cmocka_unit_test(test_check_refuses_and_names_the_path),
        cmocka_unit_test(test_check_refuses_every_truncation),
        cmocka_unit_test(test_check_bounds_depth),
        cmocka_unit_test(test_check_bounds_the_number_of_fields),
        cmocka_unit_test(test_check_sees_duplicates_in_very_wide_messages),
        cmocka_unit_test(test_check_refuses_a_message_wider_than_it_can_track),
        cmocka_unit_test(test_check_long_paths_are_cut),
        cmocka_unit_test(test_check_survives_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
