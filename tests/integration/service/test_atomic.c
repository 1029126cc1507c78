// SPDX-License-Identifier: Apache-2.0
//
// Atomic envelopes: all calls hold or none does, and every reply says so.
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>

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

// More calls than one connection takes at once.
static void test_atomic_takes_as_many_calls_as_an_envelope_may_have(void **state)
{
    enum { CALLS = 500 };
    struct shop_call *calls = calloc(CALLS, sizeof(*calls));
    struct shop_reply *replies = calloc(CALLS, sizeof(*replies));
    char(*requests)[64] = calloc(CALLS, sizeof(*requests));
    for (int i = 0; i < CALLS; i++) {
        (void)snprintf(requests[i], sizeof(requests[i]), "{\"data\":{\"name\":\"m%d\"}}", i);
        calls[i] = (struct shop_call){"shop", "Maker/Create", requests[i], 0};
    }
    shop_calls(*state, calls, CALLS, true, replies);
    for (int i = 0; i < CALLS; i++) {
        ASSERT_STATUS(replies[i].err.status, ROWCALL_OK);
    }
    ASSERT_REPLY(shop_call(*state, "Maker/Count", "{}"), "{\"count\":\"502\"}");
    free(calls);
    free(replies);
    free(requests);
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

// ---- isolation, read_only, max_retries

// Products get the transaction's isolation level as their title.
static const char tell_mode[] =
    "create or replace function tell() returns trigger language plpgsql as $$ begin"
    " new.title := current_setting('transaction_isolation'); return new; end $$;"
    "create trigger tell before insert on products for each row execute function tell()";

static void test_atomic_has_the_isolation_that_was_asked_for(void **state)
{
    static const char *const names[] = {
        [RC_ISOLATION_DEFAULT] = "read committed",
        [RC_ISOLATION_READ_COMMITTED] = "read committed",
        [RC_ISOLATION_REPEATABLE_READ] = "repeatable read",
        [RC_ISOLATION_SERIALIZABLE] = "serializable",
    };
    static const struct shop_call calls[] = {
        CREATE("a", "?"),
        {"shop", "Product/FindFirst", "{\"select\":{\"title\":true}}", 0},
    };
    shop_sql(*state, tell_mode);
    for (int level = RC_ISOLATION_DEFAULT; level <= RC_ISOLATION_SERIALIZABLE; level++) {
        struct shop_terms terms = {.atomic = true, .mode = {.isolation = level}};
        struct shop_reply replies[2];
        char expected[64];
        (void)snprintf(expected, sizeof(expected), "{\"row\":{\"title\":\"%s\"}}",
                       names[level]);
        shop_calls_on(*state, &terms, calls, 2, replies);
        ASSERT_REPLY(replies[1], expected);
        shop_sql(*state, "truncate products");
        shop_calls_on(*state, &terms, calls, 1, replies); // a lone call, too
        ASSERT_STATUS(replies[0].err.status, ROWCALL_OK);
        ASSERT_REPLY(shop_call(*state, calls[1].method, calls[1].request), expected);
        shop_sql(*state, "truncate products");
    }
    shop_sql(*state, "drop trigger tell on products");
}

static void test_atomic_read_only_refuses_writes_before_it_begins(void **state)
{
    static const struct shop_terms terms = {.atomic = true, .mode = {.read_only = true}};
    static const struct shop_call writes[] = {{"shop", "Product/Count", "{}", 0},
                                              CREATE("a", "a")};
    static const struct shop_call reads[] = {{"shop", "Product/Count", "{}", 0},
                                             {"shop", "Maker/Count", "{}", 0}};
    struct shop_reply replies[2];
    shop_calls_on(*state, &terms, writes, 2, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(replies[1].err.message, "Product/Create writes or locks");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(replies[i].err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    shop_calls_on(*state, &terms, reads, 2, replies);
    ASSERT_REPLY(replies[1], "{\"count\":\"2\"}");
}

// Inserting products conflicts for the first so many times.
static void make_conflicts(struct shop *shop, int count, const char *sqlstate)
{
    char sql[512];
    (void)snprintf(sql, sizeof(sql),
                   "drop sequence if exists tries; create sequence tries;"
                   "create or replace function conflict() returns trigger language plpgsql as"
                   " $$ begin if nextval('tries') <= %d then raise exception using errcode ="
                   " '%s'; end if; return new; end $$;"
                   "create or replace trigger conflict before insert on products for each row"
                   " execute function conflict()",
                   count, sqlstate);
    shop_sql(shop, sql);
}

// Fails the test unless inserting was tried so often.
static void expect_tries(struct shop *shop, int count)
{
    char sql[160];
    (void)snprintf(sql, sizeof(sql),
                   "do $$ begin assert (select last_value from tries) = %d,"
                   " (select last_value from tries); end $$",
                   count);
    shop_sql(shop, sql);
}

static void test_atomic_is_tried_again_after_conflicts(void **state)
{
    static const char *const codes[] = {"40001", "40P01"};
    static const struct shop_terms terms = {.atomic = true, .max_retries = 3};
    static const struct shop_call calls[] = {
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Cay\"}}", 0},
        {"shop", "Product/CreateMany", "{}", 0}, // answered without PostgreSQL
        CREATE("a", "a"),
        {"shop", "Product/Count", "{}", 0},
    };
    struct shop_reply replies[4];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(shop_empty(state), 0);
        make_conflicts(*state, 3, codes[i]);
        shop_calls_on(*state, &terms, calls, 4, replies);
        for (size_t r = 0; r < 4; r++) {
            ASSERT_STATUS(replies[r].err.status, ROWCALL_OK);
        }
        ASSERT_REPLY(replies[1], "{\"count\":\"0\"}");
        ASSERT_REPLY(replies[3], "{\"count\":\"1\"}");
        expect_tries(*state, 4);
        ASSERT_REPLY(shop_call(*state, "Maker/Count", "{}"), "{\"count\":\"3\"}");
    }
    assert_int_equal(shop_empty(state), 0);
    make_conflicts(*state, 1, "40001");
    shop_calls_on(*state, &terms, &calls[2], 1, replies); // a lone call, too
    ASSERT_STATUS(replies[0].err.status, ROWCALL_OK);
    shop_sql(*state, "drop trigger conflict on products");
}

static void test_atomic_is_not_tried_again_without_end(void **state)
{
    static const struct shop_call calls[] = {{"shop", "Maker/Count", "{}", 0},
                                             CREATE("a", "a")};
    struct shop_terms terms = {.atomic = true};
    struct shop_reply replies[2];
    for (uint32_t retries = 0; retries < 3; retries++) {
        make_conflicts(*state, 1000, "40001");
        terms.max_retries = retries;
        shop_calls_on(*state, &terms, calls, 2, replies);
        expect_rolled_back(&replies[0], "rolled back because calls[1] failed");
        ASSERT_STATUS(replies[1].err.status, ROWCALL_ABORTED);
        assert_string_equal(replies[1].err.reason, "P2034");
        assert_int_equal(replies[1].err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
        expect_tries(*state, (int)retries + 1);
    }
    make_conflicts(*state, 1000, "23000"); // no conflict that passes
    shop_calls_on(*state, &terms, calls, 2, replies);
    expect_tries(*state, 1);
    make_conflicts(*state, 1000, "40001");
    ASSERT_STATUS(shop_call(*state, calls[1].method, calls[1].request).err.status,
                  ROWCALL_ABORTED); // and outside of atomic envelopes never
    expect_tries(*state, 1);
    shop_sql(*state, "drop trigger conflict on products");
}

// A conflict that PostgreSQL finds at COMMIT.
static void test_atomic_is_tried_again_after_a_conflict_at_commit(void **state)
{
    static const struct shop_terms terms = {.atomic = true, .max_retries = 2};
    static const struct shop_call calls[] = {CREATE("a", "a"), CREATE("b", "b")};
    struct shop_reply replies[2];
    make_conflicts(*state, 2, "40001");
    shop_sql(*state, "drop trigger conflict on products;"
                     "create constraint trigger conflict after insert on products"
                     " deferrable initially deferred for each row execute function conflict()");
    shop_calls_on(*state, &terms, calls, 2, replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_OK);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_OK);
    expect_tries(*state, 4); // one, one, two
    expect_products(*state, "2");
    shop_sql(*state, "drop trigger conflict on products");
}

// The type of a column changes under statements that are prepared already.
static void test_atomic_survives_a_change_of_tables(void **state)
{
    static const struct shop_call calls[] = {
        {"shop", "Product/FindMany", "{}", 0},
        {"shop", "Product/FindFirst", "{}", 0},
    };
    struct shop_reply replies[2];
    for (int i = 0; i < 8; i++) { // on every exclusive connection
        shop_calls(*state, calls, 2, true, replies);
        ASSERT_REPLY(replies[1], "{}");
    }
    shop_sql(*state, "alter table products alter column stock type int4");
    shop_calls(*state, calls, 2, true, replies);
    shop_sql(*state, "alter table products alter column stock type int2");
    ASSERT_STATUS(replies[0].err.status, ROWCALL_OK);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_OK);
}

