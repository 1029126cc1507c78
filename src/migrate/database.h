// SPDX-License-Identifier: Apache-2.0
//
// Creating the database that a URL names, by way of the server's "postgres" database.
#ifndef RC_MIGRATE_DATABASE_H
#define RC_MIGRATE_DATABASE_H

#include "base/arena.h"

// Creates it; that it exists meanwhile is success. ret_name (from arena) is its name.
// INVALID_ARGUMENT when the URL names no database.
rowcall_status rc_database_create(const char *url, struct rc_arena *arena,
                                  const char **ret_name, rowcall_error *err) RC_MUST_CHECK;

#endif
