// SPDX-License-Identifier: Apache-2.0
//
// Exclusive connections on a real server: lending, transactions over several segments, giving
// back.
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

static int setup(void **state)
{
    (void)state;
    fixture.url = test_database_create();
    test_database_run(fixture.url, "CREATE TABLE item (id int PRIMARY KEY)");
    struct rc_pg_pool_options options = {.url = fixture.url, .lanes = 1, .exclusive_max = 2};
    return rc_pg_loop_new(&fixture.loop, NULL) == ROWCALL_OK &&
                   rc_pg_pool_open(fixture.loop, &options, &fixture.pool, NULL) == ROWCALL_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    rc_pg_pool_close(fixture.pool, rc_clock_now_us() + 10000000);
    rc_pg_loop_free(fixture.loop);
    test_database_drop(fixture.url);
    return 0;
}

static struct rc_pg_conn *acquire(void)
{
    struct rc_pg_error error;
    struct rc_pg_conn *conn = acquire_conn(fixture.pool, rc_clock_now_us() + 20000000, &error);
    if (!conn) {
        fail_msg("%s", error.message);
    }
    return conn;
}

// Runs one statement; true when it succeeded. The answer is in *call.
static bool run(struct call *call, struct rc_pg_conn *conn, const char *sql, bool control)
{
    call_init(call);
    call_add(call, 0, sql, NULL, NULL);
    call->segment.control = control;
    bool succeeded = call_run_on(call, conn);
    call_fini(call);
    return succeeded;
}

static void assert_count(const char *count)
{
    struct call call;
    assert_true(call_sql(&call, fixture.pool, "SELECT count(*)::text FROM item"));
    assert_string_equal(call.text[0], count);
    call_fini(&call);
}

static void test_transaction_spans_segments(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_conn *conn = acquire();
    assert_true(run(&call, conn, "BEGIN", true));
    assert_true(run(&call, conn, "INSERT INTO item VALUES (1)", false));
    assert_count("0");
    assert_true(run(&call, conn, "COMMIT", true));
    assert_string_equal(call.tag[0], "COMMIT");
    assert_count("1");
    rc_pg_conn_release(conn, false);
}

static void test_failed_transaction_ends_with_rollback(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_conn *conn = acquire();
    assert_true(run(&call, conn, "BEGIN", true));
    assert_true(run(&call, conn, "INSERT INTO item VALUES (1)", false));
    assert_false(run(&call, conn, "INSERT INTO item VALUES (1)", false));
    assert_string_equal(call.error.sqlstate, "23505");
    assert_false(run(&call, conn, "SELECT 1", false));
    assert_string_equal(call.error.sqlstate, "25P02");
    assert_true(run(&call, conn, "COMMIT", true));
    assert_string_equal(call.tag[0], "ROLLBACK"); // what the caller must look at
    assert_count("0");
    rc_pg_conn_release(conn, false);
}

static void test_control_works_with_a_deadline_in_a_failed_transaction(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_conn *conn = acquire();
    assert_true(run(&call, conn, "BEGIN", true));
    assert_false(run(&call, conn, "SELECT 1/0", false));
    call_init(&call);
    call_add(&call, 0, "ROLLBACK", NULL, NULL);
    call.segment.control = true;
    call.segment.deadline_us = rc_clock_now_us() + 3000000;
    assert_true(call_run_on(&call, conn));
    assert_string_equal(call.tag[0], "ROLLBACK");
    call_fini(&call);
    rc_pg_conn_release(conn, false);
}

static void test_timeout_of_one_segment_does_not_stay_in_the_transaction(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_conn *conn = acquire();
    assert_true(run(&call, conn, "BEGIN", true));
    call_init(&call);
    call_add(&call, rc_pg_statement_next_id(), "SELECT current_setting('statement_timeout')",
             NULL, NULL);
    call.segment.deadline_us = rc_clock_now_us() + 5000000;
    assert_true(call_run_on(&call, conn));
    assert_string_not_equal(call.text[0], "30s");
    call.segment.deadline_us = 0;
    assert_true(call_run_on(&call, conn));
    assert_string_equal(call.text[0], "30s");
    call_fini(&call);
    rc_pg_conn_release(conn, false);
}

static void test_release_rolls_back_what_is_open(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_conn *conn = acquire();
    assert_true(run(&call, conn, "BEGIN", true));
    assert_true(run(&call, conn, "INSERT INTO item VALUES (1)", false));
    rc_pg_conn_release(conn, false);
    conn = acquire();
    struct rc_pg_conn *other = acquire();
    assert_true(
        run(&call, conn, "INSERT INTO item VALUES (1)", false)); // would wait for an open one
    assert_true(run(&call, other, "SELECT 1", false));
    assert_count("1");
    rc_pg_conn_release(conn, false);
    rc_pg_conn_release(other, false);
}

