// SPDX-License-Identifier: Apache-2.0
//
// What is done in an interactive transaction: calls, savepoints, its end by its client. What is
// sent is in PostgreSQL's hands in the order in which it was admitted here, under the mutex.
#include "service/transaction.h"

#include "base/clock.h"
#include "service/errors.h"
#include "service/service_internal.h"

#include <stdio.h>

static struct rc_transactions *transactions_of(const struct rc_call *call)
{
    return call->exchange->service->transactions;
}

// The call's transaction, if it may be used now. Mutex held.
static rowcall_status find(struct rc_call *call, struct rc_view id,
                           struct rc_transaction **ret_transaction)
{
    struct rc_transaction_entry *entry = NULL;
    rowcall_status st = rc_transaction_table_find(
        &transactions_of(call)->table, id, call->exchange->request.peer, &entry, &call->err);
    if (st != ROWCALL_OK) {
        return st;
    }
    struct rc_transaction *transaction = (struct rc_transaction *)entry; // its first member
    if (entry->is_stream && !(call->stream && call->head->transaction.len == 0)) {
        return rc_transaction_refuse(&call->err, ROWCALL_NOT_FOUND,
                                     "no transaction of this id was begun on this connection");
    }
    if (transaction->ending) {
        return rc_transaction_refuse(&call->err, ROWCALL_ABORTED,
                                     "the transaction is being ended already");
    }
    *ret_transaction = transaction;
    return ROWCALL_OK;
}

static rowcall_status refuse_failed(const struct rc_transaction *transaction,
                                    rowcall_error *err)
{
    return rc_transaction_refuse(err, ROWCALL_ABORTED,
                                 "the transaction has failed with %s: roll it back, or back to "
                                 "a savepoint",
                                 transaction->failure);
}

// ---- failures

static void fail(struct rc_transaction *transaction, const struct rc_call *call)
{
    if (transaction->failed || call->epoch != transaction->epoch) {
        return;
    }
    transaction->failed = true;
    (void)snprintf(transaction->failure, sizeof(transaction->failure), "%.*s (%s)",
                   rc_view_arg(call->head->method),
                   call->err.reason[0] != '\0' ? call->err.reason
                                               : rowcall_status_name(call->err.status));
}

// Tells a failure that is the transaction's, rather than the call's, as such.
static void describe_failure(const struct rc_transaction *transaction, bool is_raw,
                             const struct rc_pg_error *error, rowcall_error *err)
{
    rowcall_outcome outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    if (transaction->end == RC_TRANSACTION_EXPIRED ||
        (err->status == ROWCALL_DEADLINE_EXCEEDED &&
         rc_clock_now_us() >= transaction->expires_us)) {
        rc_transaction_refuse(err, ROWCALL_ABORTED,
                              "the transaction expired after %u ms, while this was executed",
                              transaction->entry.timeout_ms);
    } else if (rc_pg_error_is(error, "25P02") && transaction->failed) {
        refuse_failed(transaction, err);
        outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    } else if (!is_raw && rc_pg_error_is_stale_plan(error)) { // raw SQL is never prepared
        *err = (rowcall_error){0};
        rc_error_set(err, ROWCALL_ABORTED,
                     "the tables have changed since the server last used them on this "
                     "connection: run the transaction again");
        rc_error_detail(err, "P2034", NULL, NULL);
    }
    err->outcome = outcome; // nothing of a transaction holds that was not committed
}

// A call of the transaction has come back. Mutex held.
static void note_end(struct rc_transaction *transaction, struct rc_call *call,
                     const struct rc_pg_error *error)
{
    bool refused = call->err.status == ROWCALL_NOT_FOUND ||
                   call->err.status == ROWCALL_FAILED_PRECONDITION;
    if (error && transaction->entry.is_stream) { // its failure is the stream's end
        rc_transaction_note_loss(transaction, error);
    } else if (error) {
        describe_failure(transaction, call->raw != NULL, error, &call->err);
        fail(transaction, call);
        rc_transaction_note_loss(transaction, error);
    } else if (call->err.status != ROWCALL_OK && !refused && !call->read_only) {
        // It wrote, and the client cannot know what. A COMMIT that is under way may still hold.
        call->err.outcome =
            transaction->ending ? ROWCALL_OUTCOME_UNKNOWN : ROWCALL_OUTCOME_ROLLED_BACK;
        fail(transaction, call);
    }
}

// A call has come back: others may follow it, and it is answered. Mutex held; released here.
static void leave(struct rc_transaction *transaction, struct rc_call *call)
{
    struct rc_transactions *owner = transaction->owner;
    struct rc_call *refused = rc_transaction_let_in(transaction);
    rc_transaction_settle(transaction);
    rc_transactions_unlock(owner);
    rc_call_finish(call);
    rc_transaction_finish(refused);
}

// ---- calls

static void on_call_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_transaction *transaction = call->transaction;
    (void)rc_call_conclude(call, error); // kept in call->err
    rc_transactions_lock(transaction->owner);
    transaction->pending--;
    note_end(transaction, call, error);
    if (call->stream) {
        rc_stream_leave(transaction, call);
    }
    leave(transaction, call);
}

