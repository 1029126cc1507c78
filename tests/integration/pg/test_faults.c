// SPDX-License-Identifier: Apache-2.0
//
// Lost connections and a PostgreSQL that goes away and comes back. The cluster is this test's
// own, so that it may be killed.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "bin/cluster.h"
#include "support/database.h"
#include "support/pg_call.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    char dir[64];
    char *url;
    struct rc_pg_loop *loop;
    struct rc_pg_pool *pool;
};

static struct fixture fixture;

static void start_cluster(void)
{
    rowcall_error err = {0};
    if (rc_cluster_start(fixture.dir, true, &err) != ROWCALL_OK) {
        fail_msg("%s", err.message);
    }
}

static void stop_cluster(void)
{
    rowcall_error err = {0};
    if (rc_cluster_stop(fixture.dir, &err) != ROWCALL_OK) {
        fail_msg("%s", err.message);
    }
}

static int start_all(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(fixture.dir, sizeof fixture.dir, "%s/rc-fault-XXXXXX",
             tmp && strlen(tmp) < 40 ? tmp : "/tmp");
    if (!mkdtemp(fixture.dir)) {
        return -1;
    }
    start_cluster();
    if (rc_cluster_url(fixture.dir, "postgres", &fixture.url, NULL) != ROWCALL_OK) {
        return -1;
    }
    test_database_run(fixture.url, "CREATE TABLE item (id int)");
    return rc_pg_loop_new(&fixture.loop, NULL) == ROWCALL_OK ? 0 : -1;
}

static int stop_all(void **state)
{
    (void)state;
    char command[128];
    rc_pg_loop_free(fixture.loop);
    stop_cluster();
    free(fixture.url);
    snprintf(command, sizeof command, "rm -rf '%s'", fixture.dir);
    return system(command);
}

static void open_pool(struct rc_pg_pool_options options)
{
    options.url = fixture.url;
    assert_int_equal(rc_pg_pool_open(fixture.loop, &options, &fixture.pool, NULL), ROWCALL_OK);
}

static void open_ready(struct rc_pg_pool_options options)
{
    open_pool(options);
    assert_int_equal(rc_pg_pool_wait_ready(fixture.pool, rc_clock_now_us() + 20000000, NULL),
                     ROWCALL_OK);
}

static int close_pool(void **state)
{
    (void)state;
    rc_pg_pool_close(fixture.pool, rc_clock_now_us() + 10000000);
    fixture.pool = NULL;
    return 0;
}

static bool is_sleeping(void *arg)
{
    struct rc_pg_pool *control = arg;
    struct call call;
    assert_true(
        call_sql(&call, control,
                 "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'"));
    call_fini(&call);
    return strcmp(call.text[0], "1") == 0;
}

// Ends the backend that sleeps, from a pool of our own.
static void terminate_sleeper(void)
{
    struct rc_pg_pool *control = NULL;
    struct rc_pg_pool_options options = {.url = fixture.url, .lanes = 1};
    struct call call;
    assert_int_equal(rc_pg_pool_open(fixture.loop, &options, &control, NULL), ROWCALL_OK);
    assert_true(wait_until(is_sleeping, control));
    assert_true(call_sql(&call, control,
                         "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity "
                         "WHERE wait_event = 'PgSleep'"));
    call_fini(&call);
    rc_pg_pool_close(control, 0);
}

static void test_read_is_repeated_when_its_backend_is_ended(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_pool_stats stats;
    open_ready((struct rc_pg_pool_options){.lanes = 1});
    call_init(&call);
    call_add(&call, 0, "SELECT pg_sleep(1.5)", NULL, NULL);
    call_add(&call, 0, "SELECT 'read'", NULL, NULL);
    call.segment.read_only = true;
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &call.segment, NULL), ROWCALL_OK);
    terminate_sleeper();
    call_wait(&call);
    assert_false(call.failed);
    assert_string_equal(call.text[1], "read");
    rc_pg_pool_stats(fixture.pool, &stats);
    assert_int_equal(stats.losses, 1);
    assert_int_equal(stats.retries, 1);
    call_fini(&call);
}

static void test_write_is_known_to_be_undone_when_the_server_said_goodbye(void **state)
{
    (void)state;
    struct call write;
    struct call behind;
    open_ready((struct rc_pg_pool_options){.lanes = 1});
    call_init(&write);
    call_add(&write, 0, "INSERT INTO item VALUES (1)", NULL, NULL);
    call_add(&write, 0, "SELECT pg_sleep(60)", NULL, NULL);
    call_init(&behind);
    call_add(&behind, 0, "INSERT INTO item VALUES (2) RETURNING 'kept'", NULL, NULL);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &write.segment, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &behind.segment, NULL), ROWCALL_OK);
    terminate_sleeper();
    call_wait(&write);
    call_wait(&behind);
    assert_true(write.failed);
    assert_int_equal(write.error.kind, RC_PG_ERROR_CONNECTION);
    assert_string_equal(write.error.sqlstate, "57P01");
    assert_int_equal(write.error.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    assert_false(behind.failed); // never run there, so run again, and once
    assert_string_equal(behind.text[0], "kept");
    call_fini(&write);
    call_fini(&behind);
    struct call count;
    assert_true(call_sql(&count, fixture.pool,
                         "SELECT string_agg(id::text, ',' ORDER BY id) FROM item"));
    assert_string_equal(count.text[0], "2");
    call_fini(&count);
}

