// SPDX-License-Identifier: Apache-2.0
//
// One interactive transaction. Shared by transactions.c (its life) and transaction_calls.c
// (what is done in it); everything here needs the mutex of its owner.
#ifndef RC_SERVICE_TRANSACTION_H
#define RC_SERVICE_TRANSACTION_H

#include "service/savepoints.h"
#include "service/stream.h"
#include "service/transaction_table.h"
#include "service/transactions.h"

#include <pthread.h>

struct rc_transaction {
    struct rc_transaction_entry entry; // first: the table's entries are transactions
    struct rc_transaction *next_live;
    struct rc_transactions *owner;
    struct rc_database *database;
    struct rc_transaction_mode mode;
    struct rc_call *beginner; // the Begin that waits for it; NULL once it was answered
    struct rc_pg_acquire acquire;
    struct rc_pg_timer timer; // to its expiry, and then to be cleared away
    struct rc_pg_conn *conn;  // NULL: not lent yet, or dead
    int64_t expires_us;
    size_t pending;                 // segments without their end
    struct rc_call *waiting, *last; // calls for which there is no room yet, in order
    unsigned losses;                // connections that were lost before it was begun
    enum rc_transaction_end end;
    bool ending; // COMMIT or ROLLBACK is under way: nothing else may follow
    bool dirty;  // the connection is not to be used again
    bool held;   // COMMIT said so

    // A failure is told by the calls of its epoch; going back to a savepoint begins a new one,
    // so that answers to what was sent before do not fail it.
    bool failed;
    char failure[128]; // what failed: "Product/Create (P2002)"
    unsigned epoch;
    size_t unsure; // ways back to a savepoint under way: what was sent before may have failed,
                   // and with it the preparing of statements
    struct rc_savepoints savepoints;
    struct rc_stream *streams; // stream.h; the only one of a transaction that was begun for it
};

struct rc_transactions {
    struct rc_transactions_options options;
    pthread_mutex_t mutex; // guards the rest, and every transaction
    pthread_cond_t changed;
    struct rc_transaction_table table;
    struct rc_transaction *live; // all that are not freed
    bool stopping;
    atomic_uint_least32_t last_stream; // not under the mutex
};

static inline void rc_transactions_lock(struct rc_transactions *transactions)
{
    (void)pthread_mutex_lock(&transactions->mutex);
}

static inline void rc_transactions_unlock(struct rc_transactions *transactions)
{
    (void)pthread_mutex_unlock(&transactions->mutex);
}

// A P2028 of this status; returns it.
rowcall_status rc_transaction_refuse(rowcall_error *err, rowcall_status status,
                                     const char *format, ...) RC_PRINTF(3, 4);

// Makes it unknown to its client and has it cleared away; once only.
void rc_transaction_end(struct rc_transaction *transaction, enum rc_transaction_end end);

// Frees one that has ended and has nothing under way, its connection given back. Loop's thread.
void rc_transaction_settle(struct rc_transaction *transaction);

// A segment failed, or was refused, for this reason: what it means for the transaction's
// connection.
void rc_transaction_note_loss(struct rc_transaction *transaction,
                              const struct rc_pg_error *error);

// Sends the call's segment; then on_done will come. Otherwise *ret_error says why not, and it
// is to be noted.
rowcall_status rc_transaction_send(struct rc_transaction *transaction, struct rc_call *call,
                                   rc_pg_done_fn on_done,
                                   struct rc_pg_error *ret_error) RC_MUST_CHECK;

// A statement of transaction control.
struct rc_transaction_control {
    struct rc_pg_statement statement;
    struct rc_pg_step step;
    char sql[64];
};

// Makes room for such a statement in the exchange's arena. Handling thread; no mutex is needed.
rowcall_status rc_transaction_control(struct rc_call *call) RC_MUST_CHECK;

// Makes it the call's segment.
void rc_transaction_word(struct rc_call *call, const char *format, ...) RC_PRINTF(2, 3);

// ---- transaction_queue.c

// Sends the call by `enter` when its transaction has room, and finishes it when that is
// refused. enter: mutex held; true: it was sent, and may be gone already; false: it is to be
// finished. Handling thread, without the mutex.
void rc_transaction_enter(struct rc_call *call, struct rc_view id,
                          bool (*enter)(struct rc_call *call));

// Sends what waits, as far as there is room; when the transaction has ended, all of it is
// refused. Gives the calls that are to be finished.
struct rc_call *rc_transaction_let_in(struct rc_transaction *transaction) RC_MUST_CHECK;

// Finishes them. Without the mutex.
void rc_transaction_finish(struct rc_call *calls);

#endif
