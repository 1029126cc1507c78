// SPDX-License-Identifier: Apache-2.0
//
// Envelopes as the client writes and reads them (proto/rowcall/envelope.proto). Pure functions
// of bytes.
#ifndef RC_CLIENT_ENVELOPE_H
#define RC_CLIENT_ENVELOPE_H

#include "base/buf.h"
#include "rowcall/batch.h"

// Appends one call to a request envelope. timeout_ms 0 leaves it to the server.
// INVALID_ARGUMENT when request is not of the method's type; the buffer's own failure is
// sticky.
rowcall_status rc_envelope_add_call(struct rc_buf *out, const rowcall_handle *handle,
                                    const rowcall_method *method,
                                    const ProtobufCMessage *request,
                                    const rowcall_call_options *options, uint32_t timeout_ms,
                                    rowcall_error *err) RC_MUST_CHECK;

// The same without the frame of a call, so that references can follow.
rowcall_status rc_envelope_put_call(struct rc_buf *out, const rowcall_handle *handle,
                                    const rowcall_method *method,
                                    const ProtobufCMessage *request,
                                    const rowcall_call_options *options, uint32_t timeout_ms,
                                    rowcall_error *err) RC_MUST_CHECK;
void rc_envelope_put_reference(struct rc_buf *out, size_t call, const char *from,
                               const char *to);

// Appends a call that was put without its frame.
void rc_envelope_frame_call(struct rc_buf *out, struct rc_view call);

// The same with the timeout that it was put without; 0: none. No copy but this one.
void rc_envelope_frame_timed(struct rc_buf *out, struct rc_view call, uint32_t timeout_ms);

// Appends a call of a method of the server's own, whose request is encoded already.
void rc_envelope_add_own(struct rc_buf *out, const char *database, const char *method,
                         struct rc_view request, uint32_t timeout_ms);

// Makes the envelope atomic; options may be NULL.
void rc_envelope_set_atomic(struct rc_buf *out, const rowcall_batch_options *options);

// Appends what every envelope ends with.
void rc_envelope_finish(struct rc_buf *out, const char *token);

// Takes one reply: its error (status ROWCALL_OK when it succeeded) and the response's bytes,
// borrowed from the envelope. Returns what is wrong with the answer itself, which ends the
// reading.
typedef rowcall_status (*rc_envelope_reply_fn)(void *context, const rowcall_error *result,
                                               struct rc_view response, rowcall_error *err);

// The replies of an envelope, in order, as views into it: at most max are kept, all are
// counted. False when bytes are no reply envelope.
bool rc_envelope_split(struct rc_view bytes, struct rc_view *ret_replies, size_t max,
                       size_t *ret_count);

// What a reply has besides its status.
struct rc_envelope_reply {
    struct rc_view response;
    bool is_kept; // it has to be collected: the status says that it was too large
};

// Reads one reply. result's status tells whether the call succeeded; the rest of it is set only
// when it did not. False when bytes are no reply.
bool rc_envelope_read_reply(struct rc_view bytes, rowcall_error *result,
                            struct rc_envelope_reply *ret_reply);

// Appends the number by which replies can be collected (proto/rowcall/replies.proto).
void rc_envelope_put_id(struct rc_buf *out, uint64_t id);

// Appends a call that collects the replies of envelope id, but for those of known calls.
void rc_envelope_add_collect(struct rc_buf *out, uint64_t id, const bool *known, size_t count,
                             uint32_t timeout_ms);

// Reads the response to such a call: replies by their calls' indexes below count; those that
// are not there stay as they are. False when bytes are no such response.
bool rc_envelope_read_collected(struct rc_view response, struct rc_view *ret_replies,
                                size_t count);

// Reads a reply envelope and hands each reply over, in order. INTERNAL when it is not one, else
// what take returned; the outcome is then unknown.
rowcall_status rc_envelope_read(struct rc_view bytes, rc_envelope_reply_fn take, void *context,
                                rowcall_error *err) RC_MUST_CHECK;

#endif