// Kills the sleeping backend without a goodbye; the server then restarts all sessions.
static void kill_sleeper(void)
{
    struct rc_pg_pool *control = NULL;
    struct rc_pg_pool_options options = {.url = fixture.url, .lanes = 1};
    struct call call;
    assert_int_equal(rc_pg_pool_open(fixture.loop, &options, &control, NULL), ROWCALL_OK);
    assert_true(wait_until(is_sleeping, control));
    assert_true(call_sql(
        &call, control, "SELECT pid::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'"));
    assert_int_equal(kill((pid_t)strtol(call.text[0], NULL, 10), SIGKILL), 0);
    call_fini(&call);
    rc_pg_pool_close(control, 0);
}

static void test_write_is_unknown_when_its_backend_is_killed(void **state)
{
    (void)state;
    struct call write;
    struct call read;
    open_ready((struct rc_pg_pool_options){.lanes = 1, .connect_grace_ms = 20000});
    call_init(&write);
    call_add(&write, 0, "SELECT pg_sleep(60)", NULL, NULL);
    call_init(&read);
    call_add(&read, 0, "SELECT 'again'", NULL, NULL);
    read.segment.read_only = true;
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &write.segment, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &read.segment, NULL), ROWCALL_OK);
    kill_sleeper();
    call_wait(&write);
    assert_true(write.failed);
    assert_int_equal(write.error.kind, RC_PG_ERROR_CONNECTION);
    assert_int_equal(write.error.outcome, ROWCALL_OUTCOME_UNKNOWN);
    call_wait(&read);
    assert_false(read.failed);
    assert_string_equal(read.text[0], "again");
    call_fini(&write);
    call_fini(&read);
}

static bool is_down(void *arg)
{
    return !rc_pg_pool_is_ready(arg);
}

struct changes {
    int up;
    int down;
};

static void count_change(void *arg, bool ready, const char *reason)
{
    struct changes *changes = arg;
    changes->up += ready;
    changes->down += !ready;
    assert_true(reason && *reason);
}

static void test_pool_waits_for_a_restarted_server(void **state)
{
    (void)state;
    struct call call;
    struct changes changes = {0};
    open_ready((struct rc_pg_pool_options){
        .connect_grace_ms = 30000, .on_state = count_change, .on_state_arg = &changes});
    stop_cluster();
    assert_true(wait_until(is_down, fixture.pool));
    call_init(&call);
    call_add(&call, 0, "SELECT 'back'", NULL, NULL);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &call.segment, NULL), ROWCALL_OK); // waits
    start_cluster();
    call_wait(&call);
    assert_false(call.failed);
    assert_string_equal(call.text[0], "back");
    call_fini(&call);
    close_pool(NULL);
    assert_int_equal(changes.up, 2);
    assert_true(changes.down >= 1);
}

static void test_calls_fail_fast_after_the_grace_and_recover(void **state)
{
    (void)state;
    struct call call;
    struct rc_pg_error error;
    open_ready((struct rc_pg_pool_options){.connect_grace_ms = 200});
    stop_cluster();
    assert_true(wait_until(is_down, fixture.pool));
    assert_false(call_sql(&call, fixture.pool, "SELECT 1"));
    assert_int_equal(call.error.kind, RC_PG_ERROR_CONNECTION);
    assert_int_equal(call.error.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    assert_non_null(strstr(call.error.message, fixture.dir)); // libpq says where it knocked
    call_fini(&call);
    assert_int_equal(rc_pg_pool_submit(fixture.pool, &call.segment, &error),
                     ROWCALL_UNAVAILABLE);
    assert_null(acquire_conn(fixture.pool, rc_clock_now_us() + 20000000, &error));
    assert_int_equal(error.kind, RC_PG_ERROR_CONNECTION);
    start_cluster();
    rowcall_error err = {0};
    assert_int_equal(rc_pg_pool_wait_ready(fixture.pool, rc_clock_now_us() + 30000000, &err),
                     ROWCALL_OK);
    assert_true(call_sql(&call, fixture.pool, "SELECT 1"));
    call_fini(&call);
}

static void test_pool_opens_while_the_server_is_down(void **state)
{
    (void)state;
    rowcall_error err = {0};
    struct call call;
    stop_cluster();
    open_pool((struct rc_pg_pool_options){0});
    assert_int_equal(rc_pg_pool_wait_ready(fixture.pool, rc_clock_now_us() + 100000, &err),
                     ROWCALL_UNAVAILABLE);
    assert_string_equal(err.reason, "P1001");
    start_cluster();
    assert_int_equal(rc_pg_pool_wait_ready(fixture.pool, rc_clock_now_us() + 30000000, NULL),
                     ROWCALL_OK);
    assert_true(call_sql(&call, fixture.pool, "SELECT 1"));
    call_fini(&call);
}

#define fault_test(test) cmocka_unit_test_setup_teardown(test, NULL, close_pool)

int main(void)
{
    const struct CMUnitTest tests[] = {
        fault_test(test_read_is_repeated_when_its_backend_is_ended),
        fault_test(test_write_is_known_to_be_undone_when_the_server_said_goodbye),
        fault_test(test_write_is_unknown_when_its_backend_is_killed),
        fault_test(test_pool_waits_for_a_restarted_server),
        fault_test(test_calls_fail_fast_after_the_grace_and_recover),
        fault_test(test_pool_opens_while_the_server_is_down),
    };
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
