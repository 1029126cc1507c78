// SPDX-License-Identifier: Apache-2.0
//
// The thread that probes ipc listeners and has the dead ones replaced. Its probes are
// connections, too: when nng's reaper hangs (README) they would pile up, one a round, so it
// watches itself and stops.
#include "transport/watch.h"

#include "base/log.h"

#include <time.h>

// Sleeps for the interval. False when the server is stopping.
static bool wait_interval(struct rc_server *server)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += server->watch_interval_ms / 1000;
    until.tv_nsec += (long)(server->watch_interval_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    int waited = 0;
    pthread_mutex_lock(&server->lock);
    while (!server->stopping && waited == 0) {
        waited = pthread_cond_timedwait(&server->wake, &server->lock, &until);
    }
    bool stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return !stopping;
}

// So many rounds in a row with more connections of our own than before: they are not being
// released.
enum { LEAKING_ROUNDS = 10 };

struct growth {
    size_t own; // connections from this process at the last round
    unsigned rounds;
};

static bool is_leaking(struct rc_server *server, struct growth *growth)
{
    size_t own = rc_peer_table_count_own(&server->peers);
    growth->rounds = own > growth->own ? growth->rounds + 1 : 0;
    growth->own = own;
    return growth->rounds >= LEAKING_ROUNDS;
}

static void give_up(struct rc_server *server)
{
    atomic_store(&server->leaking, true);
    rc_log(RC_LOG_WARN, "transport", "connections are no longer released", "reason", "%s",
           "nng's reaper hangs; calls go on, ipc listeners are no longer watched; restart the "
           "server when convenient",
           (char *)NULL);
}

static void *run_watch(void *arg)
{
    struct rc_server *server = arg;
    struct growth growth = {0};
    while (wait_interval(server)) {
        if (is_leaking(server, &growth)) {
            give_up(server);
            break;
        }
        for (size_t i = 0; i < server->listener_count; i++) {
            struct rc_listener *listener = &server->listeners[i];
            if (listener->endpoint.kind == RC_ENDPOINT_IPC &&
                rc_listener_check(listener, server->watch_interval_ms, &server->peers)) {
                atomic_fetch_add(&server->repair_total, 1);
            }
        }
    }
    return NULL;
}

rowcall_status rc_watch_start(struct rc_server *server, rowcall_error *err)
{
    bool needed = false;
    for (size_t i = 0; i < server->listener_count; i++) {
        needed = needed || server->listeners[i].endpoint.kind == RC_ENDPOINT_IPC;
    }
    if (!needed) {
        return ROWCALL_OK;
    }
    if (pthread_create(&server->watcher, NULL, run_watch, server) != 0) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot start the watcher thread");
    }
    server->watching = true;
    return ROWCALL_OK;
}

void rc_watch_stop(struct rc_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_cond_broadcast(&server->wake);
    pthread_mutex_unlock(&server->lock);
    if (server->watching) {
        pthread_join(server->watcher, NULL);
        server->watching = false;
    }
}
