// SPDX-License-Identifier: Apache-2.0
//
// What callers are told when PostgreSQL refuses, when values do not fit, and when time is up.
#include "shop.h"

#define CREATE(rest) "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\"" rest "}}"

static void expect(void **state, const char *method, const char *request, rowcall_status status,
                   const char *reason, const char *fields, const char *message)
{
    struct shop_reply reply = shop_call(*state, method, request);
    if (reply.err.status != status) {
        fail_msg("%s %s: expected %s, got %s: %s", method, request, rowcall_status_name(status),
                 rowcall_status_name(reply.err.status), reply.err.message);
    }
    assert_string_equal(reply.err.reason, reason);
    assert_string_equal(reply.err.fields, fields);
    ASSERT_CONTAINS(reply.err.message, message);
    assert_string_equal(reply.err.entity, "Product");
    assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNSPECIFIED);
}

static void test_failures_of_constraints_name_fields(void **state)
{
    ASSERT_STATUS(shop_call(*state, "Product/Create", CREATE("")).err.status, ROWCALL_OK);
    expect(state, "Product/Create", CREATE(""), ROWCALL_ALREADY_EXISTS, "P2002", "sku",
           "another Product with this sku exists already");
    expect(state, "Product/Create", "{\"data\":{\"sku\":\"b\",\"maker_id\":1,\"title\":\"t\"}}",
           ROWCALL_ALREADY_EXISTS, "P2002", "maker_id,title", "maker_id and title");
    expect(state, "Product/Create",
           "{\"data\":{\"sku\":\"c\",\"maker_id\":99,\"title\":\"t\"}}",
           ROWCALL_FAILED_PRECONDITION, "P2003", "maker_id", "does not exist");
    expect(state, "Maker/Delete", "{\"key\":{\"id\":1}}", ROWCALL_FAILED_PRECONDITION, "P2003",
           "maker_id", "still refers");
    expect(state, "Product/Update",
           "{\"key\":{\"sku\":\"a\"},\"data\":{\"price\":{\"set\":\"-1\"}}}",
           ROWCALL_FAILED_PRECONDITION, "P2004", "price", "products_price_check");
}

static void test_failures_of_values_name_the_field_where_it_is_known(void **state)
{
    expect(state, "Product/Create", CREATE(",\"stock\":40000"), ROWCALL_OUT_OF_RANGE, "P2020",
           "stock", "stock: the value is out of the range of int2");
    struct shop_reply reply = shop_call(
        *state, "Product/Create", CREATE(",\"sold_at\":\"2024-01-01T00:00:00.000000001Z\""));
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(reply.err.message, "data.sold_at");
    expect(state, "Product/Create", CREATE(",\"sold_at\":\"+294277-01-01T00:00:00Z\""),
           ROWCALL_OUT_OF_RANGE, "P2020", "sold_at", "out of the range");
    expect(state, "Product/Create", CREATE(",\"code\":\"not a uuid\""),
           ROWCALL_INVALID_ARGUMENT, "P2007", "code",
           "data.code: a value is not valid text for its type");
    expect(state, "Product/FindMany", "{\"where\":{\"code\":{\"equals\":\"x\"}}}",
           ROWCALL_INVALID_ARGUMENT, "P2007", "code", "where.code.equals: ");
    expect(state, "Product/CreateMany",
           "{\"rows\":[{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\",\"code\":\"x\"}]}",
           ROWCALL_INVALID_ARGUMENT, "P2007", "code", "rows[].code: ");
    expect(state, "Product/Create", CREATE(",\"price\":\"12345678901\""), ROWCALL_OUT_OF_RANGE,
           "P2020", "price", "data.price: a number is out of the range");
    expect(state, "Product/Create",
           "{\"data\":{\"sku\":\"longer than twelve\",\"maker_id\":1,\"title\":\"t\"}}",
           ROWCALL_INVALID_ARGUMENT, "P2000", "sku", "data.sku: a value is too long");
    // What is only compared is not at fault, however long.
    expect(state, "Product/UpdateMany",
           "{\"where\":{\"sku\":{\"equals\":\"longer than twelve\"}},"
           "\"data\":{\"price\":{\"set\":\"x\"}}}",
           ROWCALL_INVALID_ARGUMENT, "P2007", "price", "data.price.set: ");
    ASSERT_REPLY(shop_call(*state, "Product/Count", "{}"), "{\"count\":\"0\"}");
}

