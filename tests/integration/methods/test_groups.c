// SPDX-License-Identifier: Apache-2.0
//
// GroupBy over the whole request path: what Prisma means by keys, NULL, having, order and
// pages, and what it does not have: keys of related records.
#include "harness.h"

#include "support/check.h"

// ---- one table

// maker, note, weight, price of the items 1 to 7.
static int fill_items(void **state)
{
    (void)harness_empty(state);
    harness_sql("insert into item (name, price, note, maker, serial, token, updated_at, weight)"
                " select name, price, note, maker, row_number() over (), gen_random_uuid(),"
                " now(), weight from (values"
                " ('a', 1.10, 'x', 'acme', 1.5), ('b', 2.20, null, 'acme', null),"
                " ('c', 3.30, 'x', 'acme', 2.5), ('d', 4.40, 'y', 'blue', null),"
                " ('e', 5.50, null, 'blue', null), ('f', 6.60, null, 'cork', 1.0),"
                " ('g', 7.70, 'z', 'dune', 4.0)) v(name, price, note, maker, weight)");
    return 0;
}

static void test_groups_have_the_values_that_their_records_share(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'count_all':true,"
                   "'count':['ITEM_FIELD_NOTE','ITEM_FIELD_WEIGHT'],'sum':['ITEM_FIELD_PRICE'],"
                   "'avg':['ITEM_FIELD_WEIGHT'],'min':['ITEM_FIELD_NAME'],"
                   "'max':['ITEM_FIELD_PRICE','ITEM_FIELD_NAME'],"
                   "'order_by':[{'by':{'maker':{}}}]}",
                   "{'groups':[{'by':{'maker':'acme'},'count_all':'3',"
                   "'count':{'note':'2','weight':'2'},'sum':{'price':'6.60'},"
                   "'avg':{'weight':2},'min':{'name':'a'},'max':{'name':'c',"
                   "'price':'3.30'}},{'by':{'maker':'blue'},'count_all':'2',"
                   "'count':{'note':'1','weight':'0'},'sum':{'price':'9.90'},'avg':{},"
                   "'min':{'name':'d'},'max':{'name':'e','price':'5.50'}},"
                   "{'by':{'maker':'cork'},'count_all':'1','count':{'note':'0',"
                   "'weight':'1'},'sum':{'price':'6.60'},'avg':{'weight':1},"
                   "'min':{'name':'f'},'max':{'name':'f','price':'6.60'}},"
                   "{'by':{'maker':'dune'},'count_all':'1','count':{'note':'1',"
                   "'weight':'1'},'sum':{'price':'7.70'},'avg':{'weight':4},"
                   "'min':{'name':'g'},'max':{'name':'g','price':'7.70'}}]}");
}

static void test_groups_of_null_are_groups(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],'count_all':true,"
                   "'count':['ITEM_FIELD_NOTE'],'order_by':[{'by':{'note':{}}}]}",
                   "{'groups':[{'by':{'note':'x'},'count_all':'2',"
                   "'count':{'note':'2'}},{'by':{'note':'y'},'count_all':'1',"
                   "'count':{'note':'1'}},{'by':{'note':'z'},'count_all':'1',"
                   "'count':{'note':'1'}},{'by':{},'count_all':'3',"
                   "'count':{'note':'0'}}]}");
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_NOTE'}],"
                   "'order_by':[{'by':{'note':{'direction':'DESC','nulls':'FIRST'}}}]}",
                   "{'groups':[{'by':{}},{'by':{'note':'z'}},{'by':{'note':'y'}},"
                   "{'by':{'note':'x'}}]}");
}

static void test_groups_by_two_fields_are_their_combinations(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_NOTE'},{'field':'ITEM_FIELD_MAKER'}],"
                   "'count_all':true,'order_by':[{'by':{'maker':{}}},{'by':{'note':{}}}]}",
                   "{'groups':[{'by':{'note':'x','maker':'acme'},'count_all':'2'},"
                   "{'by':{'maker':'acme'},'count_all':'1'},{'by':{'note':'y',"
                   "'maker':'blue'},'count_all':'1'},{'by':{'maker':'blue'},"
                   "'count_all':'1'},{'by':{'maker':'cork'},'count_all':'1'},"
                   "{'by':{'note':'z','maker':'dune'},'count_all':'1'}]}");
}

