// SPDX-License-Identifier: Apache-2.0
//
// From a shape to a plan. Cold: once per shape.
#ifndef RC_QUERY_COMPILE_H
#define RC_QUERY_COMPILE_H

#include "query/plan.h"
#include "query/program.h"

// Whether a verb is served. UNIMPLEMENTED names the method that is not.
rowcall_status rc_compile_check_verb(const struct rc_model *model, enum rc_verb verb,
                                     rowcall_error *err) RC_MUST_CHECK;

// Compiles a shape of `request` into ret_plan, all of it (but the id, which is the caller's to
// give) in arena. INVALID_ARGUMENT or UNIMPLEMENTED with a path for what no request of this
// shape can mean.
rowcall_status rc_compile(const struct rc_wire_message *request,
                          const struct rc_wire_message *response, const struct rc_model *model,
                          enum rc_verb verb, struct rc_view shape, struct rc_arena *arena,
                          struct rc_plan *ret_plan, rowcall_error *err) RC_MUST_CHECK;

#endif
