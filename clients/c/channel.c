// SPDX-License-Identifier: Apache-2.0
//
// Records in and out, and telling answers. A thread that runs callbacks is marked, so that what
// they submit leaves together, and what would wait for nng's threads on one of them is refused.
#include "channel.h"

#include "base/clock.h"
#include "channel_state.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

// Of requests that wait to be sent; not of threads that wait themselves, whose own they are.
#define WAITING_BYTES_MAX ((size_t)64 << 20)

enum { CALL_KEPT_MAX = 4096 };

// How many channels this thread is calling back for.
static _Thread_local unsigned calling_back;

bool rc_channel_is_calling_back(void)
{
    return calling_back > 0;
}

static rowcall_status refuse(rowcall_error *err, rowcall_status st)
{
    if (err) {
        err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    return st;
}

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static void free_channel(struct rc_channel *channel)
{
    while (channel->spare_calls) {
        struct rc_pending *next = channel->spare_calls->next;
        rc_pending_free(channel->spare_calls);
        channel->spare_calls = next;
    }
    while (channel->spare_flights) {
        struct rc_flight *next = channel->spare_flights->next;
        rc_flight_free(channel->spare_flights);
        channel->spare_flights = next;
    }
    rc_pace_table_fini(&channel->paces);
    pthread_cond_destroy(&channel->tick);
    pthread_cond_destroy(&channel->changed);
    pthread_mutex_destroy(&channel->lock);
    free(channel);
}

rowcall_status rc_channel_open(const struct rc_channel_options *options,
                               struct rc_channel **ret_channel, rowcall_error *err)
{
    struct rc_channel *channel = calloc(1, sizeof *channel);
    if (!channel) {
        return rc_error_oom(err);
    }
    channel->dialer = options->dialer;
    channel->token = options->token;
    channel->max_calls = options->max_calls;
    channel->shares = options->shares;
    pthread_mutex_init(&channel->lock, NULL);
    init_condition(&channel->changed);
    init_condition(&channel->tick);
    if (pthread_create(&channel->clock, NULL, rc_channel_run_clock, channel) != 0) {
        free_channel(channel);
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot start a thread");
    }
    *ret_channel = channel;
    return ROWCALL_OK;
}

// Unlocks, and frees a channel that was closed and that nobody has anything of any more.
static void leave(struct rc_channel *channel)
{
    bool is_last = channel->is_closed && channel->calls == 0 && channel->room_waiters == 0;
    pthread_mutex_unlock(&channel->lock);
    if (is_last) {
        free_channel(channel);
    }
}

// ---- records

// Until a deadline on the monotonic clock; false when it passed.
static bool wait_change(struct rc_channel *channel, int64_t deadline_us)
{
    struct timespec until = {.tv_sec = (time_t)(deadline_us / 1000000),
                             .tv_nsec = (long)(deadline_us % 1000000) * 1000};
    channel->room_waiters++;
    int st = pthread_cond_timedwait(&channel->changed, &channel->lock, &until);
    channel->room_waiters--;
    return st != ETIMEDOUT;
}

static rowcall_status find_room(struct rc_channel *channel, int64_t deadline_us,
                                rowcall_error *err)
{
    while (!channel->closing && channel->calls >= channel->max_calls) {
        if (deadline_us == 0) {
            return rc_error_set(
                err, ROWCALL_RESOURCE_EXHAUSTED,
                "this client has %u calls under way, which is its max_calls: wait for answers",
                channel->calls);
        }
        if (!wait_change(channel, deadline_us)) {
            return rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED,
                                "this client has %u calls under way; none ended in time",
                                channel->calls);
        }
    }
    return channel->closing ? rc_error_set(err, ROWCALL_CANCELLED, "the client is being closed")
                            : ROWCALL_OK;
}

rowcall_status rc_channel_acquire(struct rc_channel *channel, int64_t deadline_us,
                                  struct rc_pending **ret_call, rowcall_error *err)
{
    pthread_mutex_lock(&channel->lock);
    struct rc_pending *call = NULL;
    rowcall_status st = find_room(channel, deadline_us, err);
    if (st == ROWCALL_OK) {
        call = channel->spare_calls;
        if (call) {
            channel->spare_calls = call->next;
        } else {
            call = rc_pending_new(channel);
            st = call ? st : rc_error_oom(err);
        }
        channel->calls += call != NULL;
    }
    leave(channel);
    if (st != ROWCALL_OK) {
        return refuse(err, st);
    }
    *ret_call = call;
    return ROWCALL_OK;
}

// Readies a record for the next call. Under the lock.
static void take_back(struct rc_channel *channel, struct rc_pending *call)
{
    if (call->error.status != ROWCALL_OK) {
        call->error = (rowcall_error){0};
    }
    if (call->call.capacity > CALL_KEPT_MAX) {
        rc_buf_fini(&call->call);
    }
    rc_buf_clear(&call->call);
    call->response = NULL;
    call->was_refused = false;
    atomic_store_explicit(&call->state, RC_PENDING_OPEN, memory_order_relaxed);
    call->next = channel->spare_calls;
    channel->spare_calls = call;
    channel->calls--;
    if (channel->room_waiters > 0) {
        pthread_cond_broadcast(&channel->changed);
    }
}

