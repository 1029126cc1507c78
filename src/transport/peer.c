// SPDX-License-Identifier: Apache-2.0
//
// A chained hash table under one mutex, held for a few instructions. nng hands out pipe ids in
// sequence, so the low bits spread them evenly.
#include "transport/peer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct rc_peer **bucket_of(struct rc_peer_table *table, nng_pipe pipe)
{
    return &table->buckets[(unsigned)nng_pipe_id(pipe) % RC_PEER_BUCKETS];
}

void rc_peer_table_init(struct rc_peer_table *table)
{
    *table = (struct rc_peer_table){.count = 0};
    pthread_mutex_init(&table->lock, NULL);
}

void rc_peer_table_fini(struct rc_peer_table *table)
{
    for (size_t i = 0; i < RC_PEER_BUCKETS; i++) {
        while (table->buckets[i]) {
            struct rc_peer *peer = table->buckets[i];
            table->buckets[i] = peer->next;
            rc_peer_release(peer);
        }
    }
    pthread_mutex_destroy(&table->lock);
}

static void write_ipc_address(nng_pipe pipe, char *text, size_t size)
{
    uint64_t uid = 0, pid = 0;
    if (nng_pipe_get_uint64(pipe, NNG_OPT_IPC_PEER_UID, &uid) != 0) {
        return;
    }
    if (nng_pipe_get_uint64(pipe, NNG_OPT_IPC_PEER_PID, &pid) == 0) {
        snprintf(text, size, "uid %llu pid %llu", (unsigned long long)uid,
                 (unsigned long long)pid);
    } else {
        snprintf(text, size, "uid %llu", (unsigned long long)uid);
    }
}

static void write_address(nng_pipe pipe, char *text, size_t size)
{
    nng_sockaddr address;
    char host[INET6_ADDRSTRLEN];
    text[0] = '\0';
    if (nng_pipe_get_addr(pipe, NNG_OPT_REMADDR, &address) != 0) {
        return;
    }
    if (address.s_family == NNG_AF_INET) {
        inet_ntop(AF_INET, &address.s_in.sa_addr, host, sizeof(host));
        snprintf(text, size, "%s:%u", host, ntohs(address.s_in.sa_port));
    } else if (address.s_family == NNG_AF_INET6) {
        inet_ntop(AF_INET6, address.s_in6.sa_addr, host, sizeof(host));
        snprintf(text, size, "[%s]:%u", host, ntohs(address.s_in6.sa_port));
    } else if (address.s_family == NNG_AF_IPC) {
        write_ipc_address(pipe, text, size);
    }
}

static bool is_own(nng_pipe pipe)
{
    uint64_t pid = 0;
    return nng_pipe_get_uint64(pipe, NNG_OPT_IPC_PEER_PID, &pid) == 0 &&
           pid == (uint64_t)getpid();
}

bool rc_peer_table_add(struct rc_peer_table *table, nng_pipe pipe)
{
    struct rc_peer *peer = calloc(1, sizeof(*peer));
    if (!peer) {
        return false;
    }
    peer->pipe = pipe;
    peer->listener = nng_listener_id(nng_pipe_listener(pipe));
    write_address(pipe, peer->address, sizeof(peer->address));
    peer->own = is_own(pipe);
    atomic_init(&peer->refs, 1);

    pthread_mutex_lock(&table->lock);
    struct rc_peer **bucket = bucket_of(table, pipe);
    peer->number = ++table->last_number;
    peer->next = *bucket;
    *bucket = peer;
    table->count++;
    pthread_mutex_unlock(&table->lock);
    return true;
}

uint64_t rc_peer_table_remove(struct rc_peer_table *table, nng_pipe pipe)
{
    struct rc_peer *peer = NULL;
    uint64_t number = 0;
    pthread_mutex_lock(&table->lock);
    for (struct rc_peer **at = bucket_of(table, pipe); *at; at = &(*at)->next) {
        if (nng_pipe_id((*at)->pipe) == nng_pipe_id(pipe)) {
            peer = *at;
            number = peer->number;
            *at = peer->next;
            table->count--;
            atomic_store(&peer->gone, true); // before anybody can see it missing
            break;
        }
    }
    pthread_mutex_unlock(&table->lock);
    rc_peer_release(peer);
    return number;
}

struct rc_peer *rc_peer_table_acquire(struct rc_peer_table *table, nng_pipe pipe)
{
    pthread_mutex_lock(&table->lock);
    struct rc_peer *peer = *bucket_of(table, pipe);
    while (peer && nng_pipe_id(peer->pipe) != nng_pipe_id(pipe)) {
        peer = peer->next;
    }
    if (peer) {
        atomic_fetch_add(&peer->refs, 1);
    }
    pthread_mutex_unlock(&table->lock);
    return peer;
}

void rc_peer_release(struct rc_peer *peer)
{
    if (peer) {
        unsigned before = atomic_fetch_sub(&peer->refs, 1);
        assert(before > 0);
        if (before == 1) {
            free(peer);
        }
    }
}

size_t rc_peer_table_count(struct rc_peer_table *table)
{
    pthread_mutex_lock(&table->lock);
    size_t count = table->count;
    pthread_mutex_unlock(&table->lock);
    return count;
}

// How many peers came by listener after peer number `since`.
static size_t count_newer(struct rc_peer_table *table, int listener, uint64_t since)
{
    size_t count = 0;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < RC_PEER_BUCKETS; i++) {
        for (const struct rc_peer *peer = table->buckets[i]; peer; peer = peer->next) {
            count += peer->listener == listener && peer->number > since;
        }
    }
    pthread_mutex_unlock(&table->lock);
    return count;
}

size_t rc_peer_table_count_of(struct rc_peer_table *table, int listener)
{
    return count_newer(table, listener, 0);
}

bool rc_peer_table_has_newer(struct rc_peer_table *table, int listener, uint64_t since)
{
    return count_newer(table, listener, since) > 0;
}

uint64_t rc_peer_table_last(struct rc_peer_table *table)
{
    pthread_mutex_lock(&table->lock);
    uint64_t last = table->last_number;
    pthread_mutex_unlock(&table->lock);
    return last;
}

size_t rc_peer_table_count_own(struct rc_peer_table *table)
{
    size_t count = 0;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < RC_PEER_BUCKETS; i++) {
        for (const struct rc_peer *peer = table->buckets[i]; peer; peer = peer->next) {
            count += peer->own;
        }
    }
    pthread_mutex_unlock(&table->lock);
    return count;
}
