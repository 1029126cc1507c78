// SPDX-License-Identifier: Apache-2.0
//
// From libpq's ways of telling a failure to ours. Private to the module.
#ifndef RC_PG_ERROR_INTERNAL_H
#define RC_PG_ERROR_INTERNAL_H

#include "pg/error.h"

#include <libpq-fe.h>

// Fills a server error (or notice) from a result: every field PostgreSQL sent, outcome "rolled
// back". A result that libpq made up itself (a lost connection) has no SQLSTATE and becomes
// RC_PG_ERROR_CONNECTION with outcome "unknown".
void rc_pg_error_from_result(struct rc_pg_error *ret_error, const PGresult *result);

// Fills a connection error from the text libpq keeps for it; outcome "not executed". Expects
// the connection's verbosity to be PQERRORS_VERBOSE during login, which is how the SQLSTATE of
// a refused login becomes known.
void rc_pg_error_from_connection(struct rc_pg_error *ret_error, const PGconn *pg);

// The same for an attempt to connect that failed, which may be RC_PG_ERROR_TLS.
void rc_pg_error_from_attempt(struct rc_pg_error *ret_error, const PGconn *pg);

// Fills the error of an attempt that took longer than it may: RC_PG_ERROR_SILENT when the
// server had been reached. pg NULL: no memory.
void rc_pg_error_from_slow_attempt(struct rc_pg_error *ret_error, const PGconn *pg);

#endif
