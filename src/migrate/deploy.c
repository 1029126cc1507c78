// SPDX-License-Identifier: Apache-2.0
//
// The course of a deploy: connect (creating the database), lock, compare folder and history,
// apply.
#include "migrate/deploy.h"

#include "base/clock.h"
#include "migrate/database.h"
#include "migrate/history.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define ADVISORY_LOCK "72707369" // Prisma's number

struct run {
    const struct rc_deploy *deploy;
    struct rc_pg_sync *conn;
    struct rc_arena arena;
    struct rc_migration_folder folder;
    struct rc_history history;
    size_t applied;
};

static void report(const struct run *run, enum rc_deploy_event event, const char *text,
                   int64_t elapsed_us)
{
    if (run->deploy->report) {
        run->deploy->report(run->deploy->context, event, text, elapsed_us);
    }
}

// ---- the lock

static rowcall_status try_lock(struct run *run, bool *ret_locked, rowcall_error *err)
{
    struct rc_pg_result *result = NULL;
    rowcall_status st = rc_pg_sync_exec(
        run->conn, "select pg_try_advisory_lock(" ADVISORY_LOCK ")", NULL, &result, err);
    if (st == ROWCALL_OK) {
        *ret_locked = strcmp(rc_pg_result_text(result, 0, 0), "t") == 0;
    }
    rc_pg_result_free(result);
    return st;
}

// "rowcall migrate, backend 4711, for 3 s"
static const char *lock_holder(struct run *run)
{
    static const char sql[] =
        "select coalesce(nullif(a.application_name, ''), 'a client') || ', backend ' || l.pid "
        "||"
        " ', connected for ' || extract(epoch from now() - a.backend_start)::int || ' s'"
        " from pg_locks l join pg_stat_activity a on a.pid = l.pid"
        " where l.locktype = 'advisory' and l.granted and l.objid = " ADVISORY_LOCK
        " and l.database = (select oid from pg_database where datname = current_database()) "
        "limit 1";
    struct rc_pg_result *result = NULL;
    rowcall_error ignored = {0};
    const char *holder = NULL;
    if (rc_pg_sync_exec(run->conn, sql, NULL, &result, &ignored) == ROWCALL_OK &&
        rc_pg_result_row_count(result) == 1) {
        holder = rc_arena_strdup(&run->arena, rc_pg_result_text(result, 0, 0));
    }
    rc_pg_result_free(result);
    return holder ? holder : "another session";
}

static rowcall_status take_lock(struct run *run, rowcall_error *err)
{
    static const struct timespec pause = {0, 100 * 1000 * 1000};
    int64_t end = rc_clock_now_us() + (int64_t)run->deploy->lock_wait_ms * 1000;
    bool locked = false;
    bool told = false;
    rowcall_status st = try_lock(run, &locked, err);
    while (st == ROWCALL_OK && !locked) {
        if (rc_clock_now_us() >= end) {
            rc_error_set(
                err, ROWCALL_DEADLINE_EXCEEDED,
                "another migration is running (%s); the lock was not free within %u ms",
                lock_holder(run), run->deploy->lock_wait_ms);
            rc_error_detail(err, "P1002", NULL, NULL);
            return ROWCALL_DEADLINE_EXCEEDED;
        }
        if (!told) {
            report(run, RC_DEPLOY_WAITING, lock_holder(run), 0);
            told = true;
        }
        nanosleep(&pause, NULL);
        st = try_lock(run, &locked, err);
    }
    return st;
}

// ---- one migration

// The line of a character position in the file.
static int line_of(const char *sql, int position)
{
    int line = 1;
    for (int at = 1; *sql && at < position; sql++) {
        line += *sql == '\n';
        at += ((unsigned char)*sql & 0xc0) != 0x80; // characters, not bytes
    }
    return line;
}

struct failure {
    bool in_script;    // a statement of the file failed: its position is one in the file
    bool was_enclosed; // until then everything was in our transaction
};

static const char *outcome(const struct run *run, const struct failure *failure)
{
    if (!rc_pg_sync_is_alive(run->conn)) {
        return "the connection was lost: if it took effect all the same, it is recorded as "
               "finished";
    }
    return failure->was_enclosed
               ? "it was rolled back and is recorded as failed"
               : "it is recorded as failed, but had ended its transaction itself: what it "
                 "committed stays";
}

// What PostgreSQL said, for people and for the logs column.
static rowcall_status explain_failure(struct run *run, const struct rc_migration *migration,
                                      const char *id, const struct failure *failure,
                                      rowcall_error *err)
{
    const struct rc_pg_error *cause = rc_pg_sync_last_error(run->conn);
    char where[32] = "";
    char logs[2048];
    if (failure->in_script && cause->position > 0) {
        snprintf(where, sizeof where, ":%d", line_of(migration->sql, cause->position));
    }
    snprintf(logs, sizeof logs, "%s/migration.sql%s: %s %s: %s%s%s", migration->name, where,
             cause->severity, cause->sqlstate, cause->message, *cause->detail ? "; " : "",
             cause->detail);
    rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                 "%s/%s; %s. Mend it, mark it as rolled back in _prisma_migrations, and deploy "
                 "again",
                 run->deploy->folder, logs, outcome(run, failure));
    rc_error_detail(err, "P3018", NULL, NULL);
    if (err) {
        snprintf(err->sqlstate, sizeof err->sqlstate, "%s", cause->sqlstate);
    }
    rowcall_error ignored = {0};
    if (rc_pg_sync_exec(run->conn, "rollback", NULL, NULL, &ignored) == ROWCALL_OK &&
        rc_history_fail(run->conn, id, logs, &ignored) != ROWCALL_OK) {
        report(run, RC_DEPLOY_WARNING, ignored.message, 0);
    }
    return ROWCALL_FAILED_PRECONDITION;
}

