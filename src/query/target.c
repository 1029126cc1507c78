// SPDX-License-Identifier: Apache-2.0
//
// Sources and conditions of ops.
#include "query/target.h"

#include "query/predicate.h"
#include "query/relation.h"

struct rc_op rc_target_op(const struct rc_target *target, enum rc_op_kind kind)
{
    return (struct rc_op){.kind = kind,
                          .table = target->model->entity,
                          .where = target->where,
                          .relation = target->relation};
}

// ---- groups of keys

// The values of a row of a key group, as columns: the key's only member, or those of a
// composite.
static const struct rc_node *first_value(const struct rc_node *keys)
{
    const struct rc_node *named = keys->first;
    return named && named->field->role == RC_ROLE_COMPOSITE_KEY ? named->first : named;
}

// Whether the group names a key, all of it.
static rowcall_status check_keys(struct rc_builder *builder, const struct rc_node *keys)
{
    const struct rc_node *named = keys->first;
    if (!named) {
        return rc_node_refuse(keys, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names no unique key");
    }
    return named->field->role == RC_ROLE_COMPOSITE_KEY
               ? rc_predicate_check_composite(builder, named)
               : ROWCALL_OK;
}

// "unnest($1::int4[], $2::text[])"
static void put_unnest(struct rc_builder *builder, const struct rc_node *keys)
{
    const char *before = "unnest(";
    for (const struct rc_node *value = first_value(keys); value; value = value->next) {
        const struct rc_column *column = value->field->subject;
        rc_builder_put(builder, before);
        before = ", ";
        rc_builder_put_param(
            builder, &(struct rc_param){.source = RC_PARAM_ROWS,
                                        .slot = value->slot,
                                        .node = value,
                                        .group = keys->group,
                                        .type = rc_builder_type(builder, &column->type, true)});
    }
    rc_builder_put(builder, ")");
}

// "t3(c1, c2)"
static void put_keys_alias(struct rc_builder *builder, const struct rc_node *keys,
                           struct rc_alias alias)
{
    size_t count = 0;
    rc_builder_put_alias(builder, alias);
    for (const struct rc_node *value = first_value(keys); value; value = value->next) {
        rc_buf_printf(&builder->sql, "%sc%zu", count > 0 ? ", " : "(", count + 1);
        count++;
    }
    rc_builder_put(builder, ")");
}

// "t1."id" = t3.c1 and ..."
static void put_keys_match(struct rc_builder *builder, const struct rc_node *keys,
                           struct rc_alias alias, struct rc_alias keys_alias)
{
    size_t count = 0;
    for (const struct rc_node *value = first_value(keys); value; value = value->next) {
        rc_builder_put(builder, count > 0 ? " and " : "");
        rc_builder_put_column(builder, alias, value->field->subject);
        rc_builder_put(builder, " = ");
        rc_builder_put_alias(builder, keys_alias);
        rc_buf_printf(&builder->sql, ".c%zu", ++count);
    }
}

void rc_target_put_key_count(struct rc_script *script, const struct rc_node *keys)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "(select count(*) from (select distinct * from ");
    put_unnest(builder, keys);
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, alias);
    rc_builder_put(builder, ")");
}

// "not exists (select 1 from unnest(...) t4(c1) where t1."id" = t4.c1)", or of one key
// "not (t1."id" = $1)".
static rowcall_status put_other_than(struct rc_builder *builder, const struct rc_node *key,
                                     struct rc_alias alias)
{
    rowcall_status st;
    if (key->kind != RC_TOKEN_ROWS) {
        rc_builder_put(builder, "(");
        st = rc_predicate_key(builder, key, alias);
        rc_builder_put(builder, ") is not true");
        return st;
    }
    struct rc_alias keys = rc_builder_alias(builder);
    st = check_keys(builder, key);
    rc_builder_put(builder, "not exists (select 1 from ");
    put_unnest(builder, key);
    rc_builder_put(builder, " ");
    put_keys_alias(builder, key, keys);
    rc_builder_put(builder, " where ");
    put_keys_match(builder, key, alias, keys);
    rc_builder_put(builder, ")");
    return st;
}

