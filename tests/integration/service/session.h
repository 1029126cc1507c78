// SPDX-License-Identifier: Apache-2.0
//
// A client of the shop with an interactive transaction.
#ifndef RC_TESTS_SESSION_H
#define RC_TESTS_SESSION_H

#include "shop.h"

struct session {
    struct shop *shop;
    uint64_t peer;
    char id[64]; // of its transaction
};

// For a BeginRequest: no test shall fail because the machine is busy.
#define PATIENCE "\"timeout_ms\":60000,\"max_wait_ms\":30000"

// Begins a transaction as BeginRequest `json` says; what became of it.
struct shop_reply session_begin(struct session *session, struct shop *shop, uint64_t peer,
                                const char *json);

// The same, which must succeed.
struct session session_open(struct shop *shop, uint64_t peer, const char *json);

// A call in the transaction.
struct shop_reply session_call(const struct session *session, const char *method,
                               const char *json);

struct shop_reply session_commit(const struct session *session);
struct shop_reply session_rollback(const struct session *session);

// Sets a savepoint, releases it, or goes back to it.
struct shop_reply session_savepoint(const struct session *session, const char *name);
struct shop_reply session_release(const struct session *session, const char *name);
struct shop_reply session_back(const struct session *session, const char *name);

// Creates a product of this SKU in the transaction.
struct shop_reply session_create(const struct session *session, const char *sku);

// Fails the test unless the transaction, or NULL: everybody, sees so many products.
void session_expect(const struct session *session, struct shop *shop, int count);

#define ASSERT_DONE(reply)                                                                     \
    do {                                                                                       \
        struct shop_reply done_ = (reply);                                                     \
        ASSERT_OK(done_.err.status, done_.err);                                                \
    } while (0)

// A refusal with P2028.
#define ASSERT_REFUSED(reply, expected_status, part)                                           \
    do {                                                                                       \
        struct shop_reply refused_ = (reply);                                                  \
        ASSERT_STATUS(refused_.err.status, expected_status);                                   \
        assert_string_equal(refused_.err.reason, "P2028");                                     \
        ASSERT_CONTAINS(refused_.err.message, part);                                           \
    } while (0)

#endif
