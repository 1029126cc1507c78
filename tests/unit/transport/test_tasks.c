// SPDX-License-Identifier: Apache-2.0
//
// Task threads parked and set free: of operations that end together, as many callbacks run at
// once as threads were left.
#include "support/check.h"

#include "transport/tasks.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

enum { TASKS = 12, PATIENCE = 200 };

// Callbacks that wait for each other, until so many are there or patience ran out.
struct meeting {
    pthread_mutex_t lock;
    pthread_cond_t come;
    int wanted;
    int here;
    int most;
    bool is_over;
    nng_aio *aios[TASKS];
};

static void attend(void *arg)
{
    struct meeting *meeting = arg;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 20 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&meeting->lock);
    meeting->here++;
    meeting->most = meeting->here > meeting->most ? meeting->here : meeting->most;
    meeting->is_over = meeting->is_over || meeting->here >= meeting->wanted;
    pthread_cond_broadcast(&meeting->come);
    while (!meeting->is_over &&
           pthread_cond_timedwait(&meeting->come, &meeting->lock, &until) == 0) {
    }
    meeting->here--;
    pthread_mutex_unlock(&meeting->lock);
}

// The most callbacks that were under way together; they do not wait for more than `wanted`.
static int count_together(int wanted)
{
    struct meeting meeting = {
        .lock = PTHREAD_MUTEX_INITIALIZER, .come = PTHREAD_COND_INITIALIZER, .wanted = wanted};
    for (int i = 0; i < TASKS; i++) {
        assert_int_equal(nng_aio_alloc(&meeting.aios[i], attend, &meeting), 0);
    }
    for (int i = 0; i < TASKS; i++) {
        assert_true(nng_aio_begin(meeting.aios[i]));
        nng_aio_finish(meeting.aios[i], 0);
    }
    for (int i = 0; i < TASKS; i++) {
        nng_aio_wait(meeting.aios[i]);
        nng_aio_free(meeting.aios[i]);
    }
    return meeting.most;
}

// nng's threads name themselves when they begin; one that has no name yet is not parked.
static void park(unsigned keep)
{
    int attempts = 0;
    rc_tasks_park(keep);
    while (count_together((int)keep + 1) > (int)keep) {
        assert_true(attempts++ < PATIENCE);
        rc_tasks_release();
        rc_tasks_park(keep);
    }
}

// So many come together, if not at once on a busy machine.
static void assert_they_meet(int wanted)
{
    int attempts = 0;
    while (count_together(wanted) < wanted) {
        assert_true(attempts++ < PATIENCE);
    }
}

static void test_tasks_leaves_as_many_threads_as_asked_for(void **state)
{
    nng_socket socket;
    (void)state;
    assert_int_equal(nng_req0_open(&socket), 0);
    park(1);
    assert_int_equal(count_together(1), 1);
    rc_tasks_release();
    park(2);
    assert_they_meet(2);
    rc_tasks_release();
    nng_close(socket);
}

static void test_tasks_sets_threads_free_with_the_last_holder(void **state)
{
    nng_socket socket;
    (void)state;
    assert_int_equal(nng_req0_open(&socket), 0);
    park(1);
    rc_tasks_park(4); // changes nothing: they are parked
    assert_int_equal(count_together(2), 1);
    rc_tasks_release();
    assert_int_equal(count_together(2), 1);
    rc_tasks_release();
    assert_they_meet(2); // nng has two at least
    nng_close(socket);
}

static void test_tasks_wants_at_least_one_thread(void **state)
{
    (void)state;
    assert_true(rc_tasks_wanted() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tasks_leaves_as_many_threads_as_asked_for),
        cmocka_unit_test(test_tasks_sets_threads_free_with_the_last_holder),
        cmocka_unit_test(test_tasks_wants_at_least_one_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
