// SPDX-License-Identifier: Apache-2.0
//
// A client is a channel and a few settings; those are immutable once it is open, so threads
// share it without a lock.
#include "rowcall/client.h"

#include "base/clock.h"
#include "channel.h"
#include "client_internal.h"
#include "envelope.h"
#include "rowcall/async.h"
#include "transport/dialer.h"
#include "transport/tasks.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "ipc:///tmp/rowcall.sock"

enum {
    DEFAULT_TIMEOUT_MS = 30000,
    DEFAULT_MAX_CALLS = 4096,
    // How much longer than the server the client waits, so that the server's own answer, which
    // knows the outcome, arrives.
    GRACE_MS = 500,
};

struct rowcall_client {
    struct rc_dialer *dialer;   // the channel's; for envelopes that are built elsewhere
    struct rc_channel *channel; // NULL: the client has not been opened
    char *token;
    uint32_t timeout_ms;
};

static const char *setting(const char *given, const char *variable, const char *fallback)
{
    const char *value = given ? given : getenv(variable);
    return value && *value ? value : fallback;
}

static rowcall_status connect_client(rowcall_client *client,
                                     const rowcall_client_options *options, rowcall_error *err)
{
    const struct rc_dialer_options dialing = {
        .connect_timeout_ms = options->connect_timeout_ms,
        .max_message_bytes = options->max_message_bytes,
        .task_threads = options->nng_threads ? options->nng_threads : rc_tasks_wanted()};
    rowcall_status st = rc_dialer_open(setting(options->url, "ROWCALL_URL", DEFAULT_URL),
                                       &dialing, &client->dialer, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    const struct rc_channel_options carrying = {
        .dialer = client->dialer,
        .token = client->token,
        .max_calls = options->max_calls ? options->max_calls : DEFAULT_MAX_CALLS,
        .shares = options->batching != ROWCALL_BATCHING_OFF};
    st = rc_channel_open(&carrying, &client->channel, err);
    if (st != ROWCALL_OK) {
        (void)rc_dialer_close(client->dialer);
    }
    return st;
}

rowcall_status rowcall_client_open(rowcall_client **ret_client,
                                   const rowcall_client_options *options, rowcall_error *err)
{
    static const rowcall_client_options defaults = {0};
    options = options ? options : &defaults;
    rowcall_client *client = calloc(1, sizeof *client);
    if (!client) {
        return rc_error_oom(err);
    }
    client->timeout_ms = options->timeout_ms ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
    client->token = strdup(setting(options->token, "ROWCALL_TOKEN", ""));
    rowcall_status st = client->token ? ROWCALL_OK : rc_error_oom(err);
    if (st == ROWCALL_OK) {
        st = connect_client(client, options, err);
    }
    if (st != ROWCALL_OK) {
        rowcall_client_close(client);
        return st;
    }
    *ret_client = client;
    return ROWCALL_OK;
}

void rowcall_client_close(rowcall_client *client)
{
    if (client) {
        rc_channel_close(client->channel);
        free(client->token);
        free(client);
    }
}

rowcall_status rowcall_handle_open(rowcall_handle *ret_handle, const char *database,
                                   const rowcall_client_options *options, rowcall_error *err)
{
    rowcall_client *client = NULL;
    rowcall_status st = rowcall_client_open(&client, options, err);
    if (st == ROWCALL_OK) {
        *ret_handle = (rowcall_handle){.client = client, .database = database};
    }
    return st;
}

void rowcall_handle_close(rowcall_handle handle)
{
    rowcall_client_close(handle.client);
}

const char *rc_client_token(const rowcall_client *client)
{
    return client->token;
}

uint32_t rc_client_timeout(const rowcall_client *client, const rowcall_call_options *options)
{
    return options && options->timeout_ms ? options->timeout_ms : client->timeout_ms;
}

static rowcall_status refuse(rowcall_error *err, rowcall_status st)
{
    if (err) {
        err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    return st;
}

// Callbacks run on the threads that bring answers, so none of them may wait for one.
rowcall_status rc_client_check_may_wait(rowcall_error *err)
{
    if (!rc_channel_is_calling_back()) {
        return ROWCALL_OK;
    }
    rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                 "a callback cannot wait for a call: submit it");
    return refuse(err, ROWCALL_FAILED_PRECONDITION);
}

static uint32_t with_grace(uint32_t timeout_ms)
{
    return timeout_ms > UINT32_MAX - GRACE_MS ? UINT32_MAX : timeout_ms + GRACE_MS;
}

rowcall_status rc_client_send(rowcall_client *client, struct rc_view envelope,
                              uint32_t timeout_ms, struct rc_buf *ret_reply, rowcall_error *err)
{
    rowcall_status st = rc_client_check_may_wait(err);
    uint32_t wait_ms = with_grace(timeout_ms ? timeout_ms : client->timeout_ms);
    return st == ROWCALL_OK ? rc_dialer_call(client->dialer, envelope, wait_ms, ret_reply, err)
                            : st;
}

// ---- calls

// Puts the call into a record: a record's buffer is its own, so this needs no lock.
static rowcall_status prepare(struct rc_pending *call, const rowcall_handle *handle,
                              const struct rc_client_call *what, rowcall_error *err)
{
    rowcall_status st = rc_envelope_put_call(&call->call, handle, what->method, what->request,
                                             what->options, 0, err);
    st = st == ROWCALL_OK ? rc_buf_status(&call->call, err) : st;
    call->method = what->method;
    call->timeout_ms = rc_client_timeout(handle->client, what->options);
    call->submitted_us = what->now_us;
    call->deadline_us = what->now_us + (int64_t)with_grace(call->timeout_ms) * 1000;
    call->may_share = handle->transaction[0] == '\0';
    call->wants_response = what->wants_response;
    call->callback = what->callback;
    call->arg = what->arg;
    return st;
}

rowcall_status rc_client_submit(const rowcall_handle *handle, const struct rc_client_call *what,
                                struct rc_pending **ret_call, rowcall_error *err)
{
    if (!handle->client) {
        return refuse(err, rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                        "%s: the handle is not open", what->method->name));
    }
    struct rc_channel *channel = handle->client->channel;
    struct rc_pending *call = NULL;
    uint32_t wait_ms = with_grace(rc_client_timeout(handle->client, what->options));
    int64_t room_by_us = what->blocks ? what->now_us + (int64_t)wait_ms * 1000 : 0;
    rowcall_status st = rc_channel_acquire(channel, room_by_us, &call, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    st = prepare(call, handle, what, err);
    if (st == ROWCALL_OK) {
        *ret_call = call; // before it is answered
        st = rc_channel_submit(channel, call, err);
    }
    if (st != ROWCALL_OK) {
        rc_channel_release(channel, call);
        return refuse(err, st);
    }
    return ROWCALL_OK;
}

rowcall_status rowcall_call(rowcall_handle handle, const rowcall_method *method,
                            const ProtobufCMessage *request,
                            const rowcall_call_options *options,
                            ProtobufCMessage **ret_response, rowcall_error *err)
{
    if (err) {
        *err = (rowcall_error){0};
    }
    const struct rc_client_call what = {.method = method,
                                        .request = request,
                                        .options = options,
                                        .now_us = rc_clock_now_us(),
                                        .wants_response = ret_response != NULL,
                                        .blocks = true};
    struct rc_pending *call = NULL;
    rowcall_status st = rc_client_check_may_wait(err);
    if (st == ROWCALL_OK) {
        st = rc_client_submit(&handle, &what, &call, err);
    }
    if (st == ROWCALL_OK) {
        struct rc_channel *channel = call->channel; // closing frees the client
        rc_pending_wait(call);
        st = rc_pending_take(call, ret_response, err);
        rc_channel_release(channel, call);
    }
    return st;
}

rowcall_status rowcall_submit(rowcall_handle handle, const rowcall_method *method,
                              const ProtobufCMessage *request,
                              const rowcall_call_options *options, rowcall_callback callback,
                              void *arg, rowcall_error *err)
{
    const struct rc_client_call what = {.method = method,
                                        .request = request,
                                        .options = options,
                                        .now_us = rc_clock_now_us(),
                                        .wants_response = true,
                                        .callback = callback,
                                        .arg = arg};
    struct rc_pending *call = NULL;
    if (err) {
        *err = (rowcall_error){0};
    }
    return rc_client_submit(&handle, &what, &call, err);
}

// ---- the server's own methods

struct own {
    size_t count;
    rowcall_error result;
    struct rc_buf *response; // may be NULL
};

static rowcall_status take_own(void *context, const rowcall_error *result,
                               struct rc_view response, rowcall_error *err)
{
    struct own *own = context;
    if (own->count++ > 0) {
        return rc_error_set(err, ROWCALL_INTERNAL, "a call was answered twice");
    }
    own->result = *result;
    if (own->response) {
        rc_buf_append_view(own->response, response);
        return rc_buf_status(own->response, err);
    }
    return ROWCALL_OK;
}

rowcall_status rc_client_call_own(const rowcall_handle *handle, const char *method,
                                  struct rc_view request, uint32_t timeout_ms,
                                  struct rc_buf *ret_response, rowcall_error *err)
{
    *err = (rowcall_error){0};
    if (!handle->client) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s: the handle is not open", method);
        err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        return ROWCALL_INVALID_ARGUMENT;
    }
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    struct own own = {.response = ret_response};
    timeout_ms = timeout_ms ? timeout_ms : handle->client->timeout_ms;
    rc_envelope_add_own(&envelope, handle->database, method, request, timeout_ms);
    rc_envelope_finish(&envelope, handle->client->token);
    rowcall_status st = rc_buf_status(&envelope, err);
    if (st != ROWCALL_OK) {
        err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    } else {
        st = rc_client_send(handle->client, rc_buf_view(&envelope), timeout_ms, &reply, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_envelope_read(rc_buf_view(&reply), take_own, &own, err);
    }
    if (st == ROWCALL_OK && own.count == 0) {
        st = rc_error_set(err, ROWCALL_INTERNAL, "%s was not answered", method);
        err->outcome = ROWCALL_OUTCOME_UNKNOWN;
    } else if (st == ROWCALL_OK && own.result.status != ROWCALL_OK) {
        *err = own.result;
        st = err->status;
    }
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
    return st;
}
