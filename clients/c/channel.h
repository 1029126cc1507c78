// SPDX-License-Identifier: Apache-2.0
//
// The way of calls to the server, and of their answers back. Calls that are made while others
// are under way share the next envelope:
//
//   submit ──┬── quick, and the window has room ────────────► an envelope, at once
//            ├── quick, and the window is full: it waits ───► with the others, when a reply
//            came └── slow, or of a method not known yet ────────► an envelope of its own, at
//            once
//
// The window is a few envelopes of quick calls. So a lone call never waits for company, and
// there is no timer; the busier the server, the more calls an envelope has. All functions are
// thread-safe unless they say otherwise.
#ifndef RC_CLIENT_CHANNEL_H
#define RC_CLIENT_CHANNEL_H

#include "pending.h"
#include "transport/dialer.h"

struct rc_channel;

struct rc_channel_options {
    struct rc_dialer *dialer; // taken
    const char *token;        // borrowed; outlives the channel
    uint32_t max_calls;
    bool shares; // envelopes; otherwise each call has one
};

// On failure the dialer stays the caller's. RESOURCE_EXHAUSTED: memory or threads.
rowcall_status rc_channel_open(const struct rc_channel_options *options,
                               struct rc_channel **ret_channel,
                               rowcall_error *err) RC_MUST_CHECK;

// Answers all calls with CANCELLED and closes the dialer; callbacks have returned then. Who
// waits may still come and take answers, and records may come back. Not from a callback.
// Accepts NULL.
void rc_channel_close(struct rc_channel *channel);

// A record for a call that is about to be submitted, counted as under way from now on. Where
// there is no room it waits, until deadline_us; 0: it does not wait. Whoever gets it submits it
// or gives it back.
// Errors: RESOURCE_EXHAUSTED (no room, no memory), DEADLINE_EXCEEDED, CANCELLED; not executed.
rowcall_status rc_channel_acquire(struct rc_channel *channel, int64_t deadline_us,
                                  struct rc_pending **ret_call,
                                  rowcall_error *err) RC_MUST_CHECK;

// Gives a record back that was answered, or never submitted.
void rc_channel_release(struct rc_channel *channel, struct rc_pending *call);

// Sends the call now or soon, and has it told the answer, never by this thread. On failure the
// record stays the caller's: CANCELLED, or RESOURCE_EXHAUSTED when too many bytes wait; a call
// that somebody waits for is not refused for that.
rowcall_status rc_channel_submit(struct rc_channel *channel, struct rc_pending *call,
                                 rowcall_error *err) RC_MUST_CHECK;

// Whether this thread is within a callback of any channel, where it may not wait.
bool rc_channel_is_calling_back(void);

#endif
