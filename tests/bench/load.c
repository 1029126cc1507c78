// SPDX-License-Identifier: Apache-2.0
//
// A caller is a state between its question and its answer, on whatever thread of its client the
// answer comes. What callers note goes to a few recorders, so that recording neither waits nor
// costs a histogram a caller.
#include "load.h"

#include "base/histogram.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECORDERS = 16 };

struct recorder {
    pthread_mutex_t lock;
    struct rc_histogram latencies_ns;
    uint64_t answered; // before the clock and after it, too
};

struct run {
    const struct load *load;
    int64_t begin_us; // of what is measured
    int64_t end_us;
    struct recorder recorders[RECORDERS];
    atomic_bool failed;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    int asking;        // callers that have not ended; under lock
    char failure[600]; // of whoever sets failed first; under lock
};

struct caller {
    struct run *run;
    struct sender sender;
    struct recorder *recorder;
    uint32_t random; // never 0
    uint32_t choice;
    int64_t asked_ns;
};

static int64_t now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void fail(struct run *run, const char *what, const char *why)
{
    pthread_mutex_lock(&run->lock);
    if (!atomic_load(&run->failed)) {
        snprintf(run->failure, sizeof run->failure, "%s%s", what, why);
        atomic_store(&run->failed, true);
    }
    pthread_mutex_unlock(&run->lock);
}

static uint32_t next_random(uint32_t *random)
{
    uint32_t x = *random;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *random = x;
}

static void note(struct caller *caller, int64_t end_ns)
{
    struct run *run = caller->run;
    struct recorder *recorder = caller->recorder;
    bool is_measured = end_ns / 1000 >= run->begin_us && end_ns / 1000 < run->end_us;
    pthread_mutex_lock(&recorder->lock);
    recorder->answered++;
    if (is_measured) {
        rc_histogram_record(&recorder->latencies_ns, (uint64_t)(end_ns - caller->asked_ns));
    }
    pthread_mutex_unlock(&recorder->lock);
}

// Takes an answer. True: the caller is to ask again.
static bool take_answer(struct caller *caller, void *response)
{
    int64_t end_ns = now_ns();
    if (!caller->run->load->operation->is_right(response, caller->choice)) {
        rowcall_free(response);
        fail(caller->run, "a wrong answer", "");
        return false;
    }
    rowcall_free(response);
    note(caller, end_ns);
    return end_ns / 1000 < caller->run->end_us && !atomic_load(&caller->run->failed);
}

static bool ask(struct caller *caller)
{
    rowcall_error err = {0};
    caller->choice = next_random(&caller->random);
    caller->asked_ns = now_ns();
    if (caller->run->load->operation->ask(&caller->sender, caller->choice, &err) !=
        ROWCALL_OK) {
        fail(caller->run, "a call failed: ", err.message);
        return false;
    }
    return true;
}

static void end(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    run->asking--;
    pthread_cond_signal(&run->ended);
    pthread_mutex_unlock(&run->lock);
}

static void on_answer(void *arg, void *response, const rowcall_error *err)
{
    struct caller *caller = arg;
    bool is_going_on = false;
    if (err) {
        fail(caller->run, "a call failed: ", err->message);
    } else {
        is_going_on = take_answer(caller, response) && ask(caller);
    }
    if (!is_going_on) {
        end(caller->run);
    }
}

static void *ask_and_wait(void *arg)
{
    struct caller *caller = arg;
    bool is_going_on = true;
    while (is_going_on) {
        is_going_on = ask(caller) && take_answer(caller, caller->sender.response);
    }
    end(caller->run);
    return NULL;
}

static void sleep_until(int64_t until_us)
{
    for (int64_t now = now_us(); now < until_us; now = now_us()) {
        usleep((useconds_t)(until_us - now));
    }
}

static void wait_for_end(const struct run *run)
{
    sleep_until(run->begin_us);
    for (int64_t next = run->begin_us + 1000000; next < run->end_us; next += 1000000) {
        sleep_until(next);
        if (atomic_load(&run->failed)) {
            return;
        }
        if (run->load->tick) {
            run->load->tick(run->load->arg);
        }
    }
    sleep_until(run->end_us);
}

