// SPDX-License-Identifier: Apache-2.0
//
// Beginning anew: everything dropped, and every migration applied again.
#ifndef RC_MIGRATE_RESET_H
#define RC_MIGRATE_RESET_H

#include "migrate/deploy.h"

// Empties the schema that the URL names (or the session's first) and those of schemas (count
// names), in one transaction, and then deploys. A database that does not exist is created.
// Blocks; failures as rc_deploy_run's, before anything is dropped where that can be known.
rowcall_status rc_reset_run(const struct rc_deploy *deploy, const char *const *schemas,
                            size_t count, size_t *ret_applied,
                            rowcall_error *err) RC_MUST_CHECK;

#endif
