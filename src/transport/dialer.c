// SPDX-License-Identifier: Apache-2.0
//
// The connection, and the free list of slots: a request takes one (an nng context with its
// aios) and its callback gives it back (dialer_slot.c). A blocking call is a started one that
// waits on a semaphore, so a reply wakes exactly its own thread.
#include "transport/dialer.h"

#include "base/clock.h"
#include "transport/dialer_state.h"
#include "transport/socket.h"
#include "transport/tasks.h"

#include <nng/protocol/reqrep0/req.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

enum {
    DEFAULT_CONNECT_TIMEOUT_MS = 5000,
    DEFAULT_MAX_MESSAGE = 16 << 20,
    DEFAULT_MAX_CONCURRENT = 1024,
    RECEIVE_SLACK = 64 << 10, // a reply's envelope around the longest response
    RECONNECT_MIN_MS = 10,
    RECONNECT_MAX_MS = 500,
};

// Not before there is a connection: nng's threads, told by their names, have them then.
static void park_tasks(struct rc_dialer *dialer)
{
    pthread_mutex_lock(&dialer->lock);
    if (!dialer->parks && !dialer->closing) {
        rc_tasks_park(dialer->task_threads);
        dialer->parks = true;
    }
    pthread_mutex_unlock(&dialer->lock);
}

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *arg)
{
    struct rc_dialer *dialer = arg;
    (void)pipe;
    if (event == NNG_PIPE_EV_ADD_POST && dialer->task_threads > 0) {
        park_tasks(dialer);
    }
    atomic_fetch_add(&dialer->connections, event == NNG_PIPE_EV_ADD_POST ? 1 : -1);
}

static void free_dialer(struct rc_dialer *dialer)
{
    while (dialer->free_slots) {
        struct rc_dialer_slot *slot = dialer->free_slots;
        dialer->free_slots = slot->next;
        rc_dialer_slot_free(slot);
    }
    pthread_mutex_destroy(&dialer->lock);
    pthread_mutex_destroy(&dialer->probing);
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
    dialer->task_threads = given->task_threads;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&dialer->lock, NULL);
    pthread_mutex_init(&dialer->probing, NULL);
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

// A slot for a call. One that may wait does so until the deadline (0: none).
static rowcall_status acquire_slot(struct rc_dialer *dialer, bool may_wait, int64_t deadline_us,
                                   struct rc_dialer_slot **ret_slot, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    struct rc_dialer_slot *slot = NULL;
    pthread_mutex_lock(&dialer->lock);
    dialer->calls++;
    while (!dialer->closing && !dialer->free_slots && st == ROWCALL_OK &&
           dialer->slot_count >= dialer->max_concurrent) {
        if (!may_wait) {
            st = rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                              "%u requests to %s are under way, no more are allowed",
                              dialer->max_concurrent, dialer->url);
        } else if (!wait_change(dialer, deadline_us)) {
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
        slot = rc_dialer_slot_new(dialer);
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

void rc_dialer_release(struct rc_dialer *dialer, struct rc_dialer_slot *slot)
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

bool rc_dialer_is_closing(struct rc_dialer *dialer)
{
    pthread_mutex_lock(&dialer->lock);
    bool closing = dialer->closing;
    pthread_mutex_unlock(&dialer->lock);
    return closing;
}

// What done is to be called with.
struct receiver {
    rc_dialer_done_fn done;
    void *arg;
    bool may_wait;
};

static rowcall_status start(struct rc_dialer *dialer, struct rc_view request,
                            uint32_t timeout_ms, const struct receiver *receiver,
                            rowcall_error *err)
{
    if (request.len > dialer->max_message_bytes) {
        rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                     "the request has %zu bytes, more than the limit of %zu", request.len,
                     dialer->max_message_bytes);
        return fail(err, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_RESOURCE_EXHAUSTED);
    }
    int64_t deadline_us = timeout_ms ? rc_clock_now_us() + (int64_t)timeout_ms * 1000 : 0;
    struct rc_dialer_slot *slot;
    rowcall_status st = acquire_slot(dialer, receiver->may_wait, deadline_us, &slot, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    nng_msg *message = NULL;
    if (nng_msg_alloc(&message, 0) != 0 ||
        nng_msg_append(message, request.data, request.len) != 0) {
        nng_msg_free(message);
        st = fail(err, ROWCALL_OUTCOME_NOT_EXECUTED, rc_error_oom(err));
    } else {
        slot->deadline_us = deadline_us;
        slot->done = receiver->done;
        slot->arg = receiver->arg;
        st = rc_dialer_slot_start(slot, message, err);
    }
    if (st != ROWCALL_OK) {
        rc_dialer_release(dialer, slot);
    }
    return st;
}

rowcall_status rc_dialer_start(struct rc_dialer *dialer, struct rc_view request,
                               uint32_t timeout_ms, rc_dialer_done_fn done, void *arg,
                               rowcall_error *err)
{
    const struct receiver receiver = {done, arg, false};
    return start(dialer, request, timeout_ms, &receiver, err);
}

// A thread that waits for a reply.
struct waiter {
    sem_t woken;
    struct rc_buf *reply;
    rowcall_status st;
    rowcall_error *err;
};

static void wake(void *arg, const struct rc_view *reply, const rowcall_error *failure)
{
    struct waiter *waiter = arg;
    if (!reply) {
        waiter->st = failure->status;
        if (waiter->err) {
            *waiter->err = *failure;
        }
    } else {
        rc_buf_append_view(waiter->reply, *reply);
        waiter->st = rc_buf_status(waiter->reply, waiter->err);
        if (waiter->st != ROWCALL_OK) {
            (void)fail(waiter->err, ROWCALL_OUTCOME_UNKNOWN, waiter->st);
        }
    }
    sem_post(&waiter->woken);
}

rowcall_status rc_dialer_call(struct rc_dialer *dialer, struct rc_view request,
                              uint32_t timeout_ms, struct rc_buf *ret_reply, rowcall_error *err)
{
    struct waiter waiter = {.reply = ret_reply, .err = err};
    const struct receiver receiver = {wake, &waiter, true};
    sem_init(&waiter.woken, 0, 0);
    rowcall_status st = start(dialer, request, timeout_ms, &receiver, err);
    if (st == ROWCALL_OK) {
        while (sem_wait(&waiter.woken) != 0) { // a signal
        }
        st = waiter.st;
    }
    sem_destroy(&waiter.woken);
    return st;
}

bool rc_dialer_close(struct rc_dialer *dialer)
{
    if (!dialer) {
        return true;
    }
    pthread_mutex_lock(&dialer->lock);
    dialer->closing = true;
    pthread_cond_broadcast(&dialer->changed);
    bool parks = dialer->parks;
    pthread_mutex_unlock(&dialer->lock);
    if (parks) {
        rc_tasks_release();
    }

    bool closed = rc_socket_close(dialer->socket); // ends every call that waits
    pthread_mutex_lock(&dialer->lock);
    while (closed && dialer->calls > 0) {
        pthread_cond_wait(&dialer->changed, &dialer->lock);
    }
    pthread_mutex_unlock(&dialer->lock);
    if (closed) {
        free_dialer(dialer);
    }
    return closed;
}