void rc_channel_release(struct rc_channel *channel, struct rc_pending *call)
{
    pthread_mutex_lock(&channel->lock);
    take_back(channel, call);
    leave(channel);
}

rowcall_status rc_channel_submit(struct rc_channel *channel, struct rc_pending *call,
                                 rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    struct rc_flight *flights = NULL;
    int64_t now_us = call->submitted_us; // the record may be another call's before long
    pthread_mutex_lock(&channel->lock);
    size_t waiting = channel->sharing.bytes + channel->alone.bytes;
    if (channel->closing) {
        st = rc_error_set(err, ROWCALL_CANCELLED, "the client is being closed");
    } else if (call->callback && waiting > 0 && call->call.len > WAITING_BYTES_MAX - waiting) {
        st = rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                          "%zu bytes of requests wait to be sent: wait for answers", waiting);
    } else {
        call->pace = rc_pace_find(&channel->paces, call->method);
        bool shares = channel->shares && call->may_share && call->pace &&
                      rc_pace_is_quick(&channel->paces, call->pace);
        rc_call_list_append(shares ? &channel->sharing : &channel->alone, call);
        flights = rc_channel_form(channel);
    }
    pthread_mutex_unlock(&channel->lock);
    rc_channel_send(channel, flights, now_us);
    return st == ROWCALL_OK ? st : refuse(err, st);
}

// ---- telling

void rc_call_list_fail(struct rc_call_list *calls, const rowcall_error *error,
                       struct rc_call_list *ret_failed)
{
    struct rc_pending *call;
    while ((call = rc_call_list_pop(calls))) {
        call->error = *error;
        rc_call_list_append(ret_failed, call);
    }
}

void rc_channel_tell(struct rc_channel *channel, struct rc_call_list *answered)
{
    struct rc_call_list callbacks = {0};
    struct rc_call_list back = {0};
    struct rc_pending *call;
    while ((call = rc_call_list_pop(answered))) { // first those whose threads can go on
        if (call->callback) {
            rc_call_list_append(&callbacks, call);
        } else if (rc_pending_tell(call)) {
            rc_call_list_append(&back, call);
        }
    }
    calling_back++;
    while ((call = rc_call_list_pop(&callbacks))) {
        (void)rc_pending_tell(call);
        rc_call_list_append(&back, call);
    }
    calling_back--;
    pthread_mutex_lock(&channel->lock);
    while ((call = rc_call_list_pop(&back))) {
        take_back(channel, call);
    }
    struct rc_flight *flights = rc_channel_form(channel);
    leave(channel);
    if (flights) {
        rc_channel_send(channel, flights, rc_clock_now_us());
    }
}

// ---- closing

// Takes the calls of all flights, and those that wait, and fails them.
static void cancel_all(struct rc_channel *channel, struct rc_call_list *ret_cancelled)
{
    rowcall_error cancelled = {0};
    struct rc_call_list taken = {0};
    rc_error_set(&cancelled, ROWCALL_CANCELLED, "the client was closed");
    cancelled.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    rc_call_list_fail(&channel->sharing, &cancelled, ret_cancelled);
    rc_call_list_fail(&channel->alone, &cancelled, ret_cancelled);
    cancelled.outcome = ROWCALL_OUTCOME_UNKNOWN;
    for (struct rc_flight *flight = channel->flights, *next; flight; flight = next) {
        next = flight->next;
        rc_channel_unlist(channel, flight);
        for (size_t i = 0; i < flight->count; i++) {
            if (flight->calls[i]) {
                rc_call_list_append(&taken, flight->calls[i]);
            }
        }
        flight->is_taken = true;
        if (flight->is_answered) { // nobody else will
            rc_channel_recycle(channel, flight);
        }
    }
    rc_call_list_fail(&taken, &cancelled, ret_cancelled);
}

// Under the lock, which it gives up meanwhile.
static void cancel(struct rc_channel *channel)
{
    struct rc_call_list cancelled = {0};
    cancel_all(channel, &cancelled);
    pthread_mutex_unlock(&channel->lock);
    rc_channel_tell(channel, &cancelled);
    pthread_mutex_lock(&channel->lock);
}

void rc_channel_close(struct rc_channel *channel)
{
    if (!channel) {
        return;
    }
    pthread_mutex_lock(&channel->lock);
    channel->closing = true;
    pthread_cond_broadcast(&channel->changed);
    while (channel->senders > 0) {
        pthread_cond_wait(&channel->changed, &channel->lock);
    }
    cancel(channel);
    pthread_mutex_unlock(&channel->lock);
    bool closed = rc_dialer_close(channel->dialer);

    pthread_mutex_lock(&channel->lock);
    cancel(channel); // what was answered too late to be sent again
    channel->stopped = true;
    pthread_cond_signal(&channel->tick);
    pthread_mutex_unlock(&channel->lock);
    pthread_join(channel->clock, NULL);
    pthread_mutex_lock(&channel->lock);
    channel->is_closed = closed; // else nng may still come with an answer
    leave(channel);
}
