// SPDX-License-Identifier: Apache-2.0
//
// A request on its way. With a connection at hand it is written by the thread that starts it,
// and nothing but the reply calls back; otherwise it waits in nng, and the callback that tells
// that it has left waits for the reply. A receive is begun only when sending is over: nng 1.5.2
// crashes when a receive is given up while its request is still queued.
#include "transport/dialer_state.h"

#include "base/clock.h"
#include "transport/ipc.h"

#include <assert.h>
#include <stdlib.h>

enum { PROBE_TIMEOUT_MS = 200, PROBE_KEPT_US = 1000000 };

static void on_progress(void *arg);

struct rc_dialer_slot *rc_dialer_slot_new(struct rc_dialer *dialer)
{
    struct rc_dialer_slot *slot = calloc(1, sizeof(*slot));
    if (!slot) {
        return NULL;
    }
    slot->dialer = dialer;
    slot->context = (nng_ctx)NNG_CTX_INITIALIZER;
    if (nng_aio_alloc(&slot->at_once, NULL, NULL) != 0 ||
        nng_aio_alloc(&slot->in_time, on_progress, slot) != 0 ||
        nng_ctx_open(&slot->context, dialer->socket) != 0) {
        rc_dialer_slot_free(slot);
        return NULL;
    }
    return slot;
}

void rc_dialer_slot_free(struct rc_dialer_slot *slot)
{
    nng_aio_free(slot->at_once);
    nng_aio_free(slot->in_time);
    free(slot);
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

static bool is_connected(const struct rc_dialer *dialer)
{
    return atomic_load(&dialer->connections) > 0;
}

// ---- what failed, and what is known of the effect

static void fail(rowcall_error *err, rowcall_outcome outcome)
{
    if (err) {
        err->outcome = outcome;
    }
}

// Callers that fail together share one look at the path: it may take a moment.
static const char *look_at_path(struct rc_dialer *dialer)
{
    pthread_mutex_lock(&dialer->probing);
    if (!dialer->probed || rc_clock_now_us() - dialer->probed_us > PROBE_KEPT_US) {
        dialer->probed =
            rc_ipc_state_text(rc_ipc_probe(dialer->endpoint.path, PROBE_TIMEOUT_MS));
        dialer->probed_us = rc_clock_now_us();
    }
    const char *text = dialer->probed;
    pthread_mutex_unlock(&dialer->probing);
    return text;
}

static void report_unconnected(struct rc_dialer *dialer, rowcall_error *err)
{
    const char *reason = "is the server running?";
    if (dialer->endpoint.kind == RC_ENDPOINT_IPC) {
        reason = look_at_path(dialer);
    }
    rc_error_set(err, ROWCALL_UNAVAILABLE, "cannot connect to %s: %s", dialer->url, reason);
    fail(err, ROWCALL_OUTCOME_NOT_EXECUTED);
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
    fail(err, ROWCALL_OUTCOME_NOT_EXECUTED);
    return st;
}

static void report_unanswered(struct rc_dialer *dialer, int nng_error, rowcall_error *err)
{
    if (rc_dialer_is_closing(dialer)) {
        nng_error = NNG_ECLOSED; // closing breaks the connection first
    }
    switch (nng_error) {
    case NNG_ETIMEDOUT:
        rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED, "no answer from %s in time", dialer->url);
        break;
    case NNG_ECLOSED:
    case NNG_ECANCELED:
        rc_error_set(err, ROWCALL_CANCELLED, "the connection to %s was closed", dialer->url);
        break;
    case NNG_ECONNRESET:
        rc_error_set(err, ROWCALL_UNAVAILABLE,
                     "the connection to %s broke before the answer came", dialer->url);
        break;
    default:
        (void)rc_endpoint_error(err, nng_error, "receive from", dialer->url);
        break;
    }
    fail(err, ROWCALL_OUTCOME_UNKNOWN);
}

