// SPDX-License-Identifier: Apache-2.0
//
// A link's loop side: connecting, reading, deadlines, and clearing away. Reading happens under
// the mutex and only collects outcomes; they are handed to the owner after the mutex is
// released.
#include "pg/link.h"

#include "base/clock.h"
#include "pg/cancel.h"
#include "pg/error_internal.h"
#include "pg/result_internal.h"
#include "pg/timing.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/epoll.h>

// --- outcomes ---

static void add_outcome(struct rc_pg_link *link, int *count, enum rc_pg_fate fate,
                        struct rc_pg_flight *flight)
{
    int own = flight->prepare_count + flight->timeout_count;
    int step = flight->failure ? flight->failed_at - own : -1;
    link->outcomes[(*count)++] = (struct rc_pg_outcome){
        .fate = fate,
        .segment = flight->segment,
        .failure = flight->failure,
        .step = step >= 0 && step < flight->step_count ? step : flight->failed_step - 1,
    };
    flight->segment = NULL;
    flight->failure = NULL;
}

static void pop_flight(struct rc_pg_link *link)
{
    struct rc_pg_flight *flight = rc_pg_link_flight(link, 0);
    rc_pg_result_free(flight->failure);
    link->bytes -= flight->bytes;
    link->ring_head = (link->ring_head + 1) % link->ring_size;
    link->ring_count--;
    atomic_store(&link->in_flight, link->ring_count);
}

static int operation_count(const struct rc_pg_flight *flight)
{
    return flight->prepare_count + flight->timeout_count + flight->step_count;
}

static bool is_stale_plan(const struct rc_pg_flight *flight)
{
    if (!flight->failure || flight->failed_at < flight->prepare_count) {
        return false; // a Parse that fails says nothing about plans
    }
    struct rc_pg_error error;
    rc_pg_error_from_result(&error, rc_pg_result_raw(flight->failure));
    return rc_pg_error_is_stale_plan(&error);
}

// So that the next execution prepares anew, where this one could not be repeated.
static void forget_plans(struct rc_pg_link *link, const struct rc_pg_segment *segment)
{
    for (int i = 0; i < segment->step_count; i++) {
        uint64_t serial = rc_pg_prepared_find(&link->prepared, segment->steps[i].statement->id);
        if (serial != 0) {
            rc_pg_prepared_forget(&link->prepared, serial);
            rc_buf_append(&link->doomed, &serial, sizeof serial);
        }
    }
}

static enum rc_pg_fate judge(struct rc_pg_link *link, const struct rc_pg_flight *flight,
                             bool idle)
{
    if (is_stale_plan(flight)) {
        if (idle && flight->segment->reparses == 0) {
            return RC_PG_FATE_STALE;
        }
        forget_plans(link, flight->segment);
    }
    if (flight->failure) {
        return RC_PG_FATE_FAILED;
    }
    return link->options.shared && !idle ? RC_PG_FATE_LEFT_OPEN : RC_PG_FATE_COMMITTED;
}

// Whether the session is outside a transaction after the oldest flight's Sync. While more is in
// flight libpq only says "active"; then what the flight itself ran decides on a shared lane (a
// transaction can only be left open by a BEGIN of the segment's own), and elsewhere nothing is
// assumed.
static bool is_idle(const struct rc_pg_link *link, const struct rc_pg_flight *flight)
{
    PGTransactionStatusType status = PQtransactionStatus(link->pg);
    if (status == PQTRANS_ACTIVE) {
        return link->options.shared && !flight->opened;
    }
    return status == PQTRANS_IDLE;
}

// The oldest flight's Sync has come. Returns true when that made the link ready.
static bool finish_oldest(struct rc_pg_link *link, int *count)
{
    struct rc_pg_flight *flight = rc_pg_link_flight(link, 0);
    struct rc_pg_error error;
    bool idle = is_idle(link, flight);
    bool ready = flight->setup && !flight->failure;
    if (flight->setup && flight->failure) {
        rc_pg_error_from_result(&error, rc_pg_result_raw(flight->failure));
        error.kind = RC_PG_ERROR_CONNECTION;
        error.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        rc_pg_link_break(link, &error);
    } else if (ready) {
        rc_pg_link_set_state(link, RC_PG_LINK_READY);
    } else if (flight->segment) {
        add_outcome(link, count, judge(link, flight, idle), flight);
    }
    pop_flight(link);
    if (idle && link->ring_count == 0) {
        link->timeout_changed = false; // set_config was local to transactions that are over
    }
    if (link->options.shared && !idle) {
        rc_pg_error_set(&error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN,
                        "closed: a statement left a transaction open");
        rc_pg_link_break(link, &error);
    }
    return ready;
}

