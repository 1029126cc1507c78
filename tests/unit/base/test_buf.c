// SPDX-License-Identifier: Apache-2.0
//
// The buffer: growth, termination, limit, sticky failure, take.
#include "support/check.h"
#include "support/fail_alloc.h"

#include "base/buf.h"

#include <stdlib.h>

static void test_buf_appends_of_every_kind_are_terminated(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    rc_buf_append_text(&buf, "ab");
    rc_buf_append_char(&buf, 'c');
    rc_buf_append(&buf, "d\0e", 3);
    rc_buf_append_view(&buf, rc_view_of("f"));
    rc_buf_append_view(&buf, (struct rc_view){0});
    rc_buf_printf(&buf, "%d-%s", 42, "g");
    assert_int_equal(buf.len, 11);
    assert_memory_equal(buf.data, "abcd\0ef42-g\0", 12);
    rc_buf_truncate(&buf, 3);
    assert_string_equal(buf.data, "abc");
    assert_true(rc_view_is(rc_buf_view(&buf), "abc"));
    rc_buf_fini(&buf);
    assert_null(buf.data);
}

static void test_buf_grows_over_many_sizes(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    for (size_t i = 0; i < 100000; i++) {
        rc_buf_append_char(&buf, (char)('a' + i % 26));
    }
    rc_buf_printf(&buf, "%0300000d", 5);
    assert_int_equal(buf.len, 400000);
    for (size_t i = 0; i < 100000; i++) {
        assert_int_equal(buf.data[i], 'a' + i % 26);
    }
    assert_string_equal(buf.data + 399998, "05");
    rc_buf_fini(&buf);
}

static void test_buf_over_its_limit_breaks_until_cleared(void **state)
{
    (void)state;
    struct rc_buf buf;
    rc_buf_init(&buf, 8);
    rc_buf_append_text(&buf, "12345678");
    assert_int_equal(rc_buf_status(&buf, NULL), ROWCALL_OK);
    rc_buf_append_char(&buf, '9');
    rc_buf_append_text(&buf, "x");
    assert_int_equal(buf.len, 0);
    rowcall_error err = {0};
    ASSERT_STATUS(rc_buf_status(&buf, &err), ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(err.message, "8 bytes");
    assert_null(rc_buf_take(&buf, NULL));
    rc_buf_clear(&buf);
    rc_buf_append_text(&buf, "again");
    assert_string_equal(buf.data, "again");
    rc_buf_fini(&buf);
}

static void test_buf_keeps_a_limit_that_is_lower_than_its_memory(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    assert_non_null(rc_buf_extend(&buf, 1000));
    rc_buf_clear(&buf);
    buf.limit = 4;
    assert_true(rc_buf_has_room(&buf, 4));
    assert_false(rc_buf_has_room(&buf, 5));
    rc_buf_append_text(&buf, "1234");
    assert_int_equal(buf.len, 4);
    assert_false(rc_buf_has_room(&buf, 1));
    rc_buf_append_char(&buf, '5');
    assert_true(buf.broken);
    assert_false(rc_buf_has_room(&buf, 0));
    rc_buf_fini(&buf);
}

static void test_buf_refuses_lengths_that_overflow(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    rc_buf_append_text(&buf, "x");
    assert_null(rc_buf_extend(&buf, SIZE_MAX));
    assert_true(buf.broken);
    rc_buf_clear(&buf);
    assert_null(rc_buf_extend(&buf, SIZE_MAX - 1));
    rc_buf_fini(&buf);
}

static void test_buf_without_memory_breaks_and_recovers(void **state)
{
    (void)state;
    for (unsigned long nth = 1; nth < 4; nth++) {
        struct rc_buf buf = {0};
        fail_alloc_arm(nth);
        for (int i = 0; i < 1000; i++) {
            rc_buf_append_text(&buf, "12345678");
        }
        assert_true(fail_alloc_disarm());
        rowcall_error err = {0};
        ASSERT_STATUS(rc_buf_status(&buf, &err), ROWCALL_RESOURCE_EXHAUSTED);
        assert_string_equal(err.message, "out of memory");
        rc_buf_clear(&buf);
        rc_buf_append_text(&buf, "fine");
        assert_string_equal(buf.data, "fine");
        rc_buf_fini(&buf);
    }
}

static void test_buf_take_moves_the_bytes_out(void **state)
{
    (void)state;
    struct rc_buf buf;
    rc_buf_init(&buf, 100);
    size_t len = 99;
    char *empty = rc_buf_take(&buf, &len);
    assert_string_equal(empty, "");
    assert_int_equal(len, 0);
    free(empty);
    rc_buf_append_text(&buf, "taken");
    char *text = rc_buf_take(&buf, &len);
    assert_string_equal(text, "taken");
    assert_int_equal(len, 5);
    free(text);
    assert_null(buf.data);
    assert_int_equal(buf.limit, 100);
    rc_buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf_appends_of_every_kind_are_terminated),
        cmocka_unit_test(test_buf_grows_over_many_sizes),
        cmocka_unit_test(test_buf_over_its_limit_breaks_until_cleared),
        cmocka_unit_test(test_buf_keeps_a_limit_that_is_lower_than_its_memory),
        cmocka_unit_test(test_buf_refuses_lengths_that_overflow),
        cmocka_unit_test(test_buf_without_memory_breaks_and_recovers),
        cmocka_unit_test(test_buf_take_moves_the_bytes_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
