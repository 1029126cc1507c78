// SPDX-License-Identifier: Apache-2.0
//
// Two lists of facts side by side, and words for what differs.
#ifndef RC_MIGRATE_FACT_MERGE_H
#define RC_MIGRATE_FACT_MERGE_H

#include "migrate/facts.h"

// One difference: a fact that only one list has (the other is NULL), or that has another text
// in each.
typedef void (*rc_fact_visit)(void *context, const struct rc_fact *a, const struct rc_fact *b);

// Calls visit for every difference, in the order of the lists. Of a table, view or column that
// only one of them has, and of a table that is a view in the other, nothing more is told.
void rc_facts_merge(const struct rc_facts *a, const struct rc_facts *b, rc_fact_visit visit,
                    void *context);

// "table products: column price", "enum Kind"; from arena, NULL without memory.
const char *rc_fact_subject(const struct rc_fact *fact, struct rc_arena *arena);

// "type " of a column's type, to stand before its text; "" of what is a thing itself: an index,
// a table, an enum.
const char *rc_fact_attribute(const struct rc_fact *fact);

// Whether its text says more than that it is there.
bool rc_fact_says_more(const struct rc_fact *fact);

#endif
