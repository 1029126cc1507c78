// SPDX-License-Identifier: Apache-2.0
//
// Gathering changes, writing them, and taking them back.
#include "bin/change_set.h"

#include "bin/file.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void rc_change_set_init(struct rc_change_set *set)
{
    *set = (struct rc_change_set){0};
    rc_arena_init(&set->arena, 0);
}

void rc_change_set_fini(struct rc_change_set *set)
{
    rc_arena_fini(&set->arena);
}

static bool copy(struct rc_arena *arena, struct rc_view bytes, struct rc_view *ret_copy)
{
    char *data = rc_arena_copy(arena, bytes.data ? bytes.data : "", bytes.len);
    *ret_copy = (struct rc_view){data, bytes.len};
    return data != NULL;
}

static rowcall_status add(struct rc_change_set *set, struct rc_change change,
                          rowcall_error *err)
{
    if (set->count == set->capacity) {
        size_t larger = set->capacity ? set->capacity * 2 : 8;
        struct rc_change *moved = rc_arena_new_array(&set->arena, larger, struct rc_change);
        if (!moved) {
            return rc_error_oom(err);
        }
        if (set->count > 0) {
            memcpy(moved, set->items, set->count * sizeof(*moved));
        }
        set->items = moved;
        set->capacity = larger;
    }
    change.path = rc_arena_strdup(&set->arena, change.path);
    if (!change.path || !copy(&set->arena, change.bytes, &change.bytes) ||
        !copy(&set->arena, change.before, &change.before)) {
        return rc_error_oom(err);
    }
    set->items[set->count++] = change;
    return ROWCALL_OK;
}

// The length of the shortest folder on the way to path that does not exist; 0 when all do.
static size_t first_missing(const char *path, struct rc_arena *arena)
{
    char *folder = rc_arena_strdup(arena, path);
    for (char *at = folder ? strchr(folder + 1, '/') : NULL; at; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (access(folder, F_OK) != 0) {
            return (size_t)(at - folder);
        }
        *at = '/';
    }
    return 0;
}

rowcall_status rc_change_set_create(struct rc_change_set *set, const char *path,
                                    struct rc_view bytes, rowcall_error *err)
{
    struct stat about; // a link that leads nowhere is there, too
    if (lstat(path, &about) == 0) {
        return rc_error_set(err, ROWCALL_ALREADY_EXISTS, "%s is there already", path);
    }
    return add(set,
               (struct rc_change){.path = path,
                                  .bytes = bytes,
                                  .is_new = true,
                                  .made_from = first_missing(path, &set->arena)},
               err);
}

rowcall_status rc_change_set_replace(struct rc_change_set *set, const char *path,
                                     struct rc_view bytes, rowcall_error *err)
{
    struct rc_buf before = {0};
    rowcall_status st = rc_file_read(path, &before, err);
    if (st == ROWCALL_OK) {
        st = add(
            set,
            (struct rc_change){.path = path, .bytes = bytes, .before = rc_buf_view(&before)},
            err);
    }
    rc_buf_fini(&before);
    return st;
}

// Removes the folders that were made for a file, as far as nothing else is in them.
static void remove_folders(const struct rc_change *change)
{
    char folder[4096];
    if (change->made_from == 0 || strlen(change->path) >= sizeof folder) {
        return;
    }
    (void)snprintf(folder, sizeof folder, "%s", change->path);
    for (char *end = strrchr(folder, '/'); end && (size_t)(end - folder) >= change->made_from;
         end = strrchr(folder, '/')) {
        *end = '\0';
        if (rmdir(folder) != 0 && errno != ENOENT) {
            return;
        }
    }
}

static void take_back(const struct rc_change_set *set, size_t count)
{
    while (count > 0) {
        const struct rc_change *change = &set->items[--count];
        rowcall_error ignored = {0}; // the failure that led here is the one to be told
        if (change->is_new) {
            (void)unlink(change->path);
            remove_folders(change);
        } else {
            (void)!rc_file_write(change->path, change->before, NULL, &ignored);
        }
    }
}

rowcall_status rc_change_set_apply(const struct rc_change_set *set, rowcall_error *err)
{
    sigset_t stopping;
    sigset_t before;
    rowcall_status st = ROWCALL_OK;
    (void)sigemptyset(&stopping);
    (void)sigaddset(&stopping, SIGINT);
    (void)sigaddset(&stopping, SIGTERM);
    (void)sigaddset(&stopping, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &stopping, &before);
    for (size_t i = 0; st == ROWCALL_OK && i < set->count; i++) {
        st = rc_file_write(set->items[i].path, set->items[i].bytes, NULL, err);
        if (st != ROWCALL_OK) {
            take_back(set, i + 1); // folders of the one that failed, too
        }
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return st;
}
