// SPDX-License-Identifier: Apache-2.0
//
// Lines, and what leaves them. A line's lock is held to take calls out and to put them in,
// never while anything is sent.
#include "service/gather.h"

#include "base/clock.h"
#include "service/batch.h"
#include "service/call.h"
#include "service/gather_line.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    LINES = 64,     // a power of two
    SPARE_MAX = 16, // batches kept for reuse
    BATCHES_PER_LANE = 1,
    SHARE_MIN = 8, // fewer calls are not divided among lanes
    ALONE_US = 1000000,
    FUTILE_MIN = 8, // so many records that are not written say something of the next ones
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
    _Atomic int64_t sweep_at_us; // INT64_MAX: not set; set under the mutex
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
        batch->is_over = batch->is_committed = false;
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

static bool bulk_writes(const struct rc_call *call)
{
    return call->prepared.plan->bulk->writes;
}

static void conclude(struct rc_call *call, const struct rc_pg_error *error)
{
    (void)rc_call_conclude(call, error); // kept in call->err
    rc_call_finish(call);
}

// How a turn was taken: what has to be given back when it is over.
enum turn_kind {
    TURN_NONE,   // nothing
    TURN_BATCH,  // one of the line's batches in flight
    TURN_SINGLE, // the line's write that goes by its own statement
};

// The line's lock is held.
static void give_back(struct rc_gather_line *line, enum turn_kind kind)
{
    if (kind == TURN_BATCH) {
        assert(line->in_flight > 0);
        line->in_flight--;
    } else if (kind == TURN_SINGLE) {
        assert(line->has_single);
        line->has_single = false;
    }
}

// A turn is over: the next one may come.
static void go_on(struct rc_gather *gather, struct rc_gather_line *line, enum turn_kind kind)
{
    (void)pthread_mutex_lock(&line->mutex);
    give_back(line, kind);
    (void)pthread_mutex_unlock(&line->mutex);
    rc_gather_release(gather, line);
}

static void on_single_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    go_on(call->database->gather, call->line, bulk_writes(call) ? TURN_SINGLE : TURN_BATCH);
    conclude(call, error);
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

// ---- calls whose batch did not execute them, each by its own statement

static void send_chain(struct rc_call *call);

static void on_chained_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    struct rc_call *next = call->next_waiting;
    conclude(call, error);
    send_chain(next);
}

// One after the other, by next_waiting. Nobody's turn depends on them.
static void send_chain(struct rc_call *call)
{
    while (call) {
        struct rc_call *next = call->next_waiting;
        if (send_single(call, on_chained_done)) {
            return;
        }
        call = next;
    }
}

static bool is_executed(const struct rc_batch *batch, size_t position)
{
    return batch->is_committed && rc_batch_has(batch, position);
}

// The next one to execute that may be about the same record; 0: none.
static size_t next_of(const struct rc_batch *batch, size_t position, bool in_order)
{
    do {
        position = in_order ? (position + 1) % batch->count : batch->same_next[position];
    } while (position > 0 && is_executed(batch, position));
    return position;
}

// Those that the batch did not execute. Calls about one record keep their order, unless a later
// one is due before an earlier one; others do not wait for each other. Where a record was met
// by different names (in_order), nobody here can tell which are about one.
static void send_alone(struct rc_batch *batch, bool in_order)
{
    struct rc_call *heads[RC_GATHER_CALLS_MAX];
    bool is_chained[RC_GATHER_CALLS_MAX] = {false};
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        batch->calls[i]->next_waiting = NULL;
    }
    for (size_t i = 0; i < batch->count; i++) {
        if (is_executed(batch, i)) {
            continue;
        }
        size_t next = next_of(batch, i, in_order);
        rc_call_rewind(batch->calls[i]);
        if (!is_chained[i]) {
            heads[count++] = batch->calls[i];
        }
        if (next > 0 && batch->calls[next]->deadline_us >= batch->calls[i]->deadline_us) {
            batch->calls[i]->next_waiting = batch->calls[next];
            is_chained[next] = true;
        }
    }
    for (size_t i = 0; i < count; i++) {
        send_chain(heads[i]);
    }
}

