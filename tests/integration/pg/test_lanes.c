// SPDX-License-Identifier: Apache-2.0
//
// Shared lanes on a real server: what one segment does to itself, and does not do to its
// neighbours.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/database.h"
#include "support/pg_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    char *url;
    struct rc_pg_loop *loop;
    struct rc_pg_pool *pool;
};

static struct fixture fixture;

static void open_pool(struct rc_pg_pool_options options)
{
    rowcall_error err = {0};
    options.url = fixture.url;
    options.name = "lanes";
    if (rc_pg_pool_open(fixture.loop, &options, &fixture.pool, &err) != ROWCALL_OK ||
        rc_pg_pool_wait_ready(fixture.pool, rc_clock_now_us() + 20000000, &err) != ROWCALL_OK) {
        fail_msg("%s", err.message);
    }
}

static int setup(void **state)
{
    (void)state;
    fixture.url = test_database_create();
    return rc_pg_loop_new(&fixture.loop, NULL) == ROWCALL_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    rc_pg_pool_close(fixture.pool, rc_clock_now_us() + 10000000);
    rc_pg_loop_free(fixture.loop);
    test_database_drop(fixture.url);
    fixture = (struct fixture){0};
    return 0;
}

static void assert_answer(const char *sql, const char *text)
{
    struct call call;
    if (!call_sql(&call, fixture.pool, sql)) {
        fail_msg("%s: %s", sql, call.error.message);
    }
    assert_string_equal(call.text[0], text);
    call_fini(&call);
}

static void test_lane_runs_with_fixed_settings(void **state)
{
    (void)state;
    open_pool(
        (struct rc_pg_pool_options){.statement_timeout_ms = 7000, .search_path = "pg_catalog"});
    assert_answer("SELECT current_setting('TimeZone')", "UTC");
    assert_answer("SELECT current_setting('IntervalStyle')", "postgres");
    assert_answer("SELECT current_setting('jit')", "off");
    assert_answer("SELECT current_setting('search_path')", "pg_catalog");
    assert_answer("SELECT current_setting('statement_timeout')", "7s");
    assert_answer("SELECT current_setting('client_connection_check_interval')", "1s");
    assert_answer("SELECT regexp_replace(current_setting('application_name'), '[12]', 'N')",
                  "rowcall lanes lane N");
}

static void test_segment_answers_every_step_in_order(void **state)
{
    (void)state;
    struct call call;
    open_pool((struct rc_pg_pool_options){0});
    call_init(&call);
    call_add(&call, rc_pg_statement_next_id(), "SELECT $1::text || $2::text", "a", "b");
    call_add(&call, rc_pg_statement_next_id(), "SELECT 'x' WHERE false", NULL, NULL);
    call_add(&call, 0, "SELECT NULL::text", NULL, NULL);
    assert_true(call_run(&call, fixture.pool));
    assert_string_equal(call.text[0], "ab");
    assert_int_equal(call.row_count[1], 0);
    assert_string_equal(call.text[2], "NULL");
    assert_int_equal(call.done_count, 1);
    call_fini(&call);
}

