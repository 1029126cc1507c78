// SPDX-License-Identifier: Apache-2.0
//
// The writer, against bytes written down by hand and against the reader.
#include "support/check.h"

#include "wire/writer.h"

#include <stdlib.h>

#define ASSERT_BYTES(buf, text)                                                                \
    do {                                                                                       \
        assert_int_equal((buf).len, sizeof text - 1);                                          \
        assert_memory_equal((buf).data, text, sizeof text - 1);                                \
    } while (0)

static void test_writer_scalars_have_the_specified_bytes(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    rc_wire_put_uint(&buf, 1, 150);
    rc_wire_put_sint(&buf, 2, -1);
    rc_wire_put_fixed32(&buf, 3, 0x04030201);
    rc_wire_put_fixed64(&buf, 4, 1);
    rc_wire_put_float(&buf, 5, 1.0f);
    rc_wire_put_double(&buf, 6, -2.0);
    rc_wire_put_text(&buf, 7, "ab");
    rc_wire_put_bytes(&buf, 16, (struct rc_view){"\0", 1});
    ASSERT_BYTES(buf, "\x08\x96\x01"
                      "\x10\x01"
                      "\x1D\x01\x02\x03\x04"
                      "\x21\x01\x00\x00\x00\x00\x00\x00\x00"
                      "\x2D\x00\x00\x80\x3F"
                      "\x31\x00\x00\x00\x00\x00\x00\x00\xC0"
                      "\x3A\x02"
                      "ab"
                      "\x82\x01\x01\x00");
    rc_buf_fini(&buf);
}

static void test_writer_negative_numbers_take_ten_bytes(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    rc_wire_put_uint(&buf, 1, (uint64_t)(int64_t)-2);
    ASSERT_BYTES(buf, "\x08\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
    rc_buf_clear(&buf);
    rc_wire_put_sint(&buf, 1, INT64_MIN);
    ASSERT_BYTES(buf, "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
    rc_buf_fini(&buf);
}

static void test_writer_varints_round_trip_at_every_width(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    for (unsigned bits = 0; bits < 64; bits++) {
        for (int delta = -1; delta <= 1; delta++) {
            uint64_t expected = (UINT64_C(1) << bits) + (uint64_t)(int64_t)delta;
            rc_buf_clear(&buf);
            rc_wire_put_varint(&buf, expected);
            struct rc_wire_reader reader;
            uint64_t value = 0;
            rc_wire_reader_init(&reader, rc_buf_view(&buf));
            assert_true(rc_wire_next_varint(&reader, &value));
            assert_true(value == expected);
            assert_ptr_equal(reader.at, reader.end);
        }
    }
    rc_buf_fini(&buf);
}

static void test_writer_nested_lengths_are_shortest(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 127, 128, 16383, 16384, 2097151, 2097152};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct rc_buf buf = {0};
        size_t outer = rc_wire_begin(&buf, 1);
        size_t inner = rc_wire_begin(&buf, 2);
        char *content = rc_buf_extend(&buf, sizes[i]);
        assert_non_null(content);
        memset(content, 'x', sizes[i]);
        rc_wire_end(&buf, inner);
        rc_wire_put_uint(&buf, 3, 9);
        rc_wire_end(&buf, outer);

        struct rc_buf expected = {0};
        struct rc_buf expected_inner = {0};
        char *text = malloc(sizes[i] + 1);
        assert_non_null(text);
        memset(text, 'x', sizes[i]);
        rc_wire_put_bytes(&expected_inner, 2, (struct rc_view){text, sizes[i]});
        rc_wire_put_uint(&expected_inner, 3, 9);
        rc_wire_put_bytes(&expected, 1, rc_buf_view(&expected_inner));
        assert_true(rc_view_equal(rc_buf_view(&buf), rc_buf_view(&expected)));
        free(text);
        rc_buf_fini(&expected_inner);
        rc_buf_fini(&expected);
        rc_buf_fini(&buf);
    }
}

static void test_writer_over_the_limit_is_sticky_even_inside_nesting(void **state)
{
    (void)state;
    for (size_t limit = 1; limit < 140; limit++) {
        struct rc_buf buf;
        rc_buf_init(&buf, limit);
        size_t outer = rc_wire_begin(&buf, 1);
        size_t inner = rc_wire_begin(&buf, 2);
        for (int i = 0; i < 65; i++) {
            rc_wire_put_uint(&buf, 3, 1);
        }
        rc_wire_end(&buf, inner);
        rc_wire_end(&buf, outer);
        bool fits = limit >= 136; // 65 * 2, and two heads of 3
        assert_int_equal(rc_buf_status(&buf, NULL),
                         fits ? ROWCALL_OK : ROWCALL_RESOURCE_EXHAUSTED);
        rc_buf_fini(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writer_scalars_have_the_specified_bytes),
        cmocka_unit_test(test_writer_negative_numbers_take_ten_bytes),
        cmocka_unit_test(test_writer_varints_round_trip_at_every_width),
        cmocka_unit_test(test_writer_nested_lengths_are_shortest),
        cmocka_unit_test(test_writer_over_the_limit_is_sticky_even_inside_nesting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
