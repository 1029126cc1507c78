// SPDX-License-Identifier: Apache-2.0
//
// A client is a dialer and a few settings; it is immutable once open, so threads share it
// without a lock.
#include "rowcall/client.h"

#include "client_internal.h"
#include "envelope.h"
#include "response.h"
#include "transport/dialer.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "ipc:///tmp/rowcall.sock"

enum { DEFAULT_TIMEOUT_MS = 30000 };

struct rowcall_client {
    struct rc_dialer *dialer;
    char *token;
    uint32_t timeout_ms;
};

static const char *setting(const char *given, const char *variable, const char *fallback)
{
    const char *value = given ? given : getenv(variable);
    return value && *value ? value : fallback;
}

rowcall_status rowcall_client_open(rowcall_client **ret_client,
                                   const rowcall_client_options *options, rowcall_error *err)
{
    static const rowcall_client_options defaults = {0};
    options = options ? options : &defaults;
    struct rc_dialer_options dialing = {.connect_timeout_ms = options->connect_timeout_ms,
                                        .max_message_bytes = options->max_message_bytes};
    rowcall_client *client = calloc(1, sizeof *client);
    if (!client) {
        return rc_error_oom(err);
    }
    client->timeout_ms = options->timeout_ms ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
    client->token = strdup(setting(options->token, "ROWCALL_TOKEN", ""));
    rowcall_status st = client->token ? ROWCALL_OK : rc_error_oom(err);
    if (st == ROWCALL_OK) {
        st = rc_dialer_open(setting(options->url, "ROWCALL_URL", DEFAULT_URL), &dialing,
                            &client->dialer, err);
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
        rc_dialer_close(client->dialer);
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

// How much longer than the server the client waits, so that the server's own answer, which
// knows the outcome, arrives.
enum { GRACE_MS = 500 };

rowcall_status rc_client_send(rowcall_client *client, struct rc_view envelope,
                              uint32_t timeout_ms, struct rc_buf *ret_reply, rowcall_error *err)
{
    uint32_t wait_ms = timeout_ms ? timeout_ms : client->timeout_ms;
    wait_ms = wait_ms > UINT32_MAX - GRACE_MS ? UINT32_MAX : wait_ms + GRACE_MS;
    return rc_dialer_call(client->dialer, envelope, wait_ms, ret_reply, err);
}

// ---- one call

struct single {
    const rowcall_method *method;
    bool wants_response;
    size_t count;
    rowcall_error result; // what the server says; status ROWCALL_OK: it succeeded
    ProtobufCMessage *response;
};

static rowcall_status take_reply(void *context, const rowcall_error *result,
                                 struct rc_view response, rowcall_error *err)
{
    struct single *single = context;
    if (single->count++ > 0) {
        return rc_error_set(err, ROWCALL_INTERNAL, "%s was answered twice",
                            single->method->name);
    }
    single->result = *result;
    return result->status == ROWCALL_OK && single->wants_response
               ? rc_response_unpack(single->method->response, response, &single->response, err)
               : ROWCALL_OK;
}

// Takes the one reply that bytes hold; *ret_response (may be NULL) is only touched on success.
static rowcall_status read_single(struct rc_view bytes, const rowcall_method *method,
                                  ProtobufCMessage **ret_response, rowcall_error *err)
{
    struct single single = {.method = method, .wants_response = ret_response != NULL};
    rowcall_status st = rc_envelope_read(bytes, take_reply, &single, err);
    if (st == ROWCALL_OK && single.count == 0) {
        st = rc_error_set(err, ROWCALL_INTERNAL, "%s was not answered", method->name);
        if (err) {
            err->outcome = ROWCALL_OUTCOME_UNKNOWN;
        }
    } else if (st == ROWCALL_OK && single.result.status != ROWCALL_OK) {
        st = single.result.status;
        if (err) {
            *err = single.result;
        }
    }
    if (st != ROWCALL_OK) {
        rowcall_free(single.response);
    } else if (ret_response) {
        *ret_response = single.response;
    }
    return st;
}

rowcall_status rowcall_call(rowcall_handle handle, const rowcall_method *method,
                            const ProtobufCMessage *request,
                            const rowcall_call_options *options,
                            ProtobufCMessage **ret_response, rowcall_error *err)
{
    if (err) {
        *err = (rowcall_error){0};
    }
    if (!handle.client) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s: the handle is not open", method->name);
        if (err) {
            err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        }
        return ROWCALL_INVALID_ARGUMENT;
    }
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    uint32_t timeout_ms = rc_client_timeout(handle.client, options);
    rowcall_status st =
        rc_envelope_add_call(&envelope, &handle, method, request, options, timeout_ms, err);
    if (st == ROWCALL_OK) {
        rc_envelope_finish(&envelope, handle.client->token);
        st = rc_buf_status(&envelope, err);
    }
    if (st != ROWCALL_OK && err) {
        err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    if (st == ROWCALL_OK) {
        st = rc_client_send(handle.client, rc_buf_view(&envelope), timeout_ms, &reply, err);
    }
    if (st == ROWCALL_OK) {
        st = read_single(rc_buf_view(&reply), method, ret_response, err);
    }
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
    return st;
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

void rowcall_free(void *response)
{
    if (response) {
        protobuf_c_message_free_unpacked(response, NULL);
    }
}