static void test_segment_is_atomic(void **state)
{
    (void)state;
    struct call call;
    test_database_run(fixture.url, "CREATE TABLE item (id int PRIMARY KEY)");
    open_pool((struct rc_pg_pool_options){0});
    call_init(&call);
    call_add(&call, rc_pg_statement_next_id(), "INSERT INTO item VALUES ($1::int)", "1", NULL);
    call_add(&call, rc_pg_statement_next_id(), "INSERT INTO item VALUES (2), (2)", NULL, NULL);
    assert_false(call_run(&call, fixture.pool));
    assert_int_equal(call.error.kind, RC_PG_ERROR_SERVER);
    assert_string_equal(call.error.sqlstate, "23505");
    assert_string_equal(call.error.constraint, "item_pkey");
    assert_int_equal(call.error.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    assert_int_equal(call.error.step, 1);
    assert_int_equal(call.row_count[0], -1); // nothing is shown of what did not happen
    assert_answer("SELECT count(*)::text FROM item", "0");
    call_fini(&call);
}

static void test_segment_that_fails_at_commit_shows_no_rows(void **state)
{
    (void)state;
    struct call call;
    test_database_run(fixture.url,
                      "CREATE TABLE item (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    open_pool((struct rc_pg_pool_options){0});
    call_init(&call);
    call_add(&call, rc_pg_statement_next_id(),
             "INSERT INTO item VALUES (1), (1) RETURNING 'seen'", NULL, NULL);
    assert_false(call_run(&call, fixture.pool));
    assert_string_equal(call.error.sqlstate, "23505");
    assert_int_equal(call.error.step, -1);
    assert_int_equal(call.row_count[0], -1);
    assert_answer("SELECT count(*)::text FROM item", "0");
    call_fini(&call);
}

static void test_pipeline_isolates_failures(void **state)
{
    (void)state;
    enum { COUNT = 60 };
    static struct call calls[COUNT];
    uint64_t id = rc_pg_statement_next_id();
    test_database_run(fixture.url, "CREATE TABLE item (id int CHECK (id % 3 <> 0))");
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    for (int i = 0; i < COUNT; i++) {
        static char numbers[COUNT][8];
        snprintf(numbers[i], sizeof numbers[i], "%d", i);
        call_init(&calls[i]);
        call_add(&calls[i], id, "INSERT INTO item VALUES ($1::int)", numbers[i], NULL);
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &calls[i].segment, NULL), ROWCALL_OK);
    }
    for (int i = 0; i < COUNT; i++) {
        call_wait(&calls[i]);
        assert_int_equal(calls[i].failed, i % 3 == 0);
        assert_int_equal(calls[i].done_count, 1);
        if (calls[i].failed) {
            assert_string_equal(calls[i].error.sqlstate, "23514");
        }
        call_fini(&calls[i]);
    }
    assert_answer("SELECT count(*)::text FROM item", "40");
}

static void
test_statement_that_cannot_be_parsed_fails_each_time_with_its_own_error(void **state)
{
    (void)state;
    struct call call;
    uint64_t id = rc_pg_statement_next_id();
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    for (int i = 0; i < 3; i++) {
        call_init(&call);
        call_add(&call, 0, "SELECT 1", NULL, NULL);
        call_add(&call, id, "SELECT * FROM nowhere", NULL, NULL);
        assert_false(call_run(&call, fixture.pool));
        assert_string_equal(call.error.sqlstate, "42P01");
        assert_int_equal(call.error.step, 1);
        call_fini(&call);
    }
    test_database_run(fixture.url, "CREATE TABLE nowhere (i int)");
    call_init(&call);
    call_add(&call, id, "SELECT * FROM nowhere", NULL, NULL);
    assert_true(call_run(&call, fixture.pool));
    call_fini(&call);
}

static void test_timeout_ends_one_segment_alone(void **state)
{
    (void)state;
    struct call slow;
    struct call after;
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    call_init(&slow);
    call_add(&slow, 0, "SELECT pg_sleep(30)", NULL, NULL);
    slow.segment.deadline_us = rc_clock_now_us() + 100000;
    call_init(&after);
    call_add(&after, 0, "SELECT current_setting('statement_timeout')", NULL, NULL);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &slow.segment, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &after.segment, NULL), ROWCALL_OK);
    call_wait(&slow);
    call_wait(&after);
    assert_true(slow.failed);
    if (slow.error.kind ==
        RC_PG_ERROR_SERVER) { // the server's own answer, unless it was later than the slack
        assert_string_equal(slow.error.sqlstate, "57014");
        assert_int_equal(slow.error.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    } else {
        assert_int_equal(slow.error.kind, RC_PG_ERROR_TIMEOUT);
        assert_int_equal(slow.error.outcome, ROWCALL_OUTCOME_UNKNOWN);
    }
    assert_false(after.failed);
    assert_string_equal(after.text[0], "30s");
    call_fini(&slow);
    call_fini(&after);
}

