// SPDX-License-Identifier: Apache-2.0
//
// What PostgreSQL, or the way to it, said about a failure. Plain memory owned by the caller,
// {0} when there is none; texts are NUL-terminated and cut, never overrun. A lost connection
// has no SQLSTATE: libpq gives none, and we invent none. Messages never hold a password.
#ifndef RC_PG_ERROR_H
#define RC_PG_ERROR_H

#include "base/error.h"

#include <stdbool.h>

enum rc_pg_error_kind {
    RC_PG_ERROR_NONE = 0,
    RC_PG_ERROR_SERVER,     // PostgreSQL refused or failed a statement: sqlstate is set
    RC_PG_ERROR_CONNECTION, // no connection, or it was lost; sqlstate only when the server gave
                            // one
    RC_PG_ERROR_SILENT,     // the server was reached, but did not answer the login in time
    RC_PG_ERROR_TLS,        // no secure connection: refused by one side, or a bad certificate
    RC_PG_ERROR_TIMEOUT,    // the deadline passed: in the queue (not executed) or on the wire
    RC_PG_ERROR_QUEUE_FULL, // refused at once: calls or bytes over the limit
    RC_PG_ERROR_SHUTDOWN,   // the pool is closing
    RC_PG_ERROR_COPY,    // a statement started COPY, which the protocol of lanes cannot carry
    RC_PG_ERROR_INVALID, // the segment itself is wrong (no step, too many steps or bytes)
    RC_PG_ERROR_COUNT
};

struct rc_pg_error {
    enum rc_pg_error_kind kind;
    rowcall_outcome outcome; // what is known about the effect
    int step;                // index of the failing step, -1 when it is none of them
    int position;            // 1-based character position in the SQL text, 0 when not given
    int parameter; // 1-based number of the parameter whose value PostgreSQL could not read, 0
                   // when it was something else
    char severity[12]; // "ERROR", "FATAL": never translated
    char sqlstate[6];  // "23505"; may be empty
    char message[512]; // PostgreSQL's primary message, or ours
    char detail[512];
    char hint[256];
    char schema[64];
    char table[64];
    char column[64];
    char datatype[64];
    char constraint[64];
    char routine[64]; // of PostgreSQL's source, that reported it; may be empty
};

// The sqlstate is this one. An empty sqlstate is none.
bool rc_pg_error_is(const struct rc_pg_error *error, const char *sqlstate);

// A prepared statement is unknown to the server (26000), or its plan no longer fits the tables
// (0A000 of the routine that looks at cached plans, or of one that is not told): preparing it
// again is likely to help.
bool rc_pg_error_is_stale_plan(const struct rc_pg_error *error);

// Fills *ret_error: kind, outcome and a printf message; everything else empty, step -1.
void rc_pg_error_set(struct rc_pg_error *ret_error, enum rc_pg_error_kind kind,
                     rowcall_outcome outcome, const char *format, ...) RC_PRINTF(4, 5);

// Prisma's code for a failure on the way to PostgreSQL, "" for one of a statement: P1000
// (credentials), P1001 (unreachable), P1002 (silent), P1003 (no such database), P1010 (access
// denied), P1011 (TLS), P1017 (lost), P2037 (too many connections); P1008 for a deadline, P2024
// for one that passed in the queue, and for a full queue.
const char *rc_pg_error_reason(const struct rc_pg_error *error);

// The same in the terms of a rowcall_error, for tools: status by kind (a server error is
// ROWCALL_UNKNOWN; the service maps SQLSTATEs by its own table), sqlstate, constraint, outcome
// and the message. reason is rc_pg_error_reason's. Returns the status. err may be NULL.
rowcall_status rc_pg_error_export(const struct rc_pg_error *error, rowcall_error *err);

#endif
