// SPDX-License-Identifier: Apache-2.0
//
// The calling end: one connection to a server, shared by many threads, with many requests under
// way at once. It connects in the background and reconnects by itself. Nothing is ever sent
// twice: nng's resending is off, so a lost connection is reported, with what is known about the
// effect of the request.
#ifndef RC_TRANSPORT_DIALER_H
#define RC_TRANSPORT_DIALER_H

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

#include <stddef.h>
#include <stdint.h>

struct rc_dialer;

// Zero means the default.
struct rc_dialer_options {
    uint32_t connect_timeout_ms; // how long a call waits for a connection, within its own
                                 // timeout; 5000
    size_t max_message_bytes;    // longest request sent and longest reply accepted; 16 MiB
    uint32_t max_concurrent;     // requests at once; 1024
    uint32_t task_threads;       // of nng's, in the whole process, that are left to work while
                                 // the dialer is open (tasks.h); 0: all
};

// Begins to connect to url (tcp://host:port or ipc:///path) and returns at once: a server that
// is not there yet is not an error, the call that needs it will say so. options may be NULL.
// Errors: INVALID_ARGUMENT (the URL), RESOURCE_EXHAUSTED (memory, files).
rowcall_status rc_dialer_open(const char *url, const struct rc_dialer_options *options,
                              struct rc_dialer **ret_dialer, rowcall_error *err) RC_MUST_CHECK;

// Takes the reply to a request, borrowed for the call; or NULL, and in failure (borrowed) why
// there is none. It is called on a thread of nng's, which it should not keep for long, and may
// start further requests.
typedef void (*rc_dialer_done_fn)(void *arg, const struct rc_view *reply,
                                  const rowcall_error *failure);

// Sends request (borrowed until start returns), from this thread where that is possible at
// once, and returns without waiting. done is called exactly once, by another thread, at the
// latest when timeout_ms (0: no limit) have passed; unless start fails: then never. Any thread,
// many at once; does not block.
// Errors, all with the outcome "not executed":
//   RESOURCE_EXHAUSTED  the request is too long, there is no memory, or max_concurrent requests
//                       are under way
//   CANCELLED           the dialer is being closed
//   UNAVAILABLE         the system refuses
// What done is told besides is what rc_dialer_call returns.
rowcall_status rc_dialer_start(struct rc_dialer *dialer, struct rc_view request,
                               uint32_t timeout_ms, rc_dialer_done_fn done, void *arg,
                               rowcall_error *err) RC_MUST_CHECK;

// Sends request (borrowed) and waits for its reply, which is appended to ret_reply. Blocks for
// at most timeout_ms (0: no limit), waiting its turn when max_concurrent requests are under way
// included. Any thread, many at once, but not from within a done function.
// Errors, each with its outcome:
//   RESOURCE_EXHAUSTED  not executed: the request is too long
//                       unknown: no memory for the reply
//   UNAVAILABLE         not executed: no connection to url
//                       unknown: the connection broke while waiting
//   DEADLINE_EXCEEDED   not executed: never sent
//                       unknown: sent, no reply in time
//   CANCELLED           not executed or unknown: the dialer was closed meanwhile
rowcall_status rc_dialer_call(struct rc_dialer *dialer, struct rc_view request,
                              uint32_t timeout_ms, struct rc_buf *ret_reply,
                              rowcall_error *err) RC_MUST_CHECK;

// Disconnects. Requests under way fail with CANCELLED; close waits until that has been told.
// No done function may close. False when nng did not let go (socket.h): then the dialer is left
// behind, and done functions may be called later or never. Accepts NULL.
bool rc_dialer_close(struct rc_dialer *dialer);

#endif
