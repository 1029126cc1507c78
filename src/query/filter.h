// SPDX-License-Identifier: Apache-2.0
//
// A filter as a condition on a column, or on an aggregate: the members of Int32Filter,
// StringFilter, ... joined by AND. A filter without members is always true.
#ifndef RC_QUERY_FILTER_H
#define RC_QUERY_FILTER_H

#include "api/vocabulary.h"
#include "query/junction.h"
#include "query/operand.h"

// A filter while it is written.
struct rc_filter {
    struct rc_builder *builder;
    const struct rc_node *node; // the filter
    struct rc_operand operand;  // what it is about
    // What `compare` may name, count of them; NULL: every column of the operand's table.
    const struct rc_operand *others;
    size_t other_count;
    bool insensitive; // case is to be ignored, and the type does not do so by itself
};

// node: a field of an EWhere that is about a column. INVALID_ARGUMENT for what the column's
// type cannot do.
rowcall_status rc_filter_write(struct rc_builder *builder, const struct rc_node *node,
                               struct rc_alias alias, enum rc_truth *ret_truth) RC_MUST_CHECK;

// The same about any operand. others: see struct rc_filter.
rowcall_status rc_filter_write_about(struct rc_builder *builder, const struct rc_node *node,
                                     const struct rc_operand *operand,
                                     const struct rc_operand *others, size_t other_count,
                                     enum rc_truth *ret_truth) RC_MUST_CHECK;

// The members of one kind of filter each: json and jsonb columns, array columns. They write one
// condition; members that are none (path, insensitive) are not handed to them.
rowcall_status rc_filter_write_json(const struct rc_filter *filter,
                                    const struct rc_node *member) RC_MUST_CHECK;
rowcall_status rc_filter_write_list(const struct rc_filter *filter,
                                    const struct rc_node *member) RC_MUST_CHECK;

// A member `compare`, of any kind of filter. INVALID_ARGUMENT for a field that there is not, or
// whose type does not compare so.
rowcall_status rc_filter_write_compare(const struct rc_filter *filter,
                                       const struct rc_node *member) RC_MUST_CHECK;
// Its part for json and jsonb columns: a comparison that was found to make sense.
void rc_filter_write_json_compare(const struct rc_filter *filter, enum rc_comparison comparison,
                                  const struct rc_operand *other);
// Whether a text holds, begins with or ends with that of other: CONTAINS, STARTS_WITH,
// ENDS_WITH, with the text that put_left writes.
void rc_filter_put_match(const struct rc_filter *filter, enum rc_comparison comparison,
                         void (*put_left)(const struct rc_filter *filter),
                         const struct rc_operand *other);

// t0."price"
void rc_filter_put_operand(const struct rc_filter *filter);
// The member's text as a LIKE pattern, as its role says.
void rc_filter_put_pattern(const struct rc_filter *filter, const struct rc_node *member);
// The operator of equals, not, lt, lte, gt, gte (" = "), NULL for other roles.
const char *rc_filter_operator(enum rc_api_role role);
// The member is not for values of this type: INVALID_ARGUMENT.
rowcall_status rc_filter_refuse(const struct rc_filter *filter, const struct rc_node *member);

#endif
