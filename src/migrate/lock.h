// SPDX-License-Identifier: Apache-2.0
//
// Prisma's advisory lock, which keeps migrations of either tool apart. It belongs to the
// session: it goes when the connection does.
#ifndef RC_MIGRATE_LOCK_H
#define RC_MIGRATE_LOCK_H

#include "base/arena.h"
#include "pg/sync.h"

// Takes it if it is free.
rowcall_status rc_migration_lock_try(struct rc_pg_sync *conn, bool *ret_locked,
                                     rowcall_error *err) RC_MUST_CHECK;

// Who holds it, from arena: "rowcall migrate, backend 4711, connected for 3 s"; NULL when
// nobody does, or nobody says.
const char *rc_migration_lock_holder(struct rc_pg_sync *conn, struct rc_arena *arena);

#endif
