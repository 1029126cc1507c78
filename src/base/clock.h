// SPDX-License-Identifier: Apache-2.0
//
// Time: a monotonic clock for deadlines, the wall clock for stamps. Thread-safe.
#ifndef RC_BASE_CLOCK_H
#define RC_BASE_CLOCK_H

#include <stdint.h>

// Microseconds since an arbitrary start; never goes back. All deadlines are on this clock; 0
// means none.
int64_t rc_clock_now_us(void);

// Microseconds since 1970-01-01 UTC.
int64_t rc_clock_wall_us(void);

#endif
