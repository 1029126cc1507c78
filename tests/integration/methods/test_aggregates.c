// SPDX-License-Identifier: Apache-2.0
//
// Aggregate over the whole request path: what Prisma means by no records, NULL and pages.
#include "harness.h"

#include "support/check.h"

#include <stdio.h>

static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql("insert into item (name, price, note, maker, serial, token, updated_at, weight,"
                " gone) values"
                " ('a', 0.10, 'x', 'm', 1, gen_random_uuid(), now(), 1, false),"
                " ('b', 0.20, null, 'm', 2, gen_random_uuid(), now(), null, false),"
                " ('c', 0.33, 'y', 'm', 3, gen_random_uuid(), now(), 3, true),"
                " ('d', 99999999.99, 'x', 'm', 4, gen_random_uuid(), now(), null, true)");
    return 0;
}

static void test_aggregates_of_no_records_are_absent_and_counts_zero(void **state)
{
    (void)state;
    harness_expect(
        "Item/Aggregate",
        "{'where':{'id':{'equals':0}},'count_all':true,'count':['ITEM_FIELD_NOTE'],"
        "'sum':['ITEM_FIELD_PRICE'],'avg':['ITEM_FIELD_PRICE'],"
        "'min':['ITEM_FIELD_PRICE','ITEM_FIELD_NAME'],'max':['ITEM_FIELD_SOLD_AT']}",
        "{'count_all':'0','count':{'note':'0'},'sum':{},'avg':{},'min':{},'max':{}}");
}

static void test_aggregates_of_nulls_alone_are_absent(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate",
                   "{'where':{'name':{'in':{'values':['b','d']}}},'count_all':true,"
                   "'count':['ITEM_FIELD_WEIGHT'],'sum':['ITEM_FIELD_WEIGHT'],"
                   "'avg':['ITEM_FIELD_WEIGHT'],'max':['ITEM_FIELD_WEIGHT']}",
                   "{'count_all':'2','count':{'weight':'0'},'sum':{},'avg':{},'max':{}}");
}

static void test_aggregates_pass_over_nulls(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate",
                   "{'count':['ITEM_FIELD_ID','ITEM_FIELD_WEIGHT','ITEM_FIELD_NOTE'],"
                   "'sum':['ITEM_FIELD_WEIGHT'],'avg':['ITEM_FIELD_WEIGHT']}",
                   "{'count':{'id':'4','note':'3','weight':'2'},'sum':{'weight':4},"
                   "'avg':{'weight':2}}");
}

static void test_aggregates_lose_no_digit(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate",
                   "{'sum':['ITEM_FIELD_PRICE','ITEM_FIELD_SERIAL'],'avg':['ITEM_FIELD_PRICE',"
                   "'ITEM_FIELD_SERIAL','ITEM_FIELD_ID'],'min':['ITEM_FIELD_PRICE'],"
                   "'max':['ITEM_FIELD_PRICE']}",
                   "{'sum':{'price':'100000000.62','serial':'10'},"
                   "'avg':{'id':'2.5000000000000000','price':'25000000.155000000000',"
                   "'serial':'2.5000000000000000'},"
                   "'min':{'price':'0.10'},'max':{'price':'99999999.99'}}");
}

