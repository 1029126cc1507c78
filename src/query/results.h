// SPDX-License-Identifier: Apache-2.0
//
// A select list of operands and what they are answered as. The same list is written once, or,
// where a query goes around the one that computes, twice: inside under names, outside by them.
//
//   select t0."name", count(*) from ...                                      DIRECT
//   select t1.c0, t1.c1 from (select t0."name" as c0, count(*) as c1 ...) t1   OUTER, INNER
#ifndef RC_QUERY_RESULTS_H
#define RC_QUERY_RESULTS_H

#include "query/operand.h"

enum rc_results_layer { RC_RESULTS_DIRECT, RC_RESULTS_INNER, RC_RESULTS_OUTER };

// Zero but for layer, builder and, OUTER, alias: that of the inner query.
struct rc_results {
    struct rc_builder *builder;
    enum rc_results_layer layer;
    struct rc_alias alias;
    size_t count; // written so far
};

// The next one, with its comma. number and name are its field's in the answer.
void rc_results_put(struct rc_results *results, const struct rc_operand *operand,
                    uint32_t number, const char *name);

// A nested message, always there: what is put until its end belongs to it.
void rc_results_begin(struct rc_results *results, uint32_t number, const char *name);
void rc_results_end(struct rc_results *results);

#endif
