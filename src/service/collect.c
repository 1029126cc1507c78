// SPDX-License-Identifier: Apache-2.0
//
// One lock guards the list of exchanges and the kept replies. It is held while replies are
// copied, so an exchange that leaves the list is read by nobody; calls that are finished say so
// themselves (rc_call.finished), and their replies do not change any more.
#include "service/collect.h"

#include "base/clock.h"
#include "service/contract.h"
#include "service/service_internal.h"
#include "wire/writer.h"

#include <assert.h>
#include <stdlib.h>

enum {
    BUCKETS = 64, // a power of two
    KEPT_US = 30 * 1000000,
    FRAME_ROOM = 64, // around a collected reply
};

#define KEPT_BYTES_MAX ((size_t)64 << 20)

// A reply that waits to be collected.
struct kept {
    struct kept *next;
    uint64_t peer;
    uint64_t id;
    uint32_t call;
    int64_t until_us;
    struct rc_buf reply;
};

struct rc_collect {
    pthread_mutex_t mutex;
    struct rc_exchange *buckets[BUCKETS];
    struct kept *kept; // the oldest first
    size_t kept_bytes;
};

rowcall_status rc_collect_new(struct rc_collect **ret_collect, rowcall_error *err)
{
    struct rc_collect *collect = calloc(1, sizeof(*collect));
    if (!collect) {
        return rc_error_oom(err);
    }
    (void)pthread_mutex_init(&collect->mutex, NULL);
    *ret_collect = collect;
    return ROWCALL_OK;
}

static void forget(struct rc_collect *collect, struct kept **at)
{
    struct kept *kept = *at;
    *at = kept->next;
    collect->kept_bytes -= kept->reply.len;
    rc_buf_fini(&kept->reply);
    free(kept);
}

void rc_collect_free(struct rc_collect *collect)
{
    if (!collect) {
        return;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        assert(!collect->buckets[i]);
    }
    while (collect->kept) {
        forget(collect, &collect->kept);
    }
    (void)pthread_mutex_destroy(&collect->mutex);
    free(collect);
}

// ---- the list

static struct rc_exchange **bucket_of(struct rc_collect *collect, uint64_t peer, uint64_t id)
{
    return &collect->buckets[(peer * 31 + id) & (BUCKETS - 1)];
}

void rc_collect_enter(struct rc_collect *collect, struct rc_exchange *exchange)
{
    exchange->listed =
        exchange->envelope.id != 0 && exchange->call_count > 1 && !exchange->envelope.atomic;
    if (exchange->listed) {
        struct rc_exchange **at =
            bucket_of(collect, exchange->request.peer, exchange->envelope.id);
        (void)pthread_mutex_lock(&collect->mutex);
        exchange->next_listed = *at;
        *at = exchange;
        (void)pthread_mutex_unlock(&collect->mutex);
    }
}

void rc_collect_leave(struct rc_collect *collect, struct rc_exchange *exchange)
{
    if (exchange->listed) {
        struct rc_exchange **at =
            bucket_of(collect, exchange->request.peer, exchange->envelope.id);
        (void)pthread_mutex_lock(&collect->mutex);
        while (*at != exchange) {
            at = &(*at)->next_listed;
        }
        *at = exchange->next_listed;
        (void)pthread_mutex_unlock(&collect->mutex);
        exchange->listed = false;
    }
}

// ---- kept replies

static void forget_expired(struct rc_collect *collect)
{
    int64_t now_us = rc_clock_now_us();
    while (collect->kept && collect->kept->until_us <= now_us) {
        forget(collect, &collect->kept);
    }
}

bool rc_collect_keep(struct rc_collect *collect, const struct rc_exchange *exchange, size_t i,
                     struct rc_buf *reply)
{
    if (exchange->envelope.id == 0 || reply->broken) {
        return false;
    }
    struct kept *kept = calloc(1, sizeof(*kept));
    if (!kept) {
        return false;
    }
    *kept = (struct kept){.peer = exchange->request.peer,
                          .id = exchange->envelope.id,
                          .call = (uint32_t)i,
                          .until_us = rc_clock_now_us() + KEPT_US};
    (void)pthread_mutex_lock(&collect->mutex);
    forget_expired(collect);
    bool fits = reply->len <= KEPT_BYTES_MAX - collect->kept_bytes;
    if (fits) {
        struct kept **at = &collect->kept;
        while (*at) {
            at = &(*at)->next;
        }
        *at = kept;
        kept->reply = *reply;
        *reply = (struct rc_buf){0};
        collect->kept_bytes += kept->reply.len;
    }
    (void)pthread_mutex_unlock(&collect->mutex);
    if (!fits) {
        free(kept);
    }
    return fits;
}

