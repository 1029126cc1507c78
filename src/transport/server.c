// SPDX-License-Identifier: Apache-2.0
//
// The life of a server: open, drain, close. What happens to a single request is in request.c.
#include "base/clock.h"
#include "base/log.h"
#include "transport/server_state.h"
#include "transport/socket.h"
#include "transport/tasks.h"
#include "transport/watch.h"

#include <assert.h>
#include <errno.h>
#include <nng/protocol/reqrep0/rep.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum {
    DEFAULT_CONTEXTS = 1024,
    DEFAULT_MAX_PER_PEER = 256,
    DEFAULT_MAX_MESSAGE = (16 << 20) + (64 << 10),
    DEFAULT_SEND_TIMEOUT_MS = 5000,
    DEFAULT_IPC_PERMISSIONS = 0600,
    DEFAULT_WATCH_INTERVAL_MS = 1000,
    FLUSH_POLL_NS = 2000000,
};

// Every connection is a file, and running out of them is the one thing a server must not do
// early.
static void raise_file_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

// nng may call back after close has given up on it, so who is told is looked up under a lock.
static void tell_gone(struct rc_server *server, uint64_t peer)
{
    pthread_mutex_lock(&server->gone_lock);
    if (server->on_gone && peer > 0) {
        server->on_gone(server->ctx, peer);
    }
    pthread_mutex_unlock(&server->gone_lock);
}

static void tell_nobody(struct rc_server *server)
{
    pthread_mutex_lock(&server->gone_lock);
    server->on_gone = NULL;
    pthread_mutex_unlock(&server->gone_lock);
}

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *arg)
{
    struct rc_server *server = arg;
    if (event == NNG_PIPE_EV_ADD_PRE) {
        if (atomic_load(&server->draining) || !rc_peer_table_add(&server->peers, pipe)) {
            nng_pipe_close(pipe);
        }
    } else if (event == NNG_PIPE_EV_REM_POST) {
        tell_gone(server, rc_peer_table_remove(&server->peers, pipe));
    }
}

static rowcall_status open_socket(struct rc_server *server, size_t max_message,
                                  rowcall_error *err)
{
    int st = nng_rep0_open(&server->socket);
    if (st != 0) {
        server->socket = (nng_socket)NNG_SOCKET_INITIALIZER;
    }
    // Never without a receive limit: unlimited, a 16-byte packet makes nng 1.5.2 abort.
    if (st == 0) {
        st = nng_socket_set_size(server->socket, NNG_OPT_RECVMAXSZ, max_message);
    }
    if (st == 0) {
        st = nng_pipe_notify(server->socket, NNG_PIPE_EV_ADD_PRE, on_pipe, server);
    }
    if (st == 0) {
        st = nng_pipe_notify(server->socket, NNG_PIPE_EV_REM_POST, on_pipe, server);
    }
    return st == 0 ? ROWCALL_OK
                   : rc_error_set(err, ROWCALL_UNAVAILABLE, "cannot open a socket: %s",
                                  nng_strerror(st));
}

static rowcall_status open_requests(struct rc_server *server, size_t count, rowcall_error *err)
{
    server->requests = calloc(count, sizeof(*server->requests));
    if (!server->requests) {
        return rc_error_oom(err);
    }
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < count && st == ROWCALL_OK; i++) {
        server->request_count = i + 1; // a slot that failed to open is freed with the others
        st = rc_request_init(&server->requests[i], server, err);
    }
    return st;
}

static rowcall_status open_listeners(struct rc_server *server,
                                     const struct rc_server_options *options,
                                     rowcall_error *err)
{
    int permissions =
        options->ipc_permissions ? (int)options->ipc_permissions : DEFAULT_IPC_PERMISSIONS;
    server->listeners = calloc(options->url_count, sizeof(*server->listeners));
    if (!server->listeners) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < options->url_count; i++) {
        rowcall_status st = rc_listener_open(&server->listeners[i], server->socket,
                                             options->urls[i], permissions, err);
        if (st != ROWCALL_OK) {
            return st;
        }
        server->listener_count = i + 1;
    }
    return ROWCALL_OK;
}

