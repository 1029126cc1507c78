// SPDX-License-Identifier: Apache-2.0
//
// The watcher: a thread that greets a server's ipc listeners now and then and has dead ones
// replaced.
#ifndef RC_TRANSPORT_WATCH_H
#define RC_TRANSPORT_WATCH_H

#include "transport/server_state.h"

// Starts the watcher when the server has an ipc listener. RESOURCE_EXHAUSTED when there is no
// thread to be had.
rowcall_status rc_watch_start(struct rc_server *server, rowcall_error *err) RC_MUST_CHECK;

// Stops the watcher and waits for it; nothing when there is none. Afterwards the listeners are
// the caller's.
void rc_watch_stop(struct rc_server *server);

#endif
