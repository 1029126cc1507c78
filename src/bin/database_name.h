// SPDX-License-Identifier: Apache-2.0
//
// What a new database may be called. Its name becomes a folder, a protobuf package, the prefix
// of C names, a header and a PostgreSQL database, so it has to be good for each of them.
#ifndef RC_BIN_DATABASE_NAME_H
#define RC_BIN_DATABASE_NAME_H

#include "base/error.h"

// INVALID_ARGUMENT says what is wrong with it. A pure function.
rowcall_status rc_database_name_check(const char *name, rowcall_error *err) RC_MUST_CHECK;

#endif
