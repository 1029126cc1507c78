// SPDX-License-Identifier: Apache-2.0
//
// A database's migrations folder, in Prisma's layout: one folder a migration, <UTC
// yyyymmddhhmmss>_<name>/migration.sql, and migration_lock.toml. Applied in the order of their
// names.
#ifndef RC_MIGRATE_FOLDER_H
#define RC_MIGRATE_FOLDER_H

#include "base/arena.h"

struct rc_migration {
    const char *name;       // "20261123090000_init"
    const char *sql;        // the file, NUL-terminated
    char checksum[65];      // SHA-256 of the file, hexadecimal
    char lf_checksum[65];   // of the file with LF line ends
    char crlf_checksum[65]; // of the file with CRLF line ends
};

struct rc_migration_folder {
    const struct rc_migration *items; // by name
    size_t count;
    const char *const *loose; // names in the folder that are no migrations and are left alone
    size_t loose_count;
};

// Reads the folder; everything is from arena. A missing folder has no migrations, but the
// folder it would be in has to be there (INVALID_ARGUMENT). Fails with reason P3015 (a
// migration without migration.sql, or with a NUL byte in it), P3010 (a name over 200 bytes),
// P3019 (the lock file names another provider).
rowcall_status rc_migration_folder_read(const char *path, struct rc_arena *arena,
                                        struct rc_migration_folder *ret_folder,
                                        rowcall_error *err) RC_MUST_CHECK;

// Whether a recorded checksum is this file's, whatever its line ends, and whether or not its
// bytes have their leading zeros (Prisma's first releases left them out).
bool rc_migration_has_checksum(const struct rc_migration *migration, const char *checksum);

#endif
