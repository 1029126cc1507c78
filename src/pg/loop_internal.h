// SPDX-License-Identifier: Apache-2.0
//
// The loop's inner side: watched sockets and tickers. One wake-up time for everything: whoever
// needs the loop at some moment arms it, and when that moment comes every ticker looks at all
// it has and arms the loop again. So a deadline costs an atomic comparison, not a heap. Private
// to the module.
#ifndef RC_PG_LOOP_INTERNAL_H
#define RC_PG_LOOP_INTERNAL_H

#include "pg/loop.h"

#include <stdbool.h>
#include <stdint.h>

// A socket with its owner. The owner keeps it alive until unwatched, and unwatches on the
// loop's thread only.
struct rc_pg_watch {
    void (*on_event)(struct rc_pg_watch *watch, uint32_t events); // EPOLL*; loop's thread
    int fd;                                                       // -1 = not watched
    uint32_t events;
};

// Something with timers. on_tick: on the loop's thread; false = remove me, and the loop does
// not touch the ticker any more.
struct rc_pg_ticker {
    bool (*on_tick)(struct rc_pg_ticker *ticker, int64_t now_us);
};

// Watches fd for events, or changes what is watched; false when the kernel refuses. Any thread,
// one at a time per watch.
bool rc_pg_loop_watch(struct rc_pg_loop *loop, struct rc_pg_watch *watch, int fd,
                      uint32_t events);

// Stops watching; call before the fd is closed. Loop's thread.
void rc_pg_loop_unwatch(struct rc_pg_loop *loop, struct rc_pg_watch *watch);

// Adds a ticker; it ticks soon. RESOURCE_EXHAUSTED without memory.
rowcall_status rc_pg_loop_add(struct rc_pg_loop *loop, struct rc_pg_ticker *ticker,
                              rowcall_error *err) RC_MUST_CHECK;

// All tickers tick at at_us or earlier; 0 = now. Any thread.
void rc_pg_loop_arm(struct rc_pg_loop *loop, int64_t at_us);

// The calling thread is the loop's.
bool rc_pg_loop_is_current(const struct rc_pg_loop *loop);

#endif
