// SPDX-License-Identifier: Apache-2.0
//
// Row locks of reads: who gets a record that somebody else has locked, and when nobody may ask.
#include "session.h"

#include <stdio.h>

#define FIND "{\"key\":{\"id\":1},\"select\":{\"sku\":true},\"lock\":"
#define NEXT "{\"orderBy\":[{\"id\":{}}],\"select\":{\"sku\":true},\"lock\":"

static int stock(void **state)
{
    (void)shop_empty(state);
    for (const char *sku = "abc"; *sku; sku++) {
        char json[128];
        (void)snprintf(json, sizeof json,
                       "{\"data\":{\"sku\":\"%c\",\"maker_id\":1,\"title\":\"%c\"}}", *sku,
                       *sku);
        ASSERT_DONE(shop_call(*state, "Product/Create", json));
    }
    return 0;
}

static void test_lock_needs_a_transaction(void **state)
{
    struct shop_reply reply = shop_call(*state, "Product/FindUnique", FIND "{}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(reply.err.message, "lock: ");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
}

static void test_lock_holds_in_an_atomic_envelope(void **state)
{
    static const struct shop_call calls[] = {
        {"shop", "Product/FindUnique", FIND "{}}", 0},
        {"shop", "Product/Update",
         "{\"key\":{\"id\":1},\"data\":{\"title\":{\"set\":\"new\"}}}", 0},
    };
    struct shop_reply replies[2];
    shop_calls(*state, calls, 2, true, replies);
    ASSERT_REPLY(replies[0], "{\"row\":{\"sku\":\"a\"}}");
    ASSERT_REPLY(replies[1], "{\"count\":\"1\"}");
}

static void test_lock_is_not_waited_for_when_asked_so(void **state)
{
    struct session holder = session_open(*state, 1, "{}");
    struct session other = session_open(*state, 2, "{}");
    ASSERT_REPLY(session_call(&holder, "Product/FindUnique", FIND "{}}"),
                 "{\"row\":{\"sku\":\"a\"}}");
    struct shop_reply reply =
        session_call(&other, "Product/FindUnique", FIND "{\"wait\":\"NOWAIT\"}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_ABORTED);
    assert_string_equal(reply.err.reason, "P2034");
    ASSERT_DONE(session_rollback(&other));
    ASSERT_DONE(session_rollback(&holder));
}

static void test_lock_skips_what_others_have(void **state)
{
    struct session first = session_open(*state, 1, "{}");
    struct session second = session_open(*state, 2, "{}");
    struct session third = session_open(*state, 3, "{}");
    ASSERT_REPLY(session_call(&first, "Product/FindFirst", NEXT "{\"wait\":\"SKIP_LOCKED\"}}"),
                 "{\"row\":{\"sku\":\"a\"}}");
    ASSERT_REPLY(session_call(&second, "Product/FindFirst", NEXT "{\"wait\":\"SKIP_LOCKED\"}}"),
                 "{\"row\":{\"sku\":\"b\"}}");
    ASSERT_REPLY(session_call(&third, "Product/FindMany", NEXT "{\"wait\":\"SKIP_LOCKED\"}}"),
                 "{\"rows\":[{\"sku\":\"c\"}]}");
    ASSERT_DONE(session_rollback(&third));
    ASSERT_DONE(session_rollback(&second));
    ASSERT_DONE(session_rollback(&first));
}

static void test_lock_is_shared_or_not(void **state)
{
    struct session first = session_open(*state, 1, "{}");
    struct session second = session_open(*state, 2, "{}");
    static const char shared[] = FIND "{\"strength\":\"FOR_SHARE\",\"wait\":\"NOWAIT\"}}";
    static const char strong[] =
        FIND "{\"strength\":\"FOR_NO_KEY_UPDATE\",\"wait\":\"NOWAIT\"}}";
    ASSERT_DONE(session_call(&first, "Product/FindUnique", shared));
    ASSERT_DONE(session_call(&second, "Product/FindUnique", shared));
    struct shop_reply reply = session_call(&second, "Product/FindUnique", strong);
    ASSERT_STATUS(reply.err.status, ROWCALL_ABORTED);
    ASSERT_DONE(session_rollback(&second));
    ASSERT_DONE(session_call(&first, "Product/FindUnique", strong));
    ASSERT_DONE(session_rollback(&first));
}

static void test_lock_leaves_what_is_related_alone(void **state)
{
    struct session holder = session_open(*state, 1, "{}");
    ASSERT_REPLY(session_call(&holder, "Product/FindUnique",
                              "{\"key\":{\"id\":1},\"select\":{\"maker\":{\"name\":true},"
                              "\"sku\":true},\"lock\":{}}"),
                 "{\"row\":{\"sku\":\"a\",\"maker\":{\"name\":\"Ada\"}}}");
    ASSERT_DONE(shop_call(*state, "Maker/Update",
                          "{\"key\":{\"id\":1},\"data\":{\"name\":{\"set\":\"Ada\"}}}"));
    ASSERT_DONE(session_rollback(&holder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lock_needs_a_transaction, stock),
        cmocka_unit_test_setup(test_lock_holds_in_an_atomic_envelope, stock),
        cmocka_unit_test_setup(test_lock_is_not_waited_for_when_asked_so, stock),
        cmocka_unit_test_setup(test_lock_skips_what_others_have, stock),
        cmocka_unit_test_setup(test_lock_is_shared_or_not, stock),
        cmocka_unit_test_setup(test_lock_leaves_what_is_related_alone, stock),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