static void test_deadline_is_kept_behind_a_slow_neighbour(void **state)
{
    (void)state;
    struct call slow;
    struct call late;
    test_database_run(fixture.url, "CREATE TABLE item (id int)");
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    call_init(&slow);
    call_add(&slow, 0, "SELECT pg_sleep(2)", NULL, NULL);
    call_init(&late);
    call_add(&late, 0, "INSERT INTO item VALUES (1)", NULL, NULL);
    late.segment.deadline_us = rc_clock_now_us() + 100000;
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &slow.segment, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &late.segment, NULL), ROWCALL_OK);
    call_wait(&late);
    assert_int_equal(slow.done_count, 0);
    assert_int_equal(late.error.kind, RC_PG_ERROR_TIMEOUT);
    assert_int_equal(late.error.outcome, ROWCALL_OUTCOME_UNKNOWN);
    call_wait(&slow);
    assert_false(slow.failed);
    call_fini(&slow);
    call_fini(&late);
}

static void test_room_of_a_segment_answered_late_is_used_again(void **state)
{
    (void)state;
    struct call late;
    struct call waiting;
    test_database_run(
        fixture.url,
        "CREATE FUNCTION deaf() RETURNS int LANGUAGE plpgsql AS $$BEGIN "
        "SET LOCAL statement_timeout = 0; PERFORM pg_sleep(0.5); RETURN 1; "
        "EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(0.5); RETURN 2; END$$");
    open_pool((struct rc_pg_pool_options){.lanes = 1, .inflight_calls = 1});
    call_init(&late);
    call_add(&late, 0, "SELECT deaf()", NULL, NULL); // answers long after its deadline
    late.segment.deadline_us = rc_clock_now_us() + 50000;
    call_init(&waiting);
    call_add(&waiting, 0, "SELECT 'served'", NULL, NULL);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &late.segment, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &waiting.segment, NULL), ROWCALL_OK);
    call_wait(&late);
    assert_int_equal(late.error.kind, RC_PG_ERROR_TIMEOUT);
    call_wait(&waiting);
    assert_false(waiting.failed);
    assert_string_equal(waiting.text[0], "served");
    call_fini(&late);
    call_fini(&waiting);
}

static void test_plan_is_prepared_anew_after_a_type_change(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_pool_stats stats;
    uint64_t id = rc_pg_statement_next_id();
    test_database_run(fixture.url, "CREATE TABLE item (name int); INSERT INTO item VALUES (7)");
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    for (int i = 0; i < 3; i++) {
        if (i == 2) {
            test_database_run(fixture.url,
                              "ALTER TABLE item ALTER name TYPE text USING 'seven'");
        }
        call_init(&call);
        call_add(&call, id, "SELECT name FROM item", NULL, NULL);
        assert_true(call_run(&call, fixture.pool));
        assert_int_equal(call.row_count[0], 1);
    }
    assert_string_equal(call.text[0], "seven");
    rc_pg_pool_stats(fixture.pool, &stats);
    assert_int_equal(stats.retries, 1);
    assert_int_equal(stats.prepared, 2);
    call_fini(&call);
}

static void test_plan_is_prepared_anew_when_the_server_forgot_it(void **state)
{
    (void)state;
    struct call call;
    uint64_t id = rc_pg_statement_next_id();
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    for (int i = 0; i < 2; i++) {
        call_init(&call);
        call_add(&call, id, "SELECT 'here'", NULL, NULL);
        assert_true(call_run(&call, fixture.pool));
        assert_string_equal(call.text[0], "here");
        call_fini(&call);
        assert_true(call_sql(&call, fixture.pool, "DEALLOCATE ALL"));
        call_fini(&call);
    }
}

