// SPDX-License-Identifier: Apache-2.0
//
// Interactive transactions: a function run within one, committed when it succeeds and rolled
// back when it does not.
//
//   static rowcall_status move(core_db tx, void *arg, rowcall_error *err)
//   {
//       ... core_account_update(tx, ..., err), as often as needed ...
//       return ROWCALL_OK;                        // anything else rolls back
//   }
//
//   st = core_transact(db, NULL, move, &job, &err);
//
// Within the function every stub is called as ever, with tx in place of db: a handle of the
// same type, bound to the transaction. When all calls are known beforehand, an atomic batch
// (batch.h) does the same in one round trip.
//
// A transaction has a connection of the database to itself and is limited in time: do in it
// what has to be done in it, and nothing else. Its calls are executed one after the other. A
// statement that fails (P2002, P2003, ...) fails the transaction: what is called afterwards is
// refused with P2028, unless it goes back to a savepoint first. When the program or its
// connection goes, the server rolls back.
#ifndef ROWCALL_TRANSACTION_H
#define ROWCALL_TRANSACTION_H

#include "rowcall/client.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a transaction sees of others. Numbers are those of rowcall.IsolationLevel.
typedef enum rowcall_isolation {
    ROWCALL_ISOLATION_DEFAULT = 0, // the database's own: READ COMMITTED unless it was changed
    ROWCALL_ISOLATION_READ_COMMITTED = 1,
    ROWCALL_ISOLATION_REPEATABLE_READ = 2,
    ROWCALL_ISOLATION_SERIALIZABLE = 3,
} rowcall_isolation;

// Zero means the default.
typedef struct rowcall_transaction_options {
    rowcall_isolation isolation;
    bool read_only;       // PostgreSQL refuses every write
    uint32_t timeout_ms;  // how long it may live; 5000. The server has a limit of its own
    uint32_t max_wait_ms; // how long to wait for a connection of the database; 2000
    uint32_t max_retries; // how often the function is run again, from its beginning, after a
                          // conflict with another transaction (P2034); 0
} rowcall_transaction_options;

// Does the work of a transaction; its calls are made with `transaction`. ROWCALL_OK commits.
// Anything else rolls back and is what run returns, with what the function left in err (never
// NULL here). It must not end the transaction itself, nor keep the handle. With max_retries it
// may be run several times: what it changes outside of the database it must be able to change
// again.
typedef rowcall_status (*rowcall_transaction_fn)(rowcall_handle transaction, void *arg,
                                                 rowcall_error *err);

// Runs a function in a transaction on the handle's database. Generated code wraps it in the
// types of a scope (core_transact). options may be NULL. Blocks; any thread.
// Errors: those of the function, with outcome "rolled back"; of Begin (P2028,
// RESOURCE_EXHAUSTED: no connection within max_wait_ms); of Commit, whose outcome may be
// unknown when the connection was lost.
rowcall_status rowcall_transaction_run(rowcall_handle handle,
                                       const rowcall_transaction_options *options,
                                       rowcall_transaction_fn run, void *arg,
                                       rowcall_error *err);

// ---- Savepoints. Each blocks for a round trip. Names: 1 to 63 bytes.

// Sets a savepoint in the transaction.
rowcall_status rowcall_savepoint_set(rowcall_handle transaction, const char *name,
                                     rowcall_error *err);

// Undoes what was written since, and with it a failure since then; the savepoint stays.
// FAILED_PRECONDITION: there is none of this name.
rowcall_status rowcall_savepoint_rollback(rowcall_handle transaction, const char *name,
                                          rowcall_error *err);

// Forgets the savepoint; what was written since stays. FAILED_PRECONDITION as above.
rowcall_status rowcall_savepoint_release(rowcall_handle transaction, const char *name,
                                         rowcall_error *err);

// ---- The parts of run, for who cannot put the work into a function. A transaction that is
// begun has to be ended; the handle is a value, and of no use afterwards.

// Begins a transaction; max_retries is not looked at. *ret_transaction is bound to it.
rowcall_status rowcall_transaction_begin(rowcall_handle handle,
                                         const rowcall_transaction_options *options,
                                         rowcall_handle *ret_transaction, rowcall_error *err);

// Commits. ABORTED (P2028): it was rolled back, because a call in it had failed or its time was
// over.
rowcall_status rowcall_transaction_commit(rowcall_handle transaction, rowcall_error *err);

// Rolls back.
rowcall_status rowcall_transaction_rollback(rowcall_handle transaction, rowcall_error *err);

#ifdef __cplusplus
}
#endif
#endif
