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

// What is to be compiled.
struct rc_compilation {
    const struct rc_wire_message *request; // both ready
    const struct rc_wire_message *response;
    const struct rc_model *model;
    enum rc_verb verb;
    const struct rc_sql_method *sql; // instead of a verb; NULL otherwise
    struct rc_view shape;
};

// Compiles a shape into ret_plan, all of it (but the ids, which are the caller's to give) in
// arena. INVALID_ARGUMENT or UNIMPLEMENTED with a path for what no request of this shape can
// mean.
rowcall_status rc_compile(const struct rc_compilation *task, struct rc_arena *arena,
                          struct rc_plan *ret_plan, rowcall_error *err) RC_MUST_CHECK;

#endif
