// SPDX-License-Identifier: Apache-2.0
//
// Running SQL that is no migration: `db execute`, seeds.
#ifndef RC_MIGRATE_EXECUTE_H
#define RC_MIGRATE_EXECUTE_H

#include "migrate/deploy.h"

// Runs a script, in one transaction as migrations do (steps.h), and records nothing. name is
// the file's, for messages. Takes no lock. deploy's folder and lock_wait_ms do not count.
// Blocks. Failures: FAILED_PRECONDITION tells the statement and what stays; CANCELLED,
// UNAVAILABLE, P1003 as rc_deploy_run's.
rowcall_status rc_execute(const struct rc_deploy *deploy, const char *name, const char *sql,
                          rowcall_error *err) RC_MUST_CHECK;

#endif
