// SPDX-License-Identifier: Apache-2.0
//
// A request slot: one nng context and its one asynchronous operation, which receives, waits for
// the handler, sends, and begins again. The server has a fixed number of them.
//
//   RECEIVING -> HANDLING -> SENDING -> RECEIVING ...        (STOPPED from any, when the server
//   closes)
//
// Only the slot's own callback and the one rc_server_reply move it. `lock` makes beginning an
// operation and closing exclusive: nng never calls back for an operation begun on a stopped
// aio.
#ifndef RC_TRANSPORT_REQUEST_H
#define RC_TRANSPORT_REQUEST_H

#include "transport/peer.h"
#include "transport/server.h"

#include <nng/nng.h>

enum rc_request_state {
    RC_REQUEST_RECEIVING,
    RC_REQUEST_HANDLING,
    RC_REQUEST_SENDING,
    RC_REQUEST_STOPPED,
};

struct rc_server_request {
    struct rc_server *server;
    nng_ctx context;
    nng_aio *aio;
    atomic_int state; // enum rc_request_state
    pthread_mutex_t lock;
    bool closed;          // under lock: begin nothing more
    nng_msg *message;     // HANDLING: the request
    struct rc_peer *peer; // HANDLING, SENDING: whose it is
    bool refused;         // it was given to the handler to be refused
};

// Readies a slot of server and lets nng make its context. On failure fini still works.
rowcall_status rc_request_init(struct rc_server_request *request, struct rc_server *server,
                               rowcall_error *err) RC_MUST_CHECK;

// Frees a slot that is stopped, or that never was started. Accepts a zeroed one.
void rc_request_fini(struct rc_server_request *request);

// Begins to receive.
void rc_request_start(struct rc_server_request *request);

// Keeps the slot from beginning anything more; to be called before the socket is closed.
void rc_request_forbid(struct rc_server_request *request);

// Waits until the slot's callback has run for the last time; after the socket was closed.
void rc_request_join(struct rc_server_request *request);

#endif
