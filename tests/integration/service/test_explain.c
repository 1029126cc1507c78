// SPDX-License-Identifier: Apache-2.0
//
// Calls explained: what is told, that nothing of it happens, and to whom.
#include "shop.h"

#include "service/explain.h"

#include <stdio.h>

static const char *const explainers[] = {"explainer"};
static const char *const callers[] = {"caller"};

#define CREATE                                                                                 \
    "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\"},\"select\":{\"id\":true}}"

static int open_explaining(void **state)
{
    *state = shop_new(&(struct rc_service_options){.explain = {.everybody = true}});
    return 0;
}

static struct shop_reply explain(struct shop *shop, const char *how, const char *method,
                                 const char *request)
{
    return shop_call_on(shop, &(struct shop_terms){.explain = how}, method, request);
}

static void expect_parts(const struct shop_reply *reply, const char *const *parts)
{
    if (reply->err.status != ROWCALL_OK) {
        fail_msg("%s: %s", rowcall_status_name(reply->err.status), reply->err.message);
    }
    for (; *parts; parts++) {
        ASSERT_CONTAINS(reply->json, *parts);
    }
}

static void test_explain_shows_statement_parameters_and_plan(void **state)
{
    static const char *const parts[] = {
        "{\"statements\":[{\"sql\":\"select t0.",
        "where t0.\\\"id\\\" = $1::int4",
        "\"parameters\":[{\"type\":\"int4\",\"path\":\"key.id\"}]",
        "\"plan\":\"",
        "on public.makers t0",
        NULL};
    struct shop_reply reply =
        explain(*state, "plan", "Maker/FindUnique", "{\"key\":{\"id\":1}}");
    expect_parts(&reply, parts);
    assert_null(strstr(reply.json, "actual time"));
    assert_null(strstr(reply.json, "plan_json"));
    assert_null(strstr(reply.json, "\"value\""));
}

static void test_explain_shows_values_when_asked(void **state)
{
    static const char *const parts[] = {
        "{\"type\":\"\\\"Colour\\\"\",\"path\":\"where.colour.equals\",\"value\":\"BLUE\"}",
        "{\"type\":\"int2[]\",\"path\":\"where.stock.in\",\"value\":\"{\\\"1\\\",\\\"2\\\"}\"}",
        NULL};
    struct shop_reply reply = explain(*state, "plan,values", "Product/FindMany",
                                      "{\"where\":{\"colour\":{\"equals\":\"COLOUR_BLUE\"},"
                                      "\"stock\":{\"in\":{\"values\":[1,2]}}}}");
    expect_parts(&reply, parts);
}

static void test_explain_gives_json_when_asked(void **state)
{
    static const char *const parts[] = {"\"plan_json\":\"[\\n  {\\n    \\\"Plan\\\": {", NULL};
    struct shop_reply reply = explain(*state, "json,plan", "Maker/Count", "{}");
    expect_parts(&reply, parts);
    assert_null(strstr(reply.json, "\"plan\":"));
}

static void test_explain_plan_executes_nothing(void **state)
{
    static const char *const parts[] = {"Insert on public.products t0", NULL};
    struct shop_reply reply = explain(*state, "plan", "Product/Create", CREATE);
    expect_parts(&reply, parts);
    ASSERT_REPLY(shop_call(*state, "Product/Count", "{}"), "{\"count\":\"0\"}");
}

static void test_explain_analyze_measures_and_rolls_back(void **state)
{
    static const char *const parts[] = {"Insert on public.products t0",
                                        "actual time=", "Execution Time: ", NULL};
    for (int i = 0; i < 3; i++) { // the same connection, clean again
        struct shop_reply reply = explain(*state, "analyze", "Product/Create", CREATE);
        expect_parts(&reply, parts);
        ASSERT_REPLY(shop_call(*state, "Product/Count", "{}"), "{\"count\":\"0\"}");
    }
    struct shop_reply reply = shop_call(*state, "Product/Create", CREATE);
    ASSERT_STATUS(reply.err.status, ROWCALL_OK); // no key was taken
}

static void test_explain_of_several_statements_explains_each(void **state)
{
    static const char *const parts[] = {"\"path\":\"rows[].name\"", NULL};
    static const char request[] = "{\"rows\":[{\"name\":\"x\"},{\"id\":7,\"name\":\"y\"}]}";
    static const char *const ways[] = {"plan", "analyze"};
    for (size_t i = 0; i < 2; i++) {
        struct shop_reply reply = explain(*state, ways[i], "Maker/CreateMany", request);
        expect_parts(&reply, parts);
        const char *second = strstr(reply.json, "},{\"sql\":");
        assert_non_null(second);
        assert_null(strstr(second + 1, "},{\"sql\":"));
    }
    ASSERT_REPLY(shop_call(*state, "Maker/Count", "{}"), "{\"count\":\"2\"}");
    ASSERT_REPLY(explain(*state, "plan", "Maker/CreateMany", "{}"), "{}");
}

