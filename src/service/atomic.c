// SPDX-License-Identifier: Apache-2.0
//
// Atomic envelopes. Everything is prepared before anything is sent, so a wrong request costs no
// connection. From acquire on all happens on the loop's thread, one callback after the other.
#include "service/atomic.h"

#include "base/clock.h"
#include "service/errors.h"
#include "service/references.h"
#include "service/service_internal.h"

#include <stdio.h>

// Before the first retry; doubled before each other one, up to the longest.
#define DELAY_FIRST_US INT64_C(4000)
#define DELAY_MAX_US   INT64_C(250000)

// One for each connection that may be of no use, lost or with plans of tables as they were;
// each is closed.
enum { STALE_MAX = 16 };

// Segments on the connection at once: fewer than it takes (pg/pool.h, inflight_calls).
enum { IN_FLIGHT_MAX = 32 };

// ---- the end

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
    rowcall_error shared = *err;         // the last finish gives the exchange away
    size_t count = exchange->call_count; // likewise
    for (size_t i = 0; i < count; i++) {
        exchange->calls[i].err = shared;
        rc_call_finish(&exchange->calls[i]);
    }
}

// Nothing of it holds, and nothing of it is under way.
static void give_up(struct rc_exchange *exchange)
{
    if (exchange->atomic.err.status != ROWCALL_OK) {
        finish_all(exchange, &exchange->atomic.err);
    } else {
        finish_failed(exchange, ROWCALL_OUTCOME_ROLLED_BACK);
    }
}

static void give_back(struct rc_atomic *atomic)
{
    struct rc_pg_conn *conn = atomic->conn;
    atomic->conn = NULL;
    if (conn) { // rolls back what is open
        rc_pg_conn_release(conn, atomic->stale);
    }
}

// The pool is closing: the connection is no longer ours to give back.
static void note_shutdown(struct rc_atomic *atomic, const struct rc_pg_error *error)
{
    if (error && error->kind == RC_PG_ERROR_SHUTDOWN) {
        atomic->conn = NULL;
    }
}

// ---- once more

static void acquire(struct rc_exchange *exchange);

// Why nothing holds: the transaction's own failure, or that of a call.
static const rowcall_error *cause_of(const struct rc_exchange *exchange)
{
    const struct rc_atomic *atomic = &exchange->atomic;
    return atomic->err.status != ROWCALL_OK ? &atomic->err
                                            : &exchange->calls[atomic->failed].err;
}

static bool is_conflict(const rowcall_error *err)
{
    return strcmp(err->sqlstate, "40001") == 0 || strcmp(err->sqlstate, "40P01") == 0;
}

// The delay before the next attempt, half to fully as long, so that those who met once do not
// meet again.
static int64_t choose_delay(const struct rc_atomic *atomic, int64_t now_us)
{
    int64_t delay_us = DELAY_FIRST_US << (atomic->retries < 16 ? atomic->retries : 16);
    delay_us = delay_us < DELAY_MAX_US ? delay_us : DELAY_MAX_US;
    uint64_t noise = ((uint64_t)now_us ^ (uintptr_t)atomic) * UINT64_C(0x9e3779b97f4a7c15);
    return delay_us / 2 + (int64_t)((noise >> 32) % (uint64_t)(delay_us / 2 + 1));
}

static void try_again(struct rc_pg_timer *timer)
{
    struct rc_exchange *exchange = timer->user;
    struct rc_atomic *atomic = &exchange->atomic;
    // Looked at here: once it is set, the pools may be closed as soon as this thread is idle.
    if (atomic_load(&exchange->service->stopping)) {
        give_up(exchange);
        return;
    }
    for (size_t i = 0; i < exchange->call_count; i++) {
        rc_call_rewind(&exchange->calls[i]);
    }
    atomic->err = (rowcall_error){0};
    atomic->failed = exchange->call_count;
    acquire(exchange);
}

// Whether all of it is executed once more; then that is under way.
static bool retry(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    const rowcall_error *cause = cause_of(exchange);
    int64_t now_us = rc_clock_now_us();
    int64_t at_us = now_us;
    if (is_conflict(cause) && atomic->retries < exchange->envelope.max_retries) {
        at_us = now_us + choose_delay(atomic, now_us);
        atomic->retries++;
    } else if (atomic->stale && atomic->stales < STALE_MAX) {
        atomic->stales++;
    } else {
        return false;
    }
    if (at_us >= atomic->deadline_us || cause->outcome == ROWCALL_OUTCOME_UNKNOWN) {
        return false;
    }
    atomic->timer = (struct rc_pg_timer){.on_time = try_again, .user = exchange};
    rc_pg_timer_set(exchange->service->timers, &atomic->timer, at_us);
    return true;
}

