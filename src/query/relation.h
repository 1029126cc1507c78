// SPDX-License-Identifier: Apache-2.0
//
// What joins the two sides of a relation. `near` is the record it is followed from, `far` the
// one it leads to. A NULL in a foreign key relates to nothing.
#ifndef RC_QUERY_RELATION_H
#define RC_QUERY_RELATION_H

#include "query/builder.h"

// The condition that the record `far` (of the relation's target) is related to the record
// `near`, to stand in an AND, where both are in FROM already:
//
//   t1."authorId" = t0."id"                                       a foreign key, of either side
//   exists (select 1 from "_PostToTag" t2
//           where t2."A" = t0."id" and t2."B" = t1."id")          an implicit join table
void rc_relation_put_condition(struct rc_builder *builder, const struct rc_relation *relation,
                               struct rc_alias near, struct rc_alias far);

// The tables that a relation leads to, for a FROM, and then the condition that ties them to
// `near`, to stand in an AND. The join table is joined, so that it can be entered by an index:
//
//   "public"."posts" t1                                            t1."authorId" = t0."id"
//   "public"."_PostToTag" t2 join "public"."tags" t1
//     on t1."id" = t2."B"                                          t2."A" = t0."id"
//
// rc_relation_put_tables returns the join table's alias, which the condition needs.
struct rc_alias rc_relation_put_tables(struct rc_builder *builder,
                                       const struct rc_relation *relation, struct rc_alias far);
void rc_relation_put_link(struct rc_builder *builder, const struct rc_relation *relation,
                          struct rc_alias near, struct rc_alias far, struct rc_alias join);

// "t2."A" = t0."id" and t2."B" = t1."id"": the row of the join table that relates the two.
void rc_relation_put_join_row(struct rc_builder *builder, const struct rc_relation *relation,
                              struct rc_alias join, struct rc_alias near, struct rc_alias far);

// "public"."_PostToTag" of an implicit many-to-many relation.
void rc_relation_put_join_table(struct rc_builder *builder, const struct rc_relation *relation);

// Whether foreign keys lead from one table to another, over any number of tables: then rows of
// `from` may change or go when rows of `to` do. From a table to itself: whether it is in such a
// ring.
bool rc_relation_leads(const struct rc_entity *from, const struct rc_entity *to);

#endif
