// SPDX-License-Identifier: Apache-2.0
//
// The bulk form of a plan: one statement that answers many calls (rc_plan_bulk). bulk.c has
// lookups and what is common, bulk_write.c new and changed records.
#ifndef RC_QUERY_BULK_H
#define RC_QUERY_BULK_H

#include "query/insert.h"

// Gives a plan that is otherwise complete its bulk form, where it can have one: it is one
// statement without array parameters, and a lookup that finds one record of a table at most by
// a key, or a write that left a draft. Memory is the builder's arena; without it
// builder->broken is set.
void rc_bulk_make(struct rc_builder *builder, const struct rc_node *request,
                  struct rc_plan *plan);

// ---- for the verbs: the statement at hand is complete but for its RETURNING, which begins
// here

// A plain INSERT of one record whose "values (" is at `body`. Leaves a draft when no row that
// it makes can be in another transaction's way: the columns of each unique key are new for
// certain.
void rc_bulk_draft_create(struct rc_builder *builder, const struct rc_insert *insert,
                          struct rc_alias alias, size_t body);

// A plain UPDATE by the request's key, whose condition begins at `where`. Leaves a draft when
// data changes no column that is unique or refers to other records.
void rc_bulk_draft_update(struct rc_builder *builder, const struct rc_node *request,
                          const struct rc_node *data, struct rc_alias alias, size_t where);

// ---- between bulk.c and bulk_write.c

// "unnest($1::int4[], ...) with ordinality as k("p1", ..., "n")".
void rc_bulk_put_rows(struct rc_builder *builder, const struct rc_plan_statement *statement,
                      const struct rc_type *const *types);

// A part of the statement, with k."p1" for $1.
void rc_bulk_put_part(struct rc_builder *builder, const char *text, size_t len);

// The text in the builder as the plan's, NULL (and broken) without memory; *ret_len is its
// length. The builder is empty afterwards.
const char *rc_bulk_take_text(struct rc_builder *builder, size_t *ret_len);

// Fills what is particular to writes, and the statement.
void rc_bulk_make_create(struct rc_builder *builder, const struct rc_plan *plan,
                         struct rc_plan_bulk *bulk);
void rc_bulk_make_update(struct rc_builder *builder, const struct rc_plan *plan,
                         struct rc_plan_bulk *bulk);

#endif
