// SPDX-License-Identifier: Apache-2.0
//
// epoll, an eventfd to interrupt it, and the one wake-up time. The list of tickers is copied
// before they run, so that opening a pool during a tick is harmless.
#include "pg/loop.h"

#include "base/clock.h"
#include "pg/loop_internal.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { EVENTS_MAX = 64, TICKERS_MAX = 256 };

struct rc_pg_loop {
    int epoll_fd;
    int event_fd;
    pthread_t thread;
    _Atomic int64_t wake_at_us; // INT64_MAX = only for events
    atomic_bool stopping;
    pthread_mutex_t mutex;                     // guards the two below
    struct rc_pg_ticker *tickers[TICKERS_MAX]; // in no order
    int ticker_count;
};

static void interrupt(struct rc_pg_loop *loop)
{
    uint64_t one = 1;
    ssize_t written = write(loop->event_fd, &one, sizeof one);
    (void)written; // the counter is full only when the loop is about to wake anyway
}

bool rc_pg_loop_is_current(const struct rc_pg_loop *loop)
{
    return pthread_equal(loop->thread, pthread_self());
}

void rc_pg_loop_arm(struct rc_pg_loop *loop, int64_t at_us)
{
    int64_t current = atomic_load(&loop->wake_at_us);
    while (at_us < current) {
        if (atomic_compare_exchange_weak(&loop->wake_at_us, &current, at_us)) {
            if (!rc_pg_loop_is_current(loop)) {
                interrupt(loop);
            }
            return;
        }
    }
}

static void remove_ticker(struct rc_pg_loop *loop, const struct rc_pg_ticker *ticker)
{
    pthread_mutex_lock(&loop->mutex);
    for (int i = 0; i < loop->ticker_count; i++) {
        if (loop->tickers[i] == ticker) {
            loop->tickers[i] = loop->tickers[--loop->ticker_count];
            break;
        }
    }
    pthread_mutex_unlock(&loop->mutex);
}

static void run_tickers(struct rc_pg_loop *loop, int64_t now_us)
{
    struct rc_pg_ticker *tickers[TICKERS_MAX];
    pthread_mutex_lock(&loop->mutex);
    int count = loop->ticker_count;
    memcpy(tickers, loop->tickers, (size_t)count * sizeof tickers[0]);
    pthread_mutex_unlock(&loop->mutex);
    for (int i = 0; i < count; i++) {
        if (!tickers[i]->on_tick(tickers[i], now_us)) {
            remove_ticker(loop, tickers[i]);
        }
    }
}

// How long epoll may sleep, rounded up to milliseconds so that it never spins before the time.
static int sleep_ms(const struct rc_pg_loop *loop)
{
    int64_t wake_at_us = atomic_load(&loop->wake_at_us);
    if (wake_at_us == INT64_MAX) {
        return -1;
    }
    int64_t left_us = wake_at_us - rc_clock_now_us();
    if (left_us <= 0) {
        return 0;
    }
    return left_us > 3600 * 1000000LL ? 3600 * 1000 : (int)((left_us + 999) / 1000);
}

static void handle_events(struct rc_pg_loop *loop, const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        struct rc_pg_watch *watch = events[i].data.ptr;
        if (!watch) {
            uint64_t drained;
            ssize_t got = read(loop->event_fd, &drained, sizeof drained);
            (void)got;
        } else if (watch->fd >= 0) { // not unwatched by an event before it
            watch->on_event(watch, events[i].events);
        }
    }
}

static void *run_loop(void *arg)
{
    struct rc_pg_loop *loop = arg;
    struct epoll_event events[EVENTS_MAX];
    while (!atomic_load(&loop->stopping)) {
        int count = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, sleep_ms(loop));
        handle_events(loop, events, count > 0 ? count : 0);
        int64_t now_us = rc_clock_now_us();
        if (atomic_load(&loop->wake_at_us) <= now_us) {
            atomic_store(&loop->wake_at_us,
                         INT64_MAX); // before they look: what is armed meanwhile counts
            run_tickers(loop, now_us);
        }
    }
    return NULL;
}

// The thread takes no signals: they belong to main.
static int start_thread(struct rc_pg_loop *loop)
{
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failure = pthread_create(&loop->thread, NULL, run_loop, loop);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return failure;
}

rowcall_status rc_pg_loop_new(struct rc_pg_loop **ret_loop, rowcall_error *err)
{
    struct rc_pg_loop *loop = calloc(1, sizeof *loop);
    if (!loop) {
        return rc_error_oom(err);
    }
    pthread_mutex_init(&loop->mutex, NULL);
    atomic_store(&loop->wake_at_us, INT64_MAX);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN};
    int failure = loop->epoll_fd < 0 || loop->event_fd < 0 ||
                          epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->event_fd, &event) != 0
                      ? errno
                      : start_thread(loop);
    if (failure) {
        close(loop->epoll_fd);
        close(loop->event_fd);
        pthread_mutex_destroy(&loop->mutex);
        free(loop);
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                            "cannot start the database loop: %s", strerror(failure));
    }
    *ret_loop = loop;
    return ROWCALL_OK;
}

void rc_pg_loop_free(struct rc_pg_loop *loop)
{
    if (!loop) {
        return;
    }
    assert(!rc_pg_loop_is_current(loop));
    atomic_store(&loop->stopping, true);
    interrupt(loop);
    pthread_join(loop->thread, NULL);
    assert(loop->ticker_count == 0);
    close(loop->epoll_fd);
    close(loop->event_fd);
    pthread_mutex_destroy(&loop->mutex);
    free(loop);
}

bool rc_pg_loop_watch(struct rc_pg_loop *loop, struct rc_pg_watch *watch, int fd,
                      uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (watch->fd == fd && watch->events == events) {
        return true;
    }
    bool known = watch->fd == fd;
    if (epoll_ctl(loop->epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0) {
        return false;
    }
    if (!known) { // only ever on the loop's thread, which reads it without a lock
        watch->fd = fd;
    }
    watch->events = events;
    return true;
}

void rc_pg_loop_unwatch(struct rc_pg_loop *loop, struct rc_pg_watch *watch)
{
    if (watch->fd >= 0) {
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
        watch->fd = -1;
        watch->events = 0;
    }
}

rowcall_status rc_pg_loop_add(struct rc_pg_loop *loop, struct rc_pg_ticker *ticker,
                              rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    pthread_mutex_lock(&loop->mutex);
    if (loop->ticker_count < TICKERS_MAX) {
        loop->tickers[loop->ticker_count++] = ticker;
    } else {
        st = rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "more than %d pools on one loop",
                          TICKERS_MAX);
    }
    pthread_mutex_unlock(&loop->mutex);
    rc_pg_loop_arm(loop, 0);
    return st;
}
