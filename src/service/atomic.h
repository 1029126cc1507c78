// SPDX-License-Identifier: Apache-2.0
//
// Atomic envelopes of several calls: one transaction on an exclusive connection.
//
//   BEGIN | call 0 | call 1 | ...      pipelined, each a segment
//   COMMIT                             when every call held; otherwise the connection is given
//   back,
//                                      which rolls back
//
// All replies agree: either every call succeeded, or one carries its error and the others
// ABORTED.
#ifndef RC_SERVICE_ATOMIC_H
#define RC_SERVICE_ATOMIC_H

#include "service/exchange.h"

// Runs the calls of the exchange; every one of them is finished in the end, perhaps before this
// returns.
void rc_atomic_start(struct rc_exchange *exchange);

#endif
