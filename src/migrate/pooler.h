// SPDX-License-Identifier: Apache-2.0
//
// Finding out whether a connection goes through a pooler that hands its sessions around
// (PgBouncer with pool_mode = transaction): the migrations' lock and every setting would be
// somebody else's after the next statement.
#ifndef RC_MIGRATE_POOLER_H
#define RC_MIGRATE_POOLER_H

#include "pg/sync.h"

enum rc_pooler {
    RC_POOLER_NONE,     // PostgreSQL itself
    RC_POOLER_SESSIONS, // a pooler, which was not seen to hand sessions around
    RC_POOLER_SHARED,   // a pooler that does
};

// Looks at the connection, and in doubt at a second one to the same URL.
rowcall_status rc_pooler_detect(struct rc_pg_sync *conn, const char *url,
                                enum rc_pooler *ret_pooler, rowcall_error *err) RC_MUST_CHECK;

// The backend that answers this statement; ret_pid has room for 16 bytes.
rowcall_status rc_pooler_backend(struct rc_pg_sync *conn, char ret_pid[16],
                                 rowcall_error *err) RC_MUST_CHECK;

#endif
