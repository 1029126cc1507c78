// SPDX-License-Identifier: Apache-2.0
//
// A link's state and its sending side. Sending order inside a segment: what must be prepared,
// then the timeout, then the steps, then Sync. Prepares come first so that a failing step never
// leaves a later one unprepared that other segments already rely on.
#include "pg/link.h"

#include "base/clock.h"
#include "pg/result_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum {
    OWN_FLIGHTS = 64, // room in the ring for what we send on our own account
    NAME_SIZE = 24,
};

// Executed by every segment whose deadline is nearer than the session's statement_timeout.
static const struct rc_pg_statement timeout_statement = {
    .id = UINT64_MAX,
    .sql = "SELECT set_config('statement_timeout', $1, true)",
    .sql_len = sizeof "SELECT set_config('statement_timeout', $1, true)" - 1,
};

rowcall_status rc_pg_link_init(struct rc_pg_link *link,
                               const struct rc_pg_link_options *options, rowcall_error *err)
{
    *link = (struct rc_pg_link){.watch = {.on_event = rc_pg_link_on_event, .fd = -1},
                                .options = *options,
                                .ring_size = options->inflight_calls + OWN_FLIGHTS};
    snprintf(link->application_name, sizeof link->application_name, "%s",
             options->application_name);
    rowcall_status st = rc_pg_prepared_init(&link->prepared, options->prepared_max, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    link->ring = calloc((size_t)link->ring_size, sizeof *link->ring);
    link->outcomes = calloc((size_t)link->ring_size, sizeof *link->outcomes);
    if (!link->ring || !link->outcomes) {
        free(link->ring);
        free(link->outcomes);
        rc_pg_prepared_fini(&link->prepared);
        return rc_error_oom(err);
    }
    link->jitter = (unsigned)(rc_clock_wall_us() ^ (int64_t)(uintptr_t)link);
    pthread_mutex_init(&link->mutex, NULL);
    return ROWCALL_OK;
}

void rc_pg_link_fini(struct rc_pg_link *link)
{
    assert(link->state == RC_PG_LINK_DOWN && !link->pg && link->ring_count == 0);
    rc_pg_prepared_fini(&link->prepared);
    rc_buf_fini(&link->doomed);
    free(link->ring);
    free(link->outcomes);
    pthread_mutex_destroy(&link->mutex);
}

void rc_pg_link_set_state(struct rc_pg_link *link, enum rc_pg_link_state state)
{
    assert(rc_pg_link_state_allows(link->state, state));
    link->state = state;
    atomic_store(&link->is_ready, state == RC_PG_LINK_READY);
}

void rc_pg_link_last_error(struct rc_pg_link *link, struct rc_pg_error *ret_error)
{
    pthread_mutex_lock(&link->mutex);
    *ret_error = link->last_error;
    pthread_mutex_unlock(&link->mutex);
}

void rc_pg_link_break(struct rc_pg_link *link, const struct rc_pg_error *error)
{
    if (link->state != RC_PG_LINK_BROKEN) {
        link->last_error = *error;
        rc_pg_url_scrub(link->options.url, link->last_error.message);
        rc_pg_link_set_state(link, RC_PG_LINK_BROKEN);
    }
}

static void break_by_libpq(struct rc_pg_link *link)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN, "%s",
                    PQerrorMessage(link->pg));
    rc_pg_link_break(link, &error);
}

bool rc_pg_link_has_room(const struct rc_pg_link *link, size_t bytes)
{
    return link->state == RC_PG_LINK_READY && !link->flushing && !link->cancel &&
           link->ring_count < link->options.inflight_calls &&
           (link->bytes == 0 || link->bytes + bytes <= link->options.inflight_bytes);
}

struct rc_pg_flight *rc_pg_link_flight(struct rc_pg_link *link, int index)
{
    assert(index >= 0 && index < link->ring_count);
    return &link->ring[(link->ring_head + index) % link->ring_size];
}

static void push_flight(struct rc_pg_link *link, const struct rc_pg_flight *flight)
{
    assert(link->ring_count < link->ring_size);
    link->ring[(link->ring_head + link->ring_count) % link->ring_size] = *flight;
    link->ring_count++;
    link->bytes += flight->bytes;
    atomic_store(&link->in_flight, link->ring_count);
}

