// SPDX-License-Identifier: Apache-2.0
//
// One migration: start, steps, success; or what became of it.
#include "migrate/apply.h"

#include "base/buf.h"
#include "base/clock.h"
#include "migrate/invalid_index.h"

#include <stdio.h>
#include <string.h>

struct attempt {
    struct rc_migrator *migrator;
    const struct rc_migration *migration;
    struct rc_steps steps;
    char id[37];
    size_t done; // steps
    struct rc_step_failure failure;
    bool in_transaction;  // one was open at the failure
    bool is_alive;        // the connection was, after it
    const char *unwanted; // invalid indexes; NULL
};

// ---- running

static const char *note_of(const struct attempt *attempt, struct rc_arena *arena)
{
    const struct rc_steps *steps = &attempt->steps;
    const struct rc_step *step = &steps->items[attempt->done];
    if (steps->is_enclosed) {
        return steps->is_whole ? RC_HISTORY_NOTE "in one transaction, unless the file ends it"
                               : RC_HISTORY_NOTE "in one transaction";
    }
    return rc_arena_printf(
        arena, RC_HISTORY_NOTE "statement %zu of %zu, line %d, outside of a transaction: %s",
        attempt->done + 1, steps->count, step->line, step->words);
}

// A failure of ours, or of none in particular.
static rowcall_status blame_nobody(struct attempt *attempt, const char *message,
                                   rowcall_error *cause)
{
    rc_pg_error_set(&attempt->failure.cause, RC_PG_ERROR_INVALID, ROWCALL_OUTCOME_UNSPECIFIED,
                    "%s", message);
    return rc_error_set(cause, ROWCALL_FAILED_PRECONDITION, "%s", message);
}

static rowcall_status blame_record(struct attempt *attempt, rowcall_status st)
{
    if (st != ROWCALL_OK && attempt->failure.cause.kind == RC_PG_ERROR_NONE) {
        attempt->failure.cause = *rc_pg_sync_last_error(attempt->migrator->conn);
        attempt->failure.cause.position = 0; // in a statement that is none of the file's
    }
    return st;
}

static rowcall_status run_step(struct attempt *attempt, rowcall_error *cause)
{
    struct rc_migrator *migrator = attempt->migrator;
    rowcall_status st = ROWCALL_OK;
    if (rc_migrator_is_interrupted(migrator)) {
        return blame_nobody(attempt, "interrupted", cause);
    }
    if (!attempt->steps.is_enclosed && attempt->done > 0) { // the start has noted the first
        const char *note = note_of(attempt, migrator->arena);
        st = blame_record(attempt, rc_history_step(&migrator->table, attempt->id,
                                                   (int)attempt->done, note, cause));
    }
    if (st == ROWCALL_OK) {
        st =
            rc_migrator_run(migrator, &attempt->steps, attempt->done, &attempt->failure, cause);
    }
    attempt->done += st == ROWCALL_OK;
    return st;
}

// The record of success is part of our transaction, where there is one.
static rowcall_status finish(struct attempt *attempt, rowcall_error *cause)
{
    struct rc_migrator *migrator = attempt->migrator;
    const struct rc_steps *steps = &attempt->steps;
    int count = steps->is_enclosed || steps->count == 0 ? 1 : (int)steps->count;
    if (!steps->is_enclosed && rc_pg_sync_in_transaction(migrator->conn)) {
        return blame_nobody(attempt, "the file leaves its transaction open", cause);
    }
    rowcall_status st = rc_pg_sync_reset(migrator->conn, cause);
    if (st == ROWCALL_OK) {
        st = rc_history_finish(&migrator->table, attempt->id, count, cause);
    }
    attempt->in_transaction = rc_pg_sync_in_transaction(migrator->conn);
    if (st == ROWCALL_OK && attempt->in_transaction) {
        st = rc_pg_sync_exec(migrator->conn, "commit", NULL, NULL, cause);
    }
    return blame_record(attempt, st);
}

static rowcall_status run(struct attempt *attempt, rowcall_error *cause)
{
    struct rc_migrator *migrator = attempt->migrator;
    rowcall_status st = ROWCALL_OK;
    if (attempt->steps.is_enclosed) {
        st = blame_record(attempt, rc_pg_sync_exec(migrator->conn, "begin", NULL, NULL, cause));
    }
    while (st == ROWCALL_OK && attempt->done < attempt->steps.count) {
        st = run_step(attempt, cause);
    }
    attempt->in_transaction = rc_pg_sync_in_transaction(migrator->conn);
    return st == ROWCALL_OK ? finish(attempt, cause) : st;
}

// ---- what became of it

