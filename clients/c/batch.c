// SPDX-License-Identifier: Apache-2.0
//
// A batch collects encoded calls in one envelope. The first thing that goes wrong while adding
// is kept, and run returns it.
#include "rowcall/batch.h"

#include "client_internal.h"
#include "envelope.h"
#include "response.h"

#include <stdio.h>
#include <stdlib.h>

struct call {
    const rowcall_method *method;
    ProtobufCMessage *response;
    rowcall_error error;
};

struct rowcall_batch {
    rowcall_client *client;
    struct rc_buf envelope;
    struct call *calls;
    size_t count;
    size_t capacity;
    size_t answered;
    rowcall_error problem; // of adding
    bool has_run;
};

rowcall_batch *rowcall_batch_new(rowcall_client *client)
{
    rowcall_batch *batch = calloc(1, sizeof *batch);
    if (batch) {
        batch->client = client;
    }
    return batch;
}

void rowcall_batch_free(rowcall_batch *batch)
{
    if (batch) {
        for (size_t i = 0; i < batch->count; i++) {
            rowcall_free(batch->calls[i].response);
        }
        free(batch->calls);
        rc_buf_fini(&batch->envelope);
        free(batch);
    }
}

static bool reserve(rowcall_batch *batch)
{
    if (batch->count == batch->capacity) {
        size_t capacity = batch->capacity ? batch->capacity * 2 : 16;
        struct call *calls = realloc(batch->calls, capacity * sizeof *calls);
        if (!calls) {
            return false;
        }
        batch->calls = calls;
        batch->capacity = capacity;
    }
    batch->calls[batch->count] = (struct call){0};
    return true;
}

size_t rowcall_batch_add(rowcall_batch *batch, rowcall_handle handle,
                         const rowcall_method *method, const ProtobufCMessage *request,
                         const rowcall_call_options *options)
{
    if (!batch) {
        return 0;
    }
    if (!reserve(batch)) {
        rc_error_oom(&batch->problem);
        return batch->count;
    }
    if (!batch->client || handle.client != batch->client) {
        rc_error_set(&batch->problem, ROWCALL_INVALID_ARGUMENT,
                     "call %zu (%s) is on a handle of another client than the batch's",
                     batch->count, method->name);
    } else if (rc_envelope_add_call(&batch->envelope, handle.database, method, request, options,
                                    rc_client_timeout(batch->client, options),
                                    &batch->problem) == ROWCALL_OK) {
        batch->calls[batch->count].method = method;
    }
    return batch->count++;
}

// ---- running

static rowcall_status take_reply(void *context, const rowcall_error *result,
                                 struct rc_view response, rowcall_error *err)
{
    rowcall_batch *batch = context;
    if (batch->answered == batch->count) {
        return rc_error_set(err, ROWCALL_INTERNAL, "more answers than calls");
    }
    struct call *call = &batch->calls[batch->answered++];
    call->error = *result;
    if (result->status == ROWCALL_OK &&
        rc_response_unpack(call->method->response, response, &call->response, &call->error) !=
            ROWCALL_OK) {
        call->error.outcome = ROWCALL_OUTCOME_UNKNOWN;
    }
    return ROWCALL_OK;
}

// The batch as a whole failed: every call has this error.
static void fail_all(rowcall_batch *batch, const rowcall_error *cause)
{
    for (size_t i = 0; i < batch->count; i++) {
        rowcall_free(batch->calls[i].response);
        batch->calls[i].response = NULL;
        batch->calls[i].error = *cause;
    }
}

static rowcall_status exchange(rowcall_batch *batch, bool atomic, rowcall_error *err)
{
    struct rc_buf reply = {0};
    rc_envelope_finish(&batch->envelope, atomic, rc_client_token(batch->client));
    rowcall_status st = rc_buf_status(&batch->envelope, err);
    if (st == ROWCALL_OK) {
        st = rc_client_send(batch->client, rc_buf_view(&batch->envelope), 0, &reply, err);
    } else {
        err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    if (st == ROWCALL_OK) {
        st = rc_envelope_read(rc_buf_view(&reply), take_reply, batch, err);
    }
    if (st == ROWCALL_OK && batch->answered < batch->count) {
        if (batch->answered == 1 && batch->calls[0].error.status != ROWCALL_OK) {
            // A lone reply to several calls is the server refusing the envelope.
            *err = batch->calls[0].error;
            st = err->status;
        } else {
            st = rc_error_set(err, ROWCALL_INTERNAL, "%zu calls, but %zu answers", batch->count,
                              batch->answered);
            err->outcome = ROWCALL_OUTCOME_UNKNOWN;
        }
    }
    rc_buf_fini(&reply);
    return st;
}

// The first call that failed, as the batch's error.
static rowcall_status summarise(const rowcall_batch *batch, rowcall_error *err)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct call *call = &batch->calls[i];
        if (call->error.status != ROWCALL_OK) {
            *err = call->error;
            return rc_error_wrap(err, "call %zu (%s)", i, call->method->name);
        }
    }
    return ROWCALL_OK;
}

rowcall_status rowcall_batch_run(rowcall_batch *batch, rowcall_batch_mode mode,
                                 rowcall_error *err)
{
    rowcall_error own = {0};
    rowcall_status st = ROWCALL_OK;
    if (!batch) {
        st = rc_error_oom(&own);
        own.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    } else if (batch->has_run) {
        st = rc_error_set(&own, ROWCALL_FAILED_PRECONDITION, "the batch has run already");
        own.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    } else {
        batch->has_run = true;
        if (batch->problem.status != ROWCALL_OK) {
            own = batch->problem;
            own.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
            st = own.status;
        } else if (batch->count) {
            st = exchange(batch, mode == ROWCALL_BATCH_ATOMIC, &own);
        }
        if (st != ROWCALL_OK) {
            fail_all(batch, &own);
        } else {
            st = summarise(batch, &own);
        }
    }
    if (err) {
        *err = own;
    }
    return st;
}

size_t rowcall_batch_count(const rowcall_batch *batch)
{
    return batch ? batch->count : 0;
}

const void *rowcall_batch_response(const rowcall_batch *batch, size_t i)
{
    return batch && i < batch->count ? batch->calls[i].response : NULL;
}

const rowcall_error *rowcall_batch_error(const rowcall_batch *batch, size_t i)
{
    static const rowcall_error absent = {.status = ROWCALL_INVALID_ARGUMENT,
                                         .outcome = ROWCALL_OUTCOME_NOT_EXECUTED,
                                         .message = "there is no such call in the batch"};
    return batch && i < batch->count ? &batch->calls[i].error : &absent;
}
