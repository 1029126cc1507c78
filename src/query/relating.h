// SPDX-License-Identifier: Apache-2.0
//
// The records that refer to a given one, the parent: theirs is the foreign key, or there is a
// join table between. How they are found, and how they come to be related or not.
#ifndef RC_QUERY_RELATING_H
#define RC_QUERY_RELATING_H

#include "query/nested.h"

struct rc_relating {
    struct rc_script *script;
    struct rc_builder *builder;
    const struct rc_relation *relation; // of the parent's model
    const struct rc_node *writes;
    struct rc_record parent;
};

struct rc_relating rc_relating_of(struct rc_script *script, const struct rc_relation *relation,
                                  const struct rc_node *writes, struct rc_record parent);

// Whether a record that loses its parent cannot be: its foreign key is not nullable.
bool rc_relating_is_bound(const struct rc_relation *relation);

// The related records, all of them.
struct rc_target rc_relating_target(const struct rc_relating *at);

// Narrows a target to an EKey, or to a group of them.
void rc_relating_name_key(struct rc_target *target, const struct rc_node *key);

// The call fails unless the parent is not there, or record has as many records as there are
// different keys; or, for one, any.
void rc_relating_guard_all(const struct rc_relating *at, const struct rc_node *key,
                           struct rc_record record, const struct rc_plan_failure *failure);
void rc_relating_guard_one(const struct rc_relating *at, struct rc_record record);

// Sets the foreign key of the target's records: to the parent, or to NULL. ret_record: which
// they are.
rowcall_status rc_relating_put_key(const struct rc_relating *at, const struct rc_target *target,
                                   bool is_null, struct rc_record *ret_record) RC_MUST_CHECK;

// The target's records lose their parent; where they cannot, there must be none (P2014).
rowcall_status rc_relating_release(const struct rc_relating *at,
                                   const struct rc_target *target) RC_MUST_CHECK;

// Pairs the records with the parent in the join table, those that are not yet; or no longer.
rowcall_status rc_relating_link(const struct rc_relating *at,
                                struct rc_record record) RC_MUST_CHECK;
rowcall_status rc_relating_unlink(const struct rc_relating *at,
                                  struct rc_record record) RC_MUST_CHECK;

#endif
