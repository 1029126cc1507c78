// SPDX-License-Identifier: Apache-2.0
//
// The connections to one database.
//
//   shared lanes   pipelined, many segments in flight on few connections; sent by the thread
//   that submits queue          where segments wait for room or for a connection; bounded in
//   calls and bytes exclusive      whole connections lent out for transactions of several
//   segments
//
// Invariants: nothing waits without bound; a segment is in exactly one place (queue or one
// connection); a shared connection that is left inside a transaction is closed before anyone
// else's segment can be answered from it. All functions are thread-safe and do not block unless
// they say so.
#ifndef RC_PG_POOL_H
#define RC_PG_POOL_H

#include "pg/loop.h"
#include "pg/segment.h"

#include <stdint.h>

struct rc_pg_pool;
struct rc_pg_conn;

// The pool can (ready) or cannot serve; reason is a sentence for the log, borrowed. On the
// loop's thread.
typedef void (*rc_pg_state_fn)(void *arg, bool ready, const char *reason);

// Zero means the default in brackets. Strings are copied.
struct rc_pg_pool_options {
    const char
        *url; // libpq URL or key=value; Prisma's own parameters are understood or ignored
    const char *name;      // the database's name, for application_name and texts ["database"]
    int lanes;             // shared connections that are kept [2]
    int lanes_max;         // with those that are opened while all are busy [lanes; 16 if that
                           // is not given either]
    int exclusive_max;     // most exclusive connections [4]; -1 = none
    int inflight_calls;    // most segments on one lane [64]
    size_t inflight_bytes; // most request bytes on one lane, one segment may exceed it [8 MiB]
    int queue_calls;       // most waiting segments [4096]
    size_t queue_bytes;    // most waiting request bytes [64 MiB]
    int prepared_max;      // statements remembered by one connection [500]
    int statement_timeout_ms; // of the session, for segments without an earlier deadline
                              // [30000]
    int connect_timeout_ms;   // of one attempt [the URL's connect_timeout, else 5000]
    int connect_grace_ms;     // how long segments wait while no connection is up [2000]
    int idle_transaction_ms;  // idle_in_transaction_session_timeout [60000]
    int idle_ms;              // unused connections are closed after this, but for those that
                              // are kept [60000]
    int exclusive_waiting;    // most acquires waiting [256]
    const char *search_path;  // [the URL's `schema`; otherwise as the server has it]
    rc_pg_state_fn on_state;  // may be NULL
    void *on_state_arg;
};

struct rc_pg_pool_stats {
    int lanes;     // shared connections wanted
    int lanes_up;  // ... that can serve now
    int in_flight; // segments on shared lanes
    int queued;    // segments waiting
    size_t queued_bytes;
    int exclusive_open;    // exclusive connections that are up
    int exclusive_leased;  // ... lent out
    int exclusive_waiting; // acquires waiting
    uint64_t segments;     // sent since open, retries included
    uint64_t retries;      // sent again after a stale plan or a lost connection
    uint64_t refused;      // queue full
    uint64_t connects;     // connections made
    uint64_t losses;       // connections lost or closed for cause
    uint64_t prepared;     // statements prepared
};

// Makes the pool and starts connecting; does not wait, and does not fail when PostgreSQL is
// down (a malformed URL is INVALID_ARGUMENT). *ret_pool is the caller's to close.
rowcall_status rc_pg_pool_open(struct rc_pg_loop *loop,
                               const struct rc_pg_pool_options *options,
                               struct rc_pg_pool **ret_pool, rowcall_error *err) RC_MUST_CHECK;

// Refuses what is new, lets what was accepted finish until deadline_us (0 = does not wait),
// fails the rest with RC_PG_ERROR_SHUTDOWN, closes the connections and frees the pool. Blocks;
// not from a callback. Exclusive connections count as released: what they have in flight is
// finished, their transactions are rolled back, and their handles are dead. NULL is accepted.
void rc_pg_pool_close(struct rc_pg_pool *pool, int64_t deadline_us);

// The first half of close, for a server that drains several pools: refuses new segments from
// now on.
void rc_pg_pool_stop(struct rc_pg_pool *pool);

// Sends the segment on a shared lane, or queues it. OK: on_done will come, once. Otherwise
// nothing was taken, no callback will come and *err says why: INVALID_ARGUMENT,
// RESOURCE_EXHAUSTED (queue full), UNAVAILABLE (closing, or no connection for longer than the
// grace), DEADLINE_EXCEEDED. err may be NULL.
rowcall_status rc_pg_pool_submit(struct rc_pg_pool *pool, struct rc_pg_segment *segment,
                                 struct rc_pg_error *err) RC_MUST_CHECK;

// At least one shared lane is up.
bool rc_pg_pool_is_ready(const struct rc_pg_pool *pool);

// Blocks until the pool is ready or deadline_us (on rc_clock_now_us) passes: UNAVAILABLE with
// the last connection error. Not from a callback.
rowcall_status rc_pg_pool_wait_ready(struct rc_pg_pool *pool, int64_t deadline_us,
                                     rowcall_error *err) RC_MUST_CHECK;

// The last error met while connecting, kind NONE when there is none; a copy.
void rc_pg_pool_last_error(struct rc_pg_pool *pool, struct rc_pg_error *ret_error);

// A snapshot.
void rc_pg_pool_stats(struct rc_pg_pool *pool, struct rc_pg_pool_stats *ret_stats);

// --- exclusive connections ---

struct rc_pg_acquire;

// conn: yours until released; NULL when it failed, and then error says why. Loop's thread, no
// lock held.
typedef void (*rc_pg_acquire_fn)(struct rc_pg_acquire *acquire, struct rc_pg_conn *conn,
                                 const struct rc_pg_error *error);

// A wait for an exclusive connection: caller's storage, zeroed, alive until on_done.
struct rc_pg_acquire {
    int64_t deadline_us; // 0 = none
    rc_pg_acquire_fn on_done;
    void *user; // the caller's

    // Private from here on.
    struct rc_pg_acquire *next;
    int64_t since_us;
};

// Asks for an exclusive connection. OK: on_done will come, once. Otherwise as
// rc_pg_pool_submit.
rowcall_status rc_pg_pool_acquire(struct rc_pg_pool *pool, struct rc_pg_acquire *acquire,
                                  struct rc_pg_error *err) RC_MUST_CHECK;

// Sends a segment on it; segments run in the order of submits and may be pipelined. A
// transaction opened by one segment spans the next ones; a statement's failure then fails the
// later ones (25P02) until ROLLBACK. When the connection is lost, this and later submits fail
// with RC_PG_ERROR_CONNECTION and the handle is only good for release. OK and refusals as
// rc_pg_pool_submit.
rowcall_status rc_pg_conn_submit(struct rc_pg_conn *conn, struct rc_pg_segment *segment,
                                 struct rc_pg_error *err) RC_MUST_CHECK;

// Gives it back, with an open transaction rolled back first; segments still in flight finish.
// dirty: session state may have changed (SET, LISTEN, temporary tables): it is closed, not
// reused.
void rc_pg_conn_release(struct rc_pg_conn *conn, bool dirty);

// Asks the server to cancel what runs on it now, on a thread of its own (libpq's cancel
// blocks). A race with the end of that statement is the caller's to bear: never two segments in
// flight meanwhile.
rowcall_status rc_pg_conn_cancel(struct rc_pg_conn *conn, rowcall_error *err);

#endif
