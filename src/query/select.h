// SPDX-License-Identifier: Apache-2.0
//
// What is read of a record: columns, related records, counts; to any depth. One ESelect is one
// tree, and one statement reads all of it:
//
//   {title, author {name}, comments {take 2, select {likes}}, counts {comments}}
//
//   select t0."title",
//          t1."id" is not null, t1."name",                                   ONE, flat
//          array(select row(t2."likes") from "public"."comments" t2
//                where t2."postId" = t0."id" order by t2."id" limit $1),     MANY, record[]
//          (select count(*) from ... )                                       GROUP
//   from "public"."posts" t0 left join "public"."users" t1 on t1."id" = t0."authorId"
//
// A to-one relation is a LEFT JOIN by a key, so it never multiplies records. A to-many relation
// is an ARRAY in the select list, so it cannot: PostgreSQL makes it after LIMIT, once for each
// record that is answered.
//
// Pages, FindUnique and what writes answer with are written alike; the records may come from a
// table, a subquery or a CTE, as long as it shows the columns of rc_select_add_needed:
//
//   st = rc_select_read(builder, model, node, &select);
//   struct rc_from from = rc_from_begin(builder);
//   rc_builder_put(builder, "select ");
//   rc_select_put_list(builder, &select, &from);
//   rc_builder_put(builder, " from changed ");
//   rc_builder_put_alias(builder, from.alias);
//   rc_from_put_joins(builder, &from);
#ifndef RC_QUERY_SELECT_H
#define RC_QUERY_SELECT_H

#include "query/page.h"

// A relation that is asked for.
struct rc_select_relation;

struct rc_select {
    const struct rc_model *model;
    const struct rc_node *node;           // the ESelect; NULL: none, which is every column
    struct rc_columns columns;            // asked for; without a name, every one
    struct rc_select_relation *relations; // in the order of the request; scratch
    struct rc_select_relation *counts;
};

// More relations than this in one select are refused: each is a join or a subquery to plan.
#define RC_SELECT_RELATIONS_MAX 256

// More values than this beside each other are refused: PostgreSQL's rows hold 1,664, of which
// layers need a few for themselves.
#define RC_SELECT_WIDTH_MAX 1500

// Reads an ESelect of model, NULL for none. RESOURCE_EXHAUSTED for the limits above; errors of
// nested pages are those of rc_page_read.
rowcall_status rc_select_read(struct rc_builder *builder, const struct rc_model *model,
                              const struct rc_node *node,
                              struct rc_select *ret_select) RC_MUST_CHECK;

// Whether it says nothing but columns.
bool rc_select_is_flat(const struct rc_select *select);

// Whether records of entity are read for it as related ones, be it in a filter or an order
// within; a view may be made of any. A statement that has just written such records does not
// see them, nor new rows of a join table.
bool rc_select_reads(const struct rc_select *select, const struct rc_entity *entity);

// The columns of a record that the list needs, added to a set: those asked for, and the keys of
// relations.
void rc_select_add_needed(const struct rc_select *select, struct rc_columns *columns);

// Writes the select list, its values becoming the result columns, and asks from for joins.
rowcall_status rc_select_put_list(struct rc_builder *builder, const struct rc_select *select,
                                  struct rc_from *from) RC_MUST_CHECK;

#endif
