// SPDX-License-Identifier: Apache-2.0
//
// Atomic envelopes. Everything is prepared before anything is sent, so a wrong request costs no
// connection. From acquire on all happens on the loop's thread, one callback after the other.
#include "service/atomic.h"

#include "base/clock.h"
#include "service/errors.h"
#include "service/service_internal.h"

#include <stdio.h>

// Every call is answered: those without an error of their own say whose fault it was.
static void finish_failed(struct rc_exchange *exchange, rowcall_outcome outcome)
{
    struct rc_atomic *atomic = &exchange->atomic;
    size_t count = exchange->call_count; // the last finish gives the exchange away
    for (size_t i = 0; i < count; i++) {
        struct rc_call *call = &exchange->calls[i];
        if (i != atomic->failed) {
            call->err = (rowcall_error){.status = ROWCALL_ABORTED};
            (void)snprintf(call->err.reason, sizeof(call->err.reason), "P2028");
            (void)snprintf(
                call->err.message, sizeof(call->err.message), "%s because calls[%zu] failed",
                outcome == ROWCALL_OUTCOME_NOT_EXECUTED ? "not executed" : "rolled back",
                atomic->failed);
        }
        call->err.outcome = outcome;
        rc_call_finish(call);
    }
}

// The transaction as a whole came to this.
static void finish_all(struct rc_exchange *exchange, const rowcall_error *err)
{
    size_t count = exchange->call_count; // the last finish gives the exchange away
    for (size_t i = 0; i < count; i++) {
        exchange->calls[i].err = *err;
        rc_call_finish(&exchange->calls[i]);
    }
}

static void give_back(struct rc_atomic *atomic)
{
    struct rc_pg_conn *conn = atomic->conn;
    atomic->conn = NULL;
    if (conn) {
        rc_pg_conn_release(conn, false); // rolls back what is open
    }
}

// The pool is closing: the connection is no longer ours to give back.
static void note_shutdown(struct rc_atomic *atomic, const struct rc_pg_error *error)
{
    if (error && error->kind == RC_PG_ERROR_SHUTDOWN) {
        atomic->conn = NULL;
    }
}

static rowcall_status submit_control(struct rc_exchange *exchange, const char *sql,
                                     rc_pg_result_fn on_result, rc_pg_done_fn on_done)
{
    struct rc_atomic *atomic = &exchange->atomic;
    struct rc_pg_error error = {0};
    atomic->control_statement = (struct rc_pg_statement){0, sql, strlen(sql)};
    atomic->control_step = (struct rc_pg_step){.statement = &atomic->control_statement};
    atomic->control = (struct rc_pg_segment){
        .steps = &atomic->control_step,
        .step_count = 1,
        .deadline_us = atomic->acquire.deadline_us,
        .control = true,
        .on_result = on_result,
        .on_done = on_done,
        .user = exchange,
    };
    rowcall_status st = rc_pg_conn_submit(atomic->conn, &atomic->control, &error);
    if (st != ROWCALL_OK) {
        note_shutdown(atomic, &error);
        rc_error_from_pg(&error, NULL, &atomic->err);
    }
    return st;
}

// A COMMIT that PostgreSQL turned into a ROLLBACK.
static void on_commit_result(struct rc_pg_segment *segment, int step,
                             const struct rc_pg_result *result)
{
    struct rc_exchange *exchange = segment->user;
    (void)step;
    if (strcmp(rc_pg_result_tag(result), "COMMIT") != 0) {
        rc_error_set(&exchange->atomic.err, ROWCALL_ABORTED, "the transaction was rolled back");
        rc_error_detail(&exchange->atomic.err, "P2028", NULL, NULL);
        exchange->atomic.err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    }
}

static void on_committed(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_exchange *exchange = segment->user;
    struct rc_atomic *atomic = &exchange->atomic;
    if (error) { // a constraint that is checked at the end, or the connection
        rc_error_from_pg(error, exchange->calls[0].method->model, &atomic->err);
    }
    note_shutdown(atomic, error);
    give_back(atomic);
    finish_all(exchange, &atomic->err);
}

