// SPDX-License-Identifier: Apache-2.0
//
// The life of a request: a context waits, receives, hands over, and sends the reply. Each
// transition is made once, by whoever holds the request at that moment, and asserted.
#include "transport/request.h"

#include "base/log.h"
#include "transport/server_state.h"

#include <assert.h>
#include <stdlib.h>

// Begins receiving, or sending when there is a message to send (taken). False, and the message
// freed, when the server is closing.
static bool begin(struct rc_server_request *self, nng_msg *outgoing)
{
    pthread_mutex_lock(&self->lock);
    bool allowed = !self->closed;
    if (!allowed) {
        atomic_store(&self->state, RC_REQUEST_STOPPED);
        nng_msg_free(outgoing);
    } else if (outgoing) {
        atomic_store(&self->state, RC_REQUEST_SENDING);
        nng_aio_set_timeout(self->aio, (nng_duration)self->server->send_timeout_ms);
        nng_aio_set_msg(self->aio, outgoing);
        nng_ctx_send(self->context, self->aio);
    } else {
        atomic_store(&self->state, RC_REQUEST_RECEIVING);
        nng_aio_set_timeout(self->aio, NNG_DURATION_INFINITE);
        nng_ctx_recv(self->context, self->aio);
    }
    pthread_mutex_unlock(&self->lock);
    return allowed;
}

// Gives the peer back and takes the request off the counts it was on.
static void settle(struct rc_server_request *self)
{
    struct rc_peer *peer = self->peer;
    self->peer = NULL;
    atomic_fetch_sub(self->refused ? &peer->waiting_refusals : &peer->in_flight, 1);
    rc_peer_release(peer);
    if (!self->refused) {
        rc_server_finish_one(self->server);
    }
}

// Counts the request and says whether it is to be refused. Counted first, looked at afterwards,
// so that drain either sees the request or is seen by it.
static unsigned admit(struct rc_server_request *self)
{
    struct rc_server *server = self->server;
    unsigned flags = 0;
    atomic_fetch_add(&server->busy, 1);
    if (atomic_load(&server->draining)) {
        flags |= RC_SERVER_DRAINING;
    }
    if (atomic_fetch_add(&self->peer->in_flight, 1) >= server->max_per_peer) {
        flags |= RC_SERVER_OVER_LIMIT;
        atomic_fetch_add(&server->over_limit_total, 1);
    }
    self->refused = flags != 0;
    if (self->refused) {
        atomic_fetch_add(&self->peer->waiting_refusals, 1);
        atomic_fetch_sub(&self->peer->in_flight, 1);
        rc_server_finish_one(server);
    }
    return flags;
}

static void on_received(struct rc_server_request *self)
{
    struct rc_server *server = self->server;
    nng_msg *message = nng_aio_get_msg(self->aio);
    nng_aio_set_msg(self->aio, NULL);

    self->peer = rc_peer_table_acquire(&server->peers, nng_msg_get_pipe(message));
    if (!self->peer) { // disconnected meanwhile: nobody to answer, so nothing to execute
        nng_msg_free(message);
        begin(self, NULL);
        return;
    }
    unsigned flags = admit(self);
    if (atomic_load(&self->peer->waiting_refusals) > server->max_per_peer) {
        // It asks on and on and does not even read refusals. It will be disconnected, but not
        // now: nng 1.5.2's reaper hangs for good when a pipe is closed between two reads of one
        // message, which is where a flooding peer is likely to be.
        atomic_store(&self->peer->doomed, true);
        nng_msg_free(message);
        settle(self);
        begin(self, NULL);
        return;
    }
    self->message = message;
    atomic_fetch_add(&server->refs, 1);
    atomic_fetch_add(&server->request_total, 1);
    atomic_store(&self->state, RC_REQUEST_HANDLING);
    server->handler(server->ctx, self, flags);
}

// Whether the reply just sent was the last that peer waited for.
static bool has_nothing_else(struct rc_peer *peer)
{
    return atomic_load(&peer->in_flight) + atomic_load(&peer->waiting_refusals) == 1;
}