static void test_failures_never_repeat_values(void **state)
{
    struct shop_reply reply =
        shop_call(*state, "Product/Create", CREATE(",\"code\":\"very-secret\""));
    assert_null(strstr(reply.err.message, "secret"));
    reply = shop_call(*state, "Product/Create", CREATE(",\"price\":\"4242424242424242\""));
    assert_null(strstr(reply.err.message, "4242"));
}

static void test_failures_of_missing_arguments_are_told_before_the_database(void **state)
{
    struct shop_reply reply = shop_call(*state, "Product/Create", "{\"data\":{\"sku\":\"a\"}}");
    assert_int_not_equal(reply.err.status, ROWCALL_OK);
    ASSERT_CONTAINS(reply.err.message, "maker_id");
}

static void test_failures_of_stored_data_are_data_loss(void **state)
{
    shop_sql(*state, "alter type \"Colour\" add value 'GREEN'");
    shop_sql(*state, "insert into products (sku, \"makerId\", title, colour)"
                     " values ('a', 1, 't', 'GREEN')");
    struct shop_reply reply = shop_call(*state, "Product/FindUnique", "{\"key\":{\"id\":1}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_DATA_LOSS);
    assert_string_equal(reply.err.reason, "P2023");
    assert_string_equal(reply.err.entity, "Product");
    assert_string_equal(reply.err.fields, "colour");
    ASSERT_REPLY(shop_call(*state, "Product/FindUnique",
                           "{\"key\":{\"id\":1},\"select\":{\"sku\":true}}"),
                 "{\"row\":{\"sku\":\"a\"}}");
}

// Another session holds the row; the call gives up when its own time is over.
static void test_failures_of_time_are_rolled_back(void **state)
{
    struct shop *shop = *state;
    ASSERT_STATUS(shop_call(shop, "Product/Create", CREATE("")).err.status, ROWCALL_OK);
    shop_sql(shop, "create function slow() returns trigger language plpgsql as $$"
                   "begin perform pg_sleep(30); return new; end $$;"
                   "create trigger slow before update on products for each row"
                   " execute function slow()");
    struct shop_call call = {"shop", "Product/Update",
                             "{\"key\":{\"id\":1},\"data\":{\"title\":{\"set\":\"x\"}}}", 200};
    struct shop_reply reply;
    shop_calls(shop, &call, 1, false, &reply);
    ASSERT_STATUS(reply.err.status, ROWCALL_DEADLINE_EXCEEDED);
    assert_string_equal(reply.err.reason, "P1008");
    shop_sql(shop, "drop function slow() cascade");
    ASSERT_REPLY(shop_call(shop, "Product/FindUnique",
                           "{\"key\":{\"id\":1},\"select\":{\"title\":true}}"),
                 "{\"row\":{\"title\":\"t\"}}");
}

static void test_failures_of_missing_tables_ask_for_a_migration(void **state)
{
    shop_sql(*state, "alter table products rename to gone");
    struct shop_reply reply = shop_call(*state, "Product/Count", "{}");
    shop_sql(*state, "alter table gone rename to products");
    ASSERT_STATUS(reply.err.status, ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(reply.err.reason, "P2021");
    ASSERT_CONTAINS(reply.err.message, "migration");
    ASSERT_STATUS(shop_call(*state, "Product/Count", "{}").err.status, ROWCALL_OK);
}

// Every connection is cut; the next calls may be told so, and then all is well again.
static void test_failures_of_connections_heal(void **state)
{
    struct shop_reply reply;
    shop_sql(*state, "select pg_terminate_backend(pid) from pg_stat_activity"
                     " where datname = current_database() and pid <> pg_backend_pid()");
    int tries = 0;
    do {
        reply = shop_call(*state, "Maker/Count", "{}");
        if (reply.err.status != ROWCALL_OK) {
            ASSERT_STATUS(reply.err.status, ROWCALL_UNAVAILABLE);
            assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNKNOWN); // it is a read
        }
    } while (reply.err.status != ROWCALL_OK && ++tries < 100);
    ASSERT_REPLY(reply, "{\"count\":\"2\"}");
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_failures_of_constraints_name_fields),
        EMPTY(test_failures_of_values_name_the_field_where_it_is_known),
        EMPTY(test_failures_never_repeat_values),
        EMPTY(test_failures_of_missing_arguments_are_told_before_the_database),
        EMPTY(test_failures_of_stored_data_are_data_loss),
        EMPTY(test_failures_of_time_are_rolled_back),
        EMPTY(test_failures_of_connections_heal),
        EMPTY(test_failures_of_missing_tables_ask_for_a_migration),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
