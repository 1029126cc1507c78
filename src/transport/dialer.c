// SPDX-License-Identifier: Apache-2.0
//
// A call takes a slot (an nng context with its aio) from a free list, sends, receives, and
// gives it back. The aio has no callback: the caller waits on it, so a reply wakes exactly its
// own thread.
#include "transport/dialer.h"

#include "base/clock.h"
#include "transport/endpoint.h"
#include "transport/ipc.h"
#include "transport/socket.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    DEFAULT_CONNECT_TIMEOUT_MS = 5000,
    DEFAULT_MAX_MESSAGE = 16 << 20,
    DEFAULT_MAX_CONCURRENT = 1024,
    RECEIVE_SLACK = 64 << 10, // a reply's envelope around the longest response
    RECONNECT_MIN_MS = 10,
    RECONNECT_MAX_MS = 500,
    PROBE_TIMEOUT_MS = 200,
};

struct slot {
    struct slot *next;
    nng_ctx context;
    nng_aio *aio;
};

struct rc_dialer {
    nng_socket socket;
    char *url;
    struct rc_endpoint endpoint;
    uint32_t connect_timeout_ms;
    size_t max_message_bytes;
    uint32_t max_concurrent;
    atomic_int connections; // 0 or 1, and 2 for a moment while one replaces the other

    pthread_mutex_t lock;
    pthread_cond_t changed; // a slot became free, or a call ended
    struct slot *free_slots;
    uint32_t slot_count;
    uint32_t calls; // under way, waiting for a slot included
    bool closing;
};

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *arg)
{
    struct rc_dialer *dialer = arg;
    (void)pipe;
    atomic_fetch_add(&dialer->connections, event == NNG_PIPE_EV_ADD_POST ? 1 : -1);
}

static void free_dialer(struct rc_dialer *dialer)
{
    while (dialer->free_slots) {
        struct slot *slot = dialer->free_slots;
        dialer->free_slots = slot->next;
        nng_aio_free(slot->aio);
        free(slot);
    }
    pthread_mutex_destroy(&dialer->lock);
    pthread_cond_destroy(&dialer->changed);
    free(dialer->url);
    free(dialer);
}

static struct rc_dialer *make_dialer(const char *url, const struct rc_dialer_options *options)
{
    static const struct rc_dialer_options defaults;
    const struct rc_dialer_options *given = options ? options : &defaults;
    struct rc_dialer *dialer = calloc(1, sizeof(*dialer));
    if (!dialer) {
        return NULL;
    }
    dialer->socket = (nng_socket)NNG_SOCKET_INITIALIZER;
    dialer->connect_timeout_ms =
        given->connect_timeout_ms ? given->connect_timeout_ms : DEFAULT_CONNECT_TIMEOUT_MS;
    dialer->max_message_bytes =
        given->max_message_bytes ? given->max_message_bytes : DEFAULT_MAX_MESSAGE;
    dialer->max_concurrent =
        given->max_concurrent ? given->max_concurrent : DEFAULT_MAX_CONCURRENT;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&dialer->lock, NULL);
    pthread_cond_init(&dialer->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    dialer->url = strdup(url);
    if (!dialer->url) {
        free_dialer(dialer);
        return NULL;
    }
    return dialer;
}

static int configure_socket(struct rc_dialer *dialer)
{
    nng_socket socket = dialer->socket;
    int st = nng_socket_set_ms(socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
    if (st == 0) {
        st = nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ,
                                 dialer->max_message_bytes + RECEIVE_SLACK);
    }
    if (st == 0) {
        st = nng_socket_set_ms(socket, NNG_OPT_RECONNMINT, RECONNECT_MIN_MS);
    }
    if (st == 0) {
        st = nng_socket_set_ms(socket, NNG_OPT_RECONNMAXT, RECONNECT_MAX_MS);
    }
    if (st == 0) {
        st = nng_pipe_notify(socket, NNG_PIPE_EV_ADD_POST, on_pipe, dialer);
    }
    if (st == 0) {
        st = nng_pipe_notify(socket, NNG_PIPE_EV_REM_POST, on_pipe, dialer);
    }
    return st;
}