// --- results ---

// Which step a failed Parse was for, counted from 1; 0 when it cannot be told.
static int find_prepared_step(struct rc_pg_link *link, const struct rc_pg_segment *segment,
                              uint64_t serial)
{
    for (int i = 0; segment && i < segment->step_count; i++) {
        uint64_t id = segment->steps[i].statement->id;
        if (id != 0 && rc_pg_prepared_find(&link->prepared, id) == serial) {
            return i + 1;
        }
    }
    return 0;
}

static void note_failure(struct rc_pg_link *link, struct rc_pg_flight *flight, PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0)) {
        link->fatal = true;
    }
    if (flight->cursor < flight->prepare_count) {
        uint64_t serial = flight->first_serial + (uint64_t)flight->cursor;
        if (!flight->failure) {
            flight->failed_step = find_prepared_step(link, flight->segment, serial);
        }
        rc_pg_prepared_forget(&link->prepared, serial);
    }
    bool made_by_libpq = !PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (flight->failure || made_by_libpq || PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
        PQclear(result); // the first error is the cause; libpq's own ones are in the
                         // connection's status
        return;
    }
    flight->failure = rc_pg_result_wrap(result);
    flight->failed_at = flight->cursor;
}

static void note_transaction(struct rc_pg_flight *flight, PGresult *result)
{
    const char *tag = PQcmdStatus(result);
    if (strcmp(tag, "BEGIN") == 0 || strcmp(tag, "START TRANSACTION") == 0) {
        flight->opened = true;
    } else if (strcmp(tag, "COMMIT") == 0 || strcmp(tag, "ROLLBACK") == 0) {
        flight->opened = false;
    }
}

static void hold_rows(struct rc_pg_flight *flight, PGresult *result)
{
    note_transaction(flight, result);
    int step = flight->cursor - flight->prepare_count - flight->timeout_count;
    if (!flight->segment || step < 0 || step >= flight->step_count) {
        PQclear(result);
        return;
    }
    struct rc_pg_result **held = &flight->segment->steps[step].held;
    rc_pg_result_free(*held);
    *held = rc_pg_result_wrap(result);
}

static void refuse_copy(struct rc_pg_link *link, struct rc_pg_flight *flight, int *count)
{
    struct rc_pg_error error;
    if (flight->segment) {
        add_outcome(link, count, RC_PG_FATE_COPY, flight);
    }
    rc_pg_error_set(&error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN,
                    "closed: a statement was COPY");
    rc_pg_link_break(link, &error);
}

// Takes one result. Returns true when it made the link ready.
static bool take_result(struct rc_pg_link *link, PGresult *result, int *count)
{
    struct rc_pg_flight *flight = rc_pg_link_flight(link, 0);
    flight->seen = true;
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        PQclear(result);
        return finish_oldest(link, count);
    case PGRES_SINGLE_TUPLE:
        rc_pg_link_add_row(link, flight, rc_pg_result_wrap(result));
        break;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        hold_rows(flight, result);
        break;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        PQclear(result);
        refuse_copy(link, flight, count);
        break;
    default:
        note_failure(link, flight, result);
        break;
    }
    return false;
}

static bool takes_results(const struct rc_pg_link *link)
{
    return link->state == RC_PG_LINK_READY || link->state == RC_PG_LINK_CONFIGURING;
}

// Takes every result that is there, until there is no room for another row; outcomes in
// link->outcomes, their number in *ret_count. After the connection is lost libpq still hands
// out what had arrived.
static bool drain(struct rc_pg_link *link, int *ret_count)
{
    bool ready = false;
    bool ended = false; // a NULL: the end of an operation, or of all there is
    *ret_count = 0;
    while (takes_results(link) && link->ring_count > 0 &&
           link->row_count < RC_PG_ROWS_AT_ONCE) {
        rc_pg_link_want_rows(link);
        if (PQstatus(link->pg) != CONNECTION_BAD && PQisBusy(link->pg)) {
            break;
        }
        PGresult *result = PQgetResult(link->pg);
        struct rc_pg_flight *flight = rc_pg_link_flight(link, 0);
        if (result) {
            ended = false;
            ready |= take_result(link, result, ret_count);
        } else if (flight->seen) {
            flight->seen = false;
            flight->cursor += flight->cursor < operation_count(flight);
        } else if (ended) {
            break;
        } else {
            ended = true;
        }
    }
    for (PGnotify *notify = PQnotifies(link->pg); notify; notify = PQnotifies(link->pg)) {
        PQfreemem(notify); // nobody listens; kept, they would pile up
    }
    return ready;
}

