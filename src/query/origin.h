// SPDX-License-Identifier: Apache-2.0
//
// Where a parameter's value comes from, told by its place in the request: which column it is
// for, what it does to it, and the path to it. For messages alone; nothing is compiled by it.
#ifndef RC_QUERY_ORIGIN_H
#define RC_QUERY_ORIGIN_H

#include "query/outline.h"
#include "query/plan.h"

// node: the slot's, NULL for a value that is not the request's. ret_origin's path is the
// arena's. False: no memory.
bool rc_origin_find(const struct rc_node *node, struct rc_arena *arena,
                    struct rc_plan_origin *ret_origin) RC_MUST_CHECK;

#endif