// Connections that were lost while nobody used them: whether that was noticed or not.
static void test_atomic_survives_the_loss_of_idle_connections(void **state)
{
    static const struct shop_call calls[] = {{"shop", "Maker/Count", "{}", 0},
                                             {"shop", "Maker/Count", "{}", 0}};
    for (int i = 0; i < 10; i++) {
        struct shop_reply replies[2];
        shop_calls_on(*state,
                      &(struct shop_terms){.atomic = true, .mode = {.read_only = i % 2 == 0}},
                      calls, 2, replies);
        ASSERT_REPLY(replies[1], "{\"count\":\"2\"}");
        shop_sql(*state, "select pg_terminate_backend(pid) from pg_stat_activity where"
                         " application_name like 'rowcall shop exclusive%' and datname ="
                         " current_database()");
    }
}

static void test_atomic_refuses_terms_that_make_no_sense(void **state)
{
    static const struct shop_call calls[] = {{"shop", "Maker/Count", "{}", 0},
                                             {"shop", "Maker/Count", "{}", 0}};
    static const struct {
        struct shop_terms terms;
        const char *message;
    } cases[] = {
        {{.mode = {.isolation = RC_ISOLATION_SERIALIZABLE}}, "isolation_level"},
        {{.mode = {.read_only = true}}, "read_only"},
        {{.max_retries = 1}, "max_retries"},
        {{.atomic = true, .max_retries = 21}, "max_retries: 21 is more than 20"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct shop_reply replies[2];
        shop_calls_on(*state, &cases[i].terms, calls, 2, replies);
        ASSERT_STATUS(replies[0].err.status, ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(replies[0].err.message, cases[i].message);
        assert_int_equal(replies[0].err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        assert_int_not_equal(replies[1].err.status, ROWCALL_OK);
    }
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
        EMPTY(test_atomic_takes_as_many_calls_as_an_envelope_may_have),
        EMPTY(test_atomic_goes_on_after_failures),
        EMPTY(test_atomic_has_the_isolation_that_was_asked_for),
        EMPTY(test_atomic_read_only_refuses_writes_before_it_begins),
        EMPTY(test_atomic_is_tried_again_after_conflicts),
        EMPTY(test_atomic_is_not_tried_again_without_end),
        EMPTY(test_atomic_is_tried_again_after_a_conflict_at_commit),
        EMPTY(test_atomic_survives_a_change_of_tables),
        EMPTY(test_atomic_survives_the_loss_of_idle_connections),
        EMPTY(test_atomic_refuses_terms_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