void rc_collect_peer_gone(struct rc_collect *collect, uint64_t peer)
{
    (void)pthread_mutex_lock(&collect->mutex);
    for (struct kept **at = &collect->kept; *at;) {
        if ((*at)->peer == peer) {
            forget(collect, at);
        } else {
            at = &(*at)->next;
        }
    }
    (void)pthread_mutex_unlock(&collect->mutex);
}

// ---- the method

static uint64_t read_id(struct rc_view request)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, request);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_COLLECT_ENVELOPE) {
            return value.scalar;
        }
    }
    return 0;
}

// Marks the calls that need no answer; indexes that there are none of are ignored.
static void read_known(struct rc_view request, bool *known, size_t count)
{
    struct rc_wire_reader reader;
    struct rc_wire_reader packed;
    struct rc_wire_value value;
    uint64_t i;
    rc_wire_reader_init(&reader, request);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_COLLECT_KNOWN && value.type == RC_WIRE_VARINT) {
            known[value.scalar < count ? value.scalar : count] = true;
        } else if (value.number == RC_COLLECT_KNOWN) {
            rc_wire_reader_init(&packed, value.bytes);
            while (rc_wire_next_varint(&packed, &i)) {
                known[i < count ? i : count] = true;
            }
        }
    }
}

// Appends a reply, which is framed as a CollectedReply's already. False when there is no room.
static bool put_reply(struct rc_call *collector, uint32_t call, struct rc_view reply)
{
    struct rc_buf *out = collector->reply.out;
    size_t limit = collector->exchange->service->options.max_reply_bytes;
    size_t used = rc_reply_response(&collector->reply).len;
    if (used > 0 && (used >= limit || reply.len + FRAME_ROOM > limit - used)) {
        return false;
    }
    size_t mark = rc_wire_begin(out, RC_COLLECT_REPLIES);
    rc_buf_append_view(out, reply);
    rc_wire_put_uint(out, RC_COLLECTED_CALL, call);
    rc_wire_end(out, mark);
    return true;
}

static void put_finished(struct rc_call *collector, const struct rc_exchange *exchange,
                         bool *known)
{
    read_known(collector->head->request, known, exchange->call_count);
    for (size_t i = 0; i < exchange->call_count; i++) {
        const struct rc_call *call = &exchange->calls[i];
        if (!known[i] && atomic_load_explicit(&call->finished, memory_order_acquire) &&
            !call->reply.out->broken &&
            !put_reply(collector, (uint32_t)i, rc_buf_view(call->reply.out))) {
            return;
        }
    }
}

// What was kept is forgotten once it is known.
static void put_kept(struct rc_collect *collect, struct rc_call *collector, uint64_t id,
                     bool *known, size_t count)
{
    uint64_t peer = collector->exchange->request.peer;
    bool has_room = true;
    read_known(collector->head->request, known, count);
    for (struct kept **at = &collect->kept; *at;) {
        struct kept *kept = *at;
        if (kept->peer != peer || kept->id != id) {
            at = &kept->next;
        } else if (known[kept->call]) {
            forget(collect, at);
        } else {
            has_room = has_room && put_reply(collector, kept->call, rc_buf_view(&kept->reply));
            at = &kept->next;
        }
    }
}

void rc_collect_start(struct rc_call *call)
{
    struct rc_service *service = call->exchange->service;
    struct rc_collect *collect = service->collect;
    uint64_t peer = call->exchange->request.peer;
    uint64_t id = read_id(call->head->request);
    size_t most = service->options.max_calls;
    bool *known = rc_arena_new_array(&call->exchange->arena, most + 1, bool);
    if (!known) {
        (void)rc_error_oom(&call->err);
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        rc_call_finish(call);
        return;
    }
    // A kept reply was as long as a reply may be: here it has a frame besides.
    call->reply.out->limit += FRAME_ROOM;
    (void)pthread_mutex_lock(&collect->mutex);
    forget_expired(collect);
    const struct rc_exchange *exchange = *bucket_of(collect, peer, id);
    while (exchange && (exchange->request.peer != peer || exchange->envelope.id != id)) {
        exchange = exchange->next_listed;
    }
    if (exchange) {
        put_finished(call, exchange, known);
    } else {
        put_kept(collect, call, id, known, most);
    }
    (void)pthread_mutex_unlock(&collect->mutex);
    if (rc_buf_status(call->reply.out, &call->err) != ROWCALL_OK) {
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    rc_call_finish(call);
}
