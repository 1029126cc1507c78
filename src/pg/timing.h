// SPDX-License-Identifier: Apache-2.0
//
// The fixed times of the module, in one place. Private to the module.
#ifndef RC_PG_TIMING_H
#define RC_PG_TIMING_H

#include <stdint.h>

// Between attempts to connect.
#define RC_PG_BACKOFF_MIN_US INT64_C(100000)
#define RC_PG_BACKOFF_MAX_US INT64_C(5000000)

// How much later than a deadline we answer in the server's place: its own 57014, which proves
// the rollback, is the better answer and usually arrives within this.
#define RC_PG_LATE_SLACK_US INT64_C(25000)

// How often is looked whether a cancel is over.
#define RC_PG_CANCEL_POLL_US INT64_C(1000)

// How long an acquire without a deadline waits.
#define RC_PG_ACQUIRE_WAIT_US INT64_C(10000000)

#endif
