// SPDX-License-Identifier: Apache-2.0
//
// Opening a connection that migrates: creating the database, refusing a pooler, taking the
// lock.
#include "migrate/migrator.h"

#include "base/clock.h"
#include "migrate/database.h"
#include "migrate/lock.h"
#include "migrate/pooler.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define APPLICATION "rowcall migrate"

enum { SECOND_US = 1000000 };

bool rc_migrator_is_interrupted(const struct rc_migrator *migrator)
{
    return migrator->deploy->interrupted && *migrator->deploy->interrupted;
}

void rc_migrator_report(const struct rc_migrator *migrator, enum rc_deploy_event event,
                        const char *text, int64_t elapsed_us)
{
    if (migrator->deploy->report) {
        migrator->deploy->report(migrator->deploy->context, event, text, elapsed_us);
    }
}

const char *rc_migrator_option(const struct rc_deploy *deploy, struct rc_arena *arena)
{
    const char *option =
        deploy->database ? rc_arena_printf(arena, "--db %s", deploy->database) : NULL;
    return option ? option : "--db NAME";
}

// While a statement runs: tells what it is at, and whether to cancel it. Who is in the way of a
// statement that will wait for its lock only shortly has to be seen before it gives up.
static bool watch(void *arg, int64_t since_us)
{
    struct rc_migrator *migrator = arg;
    int64_t timeout_us = (int64_t)migrator->deploy->lock_timeout_ms * 1000;
    int64_t first_us =
        timeout_us > 0 && timeout_us / 2 < SECOND_US ? timeout_us / 2 : SECOND_US;
    const char *text = rc_progress_look(&migrator->progress, since_us, first_us);
    if (text && since_us >= SECOND_US) {
        rc_migrator_report(migrator, RC_DEPLOY_PROGRESS, text, since_us);
    }
    return rc_migrator_is_interrupted(migrator);
}

// ---- connecting

static rowcall_status create_and_connect(struct rc_migrator *migrator, rowcall_error *err)
{
    const char *name = NULL;
    const char *url = migrator->deploy->url;
    rowcall_status st = rc_database_create(url, migrator->arena, &name, err);
    if (st == ROWCALL_OK) {
        rc_migrator_report(migrator, RC_DEPLOY_CREATED_DATABASE, name, 0);
        st = rc_pg_sync_open(url, APPLICATION, &migrator->conn, err);
    }
    return st;
}

static rowcall_status connect(struct rc_migrator *migrator, unsigned flags, rowcall_error *err)
{
    const struct rc_deploy *deploy = migrator->deploy;
    rowcall_error cause = {0};
    rowcall_status st = rc_pg_sync_open(deploy->url, APPLICATION, &migrator->conn, &cause);
    if (st == ROWCALL_OK) {
        return st;
    }
    if (strcmp(cause.reason, "P1003") != 0) {
        rc_error_set(err, st, "%s", cause.message);
        rc_error_detail(err, cause.reason, NULL, NULL);
        return st;
    }
    if (flags & RC_MIGRATOR_CREATE) {
        return create_and_connect(migrator, err);
    }
    rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "%s; `rowcall migrate deploy %s` creates it",
                 cause.message, rc_migrator_option(deploy, migrator->arena));
    rc_error_detail(err, "P1003", NULL, NULL);
    return ROWCALL_FAILED_PRECONDITION;
}

static rowcall_status refuse_pooler(const struct rc_deploy *deploy, rowcall_error *err)
{
    const char *variable = deploy->direct_variable ? deploy->direct_variable : "DIRECT_...";
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                        "the URL leads to a connection pooler that hands sessions around "
                        "(PgBouncer with pool_mode = transaction), where the migrations' lock "
                        "does not hold: set %s to a URL of the database itself, or of a pool "
                        "with pool_mode = session",
                        variable);
}

static rowcall_status check_pooler(struct rc_migrator *migrator, rowcall_error *err)
{
    enum rc_pooler pooler = RC_POOLER_NONE;
    rowcall_status st = rc_pooler_detect(migrator->conn, migrator->deploy->url, &pooler, err);
    if (st == ROWCALL_OK && pooler == RC_POOLER_SHARED) {
        return refuse_pooler(migrator->deploy, err);
    }
    if (st == ROWCALL_OK && pooler == RC_POOLER_SESSIONS) {
        migrator->pooled_pid = migrator->progress.pid;
    }
    return st;
}

// ---- the lock

