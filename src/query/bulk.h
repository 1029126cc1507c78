// SPDX-License-Identifier: Apache-2.0
//
// The bulk form of a lookup: one statement that answers many calls of a plan (rc_plan_bulk).
#ifndef RC_QUERY_BULK_H
#define RC_QUERY_BULK_H

#include "query/builder.h"

// Gives a plan that is otherwise complete its bulk form, where it can have one: it is one
// statement that only reads, answers one record at most and finds it by a key, and no parameter
// of it is an array. Memory is the builder's arena; without it builder->broken is set.
void rc_bulk_make(struct rc_builder *builder, const struct rc_node *request,
                  struct rc_plan *plan);

#endif