static void test_prepared_statements_are_bounded(void **state)
{
    (void)state;
    struct call call;
    static char sql[20][32];
    open_pool((struct rc_pg_pool_options){.lanes = 1, .prepared_max = 5});
    for (int i = 0; i < 20; i++) {
        snprintf(sql[i], sizeof sql[i], "SELECT '%d'", i);
        call_init(&call);
        call_add(&call, rc_pg_statement_next_id(), sql[i], NULL, NULL);
        assert_true(call_run(&call, fixture.pool));
        call_fini(&call);
    }
    // What counts them is not prepared, and the last DEALLOCATE goes out before it.
    assert_answer("SELECT count(*)::text FROM pg_prepared_statements", "5");
    assert_answer(
        "SELECT string_agg(statement, ',' ORDER BY prepare_time) FROM pg_prepared_statements",
        "SELECT '15',SELECT '16',SELECT '17',SELECT '18',SELECT '19'");
}

static void test_queue_refuses_at_once_when_full(void **state)
{
    (void)state;
    struct call calls[4];
    struct rc_pg_error error;
    struct rc_pg_pool_stats stats;
    open_pool((struct rc_pg_pool_options){.lanes = 1, .inflight_calls = 1, .queue_calls = 2});
    for (int i = 0; i < 4; i++) {
        call_init(&calls[i]);
        call_add(&calls[i], 0, "SELECT pg_sleep(0.3)", NULL, NULL);
        rowcall_status st = rc_pg_pool_submit(fixture.pool, &calls[i].segment, &error);
        assert_int_equal(st, i < 3 ? ROWCALL_OK : ROWCALL_RESOURCE_EXHAUSTED);
    }
    assert_int_equal(error.kind, RC_PG_ERROR_QUEUE_FULL);
    assert_int_equal(error.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    rc_pg_pool_stats(fixture.pool, &stats);
    assert_int_equal(stats.refused, 1);
    for (int i = 0; i < 3; i++) {
        call_wait(&calls[i]);
        assert_false(calls[i].failed);
    }
    assert_int_equal(calls[3].done_count, 0);
    for (int i = 0; i < 4; i++) {
        call_fini(&calls[i]);
    }
}

static void test_queue_is_bounded_in_bytes(void **state)
{
    (void)state;
    struct call call;
    char *big = malloc(1000001);
    memset(big, 'x', 1000000);
    big[1000000] = '\0';
    open_pool((struct rc_pg_pool_options){.queue_bytes = 100000});
    call_init(&call);
    call_add(&call, 0, "SELECT length($1::text)", big, NULL);
    assert_false(call_run(&call, fixture.pool));
    assert_int_equal(call.error.kind, RC_PG_ERROR_QUEUE_FULL);
    call_fini(&call);
    free(big);
}

static void test_deadline_passes_in_the_queue(void **state)
{
    (void)state;
    struct call slow;
    struct call waiting;
    open_pool((struct rc_pg_pool_options){.lanes = 1, .inflight_calls = 1});
    call_init(&slow);
    call_add(&slow, 0, "SELECT pg_sleep(2)", NULL, NULL);
    call_init(&waiting);
    call_add(&waiting, 0, "SELECT 1", NULL, NULL);
    waiting.segment.deadline_us = rc_clock_now_us() + 100000;
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &slow.segment, NULL), ROWCALL_OK);
    assert_false(call_run(&waiting, fixture.pool));
    assert_int_equal(slow.done_count, 0);
    assert_int_equal(waiting.error.kind, RC_PG_ERROR_TIMEOUT);
    assert_int_equal(waiting.error.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    call_wait(&slow);
    call_fini(&slow);
    call_fini(&waiting);
}

