// SPDX-License-Identifier: Apache-2.0
//
// The DDL that makes a database's tables from nothing, in the order, layout and spelling of
// Prisma Migrate, with object names as Prisma gives them. A pure function of the scope: same
// schema, same bytes.
#ifndef RC_MIGRATE_DDL_H
#define RC_MIGRATE_DDL_H

#include "base/buf.h"
#include "schema/schema.h"

// Appends the script. Views without a definition are left out: they are not ours to make. Fails
// only without memory.
rowcall_status rc_ddl_create(const struct rc_scope *scope, struct rc_buf *out,
                             rowcall_error *err) RC_MUST_CHECK;

#endif
