// SPDX-License-Identifier: Apache-2.0
//
// What a request does, by the evaluator: its answer, and the world afterwards.
#ifndef RC_TESTS_DIFFERENTIAL_OUTCOME_H
#define RC_TESTS_DIFFERENTIAL_OUTCOME_H

#include "evaluate.h"
#include "transaction.h"

struct outcome {
    json_t *answer;      // a pattern; an array of strings: failures begin with one of them
    struct world *world; // afterwards; NULL: as before
    json_t *stand_ins;   // within answer and world; NULL when there are none
};

void outcome_of(const struct evaluator *evaluator, const struct rc_model *model,
                enum rc_verb verb, json_t *request, struct outcome *ret_outcome);
void outcome_fini(struct outcome *outcome);

// ---- what outcomes are made of

// One write under way. The evaluator sees the transaction's world.
struct writing {
    struct transaction transaction;
    struct evaluator evaluator;
    json_t *written; // of updated rows: [row, how the update itself left it]
};

// Creates a row from an ECreate. Borrowed from the world. skips: NULL when a key of it exists
// already.
json_t *write_create(struct writing *writing, const struct rc_model *model, json_t *data,
                     bool skips);

// Changes a row by an EUpdate. False: there was nothing to change.
bool write_update(struct writing *writing, const struct rc_model *model, json_t *row,
                  json_t *data);

// Notes what is wrong with an EUpdate whatever row it is for.
void write_check_update(struct writing *writing, const struct rc_model *model, json_t *data);

// Whether an EUpdate changes anything at all.
bool write_is_change(const struct rc_model *model, json_t *data);

// Whether a filter excludes no record, by its form.
bool write_is_everything(const struct rc_model *model, json_t *where);

#endif
