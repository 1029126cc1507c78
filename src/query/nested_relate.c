// SPDX-License-Identifier: Apache-2.0
//
// The records that refer to a given one, the parent: which of them leave, stay and come.
#include "query/relating.h"

// ---- what leaves

// The target's records are not related any more.
static rowcall_status disconnect(const struct rc_relating *at, const struct rc_target *target)
{
    struct rc_record record;
    if (!at->relation->join) {
        return rc_relating_release(at, target);
    }
    rowcall_status st = rc_target_find(at->script, target, false, &record);
    return st ? st : rc_relating_unlink(at, record);
}

static rowcall_status disconnect_one(const struct rc_relating *at, const struct rc_node *member)
{
    struct rc_target target = rc_relating_target(at);
    if (rc_relating_is_bound(at->relation)) {
        return rc_nested_refuse_required(at->builder, member, at->relation);
    }
    if (at->relation->to_many) {
        rc_relating_name_key(&target, member);
    } else {
        target.where = member;
    }
    return disconnect(at, &target);
}

static rowcall_status disconnect_others(const struct rc_relating *at, const struct rc_node *set)
{
    struct rc_target target = rc_relating_target(at);
    target.other_than = set;
    target.other_than_role = RC_ROLE_KEY;
    return disconnect(at, &target);
}

static rowcall_status delete_one(const struct rc_relating *at, const struct rc_node *member)
{
    struct rc_target target = rc_relating_target(at);
    struct rc_plan_failure failure = rc_nested_not_related(target.model);
    struct rc_record deleted;
    if (at->relation->to_many) {
        rc_relating_name_key(&target, member);
    } else {
        target.where = member;
    }
    rowcall_status st = rc_target_delete(at->script, &target, &deleted);
    if (st) {
        return st;
    }
    if (at->relation->to_many) {
        rc_relating_guard_all(at, member, deleted, &failure);
    } else {
        rc_relating_guard_one(at, deleted);
    }
    return ROWCALL_OK;
}

static rowcall_status delete_many(const struct rc_relating *at, const struct rc_node *member)
{
    struct rc_target target = rc_relating_target(at);
    struct rc_record deleted;
    target.where = member;
    return rc_target_delete(at->script, &target, &deleted);
}

typedef rowcall_status (*member_fn)(const struct rc_relating *at, const struct rc_node *member);

// Every member with this number, in the order they came.
static rowcall_status each(const struct rc_relating *at, uint32_t number, member_fn write)
{
    rowcall_status st = ROWCALL_OK;
    const struct rc_node *member = rc_nested_member(at->writes, number, NULL);
    for (; !st && member; member = rc_nested_member(at->writes, number, member)) {
        st = write(at, member);
    }
    return st;
}

rowcall_status rc_nested_leave(struct rc_script *script, const struct rc_relation *relation,
                               const struct rc_node *writes, struct rc_record parent)
{
    struct rc_relating at = rc_relating_of(script, relation, writes, parent);
    rowcall_status st = each(&at, RC_NESTED_DISCONNECT, disconnect_one);
    if (!st) {
        st = each(&at, RC_NESTED_SET, disconnect_others);
    }
    if (!st) {
        st = each(&at, RC_NESTED_DELETE, delete_one);
    }
    return st ? st : each(&at, RC_NESTED_DELETE_MANY, delete_many);
}

// ---- what stays

static rowcall_status update_one(const struct rc_relating *at, const struct rc_node *member)
{
    struct rc_target target = rc_relating_target(at);
    struct rc_record updated;
    target.key = rc_node_child(member, RC_ROLE_KEY);
    target.where = rc_node_child(member, RC_ROLE_WHERE);
    if (at->relation->to_many && !target.key) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, at->builder->err,
                              "key: names no unique key");
    }
    rowcall_status st =
        rc_nested_update(at->script, &target, rc_node_child(member, RC_ROLE_DATA), &updated);
    if (!st) {
        rc_relating_guard_one(at, updated);
    }
    return st;
}

