// SPDX-License-Identifier: Apache-2.0
//
// Whole databases: creating and dropping the one that a URL names, by way of the server's
// "postgres" database, and emptying one.
#ifndef RC_MIGRATE_DATABASE_H
#define RC_MIGRATE_DATABASE_H

#include "base/arena.h"
#include "pg/sync.h"

// Creates it; that it exists meanwhile is success. ret_name (from arena) is its name.
// INVALID_ARGUMENT when the URL names no database.
rowcall_status rc_database_create(const char *url, struct rc_arena *arena,
                                  const char **ret_name, rowcall_error *err) RC_MUST_CHECK;

// Drops it, ending sessions that still use it; that there is none is success. P3004 for those
// that every server has.
rowcall_status rc_database_drop(const char *url, struct rc_arena *arena,
                                rowcall_error *err) RC_MUST_CHECK;

// The URL of another database of the same server; from arena, NULL without memory.
const char *rc_database_url(const char *url, const char *name, struct rc_arena *arena);

// Drops everything in the connection's database: all schemas with what is in them; public is
// there again afterwards, and empty. In one transaction.
rowcall_status rc_database_clear(struct rc_pg_sync *conn, rowcall_error *err) RC_MUST_CHECK;

#endif
