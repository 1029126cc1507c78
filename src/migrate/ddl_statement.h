// SPDX-License-Identifier: Apache-2.0
//
// Single statements about what a catalog holds, in Prisma's layout. Each appends one statement
// with its semicolon and line end, or the fragment of one where it says so. Private to the
// module.
#ifndef RC_MIGRATE_DDL_STATEMENT_H
#define RC_MIGRATE_DDL_STATEMENT_H

#include "base/buf.h"
#include "migrate/catalog.h"

// A name, unqualified in public. A fragment.
void rc_ddl_name(struct rc_buf *out, const char *schema, const char *name);

// `"name" TYPE [NOT NULL] [DEFAULT ...]`. A fragment.
void rc_ddl_column(struct rc_buf *out, const struct rc_catalog_column *column);

void rc_ddl_create_enum(struct rc_buf *out, const struct rc_catalog_enum *enumeration,
                        const char *name);
// With its primary key and checks; foreign keys and indexes are statements of their own.
void rc_ddl_create_table(struct rc_buf *out, const struct rc_catalog_table *table);
void rc_ddl_create_index(struct rc_buf *out, const struct rc_catalog_table *table,
                         const struct rc_catalog_index *index);
void rc_ddl_create_view(struct rc_buf *out, const struct rc_catalog_view *view);

// ALTER TABLE ... ADD CONSTRAINT ...
void rc_ddl_add_constraint(struct rc_buf *out, const struct rc_catalog_table *table,
                           const struct rc_catalog_constraint *constraint);

// COMMENT ON; column and text may be NULL: of the table; none.
void rc_ddl_comment(struct rc_buf *out, const struct rc_catalog_table *table,
                    const char *column, const char *text);

#endif
