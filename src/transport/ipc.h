// SPDX-License-Identifier: Apache-2.0
//
// What nng leaves to us about unix sockets: who may use a path, and whether somebody answers
// there.
//
// A probe here always exchanges the greeting before it disconnects. Connecting and closing
// without one kills an nng 1.5.2 listener for good.
#ifndef RC_TRANSPORT_IPC_H
#define RC_TRANSPORT_IPC_H

#include "base/error.h"

#include <stdint.h>

enum rc_ipc_state {
    RC_IPC_ABSENT,    // there is no such file
    RC_IPC_STALE,     // a socket that nobody listens on
    RC_IPC_SPEAKING,  // a listener that greets; an nng listener that died may still do so
    RC_IPC_SILENT,    // connected, or in a queue, and no greeting in time
    RC_IPC_FORBIDDEN, // no permission to connect
    RC_IPC_FOREIGN,   // not a socket, or something that does not speak nng's protocol
    RC_IPC_UNKNOWN,   // this process cannot open another socket
};

// Connects to path, greets as a requester, and waits up to timeout_ms for the greeting. When it
// comes (RC_IPC_SPEAKING) *ret_fd is the open connection, for the caller to close; else -1.
// Blocks.
enum rc_ipc_state rc_ipc_greet(const char *path, uint32_t timeout_ms, int *ret_fd);

// Greets and disconnects. Blocks.
enum rc_ipc_state rc_ipc_probe(const char *path, uint32_t timeout_ms);

// A state as half a sentence ("there is no such socket"). Static storage.
const char *rc_ipc_state_text(enum rc_ipc_state state);

// Takes the exclusive right to serve path, held by a lock on "<path>.lock" until unlock or the
// end of the process, however it ends. Does not touch path. Errors: FAILED_PRECONDITION
// (another process holds it), UNAVAILABLE (the file cannot be made).
rowcall_status rc_ipc_lock(const char *path, int *ret_lock, rowcall_error *err) RC_MUST_CHECK;

// Gives the right back and removes the lock file. Accepts lock -1.
void rc_ipc_unlock(const char *path, int lock);

#endif
