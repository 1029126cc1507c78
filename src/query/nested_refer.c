// SPDX-License-Identifier: Apache-2.0
//
// The record that another one is to refer to: created, found, or found or created.
#include "query/nested.h"

static rowcall_status find(struct rc_script *script, const struct rc_relation *relation,
                           const struct rc_node *key, struct rc_record gate,
                           struct rc_link *link)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_target target = RC_TARGET(relation->target);
    struct rc_plan_failure *failure = rc_arena_new(builder->scratch, struct rc_plan_failure);
    if (!failure) {
        return rc_error_oom(builder->err);
    }
    *failure = rc_nested_missing(relation->target);
    target.key = key;
    target.gate = gate;
    link->failure = failure;
    return rc_target_find(script, &target, false, &link->record);
}

static rowcall_status find_or_create(struct rc_script *script,
                                     const struct rc_relation *relation,
                                     const struct rc_node *member, struct rc_record gate,
                                     struct rc_link *link)
{
    struct rc_upsert upsert = {.target = RC_TARGET(relation->target),
                               .create = {.model = relation->target,
                                          .data = rc_node_child(member, RC_ROLE_CREATE),
                                          .gate = gate,
                                          .key = rc_node_child(member, RC_ROLE_KEY)},
                               .is_get = true};
    struct rc_upserted upserted;
    upsert.target.key = upsert.create.key;
    rowcall_status st = rc_nested_upsert(script, &upsert, &upserted);
    link->record = upserted.all;
    return st;
}

rowcall_status rc_nested_refer(struct rc_script *script, const struct rc_relation *relation,
                               const struct rc_node *writes, struct rc_record gate,
                               struct rc_link *ret_link)
{
    struct rc_builder *builder = rc_script_builder(script);
    const struct rc_node *member = writes->first;
    const struct rc_create create = {.model = relation->target, .data = member, .gate = gate};
    *ret_link = (struct rc_link){.record = RC_RECORD_NONE,
                                 .columns = relation->columns,
                                 .from = relation->target_columns,
                                 .count = relation->column_count,
                                 .node = writes};
    if (!member) {
        return ROWCALL_OK;
    }
    if (member->next) {
        return rc_node_refuse(member->next, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "stands beside %s: there is only one related record",
                              member->field->name);
    }
    switch (member->field->number) {
    case RC_NESTED_CREATE:
        return rc_nested_create(script, &create, &ret_link->record);
    case RC_NESTED_CONNECT:
        return find(script, relation, member, gate, ret_link);
    default:
        return find_or_create(script, relation, member, gate, ret_link);
    }
}
