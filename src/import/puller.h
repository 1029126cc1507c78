// SPDX-License-Identifier: Apache-2.0
//
// What the steps of a pull share. Private to pull*.c.
#ifndef RC_IMPORT_PULLER_H
#define RC_IMPORT_PULLER_H

#include "import/pull.h"

struct rc_puller {
    struct rc_import *session;
    const struct rc_pull_input *input;
    struct rc_draft *draft;
};

// A finding about a table: "table teas: ...". A live database has no lines to point to.
void rc_pull_find(struct rc_puller *puller, enum rc_finding_kind kind, const char *schema,
                  const char *name, const char *text);

// The entity of a table; NULL when it was left out.
struct rc_draft_entity *rc_pull_entity(const struct rc_puller *puller, const char *schema,
                                       const char *name);

// The entity's columns of these names; count 0 when one was left out.
struct rc_draft_columns rc_pull_columns(struct rc_puller *puller,
                                        const struct rc_draft_entity *entity,
                                        const char *const *names, size_t count);

// What is in the project already, NULL when nothing is: by names in PostgreSQL, of the
// database's own files or the shared ones.
const struct rc_entity *rc_pull_entity_before(const struct rc_puller *puller,
                                              const char *sql_schema, const char *sql_name);
const struct rc_enum *rc_pull_enum_before(const struct rc_puller *puller,
                                          const char *sql_schema, const char *sql_name);
const struct rc_foreign_key *rc_pull_key_before(const struct rc_entity *entity,
                                                const struct rc_draft_relation *relation);
const struct rc_join_table *rc_pull_join_before(const struct rc_puller *puller,
                                                const struct rc_catalog_table *table);

// A text of the project, which may not live as long as the session; NULL for NULL.
const char *rc_pull_keep(struct rc_puller *puller, const char *text);

// The order of two parts by the lines where the project has them; what is new (0) comes last.
int rc_pull_compare_lines(int a, int b);

// Reads a default as PostgreSQL prints it into the column: a literal where it is one.
void rc_pull_default(struct rc_puller *puller, struct rc_draft_column *column,
                     const char *expression); // pull_default.c

// Reads an index of the table: a unique key of the entity where it can be one.
void rc_pull_index(struct rc_puller *puller, const struct rc_catalog_table *table,
                   const struct rc_catalog_index *index,
                   struct rc_draft_entity *entity); // pull_index.c

// Whether the table is one that Prisma makes for an implicit many-to-many relation, whose sides
// are in the draft; then it becomes that relation.
bool rc_pull_join(struct rc_puller *puller,
                  const struct rc_catalog_table *table); // pull_relation.c
void rc_pull_foreign_keys(struct rc_puller *puller, const struct rc_catalog_table *table,
                          struct rc_draft_entity *entity); // pull_relation.c

#endif