static int start_dialing(struct rc_dialer *dialer)
{
    nng_dialer out;
    int st = nng_dialer_create(&out, dialer->socket, dialer->url);
    if (st == 0 && dialer->endpoint.kind == RC_ENDPOINT_TCP) {
        st = nng_dialer_set_bool(out, NNG_OPT_TCP_KEEPALIVE, true);
    }
    return st == 0 ? nng_dialer_start(out, NNG_FLAG_NONBLOCK) : st;
}

rowcall_status rc_dialer_open(const char *url, const struct rc_dialer_options *options,
                              struct rc_dialer **ret_dialer, rowcall_error *err)
{
    struct rc_dialer *dialer = make_dialer(url, options);
    if (!dialer) {
        return rc_error_oom(err);
    }
    rowcall_status status = rc_endpoint_parse(dialer->url, &dialer->endpoint, err);
    if (status != ROWCALL_OK) {
        free_dialer(dialer);
        return status;
    }
    int st = nng_req0_open(&dialer->socket);
    if (st == 0) {
        st = configure_socket(dialer);
        if (st == 0) {
            st = start_dialing(dialer);
        }
        if (st != 0) {
            nng_close(dialer->socket);
        }
    }
    if (st != 0) {
        status = rc_endpoint_error(err, st, "connect to", dialer->url);
        free_dialer(dialer);
        return status;
    }
    *ret_dialer = dialer;
    return ROWCALL_OK;
}

static rowcall_status fail(rowcall_error *err, rowcall_outcome outcome, rowcall_status st)
{
    if (err) {
        err->outcome = outcome;
    }
    return st;
}

static struct slot *make_slot(struct rc_dialer *dialer)
{
    struct slot *slot = calloc(1, sizeof(*slot));
    if (!slot) {
        return NULL;
    }
    if (nng_aio_alloc(&slot->aio, NULL, NULL) != 0) {
        free(slot);
        return NULL;
    }
    if (nng_ctx_open(&slot->context, dialer->socket) != 0) {
        nng_aio_free(slot->aio);
        free(slot);
        return NULL;
    }
    return slot;
}

// Waits for a slot to be given back. False when the deadline (0: none) passed.
static bool wait_change(struct rc_dialer *dialer, int64_t deadline_us)
{
    if (deadline_us == 0) {
        return pthread_cond_wait(&dialer->changed, &dialer->lock) == 0;
    }
    struct timespec until = {.tv_sec = (time_t)(deadline_us / 1000000),
                             .tv_nsec = (long)(deadline_us % 1000000) * 1000};
    return pthread_cond_timedwait(&dialer->changed, &dialer->lock, &until) == 0;
}

static rowcall_status acquire_slot(struct rc_dialer *dialer, int64_t deadline_us,
                                   struct slot **ret_slot, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    struct slot *slot = NULL;
    pthread_mutex_lock(&dialer->lock);
    dialer->calls++;
    while (!dialer->closing && !dialer->free_slots && st == ROWCALL_OK &&
           dialer->slot_count >= dialer->max_concurrent) {
        if (!wait_change(dialer, deadline_us)) {
            st = rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED,
                              "%u calls to %s are under way; none ended in time",
                              dialer->max_concurrent, dialer->url);
        }
    }
    if (dialer->closing) {
        st = rc_error_set(err, ROWCALL_CANCELLED, "the connection to %s was closed",
                          dialer->url);
    } else if (st == ROWCALL_OK && dialer->free_slots) {
        slot = dialer->free_slots;
        dialer->free_slots = slot->next;
    } else if (st == ROWCALL_OK) {
        slot = make_slot(dialer);
        dialer->slot_count += slot != NULL;
        st = slot ? ROWCALL_OK : rc_error_oom(err);
    }
    if (!slot) {
        dialer->calls--;
        pthread_cond_broadcast(&dialer->changed);
    }
    pthread_mutex_unlock(&dialer->lock);
    *ret_slot = slot;
    return slot ? ROWCALL_OK : fail(err, ROWCALL_OUTCOME_NOT_EXECUTED, st);
}

