// SPDX-License-Identifier: Apache-2.0
//
// Calls of one plan on their way as one segment of pg: the plan's bulk statement
// (query/plan.h), with an array for each parameter. Recycled with a warm arena by its gather.
#ifndef RC_SERVICE_BATCH_H
#define RC_SERVICE_BATCH_H

#include "base/arena.h"
#include "pg/segment.h"
#include "service/gather.h"

struct rc_batch {
    struct rc_batch *next; // in the gather's list
    struct rc_gather *gather;
    struct rc_gather_line *line;
    struct rc_arena arena;
    struct rc_pg_segment segment;
    struct rc_pg_statement statements[2];       // the bulk statement, and how it goes on
    struct rc_call *calls[RC_GATHER_CALLS_MAX]; // in the order they came
    size_t count;
    // Updates of one record go one after the other: the first of each is in round 0, which is a
    // step of the segment, the second in round 1, and so on; or the second is in none. By the
    // position of a call:
    uint8_t order[RC_GATHER_CALLS_MAX];     // positions, by round and then as they came
    uint8_t begin[RC_GATHER_CALLS_MAX + 1]; // of each round, in order
    uint8_t same_next[RC_GATHER_CALLS_MAX]; // the next one about the same record; 0: none
    bool is_answered[RC_GATHER_CALLS_MAX];  // there was a record for it
    bool is_over;                           // its line knows that its turn is over
    bool is_right;                          // every record found its call
    bool is_committed;                      // what it executed is done
};

// Makes the segment that executes its calls, which are loaded ones of one plan; on_result and
// on_done are the caller's to set. RESOURCE_EXHAUSTED without memory.
rowcall_status rc_batch_make(struct rc_batch *batch) RC_MUST_CHECK;

// Gives each record of a step's result to its call. What is wrong with a record is its call's
// failure. Where the result as a whole is not as planned, is_right becomes false.
void rc_batch_answer(struct rc_batch *batch, int step, const struct rc_pg_result *result);

// Whether the batch's commit is this call's, too: a lookup, or a write that was executed.
bool rc_batch_has(const struct rc_batch *batch, size_t position);

#endif
