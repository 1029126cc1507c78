// SPDX-License-Identifier: Apache-2.0
//
// The typed SQL methods of a scope against a live database: each statement is prepared, never
// run, and what PostgreSQL says of its columns is compared with the message of its rows.
#ifndef RC_MIGRATE_COMPARE_SQL_H
#define RC_MIGRATE_COMPARE_SQL_H

#include "migrate/compare.h"

// Appends nothing to the database and needs no rights but those of the statements. A column of
// the row that the statement does not give, or gives twice, is a difference; so is one of
// another type, unless PostgreSQL has both in the same bytes and converts without being asked
// (varchar is text, cidr is inet). What PostgreSQL refuses is a difference in its own words.
// Everything is from arena. Fails only with the connection or without memory.
rowcall_status rc_compare_sql(struct rc_pg_sync *conn, const struct rc_scope *scope,
                              struct rc_arena *arena, struct rc_differences *ret_differences,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
