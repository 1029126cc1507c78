// SPDX-License-Identifier: Apache-2.0
//
// The way of a segment: in, to a lane or the queue; out, answered or sent once more. It goes
// straight to the lane with the fewest in flight when nobody waits; otherwise it joins the
// queue, which every end of a segment serves. The two cannot miss each other: who queues looks
// for room afterwards, who makes room looks at the queue afterwards.
#include "base/clock.h"
#include "pg/error_internal.h"
#include "pg/pool_internal.h"
#include "pg/result_internal.h"
#include "pg/timing.h"

enum { LOSSES_MAX = 3, PARAMS_MAX = 65535 };

// --- lanes and queue ---

// Sends on a locked lane and unlocks it. False: not executed, the lane is broken.
static bool send_on(struct rc_pg_lane *lane, struct rc_pg_segment *segment)
{
    struct rc_pg_loop *loop = lane->pool->loop;
    int64_t deadline_us =
        segment->deadline_us; // after the send, the segment may be gone at any time
    bool sent = rc_pg_link_send(&lane->link, segment);
    bool broken = lane->link.state == RC_PG_LINK_BROKEN;
    pthread_mutex_unlock(&lane->link.mutex);
    if (broken) {
        rc_pg_loop_arm(loop, 0);
    } else if (deadline_us != 0) {
        rc_pg_loop_arm(loop, deadline_us + RC_PG_LATE_SLACK_US);
    }
    return sent;
}

void rc_pg_pool_count_queue(struct rc_pg_pool *pool)
{
    atomic_store(&pool->queued, pool->queue.count);
}

