// SPDX-License-Identifier: Apache-2.0
//
// Taking back the last migration: the script that undoes it, where it can be derived, and
// running one that somebody has reviewed.
#ifndef RC_MIGRATE_DOWN_H
#define RC_MIGRATE_DOWN_H

#include "migrate/deploy.h"
#include "migrate/diff.h"
#include "migrate/folder.h"

// A statement of the migration that no script undoes: it changes rows, or something that the
// schema does not know.
struct rc_down_obstacle {
    int line;
    const char *kind; // "INSERT", "CREATE FUNCTION"
};

struct rc_down {
    struct rc_migration migration;
    struct rc_diff diff; // empty where it changes no tables
    const struct rc_down_obstacle *obstacles;
    size_t obstacle_count;
};

// What undoes the last migration of the folder: what leads from what all of it makes to what it
// makes without the last one, found in a shadow database (as rc_evolve's). Everything is from
// arena. FAILED_PRECONDITION when the folder is empty.
rowcall_status rc_down_derive(const char *url, const char *shadow_url, const char *folder,
                              struct rc_arena *arena, struct rc_down *ret_down,
                              rowcall_error *err) RC_MUST_CHECK;

// Runs a script that undoes a migration in one transaction, with the record that it is rolled
// back, under the lock. FAILED_PRECONDITION when it is not the last one applied, or PostgreSQL
// refuses the script; then nothing has changed.
rowcall_status rc_down_run(const struct rc_deploy *deploy, const char *migration,
                           const char *sql, rowcall_error *err) RC_MUST_CHECK;

#endif
