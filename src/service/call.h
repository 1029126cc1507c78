// SPDX-License-Identifier: Apache-2.0
//
// One call of an envelope, from its bytes to its reply.
//
//   prepare (handling thread)  method, plan, parameters, the segment   -> failed | answered |
//   ready send                       the segment on a shared lane             (atomic
//   envelopes: see atomic.h) results (loop's thread)    rows into the reply conclude did it
//   hold? finish                     the reply is ended or made a failure; once
//
// Invariant: finish is called exactly once, and nothing touches the call afterwards but its
// exchange.
#ifndef RC_SERVICE_CALL_H
#define RC_SERVICE_CALL_H

#include "pg/segment.h"
#include "service/answer.h"
#include "service/database.h"
#include "service/envelope.h"
#include "service/reply.h"

struct rc_exchange;

struct rc_call {
    struct rc_exchange *exchange;
    const struct rc_envelope_call *head;
    struct rc_database *database;   // NULL: the server's own method
    const struct rc_method *method; // likewise
    struct rc_prepared prepared;
    struct rc_answer answer;
    struct rc_pg_segment segment;
    struct rc_reply reply;
    struct rc_buf own; // what reply is written to, but for the first call of an exchange
    rowcall_error err; // why it failed, once it did
    int64_t deadline_us;
    int64_t sent_us; // 0: never
    int64_t done_us; // when its results were there; 0: never
    bool read_only;  // it writes nothing; known once prepared
    bool answered;   // prepare wrote the response: there is nothing to send
};

// Readies the call's reply, and everything up to sending. Failure: call->err, outcome
// NOT_EXECUTED.
rowcall_status rc_call_prepare(struct rc_call *call) RC_MUST_CHECK;

// Prepares, sends and sees to the rest: finish will come, perhaps before this returns.
void rc_call_start(struct rc_call *call);

// The results of a step, into the reply: a rc_pg_result_fn whose segment->user is the call.
void rc_call_on_result(struct rc_pg_segment *segment, int step,
                       const struct rc_pg_result *result);

// After the segment's end: OK when the call holds; otherwise call->err says why not.
rowcall_status rc_call_conclude(struct rc_call *call, const struct rc_pg_error *error);

// Ends the reply, as a failure when call->err is filled, and tells the exchange.
void rc_call_finish(struct rc_call *call);

#endif
