// SPDX-License-Identifier: Apache-2.0
//
// A shop to test the service with: a schema of three entities in two databases ("shop" and
// "depot"), their tables in a database of its own, a service over them, and calls whose
// requests and responses are written as JSON.
#ifndef RC_TESTS_SHOP_H
#define RC_TESTS_SHOP_H

#include "support/check.h"

#include "json/pool.h"
#include "service/service.h"
#include "service/transaction_mode.h"
#include "support/protoc.h"

// What a service is made for: compiled files, the databases they declare (one database of
// PostgreSQL serves as all of them) and its tables. Constants.
struct shop_site {
    const struct test_proto *protos;
    size_t proto_count;
    const char *databases[2]; // the second may be NULL
    const char *ddl;
};

struct shop {
    const struct shop_site *site;
    struct rc_schema *schema;
    struct rc_api *apis[2]; // of the site's databases: for names and numbers
    struct rc_pool *pool;   // the engine's own messages
    struct rc_service *service;
    char *url;
    bool has_company; // the database is another shop's
};

// What became of a call. Texts are NUL-terminated; json is the response, or how the call was
// explained, {} when there is neither.
struct shop_reply {
    rowcall_error err; // status ROWCALL_OK when it succeeded
    char json[16384];
    bool has_timings;
};

// A call to be sent. request is JSON.
struct shop_call {
    const char *database;
    const char *method;
    const char *request;
    uint32_t timeout_ms;
};

// "call.from -> to".
struct shop_reference {
    uint32_t call;
    const char *from;
    const char *to;
};

// What an envelope, or one of its calls, says beyond that; zeroed: nothing.
struct shop_terms {
    uint64_t peer; // 0: 1
    bool atomic;
    struct rc_transaction_mode mode;
    uint32_t max_retries;
    const char *token;
    const char *transaction; // of every call but those of Transactions
    const char *explain;     // of every call: its metadata
    bool is_untimed;         // without timings, so that equal replies are equal bytes
    // Of the last call.
    const struct shop_reference *references;
    size_t reference_count;
};

// cmocka's group setup and teardown; *state is the shop.
int shop_open(void **state);
int shop_close(void **state);
// Empties the tables: a test's setup.
int shop_empty(void **state);

// Makes a shop whose service has these options (databases are filled in). For tests of options.
struct shop *shop_new(const struct rc_service_options *options);
// The same over a database that need not be there: makes no tables, waits for nothing.
struct shop *shop_at(const char *url, const struct rc_service_options *options);
// The same for another site; opened ones are as if shop_new had made them.
struct shop *shop_new_on(const struct shop_site *site,
                         const struct rc_service_options *options);
// Another service over a shop's database, which must outlive it.
struct shop *shop_beside(const struct shop *shop, const struct rc_service_options *options);
void shop_free(struct shop *shop);

// The compiled schema, as a server reads it; the caller finishes it.
void shop_schema_set(struct rc_buf *ret_set);

// Runs SQL in its database, past the service.
void shop_sql(const struct shop *shop, const char *sql);

// Builds an envelope on these terms.
void shop_envelope_on(const struct shop *shop, const struct shop_terms *terms,
                      const struct shop_call *calls, size_t count, struct rc_buf *ret_envelope);

// Builds an ordinary one.
void shop_envelope(const struct shop *shop, const struct shop_call *calls, size_t count,
                   bool atomic, const char *token, struct rc_buf *ret_envelope);

// Hands bytes to the service and waits for the reply's bytes, which the caller finishes. NULL
// for the reply fails the test.
void shop_handle(struct shop *shop, const struct rc_service_request *request,
                 struct rc_buf *ret_reply);

// Reads a reply envelope; calls are those that were sent. Returns the number of replies, at
// most max.
size_t shop_read(const struct shop *shop, const struct shop_call *calls, size_t count,
                 struct rc_view envelope, struct shop_reply *ret_replies, size_t max);

// All of it for one call on database "shop".
struct shop_reply shop_call(struct shop *shop, const char *method, const char *request);

// All of it for several calls; replies as many as calls.
void shop_calls(struct shop *shop, const struct shop_call *calls, size_t count, bool atomic,
                struct shop_reply *ret_replies);

// Likewise on these terms.
void shop_calls_on(struct shop *shop, const struct shop_terms *terms,
                   const struct shop_call *calls, size_t count, struct shop_reply *ret_replies);
struct shop_reply shop_call_on(struct shop *shop, const struct shop_terms *terms,
                               const char *method, const char *request);

// The same in two halves, for calls that must overlap. calls stay the caller's until the wait.
struct shop_pending *shop_send(struct shop *shop, const struct shop_call *calls, size_t count,
                               bool atomic);
void shop_wait(struct shop_pending *pending, struct shop_reply *ret_replies);

#define ASSERT_REPLY(reply, expected)                                                          \
    do {                                                                                       \
        struct shop_reply reply_ = (reply);                                                    \
        if (reply_.err.status != ROWCALL_OK) {                                                 \
            fail_msg("expected %s, got %s: %s", (expected),                                    \
                     rowcall_status_name(reply_.err.status), reply_.err.message);              \
        }                                                                                      \
        assert_string_equal(reply_.json, (expected));                                          \
    } while (0)

#endif
