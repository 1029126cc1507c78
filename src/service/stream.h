// SPDX-License-Identifier: Apache-2.0
//
// Streams: the answer of a FindMany, given page by page as of one moment, however many records
// there are. A cursor in a transaction that is begun for it (repeatable read, read only), on a
// connection of its own, until the last page was given; or in the interactive transaction that
// the calls name.
//
//   begin   BEGIN | DECLARE | FETCH n          -> page 0 and a token for page 1
//   pull    [MOVE BACKWARD d |] FETCH n        -> page k and a token for page k + 1
//           nothing, when rows are left over   -> likewise
//           the page given last, once more     -> the same bytes: its reply was lost
//   end     a page without records, no token   -> the transaction is over
//
// When the first page has all there is, it has no token and nothing is left open. Otherwise the
// page that has the last records has a token still, and only pulling that ends the stream: so
// whatever reply is lost, it can be asked for again. What has ended is remembered as
// transactions are, and so is why.
//
// Threads: a stream belongs to the call that is about it while that is under way (`busy`, under
// the mutex of the transactions), so pages are written without the mutex.
#ifndef RC_SERVICE_STREAM_H
#define RC_SERVICE_STREAM_H

#include "service/call.h"
#include "service/stream_rows.h"

#include <stdint.h>

// Streams open in one interactive transaction.
enum { RC_STREAMS_MAX = 16 };

// An open stream; its transaction owns it.
struct rc_stream {
    struct rc_stream *next;
    uint32_t number; // within its transaction
    bool busy;
    uint64_t pages;              // given so far
    uint64_t question;           // a hash of what was asked for
    struct rc_prepared prepared; // the plan, held; one step without values
    struct rc_step step;
    struct rc_stream_rows rows;
};

// What a call wants of a stream; in the exchange's arena.
struct rc_stream_call {
    struct rc_stream_bounds bounds;
    char transaction[40]; // the id of the one that the stream is in; empty: one is begun
    uint32_t number;
    uint64_t page;
    bool begins;
    bool closes;
    bool asks; // it says which records
    uint64_t question;
    struct rc_stream *stream; // while the call is under way
    // What is sent.
    struct rc_pg_step steps[3];
    struct rc_pg_statement statements[3];
    int step_count;
    int declare_step; // -1: none
    int fetch_step;   // -1: none
    char fetch[64];
    char move[64];
};

// Executes a prepared call of the verb Stream, and finishes it.
void rc_stream_start(struct rc_call *call);

// Frees what a transaction has. NULL is accepted.
void rc_streams_free(struct rc_stream *streams);

// What the segment under way has brought is void: it is sent once more.
void rc_stream_restart(struct rc_call *call);

// After the segment's end, when call->stream: the page into the reply. As rc_call_conclude.
rowcall_status rc_stream_conclude(struct rc_call *call, const struct rc_pg_error *error);

// ---- for transactions; the mutex is held

struct rc_transaction;

// Puts the stream that the call begins into its transaction.
rowcall_status rc_stream_add(struct rc_transaction *transaction, struct rc_call *call);

// Readies the call's segment. Sets call->answered when there is nothing to be sent. Failure:
// call->err, NOT_EXECUTED.
rowcall_status rc_stream_enter(struct rc_transaction *transaction, struct rc_call *call);

// The same for a transaction that was not found, as call->err says: no error, when what the
// call wants is so already.
void rc_stream_enter_ended(struct rc_call *call);

// The call has come back: its stream may be pulled again, or is gone.
void rc_stream_leave(struct rc_transaction *transaction, struct rc_call *call);

#endif
