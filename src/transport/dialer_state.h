// SPDX-License-Identifier: Apache-2.0
//
// What dialer.c and dialer_slot.c share: the connection, and the slots of its requests.
#ifndef RC_TRANSPORT_DIALER_STATE_H
#define RC_TRANSPORT_DIALER_STATE_H

#include "transport/dialer.h"
#include "transport/endpoint.h"

#include <nng/nng.h>
#include <pthread.h>
#include <stdatomic.h>

// One request under way: an nng context with what waits on it. Owned by whoever acquired it,
// then by nng's callbacks until done was called.
struct rc_dialer_slot {
    struct rc_dialer_slot *next; // free ones
    struct rc_dialer *dialer;
    nng_ctx context;
    nng_aio *at_once;    // no callback: for what is over when it returns
    nng_aio *in_time;    // calls back
    bool is_sent;        // in_time waits for the reply; else for the request to leave
    bool is_connecting;  // there was no connection when it began to wait
    int64_t deadline_us; // 0: none
    rc_dialer_done_fn done;
    void *arg;
};

struct rc_dialer {
    nng_socket socket;
    char *url;
    struct rc_endpoint endpoint;
    uint32_t connect_timeout_ms;
    size_t max_message_bytes;
    uint32_t max_concurrent;
    uint32_t task_threads;  // 0: all
    atomic_int connections; // 0 or 1, and 2 for a moment while one replaces the other

    pthread_mutex_t lock;
    pthread_cond_t changed; // a slot became free, or a call ended
    struct rc_dialer_slot *free_slots;
    uint32_t slot_count;
    uint32_t calls; // under way, waiting for a slot included
    bool closing;
    bool parks; // it keeps task threads parked

    pthread_mutex_t probing; // guards what follows: what the ipc path looked like, and when
    int64_t probed_us;
    const char *probed;
};

// A slot of its own for the dialer; NULL when memory or nng's contexts are out.
struct rc_dialer_slot *rc_dialer_slot_new(struct rc_dialer *dialer);
// Waits for its callback to have returned.
void rc_dialer_slot_free(struct rc_dialer_slot *slot);

// Sends message (taken) and sees to its reply: the slot's done is called once, and the slot
// given back. On failure, which is before anything left, neither happens. Does not block.
rowcall_status rc_dialer_slot_start(struct rc_dialer_slot *slot, nng_msg *message,
                                    rowcall_error *err) RC_MUST_CHECK;

// Gives a slot back to its dialer, whose call has ended. Any thread.
void rc_dialer_release(struct rc_dialer *dialer, struct rc_dialer_slot *slot);

// Whether closing has begun. Any thread.
bool rc_dialer_is_closing(struct rc_dialer *dialer);

#endif
