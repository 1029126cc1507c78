// SPDX-License-Identifier: Apache-2.0
//
// Applying one migration, recording it, and saying what is left of one that failed.
#ifndef RC_MIGRATE_APPLY_H
#define RC_MIGRATE_APPLY_H

#include "migrate/migrator.h"

// Runs the migration's steps and records them. Failures: P3018 and the others of rc_deploy_run
// that concern one migration; RC_DEPLOY_FAILED has told the whole of it before.
rowcall_status rc_apply(struct rc_migrator *migrator, const struct rc_migration *migration,
                        rowcall_error *err) RC_MUST_CHECK;

#endif
