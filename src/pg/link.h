// SPDX-License-Identifier: Apache-2.0
//
// One pipelined libpq connection, of a shared lane or of an exclusive connection: its state,
// what is in flight on it and what it has prepared. It knows nothing of queues, retries or
// callers; it tells its owner what became of each segment. Private to the module.
//
// Threads: `mutex` guards everything but the loop-only part. Any thread may send while holding
// it; connecting, reading and clearing away happen on the loop's thread alone. Owner's
// functions are called on the loop's thread with no lock held. Lock order: the pool's mutex,
// then a link's.
#ifndef RC_PG_LINK_H
#define RC_PG_LINK_H

#include "base/buf.h"
#include "pg/link_state.h"
#include "pg/loop_internal.h"
#include "pg/prepared.h"
#include "pg/segment.h"
#include "pg/session.h"
#include "pg/url.h"

#include <pthread.h>
#include <stdatomic.h>

// What became of a segment.
enum rc_pg_fate {
    RC_PG_FATE_COMMITTED, // results are held in its steps
    RC_PG_FATE_FAILED,    // `failure` says why; nothing remains of it
    RC_PG_FATE_STALE,   // failed on a plan that preparing again may mend; nothing remains of it
    RC_PG_FATE_UNSENT,  // the connection was lost before it ran
    RC_PG_FATE_UNDONE,  // the connection was lost and the server had rolled it back: `failure`
    RC_PG_FATE_UNKNOWN, // the connection was lost under it
    RC_PG_FATE_LATE,    // its deadline passed
    RC_PG_FATE_SATED,   // a read whose owner wants no more rows
    RC_PG_FATE_COPY,    // it started COPY; the connection is closed
    RC_PG_FATE_LEFT_OPEN, // it left a transaction open on a shared lane; the connection is
                          // closed
};

struct rc_pg_outcome {
    enum rc_pg_fate fate;
    struct rc_pg_segment *segment;
    struct rc_pg_result
        *failure; // libpq's error result, taken by rc_pg_outcome_clear; may be NULL
    int step;     // the failing one, -1 = none of them
};

struct rc_pg_link;

struct rc_pg_link_owner {
    // Segments have ended (none when only the room they took is what changed); the owner
    // answers or resends them, and sends what waits.
    void (*on_outcomes)(struct rc_pg_link *link, struct rc_pg_outcome *outcomes, int count);
    void (*on_ready)(struct rc_pg_link *link);
    // Gone from CONNECTING, CONFIGURING or READY to DOWN; everything in flight was reported.
    // error: why.
    void (*on_down)(struct rc_pg_link *link, bool was_ready, const struct rc_pg_error *error);
};

// One thing sent, in the order sent. Its operations: prepares, set_config, steps, Sync.
struct rc_pg_flight {
    struct rc_pg_segment *segment; // NULL: our own, or its caller was answered already
    uint64_t first_serial;         // of the statements it prepares
    int prepare_count;
    int timeout_count; // 1 when it sets statement_timeout
    int step_count;
    int row_step; // the step whose rows are handed over as they come, from 1; 0 = none
    int cursor;   // the operation whose results come next
    bool seen;    // that operation has given a result
    bool setup;   // the session's settings
    bool opened;  // it ran BEGIN, and neither COMMIT nor ROLLBACK after it
    struct rc_pg_result *failure; // the first error
    int failed_at;                // the cursor then
    int failed_step;              // the step a failed prepare was for, from 1; 0 = not known
    size_t bytes;
};

// A row on its way to its segment's owner.
struct rc_pg_row {
    struct rc_pg_segment *segment;
    int step;
    struct rc_pg_result *result;
};

// Rows collected before they are handed over.
enum { RC_PG_ROWS_AT_ONCE = 32 };

struct rc_pg_link_options {
    struct rc_pg_loop *loop;
    const struct rc_pg_url *url;
    const struct rc_pg_link_owner *owner;
    const char *application_name; // copied
    struct rc_pg_session session; // its text is the caller's to keep
    bool shared;                  // must be idle between segments
    int inflight_calls;
    size_t inflight_bytes;
    int prepared_max;
    int connect_timeout_ms;
};

struct rc_pg_link {
    struct rc_pg_watch watch; // first: events arrive here
    struct rc_pg_link_options options;
    char application_name[64];
    pthread_mutex_t mutex;

