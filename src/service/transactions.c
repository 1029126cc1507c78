// SPDX-License-Identifier: Apache-2.0
//
// The life of interactive transactions, from Begin until their connection is given back.
#include "service/transactions.h"

#include "base/clock.h"
#include "base/log.h"
#include "service/errors.h"
#include "service/service_internal.h"
#include "service/transaction.h"
#include "wire/writer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// Prisma's.
enum { DEFAULT_TIMEOUT_MS = 5000, DEFAULT_WAIT_MS = 2000 };

// So many connections may be lost under a Begin before it fails.
enum { LOSSES_MAX = 16 };

rowcall_status rc_transaction_refuse(rowcall_error *err, rowcall_status status,
                                     const char *format, ...)
{
    char message[sizeof(err->message)];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    *err = (rowcall_error){0};
    rc_error_set(err, status, "%s", message);
    rc_error_detail(err, "P2028", NULL, NULL);
    err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    return status;
}

// ---- the end

void rc_transaction_end(struct rc_transaction *transaction, enum rc_transaction_end end)
{
    struct rc_transactions *owner = transaction->owner;
    if (transaction->end == RC_TRANSACTION_OPEN) {
        transaction->end = end;
        rc_transaction_table_end(&owner->table, &transaction->entry, end);
        rc_pg_timer_set(owner->options.timers, &transaction->timer, 0);
    }
}

void rc_transaction_settle(struct rc_transaction *transaction)
{
    struct rc_transactions *owner = transaction->owner;
    if (transaction->end == RC_TRANSACTION_OPEN || transaction->pending > 0 ||
        transaction->beginner) {
        return;
    }
    (void)rc_pg_timer_cancel(owner->options.timers, &transaction->timer);
    if (transaction->conn) {
        rc_pg_conn_release(transaction->conn, transaction->dirty);
    }
    struct rc_transaction **at = &owner->live;
    while (*at != transaction) {
        at = &(*at)->next_live;
    }
    *at = transaction->next_live;
    rc_streams_free(transaction->streams);
    free(transaction);
    (void)pthread_cond_broadcast(&owner->changed);
}

void rc_transaction_note_loss(struct rc_transaction *transaction,
                              const struct rc_pg_error *error)
{
    if (error->kind == RC_PG_ERROR_SHUTDOWN) { // the handle is dead
        transaction->conn = NULL;
        rc_transaction_end(transaction, RC_TRANSACTION_STOPPED);
    } else if (error->kind == RC_PG_ERROR_CONNECTION) {
        rc_transaction_end(transaction, RC_TRANSACTION_LOST);
    }
}

static void log_expiry(const struct rc_transaction *transaction)
{
    rc_log(RC_LOG_WARN, transaction->database->subject,
           transaction->entry.is_stream ? "stream expired" : "transaction expired", "peer",
           "%llu", (unsigned long long)transaction->entry.peer, "timeout_ms", "%u",
           transaction->entry.timeout_ms, (char *)NULL);
}

static void on_time(struct rc_pg_timer *timer)
{
    struct rc_transaction *transaction = timer->user;
    struct rc_transactions *owner = transaction->owner;
    rc_transactions_lock(owner);
    if (transaction->end == RC_TRANSACTION_OPEN && !transaction->ending) {
        log_expiry(transaction);
        rc_transaction_end(transaction, RC_TRANSACTION_EXPIRED);
    }
    struct rc_call *refused = rc_transaction_let_in(transaction);
    rc_transaction_settle(transaction);
    rc_transactions_unlock(owner);
    rc_transaction_finish(refused);
}

// Ends one from outside. A Begin that is under way finds out when it comes back; a COMMIT is
// not interrupted.
static void doom(struct rc_transaction *transaction, enum rc_transaction_end end, bool cancel)
{
    if (transaction->end != RC_TRANSACTION_OPEN || transaction->ending) {
        return;
    }
    if (cancel && transaction->conn && transaction->pending > 0) {
        // The cancel may arrive when that statement is done, so nobody else may have one there.
        (void)rc_pg_conn_cancel(transaction->conn, NULL);
        transaction->dirty = true;
    }
    rc_transaction_end(transaction, end);
}

