// SPDX-License-Identifier: Apache-2.0
//
// Exchanges: taking an envelope in, starting its calls, putting the reply together.
#include "service/exchange.h"

#include "base/clock.h"
#include "service/atomic.h"
#include "service/collect.h"
#include "service/gather.h"
#include "service/service_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum { SPARE_MAX = 4096, FAILURE_ROOM = 1024 };

// What is kept for reuse: of a reply buffer, of all of an exchange's, of all exchanges.
#define BUF_KEPT_MAX   ((size_t)256 << 10)
#define BUFS_KEPT_MAX  ((size_t)512 << 10)
#define SPARE_KEPT_MAX ((size_t)32 << 20)

// What a request may cost in memory is a multiple of its size.
#define ARENA_BASE   ((size_t)1 << 20)
#define ARENA_FACTOR ((size_t)256)

void rc_exchange_pool_init(struct rc_exchange_pool *pool)
{
    *pool = (struct rc_exchange_pool){0};
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&pool->idle, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&pool->mutex, NULL);
}

static void free_exchange(struct rc_exchange *exchange)
{
    rc_arena_fini(&exchange->arena);
    rc_buf_fini(&exchange->first);
    for (size_t i = 0; i < exchange->other_count; i++) {
        rc_buf_fini(&exchange->others[i]);
    }
    free(exchange->others);
    free(exchange);
}

void rc_exchange_pool_fini(struct rc_exchange_pool *pool)
{
    assert(pool->active == 0);
    while (pool->spare) {
        struct rc_exchange *next = pool->spare->next;
        free_exchange(pool->spare);
        pool->spare = next;
    }
    (void)pthread_cond_destroy(&pool->idle);
    (void)pthread_mutex_destroy(&pool->mutex);
}

