// SPDX-License-Identifier: Apache-2.0
//
// One lock over schedule and numbers; making, sending and reading messages happens outside it.
// A flight is a place of the schedule: its memory is used by one message at a time.
#include "bin/bench_driver.h"

#include "base/clock.h"
#include "bin/bench_progress.h"
#include "service/contract.h"
#include "transport/dialer.h"
#include "transport/tasks.h"
#include "wire/reader.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

enum {
    CONNECT_TIMEOUT_MS = 2000,
    LOOK_US = 100000,      // how often the main thread looks for an interruption
    LINGER_US = 1000000,   // how long answers are waited for after one
    TIMER_SLACK_NS = 1000, // the system's own, 50 us, would make calls late
    SPARE_REQUESTS = 16,   // a callback starts the next request before its own is given back
};

struct bench;

struct flight {
    struct bench *bench;
    struct rc_dialer *dialer;
    struct rc_load_ticket ticket;
    struct rc_shell_call *calls; // batch of them
    uint32_t *methods;           // of those calls
    int64_t sent_us;
    size_t sent_bytes;
    struct rc_buf json;
    struct rc_buf requests;
    struct rc_buf envelope;
};

struct bench {
    const struct rc_bench_settings *settings;
    const struct rc_bench_mix *mix;
    struct rc_dialer **dialers;
    struct flight *flights;
    struct rc_shell_call *calls; // of all flights
    uint32_t *methods;

    pthread_mutex_t lock; // of everything below
    pthread_cond_t changed;
    struct rc_load_run run;
    struct rc_load_tally *tally; // NULL once the result is taken
    uint64_t abandoned;
    bool is_abandoning;
    bool has_failed;
    rowcall_error failure; // what ended the load
};

// ---- a message

static rowcall_status make_envelope(struct flight *flight, rowcall_error *err)
{
    const struct rc_bench_mix *mix = flight->bench->mix;
    const struct rc_bench_settings *settings = flight->bench->settings;
    const struct rc_load_ticket *ticket = &flight->ticket;
    rowcall_status st = ROWCALL_OK;
    rc_buf_clear(&flight->requests);
    rc_buf_clear(&flight->envelope);
    for (uint32_t i = 0; st == ROWCALL_OK && i < ticket->calls; i++) {
        size_t from = flight->requests.len;
        flight->methods[i] = rc_bench_mix_choose(mix, ticket->first + i);
        st = rc_bench_mix_request(mix, flight->methods[i], ticket->first + i, &flight->json,
                                  &flight->requests, err);
        flight->calls[i] =
            (struct rc_shell_call){.database = mix->database,
                                   .method = mix->methods[flight->methods[i]].name,
                                   .token = settings->token,
                                   .timeout_ms = settings->timeout_ms,
                                   .request = {.len = flight->requests.len - from}};
    }
    size_t at = 0; // the buffer has moved while it grew
    for (uint32_t i = 0; st == ROWCALL_OK && i < ticket->calls; i++) {
        flight->calls[i].request.data = flight->requests.data + at;
        at += flight->calls[i].request.len;
    }
    if (st == ROWCALL_OK) {
        const struct rc_shell_batch batch = {.calls = flight->calls, .count = ticket->calls};
        rc_shell_batch_write(&batch, &flight->envelope);
        st = rc_buf_status(&flight->envelope, err);
    }
    return st;
}

