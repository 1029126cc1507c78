// SPDX-License-Identifier: Apache-2.0
//
// The waiting line: order, limits, deadlines.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg/queue.h"

static void test_queue_is_first_in_first_out(void **state)
{
    (void)state;
    struct rc_pg_queue queue = {.max_count = 3, .max_bytes = 100};
    struct rc_pg_segment segments[3] = {{.bytes = 1}, {.bytes = 2}, {.bytes = 3}};
    assert_null(rc_pg_queue_pop(&queue));
    assert_true(rc_pg_queue_push(&queue, &segments[0]));
    assert_true(rc_pg_queue_push(&queue, &segments[1]));
    rc_pg_queue_push_front(&queue, &segments[2]);
    assert_int_equal(queue.bytes, 6);
    assert_ptr_equal(rc_pg_queue_pop(&queue), &segments[2]);
    assert_ptr_equal(rc_pg_queue_pop(&queue), &segments[0]);
    assert_ptr_equal(rc_pg_queue_pop(&queue), &segments[1]);
    assert_null(rc_pg_queue_pop(&queue));
    assert_int_equal(queue.count, 0);
    assert_int_equal(queue.bytes, 0);
    assert_null(queue.tail);
}

static void test_queue_refuses_above_its_limits(void **state)
{
    (void)state;
    struct rc_pg_queue queue = {.max_count = 2, .max_bytes = 10};
    struct rc_pg_segment small[3] = {{.bytes = 1}, {.bytes = 1}, {.bytes = 1}};
    struct rc_pg_segment big = {.bytes = 10};
    struct rc_pg_segment huge = {.bytes = SIZE_MAX};
    assert_false(rc_pg_queue_push(&queue, &huge));
    assert_true(rc_pg_queue_push(&queue, &small[0]));
    assert_false(rc_pg_queue_push(&queue, &big));
    assert_false(rc_pg_queue_push(&queue, &huge));
    assert_true(rc_pg_queue_push(&queue, &small[1]));
    assert_false(rc_pg_queue_push(&queue, &small[2]));
    rc_pg_queue_push_front(&queue, &big); // accepted before: always
    assert_int_equal(queue.count, 3);
    assert_ptr_equal(queue.head, &big);
}

static void test_queue_gives_up_the_late_ones_alone(void **state)
{
    (void)state;
    struct rc_pg_queue queue = {.max_count = 10, .max_bytes = 100};
    struct rc_pg_segment s[4] = {{.bytes = 1, .deadline_us = 50},
                                 {.bytes = 1},
                                 {.bytes = 1, .deadline_us = 90},
                                 {.bytes = 1, .deadline_us = 20}};
    for (int i = 0; i < 4; i++) {
        assert_true(rc_pg_queue_push(&queue, &s[i]));
    }
    assert_int_equal(rc_pg_queue_next_deadline(&queue), 20);
    struct rc_pg_segment *late = rc_pg_queue_take_late(&queue, 50);
    assert_ptr_equal(late, &s[0]);
    assert_ptr_equal(late->next, &s[3]);
    assert_null(late->next->next);
    assert_int_equal(queue.count, 2);
    assert_int_equal(rc_pg_queue_next_deadline(&queue), 90);
    assert_ptr_equal(queue.tail, &s[2]);
    assert_null(rc_pg_queue_take_late(&queue, 50));
    assert_ptr_equal(rc_pg_queue_take_late(&queue, 90), &s[2]);
    assert_int_equal(rc_pg_queue_next_deadline(&queue), INT64_MAX);
    assert_ptr_equal(queue.tail, &s[1]);
    assert_true(rc_pg_queue_push(&queue, &s[0]));
    assert_ptr_equal(rc_pg_queue_pop(&queue), &s[1]);
    assert_ptr_equal(rc_pg_queue_pop(&queue), &s[0]);
}

static void test_segment_is_measured_with_its_parameters(void **state)
{
    (void)state;
    static const struct rc_pg_statement statement = {.sql = "SELECT $1, $2, $3", .sql_len = 17};
    const char *values[] = {"text", NULL, "\0\0\0"};
    int lengths[] = {-1, -1, 1000};
    int formats[] = {0, 1, 1};
    struct rc_pg_step step = {
        .statement = &statement,
        .params = {.count = 3, .values = values, .lengths = lengths, .formats = formats}};
    struct rc_pg_segment segment = {.steps = &step, .step_count = 1};
    size_t full = rc_pg_segment_bytes(&segment);
    values[2] = NULL;
    assert_int_equal(full - rc_pg_segment_bytes(&segment), 1000);
    values[0] = NULL;
    assert_int_equal(full - rc_pg_segment_bytes(&segment), 1004);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_is_first_in_first_out),
        cmocka_unit_test(test_queue_refuses_above_its_limits),
        cmocka_unit_test(test_queue_gives_up_the_late_ones_alone),
        cmocka_unit_test(test_segment_is_measured_with_its_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
