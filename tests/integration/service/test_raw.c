// SPDX-License-Identifier: Apache-2.0
//
// Raw SQL: values both ways, limits, refusals, what it leaves behind, and for whom it is.
#include "rival.h"
#include "session.h"

#include <stdio.h>

static const char *const raw_tokens[] = {"raw"};
static const char *const callers[] = {"caller"};

static int open_raw(void **state)
{
    *state = shop_new(&(struct rc_service_options){.raw = {.everybody = true}});
    return 0;
}

static struct shop_reply query(struct shop *shop, const char *sql, const char *rest)
{
    char request[1024];
    (void)snprintf(request, sizeof(request), "{\"sql\":\"%s\"%s%s}", sql, rest[0] ? "," : "",
                   rest);
    return shop_call(shop, "Raw/Query", request);
}

static struct shop_reply execute(struct shop *shop, const char *sql)
{
    char request[1024];
    (void)snprintf(request, sizeof(request), "{\"sql\":\"%s\"}", sql);
    return shop_call(shop, "Raw/Execute", request);
}

static void expect_failure(const struct shop_reply *reply, rowcall_status status,
                           const char *reason, const char *part)
{
    if (reply->err.status != status || strcmp(reply->err.reason, reason) != 0) {
        fail_msg("expected %s %s, got %s %s: %s", rowcall_status_name(status), reason,
                 rowcall_status_name(reply->err.status), reply->err.reason, reply->err.message);
    }
    ASSERT_CONTAINS(reply->err.message, part);
}

// ---- values

static void test_raw_answers_columns_and_typed_values(void **state)
{
    ASSERT_REPLY(
        query(*state,
              "select true as yes, 7::int2 as small, 9007199254740993 as big, 0.5::float8 as f,"
              " 1.50::numeric as n, 'x' as t, '\\\\x00ff'::bytea as b, null::int as nothing,"
              " timestamptz '2024-05-01 12:00:00+02' as at, '{}'::jsonb as j, '{1,null}'::int[]"
              " as list, 'RED'::\\\"Colour\\\" as c, '{RED}'::\\\"Colour\\\"[] as cs,"
              " date '2024-05-01' as d",
              ""),
        "{\"columns\":["
        "{\"name\":\"yes\",\"type\":\"boolean\"},{\"name\":\"small\",\"type\":\"smallint\"},"
        "{\"name\":\"big\",\"type\":\"bigint\"},{\"name\":\"f\",\"type\":\"double precision\"},"
        "{\"name\":\"n\",\"type\":\"numeric\"},{\"name\":\"t\",\"type\":\"text\"},"
        "{\"name\":\"b\",\"type\":\"bytea\"},{\"name\":\"nothing\",\"type\":\"integer\"},"
        "{\"name\":\"at\",\"type\":\"timestamp with time zone\"},"
        "{\"name\":\"j\",\"type\":\"jsonb\"},{\"name\":\"list\",\"type\":\"integer[]\"},"
        "{\"name\":\"c\",\"type\":\"\\\"Colour\\\"\"},"
        "{\"name\":\"cs\",\"type\":\"\\\"Colour\\\"[]\"},{\"name\":\"d\",\"type\":\"date\"}],"
        "\"rows\":[{\"values\":[{\"boolean\":true},{\"integer\":\"7\"},"
        "{\"integer\":\"9007199254740993\"},{\"number\":0.5},{\"text\":\"1.50\"},"
        "{\"text\":\"x\"},{\"bytes\":\"AP8=\"},{\"is_null\":true},"
        "{\"timestamp\":\"2024-05-01T10:00:00Z\"},{\"json\":\"{}\"},"
        "{\"list\":{\"values\":[{\"integer\":\"1\"},{\"is_null\":true}]}},{\"text\":\"RED\"},"
        "{\"list\":{\"values\":[{\"text\":\"RED\"}]}},{\"text\":\"2024-05-01\"}]}]}");
}