// "r" and the serial.
static void name_statement(char name[NAME_SIZE], uint64_t serial)
{
    char digits[NAME_SIZE];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + serial % 10);
        serial /= 10;
    } while (serial > 0);
    *name++ = 'r';
    while (count > 0) {
        *name++ = digits[--count];
    }
    *name = '\0';
}

// Ends a segment and pushes it out. From here on it may take effect, so the flight is recorded
// whatever libpq says.
static void finish_flight(struct rc_pg_link *link, const struct rc_pg_flight *flight)
{
    push_flight(link, flight);
    if (!PQpipelineSync(link->pg)) {
        break_by_libpq(link);
        return;
    }
    int pending = PQflush(link->pg);
    if (pending < 0) {
        break_by_libpq(link);
        return;
    }
    link->flushing = pending > 0;
    if (link->flushing && !rc_pg_loop_watch(link->options.loop, &link->watch,
                                            PQsocket(link->pg), EPOLLIN | EPOLLOUT)) {
        break_by_libpq(link);
    }
}

// DEALLOCATE, each with a Sync of its own: one whose statement never existed fails alone. Not
// inside a transaction that a caller has open.
static bool send_doomed(struct rc_pg_link *link)
{
    char sql[16 + NAME_SIZE];
    char name[NAME_SIZE];
    uint64_t serial;
    if (!link->options.shared &&
        (link->ring_count > 0 || PQtransactionStatus(link->pg) != PQTRANS_IDLE)) {
        return true;
    }
    while (link->doomed.len >= sizeof serial && link->ring_count < link->ring_size - 1) {
        memcpy(&serial, link->doomed.data + link->doomed.len - sizeof serial, sizeof serial);
        name_statement(name, serial);
        snprintf(sql, sizeof sql, "DEALLOCATE %s", name);
        if (!PQsendQueryParams(link->pg, sql, 0, NULL, NULL, NULL, NULL, 1)) {
            return false;
        }
        rc_buf_truncate(&link->doomed, link->doomed.len - sizeof serial);
        finish_flight(link, &(struct rc_pg_flight){.step_count = 1});
    }
    return link->state != RC_PG_LINK_BROKEN;
}

// The serial of a statement on this connection, sending its Parse when needed; 0 when sending
// failed.
static uint64_t prepare(struct rc_pg_link *link, struct rc_pg_flight *flight,
                        const struct rc_pg_statement *statement, bool fresh)
{
    char name[NAME_SIZE];
    uint64_t serial = rc_pg_prepared_find(&link->prepared, statement->id);
    bool ours = serial != 0 && flight->prepare_count > 0 && serial >= flight->first_serial;
    if (serial != 0 && (!fresh || ours)) {
        return serial;
    }
    uint64_t dropped;
    serial = rc_pg_prepared_add(&link->prepared, statement->id, &dropped);
    if (dropped) {
        rc_buf_append(&link->doomed, &dropped, sizeof dropped);
    }
    if (flight->prepare_count == 0) {
        flight->first_serial = serial;
    }
    assert(serial == flight->first_serial + (uint64_t)flight->prepare_count);
    flight->prepare_count++;
    link->prepared_total++;
    name_statement(name, serial);
    return PQsendPrepare(link->pg, name, statement->sql, 0, NULL) ? serial : 0;
}

// The statement_timeout this segment needs, in ms; -1 = the session's is right. Within an
// eighth of the session's value the difference is not worth a statement.
static int64_t choose_timeout(struct rc_pg_link *link, const struct rc_pg_segment *segment)
{
    int64_t session_ms = link->options.session.statement_timeout_ms;
    if (segment->control) {
        return -1;
    }
    bool restore = link->timeout_changed;
    if (segment->deadline_us == 0) {
        return restore ? session_ms : -1;
    }
    int64_t left_ms = (segment->deadline_us - rc_clock_now_us() + 999) / 1000;
    left_ms = left_ms < 1 ? 1 : left_ms;
    if (session_ms > 0 && left_ms > session_ms - session_ms / 8) {
        return restore ? session_ms : -1;
    }
    return left_ms < INT32_MAX ? left_ms : -1;
}