static rowcall_status apply(struct run *run, const struct rc_migration *migration,
                            rowcall_error *err)
{
    char id[37];
    int64_t start = rc_clock_now_us();
    rowcall_error cause = {0};
    report(run, RC_DEPLOY_APPLYING, migration->name, 0);
    rowcall_status st = rc_history_start(run->conn, migration, id, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    st = rc_pg_sync_exec(run->conn, "begin", NULL, NULL, &cause);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_script(run->conn, migration->sql, &cause);
    }
    struct failure failure = {.in_script = st != ROWCALL_OK};
    if (st == ROWCALL_OK) {
        st = rc_history_finish(run->conn, id, &cause);
    }
    failure.was_enclosed = rc_pg_sync_in_transaction(run->conn);
    if (st == ROWCALL_OK && failure.was_enclosed) {
        st = rc_pg_sync_exec(run->conn, "commit", NULL, NULL, &cause);
    }
    if (st != ROWCALL_OK) {
        return explain_failure(run, migration, id, &failure, err);
    }
    run->applied++;
    report(run, RC_DEPLOY_APPLIED, migration->name, rc_clock_now_us() - start);
    return ROWCALL_OK;
}

// ---- folder and history

static const struct rc_history_entry *recorded(const struct run *run, const char *name)
{
    for (size_t i = 0; i < run->history.count; i++) {
        if (strcmp(run->history.items[i].name, name) == 0) {
            return &run->history.items[i];
        }
    }
    return NULL;
}

static rowcall_status refuse_failed(const struct run *run, rowcall_error *err)
{
    for (size_t i = 0; i < run->history.count; i++) {
        const struct rc_history_entry *entry = &run->history.items[i];
        if (!entry->finished) {
            rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                         "migration %s has failed before, and nothing is applied until that is "
                         "resolved%s%s",
                         entry->name, *entry->logs ? ": " : "", entry->logs);
            rc_error_detail(err, "P3009", NULL, NULL);
            return ROWCALL_FAILED_PRECONDITION;
        }
    }
    return ROWCALL_OK;
}

static void warn(struct run *run, const char *format, const char *name)
{
    const char *mark = strstr(format, "%s");
    const char *text =
        rc_arena_printf(&run->arena, "%.*s%s%s", (int)(mark - format), format, name, mark + 2);
    report(run, RC_DEPLOY_WARNING, text ? text : name, 0);
}

static bool is_in_folder(const struct run *run, const char *name)
{
    for (size_t i = 0; i < run->folder.count; i++) {
        if (strcmp(run->folder.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void warn_of_differences(struct run *run)
{
    for (size_t i = 0; i < run->folder.loose_count; i++) {
        warn(run, "%s is no migration and is left alone", run->folder.loose[i]);
    }
    for (size_t i = 0; i < run->history.count; i++) {
        const struct rc_history_entry *entry = &run->history.items[i];
        if (!is_in_folder(run, entry->name)) {
            warn(run, "migration %s was applied but is not in the folder", entry->name);
        }
    }
    for (size_t i = 0; i < run->folder.count; i++) {
        const struct rc_migration *migration = &run->folder.items[i];
        const struct rc_history_entry *entry = recorded(run, migration->name);
        if (entry && !rc_migration_has_checksum(migration, entry->checksum)) {
            warn(run, "migration %s was edited after it had been applied", migration->name);
        }
    }
}

static rowcall_status apply_pending(struct run *run, rowcall_error *err)
{
    rowcall_status st = rc_history_prepare(run->conn, err);
    if (st == ROWCALL_OK) {
        st = rc_history_read(run->conn, &run->arena, &run->history, err);
    }
    if (st == ROWCALL_OK) {
        st = refuse_failed(run, err);
    }
    if (st == ROWCALL_OK) {
        warn_of_differences(run);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < run->folder.count; i++) {
        if (!recorded(run, run->folder.items[i].name)) {
            st = apply(run, &run->folder.items[i], err);
        }
    }
    return st;
}

static rowcall_status connect_or_create(struct run *run, rowcall_error *err)
{
    rowcall_error cause = {0};
    rowcall_status st =
        rc_pg_sync_open(run->deploy->url, "rowcall migrate", &run->conn, &cause);
    if (st != ROWCALL_OK && strcmp(cause.reason, "P1003") == 0) {
        const char *name = NULL;
        st = rc_database_create(run->deploy->url, &run->arena, &name, err);
        if (st == ROWCALL_OK) {
            report(run, RC_DEPLOY_CREATED_DATABASE, name, 0);
            st = rc_pg_sync_open(run->deploy->url, "rowcall migrate", &run->conn, err);
        }
    } else if (st != ROWCALL_OK && err) {
        *err = cause;
    }
    return st;
}

rowcall_status rc_deploy_run(const struct rc_deploy *deploy, size_t *ret_applied,
                             rowcall_error *err)
{
    struct run run = {.deploy = deploy};
    rc_arena_init(&run.arena, 0);
    rowcall_status st = rc_migration_folder_read(deploy->folder, &run.arena, &run.folder, err);
    if (st == ROWCALL_OK) {
        st = connect_or_create(&run, err);
    }
    if (st == ROWCALL_OK) {
        st = take_lock(&run, err);
    }
    if (st == ROWCALL_OK) {
        st = apply_pending(&run, err); // the lock goes with the connection
    }
    rc_pg_sync_close(run.conn);
    rc_arena_fini(&run.arena);
    *ret_applied = run.applied;
    return st;
}