static rowcall_status check_call(const struct rc_transaction *transaction, struct rc_call *call)
{
    if (call->database != transaction->database) {
        rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                     "the transaction was begun on %s: this call is on %s",
                     transaction->database->scope->name, call->database->scope->name);
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        return ROWCALL_INVALID_ARGUMENT;
    }
    if (transaction->failed) {
        return refuse_failed(transaction, &call->err);
    }
    if (transaction->mode.read_only && !call->read_only && call->method) {
        return rc_transaction_refuse(&call->err, ROWCALL_FAILED_PRECONDITION,
                                     "%s writes or locks, and the transaction is read-only",
                                     call->method->name);
    }
    return ROWCALL_OK;
}

// Why a segment was not taken; the transaction may be over because of it. Mutex held.
static void describe_refusal(struct rc_transaction *transaction, struct rc_call *call,
                             struct rc_view id, const struct rc_pg_error *error)
{
    rc_transaction_note_loss(transaction, error);
    if (error->kind == RC_PG_ERROR_TIMEOUT && rc_clock_now_us() >= transaction->expires_us) {
        rc_transaction_end(transaction, RC_TRANSACTION_EXPIRED);
    }
    if (transaction->end == RC_TRANSACTION_OPEN) {
        rc_error_from_pg(error, NULL, &call->err);
    } else {
        (void)find(call, id, &transaction); // tells how it ended
    }
}

static struct rc_view id_of(const struct rc_call *call)
{
    return call->stream ? rc_view_of(call->stream->transaction) : call->head->transaction;
}

// What a call on a stream needs from its transaction.
static rowcall_status enter_stream(struct rc_transaction *transaction, struct rc_call *call)
{
    if (!transaction->entry.is_stream && call->head->transaction.len == 0) {
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "page_token: its stream is part of a transaction: name that in the "
                            "call");
    }
    return rc_stream_enter(transaction, call);
}

static bool enter_call(struct rc_call *call)
{
    struct rc_transaction *transaction = NULL;
    struct rc_view id = id_of(call);
    struct rc_pg_error error = {0};
    rowcall_status st = find(call, id, &transaction);
    if (st != ROWCALL_OK && call->stream) {
        rc_stream_enter_ended(call);
    }
    if (st == ROWCALL_OK) {
        st = check_call(transaction, call);
    }
    if (st == ROWCALL_OK && call->stream) {
        st = enter_stream(transaction, call);
    }
    if (st != ROWCALL_OK || call->answered) {
        return false;
    }
    if (transaction->expires_us < call->segment.deadline_us) {
        call->segment.deadline_us = transaction->expires_us;
    }
    transaction->dirty |= call->raw != NULL; // its session may be any
    st = rc_transaction_send(transaction, call, on_call_done, &error);
    if (st != ROWCALL_OK) {
        describe_refusal(transaction, call, id, &error);
        if (call->stream) {
            rc_stream_leave(transaction, call);
        }
    }
    return st == ROWCALL_OK;
}

void rc_transactions_run(struct rc_call *call)
{
    rc_transaction_enter(call, id_of(call), enter_call);
}

// ---- Commit and Rollback

// What the requests of these methods hold, in one.
struct wish {
    struct rc_view id;
    struct rc_view savepoint;
    bool release;
};

static struct wish read_wish(struct rc_view request)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct wish wish = {0};
    rc_wire_reader_init(&reader, request);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_TRANSACTION_ID) {
            wish.id = value.bytes;
        } else if (value.number == RC_SAVEPOINT_NAME) { // in a RollbackRequest, too
            wish.savepoint = value.bytes;
        } else {
            wish.release = value.scalar != 0;
        }
    }
    return wish;
}

static void note_tag(struct rc_pg_segment *segment, int step, const struct rc_pg_result *result)
{
    const struct rc_call *call = segment->user;
    (void)step;
    call->transaction->held = strcmp(rc_pg_result_tag(result), "COMMIT") == 0;
}

// Mutex held.
static void conclude_commit(struct rc_transaction *transaction, struct rc_call *call,
                            const struct rc_pg_error *error)
{
    enum rc_transaction_end end = RC_TRANSACTION_COMMITTED;
    if (error) {
        rc_error_from_pg(error, NULL, &call->err);
        end = RC_TRANSACTION_ROLLED_BACK;
        if (error->outcome == ROWCALL_OUTCOME_UNKNOWN) {
            end = RC_TRANSACTION_UNKNOWN;
        } else {
            call->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
        }
    } else if (!transaction->held) {
        rc_transaction_refuse(&call->err, ROWCALL_ABORTED,
                              "the transaction was rolled back because %s had failed in it",
                              transaction->failed ? transaction->failure : "a call");
        call->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
        end = RC_TRANSACTION_ROLLED_BACK;
    }
    rc_transaction_end(transaction, end);
    if (error) {
        rc_transaction_note_loss(transaction, error);
    }
}

static void on_committed(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_transaction *transaction = call->transaction;
    call->done_us = rc_clock_now_us();
    rc_transactions_lock(transaction->owner);
    transaction->pending--;
    conclude_commit(transaction, call, error);
    leave(transaction, call);
}

