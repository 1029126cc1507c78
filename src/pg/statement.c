// SPDX-License-Identifier: Apache-2.0
//
// Identities of statements: one counter for the process.
#include "pg/statement.h"

#include <stdatomic.h>

uint64_t rc_pg_statement_next_id(void)
{
    static _Atomic uint64_t last_id;
    return atomic_fetch_add_explicit(&last_id, 1, memory_order_relaxed) + 1;
}
