// SPDX-License-Identifier: Apache-2.0
//
// What channel.c, channel_send.c, channel_collect.c and channel_clock.c share.
//
// A record is in one place at a time: spare, with its owner, in a list of those that wait, in a
// flight, or in the hands of a thread that tells it. A flight is listed until its reply is
// there, it failed, or closing took its calls away; who unlists it, under the lock, tells them.
#ifndef RC_CLIENT_CHANNEL_STATE_H
#define RC_CLIENT_CHANNEL_STATE_H

#include "channel.h"
#include "flight.h"

#include <pthread.h>

struct rc_call_list {
    struct rc_pending *first;
    struct rc_pending *last;
    size_t count;
    size_t bytes; // of their calls
};

struct rc_channel {
    struct rc_dialer *dialer;
    const char *token;
    uint32_t max_calls;
    bool shares;

    pthread_mutex_t lock;   // guards what follows, and the calls of listed flights
    pthread_cond_t changed; // room for a call; or, while closing, a sender less
    bool closing;           // nothing is sent any more
    bool is_closed;         // who brings the last record back frees the channel
    uint32_t calls;         // records that are out
    uint32_t room_waiters;  // threads that wait for one
    uint32_t senders;       // threads that are about to send
    struct rc_pending *spare_calls;
    struct rc_flight *spare_flights;
    struct rc_flight *flights;   // listed
    struct rc_call_list sharing; // wait for the window
    struct rc_call_list alone;   // wait for a flight of their own
    struct rc_call_list failed;  // could not be sent; the clock tells them
    uint32_t window;             // flights in it
    size_t window_calls;         // and the calls in those
    uint32_t crowded;            // flights with several calls
    uint64_t last_id;            // of those
    uint32_t alone_flights;      // not in the window
    struct rc_pace_table paces;

    pthread_t clock;
    pthread_cond_t tick;
    bool ticks;   // the clock looks by itself
    bool stopped; // the clock has to end
};

// ---- lists

static inline void rc_call_list_append(struct rc_call_list *list, struct rc_pending *call)
{
    call->next = NULL;
    if (list->last) {
        list->last->next = call;
    } else {
        list->first = call;
    }
    list->last = call;
    list->count++;
    list->bytes += call->call.len;
}

// The first one; NULL when there is none.
static inline struct rc_pending *rc_call_list_pop(struct rc_call_list *list)
{
    struct rc_pending *call = list->first;
    if (call) {
        list->first = call->next;
        list->last = list->first ? list->last : NULL;
        list->count--;
        list->bytes -= call->call.len;
    }
    return call;
}

// ---- sending (channel_send.c)

// Forms flights of what may leave now, for rc_channel_send; NULL when there is none. Calls of a
// callback that share stay until all callbacks of its message have returned. Under the lock.
struct rc_flight *rc_channel_form(struct rc_channel *channel);

// Writes and sends flights that were formed, if any; not under the lock. What cannot be sent
// fails.
void rc_channel_send(struct rc_channel *channel, struct rc_flight *flights, int64_t now_us);

// A thread has sent what it took to send: closing may wait for it. Not under the lock.
void rc_channel_sent(struct rc_channel *channel);

// Puts a flight on the list, out of the window. Under the lock.
void rc_channel_list(struct rc_channel *channel, struct rc_flight *flight);

// Gives a flight back that is not listed. Under the lock.
void rc_channel_recycle(struct rc_channel *channel, struct rc_flight *flight);

// Takes a flight off the list; its calls are then the caller's to tell. Under the lock.
void rc_channel_unlist(struct rc_channel *channel, struct rc_flight *flight);

// Lets quick calls leave although this flight has not been answered. Under the lock.
void rc_channel_leave_window(struct rc_channel *channel, struct rc_flight *flight);

// ---- telling (channel.c)

// Tells calls their answers, which they hold, takes back the records that nobody keeps, and
// sends what can be sent then. Not under the lock.
void rc_channel_tell(struct rc_channel *channel, struct rc_call_list *answered);

// Fails calls with this error; they are appended to ret_failed.
void rc_call_list_fail(struct rc_call_list *calls, const rowcall_error *error,
                       struct rc_call_list *ret_failed);

// ---- collecting (channel_collect.c)

// A question for the replies of a flight that are ready.
struct rc_collection;

// Makes one for a listed flight, of which there is none under way; put into *chain. Without
// memory there is none, and it is tried again later. Who sends them is a sender. Under the
// lock.
void rc_channel_ask(struct rc_channel *channel, struct rc_flight *flight,
                    struct rc_collection **chain);

// Sends questions, if any. Not under the lock.
void rc_channel_send_questions(struct rc_channel *channel, struct rc_collection *chain);

// ---- the clock (channel_clock.c)

// The clock's thread: gives up calls whose time is over, and takes flights that take too long
// out of the window.
void *rc_channel_run_clock(void *channel);

// Makes the clock look regularly while there is something to look at. Under the lock.
void rc_channel_wake_clock(struct rc_channel *channel);

#endif
