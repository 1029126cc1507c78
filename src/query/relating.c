// SPDX-License-Identifier: Apache-2.0
//
// Setting foreign keys, and rows of join tables, as ops of a script.
#include "query/relating.h"

#include "query/change.h"
#include "query/relation.h"

struct rc_relating rc_relating_of(struct rc_script *script, const struct rc_relation *relation,
                                  const struct rc_node *writes, struct rc_record parent)
{
    return (struct rc_relating){.script = script,
                                .builder = rc_script_builder(script),
                                .relation = relation,
                                .writes = writes,
                                .parent = parent};
}

bool rc_relating_is_bound(const struct rc_relation *relation)
{
    return relation->key && relation->key->required;
}

struct rc_target rc_relating_target(const struct rc_relating *at)
{
    struct rc_target target = RC_TARGET(at->relation->target);
    target.relation = at->relation;
    target.parent = at->parent;
    return target;
}

void rc_relating_name_key(struct rc_target *target, const struct rc_node *key)
{
    if (key->kind == RC_TOKEN_ROWS) {
        target->keys = key;
    } else {
        target->key = key;
    }
}

// "not exists (select 1 from w0) or <count of records> = <as many as keys>"
void rc_relating_guard_all(const struct rc_relating *at, const struct rc_node *key,
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

void rc_relating_guard_one(const struct rc_relating *at, struct rc_record record)
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
rowcall_status rc_relating_put_key(const struct rc_relating *at, const struct rc_target *target,
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
rowcall_status rc_relating_release(const struct rc_relating *at, const struct rc_target *target)
{
    struct rc_plan_failure failure;
    struct rc_record record;
    if (!rc_relating_is_bound(at->relation)) {
        return rc_relating_put_key(at, target, true, &record);
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
rowcall_status rc_relating_unlink(const struct rc_relating *at, struct rc_record record)
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
rowcall_status rc_relating_link(const struct rc_relating *at, struct rc_record record)
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