// Counts the answer to each call, the lock being held.
static void count_replies(struct flight *flight, struct rc_view reply, int64_t latency_us)
{
    struct rc_load_tally *tally = flight->bench->tally;
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    struct rc_shell_answer answer = {0};
    uint32_t count = 0;
    bool good = true;
    rc_wire_reader_init(&reader, reply);
    while (good && count < flight->ticket.calls && rc_wire_next(&reader, &value)) {
        if (value.number == RC_REPLY_ENVELOPE_REPLIES) {
            good = value.type == RC_WIRE_BYTES && rc_shell_reply_read(value.bytes, &answer);
        }
        if (good && value.number == RC_REPLY_ENVELOPE_REPLIES) {
            bool is_ok = answer.error.status == ROWCALL_OK;
            rc_load_tally_call(tally, flight->methods[count++], latency_us,
                               is_ok ? NULL : &answer.error);
        }
    }
    // An envelope that is refused as a whole has one reply, an error, for all of its calls.
    bool is_refused = good && count == 1 && answer.error.status != ROWCALL_OK;
    rowcall_error nonsense = {0};
    rc_error_set(&nonsense, ROWCALL_INTERNAL, "the answer is no reply envelope of %u calls",
                 flight->ticket.calls);
    for (; count < flight->ticket.calls; count++) {
        rc_load_tally_call(tally, flight->methods[count], latency_us,
                           is_refused ? &answer.error : &nonsense);
    }
}

static void count_failure(struct flight *flight, const rowcall_error *failure,
                          int64_t latency_us)
{
    for (uint32_t i = 0; i < flight->ticket.calls; i++) {
        rc_load_tally_call(flight->bench->tally, flight->methods[i], latency_us, failure);
    }
}

// ---- its way

// The flight is over: reply, or failure.
static void land(struct flight *flight, const struct rc_view *reply,
                 const rowcall_error *failure)
{
    struct bench *bench = flight->bench;
    const struct rc_load_ticket *ticket = &flight->ticket;
    int64_t now_us = rc_clock_now_us();
    pthread_mutex_lock(&bench->lock);
    if (!reply && bench->is_abandoning) {
        bench->abandoned += ticket->calls;
    } else if (ticket->is_counted && bench->tally) {
        rc_load_tally_message(bench->tally, now_us, flight->sent_us - ticket->due_us,
                              flight->sent_bytes, reply ? reply->len : 0);
        if (reply) {
            count_replies(flight, *reply, now_us - ticket->due_us);
        } else {
            count_failure(flight, failure, now_us - ticket->due_us);
        }
    }
    rc_load_give_back(&bench->run, ticket->place);
    pthread_mutex_unlock(&bench->lock);
}

// Ends the load for a mistake in what it was to send.
static void give_up(struct flight *flight, const rowcall_error *failure)
{
    struct bench *bench = flight->bench;
    pthread_mutex_lock(&bench->lock);
    if (!bench->has_failed) {
        bench->has_failed = true;
        bench->failure = *failure;
    }
    rc_load_stop(&bench->run, rc_clock_now_us());
    rc_load_give_back(&bench->run, flight->ticket.place);
    pthread_mutex_unlock(&bench->lock);
}

static void send_due(struct bench *bench);

// A rc_dialer_done_fn.
static void on_done(void *arg, const struct rc_view *reply, const rowcall_error *failure)
{
    struct flight *flight = arg;
    struct bench *bench = flight->bench; // the flight is another message's once it has landed
    land(flight, reply, failure);
    send_due(bench);
}

static void take_off(struct flight *flight)
{
    rowcall_error err = {0};
    if (make_envelope(flight, &err) != ROWCALL_OK) {
        give_up(flight, &err);
        return;
    }
    flight->sent_bytes = flight->envelope.len;
    flight->sent_us = rc_clock_now_us();
    if (rc_dialer_start(flight->dialer, rc_buf_view(&flight->envelope),
                        flight->bench->settings->timeout_ms, on_done, flight,
                        &err) != ROWCALL_OK) {
        land(flight, NULL, &err);
    }
}

// Sends whatever is due and has a place. Any thread.
static void send_due(struct bench *bench)
{
    for (;;) {
        struct rc_load_ticket ticket;
        pthread_mutex_lock(&bench->lock);
        enum rc_load_turn turn = rc_load_take(&bench->run, rc_clock_now_us(), &ticket);
        if (turn == RC_LOAD_OVER && rc_load_under_way(&bench->run) == 0) {
            pthread_cond_signal(&bench->changed);
        }
        pthread_mutex_unlock(&bench->lock);
        if (turn != RC_LOAD_SEND) {
            return;
        }
        struct flight *flight = &bench->flights[ticket.place];
        flight->ticket = ticket;
        take_off(flight);
    }
}

