// SPDX-License-Identifier: Apache-2.0
//
// A call that has a connection for itself: an exclusive one is acquired, the call's segment is
// executed on it, and it goes back. What a transaction that the segment opened did is then
// rolled back; a session that may have been changed is closed. A statement that is still
// running when its caller was told that it is late, is cancelled.
#ifndef RC_SERVICE_SOLO_H
#define RC_SERVICE_SOLO_H

#include "service/call.h"

// error: why it failed, NULL when it did not. The connection has been given back. Loop's
// thread, or that of the start when it comes before the start returns.
typedef void (*rc_solo_fn)(struct rc_call *call, const struct rc_pg_error *error);

// Caller's storage, zeroed before it is filled; alive until on_done.
struct rc_solo {
    struct rc_call *call; // its segment is complete but for on_done and user
    rc_solo_fn on_done;
    bool is_dirty; // the session may have been changed: it is not used again

    // Private from here on.
    struct rc_pg_acquire acquire;
    struct rc_pg_conn *conn;
};

// on_done will come, once. call->segment.user is the call, as everywhere.
void rc_solo_start(struct rc_solo *solo);

#endif
