// SPDX-License-Identifier: Apache-2.0
//
// A call explained: PostgreSQL is asked how it would execute the call's statements, or how it
// did, in place of executing them. Planning takes a shared lane; measuring executes them in a
// transaction that is rolled back, on an exclusive connection.
#ifndef RC_SERVICE_EXPLAIN_H
#define RC_SERVICE_EXPLAIN_H

#include "service/solo.h"

// What was asked for.
struct rc_explain_wish {
    bool analyze;
    bool json;
    bool values;
};

struct rc_explain {
    struct rc_explain_wish wish;
    struct rc_buf out; // the Explain message
    struct rc_solo solo;
};

// Reads words joined by commas: "analyze,json". INVALID_ARGUMENT for a word that is none, and
// for neither or both of plan and analyze. Thread-safe.
rowcall_status rc_explain_read(struct rc_view words, struct rc_explain_wish *ret_wish,
                               rowcall_error *err) RC_MUST_CHECK;

// Whether the call may be explained, and what it asks for: fills call->explain, from the arena.
// PERMISSION_DENIED, and INVALID_ARGUMENT for what has no plan of its own. Only when its
// metadata asks.
rowcall_status rc_explain_check(struct rc_call *call) RC_MUST_CHECK;

// Explains a call that was prepared, in place of sending it: finish will come, perhaps before
// this returns.
void rc_explain_start(struct rc_call *call);

// Frees what it holds. NULL is accepted.
void rc_explain_fini(struct rc_explain *explain);

#endif