static void release_slot(struct rc_dialer *dialer, struct slot *slot)
{
    pthread_mutex_lock(&dialer->lock);
    slot->next = dialer->free_slots;
    dialer->free_slots = slot;
    dialer->calls--;
    if (dialer->closing) {
        pthread_cond_broadcast(&dialer->changed);
    } else {
        pthread_cond_signal(&dialer->changed);
    }
    pthread_mutex_unlock(&dialer->lock);
}

// Milliseconds until the deadline, at least 1 while it has not passed; 0 when it has.
static nng_duration time_left(int64_t deadline_us)
{
    if (deadline_us == 0) {
        return NNG_DURATION_INFINITE;
    }
    int64_t left_us = deadline_us - rc_clock_now_us();
    if (left_us <= 0) {
        return 0;
    }
    int64_t left_ms = (left_us + 999) / 1000;
    return left_ms > INT32_MAX ? INT32_MAX : (nng_duration)left_ms;
}

static rowcall_status report_unconnected(struct rc_dialer *dialer, rowcall_error *err)
{
    const char *reason = "is the server running?";
    if (dialer->endpoint.kind == RC_ENDPOINT_IPC) {
        reason = rc_ipc_state_text(rc_ipc_probe(dialer->endpoint.path, PROBE_TIMEOUT_MS));
    }
    rc_error_set(err, ROWCALL_UNAVAILABLE, "cannot connect to %s: %s", dialer->url, reason);
    return fail(err, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_UNAVAILABLE);
}

static rowcall_status report_unsent(struct rc_dialer *dialer, int nng_error, rowcall_error *err)
{
    rowcall_status st = ROWCALL_UNAVAILABLE;
    if (nng_error == NNG_ETIMEDOUT) {
        st =
            rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED, "not sent to %s in time", dialer->url);
    } else if (nng_error == NNG_ECLOSED || nng_error == NNG_ECANCELED) {
        st = rc_error_set(err, ROWCALL_CANCELLED, "the connection to %s was closed",
                          dialer->url);
    } else {
        st = rc_endpoint_error(err, nng_error, "send to", dialer->url);
    }
    return fail(err, ROWCALL_OUTCOME_NOT_EXECUTED, st);
}

static bool is_connected(const struct rc_dialer *dialer)
{
    return atomic_load(&dialer->connections) > 0;
}

// Hands message (taken) to the connection, waiting for one.
static rowcall_status send_request(struct rc_dialer *dialer, struct slot *slot,
                                   nng_msg *message, int64_t deadline_us, rowcall_error *err)
{
    int64_t connect_by = rc_clock_now_us() + (int64_t)dialer->connect_timeout_ms * 1000;
    for (;;) {
        bool waits_for_connection = !is_connected(dialer);
        int64_t until = deadline_us;
        if (waits_for_connection && (until == 0 || connect_by < until)) {
            until = connect_by;
        }
        nng_aio_set_timeout(slot->aio, time_left(until));
        nng_aio_set_msg(slot->aio, message);
        nng_ctx_send(slot->context, slot->aio);
        nng_aio_wait(slot->aio);
        int st = nng_aio_result(slot->aio);
        if (st == 0) {
            return ROWCALL_OK;
        }
        message = nng_aio_get_msg(slot->aio);
        nng_aio_set_msg(slot->aio, NULL);
        if (st == NNG_ETIMEDOUT && waits_for_connection) {
            // nng sends only to a connection, so nothing has left. When there is one by now, it
            // was merely busy with another message.
            if (is_connected(dialer) && time_left(deadline_us) != 0) {
                continue;
            }
            nng_msg_free(message);
            return report_unconnected(dialer, err);
        }
        nng_msg_free(message);
        return report_unsent(dialer, st, err);
    }
}

