// SPDX-License-Identifier: Apache-2.0
//
// The way of calls into their transaction: at once while its connection has room, otherwise in
// order behind the others. What waits was prepared by the thread that handles it and needs no
// memory when its turn comes.
#include "service/transaction.h"

#include "service/service_internal.h"

// Segments on a connection at once: fewer than it takes (pg/pool.h, inflight_calls).
enum { IN_FLIGHT_MAX = 32 };

static bool has_room(const struct rc_transaction *transaction)
{
    return transaction->pending < IN_FLIGHT_MAX;
}

static void append(struct rc_transaction *transaction, struct rc_call *call)
{
    call->next_waiting = NULL;
    *(transaction->waiting ? &transaction->last->next_waiting : &transaction->waiting) = call;
    transaction->last = call;
}

// Whether the call waits now.
static bool queue(struct rc_transactions *transactions, struct rc_call *call, struct rc_view id)
{
    struct rc_transaction_entry *entry = NULL;
    rowcall_error ignored = {0}; // entering says it again
    if (rc_transaction_table_find(&transactions->table, id, call->exchange->request.peer,
                                  &entry, &ignored) != ROWCALL_OK) {
        return false;
    }
    struct rc_transaction *transaction = (struct rc_transaction *)entry; // its first member
    bool waits = transaction->waiting || !has_room(transaction);
    if (waits) {
        append(transaction, call);
    }
    return waits;
}

void rc_transaction_enter(struct rc_call *call, struct rc_view id,
                          bool (*enter)(struct rc_call *call))
{
    struct rc_transactions *owner = call->exchange->service->transactions;
    call->enter = enter;
    rc_transactions_lock(owner);
    bool on_its_way = queue(owner, call, id) || enter(call);
    rc_transactions_unlock(owner);
    if (!on_its_way) {
        rc_call_finish(call);
    }
}

struct rc_call *rc_transaction_let_in(struct rc_transaction *transaction)
{
    struct rc_call *refused = NULL;
    struct rc_call **end = &refused;
    while (transaction->waiting &&
           (has_room(transaction) || transaction->end != RC_TRANSACTION_OPEN)) {
        struct rc_call *call = transaction->waiting;
        transaction->waiting = call->next_waiting;
        call->next_waiting = NULL;
        if (!call->enter(call)) {
            *end = call;
            end = &call->next_waiting;
        }
    }
    return refused;
}

void rc_transaction_finish(struct rc_call *calls)
{
    while (calls) {
        struct rc_call *call = calls;
        calls = call->next_waiting;
        rc_call_finish(call);
    }
}