static void test_connections_are_limited_and_waited_for(void **state)
{
    (void)state;
    struct rc_pg_error error;
    struct rc_pg_pool_stats stats;
    struct rc_pg_conn *first = acquire();
    struct rc_pg_conn *second = acquire();
    assert_ptr_not_equal(first, second);
    assert_null(acquire_conn(fixture.pool, rc_clock_now_us() + 100000, &error));
    assert_int_equal(error.kind, RC_PG_ERROR_TIMEOUT);
    assert_int_equal(error.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    rc_pg_pool_stats(fixture.pool, &stats);
    assert_int_equal(stats.exclusive_leased, 2);
    assert_int_equal(stats.exclusive_waiting, 0);
    rc_pg_conn_release(first, false);
    struct rc_pg_conn *third = acquire();
    assert_ptr_equal(third, first); // kept warm, and lent again
    rc_pg_conn_release(second, false);
    rc_pg_conn_release(third, false);
}

static void test_dirty_connection_is_not_lent_again(void **state)
{
    (void)state;
    struct call call;
    for (int i = 0; i < 3; i++) {
        struct rc_pg_conn *conn = acquire();
        assert_true(run(&call, conn, "SELECT current_setting('work_mem')", false));
        assert_string_not_equal(call.text[0], "77kB");
        assert_true(run(&call, conn, "SET work_mem = '77kB'", false));
        rc_pg_conn_release(conn, true);
    }
}

static void test_stale_plan_in_a_transaction_is_told_and_mended_for_the_next(void **state)
{
    (void)state;
    struct call call;
    struct call read;
    struct rc_pg_conn *conn = acquire();
    call_init(&read);
    call_add(&read, rc_pg_statement_next_id(), "SELECT id FROM item", NULL, NULL);
    assert_true(call_run_on(&read, conn));
    test_database_run(fixture.url, "ALTER TABLE item ALTER id TYPE text");
    assert_true(run(&call, conn, "BEGIN", true));
    assert_false(call_run_on(&read, conn));
    assert_string_equal(read.error.sqlstate, "0A000");
    assert_true(run(&call, conn, "ROLLBACK", true));
    assert_true(run(&call, conn, "BEGIN", true));
    assert_true(call_run_on(&read, conn));
    assert_true(run(&call, conn, "COMMIT", true));
    assert_true(run(&call, conn, "SELECT count(*)::text FROM pg_prepared_statements", false));
    assert_string_equal(call.text[0],
                        "1"); // the stale one was deallocated once no transaction was open
    call_fini(&read);
    rc_pg_conn_release(conn, false);
}

static void test_lost_connection_fails_until_released(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_conn *conn = acquire();
    assert_true(run(&call, conn, "BEGIN", true));
    assert_true(run(&call, conn, "SELECT pg_backend_pid()::text", false));
    char sql[64];
    struct call kill;
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%.12s)::text", call.text[0]);
    assert_true(call_sql(&kill, fixture.pool, sql));
    call_fini(&kill);
    assert_false(run(&call, conn, "SELECT 1", false));
    assert_int_equal(call.error.kind, RC_PG_ERROR_CONNECTION);
    assert_false(run(&call, conn, "SELECT 1", false)); // and not silently on a new session
    assert_int_equal(call.error.kind, RC_PG_ERROR_CONNECTION);
    rc_pg_conn_release(conn, false);
    conn = acquire();
    assert_true(run(&call, conn, "SELECT 1", false));
    rc_pg_conn_release(conn, false);
}

static bool is_sleeping(void *arg)
{
    (void)arg;
    struct call call;
    assert_true(
        call_sql(&call, fixture.pool,
                 "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                 "AND datname = current_database()"));
    call_fini(&call);
    return strcmp(call.text[0], "1") == 0;
}

static void test_cancel_ends_the_running_statement(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_conn *conn = acquire();
    call_init(&call);
    call_add(&call, 0, "SELECT pg_sleep(60)", NULL, NULL);
    assert_int_equal(rc_pg_conn_submit(conn, &call.segment, NULL), ROWCALL_OK);
    assert_true(wait_until(is_sleeping, NULL));
    assert_int_equal(rc_pg_conn_cancel(conn, NULL), ROWCALL_OK);
    call_wait(&call);
    assert_string_equal(call.error.sqlstate, "57014");
    call_fini(&call);
    rc_pg_conn_release(conn, false);
}

static void test_shared_lanes_refuse_transaction_control(void **state)
{
    (void)state;
    struct call call;
    call_init(&call);
    call_add(&call, 0, "BEGIN", NULL, NULL);
    call.segment.control = true;
    assert_false(call_run(&call, fixture.pool));
    assert_int_equal(call.error.kind, RC_PG_ERROR_INVALID);
    call_fini(&call);
}

#define exclusive_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        exclusive_test(test_transaction_spans_segments),
        exclusive_test(test_failed_transaction_ends_with_rollback),
        exclusive_test(test_control_works_with_a_deadline_in_a_failed_transaction),
        exclusive_test(test_timeout_of_one_segment_does_not_stay_in_the_transaction),
        exclusive_test(test_release_rolls_back_what_is_open),
        exclusive_test(test_connections_are_limited_and_waited_for),
        exclusive_test(test_dirty_connection_is_not_lent_again),
        exclusive_test(test_stale_plan_in_a_transaction_is_told_and_mended_for_the_next),
        exclusive_test(test_lost_connection_fails_until_released),
        exclusive_test(test_cancel_ends_the_running_statement),
        exclusive_test(test_shared_lanes_refuse_transaction_control),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