static bool is_closing(struct rc_dialer *dialer)
{
    pthread_mutex_lock(&dialer->lock);
    bool closing = dialer->closing;
    pthread_mutex_unlock(&dialer->lock);
    return closing;
}

static rowcall_status report_unanswered(struct rc_dialer *dialer, int nng_error,
                                        rowcall_error *err)
{
    rowcall_status st;
    if (is_closing(dialer)) {
        nng_error = NNG_ECLOSED; // closing breaks the connection first
    }
    switch (nng_error) {
    case NNG_ETIMEDOUT:
        st = rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED, "no answer from %s in time",
                          dialer->url);
        break;
    case NNG_ECLOSED:
    case NNG_ECANCELED:
        st = rc_error_set(err, ROWCALL_CANCELLED, "the connection to %s was closed",
                          dialer->url);
        break;
    case NNG_ECONNRESET:
        st = rc_error_set(err, ROWCALL_UNAVAILABLE,
                          "the connection to %s broke before the answer came", dialer->url);
        break;
    default:
        st = rc_endpoint_error(err, nng_error, "receive from", dialer->url);
        break;
    }
    return fail(err, ROWCALL_OUTCOME_UNKNOWN, st);
}

static rowcall_status receive_reply(struct rc_dialer *dialer, struct slot *slot,
                                    int64_t deadline_us, struct rc_buf *ret_reply,
                                    rowcall_error *err)
{
    nng_aio_set_timeout(slot->aio, time_left(deadline_us));
    nng_ctx_recv(slot->context, slot->aio);
    nng_aio_wait(slot->aio);
    int st = nng_aio_result(slot->aio);
    if (st != 0) {
        return report_unanswered(dialer, st, err);
    }
    nng_msg *message = nng_aio_get_msg(slot->aio);
    nng_aio_set_msg(slot->aio, NULL);
    rc_buf_append(ret_reply, nng_msg_body(message), nng_msg_len(message));
    nng_msg_free(message);
    rowcall_status held = rc_buf_status(ret_reply, err);
    return held == ROWCALL_OK ? held : fail(err, ROWCALL_OUTCOME_UNKNOWN, held);
}

rowcall_status rc_dialer_call(struct rc_dialer *dialer, struct rc_view request,
                              uint32_t timeout_ms, struct rc_buf *ret_reply, rowcall_error *err)
{
    if (request.len > dialer->max_message_bytes) {
        rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                     "the request has %zu bytes, more than the limit of %zu", request.len,
                     dialer->max_message_bytes);
        return fail(err, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_RESOURCE_EXHAUSTED);
    }
    int64_t deadline_us = timeout_ms ? rc_clock_now_us() + (int64_t)timeout_ms * 1000 : 0;
    struct slot *slot;
    rowcall_status st = acquire_slot(dialer, deadline_us, &slot, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    nng_msg *message = NULL;
    if (nng_msg_alloc(&message, 0) != 0 ||
        nng_msg_append(message, request.data, request.len) != 0) {
        nng_msg_free(message);
        st = fail(err, ROWCALL_OUTCOME_NOT_EXECUTED, rc_error_oom(err));
    } else {
        st = send_request(dialer, slot, message, deadline_us, err);
        if (st == ROWCALL_OK) {
            st = receive_reply(dialer, slot, deadline_us, ret_reply, err);
        }
    }
    release_slot(dialer, slot);
    return st;
}

void rc_dialer_close(struct rc_dialer *dialer)
{
    if (!dialer) {
        return;
    }
    pthread_mutex_lock(&dialer->lock);
    dialer->closing = true;
    pthread_cond_broadcast(&dialer->changed);
    pthread_mutex_unlock(&dialer->lock);

    bool closed = rc_socket_close(dialer->socket); // ends every call that waits
    pthread_mutex_lock(&dialer->lock);
    while (closed && dialer->calls > 0) {
        pthread_cond_wait(&dialer->changed, &dialer->lock);
    }
    pthread_mutex_unlock(&dialer->lock);
    if (closed) {
        free_dialer(dialer);
    }
}
