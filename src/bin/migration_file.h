// SPDX-License-Identifier: Apache-2.0
//
// A new migration in its folder: <UTC yyyymmddhhmmss>_<name>/migration.sql, and the lock file
// beside it when it is the first one.
#ifndef RC_BIN_MIGRATION_FILE_H
#define RC_BIN_MIGRATION_FILE_H

#include "migrate/folder.h"

// What migration_lock.toml holds.
extern const char rc_migration_lock_text[];

// Where the next migration goes: later in time than every migration that the folder has.
// ret_path is from arena. Errors as of rc_migration_file_write.
rowcall_status rc_migration_file_path(const char *folder,
                                      const struct rc_migration_folder *present,
                                      const char *name, struct rc_arena *arena,
                                      const char **ret_path, rowcall_error *err) RC_MUST_CHECK;

// Writes it, later in time than every migration that the folder has. name: letters and digits
// stay, other characters become '_'. ret_path (from arena) is the file's. INVALID_ARGUMENT
// (P3010) when the name is too long or says nothing.
rowcall_status rc_migration_file_write(const char *folder,
                                       const struct rc_migration_folder *present,
                                       const char *name, struct rc_view sql,
                                       struct rc_arena *arena, const char **ret_path,
                                       rowcall_error *err) RC_MUST_CHECK;

#endif
