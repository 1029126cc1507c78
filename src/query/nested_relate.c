// SPDX-License-Identifier: Apache-2.0
//
// The records that refer to a given one, the parent: theirs is the foreign key, or there is a
// join table between.
#include "query/change.h"
#include "query/nested.h"
#include "query/relation.h"

struct relating {
    struct rc_script *script;
    struct rc_builder *builder;
    const struct rc_relation *relation; // of the parent's model
    const struct rc_node *writes;
    struct rc_record parent;
};

static struct relating relating_of(struct rc_script *script, const struct rc_relation *relation,
                                   const struct rc_node *writes, struct rc_record parent)
{
    return (struct relating){.script = script,
                             .builder = rc_script_builder(script),
                             .relation = relation,
                             .writes = writes,
                             .parent = parent};
}

// Whether a record that loses its parent cannot be: its foreign key is not nullable.
static bool is_bound(const struct rc_relation *relation)
{
    return relation->key && relation->key->required;
}

static struct rc_target related(const struct relating *at)
{
    struct rc_target target = RC_TARGET(at->relation->target);
    target.relation = at->relation;
    target.parent = at->parent;
    return target;
}

// An EKey or a group of them, into the target.
static void name_key(struct rc_target *target, const struct rc_node *key)
{
    if (key->kind == RC_TOKEN_ROWS) {
        target->keys = key;
    } else {
        target->key = key;
    }
}

// "not exists (select 1 from w0) or <count of records> = <as many as keys>"
static void guard_all(const struct relating *at, const struct rc_node *key,
                      struct rc_record record, const struct rc_plan_failure *failure)
{
    rc_script_begin_guard(at->script);
    rc_builder_put(at->builder, "not ");
    rc_script_put_exists(at->script, at->parent);
    rc_builder_put(at->builder, " or ");
    rc_script_put_count(at->script, record);
    rc_builder_put(at->builder, " = ");
    if (key->kind == RC_TOKEN_ROWS) {
        rc_target_put_key_count(at->script, key);
    } else {
        rc_builder_put(at->builder, "1");
    }
    rc_script_end_guard(at->script, failure);
}

static void guard_one(const struct relating *at, struct rc_record record)
{
    struct rc_plan_failure failure = rc_nested_missing(record.model);
    rc_script_begin_guard(at->script);
    rc_builder_put(at->builder, "not ");
    rc_script_put_exists(at->script, at->parent);
    rc_builder_put(at->builder, " or ");
    rc_script_put_exists(at->script, record);
    rc_script_end_guard(at->script, &failure);
}

// ---- foreign keys of the related records

// Whether others refer to the related records by columns of their foreign key.
static bool moves_keys(const struct rc_relation *relation)
{
    const struct rc_model *model = relation->target;
    for (size_t r = 0; r < model->relation_count; r++) {
        const struct rc_relation *other = &model->relations[r];
        for (size_t i = 0; !other->owns && i < other->column_count; i++) {
            for (size_t c = 0; c < relation->column_count; c++) {
                if (other->columns[i] == relation->target_columns[c]) {
                    return true;
                }
            }
        }
    }
    return false;
}

// Sets the foreign key of the target's records: to the parent (which the target has to name),
// or to NULL.
static rowcall_status put_foreign_key(const struct relating *at, const struct rc_target *target,
                                      bool is_null, struct rc_record *ret_record)
{
    const struct rc_relation *relation = at->relation;
    struct rc_op op = rc_target_op(target, RC_OP_UPDATE);
    op.moves_keys = moves_keys(relation);
    rowcall_status st = rc_script_open(at->script, &op);
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(at->builder);
    rc_builder_put(at->builder, "update ");
    rc_builder_put_table(at->builder, target->model->entity);
    rc_builder_put(at->builder, " ");
    rc_builder_put_alias(at->builder, alias);
    size_t count = 0;
    for (size_t i = 0; i < relation->column_count; i++) {
        rc_change_put_target(at->builder, relation->target_columns[i], &count);
        if (is_null) {
            rc_builder_put(at->builder, "null");
        } else {
            const struct rc_link link = {.record = at->parent, .from = relation->columns};
            rc_link_put(at->script, &link, i);
        }
    }
    struct rc_target_sources sources = rc_target_put_sources(at->script, target, " from ");
    st = rc_target_put_where(at->script, target, &sources, alias, true);
    rc_builder_put(at->builder, " returning ");
    rc_script_put_columns(at->script, target->model, alias);
    *ret_record = rc_script_close(at->script, target->model);
    return st;
}

