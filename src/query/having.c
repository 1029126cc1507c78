// SPDX-License-Identifier: Apache-2.0
//
// The leaves of a having. Filters are those of columns; what they are about is a key, or an
// aggregate.
#include "query/having.h"

#include "query/aggregate.h"
#include "query/filter.h"
#include "query/logic.h"

struct subject {
    struct rc_builder *builder;
    const struct rc_group *group;
};

// One filter about an operand. What `compare` may name are keys: other columns have no one
// value in a group.
static rowcall_status write_filter(const struct subject *subject, const struct rc_node *node,
                                   const struct rc_operand *operand, enum rc_truth *ret_truth)
{
    return rc_filter_write_about(subject->builder, node, operand, subject->group->keys,
                                 subject->group->key_count, ret_truth);
}

static rowcall_status write_key(const struct subject *subject, const struct rc_node *node,
                                const struct rc_group_table *table, enum rc_truth *ret_truth)
{
    const struct rc_operand *key;
    rowcall_status st = rc_group_key(subject->builder, subject->group, table, node, &key);
    return st ? st : write_filter(subject, node, key, ret_truth);
}

// An EByHaving: filters of keys, those of related records within.
static rowcall_status write_by(const struct subject *subject, const struct rc_node *by,
                               const struct rc_group_table *table, enum rc_truth *ret_truth)
{
    struct rc_junction junction;
    rc_junction_begin(&junction, subject->builder, true);
    for (const struct rc_node *child = by->first; child; child = child->next) {
        enum rc_truth truth = RC_TRUTH_ALWAYS;
        rc_junction_part(&junction);
        rowcall_status st =
            child->field->role == RC_ROLE_RELATION
                ? write_by(subject, child, rc_group_related(table, child->field->subject),
                           &truth)
                : write_key(subject, child, table, &truth);
        if (st) {
            return st;
        }
        rc_junction_take(&junction, truth);
    }
    *ret_truth = rc_junction_end(&junction, true);
    return ROWCALL_OK;
}

// Filters of one function over several columns.
static rowcall_status write_function(const struct subject *subject, const struct rc_node *node,
                                     enum rc_aggregate function, enum rc_truth *ret_truth)
{
    struct rc_junction junction;
    rc_junction_begin(&junction, subject->builder, true);
    for (const struct rc_node *child = node->first; child; child = child->next) {
        struct rc_operand operand =
            rc_operand_aggregate(function, child->field->subject, subject->group->root.alias);
        enum rc_truth truth;
        rc_junction_part(&junction);
        rowcall_status st = write_filter(subject, child, &operand, &truth);
        if (st) {
            return st;
        }
        rc_junction_take(&junction, truth);
    }
    *ret_truth = rc_junction_end(&junction, true);
    return ROWCALL_OK;
}

static rowcall_status write_leaf(const void *context, const struct rc_node *leaf,
                                 enum rc_truth *ret_truth)
{
    const struct subject *subject = context;
    enum rc_api_role role = (enum rc_api_role)leaf->field->role;
    enum rc_aggregate function;
    if (role == RC_ROLE_BY) {
        return write_by(subject, leaf, &subject->group->root, ret_truth);
    }
    if (rc_aggregates_function(role, &function)) {
        return write_function(subject, leaf, function, ret_truth);
    }
    struct rc_operand count_all =
        rc_operand_aggregate(RC_AGGREGATE_COUNT, NULL, subject->group->root.alias);
    return write_filter(subject, leaf, &count_all, ret_truth);
}

rowcall_status rc_having_clause(struct rc_builder *builder, const struct rc_group *group,
                                const struct rc_node *having)
{
    const struct subject subject = {builder, group};
    const struct rc_logic logic = {builder, write_leaf, &subject};
    return rc_logic_clause(&logic, having, " having ");
}
