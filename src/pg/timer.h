// SPDX-License-Identifier: Apache-2.0
//
// What has to happen at a time, on the loop's thread: a lease that expires, an attempt that is
// made later. Timers are caller's storage, so setting one never fails. All functions are
// thread-safe.
#ifndef RC_PG_TIMER_H
#define RC_PG_TIMER_H

#include "pg/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct rc_pg_timers;
struct rc_pg_timer;

// Its time has come; it is not set any more and may be set again, or freed. On the loop's
// thread, no lock held; it must not block.
typedef void (*rc_pg_timer_fn)(struct rc_pg_timer *timer);

// Zeroed before it is filled; stays where it is while it is set.
struct rc_pg_timer {
    rc_pg_timer_fn on_time;
    void *user; // the caller's

    // Private from here on.
    struct rc_pg_timer *previous, *next;
    int64_t at_us;
    bool set;
};

// A set of timers on a loop, which must outlive it. Free with rc_pg_timers_free.
rowcall_status rc_pg_timers_new(struct rc_pg_loop *loop, struct rc_pg_timers **ret_timers,
                                rowcall_error *err) RC_MUST_CHECK;

// Waits until the loop has let go of them. None may be set. Not from a callback. NULL is
// accepted.
void rc_pg_timers_free(struct rc_pg_timers *timers);

// Sets a timer to at_us (rc_clock_now_us; the past is now), or moves one that is set. on_time
// comes once, not before that time, and in the order of times.
void rc_pg_timer_set(struct rc_pg_timers *timers, struct rc_pg_timer *timer, int64_t at_us);

// True: it was set, and on_time will not come. False: it was not set; on another thread than
// the loop's, on_time may be running.
bool rc_pg_timer_cancel(struct rc_pg_timers *timers, struct rc_pg_timer *timer);

#endif
