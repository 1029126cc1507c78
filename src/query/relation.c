// SPDX-License-Identifier: Apache-2.0
//
// Conditions between two aliases.
#include "query/relation.h"

void rc_relation_put_join_table(struct rc_builder *builder, const struct rc_relation *relation)
{
    rc_sql_identifier(&builder->sql, relation->join->sql_schema);
    rc_builder_put(builder, ".");
    rc_sql_identifier(&builder->sql, relation->join->sql_name);
}

// t2."A" = t0."id"
static void put_joined(struct rc_builder *builder, struct rc_alias join, const char *name,
                       struct rc_alias alias, const struct rc_column *column)
{
    rc_builder_put_alias(builder, join);
    rc_builder_put(builder, ".");
    rc_sql_identifier(&builder->sql, name);
    rc_builder_put(builder, " = ");
    rc_builder_put_column(builder, alias, column);
}

void rc_relation_put_join_row(struct rc_builder *builder, const struct rc_relation *relation,
                              struct rc_alias join, struct rc_alias near, struct rc_alias far)
{
    put_joined(builder, join, relation->join_near, near, relation->columns[0]);
    rc_builder_put(builder, " and ");
    put_joined(builder, join, relation->join_far, far, relation->target_columns[0]);
}

static void put_keys(struct rc_builder *builder, const struct rc_relation *relation,
                     struct rc_alias near, struct rc_alias far)
{
    for (size_t i = 0; i < relation->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : "");
        rc_builder_put_column(builder, far, relation->target_columns[i]);
        rc_builder_put(builder, " = ");
        rc_builder_put_column(builder, near, relation->columns[i]);
    }
}

void rc_relation_put_condition(struct rc_builder *builder, const struct rc_relation *relation,
                               struct rc_alias near, struct rc_alias far)
{
    if (!relation->join) {
        put_keys(builder, relation, near, far);
        return;
    }
    struct rc_alias join = rc_builder_alias(builder);
    rc_builder_put(builder, "exists (select 1 from ");
    rc_relation_put_join_table(builder, relation);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, join);
    rc_builder_put(builder, " where ");
    put_joined(builder, join, relation->join_near, near, relation->columns[0]);
    rc_builder_put(builder, " and ");
    put_joined(builder, join, relation->join_far, far, relation->target_columns[0]);
    rc_builder_put(builder, ")");
}

struct rc_alias rc_relation_put_tables(struct rc_builder *builder,
                                       const struct rc_relation *relation, struct rc_alias far)
{
    struct rc_alias join = far;
    if (relation->join) {
        join = rc_builder_alias(builder);
        rc_relation_put_join_table(builder, relation);
        rc_builder_put(builder, " ");
        rc_builder_put_alias(builder, join);
        rc_builder_put(builder, " join ");
    }
    rc_builder_put_table(builder, relation->target->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, far);
    if (relation->join) {
        rc_builder_put(builder, " on ");
        put_joined(builder, join, relation->join_far, far, relation->target_columns[0]);
    }
    return join;
}

void rc_relation_put_link(struct rc_builder *builder, const struct rc_relation *relation,
                          struct rc_alias near, struct rc_alias far, struct rc_alias join)
{
    if (relation->join) {
        put_joined(builder, join, relation->join_near, near, relation->columns[0]);
    } else {
        put_keys(builder, relation, near, far);
    }
}

// ---- the graph of foreign keys

// Tables that were come by. When there are too many to remember, the answer is yes.
struct trail {
    const struct rc_entity *entities[128];
    size_t count;
};

static bool is_new(struct trail *trail, const struct rc_entity *entity)
{
    for (size_t i = 0; i < trail->count; i++) {
        if (trail->entities[i] == entity) {
            return false;
        }
    }
    trail->entities[trail->count++] = entity;
    return true;
}

static bool leads(struct trail *trail, const struct rc_entity *from, const struct rc_entity *to)
{
    if (trail->count == sizeof trail->entities / sizeof trail->entities[0]) {
        return true;
    }
    for (size_t i = 0; i < from->foreign_key_count; i++) {
        const struct rc_entity *target = from->foreign_keys[i].target;
        if (!from->foreign_keys[i].enforced) {
            continue;
        }
        if (target == to || (is_new(trail, target) && leads(trail, target, to))) {
            return true;
        }
    }
    return false;
}

bool rc_relation_leads(const struct rc_entity *from, const struct rc_entity *to)
{
    struct trail trail = {.count = 0};
    return leads(&trail, from, to);
}