static rowcall_status update_many(const struct rc_relating *at, const struct rc_node *member)
{
    struct rc_target target = rc_relating_target(at);
    const struct rc_node *data = rc_node_child(member, RC_ROLE_DATA);
    const struct rc_node *nested = rc_node_child(data, RC_ROLE_RELATION);
    struct rc_record updated;
    target.where = rc_node_child(member, RC_ROLE_WHERE);
    if (nested) {
        return rc_node_refuse(nested, ROWCALL_INVALID_ARGUMENT, at->builder->err,
                              "update_many cannot write related records: use update");
    }
    return rc_nested_update(at->script, &target, data, &updated);
}

// What gives a related record its foreign key; nothing where there is a join table.
static struct rc_link link_to_parent(const struct rc_relating *at, const struct rc_node *node)
{
    return (struct rc_link){.record = at->parent,
                            .columns = at->relation->target_columns,
                            .from = at->relation->columns,
                            .count = at->relation->column_count,
                            .node = node};
}

static rowcall_status upsert_one(const struct rc_relating *at, const struct rc_node *member)
{
    struct rc_link parent = link_to_parent(at, member);
    struct rc_upsert upsert = {.target = rc_relating_target(at),
                               .where = rc_node_child(member, RC_ROLE_WHERE),
                               .create = {.model = at->relation->target,
                                          .data = rc_node_child(member, RC_ROLE_CREATE),
                                          .parent = at->relation->join ? NULL : &parent,
                                          .gate = at->parent},
                               .update = rc_node_child(member, RC_ROLE_UPDATE)};
    struct rc_upserted upserted;
    if (at->relation->to_many) {
        upsert.target.key = rc_node_child(member, RC_ROLE_KEY);
        upsert.create.key = upsert.target.key;
        if (!upsert.target.key) {
            return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, at->builder->err,
                                  "key: names no unique key");
        }
    }
    rowcall_status st = rc_nested_upsert(at->script, &upsert, &upserted);
    return st || !at->relation->join ? st : rc_relating_link(at, upserted.created);
}

rowcall_status rc_nested_stay(struct rc_script *script, const struct rc_relation *relation,
                              const struct rc_node *writes, struct rc_record parent)
{
    struct rc_relating at = rc_relating_of(script, relation, writes, parent);
    rowcall_status st = each(&at, RC_NESTED_UPDATE, update_one);
    if (!st) {
        st = each(&at, RC_NESTED_UPDATE_MANY, update_many);
    }
    return st ? st : each(&at, RC_NESTED_UPSERT, upsert_one);
}

// ---- what comes

static rowcall_status create_of(const struct rc_relating *at, const struct rc_node *data,
                                bool skip_duplicates)
{
    struct rc_link parent = link_to_parent(at, data);
    const struct rc_create create = {.model = at->relation->target,
                                     .data = data,
                                     .parent = at->relation->join ? NULL : &parent,
                                     .gate = at->relation->join ? at->parent : RC_RECORD_NONE,
                                     .skip_duplicates = skip_duplicates};
    struct rc_record created;
    rowcall_status st = rc_nested_create(at->script, &create, &created);
    return st || !at->relation->join ? st : rc_relating_link(at, created);
}

static rowcall_status create(const struct rc_relating *at, const struct rc_node *member)
{
    return create_of(at, member, false);
}

static rowcall_status create_many(const struct rc_relating *at, const struct rc_node *member)
{
    bool skip_duplicates = rc_node_has_flag(member, RC_ROLE_SKIP_DUPLICATES);
    rowcall_status st = ROWCALL_OK;
    for (const struct rc_node *row = member->first; !st && row; row = row->next) {
        if (row->field->role == RC_ROLE_ROWS) {
            st = create_of(at, row, skip_duplicates);
        }
    }
    return st;
}

