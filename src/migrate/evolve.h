// SPDX-License-Identifier: Apache-2.0
//
// Where a database, its migrations and its schema stand to one another: what the database has
// that no migration made, what is pending, and what the next migration has to do. Found out in
// a shadow database.
#ifndef RC_MIGRATE_EVOLVE_H
#define RC_MIGRATE_EVOLVE_H

#include "migrate/diff.h"
#include "migrate/folder.h"
#include "migrate/history.h"

struct rc_evolve {
    const char *url;        // of the database, which need not exist
    const char *shadow_url; // of a database to empty; NULL: one is made and dropped
    const char *folder;     // "migrations/core"
    const struct rc_scope *scope;
};

// What the next migration has to do, as far as the folder goes: the database itself is not
// looked at. Everything is from arena. Fails as rc_shadow_open and rc_shadow_apply do.
rowcall_status rc_evolve_next(const struct rc_evolve *evolve, struct rc_arena *arena,
                              struct rc_migration_folder *ret_folder, struct rc_diff *ret_next,
                              rowcall_error *err) RC_MUST_CHECK;

struct rc_evolve_state {
    struct rc_migration_folder folder;
    struct rc_history history;
    const struct rc_history_entry *failed; // the first that began and did not end; NULL
    const char *const *edited;             // applied, and changed since
    size_t edited_count;
    const char *const *missing; // applied, and not in the folder
    size_t missing_count;
    size_t pending_count;
    bool unrecorded;      // there are tables, and no history at all
    struct rc_diff drift; // what leads from what the applied migrations make to what there is
    struct rc_diff next;  // from what all of the folder makes to the schema
};

// The same, and how the database stands to its history. drift and next are empty when failed,
// edited or missing say that the history is not to be trusted. Everything is from arena.
rowcall_status rc_evolve_diagnose(const struct rc_evolve *evolve, struct rc_arena *arena,
                                  struct rc_evolve_state *ret_state,
                                  rowcall_error *err) RC_MUST_CHECK;

// A name for a migration that does this: "create_teas", "alter_products"; from arena,
// NULL without memory.
const char *rc_evolve_name(const struct rc_diff *diff, struct rc_arena *arena);

#endif
