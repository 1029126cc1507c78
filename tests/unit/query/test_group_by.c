// SPDX-License-Identifier: Apache-2.0
//
// GroupBy: keys, orders and pages beside the statements they become.
#include "fixture.h"

#include "support/check.h"

static void test_group_by_a_column_counts_its_records(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'count_all':true}",
                   "select t0.`maker`, count(*) from `public`.`item` t0 group by"
                   " t0.`maker`\n"
                   "row <- 1{7} 2");
}

static void test_group_by_several_columns_names_each_once(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'},{'field':'ITEM_FIELD_GONE'},"
                   "{'field':'ITEM_FIELD_NOTE'}],'count':['ITEM_FIELD_WEIGHT'],"
                   "'sum':['ITEM_FIELD_PRICE'],'min':['ITEM_FIELD_BORN'],"
                   "'where':{'serial':{'gt':'5'}}}",
                   "select t0.`note`, t0.`gone`, count(t0.`weight`), sum(t0.`price`),"
                   " min(t0.`born`) from `public`.`item` t0 where t0.`serial` > $1::int8"
                   " group by t0.`note`, t0.`gone`\n"
                   "1: 5 as int8\n"
                   "row <- 1{4 21} 3{15} 4{3} 6{23}");
}

static void test_group_by_alone_gives_the_keys(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY, "{'by':[{'field':'ITEM_FIELD_TAX'}]}",
                   "select t0.`tax`::text from `public`.`item` t0 group by t0.`tax`\n"
                   "row <- 1{17'}");
}

static void test_group_by_needs_a_key(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY, "{'count_all':true}",
                   "INVALID_ARGUMENT () by: names no field to group by; Aggregate is for"
                   " all records together");
    fixture_expect("Item", RC_VERB_GROUP_BY, "{'by':[{}]}",
                   "INVALID_ARGUMENT () by[0]: names no field");
    fixture_expect("Item", RC_VERB_GROUP_BY, "{'by':[{'field':'ITEM_FIELD_UNSPECIFIED'}]}",
                   "INVALID_ARGUMENT () by[0].field: names no column");
    fixture_expect("Part", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'PART_FIELD_LABEL'},{'item':{}}]}",
                   "INVALID_ARGUMENT () by[1].item: names no field");
}

static void test_group_by_refuses_what_cannot_be_compared(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NAME'},{'field':'ITEM_FIELD_RAW'}]}",
                   "INVALID_ARGUMENT () by[1].field: raw is json, and such values cannot"
                   " be compared");
    fixture_expect("Kind", RC_VERB_GROUP_BY, "{'by':[{'field':'KIND_FIELD_MANY_XML'}]}",
                   "INVALID_ARGUMENT () by[0].field: many_xml is xml[], and such values"
                   " cannot be compared");
    fixture_expect("Part", RC_VERB_GROUP_BY, "{'by':[{'item':{'field':'ITEM_FIELD_DOC'}}]}",
                   "INVALID_ARGUMENT () by[0].item.field: doc is xml, and such values"
                   " cannot be compared");
}

static void test_group_by_refuses_aggregates_by_path(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NAME'}],'avg':['ITEM_FIELD_NAME']}",
                   "INVALID_ARGUMENT () avg[0]: name is text, of which PostgreSQL has no"
                   " avg()");
}

static void test_group_by_relations_joins_each_once(void **state)
{
    (void)state;
    fixture_expect("Comment", RC_VERB_GROUP_BY,
                   "{'by':[{'post':{'author':{'field':'USER_FIELD_NAME'}}},"
                   "{'field':'COMMENT_FIELD_LIKES'},{'post':{'field':'POST_FIELD_TITLE'}},"
                   "{'author':{'field':'USER_FIELD_NAME'}},"
                   "{'post':{'author':{'field':'USER_FIELD_AGE'}}}],'count_all':true}",
                   "select t0.`likes`, t1.`title`, t2.`name`, t2.`age`, t3.`name`,"
                   " count(*) from `public`.`comments` t0 left join `public`.`posts` t1"
                   " on t1.`id` = t0.`postId` left join `public`.`users` t2 on t2.`id` ="
                   " t1.`authorId` left join `public`.`users` t3 on t3.`id` ="
                   " t0.`authorId` group by t2.`name`, t0.`likes`, t1.`title`, t3.`name`,"
                   " t2.`age`\n"
                   "row <- 1{6 101{2 101{2 4}} 102{2}} 2");
}

