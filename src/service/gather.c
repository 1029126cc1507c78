// SPDX-License-Identifier: Apache-2.0
//
// Lines, and what leaves them. A line's lock is held to take calls out and to put them in,
// never while anything is sent.
#include "service/gather.h"

#include "base/clock.h"
#include "service/batch.h"
#include "service/call.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    LINES = 64,     // a power of two
    SPARE_MAX = 16, // batches kept for reuse
    BATCHES_PER_LANE = 1,
    SHARE_MIN = 8, // fewer calls are not divided among lanes
};

struct rc_gather_line {
    pthread_mutex_t mutex;
    struct rc_call *first, *last; // by next_waiting
    size_t count;
    unsigned in_flight; // batches
};

struct rc_gather {
    struct rc_pg_pool *pool;
    struct rc_pg_timers *timers;
    size_t max_calls;       // of a batch
    unsigned in_flight_max; // batches of a line
    struct rc_gather_line lines[LINES];
    atomic_uint_least64_t batches, calls, broken;

    pthread_mutex_t mutex; // guards the rest
    struct rc_batch *spare;
    size_t spare_count;
    struct rc_pg_timer sweep;
    _Atomic int64_t sweep_at_us; // INT64_MAX: not set; written under the mutex
    bool is_stopped;
};

// ---- batches

// NULL without memory.
static struct rc_batch *acquire_batch(struct rc_gather *gather, struct rc_gather_line *line)
{
    (void)pthread_mutex_lock(&gather->mutex);
    struct rc_batch *batch = gather->spare;
    if (batch) {
        gather->spare = batch->next;
        gather->spare_count--;
    }
    (void)pthread_mutex_unlock(&gather->mutex);
    if (!batch) {
        batch = calloc(1, sizeof(*batch));
    }
    if (batch) {
        batch->gather = gather;
        batch->line = line;
        batch->count = 0;
        batch->is_over = batch->is_answered = false;
    }
    return batch;
}

static void free_batch(struct rc_batch *batch)
{
    rc_arena_fini(&batch->arena);
    free(batch);
}

static void release_batch(struct rc_gather *gather, struct rc_batch *batch)
{
    (void)pthread_mutex_lock(&gather->mutex);
    bool keep = gather->spare_count < SPARE_MAX;
    if (keep) {
        batch->next = gather->spare;
        gather->spare = batch;
        gather->spare_count++;
    }
    (void)pthread_mutex_unlock(&gather->mutex);
    if (!keep) {
        free_batch(batch);
    }
}

// ---- sending

// A batch of the line is over: the next one may go.
static void go_on(struct rc_gather *gather, struct rc_gather_line *line)
{
    (void)pthread_mutex_lock(&line->mutex);
    assert(line->in_flight > 0);
    line->in_flight--;
    (void)pthread_mutex_unlock(&line->mutex);
    rc_gather_release(gather, line);
}

static void on_single_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    go_on(call->database->gather, call->line);
    (void)rc_call_conclude(call, error); // kept in call->err
    rc_call_finish(call);
}

// False: it is finished already.
static bool send_single(struct rc_call *call, rc_pg_done_fn on_done)
{
    if (rc_call_submit(call, on_done) == ROWCALL_OK) {
        return true;
    }
    rc_call_finish(call);
    return false;
}

// Calls each on its own, for want of a batch that holds. Nobody's turn depends on them.
static void send_alone(struct rc_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        rc_call_rewind(batch->calls[i]);
        (void)send_single(batch->calls[i], NULL); // or it is finished
    }
}

// The line goes on before the rows are decoded, so that PostgreSQL works meanwhile.
static void end_turn(struct rc_batch *batch)
{
    if (!batch->is_over) {
        batch->is_over = true;
        go_on(batch->gather, batch->line);
    }
}

static void on_batch_result(struct rc_pg_segment *segment, int step,
                            const struct rc_pg_result *result)
{
    struct rc_batch *batch = segment->user;
    (void)step; // there is one
    end_turn(batch);
    batch->is_answered = rc_batch_answer(batch, result);
}

