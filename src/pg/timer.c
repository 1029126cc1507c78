// SPDX-License-Identifier: Apache-2.0
//
// A list in order of times, searched from its end: most timers are set for later than all
// others, because most are set with the same delay.
#include "pg/timer.h"

#include "pg/loop_internal.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct rc_pg_timers {
    struct rc_pg_ticker ticker; // first: ticks find the timers by it
    struct rc_pg_loop *loop;
    pthread_mutex_t mutex; // guards the rest
    pthread_cond_t changed;
    struct rc_pg_timer *first, *last;
    bool closing, closed;
};

static void insert(struct rc_pg_timers *timers, struct rc_pg_timer *timer)
{
    struct rc_pg_timer *before = timers->last;
    while (before && before->at_us > timer->at_us) {
        before = before->previous;
    }
    timer->previous = before;
    timer->next = before ? before->next : timers->first;
    *(timer->next ? &timer->next->previous : &timers->last) = timer;
    *(before ? &before->next : &timers->first) = timer;
    timer->set = true;
}

static void take_out(struct rc_pg_timers *timers, struct rc_pg_timer *timer)
{
    *(timer->previous ? &timer->previous->next : &timers->first) = timer->next;
    *(timer->next ? &timer->next->previous : &timers->last) = timer->previous;
    timer->previous = timer->next = NULL;
    timer->set = false;
}

static bool on_tick(struct rc_pg_ticker *ticker, int64_t now_us)
{
    struct rc_pg_timers *timers = (struct rc_pg_timers *)ticker; // its first member
    pthread_mutex_lock(&timers->mutex);
    while (timers->first && timers->first->at_us <= now_us) {
        struct rc_pg_timer *timer = timers->first;
        take_out(timers, timer);
        pthread_mutex_unlock(&timers->mutex);
        timer->on_time(timer);
        pthread_mutex_lock(&timers->mutex);
    }
    if (timers->first) {
        rc_pg_loop_arm(timers->loop, timers->first->at_us);
    }
    bool closing = timers->closing;
    timers->closed = closing;
    pthread_cond_broadcast(&timers->changed);
    pthread_mutex_unlock(&timers->mutex); // from here on a closing thread may free them
    return !closing;
}

rowcall_status rc_pg_timers_new(struct rc_pg_loop *loop, struct rc_pg_timers **ret_timers,
                                rowcall_error *err)
{
    struct rc_pg_timers *timers = calloc(1, sizeof *timers);
    if (!timers) {
        return rc_error_oom(err);
    }
    timers->ticker.on_tick = on_tick;
    timers->loop = loop;
    pthread_mutex_init(&timers->mutex, NULL);
    pthread_cond_init(&timers->changed, NULL);
    rowcall_status st = rc_pg_loop_add(loop, &timers->ticker, err);
    if (st != ROWCALL_OK) {
        timers->closed = true;
        rc_pg_timers_free(timers);
        return st;
    }
    *ret_timers = timers;
    return ROWCALL_OK;
}

void rc_pg_timers_free(struct rc_pg_timers *timers)
{
    if (!timers) {
        return;
    }
    assert(!rc_pg_loop_is_current(timers->loop));
    pthread_mutex_lock(&timers->mutex);
    assert(!timers->first);
    timers->closing = true;
    rc_pg_loop_arm(timers->loop, 0);
    while (!timers->closed) {
        pthread_cond_wait(&timers->changed, &timers->mutex);
    }
    pthread_mutex_unlock(&timers->mutex);
    pthread_cond_destroy(&timers->changed);
    pthread_mutex_destroy(&timers->mutex);
    free(timers);
}

void rc_pg_timer_set(struct rc_pg_timers *timers, struct rc_pg_timer *timer, int64_t at_us)
{
    pthread_mutex_lock(&timers->mutex);
    if (timer->set) {
        take_out(timers, timer);
    }
    timer->at_us = at_us;
    insert(timers, timer);
    pthread_mutex_unlock(&timers->mutex);
    rc_pg_loop_arm(timers->loop, at_us);
}

bool rc_pg_timer_cancel(struct rc_pg_timers *timers, struct rc_pg_timer *timer)
{
    pthread_mutex_lock(&timers->mutex);
    bool was_set = timer->set;
    if (was_set) {
        take_out(timers, timer);
    }
    pthread_mutex_unlock(&timers->mutex);
    return was_set;
}