// The related records of the target lose their parent; where they cannot, there must be none.
static rowcall_status release(const struct relating *at, const struct rc_target *target)
{
    struct rc_plan_failure failure;
    struct rc_record record;
    if (!is_bound(at->relation)) {
        return put_foreign_key(at, target, true, &record);
    }
    failure = rc_nested_required(at->relation);
    rowcall_status st = rc_target_find(at->script, target, false, &record);
    rc_script_begin_guard(at->script);
    rc_builder_put(at->builder, "not ");
    rc_script_put_exists(at->script, record);
    rc_script_end_guard(at->script, &failure);
    return st;
}

// ---- join tables

// "delete from "_AToB" t1 using w0 t2, w1 t3 where t1."A" = t2."id" and t1."B" = t3."id""
static rowcall_status put_unlink(const struct relating *at, struct rc_record record)
{
    const struct rc_relation *relation = at->relation;
    const struct rc_op op = {.kind = RC_OP_DELETE, .table = relation->join};
    rowcall_status st = rc_script_open(at->script, &op);
    if (st) {
        return st;
    }
    struct rc_alias join = rc_builder_alias(at->builder);
    struct rc_alias near = rc_builder_alias(at->builder);
    struct rc_alias far = rc_builder_alias(at->builder);
    rc_builder_put(at->builder, "delete from ");
    rc_relation_put_join_table(at->builder, relation);
    rc_builder_put(at->builder, " ");
    rc_builder_put_alias(at->builder, join);
    rc_builder_put(at->builder, " using ");
    rc_script_put_records(at->script, at->parent, near);
    rc_builder_put(at->builder, ", ");
    rc_script_put_records(at->script, record, far);
    rc_builder_put(at->builder, " where ");
    rc_relation_put_join_row(at->builder, relation, join, near, far);
    rc_script_put_order(at->script);
    rc_builder_put(at->builder, " returning true");
    (void)rc_script_close(at->script, NULL);
    return ROWCALL_OK;
}

// "insert into "_AToB" ("A", "B") select t1."id", t2."id" from w0 t1, w1 t2 on conflict do
// nothing"
static rowcall_status put_link(const struct relating *at, struct rc_record record)
{
    const struct rc_relation *relation = at->relation;
    const struct rc_op op = {.kind = RC_OP_INSERT,
                             .table = relation->join,
                             .looks =
                                 rc_script_has_moved(at->script, relation->from->entity) ||
                                 rc_script_has_moved(at->script, relation->target->entity)};
    rowcall_status st = rc_script_open(at->script, &op);
    if (st) {
        return st;
    }
    struct rc_alias near = rc_builder_alias(at->builder);
    struct rc_alias far = rc_builder_alias(at->builder);
    rc_builder_put(at->builder, "insert into ");
    rc_relation_put_join_table(at->builder, relation);
    rc_builder_put(at->builder, " (");
    rc_sql_identifier(&at->builder->sql, relation->join_near);
    rc_builder_put(at->builder, ", ");
    rc_sql_identifier(&at->builder->sql, relation->join_far);
    rc_builder_put(at->builder, ") select ");
    rc_builder_put_column(at->builder, near, relation->columns[0]);
    rc_builder_put(at->builder, ", ");
    rc_builder_put_column(at->builder, far, relation->target_columns[0]);
    rc_builder_put(at->builder, " from ");
    rc_script_put_records(at->script, at->parent, near);
    rc_builder_put(at->builder, ", ");
    rc_script_put_records(at->script, record, far);
    rc_builder_put(at->builder, " where true");
    rc_script_put_order(at->script);
    rc_builder_put(at->builder, " on conflict do nothing returning true");
    (void)rc_script_close(at->script, NULL);
    return ROWCALL_OK;
}

// ---- what leaves

// The target's records are not related any more.
static rowcall_status disconnect(const struct relating *at, const struct rc_target *target)
{
    struct rc_record record;
    if (!at->relation->join) {
        return release(at, target);
    }
    rowcall_status st = rc_target_find(at->script, target, false, &record);
    return st ? st : put_unlink(at, record);
}

static rowcall_status disconnect_one(const struct relating *at, const struct rc_node *member)
{
    struct rc_target target = related(at);
    if (is_bound(at->relation)) {
        return rc_nested_refuse_required(at->builder, member, at->relation);
    }
    if (at->relation->to_many) {
        name_key(&target, member);
    } else {
        target.where = member;
    }
    return disconnect(at, &target);
}