static void on_batch_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_batch *batch = segment->user;
    struct rc_gather *gather = batch->gather;
    end_turn(batch);
    if (error || !batch->is_answered) {
        atomic_fetch_add_explicit(&gather->broken, 1, memory_order_relaxed);
        send_alone(batch);
    } else {
        atomic_fetch_add_explicit(&gather->batches, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&gather->calls, batch->count, memory_order_relaxed);
        for (size_t i = 0; i < batch->count; i++) {
            (void)rc_call_conclude(batch->calls[i], NULL); // kept in the call's err
            rc_call_finish(batch->calls[i]);
        }
    }
    release_batch(gather, batch);
}

// False: nothing is under way; its calls were sent one by one.
static bool send_batch(struct rc_gather *gather, struct rc_batch *batch)
{
    if (rc_batch_make(batch) == ROWCALL_OK) {
        batch->segment.on_result = on_batch_result;
        batch->segment.on_done = on_batch_done;
        if (rc_pg_pool_submit(gather->pool, &batch->segment, NULL) == ROWCALL_OK) {
            return true;
        }
    }
    send_alone(batch);
    release_batch(gather, batch);
    return false;
}

// ---- lines

static void push(struct rc_gather_line *line, struct rc_call *call)
{
    call->next_waiting = NULL;
    *(line->last ? &line->last->next_waiting : &line->first) = call;
    line->last = call;
    line->count++;
}

static struct rc_call *pop(struct rc_gather_line *line)
{
    struct rc_call *call = line->first;
    line->first = call->next_waiting;
    line->last = line->first ? line->last : NULL;
    line->count--;
    call->next_waiting = NULL;
    return call;
}

// How many of those that wait go with the next batch: all that batches which may still be sent
// can share, so that PostgreSQL's backends divide the work.
static size_t share_of(const struct rc_gather *gather, const struct rc_gather_line *line)
{
    size_t batches = gather->in_flight_max - line->in_flight;
    size_t share = (line->count + batches - 1) / batches;
    share = share < SHARE_MIN ? SHARE_MIN : share;
    return share < gather->max_calls ? share : gather->max_calls;
}

// The next one that may go, or the first of several, which are then in the batch. NULL: nobody
// may. The line's lock is held.
static struct rc_call *take(struct rc_gather *gather, struct rc_gather_line *line,
                            struct rc_batch **ret_batch)
{
    *ret_batch = NULL;
    if (!line->first || line->in_flight >= gather->in_flight_max) {
        return NULL;
    }
    size_t share = share_of(gather, line);
    struct rc_call *call = pop(line);
    const struct rc_plan *plan = call->prepared.plan;
    line->in_flight++;
    if (share > 1 && line->first && line->first->prepared.plan == plan) {
        *ret_batch = acquire_batch(gather, line); // without memory it goes alone
    }
    if (*ret_batch) {
        struct rc_batch *batch = *ret_batch;
        batch->calls[batch->count++] = call;
        while (batch->count < share && line->first && line->first->prepared.plan == plan) {
            batch->calls[batch->count++] = pop(line);
        }
    }
    return call;
}

void rc_gather_release(struct rc_gather *gather, struct rc_gather_line *line)
{
    bool is_under_way = true;
    for (;;) {
        struct rc_batch *batch;
        (void)pthread_mutex_lock(&line->mutex);
        line->in_flight -= is_under_way ? 0 : 1; // of the turn before
        struct rc_call *call = take(gather, line, &batch);
        (void)pthread_mutex_unlock(&line->mutex);
        if (!call) {
            return;
        }
        is_under_way = batch ? send_batch(gather, batch) : send_single(call, on_single_done);
    }
}

// ---- time

// Wakes at the deadline, or earlier.
static void wake_at(struct rc_gather *gather, int64_t at_us)
{
    if (at_us >= atomic_load_explicit(&gather->sweep_at_us, memory_order_relaxed)) {
        return;
    }
    (void)pthread_mutex_lock(&gather->mutex);
    if (!gather->is_stopped && at_us < atomic_load(&gather->sweep_at_us)) {
        atomic_store(&gather->sweep_at_us, at_us);
        rc_pg_timer_set(gather->timers, &gather->sweep, at_us);
    }
    (void)pthread_mutex_unlock(&gather->mutex);
}

// Takes out those whose time is up; *ret_next is lowered to the next deadline.
static struct rc_call *take_late(struct rc_gather_line *line, int64_t now_us, int64_t *ret_next)
{
    struct rc_gather_line late = {.count = 0};
    (void)pthread_mutex_lock(&line->mutex);
    for (size_t left = line->count; left > 0; left--) {
        struct rc_call *call = pop(line);
        if (call->deadline_us <= now_us) {
            push(&late, call);
        } else {
            push(line, call);
            *ret_next = call->deadline_us < *ret_next ? call->deadline_us : *ret_next;
        }
    }
    (void)pthread_mutex_unlock(&line->mutex);
    return late.first;
}