// The records of the keys become related, all of them.
static rowcall_status connect(const struct rc_relating *at, const struct rc_node *key)
{
    struct rc_target target = RC_TARGET(at->relation->target);
    struct rc_plan_failure failure = at->relation->to_many ? rc_nested_unconnected(target.model)
                                                           : rc_nested_missing(target.model);
    struct rc_record record;
    rowcall_status st;
    rc_relating_name_key(&target, key);
    target.gate = at->parent;
    if (at->relation->join) {
        st = rc_target_find(at->script, &target, false, &record);
    } else {
        st = rc_relating_put_key(at, &target, false, &record);
    }
    if (st) {
        return st;
    }
    rc_relating_guard_all(at, key, record, &failure);
    return at->relation->join ? rc_relating_link(at, record) : ROWCALL_OK;
}

static rowcall_status connect_set(const struct rc_relating *at, const struct rc_node *set)
{
    rowcall_status st = ROWCALL_OK;
    for (const struct rc_node *key = set->first; !st && key; key = key->next) {
        st = connect(at, key);
    }
    return st;
}

static rowcall_status connect_or_create(const struct rc_relating *at,
                                        const struct rc_node *member)
{
    struct rc_link parent = link_to_parent(at, member);
    struct rc_upsert upsert = {.target = RC_TARGET(at->relation->target),
                               .create = {.model = at->relation->target,
                                          .data = rc_node_child(member, RC_ROLE_CREATE),
                                          .parent = at->relation->join ? NULL : &parent,
                                          .gate = at->parent,
                                          .key = rc_node_child(member, RC_ROLE_KEY)},
                               .is_get = true};
    struct rc_upserted upserted;
    if (!upsert.create.key) {
        return rc_node_refuse(member, ROWCALL_INVALID_ARGUMENT, at->builder->err,
                              "key: names no unique key");
    }
    upsert.target.key = upsert.create.key;
    upsert.target.gate = at->parent;
    rowcall_status st = rc_nested_upsert(at->script, &upsert, &upserted);
    if (st) {
        return st;
    }
    if (at->relation->join) {
        return rc_relating_link(at, upserted.all);
    }
    struct rc_target found = RC_TARGET(at->relation->target);
    struct rc_record connected;
    found.same = upserted.found;
    return rc_relating_put_key(at, &found, false, &connected);
}

// The one record that is related at present gives way to the one that comes.
static rowcall_status make_room(const struct rc_relating *at)
{
    struct rc_target target = rc_relating_target(at);
    const struct rc_node *member = at->writes->first;
    if (!member || member->field->number > RC_NESTED_CONNECT_OR_CREATE) {
        return ROWCALL_OK;
    }
    if (member->field->number == RC_NESTED_CONNECT) {
        target.other_than = at->writes;
        target.other_than_role = RC_ROLE_NESTED;
    } else if (member->field->number == RC_NESTED_CONNECT_OR_CREATE) {
        target.other_than = member;
        target.other_than_role = RC_ROLE_KEY;
    }
    return rc_relating_release(at, &target);
}

static rowcall_status check_one(const struct rc_relating *at)
{
    const struct rc_node *member = at->writes->first;
    if (!at->relation->to_many && member && member->next) {
        return rc_node_refuse(member->next, ROWCALL_INVALID_ARGUMENT, at->builder->err,
                              "stands beside %s: there is only one related record",
                              member->field->name);
    }
    return ROWCALL_OK;
}

rowcall_status rc_nested_come(struct rc_script *script, const struct rc_relation *relation,
                              const struct rc_node *writes, struct rc_record parent,
                              bool is_new)
{
    struct rc_relating at = rc_relating_of(script, relation, writes, parent);
    rowcall_status st = check_one(&at);
    if (!st && !relation->to_many && !is_new) {
        st = make_room(&at);
    }
    if (!st) {
        st = each(&at, RC_NESTED_SET, connect_set);
    }
    if (!st) {
        st = each(&at, RC_NESTED_CREATE, create);
    }
    if (!st) {
        st = each(&at, RC_NESTED_CREATE_MANY, create_many);
    }
    if (!st) {
        st = each(&at, RC_NESTED_CONNECT, connect);
    }
    return st ? st : each(&at, RC_NESTED_CONNECT_OR_CREATE, connect_or_create);
}