    // Guarded by mutex.
    enum rc_pg_link_state state;
    struct pg_conn *pg;
    uint64_t generation; // counts connections; a change means session state is lost
    struct rc_pg_prepared prepared;
    struct rc_buf doomed;      // serials to deallocate
    struct rc_pg_flight *ring; // ring_size of them, from ring_head
    int ring_size, ring_head, ring_count;
    size_t bytes;                // in flight
    bool flushing;               // libpq holds bytes the socket would not take
    bool timeout_changed;        // an open transaction may run under another statement_timeout
    bool fatal;                  // the server said FATAL: it runs nothing more
    struct rc_pg_cancel *cancel; // of what is in flight; until it is over there is no room
    struct rc_pg_error last_error;
    uint64_t prepared_total, sent_total;

    // Readable without the mutex.
    _Atomic int in_flight; // ring_count
    atomic_bool is_ready;  // state is READY

    // The loop's thread only.
    struct rc_pg_outcome *outcomes; // ring_size of them
    struct rc_pg_row rows[RC_PG_ROWS_AT_ONCE];
    int row_count;
    int64_t attempt_until_us; // CONNECTING and CONFIGURING
    int64_t retry_at_us;      // DOWN: not before this
    int64_t ready_since_us;
    int failures; // attempts in a row
    unsigned jitter;
};

// Readies a link in state DOWN; ROWCALL_RESOURCE_EXHAUSTED without memory. fini needs it DOWN
// again.
rowcall_status rc_pg_link_init(struct rc_pg_link *link,
                               const struct rc_pg_link_options *options,
                               rowcall_error *err) RC_MUST_CHECK;
void rc_pg_link_fini(struct rc_pg_link *link);

// --- mutex held ---

// The one place that changes the state; asserts the table.
void rc_pg_link_set_state(struct rc_pg_link *link, enum rc_pg_link_state state);

// READY, and within its limits for `bytes` more. A link that is still flushing has no room: so
// what was given to libpq may have been written, and what was not cannot have been. Nor has one
// with a cancel under way, which would hit whatever is executed then.
bool rc_pg_link_has_room(const struct rc_pg_link *link, size_t bytes);

// Sends a segment; READY, with room. False: it cannot have taken effect, and the link is BROKEN
// (arm the loop).
bool rc_pg_link_send(struct rc_pg_link *link, struct rc_pg_segment *segment) RC_MUST_CHECK;

// Sends the session's settings; CONFIGURING. False as above.
bool rc_pg_link_send_setup(struct rc_pg_link *link) RC_MUST_CHECK;

// Marks it BROKEN with a reason, unless it is already; the caller arms the loop.
void rc_pg_link_break(struct rc_pg_link *link, const struct rc_pg_error *error);

// The flight at position index from the oldest.
struct rc_pg_flight *rc_pg_link_flight(struct rc_pg_link *link, int index);

// Asks libpq for the rows of the operation at hand one by one, if they are to be handed over as
// they come. Before anything of its result is looked at.
void rc_pg_link_want_rows(struct rc_pg_link *link);

// Takes such a row, to be handed over once the mutex is released; there must be room. Frees it
// if nobody wants it.
void rc_pg_link_add_row(struct rc_pg_link *link, struct rc_pg_flight *flight,
                        struct rc_pg_result *result);

// The oldest flight's rows go nowhere: cancels it, if nothing else is in flight. Loop's thread.
void rc_pg_link_cancel(struct rc_pg_link *link);

// Forgets a cancel once it and what it was for are over; whether there is room again for that.
// The loop is armed while there is one to wait for. Loop's thread.
bool rc_pg_link_end_cancel(struct rc_pg_link *link);

// --- the loop's thread, mutex not held ---

// Hands over the rows that were taken; whether an owner has had enough of them.
bool rc_pg_link_hand_over(struct rc_pg_link *link);

// Starts to connect; DOWN.
void rc_pg_link_connect(struct rc_pg_link *link, int64_t now_us);

// Clears a BROKEN link away, answers late segments, gives up slow attempts; arms the loop for
// what comes next.
void rc_pg_link_tick(struct rc_pg_link *link, int64_t now_us);

// Closes whatever there is, with this reason; ends DOWN.
void rc_pg_link_close(struct rc_pg_link *link, const struct rc_pg_error *error);

// Socket events.
void rc_pg_link_on_event(struct rc_pg_watch *watch, uint32_t events);

// Why the link last broke; a copy. Any thread, mutex not held.
void rc_pg_link_last_error(struct rc_pg_link *link, struct rc_pg_error *ret_error);

// Tells the segment's owner that rows that were handed over come again, if any were. Before the
// segment is sent once more.
void rc_pg_segment_restart(struct rc_pg_segment *segment);

// Frees what an outcome holds: its failure and the results in its segment's steps.
void rc_pg_outcome_clear(struct rc_pg_outcome *outcome);

#endif
