// SPDX-License-Identifier: Apache-2.0
//
// Putting calls into one envelope, and taking their answers apart again.
#include "flight.h"

#include "envelope.h"
#include "response.h"

#include <stdlib.h>

enum { BUF_KEPT_MAX = 64 * 1024 };

struct rc_flight *rc_flight_new(struct rc_channel *channel)
{
    struct rc_flight *flight = calloc(1, sizeof *flight);
    if (flight) {
        flight->channel = channel;
    }
    return flight;
}

void rc_flight_free(struct rc_flight *flight)
{
    rc_buf_fini(&flight->envelope);
    free(flight);
}

// What the server may take: what the caller wanted, less what passed since. At least a
// millisecond, as nothing would mean the server's default.
static uint32_t time_left_ms(const struct rc_pending *call, int64_t now_us)
{
    int64_t waited_ms = (now_us - call->submitted_us) / 1000;
    return waited_ms < (int64_t)call->timeout_ms - 1 ? call->timeout_ms - (uint32_t)waited_ms
                                                     : 1;
}

rowcall_status rc_flight_write(struct rc_flight *flight, const char *token, int64_t now_us,
                               rowcall_error *err)
{
    struct rc_buf *out = &flight->envelope;
    if (out->capacity > BUF_KEPT_MAX) {
        rc_buf_fini(out);
    }
    rc_buf_clear(out);
    for (size_t i = 0; i < flight->count; i++) {
        const struct rc_pending *call = flight->calls[i];
        rc_envelope_frame_timed(out, rc_buf_view(&call->call), time_left_ms(call, now_us));
    }
    if (flight->id) {
        rc_envelope_put_id(out, flight->id);
    }
    rc_envelope_finish(out, token);
    return rc_buf_status(out, err);
}

uint32_t rc_flight_timeout(const struct rc_flight *flight, int64_t now_us)
{
    int64_t latest_us = now_us;
    for (size_t i = 0; i < flight->count; i++) {
        int64_t deadline_us = flight->calls[i]->deadline_us;
        latest_us = deadline_us > latest_us ? deadline_us : latest_us;
    }
    int64_t left_ms = (latest_us - now_us + 999) / 1000;
    if (left_ms > UINT32_MAX) {
        return UINT32_MAX;
    }
    return left_ms > 0 ? (uint32_t)left_ms : 1;
}

// ---- answers

static void set_failure(struct rc_flight_replies *replies, rowcall_outcome outcome)
{
    replies->failure.outcome = outcome;
}

// Fewer or more replies than calls.
static void judge_count(const struct rc_flight *flight, size_t count,
                        struct rc_flight_replies *replies)
{
    struct rc_envelope_reply reply;
    if (count == 1 && rc_envelope_read_reply(replies->views[0], &replies->failure, &reply) &&
        replies->failure.status != ROWCALL_OK) {
        // A lone reply to several calls is the server refusing the envelope.
        replies->is_refusal = replies->failure.outcome == ROWCALL_OUTCOME_NOT_EXECUTED;
        return;
    }
    replies->failure = (rowcall_error){0};
    if (flight->count == 1 && flight->calls[0]) {
        rc_error_set(&replies->failure, ROWCALL_INTERNAL, "%s was %s",
                     flight->calls[0]->method->name,
                     count == 0 ? "not answered" : "answered twice");
    } else {
        rc_error_set(&replies->failure, ROWCALL_INTERNAL, "%zu calls, but %zu answers",
                     flight->count, count);
    }
    set_failure(replies, ROWCALL_OUTCOME_UNKNOWN);
}

void rc_flight_open(const struct rc_flight *flight, struct rc_view bytes,
                    struct rc_flight_replies *ret_replies)
{
    size_t count = 0;
    ret_replies->failure.status = ROWCALL_OK;
    ret_replies->is_refusal = false;
    if (!rc_envelope_split(bytes, ret_replies->views, flight->count, &count)) {
        ret_replies->failure = (rowcall_error){0};
        rc_error_set(&ret_replies->failure, ROWCALL_INTERNAL,
                     "the server's answer is not a reply envelope");
        set_failure(ret_replies, ROWCALL_OUTCOME_UNKNOWN);
    } else if (count != flight->count) {
        judge_count(flight, count, ret_replies);
    }
}

// Whether the call failed for lack of room only, and left nothing: by itself it may find some.
static bool was_crowded_out(const rowcall_error *error)
{
    return error->status == ROWCALL_RESOURCE_EXHAUSTED &&
           (error->outcome == ROWCALL_OUTCOME_NOT_EXECUTED ||
            error->outcome == ROWCALL_OUTCOME_ROLLED_BACK);
}

// Whether the answer is there, and not kept.
static bool read_answer(struct rc_pending *call, struct rc_view bytes)
{
    struct rc_envelope_reply reply;
    rowcall_error *error = &call->error;
    if (!rc_envelope_read_reply(bytes, error, &reply)) {
        *error = (rowcall_error){0};
        rc_error_set(error, ROWCALL_INTERNAL, "the server's answer is not a reply envelope");
        error->outcome = ROWCALL_OUTCOME_UNKNOWN;
    } else if (error->status == ROWCALL_OK && call->wants_response) {
        if (rc_response_unpack(call->method->response, reply.response, &call->response,
                               error) != ROWCALL_OK) {
            error->outcome = ROWCALL_OUTCOME_UNKNOWN;
        }
    }
    return !reply.is_kept;
}

enum rc_flight_answer rc_flight_read(const struct rc_flight *flight,
                                     const struct rc_flight_replies *replies, size_t i)
{
    struct rc_pending *call = flight->calls[i];
    bool is_shared = flight->count > 1 && !call->was_refused;
    bool is_refused;
    if (replies->failure.status == ROWCALL_OK) {
        if (!read_answer(call, replies->views[i])) {
            return RC_FLIGHT_KEPT;
        }
        is_refused = was_crowded_out(&call->error);
    } else {
        call->error = replies->failure;
        is_refused = replies->is_refusal;
    }
    return is_shared && is_refused ? RC_FLIGHT_REFUSED : RC_FLIGHT_ANSWERED;
}

void rc_flight_read_collected(struct rc_pending *call, struct rc_view reply)
{
    call->error = (rowcall_error){0}; // that its reply is kept
    (void)read_answer(call, reply);
}