// ---- the whole

static bool is_over(const struct bench *bench)
{
    return bench->run.is_over && rc_load_under_way(&bench->run) == 0;
}

// Waits, the lock being held, until something is due or is to be looked at.
static void wait_until(struct bench *bench, int64_t until_us)
{
    struct timespec until = {.tv_sec = (time_t)(until_us / 1000000),
                             .tv_nsec = (long)(until_us % 1000000) * 1000};
    pthread_cond_timedwait(&bench->changed, &bench->lock, &until);
}

// Sends what is due until all of it is answered, or until answers are no longer waited for.
static bool fly(struct bench *bench)
{
    const struct rc_bench_settings *settings = bench->settings;
    int64_t told_us = rc_clock_now_us();
    int64_t leave_us = INT64_MAX;
    bool is_interrupted = false;
    for (;;) {
        send_due(bench);
        int64_t now_us = rc_clock_now_us();
        if (settings->show_progress && now_us - told_us >= 1000000) {
            char line[RC_BENCH_PROGRESS_SIZE];
            pthread_mutex_lock(&bench->lock);
            rc_bench_progress_format(line, &bench->run, bench->tally, now_us, now_us - told_us);
            pthread_mutex_unlock(&bench->lock);
            rc_bench_progress_show(line);
            told_us = now_us;
        }
        pthread_mutex_lock(&bench->lock);
        if (*settings->interrupted && !is_interrupted) {
            is_interrupted = true;
            leave_us = now_us + LINGER_US;
            rc_load_stop(&bench->run, now_us);
        }
        bool leave = is_over(bench) || now_us >= leave_us;
        if (!leave) {
            int64_t next_us = bench->run.is_over ? INT64_MAX : rc_load_next_us(&bench->run);
            int64_t look_us = now_us + LOOK_US;
            // A closed loop, or one that waits for places, goes on by itself.
            bool is_waiting = next_us > now_us && next_us < look_us;
            wait_until(bench, is_waiting ? next_us : look_us);
        }
        pthread_mutex_unlock(&bench->lock);
        if (leave) {
            return is_interrupted;
        }
    }
}

// Calls something cheap on each connection, so that connecting is no part of any latency.
static rowcall_status connect(struct bench *bench, rowcall_error *err)
{
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    rc_shell_call_write(&(struct rc_shell_call){.method = "Health/Live"}, &envelope);
    rowcall_status st = rc_buf_status(&envelope, err);
    for (uint32_t i = 0; st == ROWCALL_OK && i < bench->settings->connections; i++) {
        st = rc_dialer_call(bench->dialers[i], rc_buf_view(&envelope),
                            bench->settings->timeout_ms, &reply, err);
    }
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
    return st;
}

static rowcall_status open_dialers(struct bench *bench, rowcall_error *err)
{
    const struct rc_bench_settings *settings = bench->settings;
    const struct rc_dialer_options options = {
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .task_threads = rc_tasks_wanted(),
        .max_concurrent =
            2 * (settings->plan.places / settings->connections + 1) + SPARE_REQUESTS};
    rowcall_status st = ROWCALL_OK;
    for (uint32_t i = 0; st == ROWCALL_OK && i < settings->connections; i++) {
        st = rc_dialer_open(settings->url, &options, &bench->dialers[i], err);
    }
    return st == ROWCALL_OK ? connect(bench, err) : st;
}

static rowcall_status make_flights(struct bench *bench, rowcall_error *err)
{
    const struct rc_load_plan *plan = &bench->settings->plan;
    size_t calls = (size_t)plan->places * plan->batch;
    bench->tally = rc_load_tally_new((uint32_t)bench->mix->count);
    bench->dialers = calloc(bench->settings->connections, sizeof(struct rc_dialer *));
    bench->flights = calloc(plan->places, sizeof *bench->flights);
    bench->calls = calloc(calls, sizeof *bench->calls);
    bench->methods = calloc(calls, sizeof *bench->methods);
    if (!bench->tally || !bench->dialers || !bench->flights || !bench->calls ||
        !bench->methods) {
        return rc_error_oom(err);
    }
    return ROWCALL_OK;
}

