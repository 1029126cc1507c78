// SPDX-License-Identifier: Apache-2.0
//
// A list of joins, each found by what it joins to what.
#include "query/from.h"

#include "query/relation.h"

struct rc_join {
    struct rc_join *next;
    const struct rc_relation *relation;
    struct rc_alias near;
    struct rc_alias alias;
};

struct rc_from rc_from_begin(struct rc_builder *builder)
{
    return (struct rc_from){.alias = rc_builder_alias(builder)};
}

struct rc_alias rc_from_join(struct rc_builder *builder, struct rc_from *from,
                             struct rc_alias near, const struct rc_relation *relation)
{
    struct rc_join **end = &from->first;
    for (; *end; end = &(*end)->next) {
        if ((*end)->relation == relation && (*end)->near.number == near.number) {
            return (*end)->alias;
        }
    }
    struct rc_alias alias = rc_builder_alias(builder);
    *end = rc_arena_new(builder->scratch, struct rc_join);
    if (*end) {
        **end = (struct rc_join){.relation = relation, .near = near, .alias = alias};
    } else {
        builder->broken = true;
    }
    return alias;
}

static void put_count(struct rc_builder *builder, const struct rc_join *join)
{
    struct rc_alias far = rc_builder_alias(builder);
    rc_builder_put(builder, " cross join lateral (select count(*) as " RC_FROM_COUNT " from ");
    struct rc_alias via = rc_relation_put_tables(builder, join->relation, far);
    rc_builder_put(builder, " where ");
    rc_relation_put_link(builder, join->relation, join->near, far, via);
    rc_builder_put(builder, ") ");
    rc_builder_put_alias(builder, join->alias);
}

static void put_one(struct rc_builder *builder, const struct rc_join *join)
{
    rc_builder_put(builder, " left join ");
    rc_builder_put_table(builder, join->relation->target->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, join->alias);
    rc_builder_put(builder, " on ");
    rc_relation_put_condition(builder, join->relation, join->near, join->alias);
}

void rc_from_put_joins(struct rc_builder *builder, const struct rc_from *from)
{
    for (const struct rc_join *join = from->first; join; join = join->next) {
        if (join->relation->to_many) {
            put_count(builder, join);
        } else {
            put_one(builder, join);
        }
    }
}
