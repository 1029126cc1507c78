// SPDX-License-Identifier: Apache-2.0
//
// The parts of reading a live database. Private to the module.
#ifndef RC_IMPORT_PULL_PARTS_H
#define RC_IMPORT_PULL_PARTS_H

#include "import/pull.h"

struct rc_pull {
    struct rc_import *session;
    const struct rc_pull_input *input;
    const struct rc_before *before;
    const struct rc_scope *scope; // of the database in the project; NULL when it is new
    struct rc_draft *draft;
};

// What the database's table or view is in the project, of its own files or the shared ones;
// NULL when it is new.
const struct rc_entity *rc_pull_was(const struct rc_pull *pull, const char *sql_schema,
                                    const char *sql_name);
// Where its entity goes; and what that is called when it is new.
const char *rc_pull_folder(const struct rc_pull *pull, bool is_shared);
const char *rc_pull_entity_name(const struct rc_pull *pull, const char *table);
// The table as the project's own words make it; NULL when that is not known.
const struct rc_catalog_table *rc_pull_expected(const struct rc_pull *pull,
                                                const struct rc_draft_entity *entity);
// The draft's entity of this table; NULL when there is none.
struct rc_draft_entity *rc_pull_entity(const struct rc_pull *pull, const char *sql_schema,
                                       const char *sql_name);
// Reports something that is lost: "table t: ...".
void rc_pull_lose(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                  const char *format, ...) RC_PRINTF(3, 4);
// What is behind a quoted or bracketed piece of SQL that begins at text; text + 1 for any other
// character.
const char *rc_pull_skip(const char *text);
// An expression without the parentheses and spaces around all of it.
const char *rc_pull_unwrapped(struct rc_import *session, const char *text);
// A text of PostgreSQL's without the qualification by public, which every session finds.
const char *rc_pull_unqualified(struct rc_import *session, const char *text);

// pull_column.c: adds the columns, under the names that they have in `was` (NULL: new).
void rc_pull_columns(const struct rc_pull *pull, struct rc_draft_entity *entity,
                     const struct rc_entity *was, const struct rc_catalog_column *columns,
                     size_t count);
// pull_default.c: what a column's default, as PostgreSQL prints it, is called in proto.
void rc_pull_default(const struct rc_pull *pull, struct rc_draft_column *column,
                     const char *text);
// pull_key.c: primary key, checks, what else is constrained.
void rc_pull_constraints(const struct rc_pull *pull, struct rc_draft_entity *entity,
                         const struct rc_catalog_table *table);
// pull_index.c: unique keys and indexes.
void rc_pull_indexes(const struct rc_pull *pull, struct rc_draft_entity *entity,
                     const struct rc_catalog_table *table);
// pull_relation.c: foreign keys, and the tables that are many-to-many relations, whose entities
// go.
void rc_pull_relations(const struct rc_pull *pull);
// pull_view.c: views, and the relations with them that the project promises.
void rc_pull_views(const struct rc_pull *pull);
void rc_pull_promises(const struct rc_pull *pull);

#endif
