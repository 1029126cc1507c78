// SPDX-License-Identifier: Apache-2.0
//
// The connection to a Rowcall server and the one call that all generated stubs end in.
//
//   core_db db;
//   rowcall_error err = {0};
//   if (core_open(&db, NULL, &err) != ROWCALL_OK) {   // url and token: from the environment
//       rowcall_error_print(stderr, &err);
//       return 1;
//   }
//   ... core_product_find_unique(db, &request, &response, &err) ...
//   rowcall_free(response);
//   core_close(db);
//
// Threads: a client is shared by any number of threads; an error, a request and a response
// belong to whoever made or received them. Calls block until the answer or the timeout; nothing
// is retried behind your back, and every failure says in err.outcome what is known about its
// effect.
//
// A generated scope ("core") is made of the pieces below:
//
//   typedef struct core_db { rowcall_handle handle; } core_db;
//       passed by value; one type a scope, so that a call on the wrong database does not
//       compile
//   core_open, core_close
//       rowcall_handle_open and rowcall_handle_close
//   core_as_shared(core_db) -> shared_db
//       (shared_db){db.handle}
//   core_product_find_unique(db, &request, &response, &err)
//       rowcall_call with the method's rowcall_method
//   core_product_find_unique_add(batch, db, &request)
//       rowcall_batch_add with the same
//   core_transact(db, options, run, arg, &err)
//       rowcall_transaction_run (transaction.h)
#ifndef ROWCALL_CLIENT_H
#define ROWCALL_CLIENT_H

#include "rowcall/error.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A connection to one server, whatever its databases. Opaque.
typedef struct rowcall_client rowcall_client;

// Whether calls that are made concurrently may travel together. They stay calls of their own,
// each with its own outcome and timeout; see clients/c/README.md for when they do.
typedef enum rowcall_batching {
    ROWCALL_BATCHING_DEFAULT = 0, // on
    ROWCALL_BATCHING_ON = 1,
    ROWCALL_BATCHING_OFF = 2, // one call a message
} rowcall_batching;

// How to reach the server. Zero means the default; all is copied at open. Name members, order
// may change.
typedef struct rowcall_client_options {
    const char
        *url; // tcp://host:port or ipc:///path; ROWCALL_URL, else ipc:///tmp/rowcall.sock
    const char *token;           // credentials; ROWCALL_TOKEN, else none
    uint32_t timeout_ms;         // longest wait of a call, carried to the server; 30000
    uint32_t connect_timeout_ms; // how long of that a call waits for a connection; 5000
    size_t max_message_bytes;    // longest request and reply; 16 MiB, the server's own limit
    uint32_t max_calls;          // under way at once, those that wait to be sent included; 4096
    rowcall_batching batching;   // whether concurrent calls may share a message; on
    uint32_t nng_threads; // of nng's, in the whole process, that take answers and run callbacks
                          // while the client is open; half of the processors, at least 1
} rowcall_client_options;

// Opens a client and begins to connect; does not wait for the server, the first call does.
// options may be NULL. The caller closes *ret_client. Any thread; does not block.
// Errors: INVALID_ARGUMENT (the URL), RESOURCE_EXHAUSTED (memory, files).
rowcall_status rowcall_client_open(rowcall_client **ret_client,
                                   const rowcall_client_options *options, rowcall_error *err);

// Closes the connection; calls in flight on other threads return CANCELLED first. Accepts NULL.
void rowcall_client_close(rowcall_client *client);

// Room for the id of a transaction and its NUL.
#define ROWCALL_TRANSACTION_ID_SIZE 40

// A client and the name of one of the server's databases; and, for handles that
// rowcall_transaction_begin gives, the transaction that calls are part of. Generated code wraps
// it into one type a scope. Zeroed it is closed; fill it by name.
typedef struct rowcall_handle {
    rowcall_client *client;
    const char *database;                          // borrowed; a literal in generated code
    char transaction[ROWCALL_TRANSACTION_ID_SIZE]; // "": none
} rowcall_handle;

// A handle with a client of its own: rowcall_client_open, with its errors. database is
// borrowed.
rowcall_status rowcall_handle_open(rowcall_handle *ret_handle, const char *database,
                                   const rowcall_client_options *options, rowcall_error *err);

// Closes the handle's client, and with it every handle that shares it. Accepts a zeroed handle.
void rowcall_handle_close(rowcall_handle handle);

// A remote method, as generated code declares it (const, static storage).
typedef struct rowcall_method {
    const char *name; // "Product/FindUnique"
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *response;
} rowcall_method;

// What may differ from call to call. Zero means the default.
typedef struct rowcall_call_options {
    uint32_t timeout_ms;         // the client's
    const char *idempotency_key; // none; repeating a write with the same key and request
                                 // executes it once
} rowcall_call_options;

// Calls method on the handle's database and waits for the answer. request (borrowed) must be of
// the method's request type, all messages in it initialised by their macros. options may be
// NULL. On success *ret_response is the response, freed by the caller with rowcall_free; on
// failure it is untouched and err says why. ret_response may be NULL when only success matters.
// Any thread; blocks.
// Errors: those of the server, and from here
//   INVALID_ARGUMENT    the request is not one of this method, or holds text that is not UTF-8
//   RESOURCE_EXHAUSTED  request or reply over a limit, or no memory
//   UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED   see err->outcome for whether it may have been
//   executed INTERNAL            the answer is not what the protocol says
rowcall_status rowcall_call(rowcall_handle handle, const rowcall_method *method,
                            const ProtobufCMessage *request,
                            const rowcall_call_options *options,
                            ProtobufCMessage **ret_response, rowcall_error *err);

// Frees a response and all it holds. Accepts NULL. Not for messages that were built by hand.
void rowcall_free(void *response);

#ifdef __cplusplus
}
#endif
#endif