// ---- sources and conditions

struct rc_target_sources rc_target_put_sources(struct rc_script *script,
                                               const struct rc_target *target,
                                               const char *first)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_target_sources sources = {0};
    const char *before = first;
    if (!rc_record_is_none(target->same)) {
        sources.same = rc_builder_alias(builder);
        rc_builder_put(builder, before);
        rc_script_put_records(script, target->same, sources.same);
        before = ", ";
    }
    if (!rc_record_is_none(target->parent)) {
        sources.parent = rc_builder_alias(builder);
        rc_builder_put(builder, before);
        rc_script_put_records(script, target->parent, sources.parent);
        before = ", ";
    }
    if (target->keys) {
        sources.keys = rc_builder_alias(builder);
        rc_builder_put(builder, before);
        rc_builder_put(builder, "(select distinct * from ");
        put_unnest(builder, target->keys);
        rc_builder_put(builder, ") ");
        put_keys_alias(builder, target->keys, sources.keys);
    }
    return sources;
}

static void put_same(struct rc_builder *builder, const struct rc_entity *entity,
                     struct rc_alias alias, struct rc_alias same)
{
    const struct rc_key *key = &entity->keys[0];
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : "");
        rc_builder_put_column(builder, alias, key->columns[i]);
        rc_builder_put(builder, " = ");
        rc_builder_put_column(builder, same, key->columns[i]);
    }
}

// The parts of the condition that always have text.
static rowcall_status put_parts(struct rc_script *script, const struct rc_target *target,
                                const struct rc_target_sources *sources, struct rc_alias alias,
                                struct rc_junction *junction)
{
    struct rc_builder *builder = rc_script_builder(script);
    rowcall_status st = ROWCALL_OK;
    if (!rc_record_is_none(target->same)) {
        rc_junction_part(junction);
        put_same(builder, target->model->entity, alias, sources->same);
        rc_junction_take(junction, RC_TRUTH_DEPENDS);
    }
    if (target->relation) {
        rc_junction_part(junction);
        rc_relation_put_condition(builder, target->relation, sources->parent, alias);
        rc_junction_take(junction, RC_TRUTH_DEPENDS);
    }
    if (!rc_record_is_none(target->gate)) {
        rc_junction_part(junction);
        rc_script_put_exists(script, target->gate);
        rc_junction_take(junction, RC_TRUTH_DEPENDS);
    }
    if (!rc_record_is_none(target->unless)) {
        rc_junction_part(junction);
        rc_builder_put(builder, "not ");
        rc_script_put_exists(script, target->unless);
        rc_junction_take(junction, RC_TRUTH_DEPENDS);
    }
    if (!rc_record_is_none(target->bound)) {
        rc_junction_part(junction);
        rc_script_put_count(script, target->bound);
        rc_builder_put(builder, " <= ");
        rc_builder_put_slot(builder, target->bound_most, &rc_type_int8);
        rc_junction_take(junction, RC_TRUTH_DEPENDS);
    }
    if (target->key) {
        rc_junction_part(junction);
        st = rc_predicate_key(builder, target->key, alias);
        rc_junction_take(junction, RC_TRUTH_DEPENDS);
    }
    if (!st && target->keys) {
        st = check_keys(builder, target->keys);
        rc_junction_part(junction);
        put_keys_match(builder, target->keys, alias, sources->keys);
        rc_junction_take(junction, RC_TRUTH_DEPENDS);
    }
    return st;
}

static rowcall_status put_others(struct rc_script *script, const struct rc_target *target,
                                 struct rc_alias alias, struct rc_junction *junction)
{
    struct rc_builder *builder = rc_script_builder(script);
    rowcall_status st = ROWCALL_OK;
    const struct rc_node *child = target->other_than ? target->other_than->first : NULL;
    for (; !st && child; child = child->next) {
        if (child->field->role == (uint32_t)target->other_than_role && child->message &&
            child->message->role == RC_MESSAGE_KEY) {
            rc_junction_part(junction);
            st = put_other_than(builder, child, alias);
            rc_junction_take(junction, RC_TRUTH_DEPENDS);
        }
    }
    return st;
}

