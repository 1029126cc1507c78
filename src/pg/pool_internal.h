// SPDX-License-Identifier: Apache-2.0
//
// The pool's insides, shared by pool.c (lanes and queue) and exclusive.c. Private to the
// module.
#ifndef RC_PG_POOL_INTERNAL_H
#define RC_PG_POOL_INTERNAL_H

#include "pg/link.h"
#include "pg/pool.h"
#include "pg/queue.h"

struct rc_pg_lane {
    struct rc_pg_link link; // first: the link's owner functions find the lane by it
    struct rc_pg_pool *pool;
    atomic_bool used; // since the pool last looked
    bool is_retired;  // closed because it was not needed; loop's thread
};

enum rc_pg_conn_role {
    RC_PG_CONN_FREE,      // nobody's; its link is up (warm) or down
    RC_PG_CONN_LEASED,    // a caller's
    RC_PG_CONN_RETURNING, // released; waiting for what is in flight, then rolled back
};

struct rc_pg_conn {
    struct rc_pg_link link; // first, as above
    struct rc_pg_pool *pool;
    struct rc_pg_segment rollback; // ours, sent when released inside a transaction
    struct rc_pg_step rollback_step;

    // Guarded by the pool's mutex.
    enum rc_pg_conn_role role;
    bool dirty;            // close it instead of keeping it
    uint64_t generation;   // of the link when it was leased
    int64_t idle_since_us; // FREE
};

struct rc_pg_pool {
    struct rc_pg_ticker ticker; // first: ticks find the pool by it
    struct rc_pg_loop *loop;
    struct rc_pg_pool_options options; // defaults filled in; its strings are not kept
    struct rc_pg_url url;
    char *search_path;
    char name[64];

    struct rc_pg_lane *lanes;
    int lane_count;
    struct rc_pg_conn *conns;
    int conn_count;

    _Atomic int queued; // queue.count, readable without the mutex
    _Atomic int lanes_up;
    _Atomic int lanes_wanted; // the first so many, at least options.lanes
    _Atomic int64_t grow_not_before_us;
    int64_t shrink_at_us; // loop's thread; 0: nothing to give back
    atomic_bool stopping; // refuses what is new
    _Atomic uint64_t retries, refused, connects, losses;

    pthread_mutex_t mutex;  // guards the rest
    pthread_cond_t changed; // lanes_up or closed
    struct rc_pg_queue queue;
    struct rc_pg_segment *late; // found late when their turn came; the loop answers them
    struct rc_pg_error last_error;
    int64_t down_since_us; // no lane is up since then
    bool unreachable;      // ... for longer than the grace: refuse at once
    struct rc_pg_acquire *acquires, *acquires_end;
    int acquire_count;
    bool closing, closed;
    int64_t close_at_us;

    char reported[160]; // the last reason given to on_state; loop's thread
};

// --- lane.c ---

// A lane with room for the segment, its mutex held; NULL when none has room. Any thread.
struct rc_pg_lane *rc_pg_lane_lock(struct rc_pg_pool *pool,
                                   const struct rc_pg_segment *segment);

// Connects the lanes that are wanted, looks after them, closes those that are not. Loop's
// thread.
void rc_pg_lanes_tick(struct rc_pg_pool *pool, int64_t now_us);

// A lane could not connect: one that was only wanted besides is given up for a while. Loop's
// thread.
void rc_pg_lane_failed(struct rc_pg_lane *lane);

// --- pool.c ---

// What every link of the pool has in common.
void rc_pg_pool_link_options(struct rc_pg_pool *pool, struct rc_pg_link_options *ret_options);

// Copies the last connection error, as it answers a segment that was not executed. Mutex held.
void rc_pg_pool_describe_down(const struct rc_pg_pool *pool, struct rc_pg_error *ret_error);

// Records a connection error. Loop's thread.
void rc_pg_pool_note_down(struct rc_pg_pool *pool, const struct rc_pg_error *error);

// --- submit.c ---

// Checks and measures a segment before it is taken; fills err and returns its status when it is
// wrong.
rowcall_status rc_pg_pool_admit(struct rc_pg_pool *pool, struct rc_pg_segment *segment,
                                struct rc_pg_error *err);

// Answers a segment: rows and success, or failure. Loop's thread, no lock held. Empties the
// outcome.
void rc_pg_pool_answer(struct rc_pg_outcome *outcome, const struct rc_pg_error *down);

// Sends what waits, as far as there is room. Any thread.
void rc_pg_pool_dispatch(struct rc_pg_pool *pool);

// Publishes the queue's length in `queued`. Mutex held.
void rc_pg_pool_count_queue(struct rc_pg_pool *pool);

// A lane's segments have ended: sends again what may be, answers the rest. Loop's thread.
void rc_pg_pool_on_outcomes(struct rc_pg_link *link, struct rc_pg_outcome *outcomes, int count);

// --- exclusive.c ---

rowcall_status rc_pg_exclusive_init(struct rc_pg_pool *pool, rowcall_error *err) RC_MUST_CHECK;
void rc_pg_exclusive_fini(struct rc_pg_pool *pool);

// Serves acquires, returns and closes connections. Loop's thread, no lock held.
void rc_pg_exclusive_tick(struct rc_pg_pool *pool, int64_t now_us);

// Nothing of a caller's is in flight on them. Loop's thread.
bool rc_pg_exclusive_is_drained(struct rc_pg_pool *pool);

// Fails the acquires and closes the connections. Loop's thread.
void rc_pg_exclusive_close(struct rc_pg_pool *pool, const struct rc_pg_error *error);

#endif