static void test_raw_sends_parameters_of_every_kind(void **state)
{
    ASSERT_REPLY(
        query(
            *state,
            "select $1::int is null and $2::bool and $3::int8 = 9007199254740993 and $4::float8"
            " = 0.1 and $5 = 'it''s' and $6::bytea = '\\\\x00ff' and $7::timestamptz ="
            " '2024-05-01 10:00Z' and $8::jsonb = '{\\\"a\\\": 1}' and $9::text[] ="
            " array['a\\\"b', null, '\\\\c'] and $10::int[] = '{{1},{2}}' and $11::numeric ="
            " 0.1 as same",
            "\"parameters\":[{\"is_null\":true},{\"boolean\":true},"
            "{\"integer\":\"9007199254740993\"},{\"number\":0.1},{\"text\":\"it's\"},"
            "{\"bytes\":\"AP8=\"},{\"timestamp\":\"2024-05-01T12:00:00+02:00\"},"
            "{\"json\":\"{\\\"a\\\": 1}\"},{\"list\":{\"values\":[{\"text\":\"a\\\"b\"},"
            "{\"is_null\":true},{\"text\":\"\\\\c\"}]}},{\"list\":{\"values\":[{\"list\":"
            "{\"values\":[{\"integer\":\"1\"}]}},{\"list\":{\"values\":[{\"integer\":\"2\"}]}}"
            "]}},{\"number\":0.1}]"),
        "{\"columns\":[{\"name\":\"same\",\"type\":\"boolean\"}],"
        "\"rows\":[{\"values\":[{\"boolean\":true}]}]}");
}

static void test_raw_writes_and_counts(void **state)
{
    ASSERT_REPLY(execute(*state, "update makers set name = name || '!'"),
                 "{\"affected\":\"2\"}");
    ASSERT_REPLY(execute(*state, "create table made (a int)"), "{\"affected\":\"0\"}");
    ASSERT_REPLY(query(*state, "insert into made values (1), (2)", ""), "{\"affected\":\"2\"}");
    ASSERT_REPLY(query(*state, "delete from made where a = 1 returning a", ""),
                 "{\"columns\":[{\"name\":\"a\",\"type\":\"integer\"}],"
                 "\"rows\":[{\"values\":[{\"integer\":\"1\"}]}]}");
    ASSERT_REPLY(query(*state, "with w as (delete from made returning a) select a from w", ""),
                 "{\"columns\":[{\"name\":\"a\",\"type\":\"integer\"}],"
                 "\"rows\":[{\"values\":[{\"integer\":\"2\"}]}]}");
    ASSERT_REPLY(execute(*state, "drop table made"), "{\"affected\":\"0\"}");
    ASSERT_REPLY(shop_call(*state, "Maker/FindUnique", "{\"key\":{\"name\":\"Ada!\"}}"),
                 "{\"row\":{\"id\":1,\"name\":\"Ada!\"}}");
    struct shop_reply reply = query(*state, "explain select 1", "");
    ASSERT_CONTAINS(reply.json, "\"name\":\"QUERY PLAN\"");
}

// ---- limits

static void test_raw_counts_the_rows_it_reads(void **state)
{
    struct shop_reply reply =
        query(*state, "select generate_series(1, 3) as n", "\"max_rows\":2");
    expect_failure(&reply, ROWCALL_RESOURCE_EXHAUSTED, "", "more than 2 rows");
    reply = query(*state, "select generate_series(1, 2) as n", "\"max_rows\":2");
    ASSERT_STATUS(reply.err.status, ROWCALL_OK);
    // No more is read than that: all of them would take hours.
    reply = query(*state, "select generate_series(1, 100000000000)", "");
    expect_failure(&reply, ROWCALL_RESOURCE_EXHAUSTED, "", "more than 10000 rows");
}

static void test_raw_keeps_the_reply_within_its_limit(void **state)
{
    struct shop *shop = shop_new(
        &(struct rc_service_options){.raw = {.everybody = true}, .max_reply_bytes = 10000});
    (void)state;
    struct shop_reply reply = query(shop, "select repeat('x', 20000)", "\"read_only\":true");
    expect_failure(&reply, ROWCALL_RESOURCE_EXHAUSTED, "", "larger than 10000 bytes");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    shop_free(shop);
}

