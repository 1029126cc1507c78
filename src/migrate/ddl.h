// SPDX-License-Identifier: Apache-2.0
//
// The DDL that makes a database's tables from nothing, in the order, layout and spelling of
// Prisma Migrate, with object names as Prisma gives them. A pure function of the scope: same
// schema, same bytes.
#ifndef RC_MIGRATE_DDL_H
#define RC_MIGRATE_DDL_H

#include "base/buf.h"
#include "schema/schema.h"

struct rc_ddl_options {
    // Put before the name of every PostgreSQL schema, "public" included, so that the same
    // tables can be made beside the real ones. NULL: real names, those in public unqualified.
    const char *schema_prefix;
    bool skip_extensions; // no CREATE EXTENSION: extensions belong to the whole database
};

// Appends the script. options may be NULL. Views without a definition are left out: they are
// not ours to make. Fails only without memory.
rowcall_status rc_ddl_create(const struct rc_scope *scope, const struct rc_ddl_options *options,
                             struct rc_buf *out, rowcall_error *err) RC_MUST_CHECK;

#endif
