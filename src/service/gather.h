// SPDX-License-Identifier: Apache-2.0
//
// Coalescing: lookups of one plan that wait together are sent as one statement.
//
//   call --add--> line --take--> batch of one:  the call's own segment  ------> lane
//                   |            batch of many: the plan's bulk statement ----> lane
//                   |                                                            | loop's
//                   thread
//                   +<------------- a batch has ended: the line goes on <--------+
//
// Nobody waits for company: a call goes at once while fewer batches of its line are under way
// than there are lanes, and those that come meanwhile leave together with the next batch. A
// line is first come, first served.
//
// What a call is promised does not depend on its company. A batch that fails, for whatever
// reason, has done nothing: its calls are sent again one by one, so a failure is always the
// call's own. A call whose time is up leaves the line unexecuted.
//
// A write alone in its batch may have to wait for a lock. Its line does not wait with it: after
// a short while the next batch goes, and that passes over what is locked.
//
// A line is one of a fixed number, chosen by the plan; plans that share one take turns: the
// first call takes its company with it, wherever it stands in the line. So gathering needs no
// memory of its own but for batches, which are recycled.
#ifndef RC_SERVICE_GATHER_H
#define RC_SERVICE_GATHER_H

#include "pg/pool.h"
#include "pg/timer.h"

#include <stdatomic.h>
#include <stddef.h>

struct rc_call;
struct rc_gather;
struct rc_gather_line;

// Most calls of one batch.
#define RC_GATHER_CALLS_MAX 128

struct rc_gather_stats {
    uint64_t batches; // statements that answered several calls
    uint64_t calls;   // that were answered by them
    uint64_t broken;  // batches that failed, whose calls were sent again one by one
};

// For the calls of one database; pool and timers are borrowed. max_calls: of one batch, at most
// RC_GATHER_CALLS_MAX; 1: nothing is coalesced. Free with rc_gather_free.
rowcall_status rc_gather_new(struct rc_pg_pool *pool, struct rc_pg_timers *timers,
                             size_t max_calls, struct rc_gather **ret_gather,
                             rowcall_error *err) RC_MUST_CHECK;

// No timer will be set any more. All calls have ended. Before the timers are freed; NULL is
// accepted.
void rc_gather_stop(struct rc_gather *gather);

// After the timers were freed. NULL is accepted.
void rc_gather_free(struct rc_gather *gather);

// Whether the call, which is a loaded one, may be coalesced.
bool rc_gather_takes(const struct rc_gather *gather, const struct rc_call *call);

// Takes a loaded call: finish will come, perhaps before this returns. hold: others follow at
// once, and the call waits for them until its line is released (call->line says which), by the
// same thread.
void rc_gather_add(struct rc_gather *gather, struct rc_call *call, bool hold);

// Sends what waits, as far as it may.
void rc_gather_release(struct rc_gather *gather, struct rc_gather_line *line);

// A snapshot. Any thread.
void rc_gather_read_stats(struct rc_gather *gather, struct rc_gather_stats *ret_stats);

#endif
