// SPDX-License-Identifier: Apache-2.0
//
// One request envelope in flight: its calls, their memory, and the reply that is put together
// when the last of them is finished. Exchanges are recycled with a warm arena and warm reply
// buffers, so that requests like those before allocate nothing.
//
// Threads: prepared by the thread that handles, which alone uses the arena and holds the
// exchange open meanwhile; finished by whoever finishes last.
#ifndef RC_SERVICE_EXCHANGE_H
#define RC_SERVICE_EXCHANGE_H

#include "pg/timer.h"
#include "service/call.h"
#include "service/service.h"

#include <pthread.h>
#include <stdatomic.h>

// An atomic envelope's transaction; used on the loop's thread alone once acquire was called.
struct rc_atomic {
    struct rc_pg_acquire acquire;
    struct rc_pg_timer timer; // to the next attempt
    struct rc_pg_conn *conn;  // NULL: not lent, or dead
    struct rc_pg_segment control;
    struct rc_pg_step control_step;
    struct rc_pg_statement control_statement;
    int64_t deadline_us; // the smallest of its calls'
    size_t next;         // the first call that was not sent yet
    size_t pending;      // segments without their end
    size_t failed;       // index of the first call that failed; call_count: none
    unsigned retries;    // made because of conflicts
    unsigned stales;     // retries because of connections that were of no use
    bool stale;          // this one is: lost before it was used, or with stale plans
    bool begun;          // BEGIN is known to hold
    rowcall_error err;   // the failure of the transaction itself
};

struct rc_exchange {
    struct rc_exchange *next; // in the pool's list
    struct rc_service *service;
    struct rc_service_request request;
    struct rc_arena arena;
    struct rc_buf first;   // the first call's reply, and at the end the envelope
    struct rc_buf *others; // the replies of the calls behind it
    size_t other_count;    // at least as many as those calls: some are of earlier requests
    size_t other_bytes;    // the sum of their capacities, but for those in use
    size_t kept;           // bytes it keeps, while it is spare
    struct rc_envelope envelope;
    struct rc_exchange *next_listed; // under way, with an id (collect.h)
    bool listed;
    struct rc_call *calls;
    size_t call_count;
    atomic_size_t open; // calls that are not finished, and one while the handling thread works
    int64_t received_us;
    bool authorized; // the token was right, or none is asked for
    bool admitted;   // counted in admission
    struct rc_atomic atomic;
};

struct rc_exchange_pool {
    pthread_mutex_t mutex;
    pthread_cond_t idle;       // active became 0
    struct rc_exchange *spare; // the one used last comes first
    size_t spare_count;
    size_t spare_bytes; // what they keep
    size_t active;
};

void rc_exchange_pool_init(struct rc_exchange_pool *pool);
// Everything taken must have been given back.
void rc_exchange_pool_fini(struct rc_exchange_pool *pool);

// Waits until no exchange is active, or until deadline_us; whether none is.
bool rc_exchange_pool_wait(struct rc_exchange_pool *pool, int64_t deadline_us);

// Handles a request from beginning to end (see rc_service_handle).
void rc_exchange_run(struct rc_service *service, const struct rc_service_request *request);

// A call was finished.
void rc_exchange_call_finished(struct rc_exchange *exchange);

#endif
