// SPDX-License-Identifier: Apache-2.0
//
// Rows that are handed over as they come: in order, in bounded memory, without holding up
// others, from the beginning when a segment is executed once more, and only as far as they are
// wanted.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/database.h"
#include "support/pg_call.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    char *url;
    struct rc_pg_loop *loop;
    struct rc_pg_pool *pool;
};

static struct fixture fixture;

// A segment whose step 0 is taken row by row; its callbacks run on the loop's thread.
struct reading {
    struct call call;
    int64_t rows;     // since the last restart
    int64_t expected; // the number that the next row holds
    bool in_order;
    int restarts;
    int64_t rows_before; // the first restart
    size_t most;         // bytes in use while rows came
    int64_t lose_at;     // the row at which the connection goes; 0: never
    int backend;         // it is this one
    int64_t enough;      // the row after which no more are wanted; 0: never
};

static int setup(void **state)
{
    struct rc_pg_pool_options options = {.name = "rows", .lanes = 1};
    (void)state;
    options.url = fixture.url = test_database_create();
    assert_int_equal(rc_pg_loop_new(&fixture.loop, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_open(fixture.loop, &options, &fixture.pool, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_wait_ready(fixture.pool, rc_clock_now_us() + 20000000, NULL),
                     ROWCALL_OK);
    return 0;
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

static int64_t number_of(const struct rc_pg_result *result)
{
    struct rc_pg_value value = rc_pg_result_value(result, 0, 0);
    int64_t number = 0;
    for (int i = 0; i < value.len; i++) {
        number = number << 8 | (unsigned char)value.data[i];
    }
    return number;
}

static void lose_connection(const struct reading *reading)
{
    char sql[64];
    (void)snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d)", reading->backend);
    test_database_run(fixture.url, sql);
}

static bool on_row(struct rc_pg_segment *segment, int step, const struct rc_pg_result *result)
{
    struct reading *reading = (struct reading *)segment->user;
    size_t used = reading->rows % 1000 == 999 ? mallinfo2().uordblks : 0;
    reading->in_order = reading->in_order && step == 0 && rc_pg_result_row_count(result) == 1 &&
                        number_of(result) == reading->expected;
    reading->expected++;
    reading->rows++;
    reading->most = used > reading->most ? used : reading->most;
    if (reading->lose_at > 0 && reading->rows == reading->lose_at) {
        reading->lose_at = 0;
        lose_connection(reading);
    }
    return reading->rows != reading->enough;
}

static void on_restart(struct rc_pg_segment *segment)
{
    struct reading *reading = (struct reading *)segment->user;
    reading->rows_before = reading->restarts++ == 0 ? reading->rows : reading->rows_before;
    reading->rows = 0;
    reading->expected = 1;
}

// For a statement whose first column counts the rows, from 1.
static void init(struct reading *reading, const char *sql)
{
    *reading = (struct reading){.expected = 1, .in_order = true};
    call_init(&reading->call);
    call_add(&reading->call, 1, sql, NULL, NULL);
    reading->call.steps[0].by_row = true;
    reading->call.segment.on_row = on_row;
    reading->call.segment.on_restart = on_restart;
}

static void expect_rows(struct reading *reading, int64_t rows)
{
    if (!call_run(&reading->call, fixture.pool)) {
        fail_msg("%s", reading->call.error.message);
    }
    assert_true(reading->in_order);
    assert_int_equal(reading->rows, rows);
    assert_int_equal(reading->call.row_count[0], 0); // what is left
}

static void test_rows_come_one_by_one(void **state)
{
    struct reading reading;
    static const int64_t counts[] = {0, 1, 31, 32, 33, 1000};
    char sql[64];
    (void)state;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        (void)snprintf(sql, sizeof(sql), "select generate_series(1, %d)", (int)counts[i]);
        init(&reading, sql);
        reading.call.statements[0].id = 100 + i;
        call_add(&reading.call, 2, "select 'beside'::text", NULL, NULL); // held, as ever
        expect_rows(&reading, counts[i]);
        assert_string_equal(reading.call.text[1], "beside");
        assert_int_equal(reading.restarts, 0);
        call_fini(&reading.call);
    }
}

// Half a gigabyte passes through.
static void test_rows_take_no_memory(void **state)
{
    struct reading reading;
    (void)state;
    init(&reading, "select n, repeat('x', 1000) from generate_series(1, 500000) n");
    size_t before = mallinfo2().uordblks;
    expect_rows(&reading, 500000);
    assert_true(reading.most < before + ((size_t)1 << 20));
    call_fini(&reading.call);
}

// Those in front of it and behind it on the same lane are answered, held and whole.
static void test_rows_leave_their_neighbours_alone(void **state)
{
    struct reading readings[3];
    struct call beside[3];
    static const char *const names[] = {"a", "b", "c"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        init(&readings[i], "select n from generate_series(1, 5000) n");
        call_init(&beside[i]);
        call_add(&beside[i], 3, "select $1::text || n from generate_series(1, 50) n", names[i],
                 NULL);
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &readings[i].call.segment, NULL),
                         ROWCALL_OK);
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &beside[i].segment, NULL), ROWCALL_OK);
    }
    for (int i = 0; i < 3; i++) {
        call_wait(&readings[i].call);
        call_wait(&beside[i]);
        assert_false(readings[i].call.failed || beside[i].failed);
        assert_true(readings[i].in_order);
        assert_int_equal(readings[i].rows, 5000);
        assert_int_equal(beside[i].row_count[0], 50);
        assert_int_equal(beside[i].text[0][0], names[i][0]);
        call_fini(&readings[i].call);
        call_fini(&beside[i]);
    }
}