static void end_rolled_back(struct rc_exchange *exchange)
{
    give_back(&exchange->atomic);
    if (!retry(exchange)) {
        give_up(exchange);
    }
}

// ---- BEGIN and COMMIT

// A connection that was lost while nobody used it: BEGIN finds out, before anything is
// executed.
static void note_stale(struct rc_atomic *atomic, const struct rc_pg_error *error)
{
    atomic->stale |= !atomic->begun && error->kind == RC_PG_ERROR_CONNECTION;
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
        .deadline_us = atomic->deadline_us,
        .control = true,
        .on_result = on_result,
        .on_done = on_done,
        .user = exchange,
    };
    rowcall_status st = rc_pg_conn_submit(atomic->conn, &atomic->control, &error);
    if (st != ROWCALL_OK) {
        note_shutdown(atomic, &error);
        note_stale(atomic, &error);
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
    if (error) { // a constraint or a conflict that is found at the end, or the connection
        rc_error_from_pg(error, exchange->calls[0].method->model, &atomic->err);
    }
    note_shutdown(atomic, error);
    if (atomic->err.status != ROWCALL_OK) {
        end_rolled_back(exchange); // or unknown, which is not tried again
        return;
    }
    give_back(atomic);
    size_t count = exchange->call_count; // the last finish gives the exchange away
    for (size_t i = 0; i < count; i++) {
        rc_call_finish(&exchange->calls[i]);
    }
}

// Every segment has ended.
static void decide(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    bool held = atomic->err.status == ROWCALL_OK && atomic->failed == exchange->call_count;
    if (held &&
        submit_control(exchange, "commit", on_commit_result, on_committed) != ROWCALL_OK) {
        atomic->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK; // it was never asked to commit
        held = false;
    }
    if (!held) {
        end_rolled_back(exchange);
    }
}

// ---- calls

static void advance(struct rc_exchange *exchange);

static void note_failure(struct rc_call *call)
{
    struct rc_atomic *atomic = &call->exchange->atomic;
    size_t index = (size_t)(call - call->exchange->calls);
    if (index < atomic->failed) {
        atomic->failed = index;
    }
}

static void on_begun(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_exchange *exchange = segment->user;
    struct rc_atomic *atomic = &exchange->atomic;
    if (error) {
        note_shutdown(atomic, error);
        note_stale(atomic, error);
        rc_error_from_pg(error, NULL, &atomic->err);
        atomic->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    }
    atomic->begun = !error;
    atomic->pending--;
    advance(exchange);
}

static void on_call_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_exchange *exchange = call->exchange;
    note_shutdown(&exchange->atomic, error);
    exchange->atomic.stale |= error && rc_pg_error_is_stale_plan(error);
    if (rc_call_conclude(call, error) != ROWCALL_OK) {
        note_failure(call);
    }
    exchange->atomic.pending--;
    advance(exchange);
}

static bool send_call(struct rc_call *call)
{
    struct rc_atomic *atomic = &call->exchange->atomic;
    struct rc_pg_error error = {0};
    if (call->references && rc_references_load(call) != ROWCALL_OK) {
        return false;
    }
    call->sent_us = call->sent_us > 0 ? call->sent_us : rc_clock_now_us();
    if (call->answered) {
        call->concluded = true;
        return true;
    }
    call->segment.deadline_us = atomic->deadline_us;
    call->segment.read_only = false; // part of a transaction: never sent again on its own
    call->segment.on_done = on_call_done;
    if (rc_pg_conn_submit(atomic->conn, &call->segment, &error) != ROWCALL_OK) {
        note_shutdown(atomic, &error);
        (void)rc_call_conclude(call, &error); // kept in call->err
        return false;
    }
    atomic->pending++;
    return true;
}

// Calls go out one behind the other, without waiting: after a failure PostgreSQL refuses the
// rest. They wait for room, for values that they refer to, and for a BEGIN that may fail, since
// without it each would hold by itself.
static bool is_ready(const struct rc_call *call)
{
    const struct rc_exchange *exchange = call->exchange;
    bool begun =
        exchange->atomic.begun || !rc_transaction_mode_is_set(&exchange->envelope.mode);
    return begun && exchange->atomic.pending < IN_FLIGHT_MAX &&
           (!call->references || rc_references_are_ready(call));
}

// Sends what can be sent; what the transaction comes to when nothing is under way.
static void advance(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    while (atomic->err.status == ROWCALL_OK && atomic->failed == exchange->call_count &&
           atomic->next < exchange->call_count && is_ready(&exchange->calls[atomic->next])) {
        struct rc_call *call = &exchange->calls[atomic->next++];
        if (!send_call(call)) {
            note_failure(call);
        }
    }
    if (atomic->pending == 0) {
        decide(exchange);
    }
}

