// SPDX-License-Identifier: Apache-2.0
//
// One transaction on the wire: an optional statement_timeout, one or more statements, Sync.
//
//   | Parse new statements | set_config(timeout) | step 0 | step 1 | ... | Sync |
//
// All steps take effect or none does, and what goes before or behind on the same connection is
// not touched by its failure (unless a step is BEGIN: exclusive connections only). Results are
// held back until the Sync came, so on_result only ever sees rows of a transaction that
// committed.
//
// A result of unknown size is not held: the rows of a step `by_row` are handed over one by one
// as they come, and their owner is who holds them back. on_restart voids all of them, since the
// segment is executed once more; so does on_done with an error. An owner who has had enough
// says so, and the other rows are dropped unseen.
//
// The segment is caller's storage, zeroed before it is filled; it and everything it points to
// (steps, statements, parameters) stay alive and unchanged from a successful submit until
// on_done. A successful submit is answered by exactly one on_done; a refused one by none.
#ifndef RC_PG_SEGMENT_H
#define RC_PG_SEGMENT_H

#include "pg/error.h"
#include "pg/result.h"
#include "pg/statement.h"

// More steps than this in one segment are refused.
#define RC_PG_SEGMENT_STEPS_MAX 128

struct rc_pg_segment;

// The rows of one step, in the order of steps, binary unless it says as_text; borrowed for the
// call. On the loop's thread, no lock held; it may submit, but must not block.
typedef void (*rc_pg_result_fn)(struct rc_pg_segment *segment, int step,
                                const struct rc_pg_result *result);

// One row of a step `by_row`, likewise. Returns whether more are wanted. If not, no other one
// comes, and a read_only segment on a shared connection ends there and then: on_done without
// an error, and without on_result, since nobody cares how the statement goes on. Any other
// segment ends when its statements have.
typedef bool (*rc_pg_row_fn)(struct rc_pg_segment *segment, int step,
                             const struct rc_pg_result *result);

// The rows handed over so far are void: they come again, from the first one. Thread as above; a
// lock may be held: it must not submit.
typedef void (*rc_pg_restart_fn)(struct rc_pg_segment *segment);

// The end, after the last on_result. error: NULL for success, otherwise borrowed for the call.
// The segment may be freed or submitted again here. Thread as above.
typedef void (*rc_pg_done_fn)(struct rc_pg_segment *segment, const struct rc_pg_error *error);

struct rc_pg_step {
    const struct rc_pg_statement *statement;
    struct rc_pg_params params;
    bool as_text; // the result's values are text, not binary; for a statement of id 0
    bool by_row;  // its rows go to on_row, each a result; on_result gets what is left: no rows,
                  // or all of them. At most one step of a segment, which has on_row and
                  // on_restart
    struct rc_pg_result *held; // private
};

struct rc_pg_segment {
    struct rc_pg_step *steps;
    int step_count;
    // On rc_clock_now_us, 0 = none. Past it the segment is answered with RC_PG_ERROR_TIMEOUT:
    // "not executed" while it waits; once sent, "unknown" (a read: "rolled back"). The time
    // left when it is sent becomes the statement_timeout of each step, so most late ones end
    // with the server's own 57014, rolled back.
    int64_t deadline_us;
    bool read_only; // no step writes: may be sent once more when a connection is lost
    bool control;   // BEGIN, COMMIT, ROLLBACK, SAVEPOINT: sent with no set_config before it, so
                    // that it works in a failed transaction. Exclusive connections only.
    bool anew;      // prepare its statements even if they are prepared: what prepared them is
                    // still under way, and may fail. Exclusive connections only.
    rc_pg_result_fn on_result; // may be NULL
    rc_pg_row_fn on_row;       // for a step by_row
    rc_pg_restart_fn on_restart;
    rc_pg_done_fn on_done;
    void *user; // the caller's

    // Private from here on.
    struct rc_pg_segment *next;
    size_t bytes;
    uint8_t losses;   // times a connection was lost under it
    uint8_t reparses; // times it was sent again because of a stale plan
    bool fresh;       // prepare every statement anew
    bool handed_over; // rows went to on_row
    bool sated;       // on_row wanted no more; loop's thread
};

#endif