// The connection is gone: says so with the server's last words when it had any.
static void break_lost(struct rc_pg_link *link)
{
    struct rc_pg_error error;
    const struct rc_pg_flight *oldest =
        link->ring_count > 0 ? rc_pg_link_flight(link, 0) : NULL;
    if (link->fatal && oldest && oldest->failure) {
        rc_pg_error_from_result(&error, rc_pg_result_raw(oldest->failure));
        error.kind = RC_PG_ERROR_CONNECTION;
    } else {
        rc_pg_error_from_connection(&error, link->pg);
    }
    error.outcome = ROWCALL_OUTCOME_UNKNOWN;
    rc_pg_link_break(link, &error);
}

static void flush(struct rc_pg_link *link)
{
    if (link->flushing && PQflush(link->pg) == 0) {
        link->flushing = false;
        if (!rc_pg_loop_watch(link->options.loop, &link->watch, PQsocket(link->pg), EPOLLIN)) {
            break_lost(link);
        }
    }
}

// --- clearing away ---

// What became of the oldest flight when its connection went. An error before its Sync proves
// the rollback.
static enum rc_pg_fate judge_lost(const struct rc_pg_link *link,
                                  const struct rc_pg_flight *oldest)
{
    if (oldest->failure && oldest->failed_at < operation_count(oldest)) {
        return link->fatal ? RC_PG_FATE_UNDONE : RC_PG_FATE_FAILED;
    }
    return RC_PG_FATE_UNKNOWN; // it may have been committing
}

// After FATAL the server runs nothing more, and it answers in order: so what is behind the
// flight that got it was never run.
static int collect_lost(struct rc_pg_link *link)
{
    int count = 0;
    bool last_words =
        link->fatal && link->ring_count > 0 && rc_pg_link_flight(link, 0)->failure;
    for (int i = 0; i < link->ring_count; i++) {
        struct rc_pg_flight *flight = rc_pg_link_flight(link, i);
        enum rc_pg_fate behind = last_words ? RC_PG_FATE_UNSENT : RC_PG_FATE_UNKNOWN;
        if (flight->segment) {
            add_outcome(link, &count, i == 0 ? judge_lost(link, flight) : behind, flight);
        }
    }
    while (link->ring_count > 0) {
        pop_flight(link);
    }
    return count;
}

// 0.1 s doubling to 5 s, each half to fully as long. A connection that had served is tried
// again at once.
static void schedule_retry(struct rc_pg_link *link, bool served)
{
    int64_t now_us = rc_clock_now_us();
    int64_t delay_us = RC_PG_BACKOFF_MIN_US << (link->failures < 6 ? link->failures : 6);
    delay_us = delay_us < RC_PG_BACKOFF_MAX_US ? delay_us : RC_PG_BACKOFF_MAX_US;
    delay_us = delay_us / 2 + (int64_t)rand_r(&link->jitter) % (delay_us / 2 + 1);
    link->retry_at_us = served ? now_us : now_us + delay_us;
    link->failures = served ? 0 : link->failures + 1;
}

// BROKEN -> DOWN.
static void clear_away(struct rc_pg_link *link)
{
    pthread_mutex_lock(&link->mutex);
    struct rc_pg_error error = link->last_error;
    bool was_ready = link->ready_since_us != 0;
    int count = collect_lost(link);
    rc_pg_loop_unwatch(link->options.loop, &link->watch);
    PQfinish(link->pg);
    link->pg = NULL;
    rc_pg_prepared_clear(&link->prepared);
    rc_buf_clear(&link->doomed);
    link->flushing = link->fatal = link->timeout_changed = false;
    rc_pg_cancel_drop(link->cancel); // its backend is gone
    link->cancel = NULL;
    rc_pg_link_set_state(link, RC_PG_LINK_DOWN);
    pthread_mutex_unlock(&link->mutex);
    schedule_retry(link, was_ready &&
                             rc_clock_now_us() - link->ready_since_us > RC_PG_BACKOFF_MAX_US);
    link->ready_since_us = 0;
    link->options.owner->on_down(link, was_ready, &error);
    link->options.owner->on_outcomes(link, link->outcomes, count);
}

