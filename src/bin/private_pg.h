// SPDX-License-Identifier: Apache-2.0
//
// The PostgreSQL of `rowcall dev`: a private cluster for those databases of the schema that
// have no URL, in .rowcall/pg of the project. Its data stays from run to run. Single-threaded.
#ifndef RC_BIN_PRIVATE_PG_H
#define RC_BIN_PRIVATE_PG_H

#include "schema/schema.h"

#include <limits.h>

struct rc_private_pg {
    char folder[PATH_MAX]; // of the cluster; empty: every database has a URL
    int lock;              // held while we run, -1 when none
    bool started;
};

// Takes the project's lock, starts the cluster when a database lacks its URL, and sets the
// variables of those databases in the environment. What is used is told on stdout.
// FAILED_PRECONDITION: another `rowcall dev` runs here, or as rc_cluster_start. Stop it also
// after a failure.
rowcall_status rc_private_pg_start(struct rc_private_pg *ret_pg, const struct rc_schema *schema,
                                   rowcall_error *err) RC_MUST_CHECK;

// Stops what was started and gives the lock back.
rowcall_status rc_private_pg_stop(struct rc_private_pg *pg, rowcall_error *err) RC_MUST_CHECK;

// Whether what was started runs still; true when nothing needed to be started.
bool rc_private_pg_is_alive(const struct rc_private_pg *pg);

#endif
