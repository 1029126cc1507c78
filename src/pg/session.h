// SPDX-License-Identifier: Apache-2.0
//
// The settings every session runs with, so that values, plans and limits are the same on all of
// them whatever the server's or the role's defaults. Private to the module.
#ifndef RC_PG_SESSION_H
#define RC_PG_SESSION_H

#include "base/buf.h"

struct rc_pg_session {
    int statement_timeout_ms; // 0 = none
    int idle_transaction_ms;  // 0 = none
    const char *search_path;  // NULL = as the server has it
};

// Appends one SELECT that sets them all. server_version as PQserverVersion gives it. When
// session->search_path is not NULL it is the statement's parameter $1.
void rc_pg_session_sql(const struct rc_pg_session *session, int server_version,
                       struct rc_buf *sql);

#endif
