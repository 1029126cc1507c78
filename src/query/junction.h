// SPDX-License-Identifier: Apache-2.0
//
// Conditions joined by AND or OR, with constants folded away while they are written: a part
// that is always true disappears from an AND, and one that never is swallows it. So "does this
// filter say anything" has an answer, and the text has no `true and (...)`.
#ifndef RC_QUERY_JUNCTION_H
#define RC_QUERY_JUNCTION_H

#include "query/builder.h"

// What a condition says by its form. Only DEPENDS has text.
enum rc_truth { RC_TRUTH_ALWAYS, RC_TRUTH_NEVER, RC_TRUTH_DEPENDS };

struct rc_junction {
    struct rc_builder *builder;
    bool is_and;
    bool is_swallowed; // false in an AND, true in an OR
    size_t count;      // parts that have text
    struct rc_builder_mark start;
    struct rc_builder_mark part;
};

// Begins at the end of the text. For each part: part(), write it, take() what it says. A
// junction of several parts is put in parentheses by end().
void rc_junction_begin(struct rc_junction *junction, struct rc_builder *builder, bool is_and);
void rc_junction_part(struct rc_junction *junction);
void rc_junction_take(struct rc_junction *junction, enum rc_truth truth);

// What all of it says. An AND of nothing is always true, an OR of nothing never.
// has_parentheses: false only where nothing stands beside it.
enum rc_truth rc_junction_end(struct rc_junction *junction, bool has_parentheses);

#endif
