// SPDX-License-Identifier: Apache-2.0
//
// Open and closed loops on a clock of the test's own, with servers that answer when the test
// says so: above all that a stall is seen by every call that was due during it.
#include "support/check.h"

#include "load/run.h"
#include "load/tally.h"

#include <stdlib.h>

enum { SECOND = 1000000, MS = 1000 };

// A server that takes `takes_us` for a message, except that from stall_us to stall_end_us it
// answers nothing: what arrives before the end of a stall is answered at its end.
struct server {
    int64_t takes_us;
    int64_t stall_us;
    int64_t stall_end_us;
};

static int64_t answer_us(const struct server *server, int64_t sent_us)
{
    int64_t at = sent_us + server->takes_us;
    return at >= server->stall_us && at < server->stall_end_us ? server->stall_end_us : at;
}

// What the simulation has under way, by place.
struct flight {
    bool is_busy;
    struct rc_load_ticket ticket;
    int64_t sent_us;
    int64_t answer_us;
};

enum { PLACES_MAX = 256 };

static void land(struct rc_load_run *run, struct rc_load_tally *tally, struct flight *flight,
                 int64_t now_us)
{
    const struct rc_load_ticket *ticket = &flight->ticket;
    flight->is_busy = false;
    rc_load_give_back(run, ticket->place);
    if (ticket->is_counted) {
        rc_load_tally_message(tally, now_us, flight->sent_us - ticket->due_us, 10, 20);
        for (uint32_t i = 0; i < ticket->calls; i++) {
            rc_load_tally_call(tally, 0, now_us - ticket->due_us, NULL);
        }
    }
}

// Runs the plan, the clock going on by a millisecond at a time. Returns what was counted.
static struct rc_load_tally *simulate(const struct rc_load_plan *plan,
                                      const struct server *server, struct rc_load_run *run)
{
    struct rc_load_tally *tally = rc_load_tally_new(1);
    struct flight flights[PLACES_MAX] = {{.is_busy = false}};
    rowcall_error err = {0};
    assert_non_null(tally);
    assert_true(plan->places <= PLACES_MAX);
    ASSERT_OK(rc_load_run_init(run, plan, 0, &err), err);
    for (int64_t now = 0;; now += MS) {
        struct rc_load_ticket ticket;
        for (uint32_t i = 0; i < plan->places; i++) {
            if (flights[i].is_busy && flights[i].answer_us <= now) {
                land(run, tally, &flights[i], now);
            }
        }
        enum rc_load_turn turn;
        while ((turn = rc_load_take(run, now, &ticket)) == RC_LOAD_SEND) {
            assert_false(flights[ticket.place].is_busy);
            flights[ticket.place] = (struct flight){true, ticket, now, answer_us(server, now)};
        }
        if (turn == RC_LOAD_OVER && rc_load_under_way(run) == 0) {
            return tally;
        }
        assert_true(now < 100 * (int64_t)SECOND);
    }
}

static uint64_t count_from(const struct rc_histogram *histogram, uint64_t at_least)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < RC_HISTOGRAM_BUCKETS; i++) {
        count += rc_histogram_bucket_last(i) >= at_least ? histogram->counts[i] : 0;
    }
    return count;
}

static const struct server stalling = {
    .takes_us = MS, .stall_us = 2 * SECOND, .stall_end_us = 3 * SECOND};

static void test_open_loop_counts_a_stall_once_for_each_call_due(void **state)
{
    (void)state;
    const struct rc_load_plan plan = {
        .places = 200, .batch = 1, .rate = 100, .duration_us = 5 * SECOND};
    struct rc_load_run run;
    struct rc_load_tally *tally = simulate(&plan, &stalling, &run);
    assert_int_equal(tally->ok, 500);
    assert_int_equal(rc_load_unsent(&run), 0);
    // 100 calls were due during the stall of 1 s; their latencies fall evenly from 1 s.
    assert_in_range(count_from(&tally->latency, 5 * MS), 99, 101);
    assert_in_range(count_from(&tally->latency, 500 * MS), 49, 52);
    assert_in_range(count_from(&tally->latency, 900 * MS), 9, 12);
    assert_in_range(tally->latency.max, 990 * MS, 1000 * MS);
    assert_int_equal(tally->lateness.max, 0);
    rc_load_run_fini(&run);
    free(tally);
}

