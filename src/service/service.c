// SPDX-License-Identifier: Apache-2.0
//
// Starting and stopping the service.
#include "service/service.h"

#include "base/clock.h"
#include "base/log.h"
#include "service/collect.h"
#include "service/service_internal.h"

#include <stdio.h>
#include <stdlib.h>

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value > 0 ? value : fallback;
}

static void fill_options(struct rc_service_options *to, const struct rc_service_options *from)
{
    *to = *from;
    to->default_timeout_ms = or_default(from->default_timeout_ms, 30000);
    to->max_timeout_ms = or_default(from->max_timeout_ms, 300000);
    to->max_calls = or_default(from->max_calls, 1000);
    to->max_in_flight = or_default(from->max_in_flight, 8192);
    to->max_peer_in_flight = or_default(from->max_peer_in_flight, 2048);
    to->max_transaction_ms = or_default(from->max_transaction_ms, 60000);
    to->max_peer_transactions = or_default(from->max_peer_transactions, 64);
    to->max_coalesced = or_default(from->max_coalesced, RC_GATHER_CALLS_MAX);
    if (to->max_coalesced > RC_GATHER_CALLS_MAX) {
        to->max_coalesced = RC_GATHER_CALLS_MAX;
    }
    if (to->max_bytes_in_flight == 0) {
        to->max_bytes_in_flight = (size_t)256 << 20;
    }
    if (to->max_reply_bytes == 0) {
        to->max_reply_bytes = (size_t)16 << 20;
    }
    // The caller's memory ends with the call that hands it over.
    to->databases = NULL;
    to->database_count = 0;
    to->tokens = NULL;
    to->explain.tokens = NULL;
    to->raw.tokens = NULL;
}

// PostgreSQL's own limit is for when ours fails: never shorter than the longest transaction.
static int idle_transaction_ms(const struct rc_service_options *options)
{
    enum { SLACK_MS = 10000 };
    return options->max_transaction_ms < INT32_MAX - SLACK_MS
               ? (int)options->max_transaction_ms + SLACK_MS
               : INT32_MAX;
}

static rowcall_status open_transactions(struct rc_service *service, rowcall_error *err)
{
    struct rc_transactions_options options = {
        .timers = service->timers,
        .max_timeout_ms = service->options.max_transaction_ms,
        .max_per_peer = service->options.max_peer_transactions,
    };
    return rc_transactions_new(&options, &service->transactions, err);
}

static rowcall_status open_databases(struct rc_service *service,
                                     const struct rc_service_options *options,
                                     rowcall_error *err)
{
    if (options->database_count == 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "no database to serve");
    }
    service->databases =
        rc_arena_new_array(&service->arena, options->database_count, struct rc_database);
    if (!service->databases) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < options->database_count; i++) {
        const struct rc_service_database *from = &options->databases[i];
        const struct rc_scope *scope = rc_schema_scope(service->schema, rc_view_of(from->name));
        if (!scope || !scope->is_database) {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "the schema has no database %s",
                                from->name);
        }
        struct rc_database_options database = {
            .loop = service->loop,
            .timers = service->timers,
            .max_coalesced = service->options.max_coalesced,
            .pool =
                {
                    .url = from->url,
                    .lanes = options->lanes,
                    .lanes_max = options->lanes_max,
                    .exclusive_max = options->exclusive_max,
                    .statement_timeout_ms = (int)service->options.default_timeout_ms,
                    .idle_transaction_ms = idle_transaction_ms(&service->options),
                },
        };
        service->database_count++; // closed and freed whether init succeeds or not
        rowcall_status st = rc_database_init(&service->databases[i], scope, &database, err);
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    return ROWCALL_OK;
}

