// SPDX-License-Identifier: Apache-2.0
//
// Opening and closing a database, and saying so in the log.
#include "service/database.h"

#include "base/log.h"

#include <stdio.h>

static void log_state(void *arg, bool ready, const char *reason)
{
    const struct rc_database *database = arg;
    rc_log(ready ? RC_LOG_INFO : RC_LOG_WARN, database->subject, ready ? "up" : "down",
           "reason", "%s", reason ? reason : "", (char *)NULL);
}

rowcall_status rc_database_init(struct rc_database *database, const struct rc_scope *scope,
                                const struct rc_database_options *options, rowcall_error *err)
{
    *database = (struct rc_database){.scope = scope};
    (void)pthread_mutex_init(&database->hold_mutex, NULL);
    (void)snprintf(database->subject, sizeof(database->subject), "database %s", scope->name);
    struct rc_query_options query_options = {.next_id = rc_pg_statement_next_id};
    struct rc_pg_pool_options pool_options = options->pool;
    pool_options.name = scope->name;
    pool_options.on_state = log_state;
    pool_options.on_state_arg = database;
    rowcall_status st = rc_methods_init(&database->methods, scope, err);
    if (st == ROWCALL_OK) {
        st = rc_api_new(scope, &database->api, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_query_new(database->api, &query_options, &database->query, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_pg_pool_open(options->loop, &pool_options, &database->pool, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_gather_new(database->pool, options->timers, options->max_coalesced,
                           &database->gather, err);
    }
    return st == ROWCALL_OK ? st : (rc_error_wrap(err, "database %s", scope->name), st);
}

void rc_database_hold(struct rc_database *database, const char *reason)
{
    (void)pthread_mutex_lock(&database->hold_mutex);
    (void)snprintf(database->hold_reason, sizeof(database->hold_reason), "%s",
                   reason ? reason : "");
    atomic_store(&database->held, reason != NULL);
    (void)pthread_mutex_unlock(&database->hold_mutex);
}

rowcall_status rc_database_check(struct rc_database *database, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    if (atomic_load_explicit(&database->held, memory_order_relaxed)) {
        (void)pthread_mutex_lock(&database->hold_mutex);
        if (atomic_load(&database->held)) {
            st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "database %s is not served: %s",
                              database->scope->name, database->hold_reason);
        }
        (void)pthread_mutex_unlock(&database->hold_mutex);
    }
    return st;
}

void rc_database_close(struct rc_database *database, int64_t deadline_us)
{
    rc_pg_pool_close(database->pool, deadline_us);
    database->pool = NULL;
    rc_gather_stop(database->gather);
}

void rc_database_fini(struct rc_database *database)
{
    rc_database_close(database, 0);
    rc_gather_free(database->gather);
    rc_query_free(database->query);
    rc_api_free(database->api);
    rc_methods_fini(&database->methods);
    (void)pthread_mutex_destroy(&database->hold_mutex);
}