static void test_groups_of_no_records_are_none(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'count_all':true,"
                   "'where':{'id':{'equals':0}}}",
                   "{}");
    harness_expect("Item/GroupBy", "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'or':{}}}",
                   "{}");
}

static void test_where_chooses_records_and_having_groups(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'count_all':true,"
                   "'where':{'price':{'gt':'2'}},'having':{'count_all':{'gte':'2'}},"
                   "'order_by':[{'by':{'maker':{}}}]}",
                   "{'groups':[{'by':{'maker':'acme'},'count_all':'2'},"
                   "{'by':{'maker':'blue'},'count_all':'2'}]}");
}

static void test_having_asks_for_aggregates_that_are_not_answered(void **state)
{
    (void)state;
    harness_expect(
        "Item/GroupBy",
        "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'sum':{'price':{'gt':'6.6'}},"
        "'avg':{'price':{'lt':'7.70'}}},'order_by':[{'by':{'maker':{}}}]}",
        "{'groups':[{'by':{'maker':'blue'}}]}");
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'max':{'weight':{"
                   "'is_null':true}}}}",
                   "{'groups':[{'by':{'maker':'blue'}}]}");
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'min':{'name':{"
                   "'in':{'values':['A','f']},'insensitive':true}}},"
                   "'order_by':[{'by':{'maker':{}}}]}",
                   "{'groups':[{'by':{'maker':'acme'}},{'by':{'maker':'cork'}}]}");
}

// An average of nothing is NULL, and NULL is neither more nor less than anything.
static void test_having_about_nothing_is_neither_true_nor_false(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'avg':{'weight':{'gt':0}}},"
                   "'order_by':[{'by':{'maker':{}}}]}",
                   "{'groups':[{'by':{'maker':'acme'}},{'by':{'maker':'cork'}},"
                   "{'by':{'maker':'dune'}}]}");
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'not':[{'avg':{'weight':{"
                   "'gt':0}}}]}}",
                   "{}");
}

static void test_having_combines_conditions(void **state)
{
    (void)state;
    harness_expect(
        "Item/GroupBy",
        "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'or':{'any':[{'by':{'maker':{"
        "'starts_with':'c'}}},{'and':[{'count_all':{'equals':'2'}},{'sum':{'price':{"
        "'equals':'9.9'}}}]}]},'not':[{'by':{'maker':{'equals':'dune'}}}]},"
        "'order_by':[{'by':{'maker':{}}}]}",
        "{'groups':[{'by':{'maker':'blue'}},{'by':{'maker':'cork'}}]}");
}

static void test_having_compares_an_aggregate_with_a_key(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_SERIAL'}],'having':{'max':{'id':{'compare':[{"
                   "'comparison':'EQUALS','field':'serial'}]}},'count_all':{'compare':[{"
                   "'comparison':'GREATER_OR_EQUAL','field':'serial'}]}}}",
                   "{'groups':[{'by':{'serial':'1'}}]}");
}

static void test_order_is_by_aggregates_and_keys(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'order_by':[{'count_all':{"
                   "'direction':'DESC'}},{'by':{'maker':{'direction':'DESC'}}}]}",
                   "{'groups':[{'by':{'maker':'acme'}},{'by':{'maker':'blue'}},"
                   "{'by':{'maker':'dune'}},{'by':{'maker':'cork'}}]}");
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'order_by':[{'sum':{"
                   "'field':'ITEM_FIELD_WEIGHT','order':{'nulls':'FIRST'}}}]}",
                   "{'groups':[{'by':{'maker':'blue'}},{'by':{'maker':'cork'}},"
                   "{'by':{'maker':'acme'}},{'by':{'maker':'dune'}}]}");
    harness_expect(
        "Item/GroupBy",
        "{'by':[{'field':'ITEM_FIELD_MAKER'}],'order_by':[{'max':{"
        "'field':'ITEM_FIELD_WEIGHT','order':{'direction':'DESC','nulls':'LAST'}}}]}",
        "{'groups':[{'by':{'maker':'dune'}},{'by':{'maker':'acme'}},"
        "{'by':{'maker':'cork'}},{'by':{'maker':'blue'}}]}");
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'order_by':[{'count':{"
                   "'field':'ITEM_FIELD_NOTE'}},{'avg':{'field':'ITEM_FIELD_PRICE'}}]}",
                   "{'groups':[{'by':{'maker':'cork'}},{'by':{'maker':'blue'}},"
                   "{'by':{'maker':'dune'}},{'by':{'maker':'acme'}}]}");
}

static void test_groups_need_keys(void **state)
{
    (void)state;
    harness_expect(
        "Item/GroupBy", "{'count_all':true}",
        "INVALID_ARGUMENT  not executed: by: names no field to group by; Aggregate is"
        " for all records together");
    harness_expect(
        "Item/GroupBy", "{'by':[{'field':'ITEM_FIELD_MAKER'}],'order_by':[{'by':{'name':{}}}]}",
        "INVALID_ARGUMENT  not executed: order_by[0].by.name: records are not grouped"
        " by this field: add it to by, or ask for an aggregate of it");
}

static void test_having_refuses_what_is_no_value(void **state)
{
    (void)state;
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'and':[{'sum':{'price':{"
                   "'gt':'much'}}}]}}",
                   "INVALID_ARGUMENT P2007 rolled back: having.and[0].sum.price.gt: a "
                   "value is not valid text for its type");
    harness_expect("Item/GroupBy",
                   "{'by':[{'field':'ITEM_FIELD_MAKER'}],'having':{'min':{'born':{"
                   "'in':{'values':['2020-01-01','once']}}}}}",
                   "INVALID_ARGUMENT P2007 rolled back: having.min.born.in: a value is"
                   " not a date or time");
}

// ---- related records

// Users: ann (1) manages bob (2) and cyd (3); cyd has no age. Posts by ann (5, 7 likes), bob
// (1), cyd (3); reviewed by bob, nobody, ann, nobody.
static int fill_blog(void **state)
{
    (void)harness_empty(state);
    harness_sql(
        "insert into users (name, age, \"managerId\", balance) values ('ann', 40, null, 0.10),"
        " ('bob', 30, 1, 0.20), ('cyd', null, 1, 99.99);\n"
        "insert into profiles (bio, \"userId\") values ('b', 2);\n"
        "insert into posts (title, \"authorId\", \"reviewerId\", score, \"updatedAt\") values"
        " ('one', 1, 2, 5, now()), ('two', 1, null, 7, now()), ('three', 2, 1, 1, now()),"
        " ('four', 3, null, 3, now());\n"
        "insert into comments (id, text, \"postId\", \"authorId\", likes) values"
        " ('00000000-0000-0000-0000-000000000001', 'a', 1, 2, 5),"
        " ('00000000-0000-0000-0000-000000000002', 'b', 1, null, 9),"
        " ('00000000-0000-0000-0000-000000000003', 'c', 3, 3, 7);\n"
        "insert into side.\"cl\"\"ubs\" values ('chess', null), ('go', 'stones');\n"
        "insert into members values (1, 'chess', 'OWNER'), (1, 'go', 'READER'),"
        " (2, 'chess', 'READER');\n"
        "insert into badges (kind, user_id, club_code) values ('gold', 1, 'chess'),"
        " ('tin', 1, 'go'), ('lead', 2, 'chess'), ('lost', null, 'go');\n");
    return 0;
}

static void test_groups_are_by_fields_of_related_records(void **state)
{
    (void)state;
    harness_expect("Post/GroupBy",
                   "{'by':[{'author':{'field':'USER_FIELD_NAME'}}],'sum':['POST_FIELD_SCORE'],"
                   "'count_all':true,'order_by':[{'by':{'author':{'name':{}}}}]}",
                   "{'groups':[{'by':{'author':{'name':'ann'}},'count_all':'2',"
                   "'sum':{'score':'12'}},{'by':{'author':{'name':'bob'}},"
                   "'count_all':'1','sum':{'score':'1'}},"
                   "{'by':{'author':{'name':'cyd'}},'count_all':'1',"
                   "'sum':{'score':'3'}}]}");
}

static void test_groups_are_by_records_over_several_relations(void **state)
{
    (void)state;
    harness_expect(
        "Comment/GroupBy",
        "{'by':[{'post':{'author':{'field':'USER_FIELD_NAME'}}},"
        "{'author':{'manager':{'field':'USER_FIELD_AGE'}}}],"
        "'max':['COMMENT_FIELD_LIKES'],'order_by':[{'by':{'post':{'author':{'name':{}}}}},"
        "{'by':{'author':{'manager':{'age':{}}}}}]}",
        "{'groups':[{'by':{'post':{'author':{'name':'ann'}},"
        "'author':{'manager':{'age':40}}},'max':{'likes':5}},"
        "{'by':{'post':{'author':{'name':'ann'}},'author':{'manager':{}}},"
        "'max':{'likes':9}},{'by':{'post':{'author':{'name':'bob'}},"
        "'author':{'manager':{'age':40}}},'max':{'likes':7}}]}");
}

// Posts without a reviewer, and those whose reviewer has no age, would be one group.
static void test_groups_without_a_related_record_have_no_values(void **state)
{
    (void)state;
    harness_expect("Post/GroupBy",
                   "{'by':[{'reviewer':{'field':'USER_FIELD_NAME'}},{'reviewer':{"
                   "'field':'USER_FIELD_AGE'}}],'count_all':true,"
                   "'order_by':[{'by':{'reviewer':{'name':{'nulls':'FIRST'}}}}]}",
                   "{'groups':[{'by':{'reviewer':{}},'count_all':'2'},"
                   "{'by':{'reviewer':{'name':'ann','age':40}},'count_all':'1'},"
                   "{'by':{'reviewer':{'name':'bob','age':30}},'count_all':'1'}]}");
    harness_sql("update posts set \"reviewerId\" = 3 where id = 2");
    harness_expect("Post/GroupBy",
                   "{'by':[{'reviewer':{'field':'USER_FIELD_AGE'}}],'count_all':true,"
                   "'order_by':[{'by':{'reviewer':{'age':{}}}}]}",
                   "{'groups':[{'by':{'reviewer':{'age':30}},'count_all':'1'},"
                   "{'by':{'reviewer':{'age':40}},'count_all':'1'},"
                   "{'by':{'reviewer':{}},'count_all':'2'}]}");
}

static void test_groups_are_by_relations_of_every_kind(void **state)
{
    (void)state;
    harness_expect("User/GroupBy", // to itself, and one to one from the other side
                   "{'by':[{'manager':{'field':'USER_FIELD_NAME'}},{'profile':{"
                   "'field':'PROFILE_FIELD_BIO'}}],'sum':['USER_FIELD_BALANCE'],"
                   "'order_by':[{'sum':{'field':'USER_FIELD_BALANCE'}}]}",
                   "{'groups':[{'by':{'manager':{},'profile':{}},"
                   "'sum':{'balance':'0.10'}},{'by':{'manager':{'name':'ann'},"
                   "'profile':{'bio':'b'}},'sum':{'balance':'0.20'}},"
                   "{'by':{'manager':{'name':'ann'},'profile':{}},"
                   "'sum':{'balance':'99.99'}}]}");
    harness_expect("Badge/GroupBy", // over a key of two columns
                   "{'by':[{'member':{'field':'MEMBER_FIELD_LEVEL'}},{'member':{'club':{"
                   "'field':'CLUB_FIELD_MOTTO'}}}],'count_all':true,"
                   "'order_by':[{'by':{'member':{'level':{}}}},{'by':{'member':{'club':{"
                   "'motto':{}}}}}]}",
                   "{'groups':[{'by':{'member':{'level':'READER',"
                   "'club':{'motto':'stones'}}},'count_all':'1'},"
                   "{'by':{'member':{'level':'READER','club':{}}},'count_all':'1'},"
                   "{'by':{'member':{'level':'OWNER','club':{}}},'count_all':'1'},"
                   "{'by':{'member':{'club':{}}},'count_all':'1'}]}");
}

static void test_having_filters_fields_of_related_records(void **state)
{
    (void)state;
    harness_expect(
        "Post/GroupBy",
        "{'by':[{'author':{'field':'USER_FIELD_NAME'}},{'author':{'manager':{"
        "'field':'USER_FIELD_NAME'}}}],'having':{'by':{'author':{'name':{'not':'cyd'},"
        "'manager':{'name':{'is_null':true}}}}},'sum':['POST_FIELD_SCORE']}",
        "{'groups':[{'by':{'author':{'name':'ann','manager':{}}},"
        "'sum':{'score':'12'}}]}");
    harness_expect("Post/GroupBy",
                   "{'by':[{'author':{'field':'USER_FIELD_AGE'}}],'having':{'by':{'author':{"
                   "'age':{'gte':30}}},'sum':{'score':{'lt':'10'}}},'count_all':true}",
                   "{'groups':[{'by':{'author':{'age':30}},'count_all':'1'}]}");
}

static void test_groups_of_related_records_are_filtered_and_paged(void **state)
{
    (void)state;
    harness_expect("Post/GroupBy",
                   "{'by':[{'author':{'field':'USER_FIELD_NAME'}}],'count_all':true,"
                   "'where':{'author':{'is':{'balance':{'lt':'50'}}},'comments':{'every':{"
                   "'likes':{'lt':9}}}},'take':-1}",
                   "{'groups':[{'by':{'author':{'name':'bob'}},'count_all':'1'}]}");
    harness_expect("Post/GroupBy",
                   "{'by':[{'author':{'field':'USER_FIELD_NAME'}}],'count_all':true,'take':-2,"
                   "'order_by':[{'count_all':{}}]}",
                   "{'groups':[{'by':{'author':{'name':'cyd'}},'count_all':'1'},"
                   "{'by':{'author':{'name':'ann'}},'count_all':'2'}]}");
}

int main(void)
{
    const struct CMUnitTest items[] = {
        cmocka_unit_test_setup(test_groups_have_the_values_that_their_records_share,
                               fill_items),
        cmocka_unit_test_setup(test_groups_of_null_are_groups, fill_items),
        cmocka_unit_test_setup(test_groups_by_two_fields_are_their_combinations, fill_items),
        cmocka_unit_test_setup(test_groups_of_no_records_are_none, fill_items),
        cmocka_unit_test_setup(test_where_chooses_records_and_having_groups, fill_items),
        cmocka_unit_test_setup(test_having_asks_for_aggregates_that_are_not_answered,
                               fill_items),
        cmocka_unit_test_setup(test_having_about_nothing_is_neither_true_nor_false, fill_items),
        cmocka_unit_test_setup(test_having_combines_conditions, fill_items),
        cmocka_unit_test_setup(test_having_compares_an_aggregate_with_a_key, fill_items),
        cmocka_unit_test_setup(test_order_is_by_aggregates_and_keys, fill_items),
        cmocka_unit_test_setup(test_groups_need_keys, fill_items),
        cmocka_unit_test_setup(test_having_refuses_what_is_no_value, fill_items),
    };
    const struct CMUnitTest blog[] = {
        cmocka_unit_test_setup(test_groups_are_by_fields_of_related_records, fill_blog),
        cmocka_unit_test_setup(test_groups_are_by_records_over_several_relations, fill_blog),
        cmocka_unit_test_setup(test_groups_without_a_related_record_have_no_values, fill_blog),
        cmocka_unit_test_setup(test_groups_are_by_relations_of_every_kind, fill_blog),
        cmocka_unit_test_setup(test_having_filters_fields_of_related_records, fill_blog),
        cmocka_unit_test_setup(test_groups_of_related_records_are_filtered_and_paged,
                               fill_blog),
    };
    int failed = cmocka_run_group_tests(items, harness_setup, harness_teardown);
    return failed + cmocka_run_group_tests(blog, harness_setup_blog, harness_teardown);
}
