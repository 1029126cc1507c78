// SPDX-License-Identifier: Apache-2.0
//
// The calling end: one connection to a server, shared by many threads, each waiting for its own
// reply. It connects in the background and reconnects by itself. Nothing is ever sent twice:
// nng's resending is off, so a lost connection is reported, with what is known about the effect
// of the request.
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
    uint32_t max_concurrent;     // calls at once; further ones wait their turn; 1024
};

// Begins to connect to url (tcp://host:port or ipc:///path) and returns at once: a server that
// is not there yet is not an error, the call that needs it will say so. options may be NULL.
// Errors: INVALID_ARGUMENT (the URL), RESOURCE_EXHAUSTED (memory, files).
rowcall_status rc_dialer_open(const char *url, const struct rc_dialer_options *options,
                              struct rc_dialer **ret_dialer, rowcall_error *err) RC_MUST_CHECK;

// Sends request (borrowed) and waits for its reply, which is appended to ret_reply. Blocks for
// at most timeout_ms (0: no limit). Any thread, many at once.
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

// Disconnects. Calls in flight return CANCELLED; close waits for them to have returned. Nobody
// may begin a call once close has begun. Accepts NULL.
void rc_dialer_close(struct rc_dialer *dialer);

#endif
