// SPDX-License-Identifier: Apache-2.0
//
// Finding or creating, in a way that no concurrent writer can disturb: the record is looked
// for; when it is not there it is inserted, unless somebody was quicker; and then, in a new
// statement, theirs is found.
#include "query/nested.h"

// "select true where <a record is wanted> and not exists (select 1 from w1)"
static rowcall_status put_absence(struct rc_script *script, const struct rc_upsert *upsert,
                                  struct rc_record found, struct rc_record *ret_absent)
{
    struct rc_builder *builder = rc_script_builder(script);
    const struct rc_op op = {.kind = RC_OP_FIND};
    rowcall_status st = rc_script_open(script, &op);
    if (st) {
        return st;
    }
    struct rc_record gate = upsert->create.gate;
    if (rc_record_is_none(gate) && upsert->create.parent) {
        gate = upsert->create.parent->record;
    }
    rc_builder_put(builder, "select true where ");
    if (!rc_record_is_none(gate)) {
        rc_script_put_exists(script, gate);
        rc_builder_put(builder, " and ");
    }
    rc_builder_put(builder, "not ");
    rc_script_put_exists(script, found);
    *ret_absent = rc_script_close(script, NULL);
    return ROWCALL_OK;
}

// The records of either, of which there may be no other.
static rowcall_status unite(struct rc_script *script, struct rc_record one,
                            struct rc_record other, struct rc_record *ret_record)
{
    const struct rc_record both[] = {one, other};
    return rc_script_unite(script, both, rc_record_is_none(other) ? 1 : 2, ret_record);
}

// Somebody was quicker and is gone again, or has another record of what was to be created.
static void guard_presence(struct rc_script *script, const struct rc_upsert *upsert,
                           struct rc_record absent, struct rc_record created,
                           struct rc_record again)
{
    const struct rc_plan_failure failure = {
        .status = ROWCALL_ALREADY_EXISTS,
        .reason = "P2002",
        .message = "a record with the values to be created exists already, under another key",
        .entity = upsert->target.model->entity->name};
    struct rc_builder *builder = rc_script_builder(script);
    rc_script_begin_guard(script);
    rc_builder_put(builder, "not ");
    rc_script_put_exists(script, absent);
    rc_builder_put(builder, " or ");
    rc_script_put_exists(script, created);
    rc_builder_put(builder, " or ");
    rc_script_put_exists(script, again);
    rc_script_end_guard(script, &failure);
}

// The record was found, and has to match.
static rowcall_status guard_where(struct rc_script *script, const struct rc_upsert *upsert,
                                  struct rc_record found)
{
    struct rc_target target = RC_TARGET(upsert->target.model);
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_plan_failure failure = rc_nested_missing(target.model);
    struct rc_record matching;
    target.same = found;
    target.where = upsert->where;
    rowcall_status st = rc_target_find(script, &target, false, &matching);
    if (st) {
        return st;
    }
    rc_script_begin_guard(script);
    rc_builder_put(builder, "not ");
    rc_script_put_exists(script, found);
    rc_builder_put(builder, " or ");
    rc_script_put_exists(script, matching);
    rc_script_end_guard(script, &failure);
    return ROWCALL_OK;
}

// Creates the record if it is absent. ret_again: those of a quicker writer.
static rowcall_status create(struct rc_script *script, const struct rc_upsert *upsert,
                             struct rc_record absent, struct rc_record *ret_created,
                             struct rc_record *ret_again)
{
    struct rc_create new = upsert->create;
    struct rc_target target = upsert->target;
    new.gate = absent;
    *ret_again = RC_RECORD_NONE;
    rowcall_status st = rc_nested_create(script, &new, ret_created);
    if (st || !new.key) {
        return st;
    }
    target.gate = absent;
    target.unless = *ret_created;
    st = rc_target_find(script, &target, !upsert->is_get, ret_again);
    if (!st) {
        guard_presence(script, upsert, absent, *ret_created, *ret_again);
    }
    return st;
}

rowcall_status rc_nested_upsert(struct rc_script *script, const struct rc_upsert *upsert,
                                struct rc_upserted *ret)
{
    struct rc_record found;
    struct rc_record absent;
    struct rc_record again;
    struct rc_target target = RC_TARGET(upsert->target.model);
    rowcall_status st = rc_target_find(script, &upsert->target, !upsert->is_get, &found);
    if (!st) {
        st = put_absence(script, upsert, found, &absent);
    }
    if (!st) {
        st = create(script, upsert, absent, &ret->created, &again);
    }
    if (!st) {
        st = unite(script, found, again, &ret->found);
    }
    if (!st && upsert->where) {
        st = guard_where(script, upsert, ret->found);
    }
    if (!st && !upsert->is_get) {
        target.same = ret->found;
        st = rc_nested_update(script, &target, upsert->update, &ret->found);
    }
    return st ? st : unite(script, ret->created, ret->found, &ret->all);
}
