// SPDX-License-Identifier: Apache-2.0
//
// Envelopes of one call or several, as the shell commands send and read them. Thread-safe:
// nothing is kept.
#ifndef RC_BIN_ENVELOPE_H
#define RC_BIN_ENVELOPE_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct rc_shell_call {
    const char *database;
    const char *method;     // "Product/FindUnique"
    const char *token;      // NULL or empty: none
    struct rc_view request; // the encoded request message
    uint32_t timeout_ms;    // 0: the server's default
    bool timings;           // ask for them
    const char *explain;    // metadata "explain": "plan"; NULL: execute it
};

// A value of a call's request that an earlier call returns. Calls by index.
struct rc_shell_reference {
    size_t call;
    const char *to;
    size_t source;
    const char *from;
};

// Several calls in one envelope; token and timeout are those of the first.
struct rc_shell_batch {
    const struct rc_shell_call *calls;
    size_t count;
    const struct rc_shell_reference *references;
    size_t reference_count;
    bool atomic;
    uint32_t isolation; // rowcall.IsolationLevel; 0: the database's own
    bool read_only;
    uint32_t max_retries;
};

// Appends the request envelope of these calls.
void rc_shell_batch_write(const struct rc_shell_batch *batch, struct rc_buf *ret_envelope);

// Appends the request envelope of this call.
void rc_shell_call_write(const struct rc_shell_call *call, struct rc_buf *ret_envelope);

// The answer. response borrows from the envelope that was read.
struct rc_shell_answer {
    rowcall_error error;     // status ROWCALL_OK: the call succeeded
    struct rc_view response; // the encoded response message; of a success
    struct rc_view explain;  // the encoded Explain message; likewise
    bool has_explain;
    bool has_timings;
    uint64_t queue_us;
    uint64_t database_us;
    uint64_t total_us;
};

// Reads a reply envelope that must hold exactly one reply. A failed call is a read answer.
// INTERNAL: these bytes are no such envelope.
rowcall_status rc_shell_answer_read(struct rc_view envelope, struct rc_shell_answer *ret_answer,
                                    rowcall_error *err) RC_MUST_CHECK;

// Reads a reply envelope that must hold count replies. An envelope that was refused as a whole,
// with one reply, gives every call that error. INTERNAL as above.
rowcall_status rc_shell_answers_read(struct rc_view envelope, struct rc_shell_answer *answers,
                                     size_t count, rowcall_error *err) RC_MUST_CHECK;

// Reads one reply of an envelope's (field RC_REPLY_ENVELOPE_REPLIES), for whoever walks through
// it without room for all answers. False: these bytes are no reply.
bool rc_shell_reply_read(struct rc_view bytes, struct rc_shell_answer *ret_answer);

// Appends an error as the rowcall.Status message that the wire would carry.
void rc_shell_status_write(const rowcall_error *error, struct rc_buf *ret_status);

#endif