void rc_transactions_peer_gone(struct rc_transactions *transactions, uint64_t peer)
{
    rc_transactions_lock(transactions);
    for (struct rc_transaction *at = transactions->live; at; at = at->next_live) {
        if (at->entry.peer == peer) {
            doom(at, RC_TRANSACTION_PEER_GONE, true);
        }
    }
    rc_transactions_unlock(transactions);
}

void rc_transactions_stop(struct rc_transactions *transactions)
{
    rc_transactions_lock(transactions);
    transactions->stopping = true;
    for (struct rc_transaction *at = transactions->live; at; at = at->next_live) {
        doom(at, RC_TRANSACTION_STOPPED, false);
    }
    rc_transactions_unlock(transactions);
}

static bool is_any_idle(const struct rc_transactions *transactions)
{
    const struct rc_transaction *at = transactions->live;
    while (at && !(at->conn && at->pending == 0)) {
        at = at->next_live;
    }
    return at != NULL;
}

void rc_transactions_wait(struct rc_transactions *transactions)
{
    rc_transactions_lock(transactions);
    while (is_any_idle(transactions)) {
        (void)pthread_cond_wait(&transactions->changed, &transactions->mutex);
    }
    rc_transactions_unlock(transactions);
}

// ---- Begin

rowcall_status rc_transaction_control(struct rc_call *call)
{
    call->control = rc_arena_new(&call->exchange->arena, struct rc_transaction_control);
    if (!call->control) {
        rc_error_oom(&call->err);
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    return call->err.status;
}

void rc_transaction_word(struct rc_call *call, const char *format, ...)
{
    struct rc_transaction_control *control = call->control;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(control->sql, sizeof(control->sql), format, args);
    va_end(args);
    assert(len > 0 && (size_t)len < sizeof(control->sql));
    control->statement = (struct rc_pg_statement){0, control->sql, (size_t)len};
    control->step = (struct rc_pg_step){.statement = &control->statement};
    call->segment = (struct rc_pg_segment){.steps = &control->step,
                                           .step_count = 1,
                                           .deadline_us = call->deadline_us,
                                           .control = true};
}

rowcall_status rc_transaction_send(struct rc_transaction *transaction, struct rc_call *call,
                                   rc_pg_done_fn on_done, struct rc_pg_error *ret_error)
{
    call->transaction = transaction;
    call->epoch = transaction->epoch;
    call->sent_us = rc_clock_now_us();
    call->segment.read_only = false; // never sent again on its own
    call->segment.anew = transaction->unsure > 0;
    call->segment.on_done = on_done;
    call->segment.user = call;
    rowcall_status st = rc_pg_conn_submit(transaction->conn, &call->segment, ret_error);
    transaction->pending += st == ROWCALL_OK; // its end needs the mutex, too
    return st;
}

// What a BeginRequest asks for.
static void read_begin(const struct rc_call *call, struct rc_transaction *transaction,
                       uint32_t *ret_wait_ms)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    uint32_t timeout_ms = 0;
    uint32_t wait_ms = 0;
    rc_wire_reader_init(&reader, call->head->request);
    while (rc_wire_next(&reader, &value)) {
        switch ((enum rc_begin_number)value.number) {
        case RC_BEGIN_ISOLATION_LEVEL:
            transaction->mode.isolation = (enum rc_isolation)value.scalar;
            break;
        case RC_BEGIN_READ_ONLY:
            transaction->mode.read_only = value.scalar != 0;
            break;
        case RC_BEGIN_TIMEOUT_MS:
            timeout_ms = (uint32_t)value.scalar;
            break;
        case RC_BEGIN_MAX_WAIT_MS:
            wait_ms = (uint32_t)value.scalar;
            break;
        }
    }
    uint32_t max_ms = transaction->owner->options.max_timeout_ms;
    timeout_ms = timeout_ms > 0 ? timeout_ms : DEFAULT_TIMEOUT_MS;
    transaction->entry.timeout_ms = timeout_ms < max_ms ? timeout_ms : max_ms;
    *ret_wait_ms = wait_ms > 0 ? wait_ms : DEFAULT_WAIT_MS;
}

