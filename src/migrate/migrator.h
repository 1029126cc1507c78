// SPDX-License-Identifier: Apache-2.0
//
// A connection that may change a database: it holds the lock that keeps other migrations out,
// hears the signal to stop, and tells what a long statement is at.
#ifndef RC_MIGRATE_MIGRATOR_H
#define RC_MIGRATE_MIGRATOR_H

#include "migrate/deploy.h"
#include "migrate/history.h"
#include "migrate/progress.h"
#include "migrate/steps.h"

struct rc_migrator {
    const struct rc_deploy *deploy; // borrowed
    struct rc_pg_sync *conn;
    struct rc_arena *arena; // borrowed
    struct rc_history_table table;
    struct rc_progress progress;
    const char *pooled_pid; // behind a pooler: the backend that has our lock; else NULL
};

enum rc_migrator_flags {
    RC_MIGRATOR_CREATE = 1,       // create the database when the server has none of its name
    RC_MIGRATOR_WITHOUT_LOCK = 2, // what it is for needs none
};

// Connects, takes the lock and finds the history. ret_migrator stays where it is until closed
// (the connection refers to it); deploy and arena outlive it. The caller closes it, also after
// a failure. Failures as rc_deploy_run's that concern neither folder nor history.
rowcall_status rc_migrator_open(const struct rc_deploy *deploy, unsigned flags,
                                struct rc_arena *arena, struct rc_migrator *ret_migrator,
                                rowcall_error *err) RC_MUST_CHECK;

// Closes the connection, and the lock goes with it. {0} is accepted.
void rc_migrator_close(struct rc_migrator *migrator);

// Makes the session fit for a file: every setting as it was after opening, lock_timeout as
// asked for, and, behind a pooler, still the backend that has the lock.
rowcall_status rc_migrator_prepare(struct rc_migrator *migrator,
                                   rowcall_error *err) RC_MUST_CHECK;

// Runs a step of a file, told about and cancelled on demand; as rc_steps_run.
rowcall_status rc_migrator_run(struct rc_migrator *migrator, const struct rc_steps *steps,
                               size_t index, struct rc_step_failure *ret_failure,
                               rowcall_error *err) RC_MUST_CHECK;

// Whether to stop.
bool rc_migrator_is_interrupted(const struct rc_migrator *migrator);

void rc_migrator_report(const struct rc_migrator *migrator, enum rc_deploy_event event,
                        const char *text, int64_t elapsed_us);

// "--db core", for commands in messages; "--db NAME" when the name is not known.
const char *rc_migrator_option(const struct rc_deploy *deploy, struct rc_arena *arena);

#endif
