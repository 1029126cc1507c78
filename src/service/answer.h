// SPDX-License-Identifier: Apache-2.0
//
// From results to a response: the rows of a call's statements, decoded one by one straight into
// its reply, and the numbers that go with them. One thread at a time.
#ifndef RC_SERVICE_ANSWER_H
#define RC_SERVICE_ANSWER_H

#include "pg/result.h"
#include "query/query.h"

struct rc_answer {
    const struct rc_prepared *prepared; // borrowed
    struct rc_buf *out;                 // the response is at its end; borrowed
    bool goes_on;                       // the next record is not the first one of its result
    int64_t rows;
    int64_t count;
    int64_t targets;
};

// Readies an answer to prepared. Both must outlive it.
void rc_answer_init(struct rc_answer *answer, const struct rc_prepared *prepared,
                    struct rc_buf *out);

// Appends what a step gave; steps come in order. DATA_LOSS: a value that the schema does not
// allow for.
rowcall_status rc_answer_add(struct rc_answer *answer, int step,
                             const struct rc_pg_result *result, rowcall_error *err);

// Appends one record of a result that other calls have a part in: its values for this one begin
// at `column`. The statement has no heads. Errors as rc_answer_add.
rowcall_status rc_answer_add_record(struct rc_answer *answer, int step,
                                    const struct rc_pg_result *result, int record, int column,
                                    rowcall_error *err);

// After the last step: appends counts, and says whether the call holds: FAILED_PRECONDITION for
// max_affected, NOT_FOUND (P2025) for a required record, RESOURCE_EXHAUSTED for a reply over
// its limit.
rowcall_status rc_answer_end(struct rc_answer *answer, const struct rc_model *model,
                             rowcall_error *err);

#endif
