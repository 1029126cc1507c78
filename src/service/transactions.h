// SPDX-License-Identifier: Apache-2.0
//
// Interactive transactions: begun by one call, used by others, ended by another; each on an
// exclusive connection of its own.
//
//   Begin      acquire (max_wait) | BEGIN                      -> an id, and a clock that runs
//   calls      segments, in the order in which they come, pipelined
//   Savepoint, Rollback to one                                 likewise
//   Commit     COMMIT; ROLLBACK when a call has failed         -> P2028
//   the end    the connection is given back, rolled back if it is still in the transaction
//
// A statement that fails fails the transaction, as in PostgreSQL: everything but Rollback is
// refused until it is rolled back, or back to a savepoint. A transaction ends by Commit or
// Rollback, when its time is over, when its client is gone, when its connection to PostgreSQL
// is lost, and when the server stops; its id then says which.
//
// Threads: every function may be called from any thread. A transaction is freed on the loop's
// thread, when it has ended and nothing of it is under way.
#ifndef RC_SERVICE_TRANSACTIONS_H
#define RC_SERVICE_TRANSACTIONS_H

#include "pg/timer.h"
#include "service/call.h"

struct rc_transactions;

struct rc_transactions_options {
    struct rc_pg_timers *timers; // borrowed
    uint32_t max_timeout_ms;     // longer ones are cut to this
    uint32_t max_per_peer;       // open ones of a client
};

rowcall_status rc_transactions_new(const struct rc_transactions_options *options,
                                   struct rc_transactions **ret_transactions,
                                   rowcall_error *err) RC_MUST_CHECK;

// After stop, and after the pools were closed; the timers must still run. Blocks; not from a
// callback. NULL is accepted.
void rc_transactions_free(struct rc_transactions *transactions);

// The methods of the service Transactions. Each takes a prepared call and finishes it, perhaps
// before it returns.
void rc_transactions_begin(struct rc_call *call);
void rc_transactions_commit(struct rc_call *call);
void rc_transactions_rollback(struct rc_call *call);
void rc_transactions_savepoint(struct rc_call *call);

// Begins a transaction for the stream that a call begins, with the call's segment, and finishes
// the call.
void rc_transactions_begin_stream(struct rc_call *call);

// A number for a stream, no other one's.
uint32_t rc_transactions_next_stream(struct rc_transactions *transactions);

// Executes a prepared call within the transaction that it, or the token of its stream, names,
// and finishes it.
void rc_transactions_run(struct rc_call *call);

// A client's connection has gone: its transactions are rolled back, what they execute is
// cancelled.
void rc_transactions_peer_gone(struct rc_transactions *transactions, uint64_t peer);

// No more are begun; those that are open are rolled back, once what they execute is done.
void rc_transactions_stop(struct rc_transactions *transactions);

// After stop: waits until no transaction holds a connection without executing anything on it,
// so that pools may be closed. Blocks; not from a callback.
void rc_transactions_wait(struct rc_transactions *transactions);

// How many are open, or about to be.
size_t rc_transactions_count(struct rc_transactions *transactions);

#endif
