// SPDX-License-Identifier: Apache-2.0
//
// Savepoints of interactive transactions, over PostgreSQL's.
#include "session.h"

#include <stdio.h>

static void test_savepoint_undoes_what_came_after_it(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "a"));
    ASSERT_REPLY(session_savepoint(&session, "first"), "{}");
    ASSERT_DONE(session_create(&session, "b"));
    ASSERT_DONE(session_savepoint(&session, "second"));
    ASSERT_DONE(session_create(&session, "c"));
    session_expect(&session, *state, 3);
    ASSERT_REPLY(session_back(&session, "first"), "{}");
    session_expect(&session, *state, 1);
    ASSERT_REFUSED(session_back(&session, "second"), ROWCALL_FAILED_PRECONDITION,
                   "no savepoint \"second\"");
    ASSERT_DONE(session_create(&session, "d"));
    ASSERT_DONE(session_back(&session, "first")); // it stays
    ASSERT_DONE(session_create(&session, "e"));
    ASSERT_DONE(session_commit(&session));
    session_expect(NULL, *state, 2);
}

static void test_savepoint_rescues_a_transaction_that_failed(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "a"));
    ASSERT_DONE(session_savepoint(&session, "s"));
    for (int i = 0; i < 3; i++) {
        ASSERT_DONE(session_create(&session, "b"));
        ASSERT_STATUS(session_create(&session, "a").err.status, ROWCALL_ALREADY_EXISTS);
        ASSERT_REFUSED(session_create(&session, "c"), ROWCALL_ABORTED,
                       "Product/Create (P2002)");
        ASSERT_DONE(session_back(&session, "s"));
    }
    ASSERT_DONE(session_create(&session, "c"));
    ASSERT_DONE(session_commit(&session));
    session_expect(NULL, *state, 2);
}

// All of it sent before any of it is answered.
static void test_savepoint_rescues_what_was_sent_behind_it(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    char set[120];
    char back[120];
    char commit[96];
    (void)snprintf(set, sizeof(set), "{\"transaction\":\"%s\",\"name\":\"s\"}", session.id);
    (void)snprintf(back, sizeof(back), "{\"transaction\":\"%s\",\"savepoint\":\"s\"}",
                   session.id);
    (void)snprintf(commit, sizeof(commit), "{\"transaction\":\"%s\"}", session.id);
    const struct shop_call calls[] = {
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Cay\"}}", 0},
        {"shop", "Transactions/Savepoint", set, 0},
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Cay\"}}", 0},
        {"shop", "Maker/Count", "{}", 0},
        {"shop", "Transactions/Rollback", back, 0},
        {"shop", "Maker/Count", "{}", 0},
        {"shop", "Transactions/Commit", commit, 0},
    };
    struct shop_reply replies[7];
    struct shop_terms terms = {.transaction = session.id};
    shop_calls_on(*state, &terms, calls, 7, replies);
    ASSERT_DONE(replies[0]);
    ASSERT_DONE(replies[1]);
    ASSERT_STATUS(replies[2].err.status, ROWCALL_ALREADY_EXISTS);
    ASSERT_STATUS(replies[3].err.status, ROWCALL_ABORTED);
    assert_string_equal(replies[3].err.reason, "P2028");
    ASSERT_DONE(replies[4]);
    ASSERT_REPLY(replies[5], "{\"count\":\"3\"}");
    ASSERT_DONE(replies[6]);
    ASSERT_REPLY(shop_call(*state, "Maker/Count", "{}"), "{\"count\":\"3\"}");
}

// A savepoint that was sent behind a failure was never set.
static void test_savepoint_that_failed_is_none(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    char set[120];
    ASSERT_DONE(session_savepoint(&session, "first"));
    (void)snprintf(set, sizeof(set), "{\"transaction\":\"%s\",\"name\":\"late\"}", session.id);
    const struct shop_call calls[] = {
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Ada\"}}", 0},
        {"shop", "Transactions/Savepoint", set, 0},
    };
    struct shop_reply replies[2];
    shop_calls_on(*state, &(struct shop_terms){.transaction = session.id}, calls, 2, replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_ALREADY_EXISTS);
    ASSERT_REFUSED(replies[1], ROWCALL_ABORTED, "Maker/Create (P2002)");
    ASSERT_REFUSED(session_back(&session, "late"), ROWCALL_FAILED_PRECONDITION, "late");
    ASSERT_DONE(session_back(&session, "first"));
    ASSERT_DONE(session_create(&session, "a"));
    ASSERT_DONE(session_commit(&session));
    session_expect(NULL, *state, 1);
}

static void test_savepoint_that_is_released_leaves_what_was_written(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_savepoint(&session, "s"));
    ASSERT_DONE(session_create(&session, "a"));
    ASSERT_DONE(session_release(&session, "s"));
    ASSERT_REFUSED(session_release(&session, "s"), ROWCALL_FAILED_PRECONDITION, "\"s\"");
    ASSERT_REFUSED(session_back(&session, "s"), ROWCALL_FAILED_PRECONDITION, "\"s\"");
    ASSERT_DONE(session_commit(&session)); // none of that has failed it
    session_expect(NULL, *state, 1);
}

// Names are the client's own: none of their bytes is SQL.
static void test_savepoint_may_have_any_name(void **state)
{
    static const char *const names[] = {"x\\\"; drop table products; --", "SELECT", " ",
                                        "\xc3\xa4\xe2\x82\xac",           "a'b",    "s1"};
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ASSERT_DONE(session_savepoint(&session, names[i]));
    }
    for (size_t i = sizeof(names) / sizeof(names[0]); i > 0; i--) {
        char sku[8];
        (void)snprintf(sku, sizeof(sku), "%zu", i);
        ASSERT_DONE(session_create(&session, sku));
        ASSERT_DONE(session_back(&session, names[i - 1]));
        session_expect(&session, *state, 0);
    }
    struct shop_reply reply = session_savepoint(&session, "");
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(reply.err.message, "name: ");
    ASSERT_DONE(session_commit(&session));
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_savepoint_undoes_what_came_after_it),
        EMPTY(test_savepoint_rescues_a_transaction_that_failed),
        EMPTY(test_savepoint_rescues_what_was_sent_behind_it),
        EMPTY(test_savepoint_that_failed_is_none),
        EMPTY(test_savepoint_that_is_released_leaves_what_was_written),
        EMPTY(test_savepoint_may_have_any_name),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