static void test_explain_fails_as_the_call_would(void **state)
{
    static const char bad[] = "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\","
                              "\"code\":\"no uuid\"}}";
    struct shop_reply reply =
        explain(*state, "analyze", "Maker/Create", "{\"data\":{\"name\":\"Ada\"}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_ALREADY_EXISTS);
    assert_string_equal(reply.err.fields, "name");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    reply = explain(*state, "analyze", "Product/Create", bad);
    assert_string_equal(reply.err.reason, "P2007");
    assert_string_equal(reply.err.fields, "code");
    reply = explain(*state, "plan", "Product/Create", bad);
    assert_string_equal(reply.err.fields, "code");
    reply = explain(*state, "plan", "Product/Create", "{}");
    assert_string_equal(reply.err.reason, "P2012");
}

static void test_explain_keeps_the_deadline(void **state)
{
    struct shop *shop = *state;
    const struct shop_terms terms = {.explain = "analyze"};
    const struct shop_call call = {"shop", "Maker/Create", "{\"data\":{\"name\":\"Eve\"}}",
                                   100};
    struct shop_reply reply;
    shop_sql(shop, "create function slow() returns trigger language plpgsql as $$ begin"
                   " perform pg_sleep(30); return new; end $$;"
                   "create trigger slow before insert on makers for each row"
                   " execute function slow()");
    shop_calls_on(shop, &terms, &call, 1, &reply);
    shop_sql(shop, "drop function slow() cascade");
    ASSERT_STATUS(reply.err.status, ROWCALL_DEADLINE_EXCEEDED);
    assert_string_equal(reply.err.reason, "P1008");
}

static void test_explain_is_for_single_calls_of_entities(void **state)
{
    static const struct shop_call two[] = {{"shop", "Maker/Count", "{}", 0},
                                           {"shop", "Maker/Count", "{}", 0}};
    struct shop_reply replies[2];
    shop_calls_on(*state, &(struct shop_terms){.explain = "plan", .atomic = true}, two, 2,
                  replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(replies[0].err.message, "by itself");
    shop_calls_on(*state,
                  &(struct shop_terms){.explain = "plan", .atomic = true, .max_retries = 1},
                  two, 1, replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_INVALID_ARGUMENT);
    shop_calls_on(*state, &(struct shop_terms){.explain = "plan"}, two, 2, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_OK);
    struct shop_reply reply = explain(*state, "plan", "Health/Live", "{}");
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(reply.err.message, "Health/Live has no plan");
}

static void test_explain_reads_its_words(void **state)
{
    static const char *const wrong[] = {"",      "yes",        "json", "plan,analyze",
                                        "plan,", "plan,,json", "PLAN"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct shop_reply reply = explain(*state, wrong[i], "Maker/Count", "{}");
        ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(reply.err.message, "expected plan or analyze");
        assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
}

// ---- who may

static rowcall_status status_of(struct shop *shop, const char *token, const char *how)
{
    return shop_call_on(shop, &(struct shop_terms){.explain = how, .token = token},
                        "Maker/Count", "{}")
        .err.status;
}

static void test_explain_is_off_by_default(void **state)
{
    struct shop *shop = shop_new(&(struct rc_service_options){0});
    (void)state;
    ASSERT_STATUS(status_of(shop, NULL, "plan"), ROWCALL_PERMISSION_DENIED);
    ASSERT_STATUS(status_of(shop, NULL, "analyze"), ROWCALL_PERMISSION_DENIED);
    ASSERT_STATUS(status_of(shop, NULL, NULL), ROWCALL_OK);
    shop_free(shop);
}

static void test_explain_is_for_those_with_the_token(void **state)
{
    struct shop *shop = shop_new(&(struct rc_service_options){
        .tokens = callers, .token_count = 1, .explain = {false, explainers, 1}});
    (void)state;
    ASSERT_STATUS(status_of(shop, NULL, "plan"), ROWCALL_UNAUTHENTICATED);
    ASSERT_STATUS(status_of(shop, "caller", "plan"), ROWCALL_PERMISSION_DENIED);
    ASSERT_STATUS(status_of(shop, "caller", NULL), ROWCALL_OK);
    ASSERT_STATUS(status_of(shop, "explainer", "plan"), ROWCALL_OK);
    ASSERT_STATUS(status_of(shop, "explainer", "analyze"), ROWCALL_OK);
    ASSERT_STATUS(status_of(shop, "explainer", NULL), ROWCALL_OK);
    shop_free(shop);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_explain_shows_statement_parameters_and_plan),
        EMPTY(test_explain_shows_values_when_asked),
        EMPTY(test_explain_gives_json_when_asked),
        EMPTY(test_explain_plan_executes_nothing),
        EMPTY(test_explain_analyze_measures_and_rolls_back),
        EMPTY(test_explain_of_several_statements_explains_each),
        EMPTY(test_explain_fails_as_the_call_would),
        EMPTY(test_explain_keeps_the_deadline),
        EMPTY(test_explain_is_for_single_calls_of_entities),
        EMPTY(test_explain_reads_its_words),
        cmocka_unit_test(test_explain_is_off_by_default),
        cmocka_unit_test(test_explain_is_for_those_with_the_token),
    };
    return cmocka_run_group_tests(tests, open_explaining, shop_close);
}