// Sends what waits, as far as there is room. Any thread.
void rc_pg_pool_dispatch(struct rc_pg_pool *pool)
{
    if (atomic_load(&pool->queued) == 0) {
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    while (pool->queue.head) {
        struct rc_pg_segment *segment = pool->queue.head;
        if (segment->deadline_us != 0 && segment->deadline_us <= rc_clock_now_us()) {
            segment = rc_pg_queue_pop(&pool->queue);
            segment->next = pool->late;
            pool->late = segment;
            rc_pg_loop_arm(pool->loop, 0);
            continue;
        }
        struct rc_pg_lane *lane = rc_pg_lane_lock(pool, segment);
        if (!lane) {
            break;
        }
        segment = rc_pg_queue_pop(&pool->queue);
        if (!send_on(lane, segment)) {
            rc_pg_queue_push_front(&pool->queue, segment);
        }
    }
    rc_pg_pool_count_queue(pool);
    pthread_mutex_unlock(&pool->mutex);
}

// --- submitting ---

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

rowcall_status rc_pg_pool_admit(struct rc_pg_pool *pool, struct rc_pg_segment *segment,
                                struct rc_pg_error *err)
{
    if (segment->step_count < 1 || segment->step_count > RC_PG_SEGMENT_STEPS_MAX) {
        return refuse(err, RC_PG_ERROR_INVALID, "a segment has 1 to 64 steps");
    }
    for (int i = 0; i < segment->step_count; i++) {
        if (segment->steps[i].params.count > PARAMS_MAX) {
            return refuse(err, RC_PG_ERROR_INVALID,
                          "more than 65535 parameters in one statement");
        }
        segment->steps[i].held = NULL;
    }
    segment->next = NULL;
    segment->bytes = rc_pg_segment_bytes(segment);
    segment->losses = segment->reparses = 0;
    segment->fresh = segment->handed_over = segment->sated = false;
    if (segment->bytes > pool->options.queue_bytes) {
        return refuse(err, RC_PG_ERROR_QUEUE_FULL,
                      "the parameters exceed the bytes that may wait");
    }
    if (segment->deadline_us != 0 && segment->deadline_us <= rc_clock_now_us()) {
        return refuse(err, RC_PG_ERROR_TIMEOUT, "the deadline had passed already");
    }
    if (atomic_load(&pool->stopping)) {
        return refuse(err, RC_PG_ERROR_SHUTDOWN, "the database pool is closing");
    }
    return ROWCALL_OK;
}

static rowcall_status enqueue(struct rc_pg_pool *pool, struct rc_pg_segment *segment,
                              struct rc_pg_error *err)
{
    rowcall_status st = ROWCALL_OK;
    int64_t deadline_us = segment->deadline_us;
    int64_t wake_us = 0;
    pthread_mutex_lock(&pool->mutex);
    if (atomic_load(&pool->stopping)) {
        st = refuse(err, RC_PG_ERROR_SHUTDOWN, "the database pool is closing");
    } else if (pool->unreachable) {
        struct rc_pg_error error;
        rc_pg_pool_describe_down(pool, &error);
        if (err) {
            *err = error;
        }
        st = ROWCALL_UNAVAILABLE;
    } else if (!rc_pg_queue_push(&pool->queue, segment)) {
        atomic_fetch_add(&pool->refused, 1);
        st = refuse(err, RC_PG_ERROR_QUEUE_FULL, "too many calls wait for this database");
    }
    rc_pg_pool_count_queue(pool);
    wake_us = pool->down_since_us + pool->options.connect_grace_ms * 1000LL;
    pthread_mutex_unlock(&pool->mutex);
    if (st == ROWCALL_OK) {
        if (atomic_load(&pool->lanes_up) == 0) {
            rc_pg_loop_arm(pool->loop, wake_us);
        }
        if (deadline_us != 0) {
            rc_pg_loop_arm(pool->loop, deadline_us);
        }
        rc_pg_pool_dispatch(pool);
    }
    return st;
}

rowcall_status rc_pg_pool_submit(struct rc_pg_pool *pool, struct rc_pg_segment *segment,
                                 struct rc_pg_error *err)
{
    rowcall_status st = rc_pg_pool_admit(pool, segment, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    if (segment->control) {
        return refuse(err, RC_PG_ERROR_INVALID,
                      "transaction control needs an exclusive connection");
    }
    if (atomic_load(&pool->queued) == 0) {
        struct rc_pg_lane *lane = rc_pg_lane_lock(pool, segment);
        if (lane && send_on(lane, segment)) {
            return ROWCALL_OK;
        }
    }
    return enqueue(pool, segment, err);
}

// --- answering ---

static void describe_outcome(const struct rc_pg_outcome *outcome,
                             const struct rc_pg_error *down, struct rc_pg_error *ret_error)
{
    bool read_only = outcome->segment->read_only;
    rowcall_outcome lost = read_only ? ROWCALL_OUTCOME_ROLLED_BACK : ROWCALL_OUTCOME_UNKNOWN;
    bool alone = outcome->segment->step_count == 1;
    switch (outcome->fate) {
    case RC_PG_FATE_COMMITTED:
    case RC_PG_FATE_SATED:
    case RC_PG_FATE_FAILED:
    case RC_PG_FATE_STALE:
        rc_pg_error_from_result(ret_error, rc_pg_result_raw(outcome->failure));
        break;
    case RC_PG_FATE_UNDONE:
        rc_pg_error_from_result(ret_error, rc_pg_result_raw(outcome->failure));
        ret_error->kind = RC_PG_ERROR_CONNECTION;
        break;
    case RC_PG_FATE_UNSENT:
        *ret_error = *down;
        ret_error->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        break;
    case RC_PG_FATE_UNKNOWN:
        *ret_error = *down;
        ret_error->outcome = lost;
        break;
    case RC_PG_FATE_LATE:
        rc_pg_error_set(ret_error, RC_PG_ERROR_TIMEOUT, lost,
                        "the deadline passed during execution");
        break;
    case RC_PG_FATE_COPY:
        rc_pg_error_set(ret_error, RC_PG_ERROR_COPY, alone ? ROWCALL_OUTCOME_ROLLED_BACK : lost,
                        "COPY to or from the client is not possible here");
        break;
    case RC_PG_FATE_LEFT_OPEN:
        rc_pg_error_set(ret_error, RC_PG_ERROR_INVALID, ROWCALL_OUTCOME_ROLLED_BACK,
                        "transactions cannot be opened on a shared connection");
        break;
    }
    ret_error->step = outcome->step;
}

void rc_pg_pool_answer(struct rc_pg_outcome *outcome, const struct rc_pg_error *down)
{
    struct rc_pg_segment *segment = outcome->segment;
    struct rc_pg_error error;
    if (outcome->fate == RC_PG_FATE_SATED) {
        rc_pg_outcome_clear(outcome);
        segment->on_done(segment, NULL);
        return;
    }
    if (outcome->fate != RC_PG_FATE_COMMITTED) {
        describe_outcome(outcome, down, &error);
        rc_pg_outcome_clear(outcome);
        segment->on_done(segment, &error);
        return;
    }
    struct rc_pg_result *held[RC_PG_SEGMENT_STEPS_MAX];
    int count = segment->step_count;
    for (int i = 0; i < count; i++) {
        held[i] = segment->steps[i].held;
        segment->steps[i].held = NULL;
        if (segment->on_result) {
            segment->on_result(segment, i, held[i]);
        }
    }
    segment->on_done(segment, NULL);
    for (int i = 0; i < count; i++) {
        rc_pg_result_free(held[i]);
    }
}

// Whether a segment may be sent once more, which it then counts.
static bool is_repeatable(struct rc_pg_pool *pool, const struct rc_pg_outcome *outcome)
{
    struct rc_pg_segment *segment = outcome->segment;
    bool late = segment->deadline_us != 0 && segment->deadline_us <= rc_clock_now_us();
    if (outcome->fate == RC_PG_FATE_STALE) {
        segment->reparses++;
        segment->fresh = true;
        return true;
    }
    bool lost = outcome->fate == RC_PG_FATE_UNKNOWN || outcome->fate == RC_PG_FATE_UNDONE;
    bool unsent = outcome->fate == RC_PG_FATE_UNSENT;
    if (late || pool->closing ||
        !(unsent || (lost && segment->read_only && segment->losses == 0))) {
        return false;
    }
    segment->fresh = false;
    return ++segment->losses <= LOSSES_MAX;
}

static bool all_committed(const struct rc_pg_outcome *outcomes, int count)
{
    while (count > 0 && outcomes[count - 1].fate == RC_PG_FATE_COMMITTED) {
        count--;
    }
    return count == 0;
}

// Queues once more what may be repeated, and empties its outcome.
static void requeue(struct rc_pg_pool *pool, struct rc_pg_outcome *outcomes, int count)
{
    pthread_mutex_lock(&pool->mutex);
    for (int i = count - 1; i >= 0; i--) { // backwards, so that they keep their order
        if (is_repeatable(pool, &outcomes[i])) {
            struct rc_pg_segment *segment = outcomes[i].segment;
            rc_pg_outcome_clear(&outcomes[i]);
            rc_pg_segment_restart(segment);
            rc_pg_queue_push_front(&pool->queue, segment);
            outcomes[i].segment = NULL;
            atomic_fetch_add(&pool->retries, 1);
            if (segment->deadline_us != 0) {
                rc_pg_loop_arm(pool->loop, segment->deadline_us);
            }
        }
    }
    rc_pg_pool_count_queue(pool);
    pthread_mutex_unlock(&pool->mutex);
}

void rc_pg_pool_on_outcomes(struct rc_pg_link *link, struct rc_pg_outcome *outcomes, int count)
{
    struct rc_pg_pool *pool = ((struct rc_pg_lane *)link)->pool;
    struct rc_pg_error down; // filled when somebody may be told of it
    if (!all_committed(outcomes, count)) {
        rc_pg_link_last_error(link, &down);
        requeue(pool, outcomes, count);
    }
    rc_pg_pool_dispatch(pool);
    for (int i = 0; i < count; i++) {
        if (outcomes[i].segment) {
            rc_pg_pool_answer(&outcomes[i], &down);
        }
    }
    if (atomic_load(&pool->stopping)) { // the pool may be closing, and wait for these
        rc_pg_loop_arm(pool->loop, 0);
    }
}
