// SPDX-License-Identifier: Apache-2.0
//
// Collecting replies of an envelope that is not answered: a call that waits for a lock does not
// hold up those beside it, and what was too large for one reply comes in several. One question
// a flight is under way at a time; the next one is asked after twice the time, so that a call
// is told its answer in at most twice the time that it took.
#include "channel_state.h"

#include "base/clock.h"
#include "envelope.h"

#include <stdlib.h>

enum { TIMEOUT_MS = 10000 };

struct rc_collection {
    struct rc_collection *next;
    struct rc_channel *channel;
    uint64_t id; // the flight's; it may be over when the answer comes
    struct rc_buf envelope;
};

static void free_collection(struct rc_collection *collection)
{
    rc_buf_fini(&collection->envelope);
    free(collection);
}

void rc_channel_ask(struct rc_channel *channel, struct rc_flight *flight,
                    struct rc_collection **chain)
{
    bool known[RC_FLIGHT_CALLS_MAX];
    struct rc_collection *collection = calloc(1, sizeof *collection);
    if (!collection) {
        return;
    }
    for (size_t i = 0; i < flight->count; i++) {
        known[i] = flight->calls[i] == NULL;
    }
    collection->channel = channel;
    collection->id = flight->id;
    rc_envelope_add_collect(&collection->envelope, flight->id, known, flight->count,
                            TIMEOUT_MS);
    rc_envelope_finish(&collection->envelope, channel->token);
    if (rc_buf_status(&collection->envelope, NULL) != ROWCALL_OK) {
        free_collection(collection);
        return;
    }
    flight->is_collecting = true;
    collection->next = *chain;
    *chain = collection;
}

// The flight that was asked about; NULL when it is over. Under the lock.
static struct rc_flight *find_flight(const struct rc_channel *channel, uint64_t id)
{
    struct rc_flight *flight = channel->flights;
    while (flight && flight->id != id) {
        flight = flight->next;
    }
    return flight;
}

// Replies that were collected, with the calls that they are of.
struct collected {
    rowcall_error failure; // of the question; status ROWCALL_OK: it was answered
    struct rc_view replies[RC_FLIGHT_CALLS_MAX];
    struct rc_pending *calls[RC_FLIGHT_CALLS_MAX];
    size_t count;
};

// Finds the replies in the answer.
static void read_answer(const struct rc_view *answer, const rowcall_error *failure,
                        struct collected *ret_collected)
{
    struct rc_view view;
    struct rc_envelope_reply reply;
    rowcall_error *error = &ret_collected->failure;
    size_t count = 0;
    if (!answer) {
        *error = *failure;
    } else if (!rc_envelope_split(*answer, &view, 1, &count) || count != 1 ||
               !rc_envelope_read_reply(view, error, &reply)) {
        rc_error_set(error, ROWCALL_INTERNAL, "the server's answer is not a reply envelope");
    } else if (error->status == ROWCALL_OK) {
        (void)rc_envelope_read_collected(reply.response, ret_collected->replies,
                                         RC_FLIGHT_CALLS_MAX);
    }
}

// Takes the calls that were answered out of the flight.
static void take_calls(struct rc_flight *flight, struct collected *collected)
{
    for (size_t i = 0; i < flight->count; i++) {
        if (collected->replies[i].data && flight->calls[i]) {
            collected->calls[i] = flight->calls[i];
            flight->calls[i] = NULL;
            collected->count++;
        }
    }
}

// Of a flight that was answered but for kept replies: asks for more, or gives up those that the
// server has no more; they hold their failure. A busy server is asked again by the clock. Under
// the lock.
static void go_on(struct rc_channel *channel, struct rc_flight *flight,
                  const struct collected *collected, struct rc_call_list *ret_lost,
                  struct rc_collection **chain)
{
    size_t left = 0;
    for (size_t i = 0; i < flight->count; i++) {
        left += flight->calls[i] != NULL;
    }
    if (left > 0 && collected->count > 0) {
        rc_channel_ask(channel, flight, chain);
        return;
    }
    if (collected->failure.status == ROWCALL_RESOURCE_EXHAUSTED) {
        return;
    }
    rc_channel_unlist(channel, flight);
    for (size_t i = 0; i < flight->count; i++) {
        if (flight->calls[i]) {
            rc_call_list_append(ret_lost, flight->calls[i]);
        }
    }
    rc_channel_recycle(channel, flight);
}

static void on_collected(void *arg, const struct rc_view *answer, const rowcall_error *failure)
{
    struct rc_collection *collection = arg;
    struct rc_channel *channel = collection->channel;
    struct rc_collection *questions = NULL;
    struct rc_call_list answered = {0};
    struct collected collected = {0};
    read_answer(answer, failure, &collected);
    pthread_mutex_lock(&channel->lock);
    struct rc_flight *flight = find_flight(channel, collection->id);
    if (flight) {
        flight->is_collecting = false;
        take_calls(flight, &collected);
        if (flight->is_answered) {
            go_on(channel, flight, &collected, &answered, &questions);
        }
    }
    channel->senders += questions != NULL;
    pthread_mutex_unlock(&channel->lock);
    free_collection(collection);
    rc_channel_send_questions(channel, questions);
    for (size_t i = 0; i < RC_FLIGHT_CALLS_MAX; i++) {
        if (collected.calls[i]) {
            rc_flight_read_collected(collected.calls[i], collected.replies[i]);
            rc_call_list_append(&answered, collected.calls[i]);
        }
    }
    rc_channel_tell(channel, &answered);
}

// It could not be sent: the clock tries again, and knows what to give up.
static void take_back(struct rc_collection *collection)
{
    struct rc_channel *channel = collection->channel;
    pthread_mutex_lock(&channel->lock);
    struct rc_flight *flight = find_flight(channel, collection->id);
    if (flight) {
        flight->is_collecting = false;
    }
    pthread_mutex_unlock(&channel->lock);
    free_collection(collection);
}

void rc_channel_send_questions(struct rc_channel *channel, struct rc_collection *chain)
{
    if (!chain) {
        return;
    }
    while (chain) {
        struct rc_collection *collection = chain;
        chain = chain->next;
        rowcall_error err = {0};
        if (rc_dialer_start(channel->dialer, rc_buf_view(&collection->envelope), TIMEOUT_MS,
                            on_collected, collection, &err) != ROWCALL_OK) {
            take_back(collection);
        }
    }
    rc_channel_sent(channel);
}
