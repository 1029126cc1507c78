// SPDX-License-Identifier: Apache-2.0
//
// Indexes that a failed CREATE INDEX CONCURRENTLY has left behind: kept up to date, never used,
// and in the way of their name.
#ifndef RC_MIGRATE_INVALID_INDEX_H
#define RC_MIGRATE_INVALID_INDEX_H

#include "base/arena.h"
#include "pg/sync.h"

// "index orders_at_idx on orders", and more of them after commas; NULL when there is none. From
// arena. An index that is being built is none of them.
const char *rc_invalid_indexes(struct rc_pg_sync *conn, struct rc_arena *arena);

#endif
