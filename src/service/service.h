// SPDX-License-Identifier: Apache-2.0
//
// The server without its sockets: request envelopes in, reply envelopes out. It joins query
// (what to execute), transcode (values) and pg (connections), and knows no transport: whoever
// receives bytes hands them to rc_service_handle and is called back with the reply.
//
//   envelope -> token, admission -> calls -> prepare, encode -> segments of pg
//                                                                    | loop's thread
//   reply envelope <- replies in order <- rows decoded into replies <-+
//
// Invariants: every request handled is replied to exactly once, and every call in it is
// answered exactly once; nothing waits without a deadline; what may be in flight is bounded in
// calls and bytes.
#ifndef RC_SERVICE_SERVICE_H
#define RC_SERVICE_SERVICE_H

#include "base/buf.h"
#include "schema/schema.h"

struct rc_service;

// A database to serve: one of the schema's, and where it is.
struct rc_service_database {
    const char *name; // "core"
    const char *url;  // as libpq takes it
};

// Who may do what is off unless it is granted: everybody who may call, or those whose token is
// one of these. They may call, too. Zero: nobody.
struct rc_service_grant {
    bool everybody;
    const char *const *tokens;
    size_t token_count;
};

// Zero means the default in brackets. Everything is copied.
struct rc_service_options {
    const struct rc_service_database *databases; // at least one
    size_t database_count;
    const char *const *tokens; // any of them admits a caller [none is asked for]
    size_t token_count;
    struct rc_service_grant explain; // to see the SQL and the plan of calls [nobody]
    struct rc_service_grant raw;     // to send SQL [nobody]
    uint32_t default_timeout_ms;     // of a call that names none [30000]
    uint32_t max_timeout_ms;         // longer ones are cut to this [300000]
    uint32_t max_calls;              // in one envelope [1000]
    uint32_t max_in_flight;          // calls, of everybody [8192]
    uint32_t max_peer_in_flight;     // calls, of one connection [2048]
    size_t max_bytes_in_flight;      // of requests, of everybody [256 MiB]
    size_t max_reply_bytes;          // of one call's reply [16 MiB]
    uint32_t slow_ms;            // calls that take longer are logged as warnings [0: none are]
    uint32_t max_coalesced;      // lookups that share a statement; 1: none do [128, at most]
    int lanes;                   // pipelined connections per database [pg's default]
    int lanes_max;               // with those opened while all are busy [pg's default]
    int exclusive_max;           // connections for transactions, per database [pg's default]
    uint32_t max_transaction_ms; // longest life of an interactive transaction [60000]
    uint32_t max_peer_transactions; // open ones of one connection [64]
    bool log_values; // debug logs may hold PostgreSQL's messages whole [redacted]
};

// Starts serving: connects in the background, so a PostgreSQL that is down is not an error.
// schema is borrowed and must outlive the service. INVALID_ARGUMENT: a database that the schema
// has not, a URL that is none. Free with rc_service_free.
rowcall_status rc_service_new(const struct rc_schema *schema,
                              const struct rc_service_options *options,
                              struct rc_service **ret_service,
                              rowcall_error *err) RC_MUST_CHECK;

// Takes the answer: a reply envelope, borrowed for the call; NULL when memory ran out and there
// is none. On the thread that handles, or on the loop's: it must not block.
typedef void (*rc_service_reply_fn)(void *arg, const struct rc_buf *reply);

// One message that came in.
struct rc_service_request {
    struct rc_view bytes;      // a request envelope; borrowed until reply is called
    uint64_t peer;             // the connection it came by; limits are counted by it
    bool over_limit;           // refuse it: its connection has too many requests in flight
    bool draining;             // refuse it: the server is stopping
    rc_service_reply_fn reply; // called exactly once, perhaps before rc_service_handle returns
    void *arg;
};

// Handles a request. Any thread, many at once; does not block on PostgreSQL.
void rc_service_handle(struct rc_service *service, const struct rc_service_request *request);

// A connection that requests came by has ended (their `peer`): its interactive transactions are
// rolled back. Any thread; does not block.
void rc_service_peer_gone(struct rc_service *service, uint64_t peer);

// Refuses new requests (UNAVAILABLE, not executed) from now on; those accepted go on.
// Interactive transactions, which nobody can commit any more, are rolled back. Any thread.
void rc_service_stop(struct rc_service *service);

// Stops, lets accepted requests finish until deadline_us (rc_clock_now_us; 0 = does not wait),
// fails the rest, closes the connections and frees the service. Every request is replied to
// when it returns. Blocks. NULL is accepted.
void rc_service_free(struct rc_service *service, int64_t deadline_us);

// Waits until every database can serve, or until deadline_us: UNAVAILABLE naming one that
// cannot.
rowcall_status rc_service_wait_ready(struct rc_service *service, int64_t deadline_us,
                                     rowcall_error *err) RC_MUST_CHECK;

// Refuses calls on a database (FAILED_PRECONDITION with the reason, not executed) until it is
// told otherwise, and Health calls it not ready. reason: a sentence about "it", for callers,
// copied and cut to 500 bytes; NULL lets calls through. Calls that were accepted go on. A name
// that is not served is ignored. Any thread.
void rc_service_hold(struct rc_service *service, const char *database, const char *reason);

// Counters since the start.
struct rc_service_stats {
    uint64_t envelopes;
    uint64_t calls;
    uint64_t by_status[17];  // calls by gRPC code, 0 = OK
    uint64_t slow;           // calls over slow_ms
    uint64_t batches;        // statements that answered several calls
    uint64_t coalesced;      // calls that were answered by them
    uint64_t broken_batches; // that failed, so that their calls were executed one by one
    uint32_t in_flight;      // calls now
    size_t bytes_in_flight;  // of requests, now
    size_t transactions;     // interactive ones that are open, or about to be
};

// A snapshot. Any thread.
void rc_service_read_stats(struct rc_service *service, struct rc_service_stats *ret_stats);

#endif
