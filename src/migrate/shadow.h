// SPDX-License-Identifier: Apache-2.0
//
// A database to try things in: the migrations of a folder are applied to it to see what they
// make. It is made on the real database's server and dropped again; or it is one that was given
// by URL, which is emptied.
#ifndef RC_MIGRATE_SHADOW_H
#define RC_MIGRATE_SHADOW_H

#include "migrate/catalog.h"
#include "migrate/folder.h"

struct rc_shadow {
    struct rc_pg_sync *conn;
    const char *made; // URL of the database to drop; NULL when it was given
};

// Opens one for the database of url, which need not exist. shadow_url: the one given, NULL to
// make one. The caller closes it, also after a failure. Failures:
//   P3014  the role may not create databases: the message says what to set
//   INVALID_ARGUMENT  the one given is the real one
rowcall_status rc_shadow_open(const char *url, const char *shadow_url, struct rc_arena *arena,
                              struct rc_shadow *ret_shadow, rowcall_error *err) RC_MUST_CHECK;

// Closes it and drops what was made. Takes no interrupted program into account: a database
// called rowcall_shadow_... that stays behind may be dropped.
void rc_shadow_close(struct rc_shadow *shadow, struct rc_arena *arena);

// Applies migrations[from] up to, not including, migrations[to]. P3006 names the one that
// failed, with PostgreSQL's reason.
rowcall_status rc_shadow_apply(struct rc_shadow *shadow,
                               const struct rc_migration_folder *folder, size_t from, size_t to,
                               struct rc_arena *arena, rowcall_error *err) RC_MUST_CHECK;

// What it has now, all PostgreSQL schemas of it; and what the schema asks for, in its words.
rowcall_status rc_shadow_read(struct rc_shadow *shadow, struct rc_arena *arena,
                              struct rc_catalog *ret_catalog, rowcall_error *err) RC_MUST_CHECK;
rowcall_status rc_shadow_expect(struct rc_shadow *shadow, const struct rc_scope *scope,
                                struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                rowcall_error *err) RC_MUST_CHECK;

#endif
