// SPDX-License-Identifier: Apache-2.0
//
// Interactive transactions: the calls of the service Transactions, and the function run between
// two of them.
#include "rowcall/transaction.h"

#include "client_internal.h"
#include "wire/writer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

// As in proto/rowcall/transactions.proto.
enum {
    BEGIN_ISOLATION_LEVEL = 1,
    BEGIN_READ_ONLY = 2,
    BEGIN_TIMEOUT_MS = 3,
    BEGIN_MAX_WAIT_MS = 4,
    TRANSACTION_ID = 1,
    ROLLBACK_SAVEPOINT = 2,
    SAVEPOINT_NAME = 2,
    SAVEPOINT_RELEASE = 3,
};

enum {
    ROLLBACK_TIMEOUT_MS = 2000, // the server rolls back by itself before long
    DELAY_FIRST_MS = 4,         // before the function is run again, doubled each time
    DELAY_MAX_MS = 250,
};

// ---- one call each

static rowcall_status return_error(const rowcall_error *own, rowcall_error *err)
{
    if (err) {
        *err = *own;
    }
    return own->status;
}

// The only field of a BeginResponse that matters here.
static rowcall_status read_id(struct rc_view response, char *ret_id, rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, response);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == TRANSACTION_ID && value.type == RC_WIRE_BYTES &&
            value.bytes.len > 0 && value.bytes.len < ROWCALL_TRANSACTION_ID_SIZE) {
            memcpy(ret_id, value.bytes.data, value.bytes.len);
            ret_id[value.bytes.len] = '\0';
            return ROWCALL_OK;
        }
    }
    rc_error_set(err, ROWCALL_INTERNAL, "the server's answer names no transaction");
    err->outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    return ROWCALL_INTERNAL;
}

static void write_begin(const rowcall_transaction_options *options, struct rc_buf *out)
{
    if (!options) {
        return;
    }
    rc_wire_put_uint(out, BEGIN_ISOLATION_LEVEL, (uint64_t)options->isolation);
    rc_wire_put_uint(out, BEGIN_READ_ONLY, options->read_only);
    rc_wire_put_uint(out, BEGIN_TIMEOUT_MS, options->timeout_ms);
    rc_wire_put_uint(out, BEGIN_MAX_WAIT_MS, options->max_wait_ms);
}

rowcall_status rowcall_transaction_begin(rowcall_handle handle,
                                         const rowcall_transaction_options *options,
                                         rowcall_handle *ret_transaction, rowcall_error *err)
{
    rowcall_error own = {0};
    struct rc_buf request = {0};
    struct rc_buf response = {0};
    if (handle.transaction[0] != '\0') {
        rc_error_set(&own, ROWCALL_INVALID_ARGUMENT,
                     "the handle is of a transaction already: use savepoints within it");
        own.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        return return_error(&own, err);
    }
    write_begin(options, &request);
    rowcall_status st = rc_client_call_own(&handle, "Transactions/Begin", rc_buf_view(&request),
                                           0, &response, &own);
    if (st == ROWCALL_OK) {
        st = read_id(rc_buf_view(&response), handle.transaction, &own);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&response);
    if (st != ROWCALL_OK) {
        return return_error(&own, err);
    }
    *ret_transaction = handle;
    return ROWCALL_OK;
}

// A call about the transaction: more is what its request holds besides.
static rowcall_status control(const rowcall_handle *transaction, const char *method,
                              struct rc_view more, uint32_t timeout_ms, rowcall_error *err)
{
    rowcall_error own = {0};
    struct rc_buf request = {0};
    rowcall_status st = ROWCALL_OK;
    if (transaction->transaction[0] == '\0') {
        st = rc_error_set(&own, ROWCALL_INVALID_ARGUMENT, "the handle is of no transaction");
        own.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    } else {
        rc_wire_put_text(&request, TRANSACTION_ID, transaction->transaction);
        rc_buf_append_view(&request, more);
        st = rc_client_call_own(transaction, method, rc_buf_view(&request), timeout_ms, NULL,
                                &own);
    }
    rc_buf_fini(&request);
    return st == ROWCALL_OK ? st : return_error(&own, err);
}

rowcall_status rowcall_transaction_commit(rowcall_handle transaction, rowcall_error *err)
{
    return control(&transaction, "Transactions/Commit", (struct rc_view){NULL, 0}, 0, err);
}

