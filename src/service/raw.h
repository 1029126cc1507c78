// SPDX-License-Identifier: Apache-2.0
//
// Raw SQL: the methods of raw.proto. A statement is executed on an exclusive connection that is
// closed afterwards, or in the interactive transaction that the call names, whose connection is
// then closed with it.
//
//   BEGIN | types | DECLARE ... FOR <sql> | FETCH max_rows + 1 | COMMIT     what only reads
//   BEGIN | types | <sql>                                      | COMMIT     everything else
//
// One segment: if a step fails, nothing behind it runs. BEGIN READ ONLY needs no COMMIT.
// `types` names the types that the database has of its own.
#ifndef RC_SERVICE_RAW_H
#define RC_SERVICE_RAW_H

#include "service/raw_request.h"
#include "service/solo.h"

enum { RC_RAW_STEPS_MAX = 5 };

struct rc_raw {
    struct rc_raw_request request;
    bool queries; // Raw/Query, which answers rows
    struct rc_pg_statement statements[RC_RAW_STEPS_MAX];
    struct rc_pg_step steps[RC_RAW_STEPS_MAX];
    int step_count;
    int types_step;      // -1: there is none
    int sql_step;        // the one with the caller's text
    int rows_step;       // the one with its rows
    int prefix_len;      // characters before the caller's text
    struct rc_buf types; // of the types step: OID, name and NUL, one behind the other
    bool too_many;       // rows
    struct rc_solo solo;
};

// Executes a call whose request was checked, and finishes it, perhaps before this returns.
void rc_raw_query(struct rc_call *call);
void rc_raw_execute(struct rc_call *call);

// What rc_call_conclude is to other calls. error: P2010 with PostgreSQL's message, unless it is
// a failure that has a meaning of its own: a conflict, a deadline, a lost connection.
rowcall_status rc_raw_conclude(struct rc_call *call, const struct rc_pg_error *error);

// Frees what it holds. NULL is accepted.
void rc_raw_fini(struct rc_raw *raw);

#endif