static void deal(struct run *run, struct caller *callers, const core_db *clients)
{
    for (int i = 0; i < run->load->callers; i++) {
        callers[i] = (struct caller){
            .run = run,
            .sender = {.handle = clients[i % run->load->clients].handle,
                       .callback = run->load->callers > 1 ? on_answer : NULL,
                       .arg = &callers[i]},
            .recorder = &run->recorders[i % RECORDERS],
            .random = 0x9e3779b9u * (uint32_t)(i + 1),
        };
    }
}

static bool sum_up(struct run *run, struct measure *ret_measure, uint64_t *ret_answered)
{
    static struct rc_histogram all;
    uint64_t answered = 0;
    all = (struct rc_histogram){.count = 0};
    for (int i = 0; i < RECORDERS; i++) {
        rc_histogram_merge(&all, &run->recorders[i].latencies_ns);
        answered += run->recorders[i].answered;
    }
    if (!atomic_load(&run->failed) && all.count == 0) {
        fail(run, "no call was answered", "");
    }
    if (atomic_load(&run->failed)) {
        fprintf(stderr, "bench: %s\n", run->failure);
        return false;
    }
    *ret_measure = (struct measure){
        .ops = (double)all.count * run->load->operation->rows / run->load->seconds,
        .mean_us = rc_histogram_mean(&all) / 1000,
        .p50_us = (double)rc_histogram_percentile(&all, 50) / 1000,
        .p99_us = (double)rc_histogram_percentile(&all, 99) / 1000,
    };
    if (ret_answered) {
        *ret_answered = answered;
    }
    return true;
}

static void wait_for_callers(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    while (run->asking > 0) {
        pthread_cond_wait(&run->ended, &run->lock);
    }
    pthread_mutex_unlock(&run->lock);
}

static void drive_one(struct run *run, struct caller *caller)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, ask_and_wait, caller) != 0) {
        fail(run, "cannot start a thread", "");
        return;
    }
    wait_for_end(run);
    pthread_join(thread, NULL);
}

static void drive_many(struct run *run, struct caller *callers)
{
    for (int i = 0; i < run->load->callers; i++) {
        if (!ask(&callers[i])) {
            end(run);
        }
    }
    wait_for_end(run);
    wait_for_callers(run);
}

static void drive(struct run *run, struct caller *callers, const core_db *clients)
{
    deal(run, callers, clients);
    run->asking = run->load->callers;
    run->begin_us = now_us() + (int64_t)(run->load->warm_up_s * 1e6);
    run->end_us = run->begin_us + (int64_t)(run->load->seconds * 1e6);
    if (run->load->callers == 1) {
        drive_one(run, callers);
    } else {
        drive_many(run, callers);
    }
}

static void close_clients(core_db *clients, int count)
{
    for (int i = 0; i < count; i++) {
        core_close(clients[i]);
    }
}

static bool open_clients(const struct load *load, core_db *clients)
{
    rowcall_error err = {0};
    rowcall_client_options options = {.batching = load->batching ? ROWCALL_BATCHING_DEFAULT
                                                                 : ROWCALL_BATCHING_OFF};
    for (int i = 0; i < load->clients; i++) {
        if (core_open(&clients[i], &options, &err) != ROWCALL_OK) {
            fprintf(stderr, "bench: client %d of %d: %s\n", i + 1, load->clients, err.message);
            close_clients(clients, i);
            return false;
        }
    }
    return true;
}

bool load_run(const struct load *load, struct measure *ret_measure, uint64_t *ret_answered)
{
    struct run *run = calloc(1, sizeof *run);
    struct caller *callers = calloc((size_t)load->callers, sizeof *callers);
    core_db *clients = calloc((size_t)load->clients, sizeof *clients);
    bool is_good = run && callers && clients;
    if (!is_good) {
        fprintf(stderr, "bench: out of memory\n");
    } else if ((is_good = open_clients(load, clients))) {
        run->load = load;
        pthread_mutex_init(&run->lock, NULL);
        pthread_cond_init(&run->ended, NULL);
        for (int i = 0; i < RECORDERS; i++) {
            pthread_mutex_init(&run->recorders[i].lock, NULL);
        }
        drive(run, callers, clients);
        is_good = sum_up(run, ret_measure, ret_answered);
        close_clients(clients, load->clients);
    }
    free(clients);
    free(callers);
    free(run);
    return is_good;
}
