// SPDX-License-Identifier: Apache-2.0
//
// The serving end: listeners, requests in, replies out. The handler sees bytes and a connection
// number, never an nng type.
//
//   nng pipe -> context receives -> handler(request, flags) ... rc_server_reply(request) ->
//   pipe takes it
//
// Invariants: every request given to the handler is answered exactly once (asserted). A reply
// is delivered, or its connection is closed: a peer that does not take a reply within
// send_timeout_ms is disconnected, so a silent loss on a live connection cannot happen. One
// peer never holds more than twice its cap of contexts.
#ifndef RC_TRANSPORT_SERVER_H
#define RC_TRANSPORT_SERVER_H

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_server;
struct rc_server_request;

// Why a request must be refused instead of executed. Flags, or'ed.
enum rc_server_flag {
    // Its connection has max_per_peer requests in flight already.
    RC_SERVER_OVER_LIMIT = 1u << 0,
    // rc_server_drain was called before it arrived.
    RC_SERVER_DRAINING = 1u << 1,
};

// Takes one request and the flags above (0: execute it). Called on nng's threads, many at once:
// must not block. The request must be answered by rc_server_reply exactly once, now or later,
// from any thread; one with a flag set must be answered before the handler returns.
typedef void (*rc_server_handler_fn)(void *ctx, struct rc_server_request *request,
                                     unsigned flags);

// A connection has ended: its number (rc_server_request_peer). Requests of it that are in the
// handler's hands must still be answered. Called on nng's threads while nng holds locks: must
// not block, nor call the server.
typedef void (*rc_server_gone_fn)(void *ctx, uint64_t peer);

// Zero means the default. Everything is copied.
struct rc_server_options {
    // Where to listen: tcp://host:port (port 0: any free one), ipc:///path. At least one.
    const char *const *urls;
    size_t url_count;
    // Requests held at once, each from its receipt until its reply is taken. 1024.
    uint32_t contexts;
    // Requests in flight per connection before RC_SERVER_OVER_LIMIT. 256.
    uint32_t max_per_peer;
    // A longer message disconnects its peer: it is not read, so cannot be answered. 16 MiB + 64
    // KiB.
    size_t max_message_bytes;
    // How long a peer may leave a reply untaken before it is disconnected. 5000.
    uint32_t send_timeout_ms;
    // Mode of ipc sockets. 0600.
    uint32_t ipc_permissions;
    // How often ipc listeners are probed, and replaced when dead. 1000.
    uint32_t watch_interval_ms;
    // How many of nng's task threads, which run the handler, may work; the others are parked as
    // long as this server is open (tasks.h). All of them.
    uint32_t task_threads;
    // Told of every connection that ends, with the handler's ctx. None. Once nng's reaper hangs
    // (see the README) nobody is told any more.
    rc_server_gone_fn on_gone;
};

// Starts listening on every URL and calling handler. All or nothing: on failure nothing
// listens. Raises the process's open-file limit to its hard limit and ignores SIGPIPE.
// Errors name the URL: INVALID_ARGUMENT (scheme that is not supported, path too long),
// FAILED_PRECONDITION (another server has this address; it is not disturbed), UNAVAILABLE (the
// system refused).
rowcall_status rc_server_open(const struct rc_server_options *options,
                              rc_server_handler_fn handler, void *ctx,
                              struct rc_server **ret_server, rowcall_error *err) RC_MUST_CHECK;

// The URL of listener i with the port that was bound; NULL past the last. Valid until close.
// Any thread.
const char *rc_server_url(const struct rc_server *server, size_t i);

// Stops taking work: new connections are refused, ipc paths disappear, new requests get
// RC_SERVER_DRAINING. Then waits until every request accepted before is answered and its reply
// has left, or deadline_us (rc_clock_now_us; 0: no limit) passes. Blocks. Once.
// Replies that a peer does not read for send_timeout_ms are not waited for.
// Errors: DEADLINE_EXCEEDED, saying what was left.
rowcall_status rc_server_drain(struct rc_server *server, int64_t deadline_us,
                               rowcall_error *err) RC_MUST_CHECK;

// Disconnects everybody and frees the server. Requests that the handler still holds stay valid
// and must still be answered; their replies go nowhere, and neither the handler nor on_gone is
// called again once close returns. Blocks, for at most five seconds: nng_close may hang
// in 1.5.2, its thread is then left behind. Accepts NULL.
void rc_server_close(struct rc_server *server);

// Counters since open, for logs and tests.
struct rc_server_stats {
    uint64_t requests;    // given to the handler
    uint64_t replies;     // taken by their connections
    uint64_t undelivered; // replies whose connection was gone or was closed for not reading
    uint64_t over_limit;  // requests flagged RC_SERVER_OVER_LIMIT
    uint64_t repairs;     // ipc listeners replaced
    uint64_t peers;       // connections now
    bool leaking;         // nng's reaper hangs: connections that end are no longer released
};

// Any thread.
void rc_server_read_stats(struct rc_server *server, struct rc_server_stats *ret_stats);

// The request's bytes; borrowed, valid until the request is answered.
struct rc_view rc_server_request_message(const struct rc_server_request *request);

// The connection it came by: a number that is never used again in this process.
uint64_t rc_server_request_peer(const struct rc_server_request *request);

// The connection's address for logs: "127.0.0.1:51234", "uid 1000 pid 4711"; "" when unknown.
// Valid until the request is answered.
const char *rc_server_request_address(const struct rc_server_request *request);

// Answers a request and gives it back: it must not be touched afterwards. reply is copied;
// NULL, or a buffer that broke, closes the connection instead (the peer must not wait for what
// will not come). Any thread.
void rc_server_reply(struct rc_server_request *request, const struct rc_buf *reply);

#endif
