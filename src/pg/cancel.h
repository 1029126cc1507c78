// SPDX-License-Identifier: Apache-2.0
//
// A request to cancel what a connection executes. It goes to the server on a connection of its
// own, and libpq blocks meanwhile, so it has a thread of its own, too. Private to the module.
#ifndef RC_PG_CANCEL_H
#define RC_PG_CANCEL_H

#include <stdbool.h>

struct pg_conn;
struct rc_pg_cancel;

// Asks the server of pg to cancel what it executes. NULL without memory or a thread; otherwise
// the caller drops it. Any thread, pg's mutex held; pg may be closed at any time afterwards.
struct rc_pg_cancel *rc_pg_cancel_start(struct pg_conn *pg);

// Whether the request is over, one way or the other: what is sent from here on it does not
// reach. Any thread.
bool rc_pg_cancel_is_over(struct rc_pg_cancel *cancel);

// Lets go of it; it goes on by itself. NULL is accepted. Any thread.
void rc_pg_cancel_drop(struct rc_pg_cancel *cancel);

#endif
