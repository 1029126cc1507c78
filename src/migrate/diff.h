// SPDX-License-Identifier: Apache-2.0
//
// The DDL that leads from one catalog to another: as little of it as possible, in an order in
// which every statement can be executed, all of them in one transaction. What both have is
// compared by PostgreSQL's own words, so both catalogs were written by PostgreSQL, unless
// `from` is empty.
//
// What the schema cannot express is left alone: functions, triggers, policies, collations; and
// PostgreSQL schemas and extensions that are no longer needed.
#ifndef RC_MIGRATE_DIFF_H
#define RC_MIGRATE_DIFF_H

#include "base/buf.h"
#include "migrate/catalog.h"

struct rc_diff_step {
    const char *title; // as Prisma calls it: "AlterTable"
    const char *sql;   // one statement or several
    int phase;         // of the order; steps are sorted by it
};

struct rc_diff {
    struct rc_diff_step *steps;
    size_t count; // 0: nothing differs
};

// Everything is from arena, or borrowed from the catalogs, which have to live as long. Fails
// only without memory.
rowcall_status rc_diff_make(const struct rc_catalog *from, const struct rc_catalog *to,
                            struct rc_arena *arena, struct rc_diff *ret_diff,
                            rowcall_error *err) RC_MUST_CHECK;

// What leads from the live database to the schema. The database is only looked at: everything
// happens in a transaction that is rolled back, and needs the rights that rc_catalog_expect
// needs.
// owned: every PostgreSQL schema in it is ours; otherwise what is in others than the schema's
// stays out of it.
rowcall_status rc_diff_live(struct rc_pg_sync *conn, const struct rc_scope *scope, bool owned,
                            struct rc_arena *arena, struct rc_diff *ret_diff,
                            rowcall_error *err) RC_MUST_CHECK;

// Appends the script: every step under a comment with its title, an empty line between them.
void rc_diff_print(const struct rc_diff *diff, struct rc_buf *out);

#endif