static void assign_flights(struct bench *bench)
{
    const struct rc_load_plan *plan = &bench->settings->plan;
    for (uint32_t i = 0; i < plan->places; i++) {
        bench->flights[i] = (struct flight){
            .bench = bench,
            .dialer = bench->dialers[i % bench->settings->connections],
            .calls = bench->calls + (size_t)i * plan->batch,
            .methods = bench->methods + (size_t)i * plan->batch,
        };
    }
}

static struct bench *new_bench(const struct rc_bench_settings *settings,
                               const struct rc_bench_mix *mix)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    if (bench) {
        pthread_condattr_t monotonic;
        bench->settings = settings;
        bench->mix = mix;
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_mutex_init(&bench->lock, NULL);
        pthread_cond_init(&bench->changed, &monotonic);
        pthread_condattr_destroy(&monotonic);
    }
    return bench;
}

// Closes the sockets, which ends every message that is under way. False when nng did not let
// go: then callbacks may still come.
static bool close_dialers(struct bench *bench)
{
    bool closed = true;
    pthread_mutex_lock(&bench->lock);
    bench->is_abandoning = true;
    pthread_mutex_unlock(&bench->lock);
    for (uint32_t i = 0; bench->dialers && i < bench->settings->connections; i++) {
        closed = rc_dialer_close(bench->dialers[i]) && closed;
    }
    return closed;
}

// Takes the result out, and whatever comes from now on is nobody's.
static void take_result(struct bench *bench, bool is_interrupted,
                        struct rc_bench_result *ret_result)
{
    pthread_mutex_lock(&bench->lock);
    int64_t from_us = bench->run.start_us + bench->settings->plan.warmup_us;
    int64_t elapsed_us = bench->tally->last_us - from_us;
    *ret_result = (struct rc_bench_result){.tally = bench->tally,
                                           .elapsed_us = elapsed_us > 0 ? elapsed_us : 0,
                                           .unsent = rc_load_unsent(&bench->run),
                                           .abandoned = bench->abandoned,
                                           .is_interrupted = is_interrupted};
    bench->tally = NULL;
    pthread_mutex_unlock(&bench->lock);
}

static void free_bench(struct bench *bench)
{
    for (uint32_t i = 0; bench->flights && i < bench->settings->plan.places; i++) {
        rc_buf_fini(&bench->flights[i].json);
        rc_buf_fini(&bench->flights[i].requests);
        rc_buf_fini(&bench->flights[i].envelope);
    }
    rc_load_run_fini(&bench->run);
    pthread_mutex_destroy(&bench->lock);
    pthread_cond_destroy(&bench->changed);
    free(bench->tally);
    free(bench->dialers);
    free(bench->flights);
    free(bench->calls);
    free(bench->methods);
    free(bench);
}

rowcall_status rc_bench_run(const struct rc_bench_settings *settings,
                            const struct rc_bench_mix *mix, struct rc_bench_result *ret_result,
                            rowcall_error *err)
{
    struct bench *bench = new_bench(settings, mix);
    if (!bench) {
        return rc_error_oom(err);
    }
    bool is_interrupted = false;
    rowcall_status st = make_flights(bench, err);
    if (st == ROWCALL_OK) {
        st = open_dialers(bench, err);
    }
    if (st == ROWCALL_OK) {
        assign_flights(bench);
        st = rc_load_run_init(&bench->run, &settings->plan, rc_clock_now_us(), err);
    }
    if (st == ROWCALL_OK) {
        prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0);
        is_interrupted = fly(bench);
    }
    bool closed = close_dialers(bench);
    if (st == ROWCALL_OK && bench->has_failed) {
        *err = bench->failure;
        st = err->status;
    }
    if (st == ROWCALL_OK) {
        take_result(bench, is_interrupted, ret_result);
    }
    if (closed) { // else a callback may still look at it
        free_bench(bench);
    }
    return st;
}
