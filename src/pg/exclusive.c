// SPDX-License-Identifier: Apache-2.0
//
// Exclusive connections: lent whole, taken back clean. The loop's thread alone changes roles,
// except that a caller's release turns LEASED into RETURNING; so leases, roll-backs and closes
// never race.
#include "base/clock.h"
#include "pg/cancel.h"
#include "pg/pool_internal.h"
#include "pg/timing.h"

#include <libpq-fe.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static const struct rc_pg_statement rollback_statement = {.sql = "ROLLBACK", .sql_len = 8};

// --- links ---

static enum rc_pg_link_state state_of(struct rc_pg_conn *conn)
{
    pthread_mutex_lock(&conn->link.mutex);
    enum rc_pg_link_state state = conn->link.state;
    pthread_mutex_unlock(&conn->link.mutex);
    return state;
}

// Sends again on the same connection what failed on a stale plan; false when that is
// impossible.
static bool resend(struct rc_pg_conn *conn, struct rc_pg_outcome *outcome)
{
    struct rc_pg_segment *segment = outcome->segment;
    struct rc_pg_link *link = &conn->link;
    pthread_mutex_lock(&link->mutex);
    bool able =
        link->state == RC_PG_LINK_READY && link->ring_count < link->options.inflight_calls;
    if (able) {
        rc_pg_outcome_clear(outcome);
        segment->reparses++;
        segment->fresh = true;
        rc_pg_segment_restart(segment);
        able = rc_pg_link_send(link, segment);
    }
    pthread_mutex_unlock(&link->mutex);
    return able;
}

static void on_conn_outcomes(struct rc_pg_link *link, struct rc_pg_outcome *outcomes, int count)
{
    struct rc_pg_conn *conn = (struct rc_pg_conn *)link;
    struct rc_pg_error down;
    rc_pg_link_last_error(link, &down);
    for (int i = 0; i < count; i++) {
        if (outcomes[i].fate == RC_PG_FATE_STALE) {
            if (resend(conn, &outcomes[i])) {
                atomic_fetch_add(&conn->pool->retries, 1);
                continue;
            }
            outcomes[i].fate = outcomes[i].failure ? RC_PG_FATE_FAILED : RC_PG_FATE_UNSENT;
        }
        rc_pg_pool_answer(&outcomes[i], &down);
    }
    pthread_mutex_lock(&conn->pool->mutex);
    bool awaited = conn->role == RC_PG_CONN_RETURNING || conn->pool->closing;
    pthread_mutex_unlock(&conn->pool->mutex);
    if (awaited) {
        rc_pg_loop_arm(conn->pool->loop, 0);
    }
}

static void on_conn_ready(struct rc_pg_link *link)
{
    struct rc_pg_conn *conn = (struct rc_pg_conn *)link;
    pthread_mutex_lock(&conn->pool->mutex);
    conn->idle_since_us = rc_clock_now_us();
    pthread_mutex_unlock(&conn->pool->mutex);
    atomic_fetch_add(&conn->pool->connects, 1);
    rc_pg_loop_arm(conn->pool->loop, 0);
}

static void on_conn_down(struct rc_pg_link *link, bool was_ready,
                         const struct rc_pg_error *error)
{
    struct rc_pg_conn *conn = (struct rc_pg_conn *)link;
    if (!was_ready) {
        rc_pg_pool_note_down(conn->pool, error);
    }
    rc_pg_loop_arm(conn->pool->loop, 0);
}

static const struct rc_pg_link_owner conn_owner = {
    .on_outcomes = on_conn_outcomes,
    .on_ready = on_conn_ready,
    .on_down = on_conn_down,
};

// --- leasing ---

static rowcall_status refuse(struct rc_pg_error *err, enum rc_pg_error_kind kind,
                             const char *message)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, kind, ROWCALL_OUTCOME_NOT_EXECUTED, "%s", message);
    if (err) {
        *err = error;
    }
    return rc_pg_error_export(&error, NULL);
}

