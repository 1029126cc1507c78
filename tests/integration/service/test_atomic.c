// SPDX-License-Identifier: Apache-2.0
//
// Atomic envelopes: all calls hold or none does, and every reply says so.
#include "shop.h"

#include <stdio.h>

#define CREATE(sku, title)                                                                     \
    {                                                                                          \
        "shop", "Product/Create",                                                              \
            "{\"data\":{\"sku\":\"" sku "\",\"maker_id\":1,\"title\":\"" title "\"}}", 0       \
    }

static void expect_products(struct shop *shop, const char *count)
{
    char expected[64];
    (void)snprintf(expected, sizeof(expected), "{\"count\":\"%s\"}", count);
    ASSERT_REPLY(shop_call(shop, "Product/Count", "{}"), expected);
}

static void expect_rolled_back(const struct shop_reply *reply, const char *message)
{
    ASSERT_STATUS(reply->err.status, ROWCALL_ABORTED);
    assert_string_equal(reply->err.reason, "P2028");
    assert_string_equal(reply->err.message, message);
    assert_int_equal(reply->err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
}

static void test_atomic_commits_all_calls(void **state)
{
    static const struct shop_call calls[] = {
        CREATE("a", "a"),
        CREATE("b", "b"),
        {"shop", "Product/Count", "{}", 0},
        {"shop", "Product/CreateMany", "{}", 0},
    };
    struct shop_reply replies[4];
    shop_calls(*state, calls, 4, true, replies);
    for (size_t i = 0; i < 4; i++) {
        ASSERT_STATUS(replies[i].err.status, ROWCALL_OK);
    }
    ASSERT_REPLY(replies[2], "{\"count\":\"2\"}"); // sees what came before
    ASSERT_REPLY(replies[3], "{\"count\":\"0\"}");
    expect_products(*state, "2");
}

static void test_atomic_rolls_back_when_a_statement_fails(void **state)
{
    static const struct shop_call calls[] = {CREATE("a", "a"), CREATE("a", "b"),
                                             CREATE("c", "c")};
    struct shop_reply replies[3];
    shop_calls(*state, calls, 3, true, replies);
    expect_rolled_back(&replies[0], "rolled back because calls[1] failed");
    ASSERT_STATUS(replies[1].err.status, ROWCALL_ALREADY_EXISTS);
    assert_string_equal(replies[1].err.reason, "P2002");
    assert_string_equal(replies[1].err.fields, "sku");
    assert_int_equal(replies[1].err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    expect_rolled_back(&replies[2], "rolled back because calls[1] failed");
    expect_products(*state, "0");
}

static void test_atomic_rolls_back_when_a_record_is_missing(void **state)
{
    static const struct shop_call calls[] = {
        CREATE("a", "a"),
        {"shop", "Product/Delete", "{\"key\":{\"id\":99}}", 0},
        CREATE("c", "c"),
    };
    struct shop_reply replies[3];
    shop_calls(*state, calls, 3, true, replies);
    expect_rolled_back(&replies[0], "rolled back because calls[1] failed");
    ASSERT_STATUS(replies[1].err.status, ROWCALL_NOT_FOUND);
    expect_rolled_back(&replies[2], "rolled back because calls[1] failed");
    expect_products(*state, "0");
}

static void test_atomic_rolls_back_when_max_affected_is_exceeded(void **state)
{
    static const struct shop_call calls[] = {
        CREATE("a", "a"),
        CREATE("b", "b"),
        {"shop", "Product/DeleteMany", "{\"all\":true,\"max_affected\":1}", 0},
    };
    struct shop_reply replies[3];
    shop_calls(*state, calls, 3, true, replies);
    ASSERT_STATUS(replies[2].err.status, ROWCALL_FAILED_PRECONDITION);
    expect_products(*state, "0");
}

static void test_atomic_executes_nothing_when_a_request_is_wrong(void **state)
{
    static const struct shop_call calls[] = {
        CREATE("a", "a"),
        {"shop", "Product/Create", "{\"data\":{\"stock\":40000}}", 0},
    };
    struct shop_reply replies[2];
    shop_calls(*state, calls, 2, true, replies);
    assert_string_equal(replies[0].err.message, "not executed because calls[1] failed");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(replies[i].err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        assert_int_not_equal(replies[i].err.status, ROWCALL_OK);
    }
    expect_products(*state, "0");
}

static void test_atomic_is_for_one_database(void **state)
{
    static const struct shop_call calls[] = {CREATE("a", "a"),
                                             {"depot", "Product/Count", "{}", 0}};
    struct shop_reply replies[2];
    shop_calls(*state, calls, 2, true, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(replies[1].err.message, "one database");
    static const struct shop_call health[] = {CREATE("a", "a"), {"", "Health/Live", "", 0}};
    shop_calls(*state, health, 2, true, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(replies[1].err.message, "Health/Live");
    expect_products(*state, "0");
}

// A constraint that is checked at COMMIT: every statement succeeds, and still nothing holds.
static void test_atomic_reports_a_failing_commit_for_all(void **state)
{
    shop_sql(*state, "alter table products add constraint late foreign key (stock)"
                     " references makers (id) deferrable initially deferred");
    static const struct shop_call calls[] = {
        CREATE("a", "a"),
        {"shop", "Product/Create",
         "{\"data\":{\"sku\":\"b\",\"maker_id\":1,\"title\":\"b\",\"stock\":77}}", 0},
    };
    struct shop_reply replies[2];
    shop_calls(*state, calls, 2, true, replies);
    shop_sql(*state, "alter table products drop constraint late");
    for (size_t i = 0; i < 2; i++) {
        ASSERT_STATUS(replies[i].err.status, ROWCALL_FAILED_PRECONDITION);
        assert_string_equal(replies[i].err.reason, "P2003");
        assert_string_equal(replies[i].err.constraint, "late");
        assert_int_equal(replies[i].err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    }
    expect_products(*state, "0");
}

static void test_atomic_goes_on_after_failures(void **state)
{
    static const struct shop_call wrong[] = {CREATE("a", "a"), CREATE("a", "a")};
    static const struct shop_call right[] = {CREATE("a", "a"), CREATE("b", "b")};
    struct shop_reply replies[2];
    for (int i = 0; i < 20; i++) { // more often than there are connections
        shop_calls(*state, wrong, 2, true, replies);
        ASSERT_STATUS(replies[1].err.status, ROWCALL_ALREADY_EXISTS);
    }
    shop_calls(*state, right, 2, true, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_OK);
    expect_products(*state, "2");
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_atomic_commits_all_calls),
        EMPTY(test_atomic_rolls_back_when_a_statement_fails),
        EMPTY(test_atomic_rolls_back_when_a_record_is_missing),
        EMPTY(test_atomic_rolls_back_when_max_affected_is_exceeded),
        EMPTY(test_atomic_executes_nothing_when_a_request_is_wrong),
        EMPTY(test_atomic_is_for_one_database),
        EMPTY(test_atomic_reports_a_failing_commit_for_all),
        EMPTY(test_atomic_goes_on_after_failures),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