// Adds it, if one more may be.
static rowcall_status add(struct rc_transactions *transactions,
                          struct rc_transaction *transaction, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    rc_transactions_lock(transactions);
    size_t count = rc_transaction_table_count(&transactions->table, transaction->entry.peer);
    if (transactions->stopping) {
        st = rc_error_set(err, ROWCALL_UNAVAILABLE, "the server is stopping");
    } else if (count >= transactions->options.max_per_peer) {
        st = rc_transaction_refuse(err, ROWCALL_RESOURCE_EXHAUSTED,
                                   "this connection has %zu transactions open, and may not "
                                   "have more: end one first",
                                   count);
    } else {
        rc_transaction_table_add(&transactions->table, &transaction->entry);
        transaction->next_live = transactions->live;
        transactions->live = transaction;
    }
    rc_transactions_unlock(transactions);
    return st;
}

// The Begin came to nothing, as its call's error says: answers it, and lets go of the
// transaction.
static void fail_begin(struct rc_transaction *transaction)
{
    struct rc_transactions *owner = transaction->owner;
    struct rc_call *call = transaction->beginner;
    rc_transactions_lock(owner);
    transaction->beginner = NULL;
    rc_transaction_end(transaction, RC_TRANSACTION_ROLLED_BACK);
    rc_pg_timer_set(owner->options.timers, &transaction->timer, 0); // clears it away
    rc_transactions_unlock(owner);
    rc_call_finish(call);
}

static void describe_wait(const struct rc_transaction *transaction,
                          const struct rc_pg_error *error, rowcall_error *ret)
{
    if (error->kind != RC_PG_ERROR_TIMEOUT) {
        rc_error_from_pg(error, NULL, ret);
        return;
    }
    rc_transaction_refuse(ret, ROWCALL_RESOURCE_EXHAUSTED,
                          "start timeout: %s had no connection for a transaction within %lld "
                          "ms; try again later",
                          transaction->database->scope->name,
                          (long long)(rc_clock_now_us() - transaction->acquire.since_us) /
                              1000);
}

// The client went, or the server is stopping, while it was begun.
static void describe_doom(const struct rc_transaction *transaction, rowcall_error *ret)
{
    bool stopped = transaction->end == RC_TRANSACTION_STOPPED;
    rc_transaction_refuse(ret, stopped ? ROWCALL_UNAVAILABLE : ROWCALL_ABORTED,
                          stopped ? "the server is stopping" : "its client has gone");
}

// Opens it to its client.
static rowcall_status open_transaction(struct rc_transaction *transaction, rowcall_error *err)
{
    struct rc_transaction_entry *entry = &transaction->entry;
    rowcall_status st = rc_transaction_table_name(entry, err);
    if (st == ROWCALL_OK) {
        transaction->expires_us = rc_clock_now_us() + (int64_t)entry->timeout_ms * 1000;
        rc_pg_timer_set(transaction->owner->options.timers, &transaction->timer,
                        transaction->expires_us);
    }
    return st;
}

// A connection may have been lost while nobody used it, and BEGIN finds out: another one will
// do.
static bool begin_again(struct rc_transaction *transaction, const struct rc_pg_error *error)
{
    struct rc_pg_error refusal;
    if (error->kind != RC_PG_ERROR_CONNECTION || transaction->end != RC_TRANSACTION_OPEN ||
        transaction->losses++ == LOSSES_MAX) {
        return false;
    }
    rc_pg_conn_release(transaction->conn, true);
    transaction->conn = NULL;
    return rc_pg_pool_acquire(transaction->database->pool, &transaction->acquire, &refusal) ==
           ROWCALL_OK;
}

