// SPDX-License-Identifier: Apache-2.0
//
// Writing one call's reply. A reply is written as the field it is in the reply envelope, so an
// envelope is its calls' replies one behind the other, and that of a lone call needs no
// copying:
//
//   0a len | 12 len response ... | 1a len timings        success
//   0a len | 0a len status       | 1a len timings        failure
//   0a len | 12 00 | 1a len timings | 22 len explain ...  explained
#ifndef RC_SERVICE_REPLY_H
#define RC_SERVICE_REPLY_H

#include "base/buf.h"

struct rc_reply_timings {
    int64_t queue_us;
    int64_t database_us;
    int64_t total_us;
};

// A reply being written.
struct rc_reply {
    struct rc_buf *out; // borrowed; this reply alone
    size_t reply_mark;
    size_t response_mark;
};

// Begins a successful reply in out, which is emptied first: response fields are appended to it
// next.
void rc_reply_begin(struct rc_reply *reply, struct rc_buf *out);

// The response as far as it is written; valid until more is.
struct rc_view rc_reply_response(const struct rc_reply *reply);

// Ends it. timings NULL: none asked for.
void rc_reply_end(struct rc_reply *reply, const struct rc_reply_timings *timings);

// The same for a call that was explained: explain is the encoded Explain message, in place of
// the response, which must be empty.
void rc_reply_end_explained(struct rc_reply *reply, struct rc_view explain,
                            const struct rc_reply_timings *timings);

// Makes it the failure of a reply that was taken out of its buffer and is kept to be collected.
void rc_reply_keep(struct rc_reply *reply, const rowcall_error *err);

// Makes it a failure, whatever was written; also mends a buffer that broke. Only after begin.
void rc_reply_fail(struct rc_reply *reply, const rowcall_error *err,
                   const struct rc_reply_timings *timings);

#endif