static void on_sent(struct rc_server_request *self, int result)
{
    struct rc_server *server = self->server;
    if (result != 0) {
        nng_msg_free(nng_aio_get_msg(self->aio));
        nng_aio_set_msg(self->aio, NULL);
        if (result != NNG_ECLOSED && result != NNG_ECANCELED) {
            atomic_store(&self->peer->doomed, true);
            rc_log(RC_LOG_DEBUG, "transport", "peer disconnected", "peer", "%llu",
                   (unsigned long long)self->peer->number, "reason", "%s",
                   result == NNG_ETIMEDOUT ? "does not read its replies" : nng_strerror(result),
                   (char *)NULL);
        }
    }
    if (atomic_load(&self->peer->doomed) && (result != 0 || has_nothing_else(self->peer))) {
        nng_pipe_close(self->peer->pipe);
    }
    if (result != 0 || atomic_load(&self->peer->gone)) {
        atomic_fetch_add(&server->undelivered_total, 1);
    } else {
        atomic_fetch_add(&self->peer->taken, 1);
        atomic_fetch_add(&server->reply_total, 1);
    }
    settle(self);
    begin(self, NULL);
}

static void on_done(void *arg)
{
    struct rc_server_request *self = arg;
    int result = nng_aio_result(self->aio);
    switch ((enum rc_request_state)atomic_load(&self->state)) {
    case RC_REQUEST_RECEIVING:
        if (result == 0) {
            on_received(self);
        } else if (result == NNG_ECLOSED || result == NNG_ECANCELED) {
            atomic_store(&self->state, RC_REQUEST_STOPPED);
        } else {
            begin(self, NULL);
        }
        return;
    case RC_REQUEST_SENDING:
        on_sent(self, result);
        return;
    case RC_REQUEST_HANDLING:
    case RC_REQUEST_STOPPED:
        break;
    }
    assert(!"a request slot called back without an operation");
}

rowcall_status rc_request_init(struct rc_server_request *request, struct rc_server *server,
                               rowcall_error *err)
{
    *request = (struct rc_server_request){.server = server};
    int st = nng_aio_alloc(&request->aio, on_done, request);
    if (st != 0) {
        return rc_error_oom(err);
    }
    pthread_mutex_init(&request->lock, NULL);
    atomic_store(&request->state, RC_REQUEST_STOPPED);
    st = nng_ctx_open(&request->context, server->socket);
    if (st != 0) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                            "cannot open a request context: %s", nng_strerror(st));
    }
    return ROWCALL_OK;
}

void rc_request_fini(struct rc_server_request *request)
{
    if (request->aio) {
        nng_aio_free(request->aio);
        pthread_mutex_destroy(&request->lock);
    }
}

void rc_request_start(struct rc_server_request *request)
{
    begin(request, NULL);
}

void rc_request_forbid(struct rc_server_request *request)
{
    pthread_mutex_lock(&request->lock);
    request->closed = true;
    pthread_mutex_unlock(&request->lock);
}

void rc_request_join(struct rc_server_request *request)
{
    nng_aio_stop(request->aio);
}

struct rc_view rc_server_request_message(const struct rc_server_request *request)
{
    return (struct rc_view){nng_msg_body(request->message), nng_msg_len(request->message)};
}

uint64_t rc_server_request_peer(const struct rc_server_request *request)
{
    return request->peer->number;
}

const char *rc_server_request_address(const struct rc_server_request *request)
{
    return request->peer->address;
}

// The reply as an nng message; NULL when there is none to send, or no memory for it.
static nng_msg *build_message(const struct rc_buf *reply)
{
    nng_msg *message = NULL;
    if (!reply || reply->broken || nng_msg_alloc(&message, reply->len) != 0) {
        return NULL;
    }
    if (reply->len > 0) {
        memcpy(nng_msg_body(message), reply->data, reply->len);
    }
    return message;
}

void rc_server_reply(struct rc_server_request *request, const struct rc_buf *reply)
{
    struct rc_server *server = request->server;
    int expected = RC_REQUEST_HANDLING;
    if (!atomic_compare_exchange_strong(&request->state, &expected, RC_REQUEST_SENDING)) {
        // Going on would hand this answer to somebody else's request.
        rc_log(RC_LOG_ERROR, "transport", "request answered twice", (char *)NULL);
        abort();
    }
    nng_msg_free(request->message);
    request->message = NULL;

    nng_msg *message = build_message(reply);
    if (message) {
        if (!begin(request, message)) {
            settle(request);
        }
    } else {
        nng_pipe_close(request->peer->pipe);
        atomic_fetch_add(&server->undelivered_total, 1);
        settle(request);
        begin(request, NULL);
    }
    rc_server_unref(server);
}
