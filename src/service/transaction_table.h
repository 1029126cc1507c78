// SPDX-License-Identifier: Apache-2.0
//
// The interactive transactions that are open, by id and client, and a memory of those that have
// ended: so that a late call is told what became of its transaction. The memory is bounded, the
// oldest is forgotten first. Not thread-safe (its owner's mutex guards it).
#ifndef RC_SERVICE_TRANSACTION_TABLE_H
#define RC_SERVICE_TRANSACTION_TABLE_H

#include "base/error.h"
#include "base/view.h"

#include <stdint.h>

// How a transaction ends.
enum rc_transaction_end {
    RC_TRANSACTION_OPEN, // it has not
    RC_TRANSACTION_COMMITTED,
    RC_TRANSACTION_ROLLED_BACK, // its client said so, or its COMMIT failed
    RC_TRANSACTION_EXPIRED,
    RC_TRANSACTION_LOST,      // with its connection to PostgreSQL: rolled back
    RC_TRANSACTION_UNKNOWN,   // lost during COMMIT
    RC_TRANSACTION_PEER_GONE, // its client is
    RC_TRANSACTION_STOPPED,   // the server is stopping
};

// 128 bits as hexadecimal digits.
enum { RC_TRANSACTION_ID_LEN = 32 };

// Remembered after their end.
enum { RC_TRANSACTIONS_ENDED_MAX = 1024 };

// An open transaction: its owner's storage.
struct rc_transaction_entry {
    struct rc_transaction_entry *next;
    char id[RC_TRANSACTION_ID_LEN + 1]; // "": not begun yet, nobody knows it
    uint64_t peer;                      // whose it is
    uint32_t timeout_ms;
    bool is_stream; // it was begun for one stream, and is known to nobody but its pulls
    uint64_t pages; // of that stream, given when it ended
};

struct rc_transaction_ended;

struct rc_transaction_table {
    struct rc_transaction_entry *open; // the newest first
    size_t open_count;
    struct rc_transaction_ended *ended; // a ring of RC_TRANSACTIONS_ENDED_MAX
    size_t ended_count;                 // of all times
};

// Readies an empty table. RESOURCE_EXHAUSTED without memory.
rowcall_status rc_transaction_table_init(struct rc_transaction_table *table,
                                         rowcall_error *err) RC_MUST_CHECK;
void rc_transaction_table_fini(struct rc_transaction_table *table);

// Adds a transaction of entry->peer.
void rc_transaction_table_add(struct rc_transaction_table *table,
                              struct rc_transaction_entry *entry);

// Gives it an id that cannot be guessed. UNAVAILABLE when the system has no randomness.
rowcall_status rc_transaction_table_name(struct rc_transaction_entry *entry,
                                         rowcall_error *err) RC_MUST_CHECK;

// Takes it out, and remembers how it ended, unless it was never named.
void rc_transaction_table_end(struct rc_transaction_table *table,
                              struct rc_transaction_entry *entry, enum rc_transaction_end end);

// How many a peer has.
size_t rc_transaction_table_count(const struct rc_transaction_table *table, uint64_t peer);

// The open transaction of this id, which peer must have begun. ABORTED (P2028) saying how it
// ended; NOT_FOUND (P2028) when this peer never had it, or it was long ago. err->outcome is
// NOT_EXECUTED.
rowcall_status rc_transaction_table_find(const struct rc_transaction_table *table,
                                         struct rc_view id, uint64_t peer,
                                         struct rc_transaction_entry **ret_entry,
                                         rowcall_error *err) RC_MUST_CHECK;

// Whether peer had a stream of this id, and it is over. ret_pages: how many it has given, 0
// when it was not ended by its last page.
bool rc_transaction_table_had_stream(const struct rc_transaction_table *table,
                                     struct rc_view id, uint64_t peer, uint64_t *ret_pages);

#endif
