// SPDX-License-Identifier: Apache-2.0
//
// The connections a server has, by nng's pipe id. A pipe's properties can only be read while it
// is being added, so they are kept here. A peer lives until its pipe is gone and its last
// request has been given back; its number is never used again, though nng's pipe ids may be.
// The table is thread-safe; in_flight and waiting_refusals are atomic, the rest of a peer is
// constant.
#ifndef RC_TRANSPORT_PEER_H
#define RC_TRANSPORT_PEER_H

#include <nng/nng.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RC_PEER_BUCKETS 1024

struct rc_peer {
    struct rc_peer *next; // in its bucket
    nng_pipe pipe;
    int listener;                 // nng's id of the listener it came by
    uint64_t number;              // 1, 2, ... in order of arrival
    char address[64];             // for logs
    bool own;                     // ipc: the other end is this process, as the watcher's is
    atomic_uint refs;             // the table's, and one a request
    atomic_bool doomed;           // to be disconnected: requests of it may have been dropped
    atomic_bool gone;             // its pipe was removed
    atomic_uint in_flight;        // requests to be executed, until their replies are taken
    atomic_uint waiting_refusals; // refusals not taken yet
    atomic_ullong taken;          // replies its pipe took
};

struct rc_peer_table {
    pthread_mutex_t lock;
    struct rc_peer *buckets[RC_PEER_BUCKETS];
    uint64_t last_number;
    size_t count;
};

// Readies an empty table in caller's storage.
void rc_peer_table_init(struct rc_peer_table *table);

// Drops every peer. No request may hold one any more.
void rc_peer_table_fini(struct rc_peer_table *table);

// Adds a pipe that is being added to its socket (NNG_PIPE_EV_ADD_PRE). False when memory is
// out.
bool rc_peer_table_add(struct rc_peer_table *table, nng_pipe pipe);

// Removes a pipe. Returns its peer's number; 0 when it was not there.
uint64_t rc_peer_table_remove(struct rc_peer_table *table, nng_pipe pipe);

// The peer of a pipe with a reference for the caller; NULL when it has gone.
struct rc_peer *rc_peer_table_acquire(struct rc_peer_table *table, nng_pipe pipe);

// Gives a reference back. Accepts NULL.
void rc_peer_release(struct rc_peer *peer);

// The number of the peer that came last, 0 before the first.
uint64_t rc_peer_table_last(struct rc_peer_table *table);

// Whether a peer that came by listener after peer number `since` is here.
bool rc_peer_table_has_newer(struct rc_peer_table *table, int listener, uint64_t since);

// The number of peers in all, or that came by one listener.
size_t rc_peer_table_count(struct rc_peer_table *table);
size_t rc_peer_table_count_of(struct rc_peer_table *table, int listener);

// The number of those whose other end is this process.
size_t rc_peer_table_count_own(struct rc_peer_table *table);

#endif