static rowcall_status disconnect_others(const struct relating *at, const struct rc_node *set)
{
    struct rc_target target = related(at);
    target.other_than = set;
    target.other_than_role = RC_ROLE_KEY;
    return disconnect(at, &target);
}

static rowcall_status delete_one(const struct relating *at, const struct rc_node *member)
{
    struct rc_target target = related(at);
    struct rc_plan_failure failure = rc_nested_not_related(target.model);
    struct rc_record deleted;
    if (at->relation->to_many) {
        name_key(&target, member);
    } else {
        target.where = member;
    }
    rowcall_status st = rc_target_delete(at->script, &target, &deleted);
    if (st) {
        return st;
    }
    if (at->relation->to_many) {
        guard_all(at, member, deleted, &failure);
    } else {
        guard_one(at, deleted);
    }
    return ROWCALL_OK;
}

static rowcall_status delete_many(const struct relating *at, const struct rc_node *member)
{
    struct rc_target target = related(at);
    struct rc_record deleted;
    target.where = member;
    return rc_target_delete(at->script, &target, &deleted);
}

typedef rowcall_status (*member_fn)(const struct relating *at, const struct rc_node *member);

// Every member with this number, in the order they came.
static rowcall_status each(const struct relating *at, uint32_t number, member_fn write)
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
    struct relating at = relating_of(script, relation, writes, parent);
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

static rowcall_status update_one(const struct relating *at, const struct rc_node *member)
{
    struct rc_target target = related(at);
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
        guard_one(at, updated);
    }
    return st;
}

static rowcall_status update_many(const struct relating *at, const struct rc_node *member)
{
    struct rc_target target = related(at);
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
static struct rc_link link_to_parent(const struct relating *at, const struct rc_node *node)
{
    return (struct rc_link){.record = at->parent,
                            .columns = at->relation->target_columns,
                            .from = at->relation->columns,
                            .count = at->relation->column_count,
                            .node = node};
}

static rowcall_status upsert_one(const struct relating *at, const struct rc_node *member)
{
    struct rc_link parent = link_to_parent(at, member);
    struct rc_upsert upsert = {.target = related(at),
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
    return st || !at->relation->join ? st : put_link(at, upserted.created);
}

rowcall_status rc_nested_stay(struct rc_script *script, const struct rc_relation *relation,
                              const struct rc_node *writes, struct rc_record parent)
{
    struct relating at = relating_of(script, relation, writes, parent);
    rowcall_status st = each(&at, RC_NESTED_UPDATE, update_one);
    if (!st) {
        st = each(&at, RC_NESTED_UPDATE_MANY, update_many);
    }
    return st ? st : each(&at, RC_NESTED_UPSERT, upsert_one);
}

// ---- what comes

static rowcall_status create_of(const struct relating *at, const struct rc_node *data,
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
    return st || !at->relation->join ? st : put_link(at, created);
}

static rowcall_status create(const struct relating *at, const struct rc_node *member)
{
    return create_of(at, member, false);
}

static rowcall_status create_many(const struct relating *at, const struct rc_node *member)
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
static rowcall_status connect(const struct relating *at, const struct rc_node *key)
{
    struct rc_target target = RC_TARGET(at->relation->target);
    struct rc_plan_failure failure = at->relation->to_many ? rc_nested_unconnected(target.model)
                                                           : rc_nested_missing(target.model);
    struct rc_record record;
    rowcall_status st;
    name_key(&target, key);
    target.gate = at->parent;
    if (at->relation->join) {
        st = rc_target_find(at->script, &target, false, &record);
    } else {
        st = put_foreign_key(at, &target, false, &record);
    }
    if (st) {
        return st;
    }
    guard_all(at, key, record, &failure);
    return at->relation->join ? put_link(at, record) : ROWCALL_OK;
}

static rowcall_status connect_set(const struct relating *at, const struct rc_node *set)
{
    rowcall_status st = ROWCALL_OK;
    for (const struct rc_node *key = set->first; !st && key; key = key->next) {
        st = connect(at, key);
    }
    return st;
}

static rowcall_status connect_or_create(const struct relating *at, const struct rc_node *member)
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
        return put_link(at, upserted.all);
    }
    struct rc_target found = RC_TARGET(at->relation->target);
    struct rc_record connected;
    found.same = upserted.found;
    return put_foreign_key(at, &found, false, &connected);
}

// The one record that is related at present gives way to the one that comes.
static rowcall_status make_room(const struct relating *at)
{
    struct rc_target target = related(at);
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
    return release(at, &target);
}

static rowcall_status check_one(const struct relating *at)
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
    struct relating at = relating_of(script, relation, writes, parent);
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
