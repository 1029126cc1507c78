// SPDX-License-Identifier: Apache-2.0
//
// An envelope under way with the calls in it, each of which is answered by itself: sharing an
// envelope is no transaction. Calls that were given up meanwhile leave a gap, and their late
// replies are dropped. Not thread-safe: the channel says who may touch it.
#ifndef RC_CLIENT_FLIGHT_H
#define RC_CLIENT_FLIGHT_H

#include "pending.h"

enum { RC_FLIGHT_CALLS_MAX = 128 };

struct rc_channel;

struct rc_flight {
    struct rc_flight *next; // of whatever list it is in
    struct rc_flight *previous;
    struct rc_flight *to_send; // formed with it
    struct rc_channel *channel;
    struct rc_buf envelope;
    uint64_t id; // by which replies can be collected; 0: it has one call
    int64_t sent_us;
    int64_t collect_at_us; // when to ask for the replies that are ready
    bool is_collecting;    // that has been asked
    bool is_answered;      // only replies that are kept are missing
    bool in_window;        // counted as one that gathers calls behind it
    bool is_taken;         // its calls were answered without it
    atomic_bool is_ready;  // written: calls may be given up
    size_t count;
    struct rc_pending *calls[RC_FLIGHT_CALLS_MAX]; // NULL: given up
};

struct rc_flight *rc_flight_new(struct rc_channel *channel);
void rc_flight_free(struct rc_flight *flight);

// Writes the envelope, with what is left of each call's time. RESOURCE_EXHAUSTED: no memory.
rowcall_status rc_flight_write(struct rc_flight *flight, const char *token, int64_t now_us,
                               rowcall_error *err) RC_MUST_CHECK;

// How long the reply is waited for: as long as the most patient call.
uint32_t rc_flight_timeout(const struct rc_flight *flight, int64_t now_us);

// The replies of a flight. Borrows the envelope they are in.
struct rc_flight_replies {
    struct rc_view views[RC_FLIGHT_CALLS_MAX];
    rowcall_error failure; // of all calls; status ROWCALL_OK: there is a view for each
    bool is_refusal;       // the server refused the envelope and executed none
};

// Looks whether bytes answer the flight's calls.
void rc_flight_open(const struct rc_flight *flight, struct rc_view bytes,
                    struct rc_flight_replies *ret_replies);

enum rc_flight_answer {
    RC_FLIGHT_ANSWERED, // it is in the record
    RC_FLIGHT_REFUSED,  // for the sake of its company alone: it has to be sent again by itself
    RC_FLIGHT_KEPT,     // it has to be collected; until then the record holds a failure
};

// Puts the answer to call i, which was not given up, into its record.
enum rc_flight_answer rc_flight_read(const struct rc_flight *flight,
                                     const struct rc_flight_replies *replies, size_t i);

// The same for a reply that was collected.
void rc_flight_read_collected(struct rc_pending *call, struct rc_view reply);

#endif
