// SPDX-License-Identifier: Apache-2.0
//
// The table _prisma_migrations, made and filled as Prisma Migrate does, so that a database can
// move between the two.
//
//   started   a row with started_at, finished_at null
//   applied   finished_at set, applied_steps_count 1
//   failed    finished_at null, logs filled; deploys are refused until it is resolved
//   resolved  rolled_back_at set: as if it had never been tried
#ifndef RC_MIGRATE_HISTORY_H
#define RC_MIGRATE_HISTORY_H

#include "migrate/folder.h"
#include "pg/sync.h"

struct rc_history_entry {
    const char *name;
    const char *checksum;
    bool finished;
    const char *logs; // empty when there are none
};

struct rc_history {
    const struct rc_history_entry
        *items; // what counts, in order of start; rolled-back ones are left out
    size_t count;
};

// Makes the table when it is not there.
rowcall_status rc_history_prepare(struct rc_pg_sync *conn, rowcall_error *err) RC_MUST_CHECK;

// Reads it; everything is from arena.
rowcall_status rc_history_read(struct rc_pg_sync *conn, struct rc_arena *arena,
                               struct rc_history *ret_history,
                               rowcall_error *err) RC_MUST_CHECK;

// Records a start under a fresh UUID, which ret_id (37 bytes) holds; applied; failed, with what
// PostgreSQL said.
rowcall_status rc_history_start(struct rc_pg_sync *conn, const struct rc_migration *migration,
                                char ret_id[37], rowcall_error *err) RC_MUST_CHECK;
rowcall_status rc_history_finish(struct rc_pg_sync *conn, const char *id,
                                 rowcall_error *err) RC_MUST_CHECK;
rowcall_status rc_history_fail(struct rc_pg_sync *conn, const char *id, const char *logs,
                               rowcall_error *err) RC_MUST_CHECK;

#endif
