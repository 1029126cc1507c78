// SPDX-License-Identifier: Apache-2.0
//
// Another session in the shop's database: what a call has to wait for, or loses against.
#ifndef RC_TESTS_RIVAL_H
#define RC_TESTS_RIVAL_H

#include "shop.h"

#include "pg/sync.h"

// Opens it; the caller closes it (rc_pg_sync_close).
struct rc_pg_sync *rival_open(const struct shop *shop);

// Runs a script; its failure is the caller's to judge.
rowcall_status rival_run(struct rc_pg_sync *rival, const char *sql);

// Begins a transaction in which nobody else can use the table, whose name is SQL.
void rival_lock(struct rc_pg_sync *rival, const char *table);

// Waits until a session of this database, which is the service's, waits for a lock. Fails the
// test after 20 s.
void rival_wait_for_waiter(struct rc_pg_sync *rival);

// The same for so many sessions.
void rival_wait_for_waiters(struct rc_pg_sync *rival, int count);

#endif
