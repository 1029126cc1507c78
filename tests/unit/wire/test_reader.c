// SPDX-License-Identifier: Apache-2.0
//
// The reader over good, cut and hostile bytes. Inputs are copied to exact-size memory so that a
// sanitizer sees any read behind the end.
#include "support/check.h"

#include "wire/reader.h"

#include <stdlib.h>

struct input {
    const char *bytes;
    size_t len;
};

#define BYTES(text)                                                                            \
    {                                                                                          \
        text, sizeof text - 1                                                                  \
    }

// Reads all fields; returns their number, -1 when the input is broken.
static int count_fields(struct input input)
{
    char *copy = malloc(input.len > 0 ? input.len : 1);
    assert_non_null(copy);
    memcpy(copy, input.bytes, input.len);
    struct rc_wire_reader reader;
    rc_wire_reader_init(&reader, (struct rc_view){copy, input.len});
    struct rc_wire_value value;
    int count = 0;
    while (rc_wire_next(&reader, &value)) {
        count++;
    }
    bool broken = reader.broken;
    assert_false(rc_wire_next(&reader, &value)); // stays at its end
    free(copy);
    return broken ? -1 : count;
}

static void test_reader_reads_every_wire_type(void **state)
{
    (void)state;
    static const char bytes[] = "\x08\x96\x01"
                                "\x11\x01\x02\x03\x04\x05\x06\x07\x08"
                                "\x1A\x03"
                                "abc"
                                "\x25\x01\x02\x03\x04";
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, (struct rc_view){bytes, sizeof bytes - 1});
    assert_true(rc_wire_next(&reader, &value));
    assert_int_equal(value.number, 1);
    assert_int_equal(value.type, RC_WIRE_VARINT);
    assert_int_equal(value.scalar, 150);
    assert_true(rc_wire_next(&reader, &value));
    assert_int_equal(value.type, RC_WIRE_FIXED64);
    assert_true(value.scalar == UINT64_C(0x0807060504030201));
    assert_true(rc_wire_next(&reader, &value));
    assert_true(rc_view_is(value.bytes, "abc"));
    assert_true(rc_wire_next(&reader, &value));
    assert_int_equal(value.type, RC_WIRE_FIXED32);
    assert_int_equal(value.scalar, 0x04030201);
    assert_false(rc_wire_next(&reader, &value));
    assert_false(reader.broken);
}

static void test_reader_refuses_malformed_fields(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct input input;
        int expected;
    } cases[] = {
        {"nothing", BYTES(""), 0},
        {"field number zero", BYTES("\x00\x01"), -1},
        {"a tag alone", BYTES("\x08"), -1},
        {"a tag that does not end", BYTES("\x88"), -1},
        {"group start", BYTES("\x0B\x0C"), -1},
        {"group end", BYTES("\x0C"), -1},
        {"wire type 6", BYTES("\x0E\x00"), -1},
        {"wire type 7", BYTES("\x0F\x00"), -1},
        {"length behind the end", BYTES("\x0A\x02x"), -1},
        {"length of 2^64-1", BYTES("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01x"), -1},
        {"cut fixed64", BYTES("\x09\x01\x02\x03\x04\x05\x06\x07"), -1},
        {"cut fixed32", BYTES("\x0D\x01\x02\x03"), -1},
        {"ten-byte varint", BYTES("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), 1},
        {"varint of 65 bits", BYTES("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"), -1},
        {"eleven-byte varint", BYTES("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"), -1},
        {"padded but legal varint", BYTES("\x08\x81\x80\x00"), 1},
        {"highest field number", BYTES("\xF8\xFF\xFF\xFF\x0F\x01"), 1},
        {"field number 2^29", BYTES("\x80\x80\x80\x80\x10\x01"), -1},
        {"field number past 32 bits", BYTES("\x88\x80\x80\x80\x80\x01\x01"), -1},
        {"good then bad", BYTES("\x08\x01\x08"), -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int count = count_fields(cases[i].input);
        if (count != cases[i].expected) {
            fail_msg("%s: expected %d, got %d", cases[i].why, cases[i].expected, count);
        }
    }
}

static void test_reader_never_leaves_random_bytes(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char bytes[48];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (char)(seed >> 24);
        }
        int count = count_fields((struct input){bytes, (size_t)round % (sizeof bytes + 1)});
        assert_true(count >= -1 && count <= (int)sizeof bytes / 2);
    }
}

static void test_reader_packed_elements(void **state)
{
    (void)state;
    struct rc_wire_reader reader;
    uint64_t number;
    rc_wire_reader_init(&reader, rc_view_of("\x01\x96\x01\x80"));
    assert_true(rc_wire_next_varint(&reader, &number));
    assert_true(rc_wire_next_varint(&reader, &number));
    assert_int_equal(number, 150);
    assert_false(rc_wire_next_varint(&reader, &number));
    assert_true(reader.broken);

    uint32_t word;
    rc_wire_reader_init(&reader, rc_view_of("\x01\x02\x03\x04\x05"));
    assert_true(rc_wire_next_fixed32(&reader, &word));
    assert_int_equal(word, 0x04030201);
    assert_false(rc_wire_next_fixed32(&reader, &word));
    assert_true(reader.broken);

    rc_wire_reader_init(&reader, rc_view_of("\x01\x02\x03\x04\x05\x06\x07\x08"));
    assert_true(rc_wire_next_fixed64(&reader, &number));
    assert_false(rc_wire_next_fixed64(&reader, &number));
    assert_false(reader.broken);
}

static void test_reader_zigzag(void **state)
{
    (void)state;
    assert_true(rc_wire_zigzag(0) == 0);
    assert_true(rc_wire_zigzag(1) == -1);
    assert_true(rc_wire_zigzag(2) == 1);
    assert_true(rc_wire_zigzag(UINT64_MAX) == INT64_MIN);
    assert_true(rc_wire_zigzag(UINT64_MAX - 1) == INT64_MAX);
}

static void test_utf8_validity_of_whole_texts(void **state)
{
    (void)state;
    assert_true(rc_utf8_is_valid((struct rc_view){0}));
    assert_true(rc_utf8_is_valid(rc_view_of("plain ASCII, longer than a word")));
    assert_true(rc_utf8_is_valid(rc_view_of("1234567\xC3\xA9 8 \xF0\x9F\x98\x80")));
    assert_false(rc_utf8_is_valid(rc_view_of("1234567\xC3")));
    assert_false(rc_utf8_is_valid(rc_view_of("12345678\xED\xA0\x80")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_reads_every_wire_type),
        cmocka_unit_test(test_reader_refuses_malformed_fields),
        cmocka_unit_test(test_reader_never_leaves_random_bytes),
        cmocka_unit_test(test_reader_packed_elements),
        cmocka_unit_test(test_reader_zigzag),
        cmocka_unit_test(test_utf8_validity_of_whole_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