static rowcall_status fail_lock(struct rc_migrator *migrator, rowcall_error *err)
{
    const char *holder = rc_migration_lock_holder(migrator->conn, migrator->arena);
    rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED,
                 "another migration is running (%s); the lock was not free within %u ms. "
                 "`rowcall migrate status %s` shows what it does, --lock-wait MS waits longer",
                 holder ? holder : "another session", migrator->deploy->lock_wait_ms,
                 rc_migrator_option(migrator->deploy, migrator->arena));
    rc_error_detail(err, "P1002", NULL, NULL);
    return ROWCALL_DEADLINE_EXCEEDED;
}

static rowcall_status take_lock(struct rc_migrator *migrator, rowcall_error *err)
{
    static const struct timespec pause = {0, 100 * 1000 * 1000};
    int64_t end = rc_clock_now_us() + (int64_t)migrator->deploy->lock_wait_ms * 1000;
    bool told = false;
    for (;;) {
        bool locked = false;
        rowcall_status st = rc_migration_lock_try(migrator->conn, &locked, err);
        if (st != ROWCALL_OK || locked) {
            return st;
        }
        if (rc_clock_now_us() >= end) {
            return fail_lock(migrator, err);
        }
        if (rc_migrator_is_interrupted(migrator)) {
            return rc_error_set(err, ROWCALL_CANCELLED,
                                "interrupted while waiting for another migration; nothing was "
                                "changed");
        }
        if (!told) {
            const char *holder = rc_migration_lock_holder(migrator->conn, migrator->arena);
            rc_migrator_report(migrator, RC_DEPLOY_WAITING, holder ? holder : "another session",
                               0);
            told = true;
        }
        nanosleep(&pause, NULL);
    }
}

// ---- the whole

rowcall_status rc_migrator_open(const struct rc_deploy *deploy, unsigned flags,
                                struct rc_arena *arena, struct rc_migrator *ret_migrator,
                                rowcall_error *err)
{
    *ret_migrator = (struct rc_migrator){.deploy = deploy, .arena = arena};
    rowcall_status st = connect(ret_migrator, flags, err);
    if (st == ROWCALL_OK) {
        st = rc_progress_init(&ret_migrator->progress, ret_migrator->conn, deploy->url, err);
    }
    if (st == ROWCALL_OK) {
        st = check_pooler(ret_migrator, err);
    }
    if (st == ROWCALL_OK && !(flags & RC_MIGRATOR_WITHOUT_LOCK)) {
        st = take_lock(ret_migrator, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_history_find(ret_migrator->conn, arena, &ret_migrator->table, err);
    }
    return st;
}

void rc_migrator_close(struct rc_migrator *migrator)
{
    rc_progress_fini(&migrator->progress);
    rc_pg_sync_close(migrator->conn);
    migrator->conn = NULL;
}

static rowcall_status check_backend(struct rc_migrator *migrator, rowcall_error *err)
{
    char pid[16];
    rowcall_status st = rc_pooler_backend(migrator->conn, pid, err);
    if (st == ROWCALL_OK && strcmp(pid, migrator->pooled_pid) != 0) {
        st = refuse_pooler(migrator->deploy, err);
    }
    return st;
}

static rowcall_status limit_locks(struct rc_migrator *migrator, rowcall_error *err)
{
    char limit[16];
    snprintf(limit, sizeof limit, "%u", migrator->deploy->lock_timeout_ms);
    const char *values[] = {limit};
    struct rc_pg_params params = {.count = 1, .values = values};
    return rc_pg_sync_exec(migrator->conn,
                           "select pg_catalog.set_config('lock_timeout', $1, false)", &params,
                           NULL, err);
}

rowcall_status rc_migrator_prepare(struct rc_migrator *migrator, rowcall_error *err)
{
    rowcall_status st = rc_pg_sync_reset(migrator->conn, err);
    if (st == ROWCALL_OK && migrator->deploy->lock_timeout_ms > 0) {
        st = limit_locks(migrator, err);
    }
    if (st == ROWCALL_OK && migrator->pooled_pid) {
        st = check_backend(migrator, err);
    }
    return st;
}

rowcall_status rc_migrator_run(struct rc_migrator *migrator, const struct rc_steps *steps,
                               size_t index, struct rc_step_failure *ret_failure,
                               rowcall_error *err)
{
    rc_progress_restart(&migrator->progress);
    rc_pg_sync_on_wait(migrator->conn, watch, migrator);
    rowcall_status st = rc_steps_run(steps, index, migrator->conn, ret_failure, err);
    rc_pg_sync_on_wait(migrator->conn, NULL,
                       NULL); // records are written, whoever wants to stop
    return st;
}
