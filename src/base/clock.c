// SPDX-License-Identifier: Apache-2.0
//
// The two clocks, from clock_gettime; it cannot fail for the ids used here.
#include "base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0};
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t rc_clock_now_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t rc_clock_wall_us(void)
{
    return read_clock(CLOCK_REALTIME);
}