rowcall_status rc_target_put_where(struct rc_script *script, const struct rc_target *target,
                                   const struct rc_target_sources *sources,
                                   struct rc_alias alias, bool writes)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_builder_mark mark = rc_builder_mark(builder);
    struct rc_junction junction;
    rc_builder_put(builder, " where ");
    rc_junction_begin(&junction, builder, true);
    rowcall_status st = put_parts(script, target, sources, alias, &junction);
    if (!st) {
        st = put_others(script, target, alias, &junction);
    }
    if (!st && target->where) {
        enum rc_truth truth = RC_TRUTH_ALWAYS;
        rc_junction_part(&junction);
        st = rc_predicate_where(builder, target->where, alias, &truth);
        rc_junction_take(&junction, truth);
    }
    enum rc_truth truth = rc_junction_end(&junction, false);
    if (truth != RC_TRUTH_DEPENDS) {
        rc_builder_put(builder, truth == RC_TRUTH_ALWAYS ? "true" : "false");
    }
    size_t len = builder->sql.len;
    if (writes) {
        rc_script_put_order(script);
    }
    if (truth == RC_TRUTH_ALWAYS && builder->sql.len == len) {
        rc_builder_rewind(builder, mark);
    }
    return st;
}

// ---- ops

// " order by t0."id" limit least($1, $2)": of limit and one more than most, those that were
// given.
static void put_limit(struct rc_builder *builder, const struct rc_target *target,
                      struct rc_alias alias)
{
    const struct rc_key *key = &target->model->entity->keys[0];
    bool both = target->limit && target->most;
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : " order by ");
        rc_builder_put_column(builder, alias, key->columns[i]);
    }
    rc_builder_put(builder, both ? " limit least(" : " limit ");
    if (target->limit) {
        rc_builder_put_slot(builder, target->limit, &rc_type_int8);
    }
    rc_builder_put(builder, both ? ", " : "");
    if (target->most) {
        rc_builder_put_param(builder, &(struct rc_param){.source = RC_PARAM_ONE_MORE,
                                                         .slot = target->most->slot,
                                                         .node = target->most,
                                                         .type = &rc_type_int8});
    }
    rc_builder_put(builder, both ? ")" : "");
}

rowcall_status rc_target_find(struct rc_script *script, const struct rc_target *target,
                              bool is_locked, struct rc_record *ret_record)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_op op = rc_target_op(target, RC_OP_FIND);
    rowcall_status st = rc_script_open(script, &op);
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "select ");
    rc_script_put_columns(script, target->model, alias);
    rc_builder_put(builder, " from ");
    rc_builder_put_table(builder, target->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
    struct rc_target_sources sources = rc_target_put_sources(script, target, ", ");
    st = rc_target_put_where(script, target, &sources, alias, false);
    if (target->limit || target->most) {
        put_limit(builder, target, alias);
    }
    if (is_locked) {
        rc_builder_put(builder, " for update of ");
        rc_builder_put_alias(builder, alias);
    }
    *ret_record = rc_script_close(script, target->model);
    return st;
}

rowcall_status rc_target_delete(struct rc_script *script, const struct rc_target *target,
                                struct rc_record *ret_record)
{
    struct rc_builder *builder = rc_script_builder(script);
    struct rc_op op = rc_target_op(target, RC_OP_DELETE);
    rowcall_status st = rc_script_open(script, &op);
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(builder);
    rc_builder_put(builder, "delete from ");
    rc_builder_put_table(builder, target->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, alias);
    struct rc_target_sources sources = rc_target_put_sources(script, target, " using ");
    st = rc_target_put_where(script, target, &sources, alias, true);
    rc_builder_put(builder, " returning ");
    rc_script_put_columns(script, target->model, alias);
    *ret_record = rc_script_close(script, target->model);
    return st;
}
