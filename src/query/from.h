// SPDX-License-Identifier: Apache-2.0
//
// A FROM clause in the making: one table, or a subquery that shows columns of it, and what is
// joined to it. Everybody who needs something from a related record (selects, orders) asks for
// it here and gets an alias; a relation that several ask for is joined once.
//
//   from "public"."posts" t0
//     left join "public"."users" t1 on t1."id" = t0."authorId"
//     cross join lateral (select count(*) as "rc:count" from "public"."comments" t3
//                         where t3."postId" = t0."id") t2
//
// What is joined has at most one record for each (its columns are a key of it) and drops none,
// so joins never change which records there are. Ask first, then write: the select list asks
// while it is written, so does an order, whose joins must be asked for before the FROM is put.
#ifndef RC_QUERY_FROM_H
#define RC_QUERY_FROM_H

#include "query/builder.h"

struct rc_join;

struct rc_from {
    struct rc_alias alias;
    bool is_subquery;      // it shows what the page's layer around it needs (page.h)
    struct rc_join *first; // in the order they were asked for; scratch
};

// A FROM with an alias of its own. The caller writes the table or subquery that it names.
struct rc_from rc_from_begin(struct rc_builder *builder);

// What `near` (the table, or what is joined already) is related to. To-one: the alias of the
// related record, all of whose columns are NULL where there is none. To-many: the alias of how
// many there are, the column RC_FROM_COUNT.
struct rc_alias rc_from_join(struct rc_builder *builder, struct rc_from *from,
                             struct rc_alias near, const struct rc_relation *relation);
#define RC_FROM_COUNT "\"rc:count\""

// " left join ...": everything that was asked for.
void rc_from_put_joins(struct rc_builder *builder, const struct rc_from *from);

#endif