bool rc_exchange_pool_wait(struct rc_exchange_pool *pool, int64_t deadline_us)
{
    int64_t left_us = deadline_us - rc_clock_now_us();
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (left_us > 0 ? left_us % 1000000 : 0) * 1000;
    until.tv_sec += (time_t)((left_us > 0 ? left_us / 1000000 : 0) + ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    int waited = 0;
    (void)pthread_mutex_lock(&pool->mutex);
    while (pool->active > 0 && waited != ETIMEDOUT) {
        waited = pthread_cond_timedwait(&pool->idle, &pool->mutex, &until);
    }
    bool idle = pool->active == 0;
    (void)pthread_mutex_unlock(&pool->mutex);
    return idle;
}

static struct rc_exchange *take(struct rc_exchange_pool *pool)
{
    (void)pthread_mutex_lock(&pool->mutex);
    struct rc_exchange *exchange = pool->spare;
    if (exchange) {
        pool->spare = exchange->next;
        pool->spare_count--;
        pool->spare_bytes -= exchange->kept;
    } else {
        exchange = calloc(1, sizeof(*exchange));
    }
    pool->active += exchange ? 1 : 0;
    (void)pthread_mutex_unlock(&pool->mutex);
    return exchange;
}

// Makes it fit for the next request; how many bytes it keeps for that.
static size_t trim(struct rc_exchange *exchange)
{
    rc_arena_reset(&exchange->arena);
    if (exchange->first.capacity > BUF_KEPT_MAX) {
        rc_buf_fini(&exchange->first);
    }
    for (size_t i = 1; i < exchange->call_count; i++) {
        struct rc_buf *buf = &exchange->others[i - 1];
        if (buf->capacity > BUF_KEPT_MAX ||
            buf->capacity + exchange->other_bytes > BUFS_KEPT_MAX) {
            rc_buf_fini(buf);
        }
        exchange->other_bytes += buf->capacity;
    }
    return sizeof(*exchange) + rc_arena_kept(&exchange->arena) + exchange->first.capacity +
           exchange->other_bytes + exchange->other_count * sizeof(exchange->others[0]);
}

static void give_back(struct rc_exchange_pool *pool, struct rc_exchange *exchange)
{
    exchange->kept = trim(exchange);
    (void)pthread_mutex_lock(&pool->mutex);
    bool keep =
        pool->spare_count < SPARE_MAX && exchange->kept <= SPARE_KEPT_MAX - pool->spare_bytes;
    if (keep) {
        exchange->next = pool->spare;
        pool->spare = exchange;
        pool->spare_count++;
        pool->spare_bytes += exchange->kept;
    }
    if (--pool->active == 0) {
        (void)pthread_cond_broadcast(&pool->idle);
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    if (!keep) {
        free_exchange(exchange);
    }
}

static void init(struct rc_exchange *exchange, struct rc_service *service,
                 const struct rc_service_request *request)
{
    exchange->service = service;
    exchange->request = *request;
    exchange->arena.budget = ARENA_BASE + ARENA_FACTOR * request->bytes.len;
    rc_buf_clear(&exchange->first);
    exchange->first.limit = service->options.max_reply_bytes;
    exchange->envelope = (struct rc_envelope){0};
    exchange->listed = false;
    exchange->calls = NULL;
    exchange->call_count = 0;
    exchange->received_us = rc_clock_now_us();
    exchange->authorized = false;
    exchange->admitted = false;
}

// A reply that would make the envelope too large is kept to be collected by itself, or given
// up.
static void leave_out(struct rc_exchange *exchange, size_t i, size_t limit)
{
    struct rc_call *call = &exchange->calls[i];
    rowcall_error err = {0};
    rc_error_set(&err, ROWCALL_RESOURCE_EXHAUSTED,
                 "the replies of this envelope are larger than %zu bytes: send fewer calls "
                 "at once, or ask for fewer records with take",
                 limit);
    err.outcome = call->read_only ? ROWCALL_OUTCOME_ROLLED_BACK : ROWCALL_OUTCOME_UNKNOWN;
    if (rc_collect_keep(exchange->service->collect, exchange, i, call->reply.out)) {
        rc_reply_keep(&call->reply, &err);
    } else {
        rc_reply_fail(&call->reply, &err, NULL);
    }
}

// The replies of a multitude behind the first one's.
static void gather_replies(struct rc_exchange *exchange)
{
    struct rc_buf *all = &exchange->first;
    size_t limit = all->limit;
    all->limit = 0; // room for the failures below, which are small and few
    for (size_t i = 1; i < exchange->call_count; i++) {
        const struct rc_buf *reply = &exchange->others[i - 1];
        if (reply->len > FAILURE_ROOM && (all->len > limit || reply->len > limit - all->len)) {
            leave_out(exchange, i, limit);
        }
        rc_buf_append_view(all, rc_buf_view(reply));
        all->broken = all->broken || reply->broken;
    }
}

static void finish(struct rc_exchange *exchange)
{
    struct rc_service *service = exchange->service;
    struct rc_service_request request = exchange->request;
    rc_collect_leave(service->collect, exchange);
    gather_replies(exchange);
    if (exchange->admitted) {
        rc_admission_leave(service->admission, request.peer, (uint32_t)exchange->call_count,
                           request.bytes.len);
    }
    atomic_fetch_add_explicit(&service->counters.envelopes, 1, memory_order_relaxed);
    request.reply(request.arg, exchange->first.broken ? NULL : &exchange->first);
    give_back(&service->exchanges, exchange);
}

void rc_exchange_call_finished(struct rc_exchange *exchange)
{
    // Releases what this thread wrote, acquires what the others did.
    if (atomic_fetch_sub_explicit(&exchange->open, 1, memory_order_acq_rel) == 1) {
        finish(exchange);
    }
}

// Makes buffers for the replies of so many calls behind the first one.
static bool make_buffers(struct rc_exchange *exchange, size_t count)
{
    if (count <= exchange->other_count) {
        return true;
    }
    struct rc_buf *others = realloc(exchange->others, count * sizeof(*others));
    if (!others) {
        return false;
    }
    memset(others + exchange->other_count, 0,
           (count - exchange->other_count) * sizeof(*others));
    exchange->others = others;
    exchange->other_count = count;
    return true;
}

// Makes the calls, each with its reply begun.
static bool make_calls(struct rc_exchange *exchange)
{
    size_t count = exchange->envelope.call_count;
    exchange->calls = rc_arena_new_raw_array(&exchange->arena, count, struct rc_call);
    if (!exchange->calls || !make_buffers(exchange, count - 1)) {
        return false;
    }
    exchange->call_count = count;
    for (size_t i = 0; i < count; i++) {
        struct rc_call *call = &exchange->calls[i];
        memset(call, 0, offsetof(struct rc_call, err));
        rc_error_clear(&call->err);
        call->exchange = exchange;
        call->head = &exchange->envelope.calls[i];
        struct rc_buf *out = i == 0 ? &exchange->first : &exchange->others[i - 1];
        exchange->other_bytes -= i == 0 ? 0 : out->capacity; // until trim counts it again
        out->limit = exchange->service->options.max_reply_bytes;
        rc_reply_begin(&call->reply, out);
    }
    return true;
}

// The one reply to an envelope that cannot be read.
static void refuse_envelope(struct rc_exchange *exchange, rowcall_error *err)
{
    struct rc_reply reply;
    err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    rc_reply_begin(&reply, &exchange->first);
    rc_reply_fail(&reply, err, NULL);
    finish(exchange);
}

// Whether the calls may run at all.
static rowcall_status admit(struct rc_exchange *exchange, rowcall_error *err)
{
    struct rc_service *service = exchange->service;
    const struct rc_service_request *request = &exchange->request;
    if (request->draining || atomic_load(&service->stopping)) {
        return rc_error_set(err, ROWCALL_UNAVAILABLE, "the server is stopping");
    }
    if (request->over_limit) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                            "this connection has too many requests in flight");
    }
    rowcall_status st =
        rc_admission_enter(service->admission, request->peer,
                           (uint32_t)exchange->envelope.call_count, request->bytes.len, err);
    exchange->admitted = st == ROWCALL_OK;
    return st;
}

