// SPDX-License-Identifier: Apache-2.0
//
// Where PostgreSQL's own programs are: Debian keeps them out of PATH, one folder a version.
#ifndef RC_BIN_PGBIN_H
#define RC_BIN_PGBIN_H

#include "base/error.h"

#include <stddef.h>

// The folder that holds initdb, pg_ctl and postgres: the newest installed version, or exactly
// `version` when it is not 0 (a cluster's files fit one major version). Looks in
// /usr/lib/postgresql, then in PATH. FAILED_PRECONDITION when there is none.
rowcall_status rc_pgbin_find(int version, char *ret_folder, size_t size,
                             rowcall_error *err) RC_MUST_CHECK;

#endif
