// SPDX-License-Identifier: Apache-2.0
//
// References: values that earlier calls of an atomic envelope return, in the requests of later
// ones.
#include "shop.h"

#include <stdio.h>

#define MAKER                                                                                  \
    {                                                                                          \
        "shop", "Maker/Create",                                                                \
            "{\"data\":{\"name\":\"Cay\"},\"select\":{\"id\":true,\"name\":true}}", 0          \
    }

// Runs calls, of which the last has references.
static void run(struct shop *shop, const struct shop_call *calls, size_t count,
                const struct shop_reference *references, size_t reference_count,
                struct shop_reply *ret_replies)
{
    struct shop_terms terms = {
        .atomic = true, .references = references, .reference_count = reference_count};
    shop_calls_on(shop, &terms, calls, count, ret_replies);
}

static void expect_count(struct shop *shop, const char *method, int count)
{
    char expected[64];
    (void)snprintf(expected, sizeof(expected), "{\"count\":\"%d\"}", count);
    ASSERT_REPLY(shop_call(shop, method, "{}"), expected);
}

static void test_reference_uses_an_id_that_was_just_made(void **state)
{
    static const struct shop_call calls[] = {
        MAKER,
        {"shop", "Product/Create",
         "{\"data\":{\"sku\":\"a\",\"title\":\"t\"},\"select\":{\"maker_id\":true}}", 0},
    };
    static const struct shop_reference references[] = {{0, "row.id", "data.maker_id"}};
    struct shop_reply replies[2];
    run(*state, calls, 2, references, 1, replies);
    ASSERT_REPLY(replies[0], "{\"row\":{\"id\":3,\"name\":\"Cay\"}}");
    ASSERT_REPLY(replies[1], "{\"row\":{\"maker_id\":3}}");
    expect_count(*state, "Product/Count", 1);
}

static void test_reference_carries_every_kind_of_value(void **state)
{
    static const struct shop_call calls[] = {
        MAKER,
        {"shop", "Product/Create",
         "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"tea\",\"price\":\"7.25\","
         "\"colour\":\"COLOUR_BLUE\",\"stock\":-5,\"tags\":{\"values\":[\"x\",\"\",\"y\"],"
         "\"nulls\":[1]},\"code\":\"9a0e4f64-6a5b-4f0c-8a53-3d1c6b1d9c11\","
         "\"sold_at\":\"2026-01-02T03:04:05.000006Z\",\"photo\":\"AP8B\"},\"select\":{}}",
         0},
        {"shop", "Product/Create", "{\"data\":{\"sku\":\"b\"},\"select\":{}}", 0},
    };
    static const struct shop_reference references[] = {
        {0, "row.id", "data.maker_id"}, {1, "row.title", "data.title"},
        {1, "row.price", "data.price"}, {1, "row.colour", "data.colour"},
        {1, "row.stock", "data.stock"}, {1, "row.tags", "data.tags"},
        {1, "row.code", "data.code"},   {1, "row.sold_at", "data.sold_at"},
        {1, "row.photo", "data.photo"},
    };
    struct shop_reply replies[3];
    run(*state, calls, 3, references, 9, replies);
    ASSERT_REPLY(replies[2],
                 "{\"row\":{\"id\":2,\"sku\":\"b\",\"maker_id\":3,\"title\":\"tea\","
                 "\"price\":\"7.25\",\"colour\":\"COLOUR_BLUE\",\"stock\":-5,"
                 "\"tags\":{\"values\":[\"x\",\"\",\"y\"],\"nulls\":[1]},"
                 "\"code\":\"9a0e4f64-6a5b-4f0c-8a53-3d1c6b1d9c11\","
                 "\"sold_at\":\"2026-01-02T03:04:05.000006Z\",\"photo\":\"AP8B\"}}");
}

