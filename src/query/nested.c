// SPDX-License-Identifier: Apache-2.0
//
// What nested writes have in common: finding their parts in a request, and how they fail.
#include "query/nested.h"

bool rc_nested_has_relations(const struct rc_node *data)
{
    return rc_node_child(data, RC_ROLE_RELATION) != NULL;
}

const struct rc_node *rc_nested_relation(const struct rc_node *data,
                                         const struct rc_relation *relation)
{
    const struct rc_node *child = data ? data->first : NULL;
    while (child && (child->field->role != RC_ROLE_RELATION ||
                     child->field->subject != (const void *)relation)) {
        child = child->next;
    }
    return child;
}

const struct rc_node *rc_nested_member(const struct rc_node *writes, uint32_t number,
                                       const struct rc_node *previous)
{
    const struct rc_node *member = previous ? previous->next : writes->first;
    while (member && member->field->number != number) {
        member = member->next;
    }
    return member;
}

rowcall_status rc_nested_refuse_required(struct rc_builder *builder, const struct rc_node *node,
                                         const struct rc_relation *relation)
{
    struct rc_plan_failure failure = rc_nested_required(relation);
    rowcall_status st =
        rc_node_refuse(node, failure.status, builder->err, "%s", failure.message);
    rc_error_detail(builder->err, failure.reason, failure.entity, failure.fields);
    return st;
}

struct rc_plan_failure rc_nested_required(const struct rc_relation *relation)
{
    const struct rc_foreign_key *key = relation->key;
    return (struct rc_plan_failure){
        .status = ROWCALL_FAILED_PRECONDITION,
        .reason = "P2014",
        .message =
            "a record would be left without the related record that it needs: delete it, "
            "or relate it to another one",
        .entity = key->owner->name,
        .fields = key->name};
}

struct rc_plan_failure rc_nested_missing(const struct rc_model *model)
{
    return (struct rc_plan_failure){.status = ROWCALL_NOT_FOUND,
                                    .reason = "P2025",
                                    .message = "a related record that is needed was not found",
                                    .entity = model->entity->name};
}

struct rc_plan_failure rc_nested_lost(const struct rc_model *model)
{
    return (struct rc_plan_failure){
        .status = ROWCALL_NOT_FOUND,
        .reason = "P2025",
        .message = "what is written of related records deletes this record or changes its "
                   "primary key: do that in a request of its own",
        .entity = model->entity->name};
}

struct rc_plan_failure rc_nested_unconnected(const struct rc_model *model)
{
    return (struct rc_plan_failure){.status = ROWCALL_NOT_FOUND,
                                    .reason = "P2018",
                                    .message =
                                        "not all of the records to be connected were found",
                                    .entity = model->entity->name};
}

struct rc_plan_failure rc_nested_not_related(const struct rc_model *model)
{
    return (struct rc_plan_failure){
        .status = ROWCALL_FAILED_PRECONDITION,
        .reason = "P2017",
        .message = "not all of the records to be deleted exist and are related",
        .entity = model->entity->name};
}
