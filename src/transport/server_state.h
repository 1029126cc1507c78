// SPDX-License-Identifier: Apache-2.0
//
// The server's inside, shared by server.c (its life) and request.c (its work). Not for others.
//
// Memory: one reference is the owner's (open to close), one each request's in the handler's
// hands. The last one frees the server, so a reply after close is safe.
#ifndef RC_TRANSPORT_SERVER_STATE_H
#define RC_TRANSPORT_SERVER_STATE_H

#include "transport/listener.h"
#include "transport/request.h"
#include "transport/server.h"

struct rc_server {
    nng_socket socket;
    rc_server_handler_fn handler;
    rc_server_gone_fn on_gone; // under gone_lock; NULL once nobody is to be told any more
    pthread_mutex_t gone_lock;
    void *ctx;
    uint32_t max_per_peer;
    uint32_t send_timeout_ms;
    uint32_t watch_interval_ms;

    struct rc_listener *listeners;
    size_t listener_count;
    struct rc_server_request *requests;
    size_t request_count;
    struct rc_peer_table peers;

    atomic_bool draining;
    atomic_size_t busy; // accepted requests whose replies are not taken yet
    atomic_size_t refs;

    pthread_mutex_t lock; // for the two conditions, and for listeners while the watcher runs
    pthread_cond_t idle;  // busy fell to 0 while draining
    pthread_cond_t wake;  // the watcher should look at `stopping`
    bool stopping;
    bool watching; // there is a watcher to join
    bool parks;    // it keeps task threads parked
    pthread_t watcher;

    atomic_bool leaking; // connections are no longer released: nng's reaper hangs

    atomic_ullong request_total;
    atomic_ullong reply_total;
    atomic_ullong undelivered_total;
    atomic_ullong over_limit_total;
    atomic_ullong repair_total;
};

// Gives a reference back; the last one frees the server.
void rc_server_unref(struct rc_server *server);

// An accepted request's reply was taken, or has nobody to take it.
void rc_server_finish_one(struct rc_server *server);

#endif
