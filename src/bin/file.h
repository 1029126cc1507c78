// SPDX-License-Identifier: Apache-2.0
//
// Whole files: read at once; written to a temporary neighbour and renamed, so that nobody ever
// sees half of one. Errors name the path.
#ifndef RC_BIN_FILE_H
#define RC_BIN_FILE_H

#include "base/buf.h"

// Appends the file's bytes to ret_bytes. NOT_FOUND when there is no such file,
// FAILED_PRECONDITION for other errors.
rowcall_status rc_file_read(const char *path, struct rc_buf *ret_bytes,
                            rowcall_error *err) RC_MUST_CHECK;

// Makes the file hold bytes, its folders included; touches nothing when it does already.
// ret_changed (NULL allowed) says whether it was written.
rowcall_status rc_file_write(const char *path, struct rc_view bytes, bool *ret_changed,
                             rowcall_error *err) RC_MUST_CHECK;

// Calls visit with the path of every regular file below folder whose name ends in suffix, in
// order of path. A missing folder has no files. A failing visit ends the walk.
typedef rowcall_status (*rc_file_fn)(void *context, const char *path, rowcall_error *err);
rowcall_status rc_file_each(const char *folder, const char *suffix, rc_file_fn visit,
                            void *context, rowcall_error *err) RC_MUST_CHECK;

// Removes folder and everything in it.
rowcall_status rc_file_remove_folder(const char *folder, rowcall_error *err) RC_MUST_CHECK;

#endif
