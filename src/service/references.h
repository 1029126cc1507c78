// SPDX-License-Identifier: Apache-2.0
//
// The references of a call in an atomic envelope: values of its request that earlier calls
// return. Everything but the values is checked before anything is executed; the call is loaded
// once they are there.
#ifndef RC_SERVICE_REFERENCES_H
#define RC_SERVICE_REFERENCES_H

#include "service/exchange.h"

// A call with more is refused.
enum { RC_REFERENCES_MAX = 1000 };

// Checks the references of a call, and its request as far as it goes without their values; all
// calls before it were found. Sets call->references and call->read_only. Failure: call->err,
// NOT_EXECUTED; INVALID_ARGUMENT begins with "references[i]". Handling thread.
rowcall_status rc_references_check(struct rc_call *call) RC_MUST_CHECK;

// Whether every call that it refers to is concluded.
bool rc_references_are_ready(const struct rc_call *call);

// Loads the call with the values. Only when they are ready. Failure: call->err;
// FAILED_PRECONDITION for a value that is not there. Loop's thread.
rowcall_status rc_references_load(struct rc_call *call) RC_MUST_CHECK;

#endif
