// SPDX-License-Identifier: Apache-2.0
//
// Aggregate functions: which types PostgreSQL 15 has them for, and what they give. One table
// (aggregate.c) says it all: the API offers by it, requests are refused by it, results are read
// by it.
#ifndef RC_SCHEMA_AGGREGATE_H
#define RC_SCHEMA_AGGREGATE_H

#include "schema/type.h"

enum rc_aggregate {
    RC_AGGREGATE_COUNT,
    RC_AGGREGATE_SUM,
    RC_AGGREGATE_AVG,
    RC_AGGREGATE_MIN,
    RC_AGGREGATE_MAX,
    RC_AGGREGATE_NUMBER
};

// "count": SQL's name, and that of the fields about it; static storage.
const char *rc_aggregate_name(enum rc_aggregate function);

// The type of the function's result over values of `type`: an int8 for a count, `type` itself
// for a minimum or maximum, and for a sum or an average what PostgreSQL makes of it; static
// storage then. NULL when PostgreSQL has no such function.
const struct rc_type *rc_aggregate_type(enum rc_aggregate function, const struct rc_type *type);

#endif