rowcall_status rc_service_new(const struct rc_schema *schema,
                              const struct rc_service_options *options,
                              struct rc_service **ret_service, rowcall_error *err)
{
    struct rc_service *service = calloc(1, sizeof(*service));
    if (!service) {
        return rc_error_oom(err);
    }
    service->schema = schema;
    service->started_us = rc_clock_now_us();
    rc_arena_init(&service->arena, 0);
    rc_exchange_pool_init(&service->exchanges);
    fill_options(&service->options, options);
    struct rc_admission_limits limits = {
        .calls = service->options.max_in_flight,
        .peer_calls = service->options.max_peer_in_flight,
        .bytes = service->options.max_bytes_in_flight,
    };
    rowcall_status st = rc_admission_new(&limits, &service->admission, err);
    if (st == ROWCALL_OK) {
        st = rc_access_init(&service->access, options, &service->arena, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_pg_loop_new(&service->loop, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_pg_timers_new(service->loop, &service->timers, err);
    }
    if (st == ROWCALL_OK) {
        st = open_transactions(service, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_collect_new(&service->collect, err);
    }
    if (st == ROWCALL_OK) {
        st = open_databases(service, options, err);
    }
    if (st != ROWCALL_OK) {
        rc_service_free(service, 0);
        return st;
    }
    *ret_service = service;
    return ROWCALL_OK;
}

void rc_service_stop(struct rc_service *service)
{
    atomic_store(&service->stopping, true);
    if (service->transactions) {
        rc_transactions_stop(service->transactions);
    }
}

void rc_service_peer_gone(struct rc_service *service, uint64_t peer)
{
    rc_transactions_peer_gone(service->transactions, peer);
    rc_collect_peer_gone(service->collect, peer);
}

void rc_service_free(struct rc_service *service, int64_t deadline_us)
{
    if (!service) {
        return;
    }
    rc_service_stop(service);
    if (deadline_us > 0) {
        (void)rc_exchange_pool_wait(&service->exchanges,
                                    deadline_us); // the rest is failed below
    }
    if (service->transactions) {
        rc_transactions_wait(service->transactions);
    }
    for (size_t i = 0; i < service->database_count; i++) {
        rc_database_close(&service->databases[i], deadline_us);
    }
    // Closing answered everything; what is left is a reply on its way out of another thread.
    while (!rc_exchange_pool_wait(&service->exchanges, rc_clock_now_us() + 1000000)) {
        rc_log(RC_LOG_WARN, "server", "still waiting for requests to end", (char *)NULL);
    }
    rc_transactions_free(service->transactions);
    rc_pg_timers_free(service->timers);
    for (size_t i = 0; i < service->database_count; i++) {
        rc_database_fini(&service->databases[i]);
    }
    rc_pg_loop_free(service->loop);
    rc_admission_free(service->admission);
    rc_exchange_pool_fini(&service->exchanges);
    rc_collect_free(service->collect);
    rc_arena_fini(&service->arena);
    free(service);
}

void rc_service_handle(struct rc_service *service, const struct rc_service_request *request)
{
    rc_exchange_run(service, request);
}

rowcall_status rc_service_wait_ready(struct rc_service *service, int64_t deadline_us,
                                     rowcall_error *err)
{
    for (size_t i = 0; i < service->database_count; i++) {
        rowcall_status st = rc_pg_pool_wait_ready(service->databases[i].pool, deadline_us, err);
        if (st != ROWCALL_OK) {
            rc_error_wrap(err, "database %s", service->databases[i].scope->name);
            return st;
        }
    }
    return ROWCALL_OK;
}

void rc_service_read_stats(struct rc_service *service, struct rc_service_stats *ret_stats)
{
    struct rc_service_counters *counters = &service->counters;
    *ret_stats = (struct rc_service_stats){
        .envelopes = atomic_load_explicit(&counters->envelopes, memory_order_relaxed),
        .calls = atomic_load_explicit(&counters->calls, memory_order_relaxed),
        .slow = atomic_load_explicit(&counters->slow, memory_order_relaxed),
    };
    for (size_t i = 0; i < 17; i++) {
        ret_stats->by_status[i] =
            atomic_load_explicit(&counters->by_status[i], memory_order_relaxed);
    }
    rc_admission_read(service->admission, &ret_stats->in_flight, &ret_stats->bytes_in_flight);
    for (size_t i = 0; i < service->database_count; i++) {
        struct rc_gather_stats gathered;
        rc_gather_read_stats(service->databases[i].gather, &gathered);
        ret_stats->batches += gathered.batches;
        ret_stats->coalesced += gathered.calls;
        ret_stats->broken_batches += gathered.broken;
    }
    ret_stats->transactions = rc_transactions_count(service->transactions);
}

void rc_service_hold(struct rc_service *service, const char *database, const char *reason)
{
    struct rc_database *held = rc_service_database_of(service, rc_view_of(database));
    if (held) {
        rc_database_hold(held, reason);
    }
}

struct rc_database *rc_service_database_of(struct rc_service *service, struct rc_view name)
{
    for (size_t i = 0; i < service->database_count; i++) {
        if (rc_view_is(name, service->databases[i].scope->name)) {
            return &service->databases[i];
        }
    }
    return NULL;
}

void rc_service_database_names(const struct rc_service *service, char *ret_text, size_t size)
{
    size_t len = 0;
    ret_text[0] = '\0';
    for (size_t i = 0; i < service->database_count && len < size; i++) {
        int added = snprintf(ret_text + len, size - len, "%s%s", i > 0 ? ", " : "",
                             service->databases[i].scope->name);
        len += added > 0 ? (size_t)added : 0;
    }
}