static void test_group_by_a_relation_to_itself_and_over_a_composite_key(void **state)
{
    (void)state;
    fixture_expect("User", RC_VERB_GROUP_BY,
                   "{'by':[{'manager':{'field':'USER_FIELD_NAME'}},"
                   "{'profile':{'field':'PROFILE_FIELD_BIO'}}],'sum':['USER_FIELD_BALANCE']}",
                   "select t1.`name`, t2.`bio`, sum(t0.`balance`) from `public`.`users`"
                   " t0 left join `public`.`users` t1 on t1.`id` = t0.`managerId` left"
                   " join `public`.`profiles` t2 on t2.`userId` = t0.`id` group by"
                   " t1.`name`, t2.`bio`\n"
                   "row <- 1{101{2} 202{2}} 4{6}");
    fixture_expect("Badge", RC_VERB_GROUP_BY,
                   "{'by':[{'member':{'field':'MEMBER_FIELD_LEVEL'}}]}",
                   "select t1.`level` from `public`.`badges` t0 left join"
                   " `public`.`members` t1 on t1.`userId` = t0.`user_id` and"
                   " t1.`clubCode` = t0.`club_code` group by t1.`level`\n"
                   "row <- 1{101{3}}");
}

static void test_group_order_is_by_keys_and_aggregates(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_GROUP_BY,
        "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'count_all':{"
        "'direction':'DESC','nulls':'LAST'}},{'sum':{'field':'ITEM_FIELD_PRICE',"
        "'order':{'nulls':'FIRST'}}},{'by':{'note':{'direction':'DESC',"
        "'nulls':'LAST'}}},{'count':{'field':'ITEM_FIELD_WEIGHT'}},{'count_all':{}}]}",
        "select t0.`note` from `public`.`item` t0 group by t0.`note` order by"
        " count(*) desc, sum(t0.`price`) nulls first, t0.`note` desc nulls"
        " last, count(t0.`weight`)\n"
        "row <- 1{4}");
}

static void test_group_order_is_by_keys_of_related_records(void **state)
{
    (void)state;
    fixture_expect("Part", RC_VERB_GROUP_BY,
                   "{'by':[{'item':{'field':'ITEM_FIELD_NAME'}}],'order_by':[{'by':{'item':{"
                   "'name':{'nulls':'FIRST'}}}}]}",
                   "select t1.`name` from `store`.`par``ts` t0 left join `public`.`item`"
                   " t1 on t1.`id` = t0.`itemId` group by t1.`name` order by t1.`name`"
                   " nulls first\n"
                   "row <- 1{101{2}}");
}

static void test_group_pages_have_a_total_order(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_MAKER'},{'field':'ITEM_FIELD_NOTE'}],"
                   "'order_by':[{'by':{'note':{'direction':'DESC'}}}],'take':5,'skip':2,"
                   "'having':{'count_all':{'gt':'1'}}}",
                   "select t0.`maker`, t0.`note` from `public`.`item` t0 group by"
                   " t0.`maker`, t0.`note` having count(*) > $1::int8 order by t0.`note`"
                   " desc, t0.`maker` limit $2::int8 offset $3::int8\n"
                   "1: 1 as int8\n"
                   "2: 5 as int8\n"
                   "3: 2 as int8\n"
                   "row <- 1{7 4}");
    fixture_expect("Item", RC_VERB_GROUP_BY, "{'by':[{'field':'ITEM_FIELD_MAKER'}],'skip':2}",
                   "select t0.`maker` from `public`.`item` t0 group by t0.`maker` order"
                   " by t0.`maker` offset $1::int8\n"
                   "1: 2 as int8\n"
                   "row <- 1{7}");
}