static bool send_timeout(struct rc_pg_link *link, uint64_t serial, int64_t timeout_ms)
{
    char name[NAME_SIZE];
    char text[NAME_SIZE];
    const char *values[] = {text};
    name_statement(name, serial);
    snprintf(text, sizeof text, "%lld", (long long)timeout_ms);
    link->timeout_changed = !link->options.shared;
    return PQsendQueryPrepared(link->pg, name, 1, values, NULL, NULL, 1) == 1;
}

static bool send_step(struct rc_pg_link *link, const struct rc_pg_step *step, uint64_t serial)
{
    const struct rc_pg_params *p = &step->params;
    if (serial == 0) {
        return PQsendQueryParams(link->pg, step->statement->sql, p->count, NULL, p->values,
                                 p->lengths, p->formats, step->as_text ? 0 : 1) == 1;
    }
    char name[NAME_SIZE];
    name_statement(name, serial);
    return PQsendQueryPrepared(link->pg, name, p->count, p->values, p->lengths, p->formats,
                               1) == 1;
}

// Everything of a segment but its Sync.
static bool send_operations(struct rc_pg_link *link, struct rc_pg_segment *segment,
                            struct rc_pg_flight *flight)
{
    uint64_t serials[RC_PG_SEGMENT_STEPS_MAX]; // as many as there are steps are used
    bool fresh = segment->fresh || segment->anew;
    for (int i = 0; i < segment->step_count; i++) {
        const struct rc_pg_statement *statement = segment->steps[i].statement;
        serials[i] = 0;
        if (statement->id != 0) {
            serials[i] = prepare(link, flight, statement, fresh);
            if (serials[i] == 0) {
                return false;
            }
        }
    }
    int64_t timeout_ms = choose_timeout(link, segment);
    if (timeout_ms >= 0) {
        uint64_t serial = prepare(link, flight, &timeout_statement, fresh);
        flight->timeout_count = 1;
        if (serial == 0 || !send_timeout(link, serial, timeout_ms)) {
            return false;
        }
    }
    for (int i = 0; i < segment->step_count; i++) {
        flight->row_step = segment->steps[i].by_row ? i + 1 : flight->row_step;
        if (!send_step(link, &segment->steps[i], serials[i])) {
            return false;
        }
    }
    return true;
}

bool rc_pg_link_send(struct rc_pg_link *link, struct rc_pg_segment *segment)
{
    assert(link->state == RC_PG_LINK_READY);
    assert(segment->step_count <= RC_PG_SEGMENT_STEPS_MAX);
    struct rc_pg_flight flight = {
        .segment = segment, .step_count = segment->step_count, .bytes = segment->bytes};
    if (!send_doomed(link) || !send_operations(link, segment, &flight)) {
        break_by_libpq(link); // without a Sync nothing of it can be committed
        return false;
    }
    link->sent_total++;
    finish_flight(link, &flight);
    return true;
}

bool rc_pg_link_send_setup(struct rc_pg_link *link)
{
    const struct rc_pg_session *session = &link->options.session;
    const char *values[] = {session->search_path};
    struct rc_buf sql = {0};
    rc_pg_session_sql(session, PQserverVersion(link->pg), &sql);
    bool sent = rc_buf_status(&sql, NULL) == ROWCALL_OK &&
                PQsendQueryParams(link->pg, sql.data, session->search_path ? 1 : 0, NULL,
                                  values, NULL, NULL, 1) == 1;
    rc_buf_fini(&sql);
    if (!sent) {
        break_by_libpq(link);
        return false;
    }
    finish_flight(link, &(struct rc_pg_flight){.setup = true, .step_count = 1});
    return true;
}

void rc_pg_outcome_clear(struct rc_pg_outcome *outcome)
{
    rc_pg_result_free(outcome->failure);
    outcome->failure = NULL;
    for (int i = 0; i < outcome->segment->step_count; i++) {
        rc_pg_result_free(outcome->segment->steps[i].held);
        outcome->segment->steps[i].held = NULL;
    }
}