// Calls of one envelope that can be coalesced wait for each other: here they stop.
static void release_calls(struct rc_exchange *exchange)
{
    struct rc_gather_line *released = NULL;
    for (size_t i = 0; i < exchange->call_count; i++) {
        const struct rc_call *call = &exchange->calls[i]; // finished or not, it is still there
        if (call->line && call->line != released) {
            released = call->line;
            rc_gather_release(call->database->gather, released);
        }
    }
}

static void run_calls(struct rc_exchange *exchange, const rowcall_error *refusal)
{
    if (refusal->status != ROWCALL_OK) {
        for (size_t i = 0; i < exchange->call_count; i++) {
            exchange->calls[i].err = *refusal;
            rc_call_finish(&exchange->calls[i]);
        }
    } else if (rc_atomic_is_needed(&exchange->envelope)) {
        rc_atomic_start(exchange);
    } else {
        for (size_t i = 0; i < exchange->call_count; i++) {
            rc_call_start(&exchange->calls[i]);
        }
        if (exchange->call_count > 1) {
            release_calls(exchange);
        }
    }
}

void rc_exchange_run(struct rc_service *service, const struct rc_service_request *request)
{
    struct rc_exchange *exchange = take(&service->exchanges);
    if (!exchange) {
        request->reply(request->arg, NULL);
        return;
    }
    init(exchange, service, request);
    rowcall_error err;
    rc_error_clear(&err);
    rowcall_status st = rc_envelope_read(request->bytes, service->options.max_calls,
                                         &exchange->arena, &exchange->envelope, &err);
    if (st == ROWCALL_OK && !make_calls(exchange)) {
        st = rc_error_oom(&err);
    }
    if (st != ROWCALL_OK) {
        refuse_envelope(exchange, &err);
        return;
    }
    exchange->authorized = rc_access_admits(&service->access, exchange->envelope.token);
    if (admit(exchange, &err) != ROWCALL_OK ||
        rc_atomic_check(&exchange->envelope, &err) != ROWCALL_OK) {
        err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    atomic_store_explicit(&exchange->open, exchange->call_count + 1, memory_order_relaxed);
    rc_collect_enter(service->collect, exchange);
    run_calls(exchange, &err);
    rc_exchange_call_finished(exchange); // the handling thread's own hold
}