rowcall_status rc_pg_pool_acquire(struct rc_pg_pool *pool, struct rc_pg_acquire *acquire,
                                  struct rc_pg_error *err)
{
    acquire->since_us = rc_clock_now_us();
    acquire->next = NULL;
    if (acquire->deadline_us == 0) {
        acquire->deadline_us = acquire->since_us + RC_PG_ACQUIRE_WAIT_US;
    }
    if (pool->conn_count == 0) {
        return refuse(err, RC_PG_ERROR_INVALID, "this database has no exclusive connections");
    }
    rowcall_status st = ROWCALL_OK;
    pthread_mutex_lock(&pool->mutex);
    if (atomic_load(&pool->stopping)) {
        st = refuse(err, RC_PG_ERROR_SHUTDOWN, "the database pool is closing");
    } else if (pool->acquire_count >= pool->options.exclusive_waiting) {
        atomic_fetch_add(&pool->refused, 1);
        st = refuse(err, RC_PG_ERROR_QUEUE_FULL, "too many wait for an exclusive connection");
    } else {
        *(pool->acquires_end ? &pool->acquires_end->next : &pool->acquires) = acquire;
        pool->acquires_end = acquire;
        pool->acquire_count++;
        rc_pg_loop_arm(pool->loop, 0);
    }
    pthread_mutex_unlock(&pool->mutex);
    return st;
}

// Takes out those that waited past their deadline or, when nothing is up, past the grace. Mutex
// held.
static struct rc_pg_acquire *take_expired(struct rc_pg_pool *pool, int64_t now_us,
                                          bool all_down)
{
    struct rc_pg_acquire *expired = NULL;
    struct rc_pg_acquire **end = &expired;
    struct rc_pg_acquire **at = &pool->acquires;
    int64_t grace_us = pool->options.connect_grace_ms * 1000LL;
    pool->acquires_end = NULL;
    while (*at) {
        struct rc_pg_acquire *acquire = *at;
        int64_t until_us = acquire->deadline_us;
        if (all_down && acquire->since_us + grace_us < until_us) {
            until_us = acquire->since_us + grace_us;
        }
        if (until_us <= now_us) {
            *at = acquire->next;
            acquire->next = NULL;
            *end = acquire;
            end = &acquire->next;
            pool->acquire_count--;
        } else {
            rc_pg_loop_arm(pool->loop, until_us);
            pool->acquires_end = acquire;
            at = &acquire->next;
        }
    }
    return expired;
}

static void fail_expired(struct rc_pg_pool *pool, int64_t now_us)
{
    struct rc_pg_error down;
    struct rc_pg_error timeout;
    bool all_down = true;
    rc_pg_error_set(&timeout, RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_NOT_EXECUTED,
                    "the deadline passed while waiting for an exclusive connection");
    for (int i = 0; i < pool->conn_count; i++) {
        all_down = all_down && state_of(&pool->conns[i]) != RC_PG_LINK_READY;
    }
    pthread_mutex_lock(&pool->mutex);
    struct rc_pg_acquire *expired = take_expired(pool, now_us, all_down);
    rc_pg_pool_describe_down(pool, &down);
    pthread_mutex_unlock(&pool->mutex);
    while (expired) {
        struct rc_pg_acquire *acquire = expired;
        expired = acquire->next;
        acquire->on_done(acquire, NULL, all_down ? &down : &timeout);
    }
}

// Leases a warm connection to whoever waits longest; false when there is no pair.
static bool lease_one(struct rc_pg_pool *pool)
{
    struct rc_pg_conn *conn = NULL;
    pthread_mutex_lock(&pool->mutex);
    struct rc_pg_acquire *acquire = pool->acquires;
    for (int i = 0; acquire && i < pool->conn_count && !conn; i++) {
        struct rc_pg_conn *candidate = &pool->conns[i];
        if (candidate->role == RC_PG_CONN_FREE && state_of(candidate) == RC_PG_LINK_READY) {
            conn = candidate;
        }
    }
    if (conn) {
        pool->acquires = acquire->next;
        pool->acquires_end = pool->acquires ? pool->acquires_end : NULL;
        pool->acquire_count--;
        conn->role = RC_PG_CONN_LEASED;
        conn->dirty = false;
        pthread_mutex_lock(&conn->link.mutex);
        conn->generation = conn->link.generation;
        pthread_mutex_unlock(&conn->link.mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    if (conn) {
        acquire->on_done(acquire, conn, NULL);
    }
    return conn != NULL;
}

// Opens as many connections as are waited for.
static void connect_wanted(struct rc_pg_pool *pool, int64_t now_us)
{
    pthread_mutex_lock(&pool->mutex);
    int wanted = pool->acquire_count;
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->conn_count && wanted > 0; i++) {
        struct rc_pg_conn *conn = &pool->conns[i];
        enum rc_pg_link_state state = state_of(conn);
        if (state == RC_PG_LINK_CONNECTING || state == RC_PG_LINK_CONFIGURING) {
            wanted--;
        } else if (state == RC_PG_LINK_DOWN && conn->link.retry_at_us <= now_us) {
            pthread_mutex_lock(&pool->mutex);
            bool is_free = conn->role == RC_PG_CONN_FREE;
            pthread_mutex_unlock(&pool->mutex);
            if (is_free) { // only this thread makes it anything else
                rc_pg_link_connect(&conn->link, now_us);
                wanted--;
            }
        } else if (state == RC_PG_LINK_DOWN) {
            rc_pg_loop_arm(pool->loop, conn->link.retry_at_us);
        }
    }
}

// --- taking back ---

static void on_rollback_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_pg_conn *conn = segment->user;
    if (error) {
        pthread_mutex_lock(&conn->pool->mutex);
        conn->dirty = true;
        pthread_mutex_unlock(&conn->pool->mutex);
    }
}

