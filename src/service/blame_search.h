// SPDX-License-Identifier: Apache-2.0
//
// Full-text queries that PostgreSQL refused. It tells them by SQLSTATEs that mean something
// else everywhere else: a syntax error, an object that does not exist. Thread-safe.
#ifndef RC_SERVICE_BLAME_SEARCH_H
#define RC_SERVICE_BLAME_SEARCH_H

#include "pg/error.h"
#include "query/query.h"

// Whether the failure is that of a full-text query of the call, or of its language; then err is
// filled anew with what is wrong and where. Of a value err is filled anew without the place,
// which is the parameter's. Otherwise err is left as it is.
bool rc_blame_search(const struct rc_prepared *prepared, const struct rc_pg_error *error,
                     rowcall_error *err);

#endif
