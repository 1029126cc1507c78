// SPDX-License-Identifier: Apache-2.0
//
// Atomic envelopes: their calls are one transaction on an exclusive connection.
//
//   BEGIN | call 0 | call 1 | ...      pipelined, each a segment
//   COMMIT                             when every call held; otherwise the connection is given
//                                      back, which rolls back
//
// All replies agree: either every call succeeded, or one carries its error and the others
// ABORTED. A transaction that met a conflict (40001, 40P01) is tried again, as often as the
// envelope says, after a delay that grows.
#ifndef RC_SERVICE_ATOMIC_H
#define RC_SERVICE_ATOMIC_H

#include "service/exchange.h"

// More retries than this are refused.
#define RC_ATOMIC_RETRIES_MAX 20

// Whether what an envelope says about its transaction makes sense; INVALID_ARGUMENT otherwise.
rowcall_status rc_atomic_check(const struct rc_envelope *envelope,
                               rowcall_error *err) RC_MUST_CHECK;

// Whether the envelope needs a transaction that is begun and committed: a lone call is one
// already, unless more is asked of it, or more than there can be.
bool rc_atomic_is_needed(const struct rc_envelope *envelope);

// Runs the calls of the exchange; every one of them is finished in the end, perhaps before this
// returns.
void rc_atomic_start(struct rc_exchange *exchange);

#endif
