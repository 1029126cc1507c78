// SPDX-License-Identifier: Apache-2.0
//
// What joins the two sides of a relation.
#ifndef RC_QUERY_RELATION_H
#define RC_QUERY_RELATION_H

#include "query/builder.h"

// The condition that the record `far` (of the relation's target) is related to the record
// `near`, to stand in an AND:
//
//   t1."authorId" = t0."id"                                       a foreign key, of either side
//   exists (select 1 from "_PostToTag" t2
//           where t2."A" = t0."id" and t2."B" = t1."id")          an implicit join table
//
// A NULL in a foreign key relates to nothing.
void rc_relation_put_condition(struct rc_builder *builder, const struct rc_relation *relation,
                               struct rc_alias near, struct rc_alias far);

// "public"."_PostToTag" of an implicit many-to-many relation.
void rc_relation_put_join_table(struct rc_builder *builder, const struct rc_relation *relation);

#endif
