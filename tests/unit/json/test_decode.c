// SPDX-License-Identifier: Apache-2.0
//
// Bytes -> JSON: layout, tolerance for newer peers, refusal of what is malformed.
#include "support/check.h"
#include "support/fail_alloc.h"

#include "json/decode.h"
#include "fixture.h"

#include <stdlib.h>

static struct rc_pool *pool;
static const struct rc_wire_message *node;

static int open_pool(void **state)
{
    (void)state;
    pool = fixture_open(JSON_FIXTURE);
    node = pool ? rc_pool_message(pool, rc_view_of("fixture.Node")) : NULL;
    return node ? 0 : -1;
}

static int close_pool(void **state)
{
    (void)state;
    rc_pool_free(pool);
    return 0;
}

static void test_decode_pretty_and_camel(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rc_wire_put_text(&bytes, 1, "root");
    size_t child = rc_wire_begin(&bytes, 2);
    rc_wire_put_text(&bytes, 1, "leaf");
    rc_wire_end(&bytes, child);
    rc_wire_end(&bytes, rc_wire_begin(&bytes, 2));
    rc_wire_end(&bytes, rc_wire_begin(&bytes, 4));
    size_t entry = rc_wire_begin(&bytes, 5);
    rc_wire_put_text(&bytes, 1, "k");
    rc_wire_end(&bytes, entry);

    struct rc_json_style style = {.pretty = true, .lower_camel = true};
    struct rc_buf text = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_json_decode(node, rc_buf_view(&bytes), &style, &text, &err), err);
    assert_string_equal(text.data, "{\n"
                                   "  \"name\": \"root\",\n"
                                   "  \"children\": [\n"
                                   "    {\n"
                                   "      \"name\": \"leaf\"\n"
                                   "    },\n"
                                   "    {}\n"
                                   "  ],\n"
                                   "  \"createdAt\": \"1970-01-01T00:00:00Z\",\n"
                                   "  \"labels\": {\n"
                                   "    \"k\": \"\"\n"
                                   "  }\n"
                                   "}");
    rc_buf_fini(&text);
    rc_buf_fini(&bytes);
}

static void test_decode_sorts_fields_and_gathers_scattered_lists(void **state)
{
    (void)state;
    struct rc_buf lists = {0};
    rc_wire_put_uint(&lists, 12, 1); // unpacked
    rc_wire_put_text(&lists, 9, "a");
    rc_wire_put_bytes(&lists, 12, rc_view_of("\x07\x01")); // packed
    rc_wire_put_text(&lists, 9, "b");
    const struct rc_wire_message *message = rc_pool_message(pool, rc_view_of("fixture.Lists"));
    struct rc_buf text = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_json_decode(message, rc_buf_view(&lists), NULL, &text, &err), err);
    assert_string_equal(
        text.data, "{\"strings\":[\"a\",\"b\"],\"sizes\":[\"SMALL\",\"LARGE\",\"SMALL\"]}");
    rc_buf_fini(&text);
    rc_buf_fini(&lists);
}

static void test_decode_tolerates_newer_peers(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    rc_wire_put_text(&bytes, 500, "unknown");
    size_t mark = rc_wire_begin(&bytes, 3);
    rc_wire_put_uint(&bytes, 12, 99); // an enum number of a later schema
    rc_wire_end(&bytes, mark);
    rc_wire_put_text(&bytes, 1, "first");
    rc_wire_put_text(&bytes, 1, "last one counts");
    struct rc_buf text = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_json_decode(node, rc_buf_view(&bytes), NULL, &text, &err), err);
    assert_string_equal(text.data, "{\"name\":\"last one counts\",\"scalars\":{\"size\":99}}");
    rc_buf_fini(&text);
    rc_buf_fini(&bytes);
}

static void test_decode_refuses_what_is_malformed(void **state)
{
    (void)state;
    static const struct {
        struct rc_view data;
        const char *error;
    } cases[] = {
        {{"\x0A\x05", 2}, "Node: cut or malformed protobuf"},
        {{"\x12\x02\x0A\x05", 4}, "Node: cut or malformed protobuf"},
        {{"\x08\x01", 2}, "name: of another type on the wire"},
        {{"\x0A\x01\xFF", 3}, "name: not valid UTF-8"},
        {{"\x22\x01\x08", 3}, "Timestamp: malformed"},
        {{"\x22\x0B\x10\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 13}, "Timestamp: malformed"},
        {{"\x2A\x01\x0A", 3}, "cut or malformed protobuf"},
        {{"\x2A\x02\x08\x01", 4}, "key: of another type on the wire"},
        {{"\x28\x01", 2}, "labels: of another type on the wire"},
        {{"\xCA\x3E\x03\x1A\x01\x80", 6}, "int64s: a cut packed list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf text = {0};
        rc_buf_append_text(&text, "before");
        rowcall_error err = {0};
        ASSERT_STATUS(rc_json_decode(node, cases[i].data, NULL, &text, &err),
                      ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(err.message, cases[i].error);
        assert_string_equal(text.data, "before");
        rc_buf_fini(&text);
    }
}

static void test_decode_bounds_depth(void **state)
{
    (void)state;
    for (size_t depth = 63; depth <= 10000; depth += depth < 64 ? 1 : 9936) {
        size_t *marks = calloc(depth, sizeof marks[0]);
        assert_non_null(marks);
        struct rc_buf bytes = {0};
        for (size_t i = 0; i < depth; i++) {
            marks[i] = rc_wire_begin(&bytes, 2);
        }
        for (size_t i = depth; i > 0; i--) {
            rc_wire_end(&bytes, marks[i - 1]);
        }
        struct rc_buf text = {0};
        rowcall_error err = {0};
        ASSERT_STATUS(rc_json_decode(node, rc_buf_view(&bytes), NULL, &text, &err),
                      depth == 63 ? ROWCALL_OK : ROWCALL_INVALID_ARGUMENT);
        rc_buf_fini(&text);
        rc_buf_fini(&bytes);
        free(marks);
    }
}

static void test_decode_survives_random_bytes_and_lack_of_memory(void **state)
{
    (void)state;
    uint32_t seed = 3;
    for (unsigned long round = 0; round < 20000; round++) {
        char bytes[40];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (char)(seed >> 24 & (i % 2 ? 0x1F : 0x7F));
        }
        struct rc_buf text = {0};
        rowcall_error err = {0};
        if (round % 4 == 0) {
            fail_alloc_arm(1 + round / 4 % 5);
        }
        rowcall_status st =
            rc_json_decode(node, (struct rc_view){bytes, round % 41}, NULL, &text, &err);
        (void)fail_alloc_disarm();
        assert_true(st == ROWCALL_OK ? text.data[0] == '{' : text.len == 0);
        rc_buf_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_pretty_and_camel),
        cmocka_unit_test(test_decode_sorts_fields_and_gathers_scattered_lists),
        cmocka_unit_test(test_decode_tolerates_newer_peers),
        cmocka_unit_test(test_decode_refuses_what_is_malformed),
        cmocka_unit_test(test_decode_bounds_depth),
        cmocka_unit_test(test_decode_survives_random_bytes_and_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
