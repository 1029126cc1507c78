// SPDX-License-Identifier: Apache-2.0
//
// Admission. Peers with calls in flight are kept in a hash table of chains; one that has none
// is not in it, and its cell waits in a list for the next. Invariant: calls is the sum of all
// peers' calls.
#include "service/admission.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define BUCKETS 256u // a power of two

struct peer {
    struct peer *next;
    uint64_t id;
    uint32_t calls;
};

struct rc_admission {
    struct rc_admission_limits limits;
    pthread_mutex_t mutex;
    uint32_t calls;
    size_t bytes;
    struct peer *buckets[BUCKETS];
    struct peer *spare;
};

rowcall_status rc_admission_new(const struct rc_admission_limits *limits,
                                struct rc_admission **ret_admission, rowcall_error *err)
{
    struct rc_admission *admission = calloc(1, sizeof(*admission));
    if (!admission) {
        return rc_error_oom(err);
    }
    admission->limits = *limits;
    (void)pthread_mutex_init(&admission->mutex, NULL);
    *ret_admission = admission;
    return ROWCALL_OK;
}

void rc_admission_free(struct rc_admission *admission)
{
    if (!admission) {
        return;
    }
    assert(admission->calls == 0 && admission->bytes == 0);
    while (admission->spare) {
        struct peer *next = admission->spare->next;
        free(admission->spare);
        admission->spare = next;
    }
    (void)pthread_mutex_destroy(&admission->mutex);
    free(admission);
}

// Where the peer hangs, or where it would.
static struct peer **find_peer(struct rc_admission *admission, uint64_t id)
{
    struct peer **at =
        &admission->buckets[id & (BUCKETS - 1)]; // ids count up: no hashing needed
    while (*at && (*at)->id != id) {
        at = &(*at)->next;
    }
    return at;
}

static struct peer *add_peer(struct rc_admission *admission, struct peer **at, uint64_t id)
{
    struct peer *peer = admission->spare;
    if (peer) {
        admission->spare = peer->next;
    } else {
        peer = malloc(sizeof(*peer));
    }
    if (peer) {
        *peer = (struct peer){.id = id};
        *at = peer;
    }
    return peer;
}

rowcall_status rc_admission_enter(struct rc_admission *admission, uint64_t peer, uint32_t calls,
                                  size_t bytes, rowcall_error *err)
{
    const struct rc_admission_limits *limits = &admission->limits;
    rowcall_status st = ROWCALL_OK;
    (void)pthread_mutex_lock(&admission->mutex);
    struct peer **at = find_peer(admission, peer);
    uint32_t of_peer = *at ? (*at)->calls : 0;
    if (calls > limits->calls - admission->calls) {
        st = rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                          "the server has %u calls in flight and takes %u; try again later",
                          admission->calls, limits->calls);
    } else if (bytes > limits->bytes - admission->bytes) {
        st = rc_error_set(
            err, ROWCALL_RESOURCE_EXHAUSTED,
            "the server holds %zu bytes of requests and takes %zu; try again later",
            admission->bytes, limits->bytes);
    } else if (calls > limits->peer_calls || of_peer > limits->peer_calls - calls) {
        st = rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                          "this connection has %u calls in flight and may have %u", of_peer,
                          limits->peer_calls);
    } else if (!*at && !add_peer(admission, at, peer)) {
        st = rc_error_oom(err);
    } else {
        (*at)->calls += calls;
        admission->calls += calls;
        admission->bytes += bytes;
    }
    (void)pthread_mutex_unlock(&admission->mutex);
    return st;
}

void rc_admission_leave(struct rc_admission *admission, uint64_t peer, uint32_t calls,
                        size_t bytes)
{
    (void)pthread_mutex_lock(&admission->mutex);
    struct peer **at = find_peer(admission, peer);
    assert(*at && (*at)->calls >= calls && admission->bytes >= bytes);
    admission->calls -= calls;
    admission->bytes -= bytes;
    (*at)->calls -= calls;
    if ((*at)->calls == 0) {
        struct peer *idle = *at;
        *at = idle->next;
        idle->next = admission->spare;
        admission->spare = idle;
    }
    (void)pthread_mutex_unlock(&admission->mutex);
}

void rc_admission_read(struct rc_admission *admission, uint32_t *ret_calls, size_t *ret_bytes)
{
    (void)pthread_mutex_lock(&admission->mutex);
    *ret_calls = admission->calls;
    *ret_bytes = admission->bytes;
    (void)pthread_mutex_unlock(&admission->mutex);
}
