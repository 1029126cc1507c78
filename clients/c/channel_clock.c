// SPDX-License-Identifier: Apache-2.0
//
// The clock. It sleeps unless calls wait or share an envelope: for a call alone in its envelope
// nng keeps the time. An envelope that takes too long leaves the window, so that others do not
// wait for it, and is asked for the replies that are ready, so that its own calls do not.
#include "channel_state.h"

#include "base/clock.h"

#include <time.h>

enum {
    TICK_US = 5000,
    COLLECT_MAX_US = 1000000, // the longest time between two questions
};

static bool has_work(const struct rc_channel *channel)
{
    return channel->sharing.first || channel->alone.first || channel->crowded > 0 ||
           channel->failed.first;
}

void rc_channel_wake_clock(struct rc_channel *channel)
{
    if (!channel->ticks && has_work(channel)) {
        channel->ticks = true;
        pthread_cond_signal(&channel->tick);
    }
}

// What a look found.
struct sweeping {
    struct rc_call_list calls; // to be told that their time is over
    struct rc_collection *questions;
};

static void give_up(struct rc_pending *call, rowcall_outcome outcome, const char *what,
                    struct rc_call_list *ret_late)
{
    rc_error_set(&call->error, ROWCALL_DEADLINE_EXCEEDED, "%s in time", what);
    call->error.outcome = outcome;
    rc_call_list_append(ret_late, call);
}

static void sweep_waiting(struct rc_call_list *waiting, int64_t now_us,
                          struct rc_call_list *ret_late)
{
    struct rc_call_list kept = {0};
    struct rc_pending *call;
    while ((call = rc_call_list_pop(waiting))) {
        if (call->deadline_us <= now_us) {
            give_up(call, ROWCALL_OUTCOME_NOT_EXECUTED, "not sent", ret_late);
        } else {
            rc_call_list_append(&kept, call);
        }
    }
    *waiting = kept;
}

static void sweep_flight(struct rc_channel *channel, struct rc_flight *flight, int64_t now_us,
                         struct sweeping *late)
{
    if (!atomic_load(&flight->is_ready)) {
        return;
    }
    int64_t age_us = now_us - flight->sent_us;
    bool is_overdue = age_us > rc_pace_patience_us(&channel->paces);
    if (is_overdue) {
        rc_channel_leave_window(channel, flight);
    }
    if (flight->count == 1) {
        return;
    }
    bool has_calls = false;
    for (size_t i = 0; i < flight->count; i++) {
        struct rc_pending *call = flight->calls[i];
        if (call && call->deadline_us <= now_us) {
            flight->calls[i] = NULL;
            give_up(call, ROWCALL_OUTCOME_UNKNOWN, "no answer", &late->calls);
        }
        has_calls = has_calls || flight->calls[i];
    }
    if (flight->is_collecting) {
        return;
    }
    if (!has_calls && flight->is_answered) {
        rc_channel_unlist(channel, flight);
        rc_channel_recycle(channel, flight);
    } else if (has_calls && is_overdue && now_us >= flight->collect_at_us) {
        rc_channel_ask(channel, flight, &late->questions);
        flight->collect_at_us = now_us + (age_us < COLLECT_MAX_US ? age_us : COLLECT_MAX_US);
    }
}

static struct sweeping sweep(struct rc_channel *channel)
{
    int64_t now_us = rc_clock_now_us();
    struct sweeping late = {.calls = channel->failed};
    channel->failed = (struct rc_call_list){0};
    sweep_waiting(&channel->sharing, now_us, &late.calls);
    sweep_waiting(&channel->alone, now_us, &late.calls);
    struct rc_flight *next = channel->closing ? NULL : channel->flights;
    while (next) {
        struct rc_flight *flight = next;
        next = flight->next;
        sweep_flight(channel, flight, now_us, &late);
    }
    channel->senders += late.questions != NULL;
    return late;
}

static void wait_tick(struct rc_channel *channel)
{
    if (!has_work(channel)) {
        channel->ticks = false;
        pthread_cond_wait(&channel->tick, &channel->lock);
        return;
    }
    channel->ticks = true;
    int64_t until_us = rc_clock_now_us() + TICK_US;
    struct timespec until = {.tv_sec = (time_t)(until_us / 1000000),
                             .tv_nsec = (long)(until_us % 1000000) * 1000};
    (void)pthread_cond_timedwait(&channel->tick, &channel->lock, &until);
}

void *rc_channel_run_clock(void *arg)
{
    struct rc_channel *channel = arg;
    pthread_mutex_lock(&channel->lock);
    while (!channel->stopped || channel->failed.first) {
        struct sweeping late = sweep(channel);
        pthread_mutex_unlock(&channel->lock);
        rc_channel_send_questions(channel, late.questions);
        rc_channel_tell(channel, &late.calls); // sends what waits, too
        pthread_mutex_lock(&channel->lock);
        if (!channel->stopped) {
            wait_tick(channel);
        }
    }
    pthread_mutex_unlock(&channel->lock);
    return NULL;
}