// Nothing of it stayed.
static bool is_undone(const struct attempt *attempt)
{
    return attempt->is_alive && attempt->steps.is_enclosed && attempt->in_transaction;
}

// It was no fault of the file's, so that the next deploy may try it again as it is.
static bool is_passing(const struct attempt *attempt)
{
    static const char *const states[] = {
        "55P03", // lock_timeout
        "40P01", // deadlock
        "40001", // serialization
    };
    if (rc_migrator_is_interrupted(attempt->migrator)) {
        return true;
    }
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (rc_pg_error_is(&attempt->failure.cause, states[i])) {
            return true;
        }
    }
    return false;
}

static void append_outcome(const struct attempt *attempt, struct rc_buf *out)
{
    if (is_undone(attempt)) {
        rc_buf_append_text(out, "it was rolled back: nothing of it stays");
    } else if (attempt->steps.is_enclosed) {
        rc_buf_append_text(out, "it had ended its transaction itself: what it committed stays");
    } else if (attempt->done == 0) {
        rc_buf_append_text(out, "it was its first statement: nothing before it was done");
    } else if (attempt->in_transaction) {
        rc_buf_append_text(out,
                           "it had begun a transaction itself, which was rolled back: what "
                           "it did before that stays");
    } else {
        rc_buf_printf(out, "outside of a transaction: what its first %zu statement%s did stays",
                      attempt->done, attempt->done == 1 ? "" : "s");
    }
    if (attempt->unwanted) {
        rc_buf_printf(out, "; invalid, to be dropped or rebuilt: %s", attempt->unwanted);
    }
}

static void append_next(const struct attempt *attempt, bool is_resolved, struct rc_buf *out)
{
    const char *option =
        rc_migrator_option(attempt->migrator->deploy, attempt->migrator->arena);
    const char *name = attempt->migration->name;
    if (is_resolved) {
        rc_buf_printf(out, "`rowcall migrate deploy %s` tries it again", option);
        return;
    }
    rc_buf_printf(out,
                  "%s, then `rowcall migrate resolve %s --rolled-back %s`, then deploy again",
                  is_undone(attempt) ? "mend it" : "undo what stays and mend it", option, name);
}

static rowcall_status write_record(struct attempt *attempt, const char *logs, bool is_resolved,
                                   rowcall_error *err)
{
    struct rc_migrator *migrator = attempt->migrator;
    rowcall_status st = rc_pg_sync_reset(migrator->conn, err);
    if (st == ROWCALL_OK && attempt->done > 0 && !attempt->steps.is_enclosed) {
        st = rc_history_step(&migrator->table, attempt->id, (int)attempt->done, NULL, err);
    }
    return st == ROWCALL_OK
               ? rc_history_fail(&migrator->table, attempt->id, logs, is_resolved, err)
               : st;
}

// Records the failure. A request to cancel that came when the step had just ended hits what
// follows, so that is tried twice.
static void record(struct attempt *attempt, const char *logs, bool is_resolved)
{
    rowcall_error first = {0};
    rowcall_error second = {0};
    if (write_record(attempt, logs, is_resolved, &first) != ROWCALL_OK &&
        write_record(attempt, logs, is_resolved, &second) != ROWCALL_OK) {
        rc_migrator_report(attempt->migrator, RC_DEPLOY_WARNING, second.message, 0);
    }
}

static bool roll_back(struct attempt *attempt)
{
    struct rc_pg_sync *conn = attempt->migrator->conn;
    return rc_pg_sync_is_alive(conn) &&
           (rc_pg_sync_exec(conn, "rollback", NULL, NULL, NULL) == ROWCALL_OK ||
            rc_pg_sync_exec(conn, "rollback", NULL, NULL, NULL) == ROWCALL_OK);
}

static rowcall_status fail_lost(struct attempt *attempt, const char *told, rowcall_error *err)
{
    const struct rc_migrator *migrator = attempt->migrator;
    rc_error_set(err, ROWCALL_UNAVAILABLE,
                 "the connection was lost under %.300s: what became of it is unknown, run "
                 "`rowcall migrate status %s`",
                 told, rc_migrator_option(migrator->deploy, migrator->arena));
    rc_error_detail(err, "P1017", NULL, NULL);
    if (err) {
        err->outcome = ROWCALL_OUTCOME_UNKNOWN;
    }
    return ROWCALL_UNAVAILABLE;
}

