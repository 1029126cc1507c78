// SPDX-License-Identifier: Apache-2.0
//
// EHaving as conditions on groups: on their keys, and on aggregates over their records.
#ifndef RC_QUERY_HAVING_H
#define RC_QUERY_HAVING_H

#include "query/group.h"

// " having <having>", nothing, or " having false". having may be NULL. INVALID_ARGUMENT with a
// path for a field that is no key.
rowcall_status rc_having_clause(struct rc_builder *builder, const struct rc_group *group,
                                const struct rc_node *having) RC_MUST_CHECK;

#endif
