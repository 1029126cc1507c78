// SPDX-License-Identifier: Apache-2.0
//
// One database of the service: its scope, the API derived from it, its plans, its connections.
// Made at the start, unchanged until the end but for whether it is held; what it points to is
// thread-safe.
#ifndef RC_SERVICE_DATABASE_H
#define RC_SERVICE_DATABASE_H

#include "pg/pool.h"
#include "query/query.h"
#include "service/gather.h"
#include "service/methods.h"

#include <pthread.h>
#include <stdatomic.h>

struct rc_database {
    const struct rc_scope *scope; // borrowed; its name is the database's
    struct rc_api *api;
    struct rc_query *query;
    struct rc_pg_pool *pool;
    struct rc_gather *gather;
    struct rc_methods methods;
    char subject[80]; // "database core", for logs
    atomic_bool held; // calls are refused
    pthread_mutex_t hold_mutex;
    char hold_reason[500]; // under the mutex
};

// What it takes to open one; borrowed.
struct rc_database_options {
    struct rc_pg_loop *loop;
    struct rc_pg_timers *timers;
    size_t max_coalesced;           // lookups that share a statement; 1: none do
    struct rc_pg_pool_options pool; // name and on_state are filled in
};

// Opens a database in caller's storage. fini also after a failure.
rowcall_status rc_database_init(struct rc_database *database, const struct rc_scope *scope,
                                const struct rc_database_options *options,
                                rowcall_error *err) RC_MUST_CHECK;

// Refuses calls from now on, for a reason that is copied; NULL: takes them again. Any thread.
void rc_database_hold(struct rc_database *database, const char *reason);

// OK, or FAILED_PRECONDITION with the reason while the database is held. Any thread.
rowcall_status rc_database_check(struct rc_database *database, rowcall_error *err);

// Closes the pool (see rc_pg_pool_close), so that no call of this database runs any more.
// Blocks.
void rc_database_close(struct rc_database *database, int64_t deadline_us);

// Frees the rest, after the timers were freed; closes first when that was not done.
void rc_database_fini(struct rc_database *database);

#endif
