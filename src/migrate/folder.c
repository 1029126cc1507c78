// SPDX-License-Identifier: Apache-2.0
//
// Reading a migrations folder.
#include "migrate/folder.h"

#include "base/buf.h"
#include "migrate/provider.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_NAME = 200, MAX_ENTRIES = 100000 };

static rowcall_status read_file(const char *path, struct rc_buf *ret_text, rowcall_error *err)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return rc_error_set(err,
                            errno == ENOENT ? ROWCALL_NOT_FOUND : ROWCALL_FAILED_PRECONDITION,
                            "cannot read %s: %s", path, strerror(errno));
    }
    char chunk[8192];
    size_t got = 0;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        rc_buf_append(ret_text, chunk, got);
    }
    rowcall_status st = ROWCALL_OK;
    if (ferror(file)) {
        st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot read %s: %s", path,
                          strerror(errno));
    }
    fclose(file);
    rc_buf_append(ret_text, "", 0);
    return st == ROWCALL_OK ? rc_buf_status(ret_text, err) : st;
}

// ---- checksums

static void digest(struct rc_view bytes, char ret_hex[65])
{
    unsigned char sum[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)bytes.data, bytes.len, sum);
    for (size_t i = 0; i < sizeof sum; i++) {
        snprintf(ret_hex + 2 * i, 3, "%02x", sum[i]);
    }
}

static rowcall_status digest_lines(struct rc_view bytes, const char *line_end, char ret_hex[65],
                                   rowcall_error *err)
{
    struct rc_buf text = {0};
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.data[i] == '\r' && i + 1 < bytes.len && bytes.data[i + 1] == '\n') {
            continue;
        }
        if (bytes.data[i] == '\n') {
            rc_buf_append_text(&text, line_end);
        } else {
            rc_buf_append_char(&text, bytes.data[i]);
        }
    }
    rowcall_status st = rc_buf_status(&text, err);
    if (st == ROWCALL_OK) {
        digest((struct rc_view){text.data ? text.data : "", text.len}, ret_hex);
    }
    rc_buf_fini(&text);
    return st;
}

// Prisma's first releases printed each byte of the sum without its leading zero.
static bool is_unpadded(const char *checksum, const char hex[65])
{
    for (size_t i = 0; i < 64; i += 2) {
        if (hex[i] != '0' && *checksum++ != hex[i]) {
            return false;
        }
        if (*checksum++ != hex[i + 1]) {
            return false;
        }
    }
    return *checksum == '\0';
}

bool rc_migration_has_checksum(const struct rc_migration *migration, const char *checksum)
{
    const char *const sums[] = {migration->checksum, migration->lf_checksum,
                                migration->crlf_checksum};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        if (strcmp(checksum, sums[i]) == 0 || is_unpadded(checksum, sums[i])) {
            return true;
        }
    }
    return false;
}

// ---- entries

static rowcall_status read_migration(const char *folder, const char *name,
                                     struct rc_arena *arena, struct rc_migration *ret_migration,
                                     rowcall_error *err)
{
    if (strlen(name) > MAX_NAME) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                     "%s/%s: a migration's name has at most %d bytes", folder, name, MAX_NAME);
        rc_error_detail(err, "P3010", NULL, NULL);
        return ROWCALL_INVALID_ARGUMENT;
    }
    struct rc_buf text = {0};
    rowcall_error cause = {0};
    const char *path = rc_arena_printf(arena, "%s/%s/migration.sql", folder, name);
    if (!path) {
        return rc_error_oom(err);
    }
    rowcall_status st = read_file(path, &text, &cause);
    if (st != ROWCALL_OK) {
        rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "%s", cause.message);
        rc_error_detail(err, "P3015", NULL, NULL);
        rc_buf_fini(&text);
        return ROWCALL_FAILED_PRECONDITION;
    }
    struct rc_view bytes = {text.data ? text.data : "", text.len};
    if (memchr(bytes.data, '\0', bytes.len)) { // SQL ends there: the rest would never run
        rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "%s: has a NUL byte at offset %zu", path,
                     strlen(bytes.data));
        rc_error_detail(err, "P3015", NULL, NULL);
        rc_buf_fini(&text);
        return ROWCALL_FAILED_PRECONDITION;
    }
    digest(bytes, ret_migration->checksum);
    st = digest_lines(bytes, "\n", ret_migration->lf_checksum, err);
    if (st == ROWCALL_OK) {
        st = digest_lines(bytes, "\r\n", ret_migration->crlf_checksum, err);
    }
    ret_migration->name = rc_arena_strdup(arena, name);
    ret_migration->sql = rc_arena_copy(arena, bytes.data, bytes.len);
    if (st == ROWCALL_OK && (!ret_migration->name || !ret_migration->sql)) {
        st = rc_error_oom(err);
    }
    rc_buf_fini(&text);
    return st;
}

