// SPDX-License-Identifier: Apache-2.0
//
// The course of a deploy: read the folder, connect and lock, apply what is pending.
#include "migrate/deploy.h"

#include "migrate/pending.h"

rowcall_status rc_deploy_run(const struct rc_deploy *deploy, size_t *ret_applied,
                             rowcall_error *err)
{
    struct rc_arena arena;
    struct rc_migration_folder folder = {0};
    struct rc_migrator migrator = {0};
    *ret_applied = 0;
    rc_arena_init(&arena, 0);
    rowcall_status st = rc_migration_folder_read(deploy->folder, &arena, &folder, err);
    st = st ? st : rc_migrator_open(deploy, RC_MIGRATOR_CREATE, &arena, &migrator, err);
    st = st ? st : rc_pending_apply(&migrator, &folder, ret_applied, err);
    rc_migrator_close(&migrator); // the lock goes with the connection
    rc_arena_fini(&arena);
    return st;
}
