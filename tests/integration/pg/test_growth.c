// SPDX-License-Identifier: Apache-2.0
//
// How many lanes a pool has: more while all are busy, fewer when nobody needs them.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/database.h"
#include "support/pg_call.h"

#include <stdio.h>
#include <unistd.h>

struct fixture {
    char *url;
    struct rc_pg_loop *loop;
    struct rc_pg_pool *pool;
};

static struct fixture fixture;

static void open_pool(const char *url, struct rc_pg_pool_options options)
{
    rowcall_error err = {0};
    options.url = url;
    options.name = "growth";
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

static bool has_three_lanes(void *arg)
{
    enum { CALLS = 4 };
    (void)arg;
    struct call calls[CALLS];
    struct rc_pg_pool_stats stats;
    for (int i = 0; i < CALLS; i++) { // whoever finds all lanes busy wants one more
        call_init(&calls[i]);
        call_add(&calls[i], 0, "SELECT pg_sleep(0.02)", NULL, NULL);
        assert_int_equal(rc_pg_pool_submit(fixture.pool, &calls[i].segment, NULL), ROWCALL_OK);
    }
    for (int i = 0; i < CALLS; i++) {
        call_wait(&calls[i]);
        assert_false(calls[i].failed);
        call_fini(&calls[i]);
    }
    rc_pg_pool_stats(fixture.pool, &stats);
    assert_true(stats.lanes_up <= 3);
    return stats.lanes_up == 3;
}

static bool has_one_lane(void *arg)
{
    (void)arg;
    struct rc_pg_pool_stats stats;
    rc_pg_pool_stats(fixture.pool, &stats);
    return stats.lanes_up == 1 && stats.lanes == 1;
}

static void test_lanes_come_while_all_are_busy_and_go_again(void **state)
{
    (void)state;
    struct rc_pg_pool_stats stats;
    open_pool(fixture.url,
              (struct rc_pg_pool_options){.lanes = 1, .lanes_max = 3, .idle_ms = 400});
    assert_true(wait_until(has_three_lanes, NULL));
    assert_true(wait_until(has_one_lane, NULL));
    assert_true(wait_until(has_three_lanes, NULL));
    rc_pg_pool_stats(fixture.pool, &stats);
    assert_int_equal(stats.losses, 0); // what is not needed is not lost
}

// Lanes that cannot be had are no failure of anybody's call, and do not stay wanted.
static void test_a_lane_that_cannot_connect_is_given_up(void **state)
{
    (void)state;
    char sql[128];
    char url[512];
    int role = (int)getpid(); // the cluster is shared by tests
    (void)snprintf(sql, sizeof(sql), "CREATE ROLE growth%d LOGIN CONNECTION LIMIT 1", role);
    test_database_run(fixture.url, sql);
    (void)snprintf(url, sizeof(url), "%s&user=growth%d", fixture.url, role);
    open_pool(url, (struct rc_pg_pool_options){.lanes = 1, .lanes_max = 3, .idle_ms = 600000});
    assert_false(has_three_lanes(NULL));
    assert_true(wait_until(has_one_lane, NULL));
    (void)snprintf(sql, sizeof(sql), "DROP ROLE growth%d", role);
    test_database_run(fixture.url, sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lanes_come_while_all_are_busy_and_go_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_lane_that_cannot_connect_is_given_up, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("growth", tests, NULL, NULL);
}
