// SPDX-License-Identifier: Apache-2.0
//
// The pool as a whole: its lanes' ups and downs, its clock, its opening and closing. Only the
// loop's thread changes what the lanes are; other threads send on them (submit.c).
#include "pg/pool.h"

#include "base/clock.h"
#include "pg/pool_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// --- up and down ---

void rc_pg_pool_describe_down(const struct rc_pg_pool *pool, struct rc_pg_error *ret_error)
{
    *ret_error = pool->last_error;
    if (ret_error->kind == RC_PG_ERROR_NONE) {
        rc_pg_error_set(ret_error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED,
                        "not connected to the database yet");
    }
    ret_error->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    ret_error->step = -1;
}

static void report_state(struct rc_pg_pool *pool, bool ready, const char *reason)
{
    if (strncmp(pool->reported, reason, sizeof pool->reported - 1) != 0) {
        snprintf(pool->reported, sizeof pool->reported, "%s", reason);
        if (pool->options.on_state) {
            pool->options.on_state(pool->options.on_state_arg, ready, reason);
        }
    }
}

static void on_lane_ready(struct rc_pg_link *link)
{
    struct rc_pg_pool *pool = ((struct rc_pg_lane *)link)->pool;
    pthread_mutex_lock(&pool->mutex);
    pool->unreachable = false;
    bool first = atomic_fetch_add(&pool->lanes_up, 1) == 0;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
    atomic_fetch_add(&pool->connects, 1);
    if (first) {
        report_state(pool, true, "connected");
    }
    rc_pg_pool_dispatch(pool);
}

void rc_pg_pool_note_down(struct rc_pg_pool *pool, const struct rc_pg_error *error)
{
    pthread_mutex_lock(&pool->mutex);
    pool->last_error = *error;
    pthread_mutex_unlock(&pool->mutex);
}

static void on_lane_down(struct rc_pg_link *link, bool was_ready,
                         const struct rc_pg_error *error)
{
    struct rc_pg_lane *lane = (struct rc_pg_lane *)link;
    struct rc_pg_pool *pool = lane->pool;
    bool last = false;
    if (!lane->is_retired) {
        rc_pg_pool_note_down(pool, error);
    }
    if (!was_ready) {
        rc_pg_lane_failed(lane);
    } else {
        atomic_fetch_add(&pool->losses, lane->is_retired ? 0 : 1);
        pthread_mutex_lock(&pool->mutex);
        last = atomic_fetch_sub(&pool->lanes_up, 1) == 1;
        pool->down_since_us = last ? rc_clock_now_us() : pool->down_since_us;
        pthread_mutex_unlock(&pool->mutex);
    }
    bool closing = atomic_load(&pool->stopping);
    if (!closing && (last || atomic_load(&pool->lanes_up) == 0)) {
        report_state(pool, false, error->message);
    }
    rc_pg_loop_arm(pool->loop, link->retry_at_us);
}

static const struct rc_pg_link_owner lane_owner = {
    .on_outcomes = rc_pg_pool_on_outcomes,
    .on_ready = on_lane_ready,
    .on_down = on_lane_down,
};

// --- time ---

static void fail_list(struct rc_pg_segment *list, const struct rc_pg_error *error)
{
    while (list) {
        struct rc_pg_segment *segment = list;
        list = segment->next;
        segment->next = NULL;
        segment->on_done(segment, error);
    }
}

static struct rc_pg_segment *take_all(struct rc_pg_pool *pool)
{
    struct rc_pg_segment *list = pool->queue.head;
    pool->queue.head = pool->queue.tail = NULL;
    pool->queue.count = 0;
    pool->queue.bytes = 0;
    rc_pg_pool_count_queue(pool);
    return list;
}

