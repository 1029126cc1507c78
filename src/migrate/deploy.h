// SPDX-License-Identifier: Apache-2.0
//
// Applying a database's pending migrations: in order, each in a transaction, recorded as Prisma
// records them, under the advisory lock that Prisma takes, so that two deploys (of either tool)
// never run together.
#ifndef RC_MIGRATE_DEPLOY_H
#define RC_MIGRATE_DEPLOY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum rc_deploy_event {
    RC_DEPLOY_CREATED_DATABASE, // text: its name
    RC_DEPLOY_WAITING,          // text: who holds the lock
    RC_DEPLOY_APPLYING,         // text: the migration
    RC_DEPLOY_APPLIED,
    RC_DEPLOY_WARNING, // text: a sentence
};

// elapsed_us: how long an applied migration took; 0 for other events.
typedef void (*rc_deploy_report_fn)(void *context, enum rc_deploy_event event, const char *text,
                                    int64_t elapsed_us);

struct rc_deploy {
    const char *url;
    const char *folder;         // "migrations/core"
    uint32_t lock_wait_ms;      // longest wait for another deploy to end
    rc_deploy_report_fn report; // may be NULL
    void *context;
};

// Blocks until done. ret_applied counts what was applied, also when a later one failed. Creates
// the database when the server has none of its name. Failures:
//   P1002  the lock was not obtained in time
//   P3009  an earlier migration has failed: resolve it first
//   P3018  a migration failed: name, SQLSTATE, line, and what is left of it (nothing, unless it
//          ended its transaction itself); it is recorded
//   P3010, P3015, P3019  the folder is not in order
//   UNAVAILABLE  the database cannot be reached
rowcall_status rc_deploy_run(const struct rc_deploy *deploy, size_t *ret_applied,
                             rowcall_error *err) RC_MUST_CHECK;

#endif
