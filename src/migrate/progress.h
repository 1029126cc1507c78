// SPDX-License-Identifier: Apache-2.0
//
// What a statement that takes long is at, seen from a second connection: how far an index build
// or a rewrite is, and who keeps it waiting.
#ifndef RC_MIGRATE_PROGRESS_H
#define RC_MIGRATE_PROGRESS_H

#include "base/error.h"
#include "pg/sync.h"

enum { RC_PROGRESS_MAX = 400 };

struct rc_progress {
    const char *url;         // borrowed
    char pid[16];            // the backend that is watched
    struct rc_pg_sync *conn; // opened when first needed
    bool is_blind;           // it could not be opened, or its view is refused
    int64_t next_us;         // the next look, since the statement's start
    char text[RC_PROGRESS_MAX];
    char blocker[RC_PROGRESS_MAX / 2]; // who was last seen in the way of this statement
};

// Readies it for the session that conn is; url has to stay.
rowcall_status rc_progress_init(struct rc_progress *ret_progress, struct rc_pg_sync *conn,
                                const char *url, rowcall_error *err) RC_MUST_CHECK;
void rc_progress_fini(struct rc_progress *progress);

// A statement begins: forgets the one before.
void rc_progress_restart(struct rc_progress *progress);

// Looks, at most once a second, first_us after the statement's start for the first time. The
// text, when there is something new to say; NULL otherwise:
//   "building index: scanning table, 45 %"
//   "waiting for psql (backend 4711), idle in transaction for 35 s: update t set ..."
const char *rc_progress_look(struct rc_progress *progress, int64_t since_us, int64_t first_us);

#endif
