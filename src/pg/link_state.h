// SPDX-License-Identifier: Apache-2.0
//
// The life of one connection, as a table of what may follow what. Private to the module.
//
//   DOWN -> CONNECTING -> CONFIGURING -> READY
//     ^          |             |           |
//     +-------- BROKEN <-------+-----------+
#ifndef RC_PG_LINK_STATE_H
#define RC_PG_LINK_STATE_H

#include <stdbool.h>

enum rc_pg_link_state {
    RC_PG_LINK_DOWN,        // no connection
    RC_PG_LINK_CONNECTING,  // libpq is logging in
    RC_PG_LINK_CONFIGURING, // the session's settings are on the wire
    RC_PG_LINK_READY,       // takes segments
    RC_PG_LINK_BROKEN,      // unusable; the loop's thread will clear it away
    RC_PG_LINK_STATE_COUNT
};

// Whether a connection may go from one state to the other.
bool rc_pg_link_state_allows(enum rc_pg_link_state from, enum rc_pg_link_state to);

#endif
