// SPDX-License-Identifier: Apache-2.0
//
// A column's line in CREATE TABLE: type, nullability, default. Private to the module.
#ifndef RC_MIGRATE_DDL_COLUMN_H
#define RC_MIGRATE_DDL_COLUMN_H

#include "migrate/ddl.h"

// Appends `"name" TYPE [NOT NULL] [DEFAULT ...]`.
void rc_ddl_column(struct rc_buf *out, const struct rc_column *column,
                   const struct rc_ddl_options *options);

// Appends a name in its schema: unqualified in public, unless a prefix is given.
void rc_ddl_name(struct rc_buf *out, const char *sql_schema, const char *sql_name,
                 const struct rc_ddl_options *options);

#endif
