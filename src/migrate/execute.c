// SPDX-License-Identifier: Apache-2.0
//
// Steps without a record.
#include "migrate/execute.h"

#include "base/buf.h"
#include "migrate/migrator.h"

#include <stdio.h>

struct work {
    struct rc_migrator migrator;
    struct rc_steps steps;
    struct rc_step_failure failure;
    size_t done;
    bool in_transaction;
};

static rowcall_status run(struct work *work, rowcall_error *cause)
{
    struct rc_pg_sync *conn = work->migrator.conn;
    rowcall_status st = work->steps.is_enclosed
                            ? rc_pg_sync_exec(conn, "begin", NULL, NULL, cause)
                            : ROWCALL_OK;
    while (st == ROWCALL_OK && work->done < work->steps.count) {
        st = rc_migrator_is_interrupted(&work->migrator)
                 ? rc_error_set(cause, ROWCALL_CANCELLED, "interrupted")
                 : rc_migrator_run(&work->migrator, &work->steps, work->done, &work->failure,
                                   cause);
        work->done += st == ROWCALL_OK;
    }
    work->in_transaction = rc_pg_sync_in_transaction(conn);
    if (st == ROWCALL_OK && work->in_transaction) {
        st = work->steps.is_enclosed
                 ? rc_pg_sync_exec(conn, "commit", NULL, NULL, cause)
                 : rc_error_set(cause, ROWCALL_FAILED_PRECONDITION,
                                "it leaves its transaction open, which is rolled back");
    }
    if (st != ROWCALL_OK && work->failure.cause.kind == RC_PG_ERROR_NONE) {
        rc_pg_error_set(&work->failure.cause, RC_PG_ERROR_INVALID, ROWCALL_OUTCOME_UNSPECIFIED,
                        "%s", cause->message);
    }
    return st;
}

static rowcall_status explain(struct work *work, const char *name, rowcall_error *err)
{
    bool interrupted = rc_migrator_is_interrupted(&work->migrator);
    bool is_alive = rc_pg_sync_is_alive(work->migrator.conn);
    struct rc_buf told = {0};
    struct rc_buf lines = {0};
    rowcall_status st = !is_alive     ? ROWCALL_UNAVAILABLE
                        : interrupted ? ROWCALL_CANCELLED
                                      : ROWCALL_FAILED_PRECONDITION;
    rc_step_failure_print(&work->failure, &work->steps, name, &lines);
    rc_migrator_report(&work->migrator, RC_DEPLOY_FAILED, lines.data ? lines.data : "", 0);
    rc_step_failure_tell(&work->failure, &work->steps, name, &told);
    if (!is_alive) {
        rc_buf_append_text(&told, "; the connection was lost: what became of it is unknown");
    } else if (work->steps.is_enclosed && work->in_transaction) {
        rc_buf_append_text(&told, "; it was rolled back: nothing of it stays");
    } else if (work->steps.is_enclosed) {
        rc_buf_append_text(&told,
                           "; it had ended its transaction itself: what it committed stays");
    } else {
        rc_buf_printf(&told,
                      "; outside of a transaction: what the statements before it did "
                      "(%zu) stays",
                      work->done);
    }
    rc_error_set(err, st, "%s%s", interrupted ? "interrupted: " : "",
                 told.data ? told.data : "");
    if (err) {
        snprintf(err->sqlstate, sizeof err->sqlstate, "%s", work->failure.cause.sqlstate);
    }
    rc_buf_fini(&told);
    rc_buf_fini(&lines);
    return st;
}

rowcall_status rc_execute(const struct rc_deploy *deploy, const char *name, const char *sql,
                          rowcall_error *err)
{
    struct rc_arena arena;
    struct work work = {0};
    rowcall_error cause = {0};
    rc_arena_init(&arena, 0);
    rowcall_status st = rc_steps_of(sql, &arena, &work.steps, err);
    st = st ? st
            : rc_migrator_open(deploy, RC_MIGRATOR_WITHOUT_LOCK, &arena, &work.migrator, err);
    st = st ? st : rc_migrator_prepare(&work.migrator, err);
    if (st == ROWCALL_OK && run(&work, &cause) != ROWCALL_OK) {
        st = explain(&work, name, err);
    }
    rc_migrator_close(&work.migrator);
    rc_arena_fini(&arena);
    return st;
}
