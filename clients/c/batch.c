// SPDX-License-Identifier: Apache-2.0
//
// A batch collects encoded calls, and frames them when it is run. The first thing that goes
// wrong while adding is kept, and run returns it.
#include "rowcall/batch.h"

#include "client_internal.h"
#include "envelope.h"
#include "response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct call {
    const rowcall_method *method;
    struct rc_buf body; // what is sent, but for its frame
    ProtobufCMessage *response;
    rowcall_error error;
};

struct rowcall_batch {
    rowcall_client *client;
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
            rc_buf_fini(&batch->calls[i].body);
        }
        free(batch->calls);
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
    } else if (rc_envelope_put_call(&batch->calls[batch->count].body, &handle, method, request,
                                    options, rc_client_timeout(batch->client, options),
                                    &batch->problem) == ROWCALL_OK) {
        batch->calls[batch->count].method = method;
    }
    return batch->count++;
}

void rowcall_batch_refer(rowcall_batch *batch, size_t call, const char *to, size_t source,
                         const char *from)
{
    if (!batch) {
        return;
    }
    if (call >= batch->count || source >= call) {
        rc_error_set(
            &batch->problem, ROWCALL_INVALID_ARGUMENT,
            "call %zu cannot refer to call %zu: the batch has %zu, and a call refers to "
            "earlier ones",
            call, source, batch->count);
        return;
    }
    rc_envelope_put_reference(&batch->calls[call].body, source, from, to);
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

static rowcall_status write_envelope(const rowcall_batch *batch, bool atomic,
                                     const rowcall_batch_options *options, struct rc_buf *out,
                                     rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < batch->count && st == ROWCALL_OK; i++) {
        st = rc_buf_status(&batch->calls[i].body, err);
        rc_envelope_frame_call(out, rc_buf_view(&batch->calls[i].body));
    }
    if (atomic) {
        rc_envelope_set_atomic(out, options);
    }
    rc_envelope_finish(out, rc_client_token(batch->client));
    st = st == ROWCALL_OK ? rc_buf_status(out, err) : st;
    if (st != ROWCALL_OK) {
        err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    return st;
}

static rowcall_status exchange(rowcall_batch *batch, bool atomic,
                               const rowcall_batch_options *options, rowcall_error *err)
{
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    rowcall_status st = write_envelope(batch, atomic, options, &envelope, err);
    if (st == ROWCALL_OK) {
        st = rc_client_send(batch->client, rc_buf_view(&envelope), 0, &reply, err);
    }
    rc_buf_fini(&envelope);
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

// The first call that failed by itself; in an atomic batch the others only say so (P2028).
static const struct call *find_failure(const rowcall_batch *batch)
{
    const struct call *first = NULL;
    for (size_t i = 0; i < batch->count; i++) {
        const struct call *call = &batch->calls[i];
        bool failed = call->error.status != ROWCALL_OK;
        if (failed && strcmp(call->error.reason, "P2028") != 0) {
            return call;
        }
        first = failed && !first ? call : first;
    }
    return first;
}

// The batch's error, once it was answered.
static rowcall_status summarise(const rowcall_batch *batch, rowcall_error *err)
{
    const struct call *failure = find_failure(batch);
    if (!failure) {
        return ROWCALL_OK;
    }
    *err = failure->error;
    return rc_error_wrap(err, "call %zu (%s)", (size_t)(failure - batch->calls),
                         failure->method->name);
}

static rowcall_status run(rowcall_batch *batch, bool atomic,
                          const rowcall_batch_options *options, rowcall_error *err)
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
            st = exchange(batch, atomic, options, &own);
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

rowcall_status rowcall_batch_run(rowcall_batch *batch, rowcall_batch_mode mode,
                                 rowcall_error *err)
{
    return run(batch, mode == ROWCALL_BATCH_ATOMIC, NULL, err);
}

rowcall_status rowcall_batch_run_atomic(rowcall_batch *batch,
                                        const rowcall_batch_options *options,
                                        rowcall_error *err)
{
    return run(batch, true, options, err);
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
