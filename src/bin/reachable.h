// SPDX-License-Identifier: Apache-2.0
//
// Waiting for a database server that is not up yet, as in a job that starts together with it.
#ifndef RC_BIN_REACHABLE_H
#define RC_BIN_REACHABLE_H

#include "base/error.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>

struct rc_reachable {
    const char *url;
    int64_t deadline_us; // rc_clock_now_us
    FILE *out;           // is told once that there is something to wait for
    const volatile sig_atomic_t *interrupted; // not 0: give up; may be NULL
};

// Tries to connect until PostgreSQL answers, if only to say that there is no such database yet.
// A server that refuses the password or the login will not change its mind, and is not waited
// for. Fails with the last reason (UNAVAILABLE, ...), CANCELLED when it was interrupted. One
// attempt that hangs may end up to the URL's connect_timeout (10 s) after the deadline.
rowcall_status rc_reachable_wait(const struct rc_reachable *reachable,
                                 rowcall_error *err) RC_MUST_CHECK;

#endif
