// SPDX-License-Identifier: Apache-2.0
//
// Wiping and deploying, under one lock.
#include "migrate/reset.h"

#include "migrate/migrator.h"
#include "migrate/pending.h"
#include "migrate/wipe.h"

static void tell(void *context, const char *text)
{
    rc_migrator_report(context, RC_DEPLOY_DROPPED, text, 0);
}

static rowcall_status wipe(struct rc_migrator *migrator, const char *const *schemas,
                           size_t count, rowcall_error *err)
{
    rowcall_status st = rc_migrator_prepare(migrator, err); // lock_timeout
    st = st ? st : rc_pg_sync_exec(migrator->conn, "begin", NULL, NULL, err);
    st = st ? st
            : rc_wipe(migrator->conn, migrator->table.schema, schemas, count, tell, migrator,
                      err);
    st = st ? st : rc_pg_sync_exec(migrator->conn, "commit", NULL, NULL, err);
    migrator->table.exists = migrator->table.exists && st != ROWCALL_OK;
    return st;
}

rowcall_status rc_reset_run(const struct rc_deploy *deploy, const char *const *schemas,
                            size_t count, size_t *ret_applied, rowcall_error *err)
{
    struct rc_arena arena;
    struct rc_migration_folder folder = {0};
    struct rc_migrator migrator = {0};
    *ret_applied = 0;
    rc_arena_init(&arena, 0);
    rowcall_status st = rc_migration_folder_read(deploy->folder, &arena, &folder, err);
    st = st ? st : rc_migrator_open(deploy, RC_MIGRATOR_CREATE, &arena, &migrator, err);
    st = st ? st : wipe(&migrator, schemas, count, err);
    st = st ? st : rc_pending_apply(&migrator, &folder, ret_applied, err);
    rc_migrator_close(&migrator);
    rc_arena_fini(&arena);
    return st;
}