// Answers those whose deadline passed in the queue, and everyone when the grace without a
// connection is over.
static void expire_queue(struct rc_pg_pool *pool, int64_t now_us)
{
    struct rc_pg_error timeout;
    struct rc_pg_error down;
    rc_pg_error_set(&timeout, RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_NOT_EXECUTED,
                    "the deadline passed while waiting for a connection");
    pthread_mutex_lock(&pool->mutex);
    struct rc_pg_segment *found = pool->late;
    pool->late = NULL;
    struct rc_pg_segment *late = rc_pg_queue_take_late(&pool->queue, now_us);
    struct rc_pg_segment *abandoned = NULL;
    rc_pg_pool_describe_down(pool, &down);
    int64_t grace_until_us = pool->down_since_us + pool->options.connect_grace_ms * 1000LL;
    if (atomic_load(&pool->lanes_up) == 0) {
        pool->unreachable = now_us >= grace_until_us;
        abandoned = pool->unreachable ? take_all(pool) : NULL;
        rc_pg_loop_arm(pool->loop, pool->unreachable ? INT64_MAX : grace_until_us);
    }
    rc_pg_loop_arm(pool->loop, rc_pg_queue_next_deadline(&pool->queue));
    rc_pg_pool_count_queue(pool);
    pthread_mutex_unlock(&pool->mutex);
    fail_list(found, &timeout);
    fail_list(late, &timeout);
    fail_list(abandoned, &down);
}

static bool is_drained(struct rc_pg_pool *pool)
{
    for (int i = 0; i < pool->lane_count; i++) {
        if (atomic_load(&pool->lanes[i].link.in_flight) > 0) {
            return false;
        }
    }
    return atomic_load(&pool->queued) == 0 && rc_pg_exclusive_is_drained(pool);
}

// Ends everything once nothing is left or time is up. True when the pool is done with the loop.
static bool finish_close(struct rc_pg_pool *pool, int64_t now_us)
{
    struct rc_pg_error error;
    pthread_mutex_lock(&pool->mutex);
    bool closing = pool->closing;
    int64_t close_at_us = pool->close_at_us;
    pthread_mutex_unlock(&pool->mutex);
    if (!closing) {
        return false;
    }
    if (now_us < close_at_us && !is_drained(pool)) {
        rc_pg_loop_arm(pool->loop, close_at_us);
        return false;
    }
    rc_pg_error_set(&error, RC_PG_ERROR_SHUTDOWN, ROWCALL_OUTCOME_NOT_EXECUTED,
                    "the database pool is closing");
    for (int i = 0; i < pool->lane_count; i++) {
        rc_pg_link_close(&pool->lanes[i].link, &error);
    }
    rc_pg_exclusive_close(pool, &error);
    pthread_mutex_lock(&pool->mutex);
    struct rc_pg_segment *rest = take_all(pool);
    pthread_mutex_unlock(&pool->mutex);
    fail_list(rest, &error);
    return true;
}

static bool on_tick(struct rc_pg_ticker *ticker, int64_t now_us)
{
    struct rc_pg_pool *pool = (struct rc_pg_pool *)ticker; // its first member
    rc_pg_lanes_tick(pool, now_us);
    expire_queue(pool, now_us);
    rc_pg_pool_dispatch(pool);
    rc_pg_exclusive_tick(pool, now_us);
    if (!finish_close(pool, now_us)) {
        return true;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->closed = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex); // from here on the closing thread may free the pool
    return false;
}

// --- opening and closing ---

static int or_default(int value, int fallback)
{
    return value != 0 ? value : fallback;
}

