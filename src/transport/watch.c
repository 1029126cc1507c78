// SPDX-License-Identifier: Apache-2.0
//
// The thread that probes ipc listeners and has the dead ones replaced.
#include "transport/watch.h"

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

static void *run_watch(void *arg)
{
    struct rc_server *server = arg;
    while (wait_interval(server)) {
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
