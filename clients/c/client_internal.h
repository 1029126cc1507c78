// SPDX-License-Identifier: Apache-2.0
//
// What batches and transactions need of a client: sending an envelope, and calling the server's
// own methods.
#ifndef RC_CLIENT_CLIENT_INTERNAL_H
#define RC_CLIENT_CLIENT_INTERNAL_H

#include "base/buf.h"
#include "rowcall/client.h"

// Sends a finished envelope and appends the reply envelope to ret_reply. timeout_ms 0: the
// client's. Any thread; blocks.
rowcall_status rc_client_send(rowcall_client *client, struct rc_view envelope,
                              uint32_t timeout_ms, struct rc_buf *ret_reply,
                              rowcall_error *err) RC_MUST_CHECK;

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

#endif