// What was handed over is void.
static void test_rows_are_void_when_the_statement_fails(void **state)
{
    struct reading reading;
    (void)state;
    init(&reading, "select n, 1 / (3000 - n) from generate_series(1, 5000) n");
    assert_false(call_run(&reading.call, fixture.pool));
    assert_string_equal(reading.call.error.sqlstate, "22012");
    assert_int_equal(reading.call.error.step, 0);
    assert_true(reading.rows < 5000);
    call_fini(&reading.call);
}

static int backend_of_lane(void)
{
    struct call call;
    assert_true(call_sql(&call, fixture.pool, "select pg_backend_pid()::text"));
    int pid = (int)strtol(call.text[0], NULL, 10);
    call_fini(&call);
    return pid;
}

// The connection goes in the middle: a read begins again, and its owner is told.
static void test_rows_come_again_when_the_connection_was_lost(void **state)
{
    struct reading reading;
    (void)state;
    init(&reading, "select n, repeat('x', 1000) from generate_series(1, 100000) n");
    reading.backend = backend_of_lane();
    reading.lose_at = 1000;
    reading.call.segment.read_only = true;
    expect_rows(&reading, 100000);
    assert_int_equal(reading.restarts, 1);
    assert_true(reading.rows_before >= 1000);
    call_fini(&reading.call);
    init(&reading, "select n, repeat('x', 1000) from generate_series(1, 100000) n");
    reading.backend = backend_of_lane();
    reading.lose_at = 1000; // and what may have written does not
    assert_false(call_run(&reading.call, fixture.pool));
    assert_int_equal(reading.call.error.kind, RC_PG_ERROR_CONNECTION);
    assert_int_equal(reading.restarts, 0);
    call_fini(&reading.call);
}

// A plan that went stale is found out before the first row.
static void test_rows_come_of_a_plan_made_anew(void **state)
{
    struct reading reading;
    (void)state;
    test_database_run(fixture.url,
                      "create table numbers as select n from generate_series(1, 100) n");
    init(&reading, "select * from numbers order by n");
    expect_rows(&reading, 100);
    call_fini(&reading.call);
    test_database_run(fixture.url, "alter table numbers add more text");
    init(&reading, "select * from numbers order by n");
    expect_rows(&reading, 100);
    call_fini(&reading.call);
}

// The owner was told that it is late while rows were coming: the rest goes nowhere.
static void test_rows_of_a_late_segment_are_dropped(void **state)
{
    struct reading reading;
    (void)state;
    init(&reading, "select n, pg_sleep(case when n % 10000 = 0 then 0.1 else 0 end)"
                   " from generate_series(1, 1000000) n");
    reading.call.segment.deadline_us = rc_clock_now_us() + 300000;
    assert_false(call_run(&reading.call, fixture.pool));
    int64_t rows = reading.rows;
    struct call next;
    assert_true(call_sql(&next, fixture.pool, "select 'next'::text"));
    assert_int_equal(reading.rows, rows);
    call_fini(&next);
    call_fini(&reading.call);
}

// A read ends with the row that was enough, and its statement, which would take an hour, does
// not keep the lane.
static void test_rows_end_when_there_are_enough(void **state)
{
    struct reading reading;
    struct call next;
    (void)state;
    init(&reading, "select n, pg_sleep(case when n < 50000 then 0 else 3600 end)"
                   " from generate_series(1, 100000) n");
    reading.call.segment.read_only = true;
    reading.enough = 100;
    assert_true(call_run(&reading.call, fixture.pool));
    assert_int_equal(reading.rows, 100);
    assert_int_equal(reading.call.row_count[0], -1); // what is left is nobody's
    call_init(&next);
    call_add(&next, 3, "select 'next'::text", NULL, NULL);
    assert_true(call_run(&next, fixture.pool));
    assert_string_equal(next.text[0], "next");
    call_fini(&next);
    call_fini(&reading.call);
}

