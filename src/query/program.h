// SPDX-License-Identifier: Apache-2.0
//
// How a plan's parameters are made from slots: one rc_param per $n. The compiler writes
// the program, rc_program_bind runs it, once per call.
#ifndef RC_QUERY_PROGRAM_H
#define RC_QUERY_PROGRAM_H

#include "query/shape.h"

struct rc_node;

enum rc_param_source {
    RC_PARAM_SLOT,           // the slot as it is
    RC_PARAM_MAGNITUDE,      // the slot without its sign
    RC_PARAM_ONE_MORE,       // the slot plus one
    RC_PARAM_CONTAINS,       // the slot as a LIKE pattern: %text%
    RC_PARAM_STARTS_WITH,    // text%
    RC_PARAM_ENDS_WITH,      // %text
    RC_PARAM_GENERATED,      // a new value of the generator
    RC_PARAM_ROWS,           // this slot of each row of a group, as one list
    RC_PARAM_ROWS_LITERAL,   // the same, each (a list) written as an array literal
    RC_PARAM_ROWS_GENERATED, // a new value per row
    RC_PARAM_ROW_COUNT,      // how many rows a group has
};

struct rc_param {
    enum rc_param_source source;
    size_t slot;  // where the source names one; ROWS: counted within the row
    size_t group; // ROWS*, ROW_COUNT: which row group
    enum rc_generator generator;
    const struct rc_type *type;    // what the SQL casts it to
    const struct rc_type *element; // ROWS_LITERAL: what the array literals hold
    const struct rc_node *node;    // where it comes from, NULL: not from the request. The
                                   // compiler's: gone when the plan is made
};

struct rc_plan_program {
    const struct rc_param *params;
    size_t param_count;
};

// The values of the parameters, in order. What is made is the arena's, the rest is borrowed
// from the slots.
rowcall_status rc_program_bind(const struct rc_plan_program *program,
                               const struct rc_shape *shape, struct rc_arena *arena,
                               const struct rc_value **ret_values,
                               rowcall_error *err) RC_MUST_CHECK;

#endif
