// SPDX-License-Identifier: Apache-2.0
//
// Aggregate: requests beside the statements they become.
#include "fixture.h"

#include "support/check.h"

static void test_aggregate_is_one_select_over_the_table(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_AGGREGATE,
        "{'count_all':true,'count':['ITEM_FIELD_NOTE'],'sum':['ITEM_FIELD_PRICE',"
        "'ITEM_FIELD_WEIGHT'],'avg':['ITEM_FIELD_SERIAL'],'where':{'gone':{'equals':false}}}",
        "select count(*), count(t0.`note`), sum(t0.`price`), sum(t0.`weight`),"
        " avg(t0.`serial`) from `public`.`item` t0 where t0.`gone` = $1::bool\n"
        "1: false as bool\n"
        "row <- 2 3{4} 4{3 15} 5{8}");
}

static void test_aggregate_names_a_field_once_in_the_order_of_the_entity(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_AGGREGATE,
                   "{'max':['ITEM_FIELD_NAME','ITEM_FIELD_ID','ITEM_FIELD_NAME'],"
                   "'min':['ITEM_FIELD_NAME']}",
                   "select min(t0.`name`), max(t0.`id`), max(t0.`name`) from"
                   " `public`.`item` t0\n"
                   "row <- 6{2} 7{1 2}");
}

static void test_aggregate_gives_extremes_their_own_type_and_rare_ones_as_text(void **state)
{
    (void)state;
    fixture_expect("Kind", RC_VERB_AGGREGATE,
                   "{'sum':['KIND_FIELD_ONE_MONEY'],'min':['KIND_FIELD_ONE_CIDR',"
                   "'KIND_FIELD_MANY_MONEY','KIND_FIELD_MANY_CIDR']}",
                   "select sum(t0.`one_money`)::text, min(t0.`many_money`)::text[],"
                   " min(t0.`one_cidr`)::cidr, min(t0.`many_cidr`) from `public`.`kind`"
                   " t0\n"
                   "row <- 4{18'} 6{58' 35 75}");
}

static void test_aggregate_over_a_page_goes_around_it(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_AGGREGATE,
                   "{'sum':['ITEM_FIELD_PRICE'],'count_all':true,'take':3,'skip':1,"
                   "'order_by':[{'note':{'direction':'DESC'}}]}",
                   "select count(*), sum(t0.`price`) from (select t1.`price` from"
                   " `public`.`item` t1 order by t1.`note` desc, t1.`id` limit $1::int8"
                   " offset $2::int8) t0\n"
                   "1: 3 as int8\n"
                   "2: 1 as int8\n"
                   "row <- 2 4{3}");
}

static void test_aggregate_over_a_page_from_the_end(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_AGGREGATE,
                   "{'sum':['ITEM_FIELD_PRICE'],'take':-3,'order_by':[{'note':{}}]}",
                   "select sum(t0.`price`) from (select t1.`price` from `public`.`item`"
                   " t1 order by t1.`note` desc, t1.`id` desc limit $1::int8) t0\n"
                   "1: 3 as int8\n"
                   "row <- 4{3}");
}

static void test_aggregate_from_a_cursor_needs_no_order(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_AGGREGATE, "{'avg':['ITEM_FIELD_PRICE'],'cursor':{'id':7}}",
                   "select avg(t0.`price`) from (select t1.`price` from `public`.`item`"
                   " t1 where t1.`id` >= (select t2.`id` from `public`.`item` t2 where"
                   " t2.`id` = $1::int4)) t0\n"
                   "1: 7 as int4\n"
                   "row <- 5{3}");
}

static void test_aggregate_that_only_counts_a_page_needs_no_order(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_AGGREGATE,
                   "{'count_all':true,'take':5,'order_by':[{'note':{}}]}",
                   "select count(*) from (select from `public`.`item` t1 limit $1::int8)"
                   " t0\n"
                   "1: 5 as int8\n"
                   "row <- 2");
}

static void test_aggregate_ignores_an_order_without_a_page(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_AGGREGATE, "{'count_all':true,'order_by':[{'note':{}}]}",
                   "select count(*) from `public`.`item` t0\n"
                   "row <- 2");
}

static void test_aggregate_refuses_to_compute_nothing(void **state)
{
    (void)state;
    static const char refusal[] =
        "INVALID_ARGUMENT () request: asks for nothing: set count_all, or name fields in count,"
        " sum, avg, min or max";
    fixture_expect("Item", RC_VERB_AGGREGATE, "{}", refusal);
    fixture_expect("Item", RC_VERB_AGGREGATE, "{'count_all':false,'take':3}", refusal);
}

static void test_aggregate_refuses_what_the_type_has_not(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_AGGREGATE, "{'sum':['ITEM_FIELD_PRICE','ITEM_FIELD_NAME']}",
        "INVALID_ARGUMENT () sum[1]: name is text, of which PostgreSQL has no sum()");
    fixture_expect(
        "Item", RC_VERB_AGGREGATE, "{'min':['ITEM_FIELD_TOKEN']}",
        "INVALID_ARGUMENT () min[0]: token is uuid, of which PostgreSQL has no min()");
    fixture_expect(
        "Item", RC_VERB_AGGREGATE, "{'max':['ITEM_FIELD_GONE']}",
        "INVALID_ARGUMENT () max[0]: gone is boolean, of which PostgreSQL has no max()");
    fixture_expect(
        "Item", RC_VERB_AGGREGATE, "{'avg':['ITEM_FIELD_TAX']}",
        "INVALID_ARGUMENT () avg[0]: tax is money, of which PostgreSQL has no avg()");
    fixture_expect(
        "Kind", RC_VERB_AGGREGATE, "{'max':['KIND_FIELD_MANY_JSON']}",
        "INVALID_ARGUMENT () max[0]: many_json is json[], of which PostgreSQL has no max()");
    fixture_expect(
        "Kind", RC_VERB_AGGREGATE, "{'sum':['KIND_FIELD_MANY_INT4']}",
        "INVALID_ARGUMENT () sum[0]: many_int4 is integer[], of which PostgreSQL has no sum()");
    fixture_expect("Item", RC_VERB_AGGREGATE, "{'count':['ITEM_FIELD_UNSPECIFIED']}",
                   "INVALID_ARGUMENT () count[0]: names no column");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aggregate_is_one_select_over_the_table),
        cmocka_unit_test(test_aggregate_names_a_field_once_in_the_order_of_the_entity),
        cmocka_unit_test(test_aggregate_gives_extremes_their_own_type_and_rare_ones_as_text),
        cmocka_unit_test(test_aggregate_over_a_page_goes_around_it),
        cmocka_unit_test(test_aggregate_over_a_page_from_the_end),
        cmocka_unit_test(test_aggregate_from_a_cursor_needs_no_order),
        cmocka_unit_test(test_aggregate_that_only_counts_a_page_needs_no_order),
        cmocka_unit_test(test_aggregate_ignores_an_order_without_a_page),
        cmocka_unit_test(test_aggregate_refuses_to_compute_nothing),
        cmocka_unit_test(test_aggregate_refuses_what_the_type_has_not),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
