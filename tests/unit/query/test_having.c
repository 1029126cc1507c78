// SPDX-License-Identifier: Apache-2.0
//
// Filters of groups beside the conditions they become.
#include "fixture.h"

#include "support/check.h"

static void test_having_filters_aggregates_with_their_own_types(void **state)
{
    (void)state;
    fixture_expect(
        "Kind", RC_VERB_GROUP_BY,
        "{'by':[{'field':'KIND_FIELD_ONE_BOOL'}],'having':{"
        "'count_all':{'gte':'2'},'count':{'one_text':{'in':{'values':['1','3']}}},"
        "'sum':{'one_int4':{'gt':'9'},'one_int8':{'lt':'99'},'one_money':{'gt':'1'}},"
        "'avg':{'one_int2':{'lte':'1.5'},'one_float4':{'gt':0.5}},"
        "'min':{'one_cidr':{'equals':'10.0.0.0/8'},'one_enum':{'equals':'RED'}},"
        "'max':{'one_text':{'contains':'%','insensitive':true},"
        "'many_uuid':{'is_null':true}}}}",
        "select t0.`one_bool` from `public`.`kind` t0 group by t0.`one_bool`"
        " having count(*) >= $1::int8 and count(t0.`one_text`) ="
        " any($2::int8[]) and (sum(t0.`one_int4`) > $3::int8 and"
        " sum(t0.`one_int8`) < $4::numeric and sum(t0.`one_money`) >"
        " $5::money) and (avg(t0.`one_int2`) <= $6::numeric and"
        " avg(t0.`one_float4`) > $7::float8) and (min(t0.`one_cidr`)::cidr ="
        " $8::cidr and min(t0.`one_enum`) = $9::`Colour`) and"
        " (max(t0.`one_text`) ilike $10::text and max(t0.`many_uuid`) is"
        " null)\n"
        "1: 2 as int8\n"
        "2: [1, 3] as int8[]\n"
        "3: 9 as int8\n"
        "4: '99' as numeric\n"
        "5: '1' as money\n"
        "6: '1.5' as numeric\n"
        "7: 0.5 as float8\n"
        "8: '10.0.0.0/8' as cidr\n"
        "9: #1 as enum\n"
        "10: '%\\%%' as text\n"
        "row <- 1{10}");
}

static void test_having_filters_keys_and_those_of_related_records(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'POST_FIELD_PUBLISHED'},"
                   "{'author':{'manager':{'field':'USER_FIELD_AGE'}}}],"
                   "'having':{'by':{'published':{'equals':true},'author':{'manager':{'age':{"
                   "'gt':30,'is_null':false}}}}}}",
                   "select t0.`published`, t2.`age` from `public`.`posts` t0 left join"
                   " `public`.`users` t1 on t1.`id` = t0.`authorId` left join"
                   " `public`.`users` t2 on t2.`id` = t1.`managerId` group by"
                   " t0.`published`, t2.`age` having (t0.`published` = $1::bool and"
                   " (t2.`age` > $2::int4 and t2.`age` is not null))\n"
                   "1: true as bool\n"
                   "2: 30 as int4\n"
                   "row <- 1{5 101{101{4}}}");
}

static void test_having_joins_conditions_as_where_does(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'or':{'any':[{'count_all':{"
                   "'gt':'1'}},{'and':[{'sum':{'price':{'gt':'1'}}},{'by':{'maker':{"
                   "'equals':'m'}}}]}]},'not':[{'max':{'weight':{'gt':3}}}]}}",
                   "select t0.`maker` from `public`.`item` t0 group by t0.`maker` having"
                   " (count(*) > $1::int8 or (sum(t0.`price`) > $2::numeric and"
                   " t0.`maker` = $3::varchar)) and not (max(t0.`weight`) > $4::float8)\n"
                   "1: 1 as int8\n"
                   "2: '1' as numeric\n"
                   "3: 'm' as varchar\n"
                   "4: 3 as float8\n"
                   "row <- 1{7}");
}

static void test_having_folds_what_is_always_or_never_true(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'sum':{},'and':[{}]}}",
                   "select t0.`maker` from `public`.`item` t0 group by t0.`maker`\n"
                   "row <- 1{7}");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'or':{},'count_all':{"
                   "'gt':'1'}}}",
                   "select t0.`maker` from `public`.`item` t0 group by t0.`maker` having"
                   " false\n"
                   "row <- 1{7}");
}

static void test_having_compares_with_keys_alone(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_SERIAL'}],'having':{'count_all':{'compare':[{"
                   "'comparison':'LESS','field':'serial'}]},'max':{'id':{'compare':[{"
                   "'field':'serial'}]}}}}",
                   "select t0.`serial` from `public`.`item` t0 group by t0.`serial`"
                   " having count(*) < t0.`serial` and max(t0.`id`) = t0.`serial`\n"
                   "row <- 1{8}");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_SERIAL'}],'having':{'max':{'id':{'compare':[{"
                   "'field':'weight'}]}}}}",
                   "INVALID_ARGUMENT () having.max.id.compare[0]: 'weight' is not among"
                   " the fields that records are grouped by");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NAME'}],'having':{'count_all':{'compare':[{"
                   "'field':'name'}]}}}",
                   "INVALID_ARGUMENT () having.count_all.compare[0]: count_all and name"
                   " have types that do not compare");
}

static void test_having_compares_an_average_with_an_integer(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_SERIAL'}],'having':{'avg':{'id':{'compare':[{"
                   "'comparison':'GREATER','field':'serial'}]}}}}",
                   "select t0.`serial` from `public`.`item` t0 group by t0.`serial`"
                   " having avg(t0.`id`) > t0.`serial`\n"
                   "row <- 1{8}");
}

static void test_having_refuses_fields_that_are_no_keys(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NAME'}],'having':{'and':[{'by':{'maker':{"
                   "'equals':'x'}}}]}}",
                   "INVALID_ARGUMENT () having.and[0].by.maker: records are not grouped"
                   " by this field: add it to by, or ask for an aggregate of it");
}

static void test_having_refuses_related_fields_that_are_no_keys(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_GROUP_BY,
                   "{'by':[{'author':{'field':'USER_FIELD_NAME'}}],'having':{'by':{'reviewer':{"
                   "'name':{'equals':'x'}}}}}",
                   "INVALID_ARGUMENT () having.by.reviewer.name: records are not grouped"
                   " by this field: add it to by, or ask for an aggregate of it");
}

int main(void)
{
    const struct CMUnitTest shop[] = {
        cmocka_unit_test(test_having_filters_aggregates_with_their_own_types),
        cmocka_unit_test(test_having_joins_conditions_as_where_does),
        cmocka_unit_test(test_having_folds_what_is_always_or_never_true),
        cmocka_unit_test(test_having_compares_with_keys_alone),
        cmocka_unit_test(test_having_compares_an_average_with_an_integer),
        cmocka_unit_test(test_having_refuses_fields_that_are_no_keys),
    };
    const struct CMUnitTest blog[] = {
        cmocka_unit_test(test_having_filters_keys_and_those_of_related_records),
        cmocka_unit_test(test_having_refuses_related_fields_that_are_no_keys),
    };
    int failed = cmocka_run_group_tests(shop, fixture_setup, fixture_teardown);
    return failed + cmocka_run_group_tests(blog, fixture_setup_blog, fixture_teardown);
}
