// SPDX-License-Identifier: Apache-2.0
//
// Envelopes as the client writes and reads them (proto/rowcall/envelope.proto). Pure functions
// of bytes.
#ifndef RC_CLIENT_ENVELOPE_H
#define RC_CLIENT_ENVELOPE_H

#include "base/buf.h"
#include "rowcall/client.h"

// Appends one call to a request envelope. timeout_ms 0 leaves it to the server.
// INVALID_ARGUMENT when request is not of the method's type; the buffer's own failure is
// sticky.
rowcall_status rc_envelope_add_call(struct rc_buf *out, const char *database,
                                    const rowcall_method *method,
                                    const ProtobufCMessage *request,
                                    const rowcall_call_options *options, uint32_t timeout_ms,
                                    rowcall_error *err) RC_MUST_CHECK;

// Appends the envelope's own members.
void rc_envelope_finish(struct rc_buf *out, bool atomic, const char *token);

// Takes one reply: its error (status ROWCALL_OK when it succeeded) and the response's bytes,
// borrowed from the envelope. Returns what is wrong with the answer itself, which ends the
// reading.
typedef rowcall_status (*rc_envelope_reply_fn)(void *context, const rowcall_error *result,
                                               struct rc_view response, rowcall_error *err);

// Reads a reply envelope and hands each reply over, in order. INTERNAL when it is not one, else
// what take returned; the outcome is then unknown.
rowcall_status rc_envelope_read(struct rc_view bytes, rc_envelope_reply_fn take, void *context,
                                rowcall_error *err) RC_MUST_CHECK;

#endif