static bool send_rollback(struct rc_pg_conn *conn)
{
    conn->rollback_step = (struct rc_pg_step){.statement = &rollback_statement};
    conn->rollback = (struct rc_pg_segment){.steps = &conn->rollback_step,
                                            .step_count = 1,
                                            .control = true,
                                            .on_done = on_rollback_done,
                                            .user = conn};
    return rc_pg_link_send(&conn->link, &conn->rollback);
}

static void close_quietly(struct rc_pg_conn *conn, const char *reason)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "%s", reason);
    rc_pg_link_close(&conn->link, &error);
    // It did not fail: the next one may be made at once. Both are the loop's.
    conn->link.retry_at_us = 0;
    conn->link.failures = 0;
}

// A step of RETURNING -> FREE: wait, roll back, or done.
static void take_back(struct rc_pg_conn *conn, int64_t now_us)
{
    bool broken = false;
    bool idle = false;
    bool busy = false;
    pthread_mutex_lock(&conn->pool->mutex);
    bool dirty = conn->dirty;
    pthread_mutex_unlock(&conn->pool->mutex);
    pthread_mutex_lock(&conn->link.mutex);
    if (conn->link.state == RC_PG_LINK_READY) {
        busy = conn->link.ring_count > 0;
        idle = !busy && PQtransactionStatus(conn->link.pg) == PQTRANS_IDLE;
        if (!busy && !idle && !dirty) {
            broken = !send_rollback(conn);
            busy = !broken;
        }
    } else {
        broken = conn->link.state == RC_PG_LINK_BROKEN;
    }
    pthread_mutex_unlock(&conn->link.mutex);
    if (broken) {
        rc_pg_loop_arm(conn->pool->loop, 0);
    }
    if (busy || broken) {
        return;
    }
    if (dirty) {
        close_quietly(conn, "its session state may have changed");
    }
    pthread_mutex_lock(&conn->pool->mutex);
    conn->role = RC_PG_CONN_FREE;
    conn->idle_since_us = now_us;
    pthread_mutex_unlock(&conn->pool->mutex);
}

// Closes a warm connection that nobody wanted for a while.
static void close_idle(struct rc_pg_conn *conn, int64_t now_us)
{
    if (state_of(conn) != RC_PG_LINK_READY) {
        return;
    }
    int64_t until_us = conn->idle_since_us + conn->pool->options.idle_ms * 1000LL;
    if (until_us <= now_us) {
        close_quietly(conn, "idle");
    } else {
        rc_pg_loop_arm(conn->pool->loop, until_us);
    }
}

void rc_pg_exclusive_tick(struct rc_pg_pool *pool, int64_t now_us)
{
    for (int i = 0; i < pool->conn_count; i++) {
        struct rc_pg_conn *conn = &pool->conns[i];
        rc_pg_link_tick(&conn->link, now_us);
        pthread_mutex_lock(&pool->mutex);
        bool returning = conn->role == RC_PG_CONN_RETURNING;
        pthread_mutex_unlock(&pool->mutex);
        if (returning) {
            take_back(conn, now_us);
        }
    }
    while (lease_one(pool)) {
    }
    fail_expired(pool, now_us);
    connect_wanted(pool, now_us);
    for (int i = 0; i < pool->conn_count; i++) {
        struct rc_pg_conn *conn = &pool->conns[i];
        pthread_mutex_lock(&pool->mutex);
        bool is_free = conn->role == RC_PG_CONN_FREE;
        pthread_mutex_unlock(&pool->mutex);
        if (is_free) {
            close_idle(conn, now_us);
        }
    }
}

// --- the caller's side ---

