// SPDX-License-Identifier: Apache-2.0
//
// One call of an envelope, from its bytes to its reply.
//
//   find      method and database; who may call it           handling thread
//   load      plan, parameters, the segment                  -> failed | answered | ready
//   send      the segment: on a shared lane, or on the connection of a transaction (atomic.h,
//             transactions.h)
//   results   rows into the reply                            loop's thread
//   conclude  did it hold?                                   -> finish | resend
//   finish    the reply is ended or made a failure; once
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

#include <stdatomic.h>

struct rc_builtin;
struct rc_explain;
struct rc_raw;
struct rc_solo;
struct rc_stream_call;
struct rc_exchange;
struct rc_gather_line;
struct rc_references;
struct rc_transaction;
struct rc_transaction_control;

struct rc_call {
    struct rc_exchange *exchange;
    const struct rc_envelope_call *head;
    const struct rc_builtin *builtin; // the server's own method; NULL: one of the database's
    struct rc_database *database;     // NULL: none is needed
    const struct rc_method *method;   // NULL: the server's own
    struct rc_prepared prepared;
    struct rc_answer answer;
    struct rc_pg_segment segment;
    struct rc_reply reply;
    int64_t deadline_us;
    int64_t sent_us;                  // 0: never
    int64_t done_us;                  // when its results were there; 0: never
    bool read_only;                   // it writes nothing; known once prepared
    bool answered;                    // load wrote the response: there is nothing to send
    atomic_bool finished;             // its reply is written
    bool concluded;                   // its results are in the reply, and it held
    struct rc_explain *explain;       // NULL: it is to be executed
    struct rc_raw *raw;               // NULL: it is none of Raw's
    struct rc_solo *solo;             // on a connection of its own; NULL when it is not
    struct rc_stream_call *stream;    // NULL: it is about no stream
    struct rc_references *references; // of a call in an atomic envelope; NULL: none
    struct rc_gather_line *line; // where it waited to be coalesced; NULL: it was not (gather.h)
    // Of an interactive transaction (transaction.h).
    struct rc_transaction *transaction;     // set when it is sent in one
    struct rc_transaction_control *control; // its statement, of methods of Transactions
    bool (*enter)(struct rc_call *call);    // how it is sent, once there is room
    struct rc_call *next_waiting;           // also in a line
    unsigned epoch;
    uint32_t savepoint; // the one that it sets
    bool goes_back;     // to a savepoint
    // Why it failed, once it did. The last member: large, and not zeroed as the others are.
    rowcall_error err;
};

// Finds its method, and whether it may be called. Failure: call->err, outcome NOT_EXECUTED.
rowcall_status rc_call_find(struct rc_call *call) RC_MUST_CHECK;

// Everything else up to sending, with these bytes as its request (borrowed until finish); runs
// a method of the server's own. Only after find; once more after the request has changed.
// Failure as find.
rowcall_status rc_call_load(struct rc_call *call, struct rc_view request) RC_MUST_CHECK;

// Both, with the request that came.
rowcall_status rc_call_prepare(struct rc_call *call) RC_MUST_CHECK;

// Checks a request as load does; of the call it only learns whether that reads.
rowcall_status rc_call_check(struct rc_call *call, struct rc_view request) RC_MUST_CHECK;

// Prepares, sends and sees to the rest: finish will come, perhaps before this returns.
void rc_call_start(struct rc_call *call);

// Sends a loaded call on a shared lane. on_done: instead of one that concludes and finishes it;
// the segment's user is the call. Failure: call->err, and neither comes. Any thread.
rowcall_status rc_call_submit(struct rc_call *call, rc_pg_done_fn on_done) RC_MUST_CHECK;

// The results of a step, into the reply: a rc_pg_result_fn whose segment->user is the call.
void rc_call_on_result(struct rc_pg_segment *segment, int step,
                       const struct rc_pg_result *result);

// One row of a large result, likewise: a rc_pg_row_fn. None is wanted any more once the call
// has failed or its reply is over the limit.
bool rc_call_on_row(struct rc_pg_segment *segment, int step, const struct rc_pg_result *result);

// Those rows are void: a rc_pg_restart_fn.
void rc_call_on_restart(struct rc_pg_segment *segment);

// After the segment's end: OK when the call holds; otherwise call->err says why not.
rowcall_status rc_call_conclude(struct rc_call *call, const struct rc_pg_error *error);

// Makes a loaded call as it was before it was sent, so that it can be sent again: no error, no
// results. Loop's thread.
void rc_call_rewind(struct rc_call *call);

// Ends the reply, as a failure when call->err is filled, and tells the exchange.
void rc_call_finish(struct rc_call *call);

#endif
