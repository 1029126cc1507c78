// SPDX-License-Identifier: Apache-2.0
//
// Sessions.
#include "session.h"

#include <stdio.h>

struct shop_reply session_begin(struct session *session, struct shop *shop, uint64_t peer,
                                const char *json)
{
    *session = (struct session){.shop = shop, .peer = peer};
    struct shop_reply reply =
        shop_call_on(shop, &(struct shop_terms){.peer = peer}, "Transactions/Begin", json);
    if (reply.err.status == ROWCALL_OK) {
        assert_int_equal(sscanf(reply.json, "{\"transaction\":\"%32[0-9a-f]\"", session->id),
                         1);
    }
    return reply;
}

struct session session_open(struct shop *shop, uint64_t peer, const char *json)
{
    struct session session;
    ASSERT_DONE(session_begin(&session, shop, peer, json));
    return session;
}

struct shop_reply session_call(const struct session *session, const char *method,
                               const char *json)
{
    struct shop_terms terms = {.peer = session->peer, .transaction = session->id};
    return shop_call_on(session->shop, &terms, method, json);
}

static struct shop_reply control(const struct session *session, const char *method,
                                 const char *more)
{
    char json[256];
    (void)snprintf(json, sizeof(json), "{\"transaction\":\"%s\"%s}", session->id, more);
    return session_call(session, method, json);
}

struct shop_reply session_commit(const struct session *session)
{
    return control(session, "Transactions/Commit", "");
}

struct shop_reply session_rollback(const struct session *session)
{
    return control(session, "Transactions/Rollback", "");
}

static struct shop_reply control_savepoint(const struct session *session, const char *method,
                                           const char *field, const char *name,
                                           const char *more)
{
    char fields[160];
    (void)snprintf(fields, sizeof(fields), ",\"%s\":\"%s\"%s", field, name, more);
    return control(session, method, fields);
}

struct shop_reply session_savepoint(const struct session *session, const char *name)
{
    return control_savepoint(session, "Transactions/Savepoint", "name", name, "");
}

struct shop_reply session_release(const struct session *session, const char *name)
{
    return control_savepoint(session, "Transactions/Savepoint", "name", name,
                             ",\"release\":true");
}

struct shop_reply session_back(const struct session *session, const char *name)
{
    return control_savepoint(session, "Transactions/Rollback", "savepoint", name, "");
}

struct shop_reply session_create(const struct session *session, const char *sku)
{
    char json[160];
    (void)snprintf(json, sizeof(json),
                   "{\"data\":{\"sku\":\"%s\",\"maker_id\":1,\"title\":\"%s\"}}", sku, sku);
    return session_call(session, "Product/Create", json);
}

void session_expect(const struct session *session, struct shop *shop, int count)
{
    char expected[64];
    (void)snprintf(expected, sizeof(expected), "{\"count\":\"%d\"}", count);
    ASSERT_REPLY(session ? session_call(session, "Product/Count", "{}")
                         : shop_call(shop, "Product/Count", "{}"),
                 expected);
}