static void on_begun(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_transaction *transaction = call->transaction;
    struct rc_transactions *owner = transaction->owner;
    call->done_us = rc_clock_now_us();
    rc_transactions_lock(owner);
    transaction->pending--;
    if (error && begin_again(transaction, error)) {
        rc_transactions_unlock(owner);
        return;
    }
    transaction->beginner = NULL;
    if (error) {
        rc_error_from_pg(error, NULL, &call->err);
        rc_transaction_note_loss(transaction, error);
        rc_transaction_end(transaction, RC_TRANSACTION_ROLLED_BACK);
    } else if (transaction->end != RC_TRANSACTION_OPEN) {
        describe_doom(transaction, &call->err);
    } else if (open_transaction(transaction, &call->err) == ROWCALL_OK) {
        rc_wire_put_text(call->reply.out, RC_BEGUN_TRANSACTION, transaction->entry.id);
        rc_wire_put_uint(call->reply.out, RC_BEGUN_TIMEOUT_MS, transaction->entry.timeout_ms);
    } else {
        rc_transaction_end(transaction, RC_TRANSACTION_ROLLED_BACK);
    }
    rc_transaction_settle(transaction);
    rc_transactions_unlock(owner);
    rc_call_finish(call);
}

// The first page of a stream that has the transaction for itself.
static void on_stream_begun(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_transaction *transaction = call->transaction;
    struct rc_transactions *owner = transaction->owner;
    rc_transactions_lock(owner);
    transaction->pending--;
    bool again = error && begin_again(transaction, error);
    if (again) {
        rc_stream_restart(call);
    }
    rc_transactions_unlock(owner);
    if (again) {
        return;
    }
    (void)rc_call_conclude(call, error); // kept in call->err
    rc_transactions_lock(owner);
    transaction->beginner = NULL;
    if (transaction->end != RC_TRANSACTION_OPEN && call->err.status == ROWCALL_OK) {
        describe_doom(transaction, &call->err);
    }
    if (error) {
        rc_transaction_note_loss(transaction, error);
    }
    rc_stream_leave(transaction, call);
    rc_transaction_settle(transaction);
    rc_transactions_unlock(owner);
    rc_call_finish(call);
}

static void on_acquired(struct rc_pg_acquire *acquire, struct rc_pg_conn *conn,
                        const struct rc_pg_error *error)
{
    struct rc_transaction *transaction = acquire->user;
    struct rc_transactions *owner = transaction->owner;
    struct rc_call *call = transaction->beginner;
    struct rc_pg_error refusal = {0};
    bool goes_on = false;
    rc_transactions_lock(owner);
    transaction->conn = conn;
    if (error) {
        describe_wait(transaction, error, &call->err);
    } else if (transaction->end != RC_TRANSACTION_OPEN) {
        describe_doom(transaction, &call->err);
    } else if (rc_transaction_send(transaction, call, call->stream ? on_stream_begun : on_begun,
                                   &refusal) == ROWCALL_OK ||
               begin_again(transaction, &refusal)) {
        goes_on = true;
    } else {
        rc_error_from_pg(&refusal, NULL, &call->err);
        rc_transaction_note_loss(transaction, &refusal);
    }
    rc_transactions_unlock(owner);
    if (!goes_on) {
        fail_begin(transaction);
    }
}

static struct rc_transaction *new_transaction(struct rc_call *call)
{
    struct rc_transaction *transaction = calloc(1, sizeof(*transaction));
    if (!transaction) {
        rc_error_oom(&call->err);
        return NULL;
    }
    transaction->owner = call->exchange->service->transactions;
    transaction->database = call->database;
    transaction->beginner = call;
    transaction->entry.peer = call->exchange->request.peer;
    transaction->timer = (struct rc_pg_timer){.on_time = on_time, .user = transaction};
    transaction->acquire = (struct rc_pg_acquire){
        .deadline_us = call->deadline_us, .on_done = on_acquired, .user = transaction};
    return transaction;
}

// Asks for the connection of one that was added. From then on it may be doomed at any time, but
// it is ours until it was acquired.
static void acquire(struct rc_transaction *transaction, struct rc_call *call)
{
    struct rc_pg_error error = {0};
    if (rc_pg_pool_acquire(call->database->pool, &transaction->acquire, &error) != ROWCALL_OK) {
        describe_wait(transaction, &error, &call->err);
        fail_begin(transaction);
    }
}

