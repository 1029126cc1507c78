// SPDX-License-Identifier: Apache-2.0
//
// Folding while writing: what turns out not to matter is cut off the end of the text again,
// parameters included. Parts are still written (and so checked) after one swallowed the rest.
#include "query/junction.h"

void rc_junction_begin(struct rc_junction *junction, struct rc_builder *builder, bool is_and)
{
    *junction = (struct rc_junction){
        .builder = builder, .is_and = is_and, .start = rc_builder_mark(builder)};
    rc_builder_put(builder, "(");
}

void rc_junction_part(struct rc_junction *junction)
{
    junction->part = rc_builder_mark(junction->builder);
    if (junction->count > 0) {
        rc_builder_put(junction->builder, junction->is_and ? " and " : " or ");
    }
}

void rc_junction_take(struct rc_junction *junction, enum rc_truth truth)
{
    if (truth == RC_TRUTH_DEPENDS) {
        junction->count++;
        return;
    }
    rc_builder_rewind(junction->builder, junction->part);
    if (truth == (junction->is_and ? RC_TRUTH_NEVER : RC_TRUTH_ALWAYS)) {
        junction->is_swallowed = true;
    }
}

// Takes the opening parenthesis out again.
static void unwrap(struct rc_junction *junction)
{
    struct rc_buf *sql = &junction->builder->sql;
    size_t at = junction->start.len;
    if (!sql->broken) {
        memmove(sql->data + at, sql->data + at + 1, sql->len - at - 1);
        rc_buf_truncate(sql, sql->len - 1);
    }
}

enum rc_truth rc_junction_end(struct rc_junction *junction, bool has_parentheses)
{
    if (junction->is_swallowed || junction->count == 0) {
        rc_builder_rewind(junction->builder, junction->start);
        bool is_true = junction->is_and != junction->is_swallowed;
        return is_true ? RC_TRUTH_ALWAYS : RC_TRUTH_NEVER;
    }
    if (has_parentheses && junction->count > 1) {
        rc_builder_put(junction->builder, ")");
    } else {
        unwrap(junction);
    }
    return RC_TRUTH_DEPENDS;
}
