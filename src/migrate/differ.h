// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the diff share: the two catalogs, what becomes of each table's columns, and
// the steps so far. Private to diff*.c.
#ifndef RC_MIGRATE_DIFFER_H
#define RC_MIGRATE_DIFFER_H

#include "migrate/ddl_statement.h"
#include "migrate/diff.h"

// The order of the script. What leans on something goes before it and comes after it.
enum rc_diff_phase {
    RC_PHASE_SCHEMA,
    RC_PHASE_EXTENSION,
    RC_PHASE_DROP_VIEW,
    RC_PHASE_RENAME,
    RC_PHASE_DROP_FOREIGN_KEY,
    RC_PHASE_DROP_INDEX,
    RC_PHASE_CREATE_ENUM,
    RC_PHASE_EXTEND_ENUM,
    RC_PHASE_DROP_TABLE,
    RC_PHASE_LEAVE_ENUM, // columns leave an enum that is about to be made anew
    RC_PHASE_REBUILD_ENUM,
    RC_PHASE_ALTER_TABLE,
    RC_PHASE_DROP_ENUM,
    RC_PHASE_RENAME_INDEX,
    RC_PHASE_CREATE_TABLE,
    RC_PHASE_CREATE_INDEX,
    RC_PHASE_ADD_CHECK,
    RC_PHASE_ADD_FOREIGN_KEY,
    RC_PHASE_CREATE_VIEW,
    RC_PHASE_COMMENT,
};

// What becomes of a column of the old table.
enum rc_diff_fate {
    RC_FATE_KEPT,
    RC_FATE_RETYPED,
    RC_FATE_RECREATED, // dropped and added: PostgreSQL cannot change what it generates
    RC_FATE_DROPPED,
};

// A table of both catalogs.
struct rc_diff_pair {
    const struct rc_catalog_table *from;
    const struct rc_catalog_table *to;
    enum rc_diff_fate *fates; // of from's columns
    bool *index_goes;         // of from's indexes: dropped, perhaps to come again
};

struct rc_differ {
    struct rc_arena *arena;
    const struct rc_catalog *from; // with the new names, once the renames are told
    const struct rc_catalog *to;
    struct rc_diff_step *steps;
    size_t count;
    size_t capacity;
    struct rc_buf sql; // of the step at hand
    struct rc_diff_pair *pairs;
    size_t pair_count;
    bool *rebuilt; // of to's enums: made anew under its name
    bool *unsafe; // of to's enums: labels are added and used at once, so it has to be made anew
    bool failed;  // without memory
};

// Ends the step at hand: what is in differ->sql becomes one, and the buffer is empty again. An
// empty buffer makes none.
void rc_differ_step(struct rc_differ *differ, enum rc_diff_phase phase, const char *title);

// Zeroed memory from the arena; NULL, and differ->failed, without.
void *rc_differ_array(struct rc_differ *differ, size_t count, size_t size);

// The pair of a table of `from`; NULL when it is dropped.
const struct rc_diff_pair *rc_differ_pair(const struct rc_differ *differ, const char *schema,
                                          const char *table);

// What becomes of the pair's column of this name; dropped when there is none.
enum rc_diff_fate rc_differ_fate(const struct rc_diff_pair *pair, const char *column);

// Whether any of these columns does not stay as it is.
bool rc_differ_any_changes(const struct rc_diff_pair *pair, const char *const *columns,
                           size_t count);

// Whether the enum of a column of the new table is made anew.
bool rc_differ_enum_is_rebuilt(const struct rc_differ *differ, const char *schema,
                               const char *name);

// Appends `ALTER TABLE "name" `.
void rc_differ_alter_table(struct rc_differ *differ, const struct rc_catalog_table *table);

// The parts, in the order in which they are called. Renames give differ->from its new names;
// enums decide what is rebuilt, columns what becomes of each, keys lean on both.
void rc_diff_renames(struct rc_differ *differ);      // diff_rename.c
void rc_diff_enums(struct rc_differ *differ);        // diff_enum.c
void rc_diff_column_fates(struct rc_differ *differ); // diff_column.c
void rc_diff_indexes(struct rc_differ *differ);      // diff_index.c
void rc_diff_constraints(struct rc_differ *differ);  // diff_constraint.c
void rc_diff_columns(struct rc_differ *differ);      // diff_column.c
void rc_diff_rebuilds(struct rc_differ *differ);     // diff_enum.c
void rc_diff_views(struct rc_differ *differ);        // diff_view.c

// The conversion that a column's change of type needs: ` USING ...`, or nothing.
void rc_diff_using(struct rc_buf *out, const struct rc_catalog_column *from,
                   const struct rc_catalog_column *to); // diff_cast.c

// A table's primary key, NULL when it has none; and whether it is another one afterwards.
const struct rc_catalog_constraint *
rc_diff_primary_key(const struct rc_catalog_table *table); // diff_constraint.c
bool rc_diff_primary_key_changes(const struct rc_diff_pair *pair);

#endif
