// SPDX-License-Identifier: Apache-2.0
//
// Making a folder hold exactly the generated files.
#include "bin/output_tree.h"

#include "bin/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void rc_output_tree_init(struct rc_output_tree *tree, const char *folder, const char *suffix)
{
    *tree = (struct rc_output_tree){.folder = folder, .suffix = suffix};
    rc_arena_init(&tree->arena, 0);
}

void rc_output_tree_fini(struct rc_output_tree *tree)
{
    rc_arena_fini(&tree->arena);
}

static bool grow(struct rc_output_tree *tree)
{
    size_t capacity = tree->capacity ? tree->capacity * 2 : 64;
    struct rc_output_file *files =
        rc_arena_new_array(&tree->arena, capacity, struct rc_output_file);
    if (!files) {
        return false;
    }
    if (tree->count) {
        memcpy(files, tree->files, tree->count * sizeof *files);
    }
    tree->files = files;
    tree->capacity = capacity;
    return true;
}

rowcall_status rc_output_tree_add(struct rc_output_tree *tree, const char *path,
                                  struct rc_view bytes, rowcall_error *err)
{
    if (tree->count == tree->capacity && !grow(tree)) {
        return rc_error_oom(err);
    }
    char *own_path = rc_arena_strdup(&tree->arena, path);
    char *own_bytes = rc_arena_copy(&tree->arena, bytes.data, bytes.len);
    if (!own_path || !own_bytes) {
        return rc_error_oom(err);
    }
    tree->files[tree->count++] = (struct rc_output_file){own_path, {own_bytes, bytes.len}};
    return ROWCALL_OK;
}

struct adding {
    struct rc_output_tree *tree;
    size_t prefix; // of the paths visited
};

static rowcall_status add_file(void *context, const char *path, rowcall_error *err)
{
    struct adding *adding = context;
    struct rc_buf bytes = {0};
    rowcall_status st = rc_file_read(path, &bytes, err);
    if (st == ROWCALL_OK) {
        st = rc_output_tree_add(adding->tree, path + adding->prefix, rc_buf_view(&bytes), err);
    }
    rc_buf_fini(&bytes);
    return st;
}

rowcall_status rc_output_tree_add_folder(struct rc_output_tree *tree, const char *folder,
                                         rowcall_error *err)
{
    struct adding adding = {tree, strlen(folder) + 1};
    return rc_file_each(folder, tree->suffix, add_file, &adding, err);
}

static rowcall_status join(const struct rc_output_tree *tree, const char *path,
                           struct rc_buf *ret_path, rowcall_error *err)
{
    rc_buf_clear(ret_path);
    rc_buf_printf(ret_path, "%s/%s", tree->folder, path);
    return rc_buf_status(ret_path, err);
}

// Files on disk that are not in the tree.
struct leftovers {
    const struct rc_output_tree *tree;
    rc_output_report_fn report;
    void *context;
    bool remove;
};

static rowcall_status look_at(void *context, const char *path, rowcall_error *err)
{
    const struct leftovers *leftovers = context;
    const struct rc_output_tree *tree = leftovers->tree;
    const char *below = path + strlen(tree->folder) + 1;
    for (size_t i = 0; i < tree->count; i++) {
        if (strcmp(tree->files[i].path, below) == 0) {
            return ROWCALL_OK;
        }
    }
    if (leftovers->remove && unlink(path) != 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot remove %s: %s", path,
                            strerror(errno));
    }
    leftovers->report(leftovers->context, leftovers->remove ? "removed" : "left over", path);
    return ROWCALL_OK;
}

static rowcall_status visit_leftovers(const struct rc_output_tree *tree,
                                      rc_output_report_fn report, void *context, bool remove,
                                      rowcall_error *err)
{
    struct leftovers leftovers = {tree, report, context, remove};
    return rc_file_each(tree->folder, tree->suffix, look_at, &leftovers, err);
}

rowcall_status rc_output_tree_write(const struct rc_output_tree *tree,
                                    rc_output_report_fn report, void *context,
                                    rowcall_error *err)
{
    struct rc_buf path = {0};
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < tree->count; i++) {
        bool changed = false;
        st = join(tree, tree->files[i].path, &path, err);
        if (st == ROWCALL_OK) {
            st = rc_file_write(path.data, tree->files[i].bytes, &changed, err);
        }
        if (changed) {
            report(context, "wrote", path.data);
        }
    }
    rc_buf_fini(&path);
    return st == ROWCALL_OK ? visit_leftovers(tree, report, context, true, err) : st;
}

rowcall_status rc_output_tree_check(const struct rc_output_tree *tree,
                                    rc_output_report_fn report, void *context,
                                    rowcall_error *err)
{
    struct rc_buf path = {0};
    struct rc_buf now = {0};
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < tree->count; i++) {
        rowcall_error absent = {0};
        rc_buf_clear(&now);
        st = join(tree, tree->files[i].path, &path, err);
        if (st != ROWCALL_OK) {
            break;
        }
        if (rc_file_read(path.data, &now, &absent) != ROWCALL_OK) {
            report(context, "missing", path.data);
        } else if (!rc_view_equal(rc_buf_view(&now), tree->files[i].bytes)) {
            report(context, "differs", path.data);
        }
    }
    rc_buf_fini(&path);
    rc_buf_fini(&now);
    return st == ROWCALL_OK ? visit_leftovers(tree, report, context, false, err) : st;
}
