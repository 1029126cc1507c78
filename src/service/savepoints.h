// SPDX-License-Identifier: Apache-2.0
//
// The savepoints of one interactive transaction: which names its client has set, one above the
// other. PostgreSQL never sees those names: each savepoint has a number of its own, and is "s7"
// in SQL text. Not thread-safe.
#ifndef RC_SERVICE_SAVEPOINTS_H
#define RC_SERVICE_SAVEPOINTS_H

#include "base/error.h"
#include "base/view.h"

#include <stdint.h>

enum { RC_SAVEPOINTS_MAX = 64, RC_SAVEPOINT_NAME_MAX = 63 };

struct rc_savepoint {
    char name[RC_SAVEPOINT_NAME_MAX + 1];
    uint32_t number; // never given twice in a transaction
};

// Zeroed: none.
struct rc_savepoints {
    struct rc_savepoint stack[RC_SAVEPOINTS_MAX];
    size_t count;
    uint32_t last_number;
};

// Puts a savepoint on top. INVALID_ARGUMENT: no name, or one that is too long;
// RESOURCE_EXHAUSTED: there are too many.
rowcall_status rc_savepoints_set(struct rc_savepoints *savepoints, struct rc_view name,
                                 uint32_t *ret_number, rowcall_error *err) RC_MUST_CHECK;

// The topmost savepoint of this name; those above it are forgotten, and with `release` it is,
// too. FAILED_PRECONDITION: there is none.
rowcall_status rc_savepoints_return(struct rc_savepoints *savepoints, struct rc_view name,
                                    bool release, uint32_t *ret_number,
                                    rowcall_error *err) RC_MUST_CHECK;

// Forgets one that came to nothing after all, wherever it is.
void rc_savepoints_drop(struct rc_savepoints *savepoints, uint32_t number);

#endif