// ---- batches on their way

// The line goes on before the rows are decoded, so that PostgreSQL works meanwhile.
static void end_turn(struct rc_batch *batch)
{
    if (!batch->is_over) {
        batch->is_over = true;
        go_on(batch->gather, batch->line, TURN_BATCH);
    }
}

static void on_batch_result(struct rc_pg_segment *segment, int step,
                            const struct rc_pg_result *result)
{
    struct rc_batch *batch = segment->user;
    end_turn(batch);
    rc_batch_answer(batch, step, result);
}

// Whether nothing of the batch remains, so that its calls may be executed.
static bool is_undone(const struct rc_batch *batch, const struct rc_pg_error *error)
{
    return batch->segment.read_only || error->outcome == ROWCALL_OUTCOME_ROLLED_BACK ||
           error->outcome == ROWCALL_OUTCOME_NOT_EXECUTED;
}

// Writes that nothing came of are not worth trying again soon: the table does not let them
// share a statement, or the records are not there. One that is locked is no such reason.
static void avoid_batches(struct rc_gather_line *line)
{
    (void)pthread_mutex_lock(&line->mutex);
    line->alone_until_us = rc_clock_now_us() + ALONE_US;
    (void)pthread_mutex_unlock(&line->mutex);
}

// A failure that the next batch of writes would have, too: the table is not fit for it, or
// PostgreSQL refuses the statement itself (class 42), such as for a right that only it needs.
static bool is_lasting(const struct rc_batch *batch, const struct rc_pg_error *error)
{
    return bulk_writes(batch->calls[0]) && (strstr(error->message, RC_PLAN_BULK_UNFIT) ||
                                            strncmp(error->sqlstate, "42", 2) == 0);
}

static void fail_batch(struct rc_batch *batch, const struct rc_pg_error *error)
{
    atomic_fetch_add_explicit(&batch->gather->broken, 1, memory_order_relaxed);
    if (is_lasting(batch, error)) {
        avoid_batches(batch->line);
    }
    if (is_undone(batch, error)) {
        send_alone(batch, strstr(error->message, RC_PLAN_BULK_TWICE) != NULL);
        return;
    }
    for (size_t i = 0; i < batch->count; i++) {
        conclude(batch->calls[i], error);
    }
}

static void finish_batch(struct rc_batch *batch)
{
    struct rc_gather *gather = batch->gather;
    struct rc_call *calls[RC_GATHER_CALLS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (rc_batch_has(batch, i)) {
            calls[count++] = batch->calls[i];
        }
    }
    atomic_fetch_add_explicit(&gather->batches, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&gather->calls, count, memory_order_relaxed);
    if (count == 0 && batch->begin[1] >= FUTILE_MIN) {
        avoid_batches(batch->line);
    }
    if (count < batch->count) {
        batch->is_committed = true;
        send_alone(batch, false);
    }
    for (size_t i = 0; i < count; i++) {
        conclude(calls[i], NULL);
    }
}

// An answer that nobody understands, of a batch that holds.
static void misunderstand(struct rc_batch *batch)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, RC_PG_ERROR_INVALID,
                    batch->segment.read_only ? ROWCALL_OUTCOME_ROLLED_BACK
                                             : ROWCALL_OUTCOME_UNKNOWN,
                    "a result that is not as planned");
    fail_batch(batch, &error);
}

static void on_batch_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_batch *batch = segment->user;
    end_turn(batch);
    if (error) {
        fail_batch(batch, error);
    } else if (batch->is_right) {
        finish_batch(batch);
    } else {
        misunderstand(batch);
    }
    release_batch(batch->gather, batch);
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
    send_alone(batch, false);
    release_batch(gather, batch);
    return false;
}

// ---- lines

// Most batches in flight of the line that this call is the first of. Writes wait for the disk
// when they commit, and one commit for many is what their company is good for.
static unsigned limit_of(const struct rc_gather *gather, const struct rc_call *call)
{
    return bulk_writes(call) ? 1 : gather->in_flight_max;
}

