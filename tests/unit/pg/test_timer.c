// SPDX-License-Identifier: Apache-2.0
//
// Timers: in order, once, not early, not after a cancel. Nothing here depends on how long
// anything takes.
#include "support/check.h"

#include "base/clock.h"
#include "pg/loop_internal.h"
#include "pg/timer.h"

#include <pthread.h>

// What came, in order, and who waits for it.
struct log {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct rc_pg_loop *loop;
    struct rc_pg_timers *timers;
    int names[16];
    int count;
    bool early, elsewhere;
};

struct alarm {
    struct rc_pg_timer timer;
    struct log *log;
    int name;
    int again; // how often it sets itself again
};

static int open_log(void **state)
{
    static struct log log;
    rowcall_error err = {0};
    log = (struct log){.count = 0};
    pthread_mutex_init(&log.mutex, NULL);
    pthread_cond_init(&log.changed, NULL);
    ASSERT_OK(rc_pg_loop_new(&log.loop, &err), err);
    ASSERT_OK(rc_pg_timers_new(log.loop, &log.timers, &err), err);
    *state = &log;
    return 0;
}

static int close_log(void **state)
{
    struct log *log = *state;
    rc_pg_timers_free(log->timers);
    rc_pg_loop_free(log->loop);
    pthread_cond_destroy(&log->changed);
    pthread_mutex_destroy(&log->mutex);
    return 0;
}

static void ring(struct rc_pg_timer *timer)
{
    struct alarm *alarm = timer->user;
    struct log *log = alarm->log;
    int64_t now_us = rc_clock_now_us();
    pthread_mutex_lock(&log->mutex);
    log->names[log->count++] = alarm->name;
    log->early |= now_us < timer->at_us;
    log->elsewhere |= !rc_pg_loop_is_current(log->loop);
    if (alarm->again > 0) {
        alarm->again--;
        rc_pg_timer_set(log->timers, timer, now_us + 1000);
    }
    pthread_cond_signal(&log->changed);
    pthread_mutex_unlock(&log->mutex);
}

static void set(struct log *log, struct alarm *alarm, int name, int64_t at_us)
{
    alarm->timer.on_time = ring;
    alarm->timer.user = alarm;
    alarm->log = log;
    alarm->name = name;
    rc_pg_timer_set(log->timers, &alarm->timer, at_us);
}

static void wait_for(struct log *log, int count)
{
    pthread_mutex_lock(&log->mutex);
    while (log->count < count) {
        pthread_cond_wait(&log->changed, &log->mutex);
    }
    pthread_mutex_unlock(&log->mutex);
}

// Sets four on the loop's thread, which can ring none of them meanwhile.
static void set_four(struct rc_pg_timer *timer)
{
    struct alarm *alarms = timer->user;
    struct log *log = alarms[0].log;
    int64_t now_us = rc_clock_now_us();
    set(log, &alarms[0], 30, now_us - 10000);
    set(log, &alarms[1], 10, now_us - 30000);
    set(log, &alarms[2], 20, now_us - 20000);
    set(log, &alarms[3], 0, now_us - 40000);
    set(log, &alarms[3], 40, now_us + 1000); // moved
}

static void test_timer_rings_in_the_order_of_times(void **state)
{
    struct log *log = *state;
    struct alarm alarms[4] = {{.log = log}};
    struct rc_pg_timer start = {.on_time = set_four, .user = alarms};
    rc_pg_timer_set(log->timers, &start, 0);
    wait_for(log, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(log->names[i], 10 * (i + 1));
    }
    assert_false(log->early);
    assert_false(log->elsewhere);
}

static void test_timer_in_the_past_rings_now(void **state)
{
    struct log *log = *state;
    struct alarm alarm = {0};
    set(log, &alarm, 1, 0);
    wait_for(log, 1);
    assert_false(rc_pg_timer_cancel(log->timers, &alarm.timer));
}

static void test_timer_that_is_cancelled_does_not_ring(void **state)
{
    struct log *log = *state;
    struct alarm alarms[3] = {0};
    int64_t now_us = rc_clock_now_us();
    assert_false(rc_pg_timer_cancel(log->timers, &alarms[0].timer));
    set(log, &alarms[0], 0, now_us + 3600 * INT64_C(1000000));
    set(log, &alarms[1], 1, now_us + 3601 * INT64_C(1000000));
    set(log, &alarms[2], 2, now_us + 3602 * INT64_C(1000000));
    assert_true(rc_pg_timer_cancel(log->timers, &alarms[1].timer));
    assert_false(rc_pg_timer_cancel(log->timers, &alarms[1].timer));
    rc_pg_timer_set(log->timers, &alarms[2].timer, 0);
    wait_for(log, 1);
    assert_int_equal(log->names[0], 2);
    assert_true(rc_pg_timer_cancel(log->timers, &alarms[0].timer));
    assert_int_equal(log->count, 1);
}

static void test_timer_may_set_itself_again(void **state)
{
    struct log *log = *state;
    struct alarm alarm = {.again = 4};
    set(log, &alarm, 7, 0);
    wait_for(log, 5);
    assert_false(log->early);
    // The last ringing let go of the timer under this lock.
    pthread_mutex_lock(&log->mutex);
    assert_false(rc_pg_timer_cancel(log->timers, &alarm.timer));
    pthread_mutex_unlock(&log->mutex);
}

#define LOGGED(test) cmocka_unit_test_setup_teardown(test, open_log, close_log)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOGGED(test_timer_rings_in_the_order_of_times),
        LOGGED(test_timer_in_the_past_rings_now),
        LOGGED(test_timer_that_is_cancelled_does_not_ring),
        LOGGED(test_timer_may_set_itself_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