static rowcall_status check_lock(const char *folder, struct rc_arena *arena, rowcall_error *err)
{
    struct rc_buf text = {0};
    rowcall_error absent = {0};
    const char *path = rc_arena_printf(arena, "%s/migration_lock.toml", folder);
    if (!path) {
        return rc_error_oom(err);
    }
    rowcall_status st = ROWCALL_OK;
    if (read_file(path, &text, &absent) == ROWCALL_OK && text.data) {
        struct rc_view provider = rc_migration_provider(text.data);
        if (provider.data && !rc_view_is(provider, "postgresql") &&
            !rc_view_is(provider, "postgres")) {
            st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                              "%s: these migrations are for %.*s, not for postgresql", path,
                              rc_view_arg(provider));
            rc_error_detail(err, "P3019", NULL, NULL);
        }
    }
    rc_buf_fini(&text);
    return st;
}

static bool is_folder(const char *folder, const char *name)
{
    struct stat about;
    struct rc_buf path = {0};
    rc_buf_printf(&path, "%s/%s", folder, name);
    bool is = path.data && stat(path.data, &about) == 0 && S_ISDIR(about.st_mode);
    rc_buf_fini(&path);
    return is;
}

static rowcall_status take_entries(const char *path, struct dirent **entries, int count,
                                   struct rc_arena *arena,
                                   struct rc_migration_folder *ret_folder, rowcall_error *err)
{
    struct rc_migration *items =
        rc_arena_new_array(arena, (size_t)count + 1, struct rc_migration);
    const char **loose = rc_arena_new_array(arena, (size_t)count + 1, const char *);
    if (!items || !loose) {
        return rc_error_oom(err);
    }
    *ret_folder = (struct rc_migration_folder){.items = items, .loose = loose};
    rowcall_status st = ROWCALL_OK;
    for (int i = 0; st == ROWCALL_OK && i < count; i++) {
        const char *name = entries[i]->d_name;
        if (name[0] == '.' || strcmp(name, "migration_lock.toml") == 0) {
            continue;
        }
        if (is_folder(path, name)) {
            st = read_migration(path, name, arena, &items[ret_folder->count++], err);
            continue;
        }
        loose[ret_folder->loose_count] = rc_arena_strdup(arena, name);
        st = loose[ret_folder->loose_count++] ? ROWCALL_OK : rc_error_oom(err);
    }
    return st;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

// A database without migrations yet has no folder, which is fine; that the folder of all
// databases is not there either is a wrong path.
static rowcall_status check_missing(const char *path, rowcall_error *err)
{
    struct stat about;
    struct rc_buf parent = {0};
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/') {
        len--;
    }
    while (len > 0 && path[len - 1] != '/') {
        len--;
    }
    rc_buf_append(&parent, len > 0 ? path : ".", len > 0 ? len : 1);
    rowcall_status st = rc_buf_status(&parent, err);
    if (st == ROWCALL_OK && stat(parent.data, &about) != 0) {
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                          "there is no folder %.*s; --migrations DIR names another one",
                          (int)(len > 1 ? len - 1 : len), path);
    }
    rc_buf_fini(&parent);
    return st;
}

rowcall_status rc_migration_folder_read(const char *path, struct rc_arena *arena,
                                        struct rc_migration_folder *ret_folder,
                                        rowcall_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, by_bytes);
    if (count < 0 && errno == ENOENT) {
        *ret_folder = (struct rc_migration_folder){0};
        return check_missing(path, err);
    }
    if (count < 0 || count > MAX_ENTRIES) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot list %s: %s", path,
                            count < 0 ? strerror(errno) : "too many entries");
    }
    rowcall_status st = check_lock(path, arena, err);
    if (st == ROWCALL_OK) {
        st = take_entries(path, entries, count, arena, ret_folder, err);
    }
    for (int i = 0; i < count; i++) {
        free(entries[i]);
    }
    free(entries);
    return st;
}
