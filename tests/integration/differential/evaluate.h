// SPDX-License-Identifier: Apache-2.0
//
// What requests mean, said as plainly as possible: every row is looked at, every filter
// evaluated in three-valued logic, lists are sorted by insertion, nested lists are evaluated
// row by row. Nothing is shared with src/query: requests are JSON here, read by names.
//
// An evaluator can be told to make one mistake. The tests of the tests do that, to see whether
// the requests that are drawn, and the comparison, would notice.
#ifndef RC_TESTS_DIFFERENTIAL_EVALUATE_H
#define RC_TESTS_DIFFERENTIAL_EVALUATE_H

#include "mistake.h"
#include "truth.h"
#include "world.h"

#include "api/api.h"

struct evaluator {
    const struct world *world;
    enum mistake mistake;
};

// The rows that a relation leads to from a row.
void evaluate_related(const struct evaluator *evaluator, const struct rc_relation *relation,
                      const json_t *row, struct row_list *ret_list);

// An EWhere. NULL: no filter, true.
enum truth evaluate_where(const struct evaluator *evaluator, const struct rc_model *model,
                          json_t *where, const json_t *row);

// A filter of one column.
enum truth evaluate_filter(const struct evaluator *evaluator, const struct rc_column *column,
                           json_t *filter, const json_t *row);

// An EOrderBy list. Less than 0: a comes first; 0: their order is not said.
int evaluate_order(const struct evaluator *evaluator, const struct rc_model *model,
                   json_t *order_by, const json_t *a, const json_t *b);

// The column that a value of an EField enum names.
const struct rc_column *evaluate_field(const struct rc_model *model, const char *field);

// The rows of a window (where, order_by, cursor, take, skip, distinct) over some candidates, in
// order. ret_is_total: whether all of their order counts; otherwise rows that order_by does not
// tell apart may come in any order. Set before, it makes the order total in any case.
void evaluate_window(const struct evaluator *evaluator, const struct rc_model *model,
                     json_t *window, const struct row_list *candidates,
                     struct row_list *ret_rows, bool *ret_is_total);

// A row as an ESelect wants it. A new reference.
json_t *evaluate_row(const struct evaluator *evaluator, const struct rc_model *model,
                     json_t *select, const json_t *row);

// The answer to a read: a response, or an array of strings that a failure begins with one of.
// It is a pattern for match.h. A new reference.
json_t *evaluate_read(const struct evaluator *evaluator, const struct rc_model *model,
                      enum rc_verb verb, json_t *request);

#endif
