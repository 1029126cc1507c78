// SPDX-License-Identifier: Apache-2.0
//
// Where a database stands: each migration of the folder and of the history, what state it is
// in, why, and what to type next. Reads only, and takes no lock.
#ifndef RC_MIGRATE_STATUS_H
#define RC_MIGRATE_STATUS_H

#include "migrate/deploy.h"
#include "migrate/folder.h"
#include "migrate/history.h"

enum rc_migration_state {
    RC_MIGRATION_APPLIED,
    RC_MIGRATION_PENDING,     // in the folder, and not applied
    RC_MIGRATION_EDITED,      // applied, and its file was changed afterwards
    RC_MIGRATION_MISSING,     // applied, and not in the folder
    RC_MIGRATION_RUNNING,     // begun, and somebody holds the lock
    RC_MIGRATION_INTERRUPTED, // begun, neither applied nor failed, and nobody is at it
    RC_MIGRATION_FAILED,
    RC_MIGRATION_STATE_COUNT
};

// "applied", "pending", ...
const char *rc_migration_state_name(enum rc_migration_state state);

struct rc_status_item {
    const char *name;
    enum rc_migration_state state;
    const struct rc_history_entry *entry; // its last one; NULL when it was never begun
    const char *explanation;              // lines; "" when the state says it all
};

struct rc_status {
    bool has_database;
    bool has_history;
    const char *unknown_table; // one that no migration has made, where there is no history;
                               // NULL
    const char *lock_holder;   // NULL: nobody is migrating
    const struct rc_status_item *items; // by name
    size_t count;
    size_t counts[RC_MIGRATION_STATE_COUNT];
    const char *const *loose; // names in the folder that are no migrations
    size_t loose_count;
    const char *const *next; // what to do and type, in order
    size_t next_count;
    bool is_current; // everything is applied, and nothing else was
};

// Looks at the folder and the database of deploy (its url, folder and database count). All is
// from arena. A database or a history that does not exist is a state, no failure. Fails as
// folders are read, or with UNAVAILABLE.
rowcall_status rc_status_read(const struct rc_deploy *deploy, struct rc_arena *arena,
                              struct rc_status *ret_status, rowcall_error *err) RC_MUST_CHECK;

// A table of the schema that migrations go to, when there is one but no history; NULL. From
// arena.
rowcall_status rc_status_unknown_table(const struct rc_history_table *table,
                                       struct rc_arena *arena, const char **ret_name,
                                       rowcall_error *err) RC_MUST_CHECK;

#endif