static void test_reference_goes_into_filters_keys_lists_and_pages(void **state)
{
    static const struct shop_call find = {"shop", "Maker/FindMany",
                                          "{\"order_by\":[{\"id\":{}}]}", 0};
    static const struct shop_call count = {"shop", "Maker/Count", "{}", 0};
    static const struct {
        struct shop_call call;
        struct shop_reference references[2];
        size_t count;
        const char *expected;
    } cases[] = {
        {{"shop", "Maker/FindUnique", "{}", 0},
         {{0, "rows[1].id", "key.id"}},
         1,
         "{\"row\":{\"id\":2,\"name\":\"Bob\"}}"},
        {{"shop", "Maker/FindMany", "{\"where\":{\"id\":{\"gte\":1}}}", 0},
         {{0, "rows[0].name", "where.name.starts_with"}},
         1,
         "{\"rows\":[{\"id\":1,\"name\":\"Ada\"}]}"},
        {{"shop", "Maker/Count", "{\"where\":{\"id\":{\"in\":{\"values\":[77]}}}}", 0},
         {{0, "rows[0].id", "where.id.in.values"}, {0, "rows[1].id", "where.id.in.values"}},
         2,
         "{\"count\":\"2\"}"},
        {{"shop", "Maker/Count", "{\"where\":{\"and\":[{},{}]}}", 0},
         {{0, "rows[1].id", "where.and[1].id.equals"}},
         1,
         "{\"count\":\"1\"}"},
        {{"shop", "Maker/Update", "{\"key\":{\"id\":1},\"select\":{\"name\":true}}", 0},
         {{0, "rows[1].name", "where.name.not"}, {1, "count", "data.id.increment"}},
         2,
         "{\"row\":{\"name\":\"Ada\"}}"},
        {{"shop", "Maker/FindMany", "{\"order_by\":[{\"id\":{}}],\"select\":{\"id\":true}}", 0},
         {{1, "count", "take"}},
         1,
         "{\"rows\":[{\"id\":2},{\"id\":3}]}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct shop_call calls[] = {find, count, cases[i].call};
        struct shop_reply replies[3];
        run(*state, calls, 3, cases[i].references, cases[i].count, replies);
        ASSERT_REPLY(replies[2], cases[i].expected);
    }
}

// Into records that are created within others, which are there already.
static void test_reference_goes_into_nested_records(void **state)
{
    static const struct shop_call calls[] = {
        MAKER,
        {"shop", "Maker/Create",
         "{\"data\":{\"name\":\"Di\",\"products\":{\"create\":[{\"sku\":\"a\",\"title\":\"a\"},"
         "{\"sku\":\"b\"}]}}}",
         0},
    };
    static const struct shop_reference references[] = {
        {0, "row.name", "data.products.create[1].title"}};
    struct shop_reply replies[2];
    run(*state, calls, 2, references, 1, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_OK);
    ASSERT_REPLY(shop_call(*state, "Product/FindMany",
                           "{\"order_by\":[{\"id\":{}}],\"select\":{\"title\":true}}"),
                 "{\"rows\":[{\"title\":\"a\"},{\"title\":\"Cay\"}]}");
}

static void test_reference_that_is_wrong_costs_nothing(void **state)
{
    static const struct shop_call calls[] = {
        MAKER,
        {"shop", "Product/Create", "{\"data\":{\"sku\":\"a\",\"title\":\"t\",\"maker_id\":1}}",
         0},
    };
    static const struct {
        struct shop_reference reference;
        const char *message;
    } cases[] = {
        {{1, "row.id", "data.stock"}, "references[0]: call: calls[1] is not before this one"},
        {{7, "row.id", "data.stock"}, "references[0]: call: calls[7]"},
        {{0, "row.nothing", "data.stock"},
         "references[0]: from: nothing: there is no such field"},
        {{0, "rows[0].id", "data.stock"},
         "references[0]: from: rows[0]: there is no such field"},
        {{0, "row", "data.stock"}, "references[0]: from: row: is a message"},
        {{0, "row..id", "data.stock"}, "references[0]: from: \"row..id\" is not a path"},
        {{0, "row.id", "data.nothing"}, "references[0]: to: nothing: there is no such field"},
        {{0, "row.id", "data"}, "references[0]: to: data: is a message"},
        {{0, "row.id", "data.price"},
         "references[0]: to: id is a value of type integer, and price takes one of type "
         "string"},
        {{0, "row.name", "data.colour"}, "takes one of type Colour"},
        {{0, "row.id", "data.maker_id"}, "references[0].to: maker_id: the request has a value"},
    };
    struct shop_reply replies[2];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        run(*state, calls, 2, &cases[i].reference, 1, replies);
        ASSERT_STATUS(replies[1].err.status, ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(replies[1].err.message, cases[i].message);
        ASSERT_STATUS(replies[0].err.status, ROWCALL_ABORTED);
        ASSERT_CONTAINS(replies[0].err.message, "not executed because calls[1] failed");
        for (size_t r = 0; r < 2; r++) {
            assert_int_equal(replies[r].err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        }
    }
    static const struct shop_reference twice[] = {{0, "row.id", "data.stock"},
                                                  {0, "row.id", "data.stock"}};
    run(*state, calls, 2, twice, 2, replies);
    ASSERT_CONTAINS(replies[1].err.message, "references[1]: to: stock: another reference");
    expect_count(*state, "Maker/Count", 2);
    shop_calls_on(*state, &(struct shop_terms){.references = twice, .reference_count = 1},
                  calls, 2, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(replies[1].err.message, "set atomic, too");
    ASSERT_STATUS(replies[0].err.status, ROWCALL_OK); // an envelope of its own
    run(*state, calls, 1, twice, 1, replies);
    ASSERT_CONTAINS(replies[0].err.message, "calls[0] is not before this one");
}

// The rest of a request is checked before anything is executed, as well.
static void test_request_with_references_is_checked_at_once(void **state)
{
    static const struct shop_call calls[] = {
        MAKER,
        {"shop", "Maker/Update", "{\"key\":{\"id\":1}}", 0},
        {"shop", "Maker/UpdateMany", "{\"where\":{}}", 0},
    };
    static const struct shop_reference key = {0, "row.name", "key.name"};
    static const struct shop_reference set = {0, "row.name", "data.name.set"};
    struct shop_reply replies[3];
    run(*state, calls, 2, &key, 1, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(replies[1].err.message, "key");
    run(*state, calls, 3, &set, 1, replies);
    ASSERT_STATUS(replies[2].err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(replies[2].err.message, "all");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(replies[i].err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    expect_count(*state, "Maker/Count", 2);
}

static void test_reference_without_a_value_rolls_back(void **state)
{
    static const struct shop_call create = {
        "shop", "Product/Create", "{\"data\":{\"sku\":\"b\",\"maker_id\":1,\"title\":\"b\"}}",
        0};
    static const struct {
        struct shop_call call;
        const char *from;
    } cases[] = {
        {{"shop", "Product/Create",
          "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\"},\"select\":{}}", 0},
         "row.stock"}, // NULL
        {{"shop", "Product/Create",
          "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\",\"stock\":3}}", 0},
         "row.stock"}, // not selected
        {{"shop", "Product/FindMany", "{}", 0}, "rows[0].stock"},
        {{"shop", "Product/FindUnique", "{\"key\":{\"id\":9}}", 0}, "row.id"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct shop_call calls[] = {MAKER, cases[i].call, create};
        struct shop_reference reference = {1, cases[i].from, "data.stock"};
        struct shop_reply replies[3];
        run(*state, calls, 3, &reference, 1, replies);
        ASSERT_STATUS(replies[2].err.status, ROWCALL_FAILED_PRECONDITION);
        char expected[80];
        (void)snprintf(expected, sizeof(expected),
                       "references[0].from: calls[1] returned no %s", cases[i].from);
        ASSERT_CONTAINS(replies[2].err.message, expected);
        for (size_t r = 0; r < 3; r++) {
            assert_int_equal(replies[r].err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
        }
        ASSERT_CONTAINS(replies[0].err.message, "rolled back because calls[2] failed");
        expect_count(*state, "Maker/Count", 2);
    }
}

static void test_reference_to_a_number_that_does_not_fit_rolls_back(void **state)
{
    static const struct shop_call calls[] = {
        {"shop", "Maker/Create", "{\"data\":{\"id\":70000,\"name\":\"Cay\"},\"select\":{}}", 0},
        {"shop", "Product/Create", "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\"}}",
         0},
    };
    static const struct shop_reference reference = {0, "row.id", "data.stock"}; // a smallint
    struct shop_reply replies[2];
    run(*state, calls, 2, &reference, 1, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_OUT_OF_RANGE);
    assert_string_equal(replies[1].err.fields, "stock");
    assert_int_equal(replies[1].err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    expect_count(*state, "Maker/Count", 2);
}

// An envelope that is tried again takes the values of that try.
static void test_reference_takes_the_values_of_the_try_that_holds(void **state)
{
    static const struct shop_reference made = {0, "row.id", "data.maker_id"};
    static const struct shop_terms terms = {
        .atomic = true,
        .mode = {.isolation = RC_ISOLATION_SERIALIZABLE},
        .max_retries = 5,
        .references = &made,
        .reference_count = 1,
    };
    static const struct shop_call calls[] = {
        MAKER,
        {"shop", "Product/CreateMany", "{}", 0},
        {"shop", "Product/Create",
         "{\"data\":{\"sku\":\"a\",\"title\":\"t\"},\"select\":{\"maker_id\":true}}", 0},
    };
    struct shop_reply replies[3];
    shop_sql(*state,
             "create sequence tries; create function conflict() returns trigger language"
             " plpgsql as $$ begin if nextval('tries') <= 2 then raise exception using"
             " errcode = '40001'; end if; return new; end $$;"
             "create trigger conflict before insert on products for each row"
             " execute function conflict()");
    shop_calls_on(*state, &terms, calls, 3, replies);
    shop_sql(*state, "drop trigger conflict on products");
    ASSERT_REPLY(replies[0], "{\"row\":{\"id\":5,\"name\":\"Cay\"}}"); // sequences go on
    ASSERT_REPLY(replies[2], "{\"row\":{\"maker_id\":5}}");
    expect_count(*state, "Maker/Count", 3);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_reference_uses_an_id_that_was_just_made),
        EMPTY(test_reference_carries_every_kind_of_value),
        EMPTY(test_reference_goes_into_filters_keys_lists_and_pages),
        EMPTY(test_reference_goes_into_nested_records),
        EMPTY(test_reference_that_is_wrong_costs_nothing),
        EMPTY(test_request_with_references_is_checked_at_once),
        EMPTY(test_reference_without_a_value_rolls_back),
        EMPTY(test_reference_to_a_number_that_does_not_fit_rolls_back),
        EMPTY(test_reference_takes_the_values_of_the_try_that_holds),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
