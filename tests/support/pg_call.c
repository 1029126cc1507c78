// SPDX-License-Identifier: Apache-2.0
//
// Test segments: the callbacks copy what tests look at, and wake the waiting thread.
#include "support/pg_call.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_result(struct rc_pg_segment *segment, int step,
                      const struct rc_pg_result *result)
{
    struct call *call = segment->user;
    call->row_count[step] = rc_pg_result_row_count(result);
    snprintf(call->tag[step], sizeof call->tag[step], "%s", rc_pg_result_tag(result));
    if (call->row_count[step] > 0 && rc_pg_result_column_count(result) > 0) {
        struct rc_pg_value value = rc_pg_result_value(result, 0, 0);
        snprintf(call->text[step], sizeof call->text[step], "%.*s",
                 value.len < 0 ? 4 : value.len, value.len < 0 ? "NULL" : value.data);
    }
}

static void on_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct call *call = segment->user;
    pthread_mutex_lock(&call->mutex);
    call->done_count++;
    call->failed = error != NULL;
    if (error) {
        call->error = *error;
    }
    pthread_cond_broadcast(&call->done);
    pthread_mutex_unlock(&call->mutex);
}

void call_init(struct call *call)
{
    *call = (struct call){0};
    pthread_mutex_init(&call->mutex, NULL);
    pthread_cond_init(&call->done, NULL);
    call->segment.steps = call->steps;
    call->segment.on_result = on_result;
    call->segment.on_done = on_done;
    call->segment.user = call;
    for (int i = 0; i < CALL_STEPS; i++) {
        call->row_count[i] = -1;
    }
}

void call_fini(struct call *call)
{
    pthread_mutex_destroy(&call->mutex);
    pthread_cond_destroy(&call->done);
}

void call_add(struct call *call, uint64_t id, const char *sql, const char *a, const char *b)
{
    int i = call->segment.step_count++;
    if (i >= CALL_STEPS) {
        abort();
    }
    call->statements[i] =
        (struct rc_pg_statement){.id = id, .sql = sql, .sql_len = strlen(sql)};
    call->values[i][0] = a;
    call->values[i][1] = b;
    call->steps[i].statement = &call->statements[i];
    call->steps[i].params = (struct rc_pg_params){.count = b   ? 2
                                                           : a ? 1
                                                               : 0,
                                                  .values = call->values[i]};
}

void call_wait(struct call *call)
{
    pthread_mutex_lock(&call->mutex);
    while (call->done_count == 0) {
        pthread_cond_wait(&call->done, &call->mutex);
    }
    pthread_mutex_unlock(&call->mutex);
}

static bool finish(struct call *call, rowcall_status st, const struct rc_pg_error *refusal)
{
    if (st != ROWCALL_OK) {
        call->failed = true;
        call->error = *refusal;
        return false;
    }
    call_wait(call);
    return !call->failed;
}

bool call_run(struct call *call, struct rc_pg_pool *pool)
{
    struct rc_pg_error refusal = {0};
    call->done_count = 0;
    rowcall_status st = rc_pg_pool_submit(pool, &call->segment, &refusal);
    return finish(call, st, &refusal);
}

bool call_run_on(struct call *call, struct rc_pg_conn *conn)
{
    struct rc_pg_error refusal = {0};
    call->done_count = 0;
    rowcall_status st = rc_pg_conn_submit(conn, &call->segment, &refusal);
    return finish(call, st, &refusal);
}

bool call_sql(struct call *call, struct rc_pg_pool *pool, const char *sql)
{
    call_init(call);
    call_add(call, 0, sql, NULL, NULL);
    return call_run(call, pool);
}

bool wait_until(bool (*condition)(void *arg), void *arg)
{
    int64_t until_us = rc_clock_now_us() + 20 * 1000000LL;
    while (!condition(arg)) {
        if (rc_clock_now_us() > until_us) {
            return false;
        }
        usleep(2000);
    }
    return true;
}

struct acquiring {
    struct rc_pg_acquire acquire;
    struct rc_pg_conn *conn;
    struct rc_pg_error error;
    bool done;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

static void on_acquired(struct rc_pg_acquire *acquire, struct rc_pg_conn *conn,
                        const struct rc_pg_error *error)
{
    struct acquiring *a = acquire->user;
    pthread_mutex_lock(&a->mutex);
    a->conn = conn;
    if (error) {
        a->error = *error;
    }
    a->done = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->mutex);
}

struct rc_pg_conn *acquire_conn(struct rc_pg_pool *pool, int64_t deadline_us,
                                struct rc_pg_error *ret_error)
{
    struct acquiring a = {.acquire = {.deadline_us = deadline_us, .on_done = on_acquired}};
    a.acquire.user = &a;
    pthread_mutex_init(&a.mutex, NULL);
    pthread_cond_init(&a.changed, NULL);
    if (rc_pg_pool_acquire(pool, &a.acquire, &a.error) == ROWCALL_OK) {
        pthread_mutex_lock(&a.mutex);
        while (!a.done) {
            pthread_cond_wait(&a.changed, &a.mutex);
        }
        pthread_mutex_unlock(&a.mutex);
    }
    pthread_mutex_destroy(&a.mutex);
    pthread_cond_destroy(&a.changed);
    if (ret_error) {
        *ret_error = a.error;
    }
    return a.conn;
}
