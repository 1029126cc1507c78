// SPDX-License-Identifier: Apache-2.0
//
// Naming and writing.
#include "bin/migration_file.h"

#include "bin/file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIME_DIGITS = 14, NAME_MAX_BYTES = 200 };

const char rc_migration_lock_text[] =
    "# Which database these migrations are for. Checked in with them.\n"
    "provider = \"postgresql\"\n";

// "20261123093000" of a time.
static void print_time(time_t at, char ret_text[TIME_DIGITS + 1])
{
    struct tm utc;
    (void)gmtime_r(&at, &utc);
    (void)strftime(ret_text, TIME_DIGITS + 1, "%Y%m%d%H%M%S", &utc);
}

// The time a migration's name begins with; 0 when it does not.
static time_t time_of(const char *name)
{
    struct tm utc = {0};
    const char *end = strptime(name, "%Y%m%d%H%M%S", &utc);
    return end ? timegm(&utc) : 0;
}

// Now, or a second after the last one where a clock runs ahead.
static time_t next_time(const struct rc_migration_folder *present)
{
    time_t at = time(NULL);
    for (size_t i = 0; i < present->count; i++) {
        time_t taken = time_of(present->items[i].name);
        at = taken >= at ? taken + 1 : at;
    }
    return at;
}

static const char *clean_name(const char *name, struct rc_arena *arena)
{
    char *clean = rc_arena_strdup(arena, name);
    size_t len = 0;
    for (const char *at = name; clean && *at; at++) {
        if (isalnum((unsigned char)*at)) {
            clean[len++] = (char)tolower((unsigned char)*at);
        } else if (len > 0 && clean[len - 1] != '_') {
            clean[len++] = '_';
        }
    }
    if (clean) {
        clean[len > 0 && clean[len - 1] == '_' ? len - 1 : len] = '\0';
    }
    return clean;
}

static rowcall_status write_lock(const char *folder, struct rc_arena *arena, rowcall_error *err)
{
    struct rc_buf present = {0};
    rowcall_error absent = {0};
    const char *path = rc_arena_printf(arena, "%s/migration_lock.toml", folder);
    if (!path) {
        return rc_error_oom(err);
    }
    rowcall_status st = rc_file_read(path, &present, &absent);
    rc_buf_fini(&present);
    return st == ROWCALL_NOT_FOUND
               ? rc_file_write(path, rc_view_of(rc_migration_lock_text), NULL, err)
               : ROWCALL_OK;
}

rowcall_status rc_migration_file_path(const char *folder,
                                      const struct rc_migration_folder *present,
                                      const char *name, struct rc_arena *arena,
                                      const char **ret_path, rowcall_error *err)
{
    char stamp[TIME_DIGITS + 1];
    const char *clean = clean_name(name, arena);
    if (!clean) {
        return rc_error_oom(err);
    }
    if (!*clean || strlen(clean) + TIME_DIGITS + 1 > NAME_MAX_BYTES) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                     "\"%s\" is no name for a migration: 1 to %d letters and digits", name,
                     NAME_MAX_BYTES - TIME_DIGITS - 1);
        rc_error_detail(err, "P3010", NULL, NULL);
        return ROWCALL_INVALID_ARGUMENT;
    }
    print_time(next_time(present), stamp);
    *ret_path = rc_arena_printf(arena, "%s/%s_%s/migration.sql", folder, stamp, clean);
    return *ret_path ? ROWCALL_OK : rc_error_oom(err);
}

rowcall_status rc_migration_file_write(const char *folder,
                                       const struct rc_migration_folder *present,
                                       const char *name, struct rc_view sql,
                                       struct rc_arena *arena, const char **ret_path,
                                       rowcall_error *err)
{
    rowcall_status st = rc_migration_file_path(folder, present, name, arena, ret_path, err);
    st = st ? st : rc_file_write(*ret_path, sql, NULL, err);
    return st ? st : write_lock(folder, arena, err);
}
