// SPDX-License-Identifier: Apache-2.0
//
// Flights: forming them of what waits, sending them, and taking their replies.
#include "channel_state.h"

#include "base/clock.h"

#include <assert.h>

enum {
    WINDOW = 2,              // flights of quick calls under way before calls gather
    ALONE_FLIGHTS_MAX = 160, // a server takes 256 requests of a connection at once
    SHARED_BYTES_MAX = 256 * 1024,
};

static void on_done(void *arg, const struct rc_view *reply, const rowcall_error *failure);

// ---- the list

static struct rc_flight *take_flight(struct rc_channel *channel)
{
    struct rc_flight *flight = channel->spare_flights;
    if (flight) {
        channel->spare_flights = flight->next;
    } else if (!(flight = rc_flight_new(channel))) {
        return NULL;
    }
    flight->count = 0;
    flight->id = 0;
    flight->is_collecting = false;
    flight->is_answered = false;
    flight->is_taken = false;
    atomic_store_explicit(&flight->is_ready, false, memory_order_relaxed);
    return flight;
}

void rc_channel_list(struct rc_channel *channel, struct rc_flight *flight)
{
    flight->in_window = false;
    channel->alone_flights++;
    channel->crowded += flight->count > 1;
    flight->previous = NULL;
    flight->next = channel->flights;
    if (flight->next) {
        flight->next->previous = flight;
    }
    channel->flights = flight;
}

void rc_channel_leave_window(struct rc_channel *channel, struct rc_flight *flight)
{
    if (flight->in_window) {
        flight->in_window = false;
        channel->window--;
        channel->window_calls -= flight->count;
        channel->alone_flights++;
    }
}

void rc_channel_unlist(struct rc_channel *channel, struct rc_flight *flight)
{
    rc_channel_leave_window(channel, flight);
    channel->alone_flights--;
    channel->crowded -= flight->count > 1;
    if (flight->previous) {
        flight->previous->next = flight->next;
    } else {
        channel->flights = flight->next;
    }
    if (flight->next) {
        flight->next->previous = flight->previous;
    }
}

void rc_channel_recycle(struct rc_channel *channel, struct rc_flight *flight)
{
    flight->next = channel->spare_flights;
    channel->spare_flights = flight;
}

// ---- forming

// How many of those that wait the next envelope takes. What is under way is spread evenly over
// the window: otherwise one flight would have nearly all calls and the other hardly any, and
// server and client would take turns instead of working at the same time.
static size_t fair_share(const struct rc_channel *channel)
{
    size_t share = (channel->sharing.count + channel->window_calls + WINDOW - 1) / WINDOW;
    return share < RC_FLIGHT_CALLS_MAX ? share : RC_FLIGHT_CALLS_MAX;
}

static void fill(struct rc_channel *channel, struct rc_flight *flight)
{
    size_t share = fair_share(channel);
    size_t bytes = 0;
    while (
        flight->count < share && channel->sharing.first &&
        (flight->count == 0 || bytes + channel->sharing.first->call.len <= SHARED_BYTES_MAX)) {
        struct rc_pending *call = rc_call_list_pop(&channel->sharing);
        bytes += call->call.len;
        flight->calls[flight->count++] = call;
    }
    flight->id = flight->count > 1 ? ++channel->last_id : 0;
    rc_channel_list(channel, flight);
    flight->in_window = true;
    channel->alone_flights--;
    channel->window++;
    channel->window_calls += flight->count;
}

struct rc_flight *rc_channel_form(struct rc_channel *channel)
{
    struct rc_flight *formed = NULL;
    struct rc_flight **end = &formed;
    struct rc_flight *flight = NULL;
    if (channel->closing) {
        return NULL;
    }
    while (channel->alone.first && channel->alone_flights < ALONE_FLIGHTS_MAX &&
           (flight = take_flight(channel))) {
        flight->calls[flight->count++] = rc_call_list_pop(&channel->alone);
        rc_channel_list(channel, flight);
        *end = flight;
        end = &flight->to_send;
    }
    while (channel->sharing.first && channel->window < WINDOW &&
           !rc_channel_is_calling_back() && (flight = take_flight(channel))) {
        fill(channel, flight);
        *end = flight;
        end = &flight->to_send;
    }
    *end = NULL;
    rc_channel_wake_clock(channel);
    channel->senders += formed != NULL;
    return formed;
}

// ---- sending

// What could not even be sent: the clock tells its calls, as this thread may be one that
// submits.
static void fail_flight(struct rc_channel *channel, struct rc_flight *flight,
                        const rowcall_error *error)
{
    pthread_mutex_lock(&channel->lock);
    if (!flight->is_taken) {
        rc_channel_unlist(channel, flight);
        for (size_t i = 0; i < flight->count; i++) {
            if (flight->calls[i]) {
                flight->calls[i]->error = *error;
                rc_call_list_append(&channel->failed, flight->calls[i]);
            }
        }
    }
    rc_channel_recycle(channel, flight);
    rc_channel_wake_clock(channel);
    pthread_mutex_unlock(&channel->lock);
}

void rc_channel_sent(struct rc_channel *channel)
{
    pthread_mutex_lock(&channel->lock);
    channel->senders--;
    if (channel->closing) {
        pthread_cond_broadcast(&channel->changed);
    }
    pthread_mutex_unlock(&channel->lock);
}

