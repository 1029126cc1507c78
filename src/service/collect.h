// SPDX-License-Identifier: Apache-2.0
//
// Replies before their envelope's own (proto/rowcall/replies.proto). Envelopes with an id are
// listed while they are under way, so that those of their calls that are finished can be read;
// and replies that were too large for their envelope are kept for a while. Thread-safe.
#ifndef RC_SERVICE_COLLECT_H
#define RC_SERVICE_COLLECT_H

#include "service/exchange.h"

struct rc_collect;

rowcall_status rc_collect_new(struct rc_collect **ret_collect,
                              rowcall_error *err) RC_MUST_CHECK;
// No exchange may be listed. NULL is accepted.
void rc_collect_free(struct rc_collect *collect);

// Lists an exchange, whose replies may be read from now on. One without an id, of one call or
// atomic is not.
void rc_collect_enter(struct rc_collect *collect, struct rc_exchange *exchange);

// Waits until nobody reads its replies, and takes it off the list. One that is not listed is
// accepted.
void rc_collect_leave(struct rc_collect *collect, struct rc_exchange *exchange);

// Keeps the reply of call i (taken, unless the result is false): at most 64 MiB of them, for
// half a minute, of an exchange with an id.
bool rc_collect_keep(struct rc_collect *collect, const struct rc_exchange *exchange, size_t i,
                     struct rc_buf *reply);

// Forgets what is kept for a connection that has ended. Does not wait for anything slow.
void rc_collect_peer_gone(struct rc_collect *collect, uint64_t peer);

// The method Replies/Collect: writes the response and finishes the call.
void rc_collect_start(struct rc_call *call);

#endif
