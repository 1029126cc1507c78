// SPDX-License-Identifier: Apache-2.0
//
// What the commands that change a database share: their options, the signals they hear, and how
// they tell what happens.
#ifndef RC_BIN_MIGRATING_H
#define RC_BIN_MIGRATING_H

#include "bin/targets.h"
#include "migrate/deploy.h"

struct rc_migrating {
    const char *command;      // "migrate deploy"
    FILE *out;                // where events go: stdout, or stderr when stdout is for JSON
    uint32_t lock_wait_ms;    // --lock-wait
    uint32_t lock_timeout_ms; // --lock-timeout
    const char *migration;    // what is being applied
    int64_t told_us;          // when progress was last told
    bool is_line_open;        // the terminal's last line is to be overwritten
    char direct_variable[128];
};

#define RC_MIGRATING_LOCK_WAIT_MS 10000

#define RC_MIGRATING_LOCK_OPTION(migrating)                                                    \
    {                                                                                          \
        "lock-wait", RC_OPTION_COUNT, &(migrating).lock_wait_ms, "MS",                         \
            "how long to wait for another migration to end (10000)"                            \
    }
#define RC_MIGRATING_OPTIONS(migrating)                                                        \
    RC_MIGRATING_LOCK_OPTION(migrating),                                                       \
    {                                                                                          \
        "lock-timeout", RC_OPTION_COUNT, &(migrating).lock_timeout_ms, "MS",                   \
            "how long a statement waits for a lock (for ever)"                                 \
    }

// How to work on a target: its URL (DIRECT_<variable> before <variable>), folder and names,
// signals caught, events printed. Borrows both, and refers to migrating until the work is done.
// INVALID_ARGUMENT when there is no URL.
rowcall_status rc_migrating_start(struct rc_migrating *migrating,
                                  const struct rc_target *target, struct rc_deploy *ret_deploy,
                                  rowcall_error *err) RC_MUST_CHECK;

// Prints one line of JSON of a database's outcome to stdout: database, applied, ok, reason and
// message.
void rc_migrating_print_json(const char *database, size_t applied, const rowcall_error *err);

#endif
