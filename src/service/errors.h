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

// The rule for an SQLSTATE: its own, else its class's, else the last of the table (P2039).
// Never NULL.
const struct rc_error_rule *rc_error_rule_of(const char *sqlstate);

// The table, for tests; NULL past its end.
const struct rc_error_rule *rc_error_rule_at(size_t i);

// Fills ret_error (zeroed before) for a call of verb on model; model is NULL when the failure
// is not one call's.
void rc_error_from_pg(const struct rc_pg_error *error, const struct rc_model *model,
                      enum rc_verb verb, rowcall_error *ret_error);

#endif