void rc_transactions_begin(struct rc_call *call)
{
    struct rc_transaction *transaction = new_transaction(call);
    uint32_t wait_ms = 0;
    if (!transaction) {
        rc_call_finish(call);
        return;
    }
    read_begin(call, transaction, &wait_ms);
    int64_t wait_until_us = rc_clock_now_us() + (int64_t)wait_ms * 1000;
    if (wait_until_us < call->deadline_us) {
        transaction->acquire.deadline_us = wait_until_us;
    }
    if (rc_transaction_control(call) != ROWCALL_OK ||
        add(transaction->owner, transaction, &call->err) != ROWCALL_OK) {
        free(transaction);
        rc_call_finish(call);
        return;
    }
    rc_transaction_word(call, "%s", rc_transaction_mode_sql(&transaction->mode));
    acquire(transaction, call);
}

// Names it at once: the first page has a token.
static rowcall_status add_stream(struct rc_transaction *transaction, struct rc_call *call)
{
    rowcall_status st = rc_transaction_table_name(&transaction->entry, &call->err);
    if (st == ROWCALL_OK) {
        memcpy(call->stream->transaction, transaction->entry.id, sizeof(transaction->entry.id));
        st = rc_stream_add(transaction, call);
    }
    return st;
}

void rc_transactions_begin_stream(struct rc_call *call)
{
    struct rc_transaction *transaction = new_transaction(call);
    if (!transaction) {
        rc_call_finish(call);
        return;
    }
    struct rc_transactions *owner = transaction->owner;
    transaction->entry.is_stream = true;
    transaction->entry.timeout_ms = owner->options.max_timeout_ms;
    transaction->mode = (struct rc_transaction_mode){.isolation = RC_ISOLATION_REPEATABLE_READ,
                                                     .read_only = true};
    if (add(owner, transaction, &call->err) != ROWCALL_OK) {
        free(transaction);
        rc_call_finish(call);
        return;
    }
    rc_transactions_lock(owner);
    rowcall_status st = add_stream(transaction, call);
    rc_transactions_unlock(owner);
    if (st == ROWCALL_OK) {
        acquire(transaction, call);
    } else {
        fail_begin(transaction);
    }
}

uint32_t rc_transactions_next_stream(struct rc_transactions *transactions)
{
    return atomic_fetch_add_explicit(&transactions->last_stream, 1, memory_order_relaxed) + 1;
}

// ---- all of them

rowcall_status rc_transactions_new(const struct rc_transactions_options *options,
                                   struct rc_transactions **ret_transactions,
                                   rowcall_error *err)
{
    struct rc_transactions *transactions = calloc(1, sizeof(*transactions));
    if (!transactions) {
        return rc_error_oom(err);
    }
    transactions->options = *options;
    (void)pthread_mutex_init(&transactions->mutex, NULL);
    (void)pthread_cond_init(&transactions->changed, NULL);
    rowcall_status st = rc_transaction_table_init(&transactions->table, err);
    if (st != ROWCALL_OK) {
        rc_transactions_free(transactions);
        return st;
    }
    *ret_transactions = transactions;
    return ROWCALL_OK;
}

void rc_transactions_free(struct rc_transactions *transactions)
{
    if (!transactions) {
        return;
    }
    rc_transactions_lock(transactions);
    while (transactions->live) { // those whose time to be cleared away has come
        (void)pthread_cond_wait(&transactions->changed, &transactions->mutex);
    }
    rc_transactions_unlock(transactions);
    rc_transaction_table_fini(&transactions->table);
    (void)pthread_cond_destroy(&transactions->changed);
    (void)pthread_mutex_destroy(&transactions->mutex);
    free(transactions);
}

size_t rc_transactions_count(struct rc_transactions *transactions)
{
    rc_transactions_lock(transactions);
    size_t count = transactions->table.open_count;
    rc_transactions_unlock(transactions);
    return count;
}
