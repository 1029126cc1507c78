// SPDX-License-Identifier: Apache-2.0
//
// What batches, transactions and futures need of a client: sending an envelope, calling the
// server's own methods, and submitting a call.
#ifndef RC_CLIENT_CLIENT_INTERNAL_H
#define RC_CLIENT_CLIENT_INTERNAL_H

#include "base/buf.h"
#include "pending.h"

// Sends a finished envelope and appends the reply envelope to ret_reply. timeout_ms 0: the
// client's. Any thread; blocks.
rowcall_status rc_client_send(rowcall_client *client, struct rc_view envelope,
                              uint32_t timeout_ms, struct rc_buf *ret_reply,
                              rowcall_error *err) RC_MUST_CHECK;

// FAILED_PRECONDITION (not executed) on a thread that runs a callback.
rowcall_status rc_client_check_may_wait(rowcall_error *err) RC_MUST_CHECK;

// Calls a method of the server's own and appends its response to ret_response (may be NULL).
// Errors as rowcall_call; err is zeroed first and must not be NULL.
rowcall_status rc_client_call_own(const rowcall_handle *handle, const char *method,
                                  struct rc_view request, uint32_t timeout_ms,
                                  struct rc_buf *ret_response,
                                  rowcall_error *err) RC_MUST_CHECK;

// The token to put into envelopes; empty when there is none. Borrowed from the client.
const char *rc_client_token(const rowcall_client *client);

// The timeout of a call: its own, else the client's.
uint32_t rc_client_timeout(const rowcall_client *client, const rowcall_call_options *options);

// A call to submit. All borrowed.
struct rc_client_call {
    const rowcall_method *method;
    const ProtobufCMessage *request;
    const rowcall_call_options *options; // may be NULL
    int64_t now_us;
    bool wants_response;
    bool blocks; // it may wait for room, too
    rowcall_callback callback;
    void *arg;
};

// Submits a call; *ret_call, set before it can be answered, is its record: of who waits, when
// there is no callback, and of nobody otherwise. Errors as rowcall_submit; err may be NULL.
rowcall_status rc_client_submit(const rowcall_handle *handle, const struct rc_client_call *what,
                                struct rc_pending **ret_call, rowcall_error *err) RC_MUST_CHECK;

#endif