static void test_open_loop_without_places_is_late_but_counts_from_due(void **state)
{
    (void)state;
    const struct rc_load_plan plan = {
        .places = 10, .batch = 1, .rate = 100, .duration_us = 5 * SECOND};
    struct rc_load_run run;
    struct rc_load_tally *tally = simulate(&plan, &stalling, &run);
    assert_int_equal(tally->ok, 500); // the backlog is sent once the stall is over
    assert_int_equal(rc_load_unsent(&run), 0);
    assert_in_range(count_from(&tally->latency, 500 * MS), 49, 54);
    assert_in_range(tally->latency.max, 990 * MS, 1000 * MS);
    assert_in_range(tally->lateness.max, 880 * MS, 910 * MS);
    rc_load_run_fini(&run);
    free(tally);
}

static void test_closed_loop_sees_a_stall_once_for_each_caller(void **state)
{
    (void)state;
    const struct rc_load_plan plan = {.places = 4, .batch = 1, .duration_us = 5 * SECOND};
    struct rc_load_run run;
    struct rc_load_tally *tally = simulate(&plan, &stalling, &run);
    assert_int_equal(count_from(&tally->latency, 5 * MS), 4);
    assert_in_range(tally->ok, 15900, 16100); // 4 callers, 1 ms each, 4 s
    rc_load_run_fini(&run);
    free(tally);
}

static void test_open_loop_counts_what_a_saturated_server_left_unsent(void **state)
{
    (void)state;
    const struct server slow = {.takes_us = 100 * MS}; // 10 places: 100 calls/s
    const struct rc_load_plan plan = {
        .places = 10, .batch = 1, .rate = 1000, .duration_us = 2 * SECOND};
    struct rc_load_run run;
    struct rc_load_tally *tally = simulate(&plan, &slow, &run);
    assert_in_range(tally->ok, 190, 210);
    assert_int_equal(tally->ok + rc_load_unsent(&run), 2000);
    rc_load_run_fini(&run);
    free(tally);
}

static void test_run_ends_at_its_count_and_leaves_the_warm_up_out(void **state)
{
    (void)state;
    const struct server quick = {.takes_us = MS};
    struct rc_load_run run;
    const struct rc_load_plan open = {
        .places = 8, .batch = 3, .rate = 300, .warmup_us = SECOND, .count = 100};
    struct rc_load_tally *tally = simulate(&open, &quick, &run);
    assert_int_equal(tally->ok, 100); // 33 messages of 3, one of 1
    assert_int_equal(tally->messages, 34);
    assert_int_equal(tally->sent_bytes, 340);
    assert_int_equal(tally->received_bytes, 680);
    assert_int_equal(run.taken, 400);
    rc_load_run_fini(&run);
    free(tally);
    const struct rc_load_plan closed = {
        .places = 8, .batch = 3, .warmup_us = SECOND, .count = 100};
    tally = simulate(&closed, &quick, &run);
    assert_int_equal(tally->ok, 100);
    rc_load_run_fini(&run);
    free(tally);
}

static void test_poisson_schedule_has_its_rate_and_repeats_by_seed(void **state)
{
    (void)state;
    const struct server quick = {.takes_us = MS};
    struct rc_load_plan plan = {.places = PLACES_MAX,
                                .batch = 1,
                                .rate = 500,
                                .is_poisson = true,
                                .seed = 1,
                                .duration_us = 20 * SECOND};
    uint64_t calls[3];
    for (int i = 0; i < 3; i++) {
        struct rc_load_run run;
        plan.seed = i == 2 ? 2 : 1;
        struct rc_load_tally *tally = simulate(&plan, &quick, &run);
        calls[i] = tally->ok;
        assert_in_range(tally->ok, 9500, 10500); // 10000 expected, deviation 100
        assert_int_equal(rc_load_unsent(&run), 0);
        rc_load_run_fini(&run);
        free(tally);
    }
    assert_int_equal(calls[0], calls[1]);
    assert_int_not_equal(calls[0], calls[2]);
}