static void test_aggregates_of_a_page_are_those_of_its_records(void **state)
{
    (void)state;
    static const char wanted[] = "'count_all':true,'sum':['ITEM_FIELD_PRICE','ITEM_FIELD_ID']}";
    static const struct {
        const char *page;
        const char *answer;
    } pages[] = {
        {"'take':2", "{'count_all':'2','sum':{'id':'3','price':'0.30'}}"},
        {"'take':-1", "{'count_all':'1','sum':{'id':'4','price':'99999999.99'}}"},
        {"'take':0", "{'count_all':'0','sum':{}}"},
        {"'skip':3", "{'count_all':'1','sum':{'id':'4','price':'99999999.99'}}"},
        {"'skip':1,'take':2", "{'count_all':'2','sum':{'id':'5','price':'0.53'}}"},
        {"'cursor':{'id':3}", "{'count_all':'2','sum':{'id':'7','price':'100000000.32'}}"},
        {"'cursor':{'id':3},'skip':1",
         "{'count_all':'1','sum':{'id':'4','price':'99999999.99'}}"},
        {"'cursor':{'id':3},'take':-2", "{'count_all':'2','sum':{'id':'5','price':'0.53'}}"},
        {"'cursor':{'id':30}", "{'count_all':'0','sum':{}}"},
        {"'order_by':[{'price':{'direction':'DESC'}}],'take':2",
         "{'count_all':'2','sum':{'id':'7','price':'100000000.32'}}"},
        {"'order_by':[{'note':{'nulls':'FIRST'}}],'take':2",
         "{'count_all':'2','sum':{'id':'3','price':'0.30'}}"},
        {"'order_by':[{'id':{'direction':'DESC'}}],'cursor':{'id':2}",
         "{'count_all':'2','sum':{'id':'3','price':'0.30'}}"},
        {"'where':{'gone':{'equals':true}},'take':1",
         "{'count_all':'1','sum':{'id':'3','price':'0.33'}}"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        char json[256];
        (void)snprintf(json, sizeof json, "{%s,%s", pages[i].page, wanted);
        harness_expect("Item/Aggregate", json, pages[i].answer);
    }
}

// Prisma's count({select: {_all: true, note: true}}) is an Aggregate that only counts; its
// plain count() is Count.
static void test_aggregates_that_only_count_agree_with_count(void **state)
{
    (void)state;
    harness_expect("Item/Count", "{'where':{'gone':{'equals':true}}}", "{'count':'2'}");
    harness_expect("Item/Aggregate",
                   "{'where':{'gone':{'equals':true}},'count_all':true,"
                   "'count':['ITEM_FIELD_NOTE','ITEM_FIELD_WEIGHT']}",
                   "{'count_all':'2','count':{'note':'2','weight':'1'}}");
    harness_expect("Item/Aggregate", "{'where':{'note':{'is_null':false}},'count_all':true}",
                   "{'count_all':'3'}");
    harness_expect("Item/Aggregate", "{'count':['ITEM_FIELD_NOTE']}", "{'count':{'note':'3'}}");
}

static void test_aggregates_over_what_cannot_match_are_those_of_nothing(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate", "{'where':{'or':{}},'count_all':true}",
                   "{'count_all':'0'}");
    harness_expect("Item/Aggregate", "{'where':{'and':[{}]},'count_all':true}",
                   "{'count_all':'4'}");
}

static void test_aggregates_refuse_by_path(void **state)
{
    (void)state;
    harness_expect(
        "Item/Aggregate", "{'sum':['ITEM_FIELD_PRICE','ITEM_FIELD_NAME']}",
        "INVALID_ARGUMENT  not executed: sum[1]: name is text, of which PostgreSQL has"
        " no sum()");
    harness_expect(
        "Item/Aggregate", "{}",
        "INVALID_ARGUMENT  not executed: request: asks for nothing: set count_all, or"
        " name fields in count, sum, avg, min or max");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_aggregates_of_no_records_are_absent_and_counts_zero, fill),
        cmocka_unit_test_setup(test_aggregates_of_nulls_alone_are_absent, fill),
        cmocka_unit_test_setup(test_aggregates_pass_over_nulls, fill),
        cmocka_unit_test_setup(test_aggregates_lose_no_digit, fill),
        cmocka_unit_test_setup(test_aggregates_of_a_page_are_those_of_its_records, fill),
        cmocka_unit_test_setup(test_aggregates_that_only_count_agree_with_count, fill),
        cmocka_unit_test_setup(test_aggregates_over_what_cannot_match_are_those_of_nothing,
                               fill),
        cmocka_unit_test_setup(test_aggregates_refuse_by_path, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
