// SPDX-License-Identifier: Apache-2.0
//
// Applying a database's pending migrations: in order, each in a transaction where PostgreSQL
// takes it in one (steps.h), recorded as Prisma records them, under the advisory lock that
// Prisma takes, so that two deploys (of either tool) never run together.
#ifndef RC_MIGRATE_DEPLOY_H
#define RC_MIGRATE_DEPLOY_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rc_deploy_event {
    RC_DEPLOY_CREATED_DATABASE, // text: its name
    RC_DEPLOY_WAITING,          // text: who holds the lock
    RC_DEPLOY_APPLYING,         // text: the migration
    RC_DEPLOY_APPLIED,          // text: the migration
    RC_DEPLOY_FAILED,           // text: what happened, in lines; the error says it in short
    RC_DEPLOY_PROGRESS,         // text: what a statement is at that takes long; every second
    RC_DEPLOY_WARNING,          // text: a sentence
    RC_DEPLOY_DROPPED,          // text: what a reset has dropped: "schema audit"
};

// elapsed_us: how long an applied migration took, how long a statement has been running; 0 for
// other events.
typedef void (*rc_deploy_report_fn)(void *context, enum rc_deploy_event event, const char *text,
                                    int64_t elapsed_us);

// One database and how to work on it; the same for every command that changes one. What is zero
// is left out.
struct rc_deploy {
    const char *url;
    const char *folder;          // "migrations/core"
    const char *database;        // "core", for the commands that messages tell to type
    const char *direct_variable; // "DIRECT_DATABASE_URL", named when url leads to a pooler
    uint32_t lock_wait_ms;       // longest wait for another deploy to end
    uint32_t lock_timeout_ms;    // longest wait of a statement for a lock; 0: PostgreSQL's
    rc_deploy_report_fn report;  // may be NULL
    void *context;               // of report
    const volatile sig_atomic_t *interrupted; // not 0: stop, cancelling what runs; may be NULL
};

// Blocks until done. ret_applied counts what was applied, also when a later one failed. Creates
// the database when the server has none of its name. Every message says what to type next.
// Failures:
//   P1002  the lock was not obtained in time
//   P3005  the database has tables and no history: it wants a baseline
//   P3009  an earlier migration has failed: resolve it first
//   P3018  a migration failed: its statement and what is left of it; it is recorded
//   P3010, P3015, P3019  the folder is not in order
//   P1017  the connection was lost: status UNAVAILABLE, outcome unknown
//   CANCELLED  it was interrupted; what ran was cancelled and is recorded
//   FAILED_PRECONDITION  the URL leads to a pooler, which does not keep sessions
//   UNAVAILABLE  the database cannot be reached
rowcall_status rc_deploy_run(const struct rc_deploy *deploy, size_t *ret_applied,
                             rowcall_error *err) RC_MUST_CHECK;

#endif
