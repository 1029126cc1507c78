// SPDX-License-Identifier: Apache-2.0
//
// Reading a request envelope in place: views into the message, nothing copied.
#ifndef RC_SERVICE_ENVELOPE_H
#define RC_SERVICE_ENVELOPE_H

#include "base/arena.h"
#include "service/transaction_mode.h"

// A value of a call's request that an earlier call returns; borrowed from the message.
struct rc_envelope_reference {
    uint32_t call;
    struct rc_view from;
    struct rc_view to;
};

// One call as it came; all views borrowed from the message.
struct rc_envelope_call {
    struct rc_view database;
    struct rc_view method;
    struct rc_view request;
    struct rc_view transaction;
    struct rc_view idempotency_key;
    struct rc_view explain; // of its metadata: what is asked for in place of execution; data is
                            // NULL when nothing is
    struct rc_view raw;     // the call's own bytes, for rc_envelope_metadata
    struct rc_envelope_reference *references; // from the arena
    size_t reference_count;
    uint32_t timeout_ms;
    bool timings;
};

struct rc_envelope {
    struct rc_envelope_call *calls; // from the arena
    size_t call_count;              // at least one
    bool atomic;
    struct rc_view token;
    struct rc_transaction_mode mode; // of an atomic envelope's transaction
    uint32_t max_retries;
    uint64_t id; // to collect replies by; 0: none
};

// Reads and checks an envelope. INVALID_ARGUMENT: not an envelope, or one without calls;
// RESOURCE_EXHAUSTED: more than max_calls, or the arena. Thread-safe.
rowcall_status rc_envelope_read(struct rc_view bytes, size_t max_calls, struct rc_arena *arena,
                                struct rc_envelope *ret_envelope,
                                rowcall_error *err) RC_MUST_CHECK;

// Writes a call's metadata for the log: "key=value key=value", cut to size; "" when it has
// none.
void rc_envelope_metadata(const struct rc_envelope_call *call, char *ret_text, size_t size);

#endif
