// SPDX-License-Identifier: Apache-2.0
//
// Requests of Raw: what PostgreSQL is handed, and what is refused.
#include "support/check.h"

#include "service/contract.h"
#include "service/raw_request.h"
#include "wire/writer.h"

static void put_text_parameter(struct rc_buf *request, const char *text)
{
    size_t mark = rc_wire_begin(request, RC_RAW_PARAMETERS);
    rc_wire_put_text(request, RC_RAW_VALUE_TEXT, text);
    rc_wire_end(request, mark);
}

static void test_raw_request_keeps_order_and_limits(void **state)
{
    struct rc_buf bytes = {0};
    struct rc_arena arena;
    struct rc_raw_request request;
    rowcall_error err = {0};
    (void)state;
    rc_arena_init(&arena, 0);
    put_text_parameter(&bytes, "first");
    rc_wire_put_text(&bytes, RC_RAW_SQL, "select $1, $2");
    put_text_parameter(&bytes, "");
    ASSERT_OK(rc_raw_request_read(rc_buf_view(&bytes), &arena, &request, &err), err);
    assert_string_equal(request.sql, "select $1, $2");
    assert_int_equal(request.kind, RC_RAW_READS);
    assert_int_equal(request.params.count, 2);
    assert_string_equal(request.params.values[0], "first");
    assert_string_equal(request.params.values[1], "");
    assert_int_equal(request.max_rows, 10000);
    assert_false(request.read_only);
    rc_wire_put_uint(&bytes, RC_RAW_READ_ONLY, 1);
    rc_wire_put_uint(&bytes, RC_RAW_MAX_ROWS, 5);
    ASSERT_OK(rc_raw_request_read(rc_buf_view(&bytes), &arena, &request, &err), err);
    assert_int_equal(request.max_rows, 5);
    assert_true(request.read_only);
    rc_arena_fini(&arena);
    rc_buf_fini(&bytes);
}

static void test_raw_request_refuses_more_parameters_than_fit(void **state)
{
    struct rc_buf bytes = {0};
    struct rc_arena arena;
    struct rc_raw_request request;
    rowcall_error err = {0};
    (void)state;
    rc_arena_init(&arena, 0);
    rc_wire_put_text(&bytes, RC_RAW_SQL, "select 1");
    for (int i = 0; i < RC_RAW_PARAMETERS_MAX; i++) {
        put_text_parameter(&bytes, "1");
    }
    ASSERT_OK(rc_raw_request_read(rc_buf_view(&bytes), &arena, &request, &err), err);
    put_text_parameter(&bytes, "1");
    ASSERT_STATUS(rc_raw_request_read(rc_buf_view(&bytes), &arena, &request, &err),
                  ROWCALL_INVALID_ARGUMENT);
    assert_string_equal(err.reason, "P2029");
    ASSERT_CONTAINS(err.message, "65536 parameters");
    rc_arena_fini(&arena);
    rc_buf_fini(&bytes);
}

static void test_raw_request_refuses_lists_without_end(void **state)
{
    struct rc_buf bytes = {0};
    struct rc_arena arena;
    struct rc_raw_request request;
    rowcall_error err = {0};
    size_t marks[40];
    size_t depth = 0;
    (void)state;
    rc_arena_init(&arena, 0);
    rc_wire_put_text(&bytes, RC_RAW_SQL, "select $1");
    marks[depth++] = rc_wire_begin(&bytes, RC_RAW_PARAMETERS);
    while (depth < 39) {
        marks[depth++] = rc_wire_begin(&bytes, RC_RAW_VALUE_LIST);
        marks[depth++] = rc_wire_begin(&bytes, RC_RAW_LIST_VALUES);
    }
    while (depth > 0) {
        rc_wire_end(&bytes, marks[--depth]);
    }
    ASSERT_STATUS(rc_raw_request_read(rc_buf_view(&bytes), &arena, &request, &err),
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "parameters[0]: lists are nested too deeply");
    rc_arena_fini(&arena);
    rc_buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_request_keeps_order_and_limits),
        cmocka_unit_test(test_raw_request_refuses_more_parameters_than_fit),
        cmocka_unit_test(test_raw_request_refuses_lists_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
