// SPDX-License-Identifier: Apache-2.0
//
// A private PostgreSQL in a folder: for `rowcall dev`, for the demo and for tests. It listens
// on a unix socket alone, which only its owner (and root) may open, and it never runs as root:
// when we are root, everything in the folder is done by an unprivileged user.
//
//   DIR/data/         the cluster
//   DIR/.s.PGSQL.5432 its socket; when DIR is too long for a socket's path, in a folder of its
//   own
//                     under TMPDIR, which DIR/socket then names
//   DIR/postgres.log  the server's log          DIR/cluster.log  what initdb and pg_ctl said
#ifndef RC_BIN_CLUSTER_H
#define RC_BIN_CLUSTER_H

#include "base/error.h"

#include <stdbool.h>

// Makes the cluster when DIR has none, starts it unless it runs, and waits until it answers.
// fast: no fsync, for data nobody will miss. Blocking. FAILED_PRECONDITION says what is
// missing: PostgreSQL's programs, an unprivileged user, the right to use DIR.
rowcall_status rc_cluster_start(const char *dir, bool fast, rowcall_error *err) RC_MUST_CHECK;

// Whether a cluster can be in DIR: whether DIR (made when it is not there) can be handed to,
// and reached by, the user who would run it.
bool rc_cluster_can_use(const char *dir);

// Stops it and waits (open transactions are rolled back). One that is not running is no error.
rowcall_status rc_cluster_stop(const char *dir, rowcall_error *err) RC_MUST_CHECK;

// Whether it runs.
rowcall_status rc_cluster_is_running(const char *dir, bool *ret_running,
                                     rowcall_error *err) RC_MUST_CHECK;

// Whether its main process is there still: cheap (no process is started), so fit to be asked
// again and again, by the user who started it or root.
bool rc_cluster_is_alive(const char *dir);

// The URL of one of its databases ("postgres" exists always), malloc'ed, the caller's to free.
rowcall_status rc_cluster_url(const char *dir, const char *database, char **ret_url,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
