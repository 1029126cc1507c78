// SPDX-License-Identifier: Apache-2.0
//
// A call from its submission to its answer, and whoever is to be told: a callback, a thread
// that waits, or nobody any more. It is owned by the channel that carries it (channel.h) until
// it is answered, then by who waits. Recycled: in steady state a call allocates nothing but its
// response.
#ifndef RC_CLIENT_PENDING_H
#define RC_CLIENT_PENDING_H

#include "base/buf.h"
#include "pace.h"
#include "rowcall/async.h"

#include <semaphore.h>
#include <stdatomic.h>

enum rc_pending_state {
    RC_PENDING_OPEN,
    RC_PENDING_ANSWERED,
    RC_PENDING_DISCARDED, // nobody will ask for the answer
};

struct rc_channel;

struct rc_pending {
    struct rc_pending *next; // of whatever list it is in
    struct rc_channel *channel;
    const rowcall_method *method;
    struct rc_pace *pace; // what is known of the method; NULL: nothing
    struct rc_buf call;   // the fields of its Call, but for the timeout
    uint32_t timeout_ms;  // the server's, from submitted_us
    int64_t submitted_us;
    int64_t deadline_us; // when the client gives it up
    bool may_share;      // its envelope
    bool was_refused;    // together with others; it goes once more, alone
    bool wants_response;
    rowcall_callback callback; // NULL: somebody waits
    void *arg;
    sem_t answered;   // posted for who waits
    atomic_int state; // enum rc_pending_state
    ProtobufCMessage *response;
    rowcall_error error; // zero while there is none, as clearing it costs more than a call
};

struct rc_pending *rc_pending_new(struct rc_channel *channel);
void rc_pending_free(struct rc_pending *pending);

// Tells the answer that it holds: calls the callback, or wakes who waits. True when the record
// is the caller's to recycle; otherwise it is not to be touched any more.
bool rc_pending_tell(struct rc_pending *pending);

// Waits for the answer.
void rc_pending_wait(struct rc_pending *pending);

// Gives up waiting. True when the answer is there already: the record, and the response in it,
// are the caller's to free.
bool rc_pending_discard(struct rc_pending *pending);

// Takes the answer out: *ret_response is untouched on failure and may be NULL; then the
// response is freed.
rowcall_status rc_pending_take(struct rc_pending *pending, ProtobufCMessage **ret_response,
                               rowcall_error *err) RC_MUST_CHECK;

#endif
