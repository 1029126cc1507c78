// SPDX-License-Identifier: Apache-2.0
//
// Telling the history what people have done by hand: that a migration is applied, or that it
// was undone.
#ifndef RC_MIGRATE_RESOLVE_H
#define RC_MIGRATE_RESOLVE_H

#include "migrate/deploy.h"

// Records the migrations of these names as applied, without running them: a failed one that was
// finished by hand, or those that made a database before it had a history (which is made). All
// of them or none. Failures:
//   P3008  it is recorded as applied already
//   P3017  the folder has none of this name
//   and those of rc_deploy_run that concern the connection
rowcall_status rc_resolve_applied(const struct rc_deploy *deploy, const char *const *names,
                                  size_t count, rowcall_error *err) RC_MUST_CHECK;

// As rc_resolve_applied for all migrations of the folder up to and including this one that are
// not applied yet; ret_count is how many those were.
rowcall_status rc_resolve_baseline(const struct rc_deploy *deploy, const char *last,
                                   size_t *ret_count, rowcall_error *err) RC_MUST_CHECK;

// Marks failed migrations as rolled back, so that they are tried again. All of them or none.
// Failures:
//   P3011  the database was never told to apply it
//   P3012  it is not in a failed state
//   and those of rc_deploy_run that concern the connection
rowcall_status rc_resolve_rolled_back(const struct rc_deploy *deploy, const char *const *names,
                                      size_t count, rowcall_error *err) RC_MUST_CHECK;

#endif