static void test_group_pages_from_the_end_are_turned_back(void **state)
{
    (void)state;
    fixture_expect("Part", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'PART_FIELD_LABEL'},{'item':{'field':'ITEM_FIELD_TAX'}}],"
                   "'order_by':[{'count_all':{}}],'take':-2,'count_all':true,"
                   "'max':['PART_FIELD_LABEL'],'where':{'id':{'gt':'1'}}}",
                   "select t2.c0, t2.c1::text, t2.c2, t2.c3 from (select t0.`label` as"
                   " c0, t1.`tax` as c1, count(*) as c2, max(t0.`label`) as c3,"
                   " row_number() over (order by count(*) desc, t0.`label` desc,"
                   " t1.`tax` desc) as n from `store`.`par``ts` t0 left join"
                   " `public`.`item` t1 on t1.`id` = t0.`itemId` where t0.`id` > $1::int8"
                   " group by t0.`label`, t1.`tax` order by count(*) desc, t0.`label`"
                   " desc, t1.`tax` desc limit $2::int8) t2 order by t2.n desc\n"
                   "1: 1 as int8\n"
                   "2: 2 as int8\n"
                   "row <- 1{3 101{17'}} 2 7{3}");
}

static void test_group_order_refuses_what_is_no_key_or_aggregate(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'by':{'name':{}}}]}",
                   "INVALID_ARGUMENT () order_by[0].by.name: records are not grouped by"
                   " this field: add it to by, or ask for an aggregate of it");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'by':{'parts':{}}}]}",
                   "INVALID_ARGUMENT () order_by[0].by.parts: orders records: groups are"
                   " ordered by what they are grouped by, and by aggregates");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'by':{'relevance':{}}}]}",
                   "INVALID_ARGUMENT () order_by[0].by.relevance: orders records: groups"
                   " are ordered by what they are grouped by, and by aggregates");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'by':{}}]}",
                   "INVALID_ARGUMENT () order_by[0].by: names no column");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'count_all':{}},{}]}",
                   "INVALID_ARGUMENT () order_by[1]: names nothing to order by");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'sum':{}}]}",
                   "INVALID_ARGUMENT () order_by[0].sum: names no column");
    fixture_expect("Item", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'order_by':[{'min':{'field':"
                   "'ITEM_FIELD_TOKEN'}}]}",
                   "INVALID_ARGUMENT () order_by[0].min.field: token is uuid, of which"
                   " PostgreSQL has no min()");
    fixture_expect(
        "Part", RC_VERB_GROUP_BY,
        "{'by':[{'field':'PART_FIELD_LABEL'}],'order_by':[{'by':{'item':{'name':{}}}}]}",
        "INVALID_ARGUMENT () order_by[0].by.item.name: records are not grouped"
        " by this field: add it to by, or ask for an aggregate of it");
    fixture_expect("Part", RC_VERB_GROUP_BY,
                   "{'by':[{'field':'PART_FIELD_LABEL'}],'order_by':[{'by':{'item':{}}}]}",
                   "INVALID_ARGUMENT () order_by[0].by.item: names no column");
}

int main(void)
{
    const struct CMUnitTest shop[] = {
        cmocka_unit_test(test_group_by_a_column_counts_its_records),
        cmocka_unit_test(test_group_by_several_columns_names_each_once),
        cmocka_unit_test(test_group_by_alone_gives_the_keys),
        cmocka_unit_test(test_group_by_needs_a_key),
        cmocka_unit_test(test_group_by_refuses_what_cannot_be_compared),
        cmocka_unit_test(test_group_by_refuses_aggregates_by_path),
        cmocka_unit_test(test_group_order_is_by_keys_and_aggregates),
        cmocka_unit_test(test_group_order_is_by_keys_of_related_records),
        cmocka_unit_test(test_group_pages_have_a_total_order),
        cmocka_unit_test(test_group_pages_from_the_end_are_turned_back),
        cmocka_unit_test(test_group_order_refuses_what_is_no_key_or_aggregate),
    };
    const struct CMUnitTest blog[] = {
        cmocka_unit_test(test_group_by_relations_joins_each_once),
        cmocka_unit_test(test_group_by_a_relation_to_itself_and_over_a_composite_key),
    };
    int failed = cmocka_run_group_tests(shop, fixture_setup, fixture_teardown);
    return failed + cmocka_run_group_tests(blog, fixture_setup_blog, fixture_teardown);
}