rowcall_status rowcall_transaction_rollback(rowcall_handle transaction, rowcall_error *err)
{
    return control(&transaction, "Transactions/Rollback", (struct rc_view){NULL, 0}, 0, err);
}

// ---- savepoints

static rowcall_status control_savepoint(const rowcall_handle *transaction, const char *method,
                                        const char *name, bool release, rowcall_error *err)
{
    struct rc_buf more = {0};
    _Static_assert((int)SAVEPOINT_NAME == (int)ROLLBACK_SAVEPOINT, "one name for both");
    rc_wire_put_text(&more, SAVEPOINT_NAME, name);
    if (release) {
        rc_wire_put_uint(&more, SAVEPOINT_RELEASE, 1);
    }
    rowcall_status st = control(transaction, method, rc_buf_view(&more), 0, err);
    rc_buf_fini(&more);
    return st;
}

rowcall_status rowcall_savepoint_set(rowcall_handle transaction, const char *name,
                                     rowcall_error *err)
{
    return control_savepoint(&transaction, "Transactions/Savepoint", name, false, err);
}

rowcall_status rowcall_savepoint_release(rowcall_handle transaction, const char *name,
                                         rowcall_error *err)
{
    return control_savepoint(&transaction, "Transactions/Savepoint", name, true, err);
}

rowcall_status rowcall_savepoint_rollback(rowcall_handle transaction, const char *name,
                                          rowcall_error *err)
{
    return control_savepoint(&transaction, "Transactions/Rollback", name, false, err);
}

// ---- a function

// The function has failed: nothing it did will hold, since nobody will ask for it.
static void roll_back(const rowcall_handle *transaction, rowcall_status st, rowcall_error *err)
{
    rowcall_error ignored;
    if (err->status == ROWCALL_OK) {
        rc_error_set(err, st, "the transaction's function returned %s",
                     rowcall_status_name(st));
    }
    if (err->status != ROWCALL_UNAVAILABLE) { // there is nobody to tell
        (void)control(transaction, "Transactions/Rollback", (struct rc_view){NULL, 0},
                      ROLLBACK_TIMEOUT_MS, &ignored);
    }
    err->outcome = ROWCALL_OUTCOME_ROLLED_BACK;
}

static rowcall_status run_once(rowcall_handle handle,
                               const rowcall_transaction_options *options,
                               rowcall_transaction_fn run, void *arg, rowcall_error *err)
{
    rowcall_handle transaction = {0};
    *err = (rowcall_error){0};
    rowcall_status st = rowcall_transaction_begin(handle, options, &transaction, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    st = run(transaction, arg, err);
    if (st != ROWCALL_OK) {
        roll_back(&transaction, st, err);
        return st;
    }
    *err = (rowcall_error){0}; // of a call that the function got over
    return rowcall_transaction_commit(transaction, err);
}

static bool is_conflict(const rowcall_error *err)
{
    return strcmp(err->reason, "P2034") == 0 && err->outcome != ROWCALL_OUTCOME_UNKNOWN;
}

// Half to all of a delay that grows, so that those who met once do not meet again.
static void wait_before_retry(uint32_t retry)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t most_us = (int64_t)DELAY_FIRST_MS * 1000 << (retry < 10 ? retry : 10);
    most_us = most_us < DELAY_MAX_MS * 1000 ? most_us : DELAY_MAX_MS * 1000;
    int64_t delay_us = most_us / 2 + now.tv_nsec / 1000 % (most_us / 2 + 1);
    (void)nanosleep(&(struct timespec){.tv_nsec = delay_us * 1000}, NULL);
}

rowcall_status rowcall_transaction_run(rowcall_handle handle,
                                       const rowcall_transaction_options *options,
                                       rowcall_transaction_fn run, void *arg,
                                       rowcall_error *err)
{
    rowcall_error own = {0};
    uint32_t retries = options ? options->max_retries : 0;
    rowcall_status st = run_once(handle, options, run, arg, &own);
    for (uint32_t i = 0; i < retries && st != ROWCALL_OK && is_conflict(&own); i++) {
        wait_before_retry(i);
        st = run_once(handle, options, run, arg, &own);
    }
    if (err) {
        *err = own;
    }
    return st;
}
