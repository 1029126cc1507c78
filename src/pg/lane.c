// SPDX-License-Identifier: Apache-2.0
//
// Which lane a segment takes, and how many lanes there are. A pool keeps a few connections;
// while every one of them is busy it opens more, one at a time, and gives back those that
// nobody needed for a while. A PostgreSQL session executes one statement after the other, so
// commits wait for the disk together, and slow statements run beside each other, only on
// several.
//
// Lanes are wanted from the first to some number, and the number moves: up by whoever finds all
// lanes busy, down on the loop's thread.
#include "base/clock.h"
#include "pg/pool_internal.h"
#include "pg/timing.h"

#include <limits.h>

// A lane is busy for a segment that would stand behind so many. A lookup is over before another
// connection has been made; a write may wait for the disk or for a lock.
enum { BUSY_READS = 16, BUSY_WRITES = 1 };

// ---- choosing

// The ready lane with the fewest in flight, the first of equals; NULL when none is ready.
static struct rc_pg_lane *find_idlest(struct rc_pg_pool *pool, int *ret_in_flight)
{
    struct rc_pg_lane *best = NULL;
    int fewest = INT_MAX;
    int count = atomic_load_explicit(&pool->lanes_wanted, memory_order_relaxed);
    for (int i = 0; i < count; i++) {
        struct rc_pg_link *link = &pool->lanes[i].link;
        int in_flight = atomic_load_explicit(&link->in_flight, memory_order_relaxed);
        if (in_flight < fewest && atomic_load_explicit(&link->is_ready, memory_order_relaxed)) {
            fewest = in_flight;
            best = &pool->lanes[i];
        }
    }
    *ret_in_flight = fewest;
    return best;
}

// One more lane, once those that are wanted are up.
static void want_another(struct rc_pg_pool *pool)
{
    int wanted = atomic_load(&pool->lanes_wanted);
    bool may = wanted < pool->lane_count && atomic_load(&pool->lanes_up) >= wanted &&
               rc_clock_now_us() >= atomic_load(&pool->grow_not_before_us);
    if (may && atomic_compare_exchange_strong(&pool->lanes_wanted, &wanted, wanted + 1)) {
        rc_pg_loop_arm(pool->loop, 0);
    }
}

static bool take(struct rc_pg_lane *lane, size_t bytes)
{
    pthread_mutex_lock(&lane->link.mutex);
    if (rc_pg_link_has_room(&lane->link, bytes)) {
        atomic_store_explicit(&lane->used, true, memory_order_relaxed);
        return true;
    }
    pthread_mutex_unlock(&lane->link.mutex);
    return false;
}

struct rc_pg_lane *rc_pg_lane_lock(struct rc_pg_pool *pool, const struct rc_pg_segment *segment)
{
    int in_flight;
    struct rc_pg_lane *best = find_idlest(pool, &in_flight);
    if (best && in_flight >= (segment->read_only ? BUSY_READS : BUSY_WRITES)) {
        want_another(pool);
    }
    if (best && take(best, segment->bytes)) {
        return best;
    }
    for (int i = 0; i < pool->lane_count; i++) { // then whichever
        if (take(&pool->lanes[i], segment->bytes)) {
            return &pool->lanes[i];
        }
    }
    return NULL;
}

// ---- time

static bool is_spare(const struct rc_pg_pool *pool, const struct rc_pg_lane *lane)
{
    return lane - pool->lanes >= atomic_load(&pool->lanes_wanted);
}

// A lane that is not wanted any more goes when nothing is in flight on it.
static void retire(struct rc_pg_lane *lane, int64_t now_us)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED,
                    "closed: not needed");
    pthread_mutex_lock(&lane->link.mutex);
    bool is_ready = lane->link.state == RC_PG_LINK_READY;
    bool is_idle = is_ready && lane->link.ring_count == 0;
    lane->is_retired = is_idle;
    if (is_idle) {
        rc_pg_link_break(&lane->link, &error); // nobody sends on it from here on
    }
    pthread_mutex_unlock(&lane->link.mutex);
    if (is_idle) {
        rc_pg_link_close(&lane->link, &error);
        lane->link.failures = 0; // there was none: it may come back at once
        lane->link.retry_at_us = now_us;
    } else if (is_ready) {
        rc_pg_loop_arm(lane->pool->loop, now_us + RC_PG_BACKOFF_MAX_US);
    }
}

// One lane less for each period in which the last one was not used.
static void shrink(struct rc_pg_pool *pool, int64_t now_us)
{
    int wanted = atomic_load(&pool->lanes_wanted);
    if (wanted <= pool->options.lanes) {
        pool->shrink_at_us = 0;
        return;
    }
    if (pool->shrink_at_us == 0) {
        pool->shrink_at_us = now_us + pool->options.idle_ms * 1000LL;
    }
    if (now_us >= pool->shrink_at_us) {
        pool->shrink_at_us = now_us + pool->options.idle_ms * 1000LL;
        if (!atomic_exchange(&pool->lanes[wanted - 1].used, false)) {
            atomic_compare_exchange_strong(&pool->lanes_wanted, &wanted, wanted - 1);
        }
    }
    rc_pg_loop_arm(pool->loop, pool->shrink_at_us);
}

static void tick_lane(struct rc_pg_pool *pool, struct rc_pg_lane *lane, int64_t now_us)
{
    struct rc_pg_link *link = &lane->link;
    rc_pg_link_tick(link, now_us);
    pthread_mutex_lock(&link->mutex);
    bool is_down = link->state == RC_PG_LINK_DOWN;
    pthread_mutex_unlock(&link->mutex);
    if (is_spare(pool, lane)) {
        retire(lane, now_us);
    } else if (is_down && link->retry_at_us <= now_us) {
        lane->is_retired = false;
        rc_pg_link_connect(link, now_us);
    } else if (is_down) {
        rc_pg_loop_arm(pool->loop, link->retry_at_us);
    }
}

void rc_pg_lanes_tick(struct rc_pg_pool *pool, int64_t now_us)
{
    shrink(pool, now_us);
    for (int i = 0; i < pool->lane_count; i++) {
        tick_lane(pool, &pool->lanes[i], now_us);
    }
}

void rc_pg_lane_failed(struct rc_pg_lane *lane)
{
    struct rc_pg_pool *pool = lane->pool;
    int index = (int)(lane - pool->lanes);
    int wanted = index + 1;
    if (index >= pool->options.lanes &&
        atomic_compare_exchange_strong(&pool->lanes_wanted, &wanted, index)) {
        atomic_store(&pool->grow_not_before_us, rc_clock_now_us() + RC_PG_BACKOFF_MAX_US);
    }
}
