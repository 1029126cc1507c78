// SPDX-License-Identifier: Apache-2.0
//
// Which fields a refused value was for. PostgreSQL names the parameter whose text it could not
// read, but not the column whose length or precision a value exceeds: that one is found by
// measuring what was to be stored. Nothing is measured unless PostgreSQL refused, so it remains
// the judge. Thread-safe.
#ifndef RC_SERVICE_BLAME_H
#define RC_SERVICE_BLAME_H

#include "pg/error.h"
#include "query/query.h"

// Adds to err, which rc_error_from_pg filled, what is found: entity, fields, and the places in
// the request before the message. Leaves err as it is when nothing is.
void rc_blame_values(const struct rc_prepared *prepared, const struct rc_pg_error *error,
                     rowcall_error *err);

// The same for one parameter of a statement, known to be at fault.
void rc_blame_parameter(const struct rc_plan_statement *statement, size_t parameter,
                        rowcall_error *err);

#endif