// Every segment has ended.
static void decide(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    if (atomic->err.status != ROWCALL_OK) { // BEGIN failed
        give_back(atomic);
        finish_all(exchange, &atomic->err);
    } else if (atomic->failed < exchange->call_count) {
        give_back(atomic);
        finish_failed(exchange, ROWCALL_OUTCOME_ROLLED_BACK);
    } else if (submit_control(exchange, "commit", on_commit_result, on_committed) !=
               ROWCALL_OK) {
        give_back(atomic);
        atomic->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK; // it was never asked to commit
        finish_all(exchange, &atomic->err);
    }
}

static void end_segment(struct rc_exchange *exchange)
{
    if (--exchange->atomic.pending == 0) {
        decide(exchange);
    }
}

static void on_begun(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_exchange *exchange = segment->user;
    if (error) {
        note_shutdown(&exchange->atomic, error);
        rc_error_from_pg(error, NULL, &exchange->atomic.err);
        exchange->atomic.err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    }
    end_segment(exchange);
}

static void note_failure(struct rc_call *call)
{
    struct rc_atomic *atomic = &call->exchange->atomic;
    size_t index = (size_t)(call - call->exchange->calls);
    if (index < atomic->failed) {
        atomic->failed = index;
    }
}

static void on_call_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    note_shutdown(&call->exchange->atomic, error);
    if (rc_call_conclude(call, error) != ROWCALL_OK) {
        note_failure(call);
    }
    end_segment(call->exchange);
}

// BEGIN and all calls, one behind the other, without waiting: after a failure PostgreSQL
// refuses the rest.
static void send_calls(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    int64_t now_us = rc_clock_now_us();
    atomic->pending = 1; // held while sending
    if (submit_control(exchange, "begin", NULL, on_begun) == ROWCALL_OK) {
        atomic->pending++;
    }
    for (size_t i = 0; i < exchange->call_count && atomic->err.status == ROWCALL_OK &&
                       atomic->failed == exchange->call_count;
         i++) {
        struct rc_call *call = &exchange->calls[i];
        struct rc_pg_error error = {0};
        call->sent_us = now_us;
        if (call->answered) {
            continue;
        }
        call->segment.on_done = on_call_done;
        if (rc_pg_conn_submit(atomic->conn, &call->segment, &error) == ROWCALL_OK) {
            atomic->pending++;
        } else {
            note_shutdown(atomic, &error);
            (void)rc_call_conclude(call, &error); // kept in call->err
            note_failure(call);
        }
    }
    end_segment(exchange);
}

static void on_acquired(struct rc_pg_acquire *acquire, struct rc_pg_conn *conn,
                        const struct rc_pg_error *error)
{
    struct rc_exchange *exchange = acquire->user;
    if (error) {
        rc_error_from_pg(error, NULL, &exchange->atomic.err);
        finish_all(exchange, &exchange->atomic.err);
        return;
    }
    exchange->atomic.conn = conn;
    send_calls(exchange);
}

// All calls, checked and encoded. False: the one that failed has its error.
static bool prepare_calls(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    atomic->failed = exchange->call_count;
    for (size_t i = 0; i < exchange->call_count; i++) {
        struct rc_call *call = &exchange->calls[i];
        rowcall_status st = rc_call_prepare(call);
        if (st == ROWCALL_OK && !call->database) {
            st = rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                              "%.*s cannot be part of an atomic envelope",
                              rc_view_arg(call->head->method));
        } else if (st == ROWCALL_OK && call->database != exchange->calls[0].database) {
            st = rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                              "an atomic envelope runs on one database: this call is on %s, "
                              "calls[0] on %s",
                              call->database->scope->name,
                              exchange->calls[0].database->scope->name);
        }
        if (st != ROWCALL_OK) {
            atomic->failed = i;
            return false;
        }
        call->segment.read_only = false; // part of a transaction: never sent again on its own
        if (atomic->acquire.deadline_us == 0 ||
            call->deadline_us < atomic->acquire.deadline_us) {
            atomic->acquire.deadline_us = call->deadline_us;
        }
    }
    return true;
}

void rc_atomic_start(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    if (!prepare_calls(exchange)) {
        finish_failed(exchange, ROWCALL_OUTCOME_NOT_EXECUTED);
        return;
    }
    struct rc_pg_error error = {0};
    atomic->acquire.on_done = on_acquired;
    atomic->acquire.user = exchange;
    if (rc_pg_pool_acquire(exchange->calls[0].database->pool, &atomic->acquire, &error) !=
        ROWCALL_OK) {
        rc_error_from_pg(&error, NULL, &atomic->err);
        finish_all(exchange, &atomic->err);
    }
}