static void finish_late(struct rc_call *call)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_NOT_EXECUTED,
                    "the deadline passed while waiting for a connection");
    while (call) {
        struct rc_call *next = call->next_waiting;
        (void)rc_call_conclude(call, &error); // kept in call->err
        rc_call_finish(call);
        call = next;
    }
}

static void on_sweep(struct rc_pg_timer *timer)
{
    struct rc_gather *gather = timer->user;
    int64_t next_us = INT64_MAX;
    atomic_store(&gather->sweep_at_us,
                 INT64_MAX); // before looking: who comes now sets it again
    for (size_t i = 0; i < LINES; i++) {
        finish_late(take_late(&gather->lines[i], rc_clock_now_us(), &next_us));
    }
    if (next_us < INT64_MAX) {
        wake_at(gather, next_us);
    }
}

// ---- the whole

rowcall_status rc_gather_new(struct rc_pg_pool *pool, struct rc_pg_timers *timers,
                             size_t max_calls, struct rc_gather **ret_gather,
                             rowcall_error *err)
{
    struct rc_pg_pool_stats stats;
    struct rc_gather *gather = calloc(1, sizeof(*gather));
    if (!gather) {
        return rc_error_oom(err);
    }
    gather->pool = pool;
    gather->timers = timers;
    gather->max_calls = max_calls;
    rc_pg_pool_stats(pool, &stats);
    gather->in_flight_max = (unsigned)stats.lanes * BATCHES_PER_LANE;
    gather->sweep.on_time = on_sweep;
    gather->sweep.user = gather;
    atomic_init(&gather->sweep_at_us, INT64_MAX);
    (void)pthread_mutex_init(&gather->mutex, NULL);
    for (size_t i = 0; i < LINES; i++) {
        (void)pthread_mutex_init(&gather->lines[i].mutex, NULL);
    }
    *ret_gather = gather;
    return ROWCALL_OK;
}

void rc_gather_stop(struct rc_gather *gather)
{
    if (gather && !gather->is_stopped) {
        (void)pthread_mutex_lock(&gather->mutex);
        gather->is_stopped = true;
        (void)pthread_mutex_unlock(&gather->mutex);
        (void)rc_pg_timer_cancel(gather->timers, &gather->sweep);
    }
}

void rc_gather_free(struct rc_gather *gather)
{
    if (!gather) {
        return;
    }
    for (size_t i = 0; i < LINES; i++) {
        assert(!gather->lines[i].first && gather->lines[i].in_flight == 0);
        (void)pthread_mutex_destroy(&gather->lines[i].mutex);
    }
    while (gather->spare) {
        struct rc_batch *batch = gather->spare;
        gather->spare = batch->next;
        free_batch(batch);
    }
    (void)pthread_mutex_destroy(&gather->mutex);
    free(gather);
}

bool rc_gather_takes(const struct rc_gather *gather, const struct rc_call *call)
{
    return gather->max_calls > 1 && call->prepared.plan->bulk;
}

static struct rc_gather_line *line_of(struct rc_gather *gather, const struct rc_call *call)
{
    return &gather->lines[call->prepared.plan->bulk->id % LINES]; // ids count up
}

void rc_gather_add(struct rc_gather *gather, struct rc_call *call, bool hold)
{
    struct rc_gather_line *line = line_of(gather, call);
    int64_t deadline_us = call->deadline_us;
    call->line = line;
    (void)pthread_mutex_lock(&line->mutex);
    push(line, call);
    (void)pthread_mutex_unlock(&line->mutex);
    if (!hold) {
        rc_gather_release(gather, line);
    }
    wake_at(gather, deadline_us);
}

void rc_gather_read_stats(struct rc_gather *gather, struct rc_gather_stats *ret_stats)
{
    *ret_stats = (struct rc_gather_stats){
        .batches = atomic_load_explicit(&gather->batches, memory_order_relaxed),
        .calls = atomic_load_explicit(&gather->calls, memory_order_relaxed),
        .broken = atomic_load_explicit(&gather->broken, memory_order_relaxed),
    };
}
