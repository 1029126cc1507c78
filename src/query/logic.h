// SPDX-License-Identifier: Apache-2.0
//
// The tree of and, or and not that EWhere and EHaving have in common. All members of a node are
// joined by AND; what is no connective is a leaf, and the caller's to write.
#ifndef RC_QUERY_LOGIC_H
#define RC_QUERY_LOGIC_H

#include "query/junction.h"

// Writes one leaf, which stands in a junction. What it says by form goes to ret_truth; its text
// is dropped unless that is RC_TRUTH_DEPENDS.
typedef rowcall_status (*rc_logic_leaf_fn)(const void *context, const struct rc_node *leaf,
                                           enum rc_truth *ret_truth);

struct rc_logic {
    struct rc_builder *builder;
    rc_logic_leaf_fn write_leaf;
    const void *context; // handed to it
};

// All members of node, to stand in an AND or in parentheses. node may be NULL: always true.
// What was always or never true has left no text.
rowcall_status rc_logic_write(const struct rc_logic *logic, const struct rc_node *node,
                              enum rc_truth *ret_truth) RC_MUST_CHECK;

// "<keyword><all members>", nothing when they are always true, "<keyword>false" when never.
rowcall_status rc_logic_clause(const struct rc_logic *logic, const struct rc_node *node,
                               const char *keyword) RC_MUST_CHECK;

#endif
