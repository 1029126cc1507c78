// SPDX-License-Identifier: Apache-2.0
//
// Finding the engine's contracts.
#include "bin/contracts.h"

#include "bin/child.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

rowcall_status rc_contracts_find(const char *proto_dir, struct rc_arena *arena,
                                 const char **ret_folder, rowcall_error *err)
{
    char self[PATH_MAX];
    const char *own = rc_arena_printf(arena, "%s/rowcall/schema.proto", proto_dir);
    *ret_folder = NULL;
    if (!own || access(own, F_OK) == 0) {
        return own ? ROWCALL_OK : rc_error_oom(err);
    }
    rowcall_status st = rc_child_self(self, sizeof self, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    *strrchr(self, '/') = '\0'; // an absolute path has one
    const char *folder = rc_arena_printf(arena, "%s/../share/rowcall/proto", self);
    const char *there =
        folder ? rc_arena_printf(arena, "%s/rowcall/schema.proto", folder) : NULL;
    if (!there) {
        return rc_error_oom(err);
    }
    if (access(there, F_OK) != 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "%s is missing; copy the folder proto/rowcall of Rowcall's source "
                            "there",
                            own);
    }
    *ret_folder = folder;
    return ROWCALL_OK;
}
