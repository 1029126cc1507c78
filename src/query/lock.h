// SPDX-License-Identifier: Apache-2.0
//
// Row locks of reads: the records themselves, not those that are joined to them.
#ifndef RC_QUERY_LOCK_H
#define RC_QUERY_LOCK_H

#include "query/builder.h"

// A locking clause; zero is none.
struct rc_lock {
    const char *strength; // " for update"
    const char *wait;     // " skip locked"
};

// The lock that a request asks for, and marks the plan as one that locks. INVALID_ARGUMENT for
// an unknown kind.
rowcall_status rc_lock_read(struct rc_builder *builder, const struct rc_node *request,
                            struct rc_lock *ret_lock) RC_MUST_CHECK;

// " for update of t0 skip locked", behind everything else in a select; nothing for none.
void rc_lock_put(struct rc_builder *builder, const struct rc_lock *lock, struct rc_alias alias);

#endif