static void fill_options(struct rc_pg_pool *pool, const struct rc_pg_pool_options *options)
{
    struct rc_pg_pool_options *o = &pool->options;
    *o = *options;
    o->lanes_max = or_default(o->lanes_max, o->lanes > 0 ? o->lanes : 16);
    o->lanes = or_default(o->lanes, 2);
    o->lanes_max = o->lanes_max < o->lanes ? o->lanes : o->lanes_max;
    o->exclusive_max = or_default(o->exclusive_max, 4);
    o->exclusive_max = o->exclusive_max < 0 ? 0 : o->exclusive_max;
    o->inflight_calls = or_default(o->inflight_calls, 64);
    o->inflight_bytes = o->inflight_bytes ? o->inflight_bytes : (size_t)8 << 20;
    o->queue_calls = or_default(o->queue_calls, 4096);
    o->queue_bytes = o->queue_bytes ? o->queue_bytes : (size_t)64 << 20;
    o->prepared_max = or_default(o->prepared_max, 500);
    o->statement_timeout_ms = or_default(o->statement_timeout_ms, 30000);
    const char *of_url = rc_pg_url_value(&pool->url, "connect_timeout");
    long seconds = of_url ? strtol(of_url, NULL, 10) : 0;
    int wanted_ms = seconds > 0 && seconds < 3600 ? (int)seconds * 1000 : 5000;
    o->connect_timeout_ms = or_default(o->connect_timeout_ms, wanted_ms);
    o->connect_grace_ms = or_default(o->connect_grace_ms, 2000);
    o->idle_transaction_ms = or_default(o->idle_transaction_ms, 60000);
    o->idle_ms = or_default(o->idle_ms, 60000);
    o->exclusive_waiting = or_default(o->exclusive_waiting, 256);
    snprintf(pool->name, sizeof pool->name, "%s", o->name ? o->name : "database");
    pool->queue.max_count = o->queue_calls;
    pool->queue.max_bytes = o->queue_bytes;
    o->url = o->name = o->search_path = NULL; // not ours to keep
}

void rc_pg_pool_link_options(struct rc_pg_pool *pool, struct rc_pg_link_options *ret_options)
{
    const struct rc_pg_pool_options *o = &pool->options;
    *ret_options = (struct rc_pg_link_options){
        .loop = pool->loop,
        .url = &pool->url,
        .session = {.statement_timeout_ms = o->statement_timeout_ms,
                    .idle_transaction_ms = o->idle_transaction_ms,
                    .search_path =
                        pool->search_path ? pool->search_path : pool->url.search_path},
        .inflight_calls = o->inflight_calls,
        .inflight_bytes = o->inflight_bytes,
        .prepared_max = o->prepared_max,
        .connect_timeout_ms = o->connect_timeout_ms,
    };
}

static rowcall_status init_lanes(struct rc_pg_pool *pool, rowcall_error *err)
{
    pool->lanes = calloc((size_t)pool->options.lanes_max, sizeof *pool->lanes);
    if (!pool->lanes) {
        return rc_error_oom(err);
    }
    struct rc_pg_link_options options;
    atomic_init(&pool->lanes_wanted, pool->options.lanes);
    rc_pg_pool_link_options(pool, &options);
    options.owner = &lane_owner;
    options.shared = true;
    for (int i = 0; i < pool->options.lanes_max; i++) {
        char name[96];
        snprintf(name, sizeof name, "rowcall %s lane %d", pool->name, i + 1);
        options.application_name = name;
        pool->lanes[i].pool = pool;
        rowcall_status st = rc_pg_link_init(&pool->lanes[i].link, &options, err);
        if (st != ROWCALL_OK) {
            return st;
        }
        pool->lane_count++;
    }
    return ROWCALL_OK;
}