static void test_raw_keeps_the_deadline(void **state)
{
    static const struct shop_call slow = {"shop", "Raw/Query",
                                          "{\"sql\":\"select pg_sleep(30)\"}", 100};
    // It frees itself of PostgreSQL's own limit, so it has to be cancelled.
    static const struct shop_call sly = {
        "shop", "Raw/Execute",
        "{\"sql\":\"do $$ begin perform set_config('statement_timeout', '0', false);"
        " perform pg_sleep(30); end $$\"}",
        100};
    struct shop_reply reply;
    shop_calls(*state, &slow, 1, false, &reply);
    expect_failure(&reply, ROWCALL_DEADLINE_EXCEEDED, "P1008", "deadline");
    shop_calls(*state, &sly, 1, false, &reply);
    expect_failure(&reply, ROWCALL_DEADLINE_EXCEEDED, "P1008", "deadline");
    struct rc_pg_sync *rival = rival_open(*state);
    bool runs = true;
    for (int i = 0; i < 200 && runs; i++) { // until the cancel has arrived
        struct rc_pg_result *result = NULL;
        rowcall_error err = {0};
        ASSERT_OK(rc_pg_sync_exec(rival,
                                  "select pg_sleep(0.05) from pg_stat_activity where wait_event"
                                  " = 'PgSleep' and datname = current_database()"
                                  " and pid <> pg_backend_pid()",
                                  NULL, &result, &err),
                  err);
        runs = rc_pg_result_row_count(result) > 0;
        rc_pg_result_free(result);
    }
    assert_false(runs);
    rc_pg_sync_close(rival);
}

// ---- failures

static void test_raw_failures_are_postgresqls_own(void **state)
{
    struct shop_reply reply = query(*state, "select * from nowhere", "");
    expect_failure(&reply, ROWCALL_FAILED_PRECONDITION, "P2010",
                   "the statement failed at character 15: relation \"nowhere\" does not exist");
    assert_string_equal(reply.err.sqlstate, "42P01");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    reply = execute(*state, "insert into makers (name) values ('Ada')");
    expect_failure(&reply, ROWCALL_ALREADY_EXISTS, "P2010", "duplicate key");
    assert_string_equal(reply.err.constraint, "makers_name_key");
    reply = execute(*state, "create database another");
    expect_failure(&reply, ROWCALL_FAILED_PRECONDITION, "P2010", "transaction block");
    reply = query(*state, "select 1; select 2", "");
    expect_failure(&reply, ROWCALL_FAILED_PRECONDITION, "P2010", "multiple commands");
    reply = query(*state, "select $1::int", "");
    expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "P1016", "parameters");
    reply =
        query(*state, "select $1::int", "\"parameters\":[{\"text\":\"1\"},{\"text\":\"2\"}]");
    expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "P1016", "parameters");
    reply = query(*state, "select $1::int", "\"parameters\":[{\"text\":\"x\"}]");
    expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "P2010", "invalid input syntax");
    reply = query(*state, "insert into makers (name) values ('x')", "\"read_only\":true");
    expect_failure(&reply, ROWCALL_FAILED_PRECONDITION, "P2010", "read-only transaction");
}

static void test_raw_refuses_before_sending(void **state)
{
    static const char *const cases[][2] = {
        {"copy makers to stdout", "COPY is not possible"},
        {"begin", "Transactions/Begin"},
        {"set role none", "set_config"},
        {"listen a", "session"},
        {" -- nothing", "no statement"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct shop_reply reply = query(*state, cases[i][0], "");
        expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "", cases[i][1]);
        assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        reply = execute(*state, cases[i][0]);
        expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "", cases[i][1]);
    }
    struct shop_reply reply = query(*state, "select $1", "\"parameters\":[{}]");
    expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "P2006", "parameters[0]: says no value");
    reply = query(*state, "select $1", "\"parameters\":[{\"is_null\":false}]");
    expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "P2006", "is_null can only be true");
}

// ---- what it leaves behind

static void test_raw_leaves_nothing_in_the_session(void **state)
{
    ASSERT_STATUS(query(*state,
                        "select set_config('search_path', 'nowhere', false),"
                        " set_config('DateStyle', 'German', false), pg_advisory_lock(9)",
                        "")
                      .err.status,
                  ROWCALL_OK);
    for (int i = 0; i < 8; i++) { // more often than there are connections
        ASSERT_REPLY(
            query(*state, "select current_setting('search_path') like '%public%' as p", ""),
            "{\"columns\":[{\"name\":\"p\",\"type\":\"boolean\"}],"
            "\"rows\":[{\"values\":[{\"boolean\":true}]}]}");
    }
    ASSERT_REPLY(query(*state, "select pg_try_advisory_lock(9) as free", ""),
                 "{\"columns\":[{\"name\":\"free\",\"type\":\"boolean\"}],"
                 "\"rows\":[{\"values\":[{\"boolean\":true}]}]}");
}