static struct rc_server *make_server(const struct rc_server_options *options,
                                     rc_server_handler_fn handler, void *ctx)
{
    struct rc_server *server = calloc(1, sizeof(*server));
    if (!server) {
        return NULL;
    }
    server->socket = (nng_socket)NNG_SOCKET_INITIALIZER;
    server->handler = handler;
    server->ctx = ctx;
    server->on_gone = options->on_gone;
    server->max_per_peer = options->max_per_peer ? options->max_per_peer : DEFAULT_MAX_PER_PEER;
    server->send_timeout_ms =
        options->send_timeout_ms ? options->send_timeout_ms : DEFAULT_SEND_TIMEOUT_MS;
    server->watch_interval_ms =
        options->watch_interval_ms ? options->watch_interval_ms : DEFAULT_WATCH_INTERVAL_MS;
    atomic_init(&server->refs, 1);
    rc_peer_table_init(&server->peers);

    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&server->lock, NULL);
    pthread_mutex_init(&server->gone_lock, NULL);
    pthread_cond_init(&server->idle, &monotonic);
    pthread_cond_init(&server->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return server;
}

rowcall_status rc_server_open(const struct rc_server_options *options,
                              rc_server_handler_fn handler, void *ctx,
                              struct rc_server **ret_server, rowcall_error *err)
{
    assert(options->url_count > 0 && handler);
    raise_file_limit();
    signal(SIGPIPE, SIG_IGN);
    struct rc_server *server = make_server(options, handler, ctx);
    if (!server) {
        return rc_error_oom(err);
    }
    size_t max_message =
        options->max_message_bytes ? options->max_message_bytes : DEFAULT_MAX_MESSAGE;
    size_t contexts = options->contexts ? options->contexts : DEFAULT_CONTEXTS;
    rowcall_status st = open_socket(server, max_message, err);
    if (st == ROWCALL_OK) {
        st = open_requests(server, contexts, err);
    }
    if (st == ROWCALL_OK) {
        st = open_listeners(server, options, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_watch_start(server, err);
    }
    if (st != ROWCALL_OK) {
        rc_server_close(server);
        return st;
    }
    if (options->task_threads > 0) {
        rc_tasks_park(options->task_threads);
        server->parks = true;
    }
    for (size_t i = 0; i < server->request_count; i++) {
        rc_request_start(&server->requests[i]);
    }
    rc_log(RC_LOG_DEBUG, "transport", "server open", "contexts", "%zu", contexts, "per_peer",
           "%u", server->max_per_peer, "max_message_bytes", "%zu", max_message, (char *)NULL);
    *ret_server = server;
    return ROWCALL_OK;
}

const char *rc_server_url(const struct rc_server *server, size_t i)
{
    return i < server->listener_count ? server->listeners[i].url : NULL;
}

void rc_server_finish_one(struct rc_server *server)
{
    if (atomic_fetch_sub(&server->busy, 1) == 1 && atomic_load(&server->draining)) {
        pthread_mutex_lock(&server->lock);
        pthread_cond_broadcast(&server->idle);
        pthread_mutex_unlock(&server->lock);
    }
}

// Waits until no accepted request is left. False when the deadline passed first.
static bool wait_idle(struct rc_server *server, int64_t deadline_us)
{
    struct timespec until = {.tv_sec = (time_t)(deadline_us / 1000000),
                             .tv_nsec = (long)(deadline_us % 1000000) * 1000};
    int waited = 0;
    pthread_mutex_lock(&server->lock);
    while (atomic_load(&server->busy) > 0 && waited == 0) {
        waited = deadline_us ? pthread_cond_timedwait(&server->idle, &server->lock, &until)
                             : pthread_cond_wait(&server->idle, &server->lock);
    }
    bool idle = atomic_load(&server->busy) == 0;
    pthread_mutex_unlock(&server->lock);
    return idle;
}

// Replies that the pipe in this branch of nng's statistics has taken but not transmitted.
static uint64_t count_unsent(struct rc_server *server, nng_stat *branch)
{
    nng_pipe pipe = NNG_PIPE_INITIALIZER;
    uint64_t transmitted = 0;
    for (nng_stat *stat = nng_stat_child(branch); stat; stat = nng_stat_next(stat)) {
        if (strcmp(nng_stat_name(stat), "id") == 0) {
            pipe.id = (uint32_t)nng_stat_value(stat);
        } else if (strcmp(nng_stat_name(stat), "tx_msgs") == 0) {
            transmitted = nng_stat_value(stat);
        }
    }
    struct rc_peer *peer = rc_peer_table_acquire(&server->peers, pipe);
    if (!peer) {
        return 0; // another socket's pipe, or one that has gone
    }
    uint64_t taken = atomic_load(&peer->taken);
    rc_peer_release(peer);
    return taken > transmitted ? taken - transmitted : 0;
}

static uint64_t count_all_unsent(struct rc_server *server)
{
    nng_stat *root = NULL;
    if (nng_stats_get(&root) != 0) {
        return 0; // cannot tell
    }
    uint64_t unsent = 0;
    for (nng_stat *stat = nng_stat_child(root); stat; stat = nng_stat_next(stat)) {
        if (strcmp(nng_stat_name(stat), "pipe") == 0) {
            unsent += count_unsent(server, stat);
        }
    }
    nng_stats_free(root);
    return unsent;
}

// A pipe takes a reply before it has written it, and nng_close would drop what is not written.
// False when the deadline passed, or when nothing was written for a whole send timeout.
static bool wait_flushed(struct rc_server *server, int64_t deadline_us)
{
    int64_t patience_us = (int64_t)server->send_timeout_ms * 1000;
    int64_t progress_us = rc_clock_now_us();
    uint64_t last = UINT64_MAX;
    for (;;) {
        uint64_t unsent = count_all_unsent(server);
        int64_t now = rc_clock_now_us();
        if (unsent == 0) {
            return true;
        }
        if (unsent != last) {
            last = unsent;
            progress_us = now;
        }
        if ((deadline_us && now >= deadline_us) || now - progress_us > patience_us) {
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = FLUSH_POLL_NS}, NULL);
    }
}

