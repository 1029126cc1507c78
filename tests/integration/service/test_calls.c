// SPDX-License-Identifier: Apache-2.0
//
// Every method that is served, from an envelope's bytes to the reply's, on a real PostgreSQL.
#include "shop.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_create_answers_the_row_it_wrote, shop_empty),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