static enum rc_pg_link_state read_state(struct rc_pg_link *link)
{
    pthread_mutex_lock(&link->mutex);
    enum rc_pg_link_state state = link->state;
    pthread_mutex_unlock(&link->mutex);
    return state;
}

static void break_and_clear(struct rc_pg_link *link, const struct rc_pg_error *error)
{
    pthread_mutex_lock(&link->mutex);
    rc_pg_link_break(link, error);
    pthread_mutex_unlock(&link->mutex);
    clear_away(link);
}

void rc_pg_link_close(struct rc_pg_link *link, const struct rc_pg_error *error)
{
    if (read_state(link) != RC_PG_LINK_DOWN) {
        break_and_clear(link, error);
    }
}

// --- connecting ---

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg;
    (void)result;
}

static void fail_connect(struct rc_pg_link *link)
{
    struct rc_pg_error error;
    rc_pg_error_from_attempt(&error, link->pg);
    break_and_clear(link, &error);
}

void rc_pg_link_connect(struct rc_pg_link *link, int64_t now_us)
{
    struct pg_conn *pg = rc_pg_url_start(link->options.url, link->application_name);
    pthread_mutex_lock(&link->mutex);
    rc_pg_link_set_state(link, RC_PG_LINK_CONNECTING);
    link->pg = pg;
    link->generation++;
    pthread_mutex_unlock(&link->mutex);
    link->attempt_until_us = now_us + link->options.connect_timeout_ms * 1000LL;
    rc_pg_loop_arm(link->options.loop, link->attempt_until_us);
    if (!pg || PQstatus(pg) == CONNECTION_BAD ||
        !rc_pg_loop_watch(link->options.loop, &link->watch, PQsocket(pg), EPOLLOUT)) {
        fail_connect(link);
    }
}

// Logged in: pipeline mode, and the settings as the first thing sent.
static void begin_session(struct rc_pg_link *link)
{
    PQsetErrorVerbosity(link->pg, PQERRORS_DEFAULT);
    PQsetNoticeReceiver(link->pg, ignore_notice, NULL);
    bool able = PQsetnonblocking(link->pg, 1) == 0 && PQenterPipelineMode(link->pg) == 1 &&
                rc_pg_loop_watch(link->options.loop, &link->watch, PQsocket(link->pg), EPOLLIN);
    if (!able) {
        fail_connect(link);
        return;
    }
    pthread_mutex_lock(&link->mutex);
    rc_pg_link_set_state(link, RC_PG_LINK_CONFIGURING);
    bool sent = rc_pg_link_send_setup(link);
    pthread_mutex_unlock(&link->mutex);
    if (!sent) {
        clear_away(link);
    }
}

// libpq may close one socket and open another inside PQconnectPoll, so it is watched anew each
// time. In CONNECTING nobody else touches pg; the mutex is not held because name lookup may
// block.
static void continue_connect(struct rc_pg_link *link)
{
    rc_pg_loop_unwatch(link->options.loop, &link->watch);
    switch (PQconnectPoll(link->pg)) {
    case PGRES_POLLING_READING:
        if (!rc_pg_loop_watch(link->options.loop, &link->watch, PQsocket(link->pg), EPOLLIN)) {
            fail_connect(link);
        }
        return;
    case PGRES_POLLING_WRITING:
        if (!rc_pg_loop_watch(link->options.loop, &link->watch, PQsocket(link->pg), EPOLLOUT)) {
            fail_connect(link);
        }
        return;
    case PGRES_POLLING_OK:
        begin_session(link);
        return;
    default:
        fail_connect(link);
        return;
    }
}

// --- events and time ---

// Ends a read on a shared connection whose owner wants no more rows. Its flight stays, without
// a segment, until its results came. If it is not the oldest any more it has ended by itself.
static void end_sated(struct rc_pg_link *link, int *count)
{
    pthread_mutex_lock(&link->mutex);
    struct rc_pg_flight *flight = link->ring_count > 0 ? rc_pg_link_flight(link, 0) : NULL;
    const struct rc_pg_segment *segment = flight ? flight->segment : NULL;
    if (segment && segment->sated && segment->read_only && link->options.shared) {
        add_outcome(link, count, RC_PG_FATE_SATED, flight);
        rc_pg_link_cancel(link);
    }
    pthread_mutex_unlock(&link->mutex);
}

