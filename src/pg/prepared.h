// SPDX-License-Identifier: Apache-2.0
//
// Which statements one connection has prepared: statement id -> serial, the number in the
// server-side name
// ("r<serial>"). Serials are never used twice on a connection, so a statement that is prepared
// anew cannot collide with its predecessor. Bounded: the least recently used one makes room.
// Not thread-safe (the connection's mutex guards it). Private to the module.
#ifndef RC_PG_PREPARED_H
#define RC_PG_PREPARED_H

#include "base/error.h"

#include <stdint.h>

struct rc_pg_prepared_entry;

struct rc_pg_prepared {
    struct rc_pg_prepared_entry *entries; // `capacity` of them
    int32_t *buckets;                     // index of the first entry of a chain, -1 = none
    uint32_t bucket_mask;
    int32_t capacity;
    int32_t count;
    int32_t newest, oldest; // ends of the list by use, -1 = empty
    int32_t unused;         // list of entries without a statement
    uint64_t last_serial;
};

// Room for capacity (>= 1) statements. RESOURCE_EXHAUSTED without memory.
rowcall_status rc_pg_prepared_init(struct rc_pg_prepared *prepared, int capacity,
                                   rowcall_error *err) RC_MUST_CHECK;
void rc_pg_prepared_fini(struct rc_pg_prepared *prepared);

// Forgets everything, for a new connection; serials begin at 1 again.
void rc_pg_prepared_clear(struct rc_pg_prepared *prepared);

// The serial of a statement, 0 when it is not prepared. Counts as a use.
uint64_t rc_pg_prepared_find(struct rc_pg_prepared *prepared, uint64_t id);

// Remembers a statement under a new serial, one above the last one given. *ret_dropped: the
// serial that is to be deallocated, of the same statement before or of the one that made room;
// 0 = none.
uint64_t rc_pg_prepared_add(struct rc_pg_prepared *prepared, uint64_t id,
                            uint64_t *ret_dropped);

// Forgets the statement with this serial, if it is remembered: its preparation failed.
void rc_pg_prepared_forget(struct rc_pg_prepared *prepared, uint64_t serial);

#endif