static void free_pool(struct rc_pg_pool *pool)
{
    for (int i = 0; i < pool->lane_count; i++) {
        rc_pg_link_fini(&pool->lanes[i].link);
    }
    rc_pg_exclusive_fini(pool);
    free(pool->lanes);
    free(pool->search_path);
    rc_pg_url_fini(&pool->url);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

static void init_locks(struct rc_pg_pool *pool)
{
    pthread_condattr_t attributes;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

rowcall_status rc_pg_pool_open(struct rc_pg_loop *loop,
                               const struct rc_pg_pool_options *options,
                               struct rc_pg_pool **ret_pool, rowcall_error *err)
{
    struct rc_pg_pool *pool = calloc(1, sizeof *pool);
    if (!pool) {
        return rc_error_oom(err);
    }
    init_locks(pool);
    pool->loop = loop;
    pool->ticker.on_tick = on_tick;
    pool->down_since_us = rc_clock_now_us();
    rowcall_status st = rc_pg_url_init(&pool->url, options->url, err);
    if (st == ROWCALL_OK && options->search_path) {
        pool->search_path = strdup(options->search_path);
        st = pool->search_path ? ROWCALL_OK : rc_error_oom(err);
    }
    if (st == ROWCALL_OK) {
        fill_options(pool, options);
        st = init_lanes(pool, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_pg_exclusive_init(pool, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_pg_loop_add(loop, &pool->ticker, err);
    }
    if (st != ROWCALL_OK) {
        free_pool(pool);
        return st;
    }
    *ret_pool = pool;
    return ROWCALL_OK;
}

void rc_pg_pool_stop(struct rc_pg_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&pool->stopping, true);
    pthread_mutex_unlock(&pool->mutex);
}

void rc_pg_pool_close(struct rc_pg_pool *pool, int64_t deadline_us)
{
    if (!pool) {
        return;
    }
    assert(!rc_pg_loop_is_current(pool->loop));
    rc_pg_pool_stop(pool);
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    pool->close_at_us = deadline_us;
    rc_pg_loop_arm(pool->loop, 0);
    while (!pool->closed) {
        pthread_cond_wait(&pool->changed, &pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    free_pool(pool);
}

// --- looking ---

bool rc_pg_pool_is_ready(const struct rc_pg_pool *pool)
{
    return atomic_load(&pool->lanes_up) > 0;
}

rowcall_status rc_pg_pool_wait_ready(struct rc_pg_pool *pool, int64_t deadline_us,
                                     rowcall_error *err)
{
    struct timespec until = {.tv_sec = deadline_us / 1000000,
                             .tv_nsec = deadline_us % 1000000 * 1000};
    struct rc_pg_error error;
    int waited = 0;
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load(&pool->lanes_up) == 0 && waited != ETIMEDOUT) {
        waited = pthread_cond_timedwait(&pool->changed, &pool->mutex, &until);
    }
    bool ready = atomic_load(&pool->lanes_up) > 0;
    rc_pg_pool_describe_down(pool, &error);
    pthread_mutex_unlock(&pool->mutex);
    return ready ? ROWCALL_OK : rc_pg_error_export(&error, err);
}

void rc_pg_pool_last_error(struct rc_pg_pool *pool, struct rc_pg_error *ret_error)
{
    pthread_mutex_lock(&pool->mutex);
    *ret_error = pool->last_error;
    pthread_mutex_unlock(&pool->mutex);
}

static void add_link_stats(struct rc_pg_link *link, struct rc_pg_pool_stats *stats)
{
    pthread_mutex_lock(&link->mutex);
    stats->segments += link->sent_total;
    stats->prepared += link->prepared_total;
    pthread_mutex_unlock(&link->mutex);
}

void rc_pg_pool_stats(struct rc_pg_pool *pool, struct rc_pg_pool_stats *ret_stats)
{
    struct rc_pg_pool_stats stats = {.lanes = atomic_load(&pool->lanes_wanted),
                                     .lanes_up = atomic_load(&pool->lanes_up),
                                     .retries = atomic_load(&pool->retries),
                                     .refused = atomic_load(&pool->refused),
                                     .connects = atomic_load(&pool->connects),
                                     .losses = atomic_load(&pool->losses)};
    for (int i = 0; i < pool->lane_count; i++) {
        stats.in_flight += atomic_load(&pool->lanes[i].link.in_flight);
        add_link_stats(&pool->lanes[i].link, &stats);
    }
    pthread_mutex_lock(&pool->mutex);
    stats.queued = pool->queue.count;
    stats.queued_bytes = pool->queue.bytes;
    stats.exclusive_waiting = pool->acquire_count;
    for (int i = 0; i < pool->conn_count; i++) {
        struct rc_pg_link *link = &pool->conns[i].link;
        stats.exclusive_leased += pool->conns[i].role == RC_PG_CONN_LEASED;
        pthread_mutex_lock(&link->mutex);
        stats.exclusive_open += link->state == RC_PG_LINK_READY;
        pthread_mutex_unlock(&link->mutex);
        add_link_stats(link, &stats);
    }
    pthread_mutex_unlock(&pool->mutex);
    *ret_stats = stats;
}