// Takes what has arrived, as far as there is room for rows; whether there may be more. Reads
// from the socket if is_first: at most what libpq's buffer takes, so other links get their
// turn.
static bool take_answers(struct rc_pg_link *link, bool is_first)
{
    int count = 0;
    bool ready = false;
    bool more = false;
    pthread_mutex_lock(&link->mutex);
    int in_flight = link->ring_count;
    bool flushing = link->flushing;
    if (takes_results(link)) {
        flush(link);
        bool alive = !is_first || PQconsumeInput(link->pg) == 1;
        ready = drain(link, &count);
        more = link->row_count == RC_PG_ROWS_AT_ONCE;
        if (!more && (!alive || PQstatus(link->pg) == CONNECTION_BAD)) {
            break_lost(link);
        }
    }
    bool broken = link->state == RC_PG_LINK_BROKEN;
    (void)rc_pg_link_end_cancel(link); // what was cancelled may have ended
    bool roomier = link->ring_count < in_flight || (flushing && !link->flushing);
    pthread_mutex_unlock(&link->mutex);
    if (rc_pg_link_hand_over(link)) {
        end_sated(link, &count);
    }
    if (ready) {
        link->ready_since_us = rc_clock_now_us();
        link->failures = 0;
        link->options.owner->on_ready(link);
    }
    if (count > 0 || roomier) { // also without outcomes: others may wait for the room
        link->options.owner->on_outcomes(link, link->outcomes, count);
    }
    if (broken) {
        clear_away(link);
    }
    return more && !broken;
}

static void read_answers(struct rc_pg_link *link)
{
    bool more = take_answers(link, true);
    while (more) {
        more = take_answers(link, false);
    }
}

void rc_pg_link_on_event(struct rc_pg_watch *watch, uint32_t events)
{
    struct rc_pg_link *link = (struct rc_pg_link *)watch; // its first member
    (void)events;                                         // libpq finds out itself
    if (read_state(link) == RC_PG_LINK_CONNECTING) {
        continue_connect(link);
    } else {
        read_answers(link);
    }
}

// Answers segments whose deadline is over for longer than the server was given to say so
// itself. Their flights stay, without a segment, until their results came.
static void answer_late(struct rc_pg_link *link, int64_t now_us)
{
    int count = 0;
    int64_t next_us = INT64_MAX;
    pthread_mutex_lock(&link->mutex);
    for (int i = 0; i < link->ring_count; i++) {
        struct rc_pg_flight *flight = rc_pg_link_flight(link, i);
        if (!flight->segment || flight->segment->deadline_us == 0) {
            continue;
        }
        int64_t due_us = flight->segment->deadline_us + RC_PG_LATE_SLACK_US;
        if (due_us <= now_us) {
            bool aborted = flight->failure && flight->failed_at < operation_count(flight);
            add_outcome(link, &count, aborted ? RC_PG_FATE_FAILED : RC_PG_FATE_LATE, flight);
        } else if (due_us < next_us) {
            next_us = due_us;
        }
    }
    bool roomier = rc_pg_link_end_cancel(link);
    pthread_mutex_unlock(&link->mutex);
    rc_pg_loop_arm(link->options.loop, next_us);
    if (count > 0 || roomier) {
        link->options.owner->on_outcomes(link, link->outcomes, count);
    }
}

void rc_pg_link_tick(struct rc_pg_link *link, int64_t now_us)
{
    struct rc_pg_error error;
    switch (read_state(link)) {
    case RC_PG_LINK_DOWN:
    case RC_PG_LINK_STATE_COUNT:
        break;
    case RC_PG_LINK_CONNECTING:
    case RC_PG_LINK_CONFIGURING:
        if (now_us >= link->attempt_until_us) {
            rc_pg_error_from_slow_attempt(&error, link->pg);
            break_and_clear(link, &error);
        } else {
            rc_pg_loop_arm(link->options.loop, link->attempt_until_us);
        }
        break;
    case RC_PG_LINK_READY:
        answer_late(link, now_us);
        break;
    case RC_PG_LINK_BROKEN:
        clear_away(link);
        break;
    }
}
