// SPDX-License-Identifier: Apache-2.0
//
// Which records an op is about: those of a key, or of several, or all; related to a given
// record; matching a filter. All members hold together, those that are zero (RC_RECORD_NONE,
// NULL) say nothing.
#ifndef RC_QUERY_TARGET_H
#define RC_QUERY_TARGET_H

#include "query/script.h"

struct rc_target {
    const struct rc_model *model;
    struct rc_record same;              // they are these
    const struct rc_relation *relation; // of parent's model: they are related to parent
    struct rc_record parent;
    struct rc_record gate;            // only when there is a record of these
    struct rc_record unless;          // only when there is none of these
    const struct rc_node *key;        // an EKey
    const struct rc_node *keys;       // a row group of EKeys
    const struct rc_node *other_than; // none of these: EKeys and groups of them, by field, ...
    enum rc_api_role other_than_role; // ... among the fields of this node that have this role
    const struct rc_node *where;      // an EWhere
    const struct rc_node *limit;      // to find: at most so many, by primary key
    const struct rc_node *most; // to find: one more than so many, to see that they are more
    struct rc_record bound;     // only when these ...
    const struct rc_node *bound_most; // ... are so many at most
};

// A target of nothing but its model.
#define RC_TARGET(of)                                                                          \
    ((struct rc_target){.model = (of),                                                         \
                        .same = RC_RECORD_NONE,                                                \
                        .parent = RC_RECORD_NONE,                                              \
                        .gate = RC_RECORD_NONE,                                                \
                        .unless = RC_RECORD_NONE,                                              \
                        .bound = RC_RECORD_NONE})

// The op that is about the target, as rc_script_open takes it.
struct rc_op rc_target_op(const struct rc_target *target, enum rc_op_kind kind);

// "w0 t2, (select distinct * from unnest($1::int8[])) t3(c1)": the sources that the condition
// needs besides the target's table, with `first` in front when there are any (" from ", " using
// ", ", "); and their aliases.
struct rc_target_sources {
    struct rc_alias same;
    struct rc_alias parent;
    struct rc_alias keys;
};
struct rc_target_sources rc_target_put_sources(struct rc_script *script,
                                               const struct rc_target *target,
                                               const char *first);

// " where <condition>" on alias; writes: the op writes, and so waits for those before it.
rowcall_status rc_target_put_where(struct rc_script *script, const struct rc_target *target,
                                   const struct rc_target_sources *sources,
                                   struct rc_alias alias, bool writes) RC_MUST_CHECK;

// Finds the records: an op of its own. is_locked: they cannot change until the transaction
// ends.
rowcall_status rc_target_find(struct rc_script *script, const struct rc_target *target,
                              bool is_locked, struct rc_record *ret_record) RC_MUST_CHECK;

// Deletes them. ret_record: which they were.
rowcall_status rc_target_delete(struct rc_script *script, const struct rc_target *target,
                                struct rc_record *ret_record) RC_MUST_CHECK;

// "(select count(*) from (select distinct ...) t1)": how many different keys a group has.
void rc_target_put_key_count(struct rc_script *script, const struct rc_node *keys);

#endif
