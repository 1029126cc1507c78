// SPDX-License-Identifier: Apache-2.0
//
// What a call says of a stream, and the statements that do it. A token is
// "<transaction's id>.<stream's number>.<page>".
#ifndef RC_SERVICE_STREAM_REQUEST_H
#define RC_SERVICE_STREAM_REQUEST_H

#include "service/stream.h"

struct rc_service;

enum { RC_STREAM_TOKEN_SIZE = 80 };

// Writes the token of a page.
void rc_stream_token_write(const char *transaction, uint32_t number, uint64_t page,
                           char ret_token[RC_STREAM_TOKEN_SIZE]);

// Most bytes of records that a page may have.
size_t rc_stream_limit(const struct rc_service *service);

// Makes call->stream of a prepared call. INVALID_ARGUMENT begins with the field's name.
// Handling thread.
rowcall_status rc_stream_request_read(struct rc_call *call) RC_MUST_CHECK;

// Words what begins the stream: its segment's steps, in the exchange's arena. Handling thread.
rowcall_status rc_stream_word_begin(struct rc_call *call) RC_MUST_CHECK;

// Words a pull: back by so many rows, then forward. Needs no memory.
void rc_stream_word_pull(struct rc_stream_call *wish, uint64_t back, uint64_t forward);

// Words the closing of the cursor. Likewise.
void rc_stream_word_close(struct rc_stream_call *wish);

#endif
