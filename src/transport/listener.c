// SPDX-License-Identifier: Apache-2.0
//
// Opening, replacing and closing one listening address. An ipc socket is made on a side path
// and moved into place, under a lock file, so that a second server never touches the first
// one's.
#include "transport/listener.h"

#include "base/clock.h"
#include "base/log.h"
#include "transport/ipc.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PROBE_TIMEOUT_MS = 1000, ARRIVAL_POLL_NS = 500000 };

static rowcall_status listen_tcp(struct rc_listener *self, rowcall_error *err)
{
    const char *url = self->endpoint.url;
    int st = nng_listener_create(&self->current, self->socket, url);
    if (st != 0) {
        return rc_endpoint_error(err, st, "listen on", url);
    }
    nng_listener_set_bool(self->current, NNG_OPT_TCP_KEEPALIVE, true);
    st = nng_listener_start(self->current, 0);
    if (st != 0) {
        nng_listener_close(self->current);
        return rc_endpoint_error(err, st, "listen on", url);
    }
    int port = 0;
    int host_len = (int)(strrchr(url, ':') - url);
    if (nng_listener_get_int(self->current, NNG_OPT_TCP_BOUND_PORT, &port) != 0) {
        port = (int)strtol(url + host_len + 1, NULL, 10);
    }
    if (asprintf(&self->url, "%.*s:%d", host_len, url, port) < 0) {
        self->url = NULL;
        nng_listener_close(self->current);
        return rc_error_oom(err);
    }
    return ROWCALL_OK;
}

// Listens on the side path and moves it into place.
static rowcall_status bind_ipc(struct rc_listener *self, nng_listener *ret_listener,
                               rowcall_error *err)
{
    char side_url[128], *side = side_url + strlen("ipc://");
    snprintf(side_url, sizeof(side_url), "ipc://%s.new", self->endpoint.path);
    unlink(side); // left by a process that died here; the lock says that it is not in use

    nng_listener fresh;
    int st = nng_listener_create(&fresh, self->socket, side_url);
    if (st != 0) {
        return rc_endpoint_error(err, st, "listen on", self->endpoint.url);
    }
    st = nng_listener_set_int(fresh, NNG_OPT_IPC_PERMISSIONS, self->permissions);
    if (st == 0) {
        st = nng_listener_start(fresh, 0);
    }
    if (st != 0) {
        nng_listener_close(fresh);
        return rc_endpoint_error(err, st, "listen on", self->endpoint.url);
    }
    if (rename(side, self->endpoint.path) != 0) {
        rc_error_set(err, ROWCALL_UNAVAILABLE, "cannot listen on %s: %s", self->endpoint.url,
                     strerror(errno));
        nng_listener_close(fresh);
        return ROWCALL_UNAVAILABLE;
    }
    *ret_listener = fresh;
    return ROWCALL_OK;
}

// With the lock in hand, whatever is at the path belongs to nobody who takes locks.
static rowcall_status check_path_is_free(const struct rc_listener *self, rowcall_error *err)
{
    const char *url = self->endpoint.url;
    switch (rc_ipc_probe(self->endpoint.path, PROBE_TIMEOUT_MS)) {
    case RC_IPC_ABSENT:
    case RC_IPC_STALE:
        return ROWCALL_OK;
    case RC_IPC_SPEAKING:
    case RC_IPC_SILENT:
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "%s: another process listens there", url);
    case RC_IPC_FORBIDDEN:
    case RC_IPC_FOREIGN:
    case RC_IPC_UNKNOWN:
        break;
    }
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                        "%s: something else is there; remove it or choose another path", url);
}

static rowcall_status listen_ipc(struct rc_listener *self, rowcall_error *err)
{
    const char *path = self->endpoint.path;
    self->url = strdup(self->endpoint.url);
    if (!self->url) {
        return rc_error_oom(err);
    }
    self->endpoint.url = self->url;
    self->endpoint.path = self->url + strlen("ipc://");
    rowcall_status st = rc_ipc_lock(path, &self->lock, err);
    if (st == ROWCALL_OK) {
        st = check_path_is_free(self, err);
    }
    if (st == ROWCALL_OK) {
        st = bind_ipc(self, &self->current, err);
    }
    if (st != ROWCALL_OK) {
        rc_listener_close(self);
        return st;
    }
    self->bound = true;
    return ROWCALL_OK;
}