// Whether the lane has others in flight by then or not: no cancel hits them.
static void test_rows_that_were_enough_end_nothing_else(void **state)
{
    enum { ROUNDS = 60, BESIDE = 4 };
    // Long enough for a cancel to arrive.
    static const char slow_insert[] = "insert into kept select $1::text, $2::text"
                                      " from (select pg_sleep(0.003)) as while_asleep";
    (void)state;
    test_database_run(fixture.url, "create table kept (round text, beside text)");
    for (int round = 0; round < ROUNDS; round++) {
        struct reading reading;
        struct call beside[BESIDE];
        static const char *const names[BESIDE] = {"a", "b", "c", "d"};
        init(&reading, "select n from generate_series(1, 20000) n");
        reading.call.segment.read_only = true;
        reading.enough = 1 + round * 50;
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &reading.call.segment, NULL),
                         ROWCALL_OK);
        for (int i = 0; i < BESIDE; i++) {
            if (i == round % BESIDE) {
                call_wait(&reading.call);
            }
            call_init(&beside[i]);
            call_add(&beside[i], 4, slow_insert, "round", names[i]);
            assert_int_equal(rc_pg_pool_submit(fixture.pool, &beside[i].segment, NULL),
                             ROWCALL_OK);
        }
        for (int i = 0; i < BESIDE; i++) {
            call_wait(&beside[i]);
            assert_false(beside[i].failed);
            call_fini(&beside[i]);
        }
        assert_false(reading.call.failed);
        assert_int_equal(reading.rows, reading.enough);
        call_fini(&reading.call);
    }
    struct call count;
    assert_true(call_sql(&count, fixture.pool, "select count(*)::text from kept"));
    assert_string_equal(count.text[0], "240");
    call_fini(&count);
}

// What writes is neither cancelled nor answered before it is committed.
static void test_rows_that_were_enough_are_written_all_the_same(void **state)
{
    struct reading reading;
    struct call count;
    (void)state;
    test_database_run(fixture.url, "create table written (n int)");
    init(&reading, "insert into written select generate_series(1, 20000) returning n");
    reading.enough = 10;
    assert_true(call_run(&reading.call, fixture.pool));
    assert_int_equal(reading.rows, 10);
    assert_string_equal(reading.call.tag[0], "INSERT 0 20000");
    call_fini(&reading.call);
    assert_true(call_sql(&count, fixture.pool, "select count(*)::text from written"));
    assert_string_equal(count.text[0], "20000");
    call_fini(&count);
}

// Nor is what is part of a transaction: that goes on.
static void test_rows_that_were_enough_leave_the_transaction(void **state)
{
    struct reading reading;
    struct call begin;
    struct call after;
    struct rc_pg_conn *conn = acquire_conn(fixture.pool, 0, NULL);
    (void)state;
    assert_non_null(conn);
    call_init(&begin);
    call_add(&begin, 0, "begin", NULL, NULL);
    begin.segment.control = true;
    assert_true(call_run_on(&begin, conn));
    init(&reading, "select n from generate_series(1, 20000) n");
    reading.enough = 10;
    reading.call.segment.read_only = true;
    assert_true(call_run_on(&reading.call, conn));
    assert_int_equal(reading.rows, 10);
    call_init(&after);
    call_add(&after, 0, "select 'after'::text", NULL, NULL);
    assert_true(call_run_on(&after, conn));
    assert_string_equal(after.text[0], "after");
    call_fini(&after);
    call_fini(&reading.call);
    call_fini(&begin);
    rc_pg_conn_release(conn, false);
}

int main(void)
{
#define ROWS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROWS_TEST(test_rows_come_one_by_one),
        ROWS_TEST(test_rows_take_no_memory),
        ROWS_TEST(test_rows_leave_their_neighbours_alone),
        ROWS_TEST(test_rows_are_void_when_the_statement_fails),
        ROWS_TEST(test_rows_come_again_when_the_connection_was_lost),
        ROWS_TEST(test_rows_come_of_a_plan_made_anew),
        ROWS_TEST(test_rows_of_a_late_segment_are_dropped),
        ROWS_TEST(test_rows_end_when_there_are_enough),
        ROWS_TEST(test_rows_that_were_enough_end_nothing_else),
        ROWS_TEST(test_rows_that_were_enough_are_written_all_the_same),
        ROWS_TEST(test_rows_that_were_enough_leave_the_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
