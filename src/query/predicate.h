// SPDX-License-Identifier: Apache-2.0
//
// EWhere and EKey as conditions on one table. SQL's logic has three values, and it is kept: a
// record whose column is NULL is matched neither by `equals: x` nor by `not: x`. Conditions on
// related records have two (relation_filter.h).
#ifndef RC_QUERY_PREDICATE_H
#define RC_QUERY_PREDICATE_H

#include "query/junction.h"

// All members of an EWhere, joined by AND, to stand in an AND or in parentheses. where may be
// NULL: always true. What was always or never true has left no text.
rowcall_status rc_predicate_where(struct rc_builder *builder, const struct rc_node *where,
                                  struct rc_alias alias,
                                  enum rc_truth *ret_truth) RC_MUST_CHECK;

// " where <where>", nothing, or " where false".
rowcall_status rc_predicate_clause(struct rc_builder *builder, const struct rc_node *where,
                                   struct rc_alias alias) RC_MUST_CHECK;

// " and <where>", nothing, or " and false".
rowcall_status rc_predicate_and(struct rc_builder *builder, const struct rc_node *where,
                                struct rc_alias alias) RC_MUST_CHECK;

// The record that an EKey names, as "a = $1 and b = $2". INVALID_ARGUMENT when it names none.
rowcall_status rc_predicate_key(struct rc_builder *builder, const struct rc_node *key,
                                struct rc_alias alias) RC_MUST_CHECK;

// Whether a composite key has all of its columns: INVALID_ARGUMENT names the one that is
// missing.
rowcall_status rc_predicate_check_composite(struct rc_builder *builder,
                                            const struct rc_node *composite) RC_MUST_CHECK;

// "("a", "b")": the columns of an EKey, as the target of ON CONFLICT.
void rc_predicate_put_conflict(struct rc_builder *builder, const struct rc_node *key);

// " where <key> [and <where>]" of a request that names one record, with an optional where.
rowcall_status rc_predicate_one(struct rc_builder *builder, const struct rc_node *request,
                                struct rc_alias alias) RC_MUST_CHECK;

#endif
