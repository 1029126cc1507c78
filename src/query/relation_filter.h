// SPDX-License-Identifier: Apache-2.0
//
// EIs and EAny: what is asked of the records that a record is related to. Unlike a column's
// filter it is never NULL: a related record either matches, which is to say that a FindMany
// with that `where` would find it, or it does not.
//
//   is, some       a related record matches
//   is_not, none   no related record does; so true where there is none
//   every          no related record fails to match; one whose condition is NULL fails
//   is_null        whether there is no related record
//
// Members are joined by AND. Each has a subquery of its own, so two of them never speak of the
// same related record by accident.
#ifndef RC_QUERY_RELATION_FILTER_H
#define RC_QUERY_RELATION_FILTER_H

#include "query/junction.h"

// node: a field of an EWhere that is about a relation; alias: the record that is filtered. A
// filter without members is always true. A required relation is known to be there, by its
// foreign key. Errors are those of rc_predicate_where.
rowcall_status rc_relation_filter_write(struct rc_builder *builder, const struct rc_node *node,
                                        struct rc_alias alias,
                                        enum rc_truth *ret_truth) RC_MUST_CHECK;

#endif
