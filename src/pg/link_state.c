// SPDX-License-Identifier: Apache-2.0
//
// The table of transitions.
#include "pg/link_state.h"

bool rc_pg_link_state_allows(enum rc_pg_link_state from, enum rc_pg_link_state to)
{
    static const bool allowed[RC_PG_LINK_STATE_COUNT][RC_PG_LINK_STATE_COUNT] = {
        [RC_PG_LINK_DOWN] = {[RC_PG_LINK_CONNECTING] = true},
        [RC_PG_LINK_CONNECTING] = {[RC_PG_LINK_CONFIGURING] = true, [RC_PG_LINK_BROKEN] = true},
        [RC_PG_LINK_CONFIGURING] = {[RC_PG_LINK_READY] = true, [RC_PG_LINK_BROKEN] = true},
        [RC_PG_LINK_READY] = {[RC_PG_LINK_BROKEN] = true},
        [RC_PG_LINK_BROKEN] = {[RC_PG_LINK_DOWN] = true},
    };
    return allowed[from][to];
}
