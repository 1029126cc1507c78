// SPDX-License-Identifier: Apache-2.0
//
// What records are grouped by: columns of the entity, and of records that to-one relations lead
// to. The tables of the keys form a tree, as the `by` of an answered group does:
//
//   by: [{field: AUTHOR_ID}, {author: {field: NAME}}, {author: {manager: {field: AGE}}}]
//
//   root t0 "posts"            keys  t0."authorId"
//     author t1 "users"              t1."name"
//       manager t2 "users"           t2."age"
//
// Records without a related one have NULL for its columns, and so are one group with those
// whose related record has NULL there.
#ifndef RC_QUERY_GROUP_H
#define RC_QUERY_GROUP_H

#include "query/from.h"
#include "query/results.h"

struct rc_group_table {
    const struct rc_relation *relation; // that leads to it; NULL: the root
    struct rc_alias alias;
    struct rc_group_table *first; // what is related to it
    struct rc_group_table *next;
};

struct rc_group {
    struct rc_from from;
    struct rc_group_table root;
    struct rc_operand *keys; // each once, in the order asked for; scratch
    size_t key_count;
};

// Reads the `by` of a GroupBy request. INVALID_ARGUMENT with a path when there is none, or for
// one that is no column, or whose values cannot be compared.
rowcall_status rc_group_read(struct rc_builder *builder, const struct rc_node *request,
                             struct rc_group *ret_group) RC_MUST_CHECK;

// The table that a to-one relation of `table` leads to, NULL when no key is behind it. table
// may be NULL.
const struct rc_group_table *rc_group_related(const struct rc_group_table *table,
                                              const struct rc_relation *relation);

// The key that is this column of this table, which may be NULL. Without one, INVALID_ARGUMENT
// for node, which names the column.
rowcall_status rc_group_key(struct rc_builder *builder, const struct rc_group *group,
                            const struct rc_group_table *table, const struct rc_node *node,
                            const struct rc_operand **ret_key) RC_MUST_CHECK;

// The keys as the fields of a row, nested rows for related records.
void rc_group_put_keys(const struct rc_group *group, struct rc_results *results);

// "t0."authorId", t1."name"": all keys, in order.
void rc_group_put_list(struct rc_builder *builder, const struct rc_group *group);

#endif
