// SPDX-License-Identifier: Apache-2.0
//
// Connecting again and again, a little later each time.
#include "bin/reachable.h"

#include "base/clock.h"
#include "pg/sync.h"

#include <string.h>
#include <time.h>

enum { FIRST_PAUSE_US = 50000, LONGEST_PAUSE_US = 1000000 };

// Whether waiting may help.
static bool may_pass(const rowcall_error *err)
{
    bool is_refused = strcmp(err->reason, "P1000") == 0 || strcmp(err->reason, "P1011") == 0;
    return (err->status == ROWCALL_UNAVAILABLE || err->status == ROWCALL_DEADLINE_EXCEEDED) &&
           !is_refused;
}

static rowcall_status attempt(const char *url, rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    rowcall_status st = rc_pg_sync_open(url, "rowcall wait", &conn, err);
    rc_pg_sync_close(conn);
    return st;
}

static bool is_interrupted(const struct rc_reachable *reachable)
{
    return reachable->interrupted && *reachable->interrupted;
}

// False when there is no time left.
static bool pause_for(int64_t pause_us, int64_t deadline_us)
{
    int64_t left_us = deadline_us - rc_clock_now_us();
    if (left_us <= 0) {
        return false;
    }
    pause_us = pause_us < left_us ? pause_us : left_us;
    const struct timespec pause = {.tv_sec = pause_us / 1000000,
                                   .tv_nsec = pause_us % 1000000 * 1000};
    (void)nanosleep(&pause, NULL); // a signal ends it, and is looked at
    return true;
}

rowcall_status rc_reachable_wait(const struct rc_reachable *reachable, rowcall_error *err)
{
    int64_t pause_us = FIRST_PAUSE_US;
    bool told = false;
    while (true) {
        rowcall_error reason = {0};
        rowcall_status st = attempt(reachable->url, &reason);
        if (st == ROWCALL_OK || strcmp(reason.reason, "P1003") == 0) {
            return ROWCALL_OK;
        }
        if (!may_pass(&reason) || !pause_for(pause_us, reachable->deadline_us)) {
            rc_error_set(err, st, "%s", reason.message);
            rc_error_detail(err, reason.reason, NULL, NULL);
            return st;
        }
        if (is_interrupted(reachable)) {
            return rc_error_set(err, ROWCALL_CANCELLED, "stopped while waiting: %s",
                                reason.message);
        }
        if (!told) {
            fprintf(reachable->out, "  waiting for the database: %s\n", reason.message);
            fflush(reachable->out);
            told = true;
        }
        pause_us = pause_us < LONGEST_PAUSE_US ? pause_us * 2 : pause_us;
    }
}
