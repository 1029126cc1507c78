// SPDX-License-Identifier: Apache-2.0
//
// Calls of one plan on their way as one segment of pg: the plan's bulk statement, with an array
// for each parameter. Recycled with a warm arena by its gather.
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
    struct rc_pg_step step;
    struct rc_pg_statement statement;
    struct rc_call *calls[RC_GATHER_CALLS_MAX];
    size_t count;
    bool is_over;     // its line knows that its turn is over
    bool is_answered; // every record found its call
};

// Makes the segment that answers its calls, which are loaded ones of one plan; on_result and
// on_done are the caller's to set. RESOURCE_EXHAUSTED without memory.
rowcall_status rc_batch_make(struct rc_batch *batch) RC_MUST_CHECK;

// Gives each record of the result to its call. What is wrong with a record is its call's
// failure; false when the result as a whole is not as planned.
bool rc_batch_answer(struct rc_batch *batch, const struct rc_pg_result *result) RC_MUST_CHECK;

#endif
