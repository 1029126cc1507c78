// SPDX-License-Identifier: Apache-2.0
//
// The one thread that reads, reconnects and keeps time for every pool of a process. Submitting
// threads write to connections themselves; the loop does everything that waits. All callbacks
// run on it.
#ifndef RC_PG_LOOP_H
#define RC_PG_LOOP_H

#include "base/error.h"

struct rc_pg_loop;

// Starts the thread (signals blocked in it, SIGPIPE too). *ret_loop is the caller's to free.
rowcall_status rc_pg_loop_new(struct rc_pg_loop **ret_loop, rowcall_error *err) RC_MUST_CHECK;

// Stops the thread and frees it. Every pool on it must be closed. Not from a callback. NULL is
// accepted.
void rc_pg_loop_free(struct rc_pg_loop *loop);

#endif
