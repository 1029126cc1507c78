// SPDX-License-Identifier: Apache-2.0
//
// Reading, writing and listing files.
#include "bin/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static rowcall_status fail(rowcall_error *err, const char *path, const char *what)
{
    rowcall_status status = errno == ENOENT ? ROWCALL_NOT_FOUND : ROWCALL_FAILED_PRECONDITION;
    return rc_error_set(err, status, "cannot %s %s: %s", what, path, strerror(errno));
}

rowcall_status rc_file_read(const char *path, struct rc_buf *ret_bytes, rowcall_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(err, path, "read");
    }
    rowcall_status st = ROWCALL_OK;
    char chunk[65536];
    ssize_t got = 0;
    while ((got = read(fd, chunk, sizeof chunk)) > 0) {
        rc_buf_append(ret_bytes, chunk, (size_t)got);
    }
    if (got < 0) {
        st = fail(err, path, "read");
    }
    close(fd);
    return st == ROWCALL_OK ? rc_buf_status(ret_bytes, err) : st;
}

static bool holds(const char *path, struct rc_view bytes)
{
    struct rc_buf now = {0};
    rowcall_error ignored = {0};
    bool same = rc_file_read(path, &now, &ignored) == ROWCALL_OK &&
                rc_view_equal(rc_buf_view(&now), bytes);
    rc_buf_fini(&now);
    return same;
}

static rowcall_status make_folders(char *path, rowcall_error *err)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        int made = mkdir(path, 0777);
        if (made != 0 && errno != EEXIST) {
            rowcall_status st = fail(err, path, "make the folder");
            *at = '/';
            return st;
        }
        *at = '/';
    }
    return ROWCALL_OK;
}

static bool write_all(int fd, struct rc_view bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.data, bytes.len);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        if (put > 0) {
            bytes.data += put;
            bytes.len -= (size_t)put;
        }
    }
    return true;
}

static rowcall_status replace(const char *path, const char *temporary, struct rc_view bytes,
                              rowcall_error *err)
{
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return fail(err, temporary, "write");
    }
    bool written = write_all(fd, bytes);
    written &= close(fd) == 0;
    if (!written || rename(temporary, path) != 0) {
        rowcall_status st = fail(err, path, "write");
        unlink(temporary);
        return st;
    }
    return ROWCALL_OK;
}

rowcall_status rc_file_write(const char *path, struct rc_view bytes, bool *ret_changed,
                             rowcall_error *err)
{
    bool changed = !holds(path, bytes);
    if (changed) {
        struct rc_buf temporary = {0};
        rc_buf_printf(&temporary, "%s.%ld.tmp", path, (long)getpid());
        rowcall_status st = rc_buf_status(&temporary, err);
        if (st == ROWCALL_OK) {
            st = make_folders(temporary.data, err);
        }
        if (st == ROWCALL_OK) {
            st = replace(path, temporary.data, bytes, err);
        }
        rc_buf_fini(&temporary);
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    if (ret_changed) {
        *ret_changed = changed;
    }
    return ROWCALL_OK;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t len = strlen(name);
    size_t tail = strlen(suffix);
    return len >= tail && strcmp(name + len - tail, suffix) == 0;
}

rowcall_status rc_file_each(const char *folder, const char *suffix, rc_file_fn visit,
                            void *context, rowcall_error *err)
{
    struct rc_buf root = {0};
    rc_buf_append_text(&root, folder);
    rowcall_status st = rc_buf_status(&root, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    char *roots[] = {root.data, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    FTSENT *entry = NULL;
    if (!tree) {
        st = fail(err, folder, "list");
    }
    while (st == ROWCALL_OK && (entry = fts_read(tree))) {
        if (entry->fts_info == FTS_F && has_suffix(entry->fts_name, suffix)) {
            st = visit(context, entry->fts_path, err);
        }
    }
    if (tree) {
        fts_close(tree);
    }
    rc_buf_fini(&root);
    return st;
}

static int remove_entry(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about;
    (void)type;
    (void)place;
    return remove(path);
}

rowcall_status rc_file_remove_folder(const char *folder, rowcall_error *err)
{
    return nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0
               ? ROWCALL_OK
               : fail(err, folder, "remove");
}
