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

static void put_joined(struct rc_builder *builder, const struct rc_relation *relation,
                       struct rc_alias near, struct rc_alias far)
{
    struct rc_alias join = rc_builder_alias(builder);
    rc_builder_put(builder, "exists (select 1 from ");
    rc_relation_put_join_table(builder, relation);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, join);
    rc_builder_put(builder, " where ");
    rc_builder_put_alias(builder, join);
    rc_builder_put(builder, ".");
    rc_sql_identifier(&builder->sql, relation->join_near);
    rc_builder_put(builder, " = ");
    rc_builder_put_column(builder, near, relation->columns[0]);
    rc_builder_put(builder, " and ");
    rc_builder_put_alias(builder, join);
    rc_builder_put(builder, ".");
    rc_sql_identifier(&builder->sql, relation->join_far);
    rc_builder_put(builder, " = ");
    rc_builder_put_column(builder, far, relation->target_columns[0]);
    rc_builder_put(builder, ")");
}

void rc_relation_put_condition(struct rc_builder *builder, const struct rc_relation *relation,
                               struct rc_alias near, struct rc_alias far)
{
    if (relation->join) {
        put_joined(builder, relation, near, far);
        return;
    }
    for (size_t i = 0; i < relation->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : "");
        rc_builder_put_column(builder, far, relation->target_columns[i]);
        rc_builder_put(builder, " = ");
        rc_builder_put_column(builder, near, relation->columns[i]);
    }
}