rowcall_status rc_listener_open(struct rc_listener *listener, nng_socket socket,
                                const char *url, int permissions, rowcall_error *err)
{
    *listener = (struct rc_listener){.socket = socket, .permissions = permissions, .lock = -1};
    rowcall_status st = rc_endpoint_parse(url, &listener->endpoint, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    return listener->endpoint.kind == RC_ENDPOINT_TCP ? listen_tcp(listener, err)
                                                      : listen_ipc(listener, err);
}

void rc_listener_hide(struct rc_listener *listener)
{
    if (listener->bound) {
        unlink(listener->endpoint.path);
        listener->bound = false;
    }
}

void rc_listener_close(struct rc_listener *listener)
{
    rc_listener_hide(listener);
    if (listener->lock >= 0) {
        rc_ipc_unlock(listener->endpoint.path, listener->lock);
        listener->lock = -1;
    }
    free(listener->url);
    listener->url = NULL;
}

// Nobody can reach a retired listener any more, so one without connections is not missed.
static void close_unused(struct rc_listener *self, struct rc_peer_table *peers)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->retired_count; i++) {
        nng_listener old = self->retired[i];
        if (rc_peer_table_count_of(peers, nng_listener_id(old)) == 0) {
            nng_listener_close(old);
        } else {
            self->retired[kept++] = old;
        }
    }
    self->retired_count = kept;
}

static bool replace(struct rc_listener *self)
{
    nng_listener fresh;
    rowcall_error err = {0};
    if (self->retired_count == RC_LISTENER_RETIRED_MAX) {
        // Sixteen dead listeners with live clients: give up the oldest with its connections.
        nng_listener_close(self->retired[0]);
        self->retired_count--;
        memmove(self->retired, self->retired + 1,
                self->retired_count * sizeof(self->retired[0]));
    }
    if (bind_ipc(self, &fresh, &err) != ROWCALL_OK) {
        rc_log(RC_LOG_DEBUG, "transport", "listener not replaced", "url", "%s", self->url,
               "reason", "%s", err.message, (char *)NULL);
        return false;
    }
    self->retired[self->retired_count++] = self->current;
    self->current = fresh;
    rc_log(RC_LOG_DEBUG, "transport", "listener replaced", "url", "%s", self->url,
           (char *)NULL);
    return true;
}

// Whether a connection made after peer number `since` arrives within the timeout. A dead
// listener goes on accepting and greeting: only that its connections never become peers gives
// it away.
static bool wait_arrival(const struct rc_listener *self, struct rc_peer_table *peers,
                         uint64_t since, uint32_t timeout_ms)
{
    int listener = nng_listener_id(self->current);
    int64_t deadline = rc_clock_now_us() + (int64_t)timeout_ms * 1000;
    while (!rc_peer_table_has_newer(peers, listener, since)) {
        if (rc_clock_now_us() >= deadline) {
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = ARRIVAL_POLL_NS}, NULL);
    }
    return true;
}

bool rc_listener_check(struct rc_listener *listener, uint32_t timeout_ms,
                       struct rc_peer_table *peers)
{
    assert(listener->endpoint.kind == RC_ENDPOINT_IPC);
    close_unused(listener, peers);
    uint64_t since = rc_peer_table_last(peers);
    int fd;
    bool dead = false;
    switch (rc_ipc_greet(listener->endpoint.path, timeout_ms, &fd)) {
    case RC_IPC_SILENT:
    case RC_IPC_ABSENT:
    case RC_IPC_STALE:
        dead = true;
        break;
    case RC_IPC_SPEAKING:
        dead = !wait_arrival(listener, peers, since, timeout_ms);
        close(fd);
        break;
    case RC_IPC_FORBIDDEN:
    case RC_IPC_FOREIGN:
    case RC_IPC_UNKNOWN:
        break;
    }
    return dead && replace(listener);
}