rowcall_status rc_pg_conn_submit(struct rc_pg_conn *conn, struct rc_pg_segment *segment,
                                 struct rc_pg_error *err)
{
    struct rc_pg_pool *pool = conn->pool;
    struct rc_pg_link *link = &conn->link;
    int64_t deadline_us = segment->deadline_us;
    rowcall_status st = rc_pg_pool_admit(pool, segment, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    pthread_mutex_lock(&link->mutex);
    bool same = link->state == RC_PG_LINK_READY && link->generation == conn->generation;
    bool full = same && link->ring_count >= link->options.inflight_calls;
    bool sent = same && !full && rc_pg_link_send(link, segment);
    bool broken = link->state == RC_PG_LINK_BROKEN;
    pthread_mutex_unlock(&link->mutex);
    if (broken) {
        rc_pg_loop_arm(pool->loop, 0);
    } else if (deadline_us != 0) {
        rc_pg_loop_arm(pool->loop, deadline_us + RC_PG_LATE_SLACK_US);
    }
    if (full) {
        return refuse(err, RC_PG_ERROR_QUEUE_FULL,
                      "too many segments in flight on this connection");
    }
    return sent ? ROWCALL_OK : refuse(err, RC_PG_ERROR_CONNECTION, "the connection was lost");
}

void rc_pg_conn_release(struct rc_pg_conn *conn, bool dirty)
{
    pthread_mutex_lock(&conn->pool->mutex);
    assert(conn->role == RC_PG_CONN_LEASED);
    conn->role = RC_PG_CONN_RETURNING;
    conn->dirty = dirty;
    pthread_mutex_unlock(&conn->pool->mutex);
    rc_pg_loop_arm(conn->pool->loop, 0);
}

rowcall_status rc_pg_conn_cancel(struct rc_pg_conn *conn, rowcall_error *err)
{
    struct rc_pg_link *link = &conn->link;
    pthread_mutex_lock(&link->mutex);
    bool same = link->state == RC_PG_LINK_READY && link->generation == conn->generation;
    struct rc_pg_cancel *cancel = same ? rc_pg_cancel_start(link->pg) : NULL;
    pthread_mutex_unlock(&link->mutex);
    rc_pg_cancel_drop(cancel);
    if (!same) {
        return rc_error_set(err, ROWCALL_UNAVAILABLE, "the connection was lost");
    }
    return cancel ? ROWCALL_OK
                  : rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                                 "neither memory nor a thread for a cancel");
}

// --- life ---

rowcall_status rc_pg_exclusive_init(struct rc_pg_pool *pool, rowcall_error *err)
{
    struct rc_pg_link_options options;
    int wanted = pool->options.exclusive_max;
    pool->conns = calloc((size_t)wanted + 1, sizeof *pool->conns);
    if (!pool->conns) {
        return rc_error_oom(err);
    }
    rc_pg_pool_link_options(pool, &options);
    options.owner = &conn_owner;
    for (int i = 0; i < wanted; i++) {
        char name[96];
        snprintf(name, sizeof name, "rowcall %s exclusive %d", pool->name, i + 1);
        options.application_name = name;
        pool->conns[i].pool = pool;
        rowcall_status st = rc_pg_link_init(&pool->conns[i].link, &options, err);
        if (st != ROWCALL_OK) {
            return st;
        }
        pool->conn_count++;
    }
    return ROWCALL_OK;
}

void rc_pg_exclusive_fini(struct rc_pg_pool *pool)
{
    for (int i = 0; i < pool->conn_count; i++) {
        rc_pg_link_fini(&pool->conns[i].link);
    }
    free(pool->conns);
}

bool rc_pg_exclusive_is_drained(struct rc_pg_pool *pool)
{
    for (int i = 0; i < pool->conn_count; i++) {
        if (atomic_load(&pool->conns[i].link.in_flight) > 0) {
            return false;
        }
    }
    return true;
}

void rc_pg_exclusive_close(struct rc_pg_pool *pool, const struct rc_pg_error *error)
{
    for (int i = 0; i < pool->conn_count; i++) {
        rc_pg_link_close(&pool->conns[i].link, error);
    }
    pthread_mutex_lock(&pool->mutex);
    struct rc_pg_acquire *waiting = pool->acquires;
    pool->acquires = pool->acquires_end = NULL;
    pool->acquire_count = 0;
    pthread_mutex_unlock(&pool->mutex);
    while (waiting) {
        struct rc_pg_acquire *acquire = waiting;
        waiting = acquire->next;
        acquire->on_done(acquire, NULL, error);
    }
}