void rc_channel_send(struct rc_channel *channel, struct rc_flight *flights, int64_t now_us)
{
    if (!flights) {
        return;
    }
    while (flights) {
        struct rc_flight *flight = flights;
        flights = flight->to_send;
        rowcall_error err = {0};
        uint32_t timeout_ms = rc_flight_timeout(flight, now_us);
        rowcall_status st = rc_flight_write(flight, channel->token, now_us, &err);
        flight->sent_us = now_us;
        flight->collect_at_us = 0;             // the clock knows when
        atomic_store(&flight->is_ready, true); // from here on the clock may take calls away
        if (st != ROWCALL_OK) {
            err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        } else {
            st = rc_dialer_start(channel->dialer, rc_buf_view(&flight->envelope), timeout_ms,
                                 on_done, flight, &err);
        }
        if (st != ROWCALL_OK) {
            fail_flight(channel, flight, &err);
        }
    }
    rc_channel_sent(channel);
}

// ---- replies

// Those that were refused together go once more, alone.
static void send_again(struct rc_channel *channel, struct rc_call_list *refused)
{
    struct rc_pending *call;
    pthread_mutex_lock(&channel->lock);
    while ((call = rc_call_list_pop(refused))) {
        call->error = (rowcall_error){0};
        call->was_refused = true;
        rc_call_list_append(&channel->alone, call);
    }
    struct rc_flight *flights = rc_channel_form(channel);
    pthread_mutex_unlock(&channel->lock);
    rc_channel_send(channel, flights, rc_clock_now_us());
}

// What became of a flight's calls.
struct landing {
    struct rc_call_list answered;
    struct rc_call_list refused;
    size_t kept; // calls that are left in the flight
};

// Puts the answers into the calls' records.
static void read_reply(struct rc_flight *flight, struct rc_view reply, struct landing *landing)
{
    struct rc_flight_replies replies;
    rc_flight_open(flight, reply, &replies);
    for (size_t i = 0; i < flight->count; i++) {
        struct rc_pending *call = flight->calls[i];
        enum rc_flight_answer answer =
            call ? rc_flight_read(flight, &replies, i) : RC_FLIGHT_KEPT;
        if (answer == RC_FLIGHT_KEPT) {
            landing->kept += call != NULL;
            continue;
        }
        flight->calls[i] = NULL;
        rc_call_list_append(
            answer == RC_FLIGHT_REFUSED ? &landing->refused : &landing->answered, call);
    }
}

static void take_failure(struct rc_flight *flight, const rowcall_error *failure,
                         struct landing *landing)
{
    for (size_t i = 0; i < flight->count; i++) {
        if (flight->calls[i]) {
            flight->calls[i]->error = *failure;
            rc_call_list_append(&landing->answered, flight->calls[i]);
        }
    }
}

// The flight is over, unless replies of it are kept: those are fetched.
static void end_flight(struct rc_channel *channel, struct rc_flight *flight,
                       struct landing *landing)
{
    struct rc_collection *questions = NULL;
    pthread_mutex_lock(&channel->lock);
    if (landing->kept > 0 && !channel->closing) {
        flight->is_answered = true;
        rc_channel_list(channel, flight);
        rc_channel_ask(channel, flight, &questions);
        rc_channel_wake_clock(channel);
        channel->senders += questions != NULL;
    } else {
        for (size_t i = 0; i < flight->count && landing->kept > 0; i++) {
            if (flight->calls[i]) { // its record holds the failure
                rc_call_list_append(&landing->answered, flight->calls[i]);
            }
        }
        rc_channel_recycle(channel, flight);
    }
    pthread_mutex_unlock(&channel->lock);
    rc_channel_send_questions(channel, questions);
}

static void note_paces(struct rc_channel *channel, const struct rc_flight *flight,
                       int64_t now_us)
{
    const struct rc_pace *before = NULL;
    for (size_t i = 0; i < flight->count; i++) {
        struct rc_pace *pace = flight->calls[i] ? flight->calls[i]->pace : NULL;
        if (pace && pace != before) {
            rc_pace_note(&channel->paces, pace, now_us - flight->sent_us);
        }
        before = pace;
    }
}

static void on_done(void *arg, const struct rc_view *reply, const rowcall_error *failure)
{
    struct rc_flight *flight = arg;
    struct rc_channel *channel = flight->channel;
    struct landing landing = {0};
    struct rc_flight *next = NULL;
    int64_t now_us = rc_clock_now_us();
    pthread_mutex_lock(&channel->lock);
    bool is_taken = flight->is_taken;
    if (is_taken) {
        rc_channel_recycle(channel, flight);
    } else {
        rc_channel_unlist(channel, flight);
        if (reply) {
            note_paces(channel, flight, now_us);
        }
        next = rc_channel_form(channel); // the server shall have something to do meanwhile
    }
    pthread_mutex_unlock(&channel->lock);
    if (is_taken) {
        return;
    }
    rc_channel_send(channel, next, now_us);
    if (reply) {
        read_reply(flight, *reply, &landing);
    } else {
        take_failure(flight, failure, &landing);
    }
    end_flight(channel, flight, &landing);
    if (landing.refused.first) {
        send_again(channel, &landing.refused);
    }
    rc_channel_tell(channel, &landing.answered);
}
