// SPDX-License-Identifier: Apache-2.0
//
// A folder of generated files: what should be in it is collected first, then the folder is made
// so (only what differs is written, what is left over is removed) or compared. Only files with
// the tree's suffixes are looked at.
#ifndef RC_BIN_OUTPUT_TREE_H
#define RC_BIN_OUTPUT_TREE_H

#include "base/arena.h"

struct rc_output_file {
    const char *path; // below the tree's folder
    struct rc_view bytes;
};

struct rc_output_tree {
    const char *folder; // borrowed
    const char *suffix; // ".proto"; "" for all files
    struct rc_arena arena;
    struct rc_output_file *files;
    size_t count;
    size_t capacity;
};

void rc_output_tree_init(struct rc_output_tree *tree, const char *folder, const char *suffix);
void rc_output_tree_fini(struct rc_output_tree *tree);

// Adds a file that should be there; path and bytes are copied.
rowcall_status rc_output_tree_add(struct rc_output_tree *tree, const char *path,
                                  struct rc_view bytes, rowcall_error *err) RC_MUST_CHECK;

// Adds every file below folder, under its path there.
rowcall_status rc_output_tree_add_folder(struct rc_output_tree *tree, const char *folder,
                                         rowcall_error *err) RC_MUST_CHECK;

// What was done to, or is the matter with, one path: "wrote", "removed", "missing", "differs",
// "left over".
typedef void (*rc_output_report_fn)(void *context, const char *what, const char *path);

// Makes the folder hold exactly these files.
rowcall_status rc_output_tree_write(const struct rc_output_tree *tree,
                                    rc_output_report_fn report, void *context,
                                    rowcall_error *err) RC_MUST_CHECK;

// Reports every difference; writes nothing.
rowcall_status rc_output_tree_check(const struct rc_output_tree *tree,
                                    rc_output_report_fn report, void *context,
                                    rowcall_error *err) RC_MUST_CHECK;

#endif
