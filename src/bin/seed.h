// SPDX-License-Identifier: Apache-2.0
//
// A database's seed: what it is to hold before anybody works with it. seeds/<database>.sql runs
// in one transaction; a program seeds/<database> runs after it, with the database's variable in
// its environment. Either may be missing.
#ifndef RC_BIN_SEED_H
#define RC_BIN_SEED_H

#include "migrate/deploy.h"
#include "schema/schema.h"

#define RC_PROJECT_SEEDS "seeds"

// Runs what there is in folder for deploy's database, and prints it; ret_count counts (0, 1 or
// 2). variable: that the program finds the database's URL in. Failures: rc_execute's;
// FAILED_PRECONDITION with the exit code of the program.
rowcall_status rc_seed_run(const struct rc_deploy *deploy, const char *folder,
                           const char *variable, size_t *ret_count,
                           rowcall_error *err) RC_MUST_CHECK;

#endif