rowcall_status rc_server_drain(struct rc_server *server, int64_t deadline_us,
                               rowcall_error *err)
{
    rc_watch_stop(server);
    atomic_store(&server->draining, true);
    for (size_t i = 0; i < server->listener_count; i++) {
        rc_listener_hide(&server->listeners[i]);
    }
    if (!wait_idle(server, deadline_us)) {
        return rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED, "%zu requests were not answered",
                            atomic_load(&server->busy));
    }
    if (!wait_flushed(server, deadline_us)) {
        return rc_error_set(err, ROWCALL_DEADLINE_EXCEEDED, "some replies were not sent");
    }
    return ROWCALL_OK;
}

static void free_server(struct rc_server *server)
{
    for (size_t i = 0; i < server->request_count; i++) {
        rc_request_fini(&server->requests[i]);
    }
    free(server->requests);
    rc_peer_table_fini(&server->peers);
    pthread_mutex_destroy(&server->lock);
    pthread_mutex_destroy(&server->gone_lock);
    pthread_cond_destroy(&server->idle);
    pthread_cond_destroy(&server->wake);
    free(server);
}

void rc_server_unref(struct rc_server *server)
{
    size_t before = atomic_fetch_sub(&server->refs, 1);
    assert(before > 0);
    if (before == 1) {
        free_server(server);
    }
}

void rc_server_close(struct rc_server *server)
{
    if (!server) {
        return;
    }
    rc_watch_stop(server);
    if (server->parks) {
        rc_tasks_release();
    }
    atomic_store(&server->draining, true);
    for (size_t i = 0; i < server->request_count; i++) {
        if (server->requests[i].aio) {
            rc_request_forbid(&server->requests[i]);
        }
    }
    bool opened = nng_socket_id(server->socket) > 0;
    bool closed = !opened || rc_socket_close(server->socket);
    for (size_t i = 0; i < server->listener_count; i++) {
        rc_listener_close(&server->listeners[i]);
    }
    free(server->listeners);
    server->listener_count = 0;
    tell_nobody(server);
    if (!closed) {
        return; // nng's threads may still come back: leave them their memory
    }
    for (size_t i = 0; i < server->request_count; i++) {
        if (server->requests[i].aio) {
            rc_request_join(&server->requests[i]);
        }
    }
    rc_server_unref(server);
}

void rc_server_read_stats(struct rc_server *server, struct rc_server_stats *ret_stats)
{
    *ret_stats = (struct rc_server_stats){
        .requests = atomic_load(&server->request_total),
        .replies = atomic_load(&server->reply_total),
        .undelivered = atomic_load(&server->undelivered_total),
        .over_limit = atomic_load(&server->over_limit_total),
        .repairs = atomic_load(&server->repair_total),
        .peers = rc_peer_table_count(&server->peers),
        .leaking = atomic_load(&server->leaking),
    };
}
