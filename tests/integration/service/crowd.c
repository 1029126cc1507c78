// SPDX-License-Identifier: Apache-2.0
//
// The crowd.
#include "crowd.h"

#include "rival.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4 };

struct member {
    struct crowd *crowd;
    struct shop_call call; // its texts are the crowd's
    struct rc_buf envelope;
    struct rc_buf reply;
    int replies;
    bool is_missing;
};

struct crowd {
    struct shop *shop;
    struct member *members;
    size_t count;
    uint64_t peer;
    pthread_mutex_t mutex;
    pthread_cond_t replied;
    size_t replied_count;
};

static void take_reply(void *arg, const struct rc_buf *reply)
{
    struct member *member = arg;
    struct crowd *crowd = member->crowd;
    (void)pthread_mutex_lock(&crowd->mutex);
    member->replies++;
    member->is_missing = !reply;
    if (reply) {
        rc_buf_append_view(&member->reply, rc_buf_view(reply));
    }
    crowd->replied_count++;
    (void)pthread_cond_broadcast(&crowd->replied);
    (void)pthread_mutex_unlock(&crowd->mutex);
}

// One thread's share: every so many-th call, from its own on.
struct share {
    struct crowd *crowd;
    size_t first;
    pthread_t thread;
};

static void *hand_over(void *arg)
{
    const struct share *share = arg;
    struct crowd *crowd = share->crowd;
    for (size_t i = share->first; i < crowd->count; i += THREADS) {
        struct member *member = &crowd->members[i];
        rc_service_handle(crowd->shop->service,
                          &(struct rc_service_request){.bytes = rc_buf_view(&member->envelope),
                                                       .peer = crowd->peer,
                                                       .reply = take_reply,
                                                       .arg = member});
    }
    return NULL;
}

void crowd_add(const struct shop *shop, struct crowd_calls *calls, const char *method,
               const char *request)
{
    assert_true(calls->count < CROWD_MAX);
    char *text = calls->requests[calls->count];
    assert_true(snprintf(text, CROWD_TEXT, "%s", request) < CROWD_TEXT);
    calls->calls[calls->count++] =
        (struct shop_call){shop->site->databases[0], method, text, 0};
}

static struct crowd *make(struct shop *shop, const struct crowd_calls *calls, uint64_t peer)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    assert_non_null(crowd);
    *crowd = (struct crowd){.shop = shop, .count = calls->count, .peer = peer};
    crowd->members = calloc(calls->count, sizeof(*crowd->members));
    assert_non_null(crowd->members);
    (void)pthread_mutex_init(&crowd->mutex, NULL);
    (void)pthread_cond_init(&crowd->replied, NULL);
    for (size_t i = 0; i < calls->count; i++) {
        crowd->members[i].crowd = crowd;
        crowd->members[i].call = calls->calls[i];
        shop_envelope_on(shop, &(struct shop_terms){.is_untimed = true}, &calls->calls[i], 1,
                         &crowd->members[i].envelope);
    }
    return crowd;
}

struct crowd *crowd_send(struct shop *shop, const struct crowd_calls *calls, uint64_t peer)
{
    struct crowd *crowd = make(shop, calls, peer);
    struct share shares[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        shares[i] = (struct share){.crowd = crowd, .first = i};
        assert_int_equal(pthread_create(&shares[i].thread, NULL, hand_over, &shares[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(shares[i].thread, NULL), 0);
    }
    return crowd;
}

struct crowd *crowd_meet(struct shop *shop, const struct crowd_calls *calls, const char *table)
{
    struct rc_pg_sync *rival = rival_open(shop);
    rival_lock(rival, table);
    struct crowd *crowd = crowd_send(shop, calls, 1);
    rival_wait_for_waiter(rival);
    assert_true(crowd_replied(crowd) < calls->count); // some need no table to be refused
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(crowd);
    rc_pg_sync_close(rival);
    return crowd;
}

void crowd_wait(struct crowd *crowd)
{
    (void)pthread_mutex_lock(&crowd->mutex);
    while (crowd->replied_count < crowd->count) {
        (void)pthread_cond_wait(&crowd->replied, &crowd->mutex);
    }
    (void)pthread_mutex_unlock(&crowd->mutex);
    for (size_t i = 0; i < crowd->count; i++) {
        assert_int_equal(crowd->members[i].replies, 1);
        assert_false(crowd->members[i].is_missing);
    }
}

size_t crowd_replied(struct crowd *crowd)
{
    (void)pthread_mutex_lock(&crowd->mutex);
    size_t count = crowd->replied_count;
    (void)pthread_mutex_unlock(&crowd->mutex);
    return count;
}

bool crowd_has_reply(struct crowd *crowd, size_t at)
{
    (void)pthread_mutex_lock(&crowd->mutex);
    bool has_reply = crowd->members[at].replies > 0;
    (void)pthread_mutex_unlock(&crowd->mutex);
    return has_reply;
}

struct rc_view crowd_bytes(const struct crowd *crowd, size_t at)
{
    return rc_buf_view(&crowd->members[at].reply);
}

void crowd_read(const struct crowd *crowd, size_t at, struct shop_reply *ret_reply)
{
    assert_int_equal(shop_read(crowd->shop, &crowd->members[at].call, 1, crowd_bytes(crowd, at),
                               ret_reply, 1),
                     1);
}

void crowd_free(struct crowd *crowd)
{
    if (!crowd) {
        return;
    }
    for (size_t i = 0; i < crowd->count; i++) {
        rc_buf_fini(&crowd->members[i].envelope);
        rc_buf_fini(&crowd->members[i].reply);
    }
    (void)pthread_cond_destroy(&crowd->replied);
    (void)pthread_mutex_destroy(&crowd->mutex);
    free(crowd->members);
    free(crowd);
}
