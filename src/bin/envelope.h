// SPDX-License-Identifier: Apache-2.0
//
// Envelopes of one call, as the shell commands send and read them. Thread-safe: nothing is
// kept.
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

// Appends an error as the rowcall.Status message that the wire would carry.
void rc_shell_status_write(const rowcall_error *error, struct rc_buf *ret_status);

#endif