// ---- on its way

static void receive(struct rc_dialer_slot *slot)
{
    slot->is_sent = true;
    nng_aio_set_timeout(slot->in_time, time_left(slot->deadline_us));
    nng_ctx_recv(slot->context, slot->in_time);
}

// Leaves the message (taken) with nng until there is a connection that takes it, for as long as
// connecting may take; even where there is one, for it may be lost meanwhile.
static void send_in_time(struct rc_dialer_slot *slot, nng_msg *message)
{
    int64_t until = rc_clock_now_us() + (int64_t)slot->dialer->connect_timeout_ms * 1000;
    slot->is_connecting = !is_connected(slot->dialer);
    if (slot->deadline_us != 0 && slot->deadline_us < until) {
        until = slot->deadline_us;
    }
    nng_aio_set_timeout(slot->in_time, time_left(until));
    nng_aio_set_msg(slot->in_time, message);
    nng_ctx_send(slot->context, slot->in_time);
}

rowcall_status rc_dialer_slot_start(struct rc_dialer_slot *slot, nng_msg *message,
                                    rowcall_error *err)
{
    slot->is_sent = false;
    nng_aio_set_timeout(slot->at_once, NNG_DURATION_ZERO);
    nng_aio_set_msg(slot->at_once, message);
    nng_ctx_send(slot->context, slot->at_once);
    nng_aio_wait(slot->at_once); // is over already
    int st = nng_aio_result(slot->at_once);
    if (st == 0) {
        receive(slot);
        return ROWCALL_OK;
    }
    nng_aio_set_msg(slot->at_once, NULL);
    if (st == NNG_ETIMEDOUT) { // no connection, or it is busy with another message
        send_in_time(slot, message);
        return ROWCALL_OK;
    }
    nng_msg_free(message);
    return report_unsent(slot->dialer, st, err);
}

static void end(struct rc_dialer_slot *slot, const struct rc_view *reply,
                const rowcall_error *failure)
{
    slot->done(slot->arg, reply, failure);
    rc_dialer_release(slot->dialer, slot);
}

static void on_unsent(struct rc_dialer_slot *slot, int nng_error)
{
    nng_msg *message = nng_aio_get_msg(slot->in_time);
    nng_aio_set_msg(slot->in_time, NULL);
    // nng sends only to a connection, so nothing has left. When there is one by now, it was
    // merely busy with another message; when there was one, it has been lost only since.
    bool is_late = nng_error == NNG_ETIMEDOUT;
    bool may_wait = !slot->is_connecting || is_connected(slot->dialer);
    if (is_late && may_wait && time_left(slot->deadline_us) != 0) {
        send_in_time(slot, message);
        return;
    }
    nng_msg_free(message);
    rowcall_error failure = {0};
    if (is_late && slot->is_connecting) {
        report_unconnected(slot->dialer, &failure);
    } else {
        (void)report_unsent(slot->dialer, nng_error, &failure);
    }
    end(slot, NULL, &failure);
}

static void on_reply(struct rc_dialer_slot *slot)
{
    nng_msg *message = nng_aio_get_msg(slot->in_time);
    nng_aio_set_msg(slot->in_time, NULL);
    struct rc_view reply = {nng_msg_body(message), nng_msg_len(message)};
    slot->done(slot->arg, &reply, NULL);
    nng_msg_free(message);
    rc_dialer_release(slot->dialer, slot);
}

static void on_progress(void *arg)
{
    struct rc_dialer_slot *slot = arg;
    int st = nng_aio_result(slot->in_time);
    if (!slot->is_sent && st != 0) {
        on_unsent(slot, st);
    } else if (!slot->is_sent) {
        receive(slot);
    } else if (st == 0) {
        on_reply(slot);
    } else {
        rowcall_error failure = {0};
        report_unanswered(slot->dialer, st, &failure);
        end(slot, NULL, &failure);
    }
}