// However it went: no COMMIT will ever be sent.
static void on_rolled_back(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_transaction *transaction = call->transaction;
    call->done_us = rc_clock_now_us();
    rc_transactions_lock(transaction->owner);
    transaction->pending--;
    rc_transaction_end(transaction, RC_TRANSACTION_ROLLED_BACK);
    if (error) {
        rc_transaction_note_loss(transaction, error);
    }
    leave(transaction, call);
}

// Sends what ends the transaction.
static bool enter_end(struct rc_call *call, bool commit)
{
    struct rc_transaction *transaction = NULL;
    struct rc_pg_error error = {0};
    struct rc_view id = read_wish(call->head->request).id;
    if (find(call, id, &transaction) != ROWCALL_OK) {
        return false;
    }
    // A failure may be one that PostgreSQL knows nothing of.
    rc_transaction_word(call, commit && !transaction->failed ? "commit" : "rollback");
    call->segment.on_result = note_tag;
    if (rc_transaction_send(transaction, call, commit ? on_committed : on_rolled_back,
                            &error) == ROWCALL_OK) {
        transaction->ending = true;
        return true;
    }
    describe_refusal(transaction, call, id, &error);
    bool lost = error.kind == RC_PG_ERROR_CONNECTION || error.kind == RC_PG_ERROR_SHUTDOWN;
    if (lost && !commit) { // it is rolled back
        call->err = (rowcall_error){0};
    }
    return false;
}

static bool enter_commit(struct rc_call *call)
{
    return enter_end(call, true);
}

static bool enter_rollback(struct rc_call *call)
{
    return enter_end(call, false);
}

// Executes a method of Transactions, which all have statements of their own.
static void run_control(struct rc_call *call, bool (*enter)(struct rc_call *call))
{
    if (rc_transaction_control(call) == ROWCALL_OK) {
        rc_transaction_enter(call, read_wish(call->head->request).id, enter);
    } else {
        rc_call_finish(call);
    }
}

void rc_transactions_commit(struct rc_call *call)
{
    run_control(call, enter_commit);
}

// ---- savepoints

static void on_savepoint_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_transaction *transaction = call->transaction;
    call->done_us = rc_clock_now_us();
    rc_transactions_lock(transaction->owner);
    transaction->pending--;
    transaction->unsure -= call->goes_back;
    if (error) {
        rc_error_from_pg(error, NULL, &call->err);
        note_end(transaction, call, error);
        rc_savepoints_drop(&transaction->savepoints, call->savepoint);
    }
    leave(transaction, call);
}

// The statement for what is wished, in the words of PostgreSQL. Mutex held.
static rowcall_status word_savepoint(struct rc_transaction *transaction, struct rc_call *call,
                                     const struct wish *wish, bool back)
{
    struct rc_savepoints *savepoints = &transaction->savepoints;
    const char *verb = back            ? "rollback to savepoint"
                       : wish->release ? "release savepoint"
                                       : "savepoint";
    uint32_t number = 0;
    bool sets = !back && !wish->release;
    rowcall_status st =
        sets ? rc_savepoints_set(savepoints, wish->savepoint, &number, &call->err)
             : rc_savepoints_return(savepoints, wish->savepoint, !back, &number, &call->err);
    if (st != ROWCALL_OK) {
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        return st;
    }
    rc_transaction_word(call, "%s s%u", verb, number);
    call->savepoint = sets ? number : 0;
    call->goes_back = back;
    return ROWCALL_OK;
}

static bool enter_savepoint(struct rc_call *call, bool back)
{
    struct rc_transaction *transaction = NULL;
    struct rc_pg_error error = {0};
    struct wish wish = read_wish(call->head->request);
    rowcall_status st = find(call, wish.id, &transaction);
    if (st == ROWCALL_OK && transaction->failed && !back) {
        st = refuse_failed(transaction, &call->err);
    }
    if (st == ROWCALL_OK) {
        st = word_savepoint(transaction, call, &wish, back);
    }
    if (st != ROWCALL_OK) {
        return false;
    }
    if (transaction->expires_us < call->segment.deadline_us) {
        call->segment.deadline_us = transaction->expires_us;
    }
    if (back) { // what was sent before may fail still, and is undone
        transaction->failed = false;
        transaction->epoch++;
    }
    if (rc_transaction_send(transaction, call, on_savepoint_done, &error) == ROWCALL_OK) {
        transaction->unsure += back;
        return true;
    }
    rc_savepoints_drop(&transaction->savepoints, call->savepoint);
    describe_refusal(transaction, call, wish.id, &error);
    return false;
}

static bool enter_set_or_release(struct rc_call *call)
{
    return enter_savepoint(call, false);
}

static bool enter_way_back(struct rc_call *call)
{
    return enter_savepoint(call, true);
}

void rc_transactions_savepoint(struct rc_call *call)
{
    run_control(call, enter_set_or_release);
}

void rc_transactions_rollback(struct rc_call *call)
{
    bool back = read_wish(call->head->request).savepoint.len > 0;
    run_control(call, back ? enter_way_back : enter_rollback);
}