static void test_copy_is_refused_and_the_pool_goes_on(void **state)
{
    (void)state;
    static const char *const copies[] = {"COPY (SELECT 1) TO STDOUT", "COPY item FROM STDIN"};
    struct call call;
    test_database_run(fixture.url, "CREATE TABLE item (id int)");
    open_pool((struct rc_pg_pool_options){0});
    for (size_t i = 0; i < 2; i++) {
        assert_false(call_sql(&call, fixture.pool, copies[i]));
        assert_int_equal(call.error.kind, RC_PG_ERROR_COPY);
        assert_int_equal(call.error.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
        call_fini(&call);
        assert_answer("SELECT 'alive'", "alive");
    }
}

static void test_transaction_left_open_is_undone_and_told(void **state)
{
    (void)state;
    struct call call;
    test_database_run(fixture.url, "CREATE TABLE item (id int)");
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    call_init(&call);
    call_add(&call, 0, "INSERT INTO item VALUES (1)", NULL, NULL);
    call_add(&call, 0, "BEGIN", NULL, NULL);
    assert_false(call_run(&call, fixture.pool));
    assert_int_equal(call.error.kind, RC_PG_ERROR_INVALID);
    assert_int_equal(call.error.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    call_fini(&call);
    assert_answer("SELECT count(*)::text FROM item", "0");
}

// The neighbours were sent into the open transaction before anyone could know: none may be told
// that its rows are safe.
static void test_neighbours_of_an_open_transaction_are_never_acknowledged(void **state)
{
    (void)state;
    enum { COUNT = 20 };
    static struct call calls[COUNT];
    int acknowledged = 0;
    char expected[16];
    test_database_run(fixture.url, "CREATE TABLE item (id int)");
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    for (int i = 0; i < COUNT; i++) {
        call_init(&calls[i]);
        call_add(&calls[i], 0, i == 5 ? "BEGIN" : "INSERT INTO item VALUES (1)", NULL, NULL);
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &calls[i].segment, NULL), ROWCALL_OK);
    }
    for (int i = 0; i < COUNT; i++) {
        call_wait(&calls[i]);
        acknowledged += !calls[i].failed;
        if (i != 5 && calls[i].failed) {
            assert_int_equal(calls[i].error.outcome, ROWCALL_OUTCOME_UNKNOWN);
        }
        call_fini(&calls[i]);
    }
    assert_int_equal(calls[5].error.kind, RC_PG_ERROR_INVALID);
    snprintf(expected, sizeof expected, "%d", acknowledged);
    assert_answer("SELECT count(*)::text FROM item", expected);
}

static void test_big_values_pass_through_a_full_socket(void **state)
{
    (void)state;
    enum { COUNT = 6, SIZE = 3000000 };
    static struct call calls[COUNT];
    char *big = malloc(SIZE + 1);
    memset(big, 'x', SIZE);
    big[SIZE] = '\0';
    open_pool((struct rc_pg_pool_options){.lanes = 1});
    for (int i = 0; i < COUNT; i++) {
        call_init(&calls[i]);
        call_add(&calls[i], 0, "SELECT length($1::text)::text || left($1::text, 0), $1::text",
                 big, NULL);
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &calls[i].segment, NULL), ROWCALL_OK);
    }
    for (int i = 0; i < COUNT; i++) {
        call_wait(&calls[i]);
        assert_false(calls[i].failed);
        assert_string_equal(calls[i].text[0], "3000000");
        call_fini(&calls[i]);
    }
    free(big);
}

static void *submit_many(void *arg)
{
    enum { COUNT = 500 };
    struct call *calls = calloc(COUNT, sizeof *calls);
    uint64_t id = *(uint64_t *)arg;
    intptr_t wrong = 0;
    static const char *const texts[] = {"a", "bb", "ccc", "dddd"};
    for (int i = 0; i < COUNT; i++) {
        call_init(&calls[i]);
        call_add(&calls[i], id + (uint64_t)(i % 7), "SELECT $1::text", texts[i % 4], NULL);
        calls[i].segment.deadline_us = rc_clock_now_us() + 60000000;
        wrong += rc_pg_pool_submit(fixture.pool, &calls[i].segment, NULL) != ROWCALL_OK;
    }
    for (int i = 0; i < COUNT; i++) {
        call_wait(&calls[i]);
        wrong += calls[i].failed || calls[i].done_count != 1 ||
                 strcmp(calls[i].text[0], texts[i % 4]) != 0;
        call_fini(&calls[i]);
    }
    free(calls);
    return (void *)wrong;
}

