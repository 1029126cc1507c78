// SPDX-License-Identifier: Apache-2.0
//
// Applying what a folder has and the history has not.
#ifndef RC_MIGRATE_PENDING_H
#define RC_MIGRATE_PENDING_H

#include "migrate/migrator.h"

// Makes the history where there is none, compares it with the folder, and applies what is
// pending, in order. ret_applied counts, also when a later one failed. Warns of what is not as
// it should be but stops nothing: edited, missing and loose files. Failures: P3005, P3009, and
// those of rc_apply.
rowcall_status rc_pending_apply(struct rc_migrator *migrator,
                                const struct rc_migration_folder *folder, size_t *ret_applied,
                                rowcall_error *err) RC_MUST_CHECK;

#endif