// How many of those that wait go with the next batch: all that batches which may still be sent
// can share, so that PostgreSQL's backends divide the work.
static size_t share_of(const struct rc_gather *gather, const struct rc_gather_line *line)
{
    size_t batches = limit_of(gather, line->first) - line->in_flight;
    size_t share = (line->count + batches - 1) / batches;
    share = share < SHARE_MIN ? SHARE_MIN : share;
    return share < gather->max_calls ? share : gather->max_calls;
}

// What may go now: a call, or a batch that it is the first of; NULL: nothing.
struct turn {
    struct rc_call *call;
    struct rc_batch *batch;
    enum turn_kind kind;
};

static bool goes_alone(const struct rc_gather_line *line, const struct rc_call *call)
{
    return line->alone_until_us != 0 && bulk_writes(call) &&
           rc_clock_now_us() < line->alone_until_us;
}

// The batch that the call, which was the line's first, goes with; NULL: it goes alone, for want
// of company (unless it has to have a batch) or of memory.
static struct rc_batch *gather_company(struct rc_gather *gather, struct rc_gather_line *line,
                                       struct rc_call *first, size_t share, bool must)
{
    struct rc_batch *batch = line->first || must ? acquire_batch(gather, line) : NULL;
    if (!batch) {
        return NULL;
    }
    batch->calls[batch->count++] = first;
    batch->count += rc_gather_line_take_company(line, first, batch->calls + 1, share - 1);
    if (batch->count == 1 && !must) {
        release_batch(gather, batch);
        batch = NULL;
    }
    return batch;
}

// A write that has no company goes by its own statement, which is the quickest, and which waits
// for whoever has locked its row. Those that come meanwhile do not wait with it: they go as a
// batch, be it of one, for a bulk write waits for nobody.
static struct turn take_write(struct rc_gather *gather, struct rc_gather_line *line)
{
    size_t share = share_of(gather, line);
    struct turn turn = {.call = rc_gather_line_pop(line)};
    turn.batch = gather_company(gather, line, turn.call, share, line->has_single);
    if (turn.batch) {
        turn.kind = TURN_BATCH;
        line->in_flight++;
    } else if (!line->has_single) {
        turn.kind = TURN_SINGLE;
        line->has_single = true;
    }
    return turn;
}

// The line's lock is held.
static struct turn take(struct rc_gather *gather, struct rc_gather_line *line)
{
    struct turn turn = {.kind = TURN_NONE};
    if (line->first && goes_alone(line, line->first)) {
        turn.call = rc_gather_line_pop(line);
        return turn;
    }
    if (!line->first || line->in_flight >= limit_of(gather, line->first)) {
        return turn;
    }
    if (bulk_writes(line->first)) {
        return take_write(gather, line);
    }
    size_t share = share_of(gather, line);
    turn.call = rc_gather_line_pop(line);
    turn.batch = gather_company(gather, line, turn.call, share, false);
    turn.kind = TURN_BATCH;
    line->in_flight++;
    return turn;
}

// False: it is over already.
static bool send(struct rc_gather *gather, const struct turn *turn)
{
    if (turn->batch) {
        return send_batch(gather, turn->batch);
    }
    return send_single(turn->call, turn->kind != TURN_NONE ? on_single_done : NULL);
}

void rc_gather_release(struct rc_gather *gather, struct rc_gather_line *line)
{
    struct turn turn = {.kind = TURN_NONE};
    bool is_under_way = true;
    do {
        (void)pthread_mutex_lock(&line->mutex);
        give_back(line, is_under_way ? TURN_NONE : turn.kind); // of the turn before
        turn = take(gather, line);
        (void)pthread_mutex_unlock(&line->mutex);
        is_under_way = !turn.call || send(gather, &turn);
    } while (turn.call);
}

// ---- time

// Looks at the lines at that time, or earlier.
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

static void finish_late(struct rc_call *call)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_NOT_EXECUTED,
                    "the deadline passed while waiting for a connection");
    while (call) {
        struct rc_call *next = call->next_waiting;
        conclude(call, &error);
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
        finish_late(rc_gather_line_take_late(&gather->lines[i], &next_us));
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
    rc_gather_line_push(line, call);
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