static rowcall_status fail_told(struct attempt *attempt, const struct rc_buf *told,
                                bool is_resolved, rowcall_error *err)
{
    bool interrupted = rc_migrator_is_interrupted(attempt->migrator);
    rowcall_status st = interrupted ? ROWCALL_CANCELLED : ROWCALL_FAILED_PRECONDITION;
    struct rc_buf text = {0};
    rc_buf_printf(&text, "%s; ", told->data ? told->data : "");
    append_outcome(attempt, &text);
    rc_buf_append_text(&text, ". Next: ");
    append_next(attempt, is_resolved, &text);
    rc_error_set(err, st, "%s%s", interrupted ? "interrupted: " : "",
                 text.data ? text.data : "");
    rc_error_detail(err, interrupted ? "" : "P3018", NULL, NULL);
    if (err) {
        snprintf(err->sqlstate, sizeof err->sqlstate, "%s", attempt->failure.cause.sqlstate);
    }
    rc_buf_fini(&text);
    return st;
}

static void append_logs(const struct attempt *attempt, struct rc_buf *logs)
{
    const char *blocker = attempt->migrator->progress.blocker;
    rc_step_failure_print(&attempt->failure, &attempt->steps, "migration.sql", logs);
    if (*blocker && rc_pg_error_is(&attempt->failure.cause, "55P03")) {
        rc_buf_printf(logs, "in the way was %s\n", blocker);
    }
    if (rc_migrator_is_interrupted(attempt->migrator)) {
        rc_buf_append_text(logs, "the deploy was told to stop\n");
    }
    append_outcome(attempt, logs);
}

static rowcall_status conclude(struct attempt *attempt, rowcall_error *err)
{
    struct rc_migrator *migrator = attempt->migrator;
    struct rc_buf told = {0};
    struct rc_buf logs = {0};
    rowcall_status st = ROWCALL_OK;
    const char *path = rc_arena_printf(migrator->arena, "%s/%s/migration.sql",
                                       migrator->deploy->folder, attempt->migration->name);
    attempt->is_alive = roll_back(attempt);
    rc_step_failure_tell(&attempt->failure, &attempt->steps, path ? path : "", &told);
    if (!attempt->is_alive) {
        st = fail_lost(attempt, told.data ? told.data : "", err);
    } else {
        const struct rc_step *step = attempt->failure.step;
        bool is_resolved = is_undone(attempt) && is_passing(attempt);
        attempt->unwanted = step && step->builds_index
                                ? rc_invalid_indexes(migrator->conn, migrator->arena)
                                : NULL;
        append_logs(attempt, &logs);
        record(attempt, logs.data, is_resolved);
        rc_migrator_report(migrator, RC_DEPLOY_FAILED, logs.data ? logs.data : "", 0);
        st = fail_told(attempt, &told, is_resolved, err);
    }
    rc_buf_fini(&told);
    rc_buf_fini(&logs);
    return st;
}

// An index that IF NOT EXISTS took for the wanted one may be a failed build's.
static void warn_of_invalid(const struct attempt *attempt)
{
    struct rc_migrator *migrator = attempt->migrator;
    bool builds = false;
    for (size_t i = 0; i < attempt->steps.count; i++) {
        builds = builds || attempt->steps.items[i].builds_index;
    }
    const char *found = builds ? rc_invalid_indexes(migrator->conn, migrator->arena) : NULL;
    const char *text =
        found ? rc_arena_printf(migrator->arena,
                                "invalid, to be dropped or rebuilt (reindex): %s", found)
              : NULL;
    if (text) {
        rc_migrator_report(migrator, RC_DEPLOY_WARNING, text, 0);
    }
}

rowcall_status rc_apply(struct rc_migrator *migrator, const struct rc_migration *migration,
                        rowcall_error *err)
{
    struct attempt attempt = {.migrator = migrator, .migration = migration};
    int64_t start = rc_clock_now_us();
    rowcall_error cause = {0};
    rowcall_status st = rc_steps_of(migration->sql, migrator->arena, &attempt.steps, err);
    if (st == ROWCALL_OK) {
        st = rc_migrator_prepare(migrator, err);
    }
    rc_migrator_report(migrator, RC_DEPLOY_APPLYING, migration->name, 0);
    if (st == ROWCALL_OK) {
        const char *note =
            attempt.steps.count > 0 ? note_of(&attempt, migrator->arena) : RC_HISTORY_NOTE;
        st = rc_history_start(&migrator->table, migration, note, attempt.id, err);
    }
    if (st != ROWCALL_OK) {
        return st;
    }
    if (run(&attempt, &cause) != ROWCALL_OK) {
        return conclude(&attempt, err);
    }
    warn_of_invalid(&attempt);
    rc_migrator_report(migrator, RC_DEPLOY_APPLIED, migration->name, rc_clock_now_us() - start);
    return ROWCALL_OK;
}