static void on_acquired(struct rc_pg_acquire *acquire, struct rc_pg_conn *conn,
                        const struct rc_pg_error *error)
{
    struct rc_exchange *exchange = acquire->user;
    struct rc_atomic *atomic = &exchange->atomic;
    if (error) {
        rc_error_from_pg(error, NULL, &atomic->err);
        finish_all(exchange, &atomic->err);
        return;
    }
    atomic->conn = conn;
    if (submit_control(exchange, rc_transaction_mode_sql(&exchange->envelope.mode), NULL,
                       on_begun) == ROWCALL_OK) {
        atomic->pending++;
    }
    advance(exchange);
}

static void acquire(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    struct rc_pg_error error = {0};
    atomic->next = 0;
    atomic->pending = 0;
    atomic->begun = false;
    atomic->stale = false;
    atomic->acquire = (struct rc_pg_acquire){
        .deadline_us = atomic->deadline_us, .on_done = on_acquired, .user = exchange};
    if (rc_pg_pool_acquire(exchange->calls[0].database->pool, &atomic->acquire, &error) !=
        ROWCALL_OK) {
        rc_error_from_pg(&error, NULL, &atomic->err);
        finish_all(exchange, &atomic->err);
    }
}

// ---- before BEGIN

static rowcall_status check_call(struct rc_call *call)
{
    const struct rc_exchange *exchange = call->exchange;
    const struct rc_database *first = exchange->calls[0].database;
    if (call->builtin) {
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "%.*s cannot be part of an atomic envelope",
                            rc_view_arg(call->head->method));
    }
    if (call->head->transaction.len > 0) {
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "an atomic envelope is a transaction of its own: leave the call's "
                            "transaction empty, or send the calls without atomic");
    }
    if (call->database != first) {
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "an atomic envelope runs on one database: this call is on %s, "
                            "calls[0] on %s",
                            call->database->scope->name, first->scope->name);
    }
    return ROWCALL_OK;
}

// What the transaction's mode does not permit; known once the call is loaded.
static rowcall_status check_mode(struct rc_call *call)
{
    if (!call->exchange->envelope.mode.read_only || call->read_only) {
        return ROWCALL_OK;
    }
    rc_error_set(&call->err, ROWCALL_FAILED_PRECONDITION,
                 "%s writes or locks, and the envelope says read_only", call->method->name);
    rc_error_detail(&call->err, "P2028", NULL, NULL);
    return ROWCALL_FAILED_PRECONDITION;
}

static rowcall_status prepare_call(struct rc_call *call)
{
    rowcall_status st = rc_call_find(call);
    if (st == ROWCALL_OK) {
        st = check_call(call);
    }
    if (st == ROWCALL_OK) {
        st = call->head->reference_count > 0 ? rc_references_check(call)
                                             : rc_call_load(call, call->head->request);
    }
    return st == ROWCALL_OK ? check_mode(call) : st;
}

// All calls, checked and encoded. False: the one that failed has its error.
static bool prepare_calls(struct rc_exchange *exchange)
{
    struct rc_atomic *atomic = &exchange->atomic;
    atomic->failed = exchange->call_count;
    for (size_t i = 0; i < exchange->call_count; i++) {
        struct rc_call *call = &exchange->calls[i];
        if (prepare_call(call) != ROWCALL_OK) {
            atomic->failed = i;
            return false;
        }
        if (atomic->deadline_us == 0 || call->deadline_us < atomic->deadline_us) {
            atomic->deadline_us = call->deadline_us;
        }
    }
    return true;
}

rowcall_status rc_atomic_check(const struct rc_envelope *envelope, rowcall_error *err)
{
    const char *lonely = rc_transaction_mode_is_set(&envelope->mode)
                             ? "isolation_level and read_only are"
                         : envelope->max_retries > 0 ? "max_retries is"
                                                     : NULL;
    if (lonely && !envelope->atomic) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%s for an atomic envelope: set atomic, too", lonely);
    }
    if (envelope->max_retries > RC_ATOMIC_RETRIES_MAX) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "max_retries: %u is more than %d",
                            envelope->max_retries, RC_ATOMIC_RETRIES_MAX);
    }
    return ROWCALL_OK;
}

bool rc_atomic_is_needed(const struct rc_envelope *envelope)
{
    const struct rc_envelope_call *first = &envelope->calls[0];
    bool more = rc_transaction_mode_is_set(&envelope->mode) || envelope->max_retries > 0;
    bool refused = first->transaction.len > 0 || first->reference_count > 0;
    return envelope->atomic && (envelope->call_count > 1 || more || refused);
}

void rc_atomic_start(struct rc_exchange *exchange)
{
    exchange->atomic = (struct rc_atomic){0};
    if (prepare_calls(exchange)) {
        acquire(exchange);
    } else {
        finish_failed(exchange, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
}