static void test_stopped_run_gives_no_tickets(void **state)
{
    (void)state;
    const struct rc_load_plan plan = {
        .places = 2, .batch = 1, .rate = 10, .duration_us = 100 * SECOND};
    struct rc_load_run run;
    struct rc_load_ticket ticket;
    rowcall_error err = {0};
    ASSERT_OK(rc_load_run_init(&run, &plan, 0, &err), err);
    assert_int_equal(rc_load_take(&run, 0, &ticket), RC_LOAD_SEND);
    assert_int_equal(rc_load_take(&run, 0, &ticket), RC_LOAD_EARLY);
    assert_int_equal(rc_load_next_us(&run), 100 * MS);
    assert_int_equal(rc_load_take(&run, 300 * MS, &ticket), RC_LOAD_SEND);
    assert_int_equal(rc_load_take(&run, 300 * MS, &ticket), RC_LOAD_FULL);
    rc_load_stop(&run, 450 * MS);
    assert_int_equal(rc_load_unsent(&run), 3); // at 200, 300 and 400 ms
    rc_load_give_back(&run, ticket.place);
    assert_int_equal(rc_load_take(&run, 500 * MS, &ticket), RC_LOAD_OVER);
    assert_int_equal(rc_load_under_way(&run), 1);
    rc_load_run_fini(&run);
}

static void test_tally_lists_failures_by_kind_and_bounds_the_list(void **state)
{
    (void)state;
    struct rc_load_tally *tally = rc_load_tally_new(40);
    rowcall_error error = {.status = ROWCALL_ALREADY_EXISTS, .reason = "P2002"};
    assert_non_null(tally);
    snprintf(error.message, sizeof error.message, "the first");
    rc_load_tally_call(tally, 1, 5, &error);
    snprintf(error.message, sizeof error.message, "the second");
    rc_load_tally_call(tally, 1, 7, &error);
    error.reason[0] = '\0';
    rc_load_tally_call(tally, 1, -3, &error);
    rc_load_tally_call(tally, 1, 9, NULL);
    assert_int_equal(tally->failure_count, 2);
    assert_int_equal(tally->failures[0].count, 2);
    assert_string_equal(tally->failures[0].example.message, "the first");
    assert_int_equal(tally->methods[1].failed, 3);
    assert_int_equal(tally->methods[1].ok, 1);
    assert_int_equal(tally->failed_latency.min, 0);
    assert_int_equal(tally->latency.count, 1);
    for (uint32_t i = 0; i < 40; i++) {
        rc_load_tally_call(tally, i, 1, &error);
    }
    assert_int_equal(tally->failure_count, RC_LOAD_FAILURES_MAX);
    assert_int_equal(tally->failed, 43);
    uint64_t listed = tally->unlisted;
    for (uint32_t i = 0; i < tally->failure_count; i++) {
        listed += tally->failures[i].count;
    }
    assert_int_equal(listed, tally->failed);
    free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_loop_counts_a_stall_once_for_each_call_due),
        cmocka_unit_test(test_open_loop_without_places_is_late_but_counts_from_due),
        cmocka_unit_test(test_closed_loop_sees_a_stall_once_for_each_caller),
        cmocka_unit_test(test_open_loop_counts_what_a_saturated_server_left_unsent),
        cmocka_unit_test(test_run_ends_at_its_count_and_leaves_the_warm_up_out),
        cmocka_unit_test(test_poisson_schedule_has_its_rate_and_repeats_by_seed),
        cmocka_unit_test(test_stopped_run_gives_no_tickets),
        cmocka_unit_test(test_tally_lists_failures_by_kind_and_bounds_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
