// SPDX-License-Identifier: Apache-2.0
//
// Who leaves a line with whom, and in which order.
#include "support/check.h"

#include "base/clock.h"
#include "service/call.h"
#include "service/gather_line.h"

enum { CALLS = 12, SECOND = 1000000 };

static struct rc_plan plans[2];
static struct rc_call calls[CALLS];
static struct rc_gather_line line;

static int begin(void **state)
{
    (void)state;
    int64_t now_us = rc_clock_now_us();
    memset(calls, 0, sizeof(calls));
    line = (struct rc_gather_line){.mutex = PTHREAD_MUTEX_INITIALIZER};
    for (size_t i = 0; i < CALLS; i++) {
        calls[i].prepared.plan = &plans[0];
        calls[i].deadline_us = now_us + 80 * SECOND;
    }
    return 0;
}

static void push_all(void)
{
    for (size_t i = 0; i < CALLS; i++) {
        rc_gather_line_push(&line, &calls[i]);
    }
}

// Pops the first one and its company: these, by their positions, ended by -1.
static void expect_turn(size_t max, const int *positions)
{
    struct rc_call *company[CALLS];
    struct rc_call *first = rc_gather_line_pop(&line);
    size_t count = rc_gather_line_take_company(&line, first, company, max);
    assert_ptr_equal(first, &calls[positions[0]]);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(company[i], &calls[positions[i + 1]]);
        assert_null(company[i]->next_waiting);
    }
    assert_int_equal(positions[count + 1], -1);
}

static void expect_empty(void)
{
    assert_null(line.first);
    assert_null(line.last);
    assert_int_equal(line.count, 0);
}

static void test_line_is_served_in_order(void **state)
{
    (void)state;
    push_all();
    expect_turn(4, (int[]){0, 1, 2, 3, 4, -1});
    expect_turn(0, (int[]){5, -1});
    rc_gather_line_push(&line, &calls[0]);
    expect_turn(CALLS, (int[]){6, 7, 8, 9, 10, 11, 0, -1});
    expect_empty();
}

// Plans that share a line take turns, each with all of its own.
static void test_line_of_two_plans(void **state)
{
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        calls[i].prepared.plan = &plans[i % 3 == 1];
    }
    push_all();
    expect_turn(3, (int[]){0, 2, 3, 5, -1});
    expect_turn(CALLS, (int[]){1, 4, 7, 10, -1});
    rc_gather_line_push(&line, &calls[1]); // behind those that were there
    expect_turn(CALLS, (int[]){6, 8, 9, 11, -1});
    expect_turn(CALLS, (int[]){1, -1});
    expect_empty();
}

// Whoever has much less time, or much more, goes with others of his kind.
static void test_line_of_the_hasty_and_the_patient(void **state)
{
    (void)state;
    for (size_t i = 1; i < CALLS; i += 3) {
        calls[i].deadline_us -= 20 * SECOND;
    }
    calls[3].deadline_us += 5 * SECOND;
    calls[5].deadline_us -= 5 * SECOND;
    push_all();
    expect_turn(CALLS, (int[]){0, 2, 3, 5, 6, 8, 9, 11, -1});
    expect_turn(CALLS, (int[]){1, 4, 7, 10, -1});
    expect_empty();
}

static void test_line_lets_go_of_the_late(void **state)
{
    (void)state;
    int64_t next_us = INT64_MAX;
    for (size_t i = 0; i < CALLS; i += 5) {
        calls[i].deadline_us = rc_clock_now_us() - 1;
    }
    calls[7].deadline_us -= SECOND;
    push_all();
    struct rc_call *late = rc_gather_line_take_late(&line, &next_us);
    assert_ptr_equal(late, &calls[0]);
    assert_ptr_equal(late->next_waiting, &calls[5]);
    assert_ptr_equal(late->next_waiting->next_waiting, &calls[10]);
    assert_null(late->next_waiting->next_waiting->next_waiting);
    assert_int_equal(next_us, calls[7].deadline_us);
    expect_turn(CALLS, (int[]){1, 2, 3, 4, 6, 7, 8, 9, 11, -1});
    assert_null(rc_gather_line_take_late(&line, &next_us));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_line_is_served_in_order, begin),
        cmocka_unit_test_setup(test_line_of_two_plans, begin),
        cmocka_unit_test_setup(test_line_of_the_hasty_and_the_patient, begin),
        cmocka_unit_test_setup(test_line_lets_go_of_the_late, begin),
    };
    return cmocka_run_group_tests_name("service/gather_line", tests, NULL, NULL);
}
