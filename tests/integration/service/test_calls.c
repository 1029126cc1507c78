// SPDX-License-Identifier: Apache-2.0
//
// Every method that is served, from an envelope's bytes to the reply's, on a real PostgreSQL.
#include "shop.h"

#include <stdio.h>

static void test_create_answers_the_row_it_wrote(void **state)
{
    ASSERT_REPLY(shop_call(*state, "Product/Create",
                           "{\"data\":{\"sku\":\"a1\",\"maker_id\":1,\"title\":\"Tea\","
                           "\"stock\":-3,\"tags\":{\"values\":[\"x\",\"\"],\"nulls\":[1]},"
                           "\"code\":\"123E4567-e89b-12d3-a456-426614174000\","
                           "\"sold_at\":\"2024-02-29T12:00:00.000001Z\",\"photo\":\"AAEC\"},"
                           "\"select\":{}}"),
                 "{\"row\":{\"id\":1,\"sku\":\"a1\",\"maker_id\":1,\"title\":\"Tea\","
                 "\"price\":\"1.50\",\"colour\":\"COLOUR_RED\",\"stock\":-3,"
                 "\"tags\":{\"values\":[\"x\",\"\"],\"nulls\":[1]},"
                 "\"code\":\"123e4567-e89b-12d3-a456-426614174000\","
                 "\"sold_at\":\"2024-02-29T12:00:00.000001Z\",\"photo\":\"AAEC\"}}");
}

// Three products: a1 tea 1.50 red, b2 pot 20.00 blue, c3 cup 5.25 red.
static int stock_shop(void **state)
{
    (void)shop_empty(state);
    shop_sql(*state,
             "insert into products (sku, \"makerId\", title, price, colour, stock) values"
             " ('a1', 1, 'tea', 1.50, 'RED', 10), ('b2', 1, 'pot', 20, 'BLUE', null),"
             " ('c3', 2, 'cup', 5.25, 'RED', 7)");
    return 0;
}

static void test_find_unique_finds_by_every_key(void **state)
{
    static const char *const keys[] = {
        "{\"id\":2}", "{\"sku\":\"b2\"}",
        "{\"maker_id_title\":{\"maker_id\":1,\"title\":\"pot\"}}"};
    for (size_t i = 0; i < 3; i++) {
        char request[256];
        (void)snprintf(request, sizeof(request),
                       "{\"key\":%s,\"select\":{\"sku\":true,\"price\":true,\"stock\":true}}",
                       keys[i]);
        ASSERT_REPLY(shop_call(*state, "Product/FindUnique", request),
                     "{\"row\":{\"sku\":\"b2\",\"price\":\"20.00\"}}");
    }
}

static void test_find_unique_of_nothing_is_empty_or_not_found(void **state)
{
    ASSERT_REPLY(shop_call(*state, "Product/FindUnique", "{\"key\":{\"id\":99}}"), "{}");
    struct shop_reply reply =
        shop_call(*state, "Product/FindUnique", "{\"key\":{\"id\":99},\"required\":true}");
    ASSERT_STATUS(reply.err.status, ROWCALL_NOT_FOUND);
    assert_string_equal(reply.err.reason, "P2025");
    assert_string_equal(reply.err.entity, "Product");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
}

static void test_find_many_orders_pages_and_counts(void **state)
{
    ASSERT_REPLY(shop_call(*state, "Product/FindMany",
                           "{\"where\":{\"colour\":{\"equals\":\"COLOUR_RED\"}},"
                           "\"order_by\":[{\"price\":{\"direction\":\"DESC\"}}],"
                           "\"take\":1,\"with_total\":true,\"select\":{\"sku\":true}}"),
                 "{\"rows\":[{\"sku\":\"c3\"}],\"total\":\"2\"}");
    ASSERT_REPLY(shop_call(*state, "Product/FindMany",
                           "{\"take\":-2,\"select\":{\"sku\":true},"
                           "\"order_by\":[{\"id\":{}}]}"),
                 "{\"rows\":[{\"sku\":\"b2\"},{\"sku\":\"c3\"}]}");
    ASSERT_REPLY(shop_call(*state, "Product/FindMany",
                           "{\"where\":{\"id\":{\"gt\":99}},\"with_total\":true}"),
                 "{\"total\":\"0\"}");
}

static void test_find_first_count_and_exists_agree(void **state)
{
    ASSERT_REPLY(
        shop_call(*state, "Product/FindFirst",
                  "{\"where\":{\"title\":{\"contains\":\"u\"}},\"select\":{\"id\":true}}"),
        "{\"row\":{\"id\":3}}");
    ASSERT_REPLY(
        shop_call(*state, "Product/Count", "{\"where\":{\"stock\":{\"is_null\":true}}}"),
        "{\"count\":\"1\"}");
    ASSERT_REPLY(
        shop_call(*state, "Product/Exists", "{\"where\":{\"price\":{\"gt\":\"19.99\"}}}"),
        "{\"exists\":true}");
    ASSERT_REPLY(shop_call(*state, "Product/Exists", "{\"where\":{\"price\":{\"gt\":\"20\"}}}"),
                 "{\"exists\":false}");
}

static void test_create_many_counts_and_skips_duplicates(void **state)
{
    ASSERT_REPLY(shop_call(*state, "Product/CreateMany",
                           "{\"rows\":[{\"sku\":\"d4\",\"maker_id\":2,\"title\":\"d\"},"
                           "{\"sku\":\"e5\",\"maker_id\":2,\"title\":\"e\",\"stock\":1},"
                           "{\"sku\":\"a1\",\"maker_id\":2,\"title\":\"f\"}],"
                           "\"skip_duplicates\":true}"),
                 "{\"count\":\"2\"}");
    ASSERT_REPLY(shop_call(*state, "Product/CreateMany", "{}"), "{\"count\":\"0\"}");
    ASSERT_REPLY(shop_call(*state, "Product/Count", "{}"), "{\"count\":\"5\"}");
}

