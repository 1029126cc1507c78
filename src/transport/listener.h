// SPDX-License-Identifier: Apache-2.0
//
// One address a server listens on. For ipc, nng listens on "<path>.new", which is then renamed
// over path: so the socket appears with its final mode, a dead listener is replaced without a
// moment at which path is missing, and nng, which removes the file it bound when it closes,
// never removes path.
//
// Belongs to one thread at a time: the opener, then the watcher, then the closer.
#ifndef RC_TRANSPORT_LISTENER_H
#define RC_TRANSPORT_LISTENER_H

#include "transport/endpoint.h"
#include "transport/peer.h"

#include <nng/nng.h>
#include <stdbool.h>

// nng listeners that were replaced and still have connections.
#define RC_LISTENER_RETIRED_MAX 16

struct rc_listener {
    struct rc_endpoint endpoint;
    char *url; // with the port that was bound; owned
    nng_socket socket;
    nng_listener current;
    int permissions; // ipc: the socket file's mode
    int lock;        // ipc: from rc_ipc_lock, -1 when not held
    bool bound;      // ipc: path is ours to remove
    nng_listener retired[RC_LISTENER_RETIRED_MAX];
    size_t retired_count;
};

// Listens on url. On failure nothing is left behind. Errors: those of rc_server_open.
rowcall_status rc_listener_open(struct rc_listener *listener, nng_socket socket,
                                const char *url, int permissions,
                                rowcall_error *err) RC_MUST_CHECK;

// Makes the address disappear for newcomers as far as nng allows: an ipc path is removed, so
// that new clients see "no such socket". Existing connections stay.
void rc_listener_hide(struct rc_listener *listener);

// Frees what is left once the socket is closed. Accepts {0} with lock -1.
void rc_listener_close(struct rc_listener *listener);

// ipc: connects, and when that does not become a peer within timeout_ms, or the file is gone,
// replaces the nng listener; the old one keeps its connections and is closed once it has none.
// True when replaced. Blocks for up to twice the timeout.
bool rc_listener_check(struct rc_listener *listener, uint32_t timeout_ms,
                       struct rc_peer_table *peers);

#endif
