// SPDX-License-Identifier: Apache-2.0
//
// What a failure in PostgreSQL is to a caller: one table from SQLSTATE to Prisma's code and
// gRPC's status. Messages name entity and fields; they never hold SQL, parameters or stored
// values. Thread-safe.
#ifndef RC_SERVICE_ERRORS_H
#define RC_SERVICE_ERRORS_H

#include "api/api.h"
#include "pg/error.h"

// Which part of a failure names the fields.
enum rc_error_subject {
    RC_ERROR_SUBJECT_NONE,
    RC_ERROR_SUBJECT_KEY,     // the fields of the unique key of that constraint
    RC_ERROR_SUBJECT_FOREIGN, // the fields of the relation of that constraint
    RC_ERROR_SUBJECT_COLUMN,  // the field of that column
    RC_ERROR_SUBJECT_CHECK,   // a constraint that has no fields
};

struct rc_error_rule {
    const char *sqlstate; // five characters, or two: every other one of that class
    const char *reason;   // "P2002"
    rowcall_status status;
    enum rc_error_subject subject;
    const char *message; // a sentence for people, for subjects the part of it that is fixed
};

// A failure on the way to PostgreSQL, which has no SQLSTATE.
struct rc_error_way {
    enum rc_pg_error_kind kind; // COUNT: any other
    bool unsent;                // only when nothing was sent
    const char *reason;         // "" when there is none
    rowcall_status status;
    const char *message;
};

// The rule for an SQLSTATE: its own, else its class's, else the last of the table (P2039).
// Never NULL.
const struct rc_error_rule *rc_error_rule_of(const char *sqlstate);

// The tables, for tests; NULL past their end.
const struct rc_error_rule *rc_error_rule_at(size_t i);
const struct rc_error_way *rc_error_way_at(size_t i);

// Fills ret_error (zeroed before) for a call on model; model is NULL when the failure is not
// one call's. The entity is the one whose table PostgreSQL names, which in a nested write may
// be another than the call's.
void rc_error_from_pg(const struct rc_pg_error *error, const struct rc_model *model,
                      rowcall_error *ret_error);

#endif