static void test_raw_in_a_transaction_is_part_of_it(void **state)
{
    struct shop *shop = *state;
    const struct session session = session_open(shop, 1, "{" PATIENCE "}");
    ASSERT_REPLY(session_call(&session, "Raw/Execute",
                              "{\"sql\":\"insert into makers (name) values ('Eve')\"}"),
                 "{\"affected\":\"1\"}");
    for (int i = 0; i < 2; i++) { // its cursor is closed again
        ASSERT_REPLY(session_call(&session, "Raw/Query",
                                  "{\"sql\":\"select count(*) as n from makers\"}"),
                     "{\"columns\":[{\"name\":\"n\",\"type\":\"bigint\"}],"
                     "\"rows\":[{\"values\":[{\"integer\":\"3\"}]}]}");
    }
    ASSERT_REPLY(session_call(&session, "Maker/Count", "{}"), "{\"count\":\"3\"}");
    struct shop_reply reply =
        session_call(&session, "Raw/Query", "{\"sql\":\"select 1\",\"read_only\":true}");
    expect_failure(&reply, ROWCALL_INVALID_ARGUMENT, "", "read_only: ");
    reply = session_call(&session, "Raw/Query", "{\"sql\":\"select nothing\"}");
    expect_failure(&reply, ROWCALL_FAILED_PRECONDITION, "P2010", "nothing");
    reply = session_call(&session, "Maker/Count", "{}");
    expect_failure(&reply, ROWCALL_ABORTED, "P2028", "Raw/Query (P2010)");
    ASSERT_DONE(session_rollback(&session));
    ASSERT_REPLY(shop_call(shop, "Maker/Count", "{}"), "{\"count\":\"2\"}");
}

// ---- who may

static rowcall_status status_of(struct shop *shop, const char *token)
{
    return shop_call_on(shop, &(struct shop_terms){.token = token}, "Raw/Query",
                        "{\"sql\":\"select 1\"}")
        .err.status;
}

static bool is_listed(struct shop *shop, const char *token)
{
    struct shop_reply reply =
        shop_call_on(shop, &(struct shop_terms){.token = token}, "Reflection/List", "{}");
    ASSERT_STATUS(reply.err.status, ROWCALL_OK);
    return strstr(reply.json, "Raw/Query") != NULL;
}

static void test_raw_is_off_by_default(void **state)
{
    struct shop *shop = shop_new(&(struct rc_service_options){0});
    (void)state;
    struct shop_reply reply = query(shop, "select 1", "");
    expect_failure(&reply, ROWCALL_PERMISSION_DENIED, "",
                   "Raw/Query is not permitted to this caller");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    reply = execute(shop, "select 1");
    expect_failure(&reply, ROWCALL_PERMISSION_DENIED, "", "Raw/Execute is not permitted");
    assert_false(is_listed(shop, NULL));
    shop_free(shop);
}

static void test_raw_is_for_those_with_the_token(void **state)
{
    struct shop *shop = shop_new(&(struct rc_service_options){
        .tokens = callers, .token_count = 1, .raw = {false, raw_tokens, 1}});
    (void)state;
    ASSERT_STATUS(status_of(shop, NULL), ROWCALL_UNAUTHENTICATED);
    ASSERT_STATUS(status_of(shop, "caller"), ROWCALL_PERMISSION_DENIED);
    ASSERT_STATUS(status_of(shop, "raw"), ROWCALL_OK);
    assert_true(is_listed(shop, "raw"));
    shop_free(shop);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_raw_answers_columns_and_typed_values),
        EMPTY(test_raw_sends_parameters_of_every_kind),
        EMPTY(test_raw_writes_and_counts),
        EMPTY(test_raw_counts_the_rows_it_reads),
        cmocka_unit_test(test_raw_keeps_the_reply_within_its_limit),
        EMPTY(test_raw_keeps_the_deadline),
        EMPTY(test_raw_failures_are_postgresqls_own),
        EMPTY(test_raw_refuses_before_sending),
        EMPTY(test_raw_leaves_nothing_in_the_session),
        EMPTY(test_raw_in_a_transaction_is_part_of_it),
        cmocka_unit_test(test_raw_is_off_by_default),
        cmocka_unit_test(test_raw_is_for_those_with_the_token),
    };
    return cmocka_run_group_tests(tests, open_raw, shop_close);
}