static void test_update_changes_one_record(void **state)
{
    ASSERT_REPLY(
        shop_call(*state, "Product/Update",
                  "{\"key\":{\"sku\":\"a1\"},\"data\":{\"stock\":{\"increment\":5},"
                  "\"price\":{\"multiply\":\"2\"},\"colour\":{\"set\":\"COLOUR_BLUE\"}},"
                  "\"select\":{\"stock\":true,\"price\":true,\"colour\":true}}"),
        "{\"row\":{\"price\":\"3.00\",\"colour\":\"COLOUR_BLUE\",\"stock\":15}}");
    struct shop_reply reply = shop_call(
        *state, "Product/Update", "{\"key\":{\"id\":99},\"data\":{\"title\":{\"set\":\"x\"}}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_NOT_FOUND);
    assert_string_equal(reply.err.reason, "P2025");
}

static void test_update_many_keeps_its_limit(void **state)
{
    struct shop_reply reply = shop_call(
        *state, "Product/UpdateMany",
        "{\"where\":{\"colour\":{\"equals\":\"COLOUR_RED\"}},"
        "\"data\":{\"title\":{\"set\":\"x\"},\"maker_id\":{\"set\":1}},\"max_affected\":1}");
    ASSERT_STATUS(reply.err.status, ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(reply.err.message, "max_affected (1)");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    ASSERT_REPLY(
        shop_call(*state, "Product/Count", "{\"where\":{\"title\":{\"equals\":\"x\"}}}"),
        "{\"count\":\"0\"}");
    ASSERT_REPLY(shop_call(*state, "Product/UpdateMany",
                           "{\"where\":{\"colour\":{\"equals\":\"COLOUR_RED\"}},"
                           "\"data\":{\"stock\":{\"set_null\":true}},\"max_affected\":2}"),
                 "{\"count\":\"2\"}");
}

static void test_update_many_refuses_an_empty_filter(void **state)
{
    struct shop_reply reply =
        shop_call(*state, "Product/UpdateMany", "{\"data\":{\"stock\":{\"set\":1}}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    ASSERT_REPLY(shop_call(*state, "Product/UpdateMany",
                           "{\"data\":{\"stock\":{\"set\":1}},\"all\":true}"),
                 "{\"count\":\"3\"}");
}

static void test_delete_and_delete_many_remove(void **state)
{
    ASSERT_REPLY(
        shop_call(*state, "Product/Delete", "{\"key\":{\"id\":1},\"select\":{\"sku\":true}}"),
        "{\"row\":{\"sku\":\"a1\"}}");
    ASSERT_REPLY(shop_call(*state, "Product/DeleteMany",
                           "{\"where\":{\"sku\":{\"in\":{\"values\":[\"b2\",\"zz\"]}}}}"),
                 "{\"count\":\"1\"}");
    ASSERT_REPLY(shop_call(*state, "Product/Count", "{}"), "{\"count\":\"1\"}");
}

static void test_find_many_answers_related_records(void **state)
{
    ASSERT_REPLY(shop_call(*state, "Product/FindMany",
                           "{\"select\":{\"sku\":true,\"maker\":{\"name\":true}},"
                           "\"orderBy\":[{\"id\":{}}],\"take\":2}"),
                 "{\"rows\":[{\"sku\":\"a1\",\"maker\":{\"name\":\"Ada\"}},"
                 "{\"sku\":\"b2\",\"maker\":{\"name\":\"Ada\"}}]}");
}

static void test_envelope_answers_calls_in_their_order(void **state)
{
    static const struct shop_call calls[] = {
        {"shop", "Product/Count", "{}", 0},
        {"depot", "Maker/FindUnique", "{\"key\":{\"id\":2}}", 0},
        {"shop", "Product/NoSuch", "{}", 0},
        {"shop", "Product/Exists", "{}", 0},
    };
    struct shop_reply replies[4];
    shop_calls(*state, calls, 4, false, replies);
    ASSERT_REPLY(replies[0], "{\"count\":\"3\"}");
    ASSERT_REPLY(replies[1], "{\"row\":{\"id\":2,\"name\":\"Bob\"}}");
    ASSERT_STATUS(replies[2].err.status, ROWCALL_UNIMPLEMENTED);
    ASSERT_CONTAINS(replies[2].err.message, "shop has no method \"Product/NoSuch\"");
    ASSERT_REPLY(replies[3], "{\"exists\":true}");
    for (size_t i = 0; i < 4; i++) {
        assert_true(replies[i].has_timings);
    }
}

#define STOCKED(test) cmocka_unit_test_setup(test, stock_shop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_create_answers_the_row_it_wrote, shop_empty),
        STOCKED(test_find_unique_finds_by_every_key),
        STOCKED(test_find_unique_of_nothing_is_empty_or_not_found),
        STOCKED(test_find_many_orders_pages_and_counts),
        STOCKED(test_find_first_count_and_exists_agree),
        STOCKED(test_create_many_counts_and_skips_duplicates),
        STOCKED(test_update_changes_one_record),
        STOCKED(test_update_many_keeps_its_limit),
        STOCKED(test_update_many_refuses_an_empty_filter),
        STOCKED(test_delete_and_delete_many_remove),
        STOCKED(test_find_many_answers_related_records),
        STOCKED(test_envelope_answers_calls_in_their_order),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
