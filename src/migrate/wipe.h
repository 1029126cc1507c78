// SPDX-License-Identifier: Apache-2.0
//
// Emptying the schemas of a database that are ours, and no others: hosts of databases keep
// schemas of their own beside them.
#ifndef RC_MIGRATE_WIPE_H
#define RC_MIGRATE_WIPE_H

#include "base/arena.h"
#include "pg/sync.h"

// Called with what is dropped: "table public.orders", "schema audit".
typedef void (*rc_wipe_fn)(void *context, const char *text);

// Drops what is in home, which itself stays with its rights and extensions, and the schemas
// (names, count of them) altogether. What depends on it elsewhere goes, too. A schema that does
// not exist is empty. Belongs into a transaction.
rowcall_status rc_wipe(struct rc_pg_sync *conn, const char *home, const char *const *schemas,
                       size_t count, rc_wipe_fn tell, void *context,
                       rowcall_error *err) RC_MUST_CHECK;

#endif
