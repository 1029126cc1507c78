// SPDX-License-Identifier: Apache-2.0
//
// Files that are made and changed together: all of them, or none. What is to be done is
// gathered first, then done at once; when a file cannot be written, those before it are as they
// were, and folders that were made for them are gone again. Single-threaded.
#ifndef RC_BIN_CHANGE_SET_H
#define RC_BIN_CHANGE_SET_H

#include "base/arena.h"

struct rc_change {
    const char *path;
    struct rc_view bytes;
    struct rc_view before; // what the file holds now; of no use when it is new
    bool is_new;
    size_t made_from; // length of the part of path that is the first folder to be made; 0: none
};

struct rc_change_set {
    struct rc_arena arena;
    struct rc_change *items; // in the order they were added
    size_t count;
    size_t capacity;
};

void rc_change_set_init(struct rc_change_set *set);
void rc_change_set_fini(struct rc_change_set *set);

// A file that must not be there yet: ALREADY_EXISTS names it when it is. path and bytes are
// copied.
rowcall_status rc_change_set_create(struct rc_change_set *set, const char *path,
                                    struct rc_view bytes, rowcall_error *err) RC_MUST_CHECK;

// A file that is there, and gets these bytes instead. NOT_FOUND when it is not.
rowcall_status rc_change_set_replace(struct rc_change_set *set, const char *path,
                                     struct rc_view bytes, rowcall_error *err) RC_MUST_CHECK;

// Writes them all. Ctrl-C waits meanwhile. After a failure nothing has changed.
rowcall_status rc_change_set_apply(const struct rc_change_set *set,
                                   rowcall_error *err) RC_MUST_CHECK;

#endif
