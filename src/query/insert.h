// SPDX-License-Identifier: Apache-2.0
//
// New records: where the value of each column comes from, and the INSERT. One record, or all
// rows of a group, however many: one array per column, taken apart by unnest.
//
//   insert into "public"."products" as t0 ("id", "name", "tags", "updated_at")
//   select u.c1, u.c2, u.c3::text[], current_timestamp
//   from unnest($1::uuid[], $2::text[], $3::text[]) u(c1, c2, c3)
#ifndef RC_QUERY_INSERT_H
#define RC_QUERY_INSERT_H

#include "query/script.h"

struct rc_cell; // one column's

struct rc_insert {
    const struct rc_model *model;
    const struct rc_node *data; // an ECreate, or a group of them
    struct rc_cell *cells;      // by rc_column.index; scratch
    struct rc_record parent;    // one new record, or set of rows, per record of these
    struct rc_record gate;      // only when there is a record of these
    const struct rc_key *order; // rows are written in the order of this key; NULL: as they came
};

// Reads the columns of data (NULL: none are given); its relations are the caller's. Then come
// the links, then rc_insert_complete.
rowcall_status rc_insert_read(struct rc_builder *builder, const struct rc_model *model,
                              const struct rc_node *data,
                              struct rc_insert *ret_insert) RC_MUST_CHECK;

// Columns take their values from a record: each of `columns` from the one of `from` beside it.
// In the parent's case from the record that the row is made for. failure: when there is no such
// record (NULL: it is certain). INVALID_ARGUMENT when data gives one of the columns, too; node
// is what is refused then.
struct rc_link {
    struct rc_record record;
    const struct rc_column *const *columns;
    const struct rc_column *const *from;
    size_t count;
    const struct rc_plan_failure *failure;
    const struct rc_node *node;
};
rowcall_status rc_insert_link(struct rc_builder *builder, struct rc_insert *insert,
                              const struct rc_link *link) RC_MUST_CHECK;

// A column that nothing was said about gets the value of this slot.
void rc_insert_default(struct rc_insert *insert, const struct rc_node *value);

// What the request left to the server: generated identifiers, updated_at. INVALID_ARGUMENT
// names columns that need a value and have none.
rowcall_status rc_insert_complete(struct rc_builder *builder,
                                  struct rc_insert *insert) RC_MUST_CHECK;

// "t9."id"", or for another record than the parent's "(select t9."id" from w3 t9)": what a link
// gives for one column, also in an UPDATE.
void rc_link_put(struct rc_script *script, const struct rc_link *link, size_t position);

// Whether a column gets a value, of whatever kind.
bool rc_insert_has(const struct rc_insert *insert, const struct rc_column *column);
// The node that gives the column, NULL when none does.
const struct rc_node *rc_insert_given(const struct rc_insert *insert,
                                      const struct rc_column *column);

// "(select distinct * from unnest($1::citext[])) u(c1) on t1."email" = u.c1": what the rows
// give for the columns of a key, to be joined to the table `alias`. For a statement of its own.
void rc_insert_put_keys(struct rc_builder *builder, const struct rc_insert *insert,
                        const struct rc_key *key, struct rc_alias alias);

// "insert into ... values (...)", or "... select ...", ready for ON CONFLICT or RETURNING.
// script may be NULL where there is neither link, parent nor gate. Returns where "values (" is
// in the text, 0 when it is not.
size_t rc_insert_put(struct rc_builder *builder, struct rc_script *script,
                     struct rc_insert *insert, struct rc_alias alias);

#endif