static void test_many_threads_submit_at_once(void **state)
{
    (void)state;
    pthread_t threads[4];
    uint64_t id = rc_pg_statement_next_id();
    for (int i = 0; i < 6; i++) {
        rc_pg_statement_next_id();
    }
    open_pool((struct rc_pg_pool_options){.lanes = 2, .inflight_calls = 16});
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, &id), 0);
    }
    for (int i = 0; i < 4; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        assert_int_equal((intptr_t)wrong, 0);
    }
    struct rc_pg_pool_stats stats;
    rc_pg_pool_stats(fixture.pool, &stats);
    assert_int_equal(stats.segments, 2000);
    assert_int_equal(stats.in_flight, 0);
    assert_int_equal(stats.queued, 0);
    assert_true(stats.prepared <= 14);
}

static void test_close_lets_accepted_segments_finish(void **state)
{
    (void)state;
    struct call calls[3];
    open_pool((struct rc_pg_pool_options){.lanes = 1, .inflight_calls = 1});
    for (int i = 0; i < 3; i++) {
        call_init(&calls[i]);
        call_add(&calls[i], 0, "SELECT pg_sleep(0.1)", NULL, NULL);
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &calls[i].segment, NULL), ROWCALL_OK);
    }
    rc_pg_pool_stop(fixture.pool);
    struct call refused;
    assert_false(call_sql(&refused, fixture.pool, "SELECT 1"));
    assert_int_equal(refused.error.kind, RC_PG_ERROR_SHUTDOWN);
    call_fini(&refused);
    rc_pg_pool_close(fixture.pool, rc_clock_now_us() + 20000000);
    fixture.pool = NULL;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(calls[i].done_count, 1);
        assert_false(calls[i].failed);
        call_fini(&calls[i]);
    }
}

static void test_close_fails_what_is_left_at_its_deadline(void **state)
{
    (void)state;
    struct call running;
    struct call waiting;
    open_pool((struct rc_pg_pool_options){.lanes = 1, .inflight_calls = 1});
    call_init(&running);
    call_add(&running, 0, "SELECT pg_sleep(60)", NULL, NULL);
    call_init(&waiting);
    call_add(&waiting, 0, "SELECT 1", NULL, NULL);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &running.segment, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &waiting.segment, NULL), ROWCALL_OK);
    rc_pg_pool_close(fixture.pool, rc_clock_now_us() + 100000);
    fixture.pool = NULL;
    assert_int_equal(running.done_count, 1);
    assert_int_equal(running.error.kind, RC_PG_ERROR_SHUTDOWN);
    assert_int_equal(running.error.outcome, ROWCALL_OUTCOME_UNKNOWN);
    assert_int_equal(waiting.done_count, 1);
    assert_int_equal(waiting.error.kind, RC_PG_ERROR_SHUTDOWN);
    assert_int_equal(waiting.error.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    call_fini(&running);
    call_fini(&waiting);
}

#define lane_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        lane_test(test_lane_runs_with_fixed_settings),
        lane_test(test_segment_answers_every_step_in_order),
        lane_test(test_segment_is_atomic),
        lane_test(test_segment_that_fails_at_commit_shows_no_rows),
        lane_test(test_pipeline_isolates_failures),
        lane_test(test_statement_that_cannot_be_parsed_fails_each_time_with_its_own_error),
        lane_test(test_timeout_ends_one_segment_alone),
        lane_test(test_deadline_is_kept_behind_a_slow_neighbour),
        lane_test(test_room_of_a_segment_answered_late_is_used_again),
        lane_test(test_plan_is_prepared_anew_after_a_type_change),
        lane_test(test_plan_is_prepared_anew_when_the_server_forgot_it),
        lane_test(test_prepared_statements_are_bounded),
        lane_test(test_queue_refuses_at_once_when_full),
        lane_test(test_queue_is_bounded_in_bytes),
        lane_test(test_deadline_passes_in_the_queue),
        lane_test(test_copy_is_refused_and_the_pool_goes_on),
        lane_test(test_transaction_left_open_is_undone_and_told),
        lane_test(test_neighbours_of_an_open_transaction_are_never_acknowledged),
        lane_test(test_big_values_pass_through_a_full_socket),
        lane_test(test_many_threads_submit_at_once),
        lane_test(test_close_lets_accepted_segments_finish),
        lane_test(test_close_fails_what_is_left_at_its_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
