// SPDX-License-Identifier: Apache-2.0
//
// Orders by related records and by their number, with pages under them.
#include "fixture.h"

#include "support/check.h"

static void test_order_joins_what_it_needs(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_FIND_MANY,
                   "{'order_by':[{'author':{'name':{}}},{'reviewer':{'name':{"
                   "'direction':'DESC','nulls':'LAST'}}}],'select':{'id':true}}",
                   "select t0.`id` from `public`.`posts` t0 left join `public`.`users` t1 on"
                   " t1.`id` = t0.`authorId` left join `public`.`users` t2 on t2.`id` ="
                   " t0.`reviewerId` order by t1.`name`, t2.`name` desc nulls last\n"
                   "row <- 1");
}

static void test_order_and_select_share_a_join(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'order_by':[{'author':{'manager':{'name':{}}}},{'author':{'age':{}}}],"
        "'select':{'id':true,'author':{'name':true}}}",
        "select t0.`id`, t1.`id` is not null, t1.`name` from `public`.`posts` t0 left"
        " join `public`.`users` t1 on t1.`id` = t0.`authorId` left join"
        " `public`.`users` t2 on t2.`id` = t1.`managerId` order by t2.`name`, t1.`age`\n"
        "row <- 1 101?{2}");
}

static void test_order_counts(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'order_by':[{'posts':{'direction':'DESC'}},{'name':{}}],'take':3,'select':{"
        "'id':true}}",
        "select t0.`id` from `public`.`users` t0 cross join lateral (select count(*) as"
        " `rc:count` from `public`.`posts` t2 where t2.`authorId` = t0.`id`) t1 order"
        " by t1.`rc:count` desc, t0.`name` limit $1::int8\n"
        "1: 3 as int8\n"
        "row <- 1");
}

static void test_order_counts_of_a_related_record(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'order_by':[{'reviewer':{'comments':{}}}],'select':{'id':true}}",
        "select t0.`id` from `public`.`posts` t0 left join `public`.`users` t1 on"
        " t1.`id` = t0.`reviewerId` cross join lateral (select count(*) as `rc:count`"
        " from `public`.`comments` t3 where t3.`authorId` = t1.`id`) t2 order by"
        " t2.`rc:count`\n"
        "row <- 1");
}

static void test_order_takes_a_value_once(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_FIND_MANY,
                   "{'order_by':[{'author':{'name':{}}},{'comments':{}},{'author':{'name':{"
                   "'direction':'DESC'}}},{'comments':{}},{'reviewer':{'name':{}}}],'select':{"
                   "'id':true}}",
                   "select t0.`id` from `public`.`posts` t0 left join `public`.`users` t1 on"
                   " t1.`id` = t0.`authorId` cross join lateral (select count(*) as `rc:count`"
                   " from `public`.`comments` t4 where t4.`postId` = t0.`id`) t2 left join"
                   " `public`.`users` t3 on t3.`id` = t0.`reviewerId` order by t1.`name`,"
                   " t2.`rc:count`, t3.`name`\n"
                   "row <- 1");
}

static void test_order_by_a_related_key_is_not_total(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_FIND_MANY,
                   "{'order_by':[{'author':{'id':{}}}],'take':1,'select':{'id':true}}",
                   "select t0.`id` from `public`.`posts` t0 left join `public`.`users` t1 on"
                   " t1.`id` = t0.`authorId` order by t1.`id`, t0.`id` limit $1::int8\n"
                   "1: 1 as int8\n"
                   "row <- 1");
}

static void test_order_begins_at_a_cursor_one_way(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'order_by':[{'author':{'name':{}}},{'comments':{}}],'cursor':{'slug':'x'},"
        "'select':{'id':true}}",
        "select t0.`id` from `public`.`posts` t0 left join `public`.`users` t1 on"
        " t1.`id` = t0.`authorId` cross join lateral (select count(*) as `rc:count`"
        " from `public`.`comments` t3 where t3.`postId` = t0.`id`) t2 where (t1.`name`,"
        " t2.`rc:count`, t0.`id`) >= (select t5.`name`, t6.`rc:count`, t4.`id` from"
        " `public`.`posts` t4 left join `public`.`users` t5 on t5.`id` = t4.`authorId`"
        " cross join lateral (select count(*) as `rc:count` from `public`.`comments` t7"
        " where t7.`postId` = t4.`id`) t6 where t4.`slug` = $1::text) order by"
        " t1.`name`, t2.`rc:count`, t0.`id`\n"
        "1: 'x' as text\n"
        "row <- 1");
}

static void test_order_begins_at_a_cursor_among_absent_records(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'order_by':[{'reviewer':{'name':{}}}],'cursor':{'id':'4'},'where':{'score':{"
        "'gt':1}},'select':{'id':true}}",
        "select t0.`id` from `public`.`posts` t0 left join `public`.`users` t1 on"
        " t1.`id` = t0.`reviewerId` cross join (select t4.`name` as `rc:o1`, t3.`id`"
        " from `public`.`posts` t3 left join `public`.`users` t4 on t4.`id` ="
        " t3.`reviewerId` where t3.`id` = $1::int8) t2 where ((t1.`name` > t2.`rc:o1`"
        " or (t1.`name` is null and t2.`rc:o1` is not null)) or (t1.`name` is not"
        " distinct from t2.`rc:o1` and (t0.`id` > t2.`id` or (t0.`id` = t2.`id`)))) and"
        " t0.`score` > $2::int4 order by t1.`name`, t0.`id`\n"
        "1: 4 as int8\n"
        "2: 1 as int4\n"
        "row <- 1");
}

static void test_order_is_shown_through_the_layers(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'order_by':[{'score':{}},{'reviewer':{'name':{}}},{'comments':{}}],"
        "'take':-2,'select':{'id':true}}",
        "select t0.`id` from (select t1.`id`, t1.`score`, t2.`name` as `rc:o2`,"
        " t3.`rc:count` as `rc:o3` from `public`.`posts` t1 left join `public`.`users`"
        " t2 on t2.`id` = t1.`reviewerId` cross join lateral (select count(*) as"
        " `rc:count` from `public`.`comments` t4 where t4.`postId` = t1.`id`) t3 order"
        " by t1.`score` desc, t2.`name` desc, t3.`rc:count` desc, t1.`id` desc limit"
        " $1::int8) t0 order by t0.`score`, t0.`rc:o2`, t0.`rc:o3`, t0.`id`\n"
        "1: 2 as int8\n"
        "row <- 1");
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'order_by':[{'reviewer':{'name':{}}}],'distinct':['POST_FIELD_SCORE'],"
        "'take':-2,'with_total':true,'select':{'id':true,'reviewer':{'name':true}}}",
        "select t1.`rc:total`, t0.`rc:present`, t0.`id`, t2.`id` is not null, t2.`name`"
        " from (select count(*) as `rc:total` from `public`.`posts` t3) t1 left join"
        " (select t4.`id`, t4.`reviewerId`, t4.`rc:o1` as `rc:o1`, true as `rc:present`"
        " from (select t5.`id`, t5.`reviewerId`, t6.`name` as `rc:o1`, row_number()"
        " over (partition by t5.`score` order by t6.`name`, t5.`id`) as `rc:first` from"
        " `public`.`posts` t5 left join `public`.`users` t6 on t6.`id` ="
        " t5.`reviewerId`) t4 where t4.`rc:first` = 1 order by t4.`rc:o1` desc, t4.`id`"
        " desc limit $1::int8) t0 on true left join `public`.`users` t2 on t2.`id` ="
        " t0.`reviewerId` order by t0.`rc:o1`, t0.`id`\n"
        "1: 2 as int8\n"
        "total\n"
        "present\n"
        "row <- 1 102?{2}");
}

static void test_order_inside_a_select(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'select':{'id':true,'posts':{'order_by':[{'comments':{}},{'author':{'name':{"
        "}}}],'select':{'id':true}}}}",
        "select t0.`id`, array(select row(t1.`id`) from `public`.`posts` t1 cross join"
        " lateral (select count(*) as `rc:count` from `public`.`comments` t4 where"
        " t4.`postId` = t1.`id`) t2 left join `public`.`users` t3 on t3.`id` ="
        " t1.`authorId` where t1.`authorId` = t0.`id` order by t2.`rc:count`,"
        " t3.`name`, t1.`id`) from `public`.`users` t0\n"
        "row <- 1 204[1]");
}

static void test_order_matters_not_to_a_count(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_COUNT, "{'order_by':[{'author':{'name':{}}}],'take':3}",
                   "select count(*) from (select from `public`.`posts` t1 limit $1::int8) t0\n"
                   "1: 3 as int8\n"
                   "count");
    fixture_expect(
        "Post", RC_VERB_COUNT, "{'order_by':[{'author':{'name':{}}}],'cursor':{'id':'3'}}",
        "select count(*) from (select from `public`.`posts` t1 left join"
        " `public`.`users` t2 on t2.`id` = t1.`authorId` where (t2.`name`, t1.`id`) >="
        " (select t4.`name`, t3.`id` from `public`.`posts` t3 left join"
        " `public`.`users` t4 on t4.`id` = t3.`authorId` where t3.`id` = $1::int8)) t0\n"
        "1: 3 as int8\n"
        "count");
}

static void test_order_refuses_what_has_none(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_FIND_MANY, "{'order_by':[{'title':{}},{'author':{}}]}",
                   "INVALID_ARGUMENT () order_by[1].author: names nothing to order by");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_joins_what_it_needs),
        cmocka_unit_test(test_order_and_select_share_a_join),
        cmocka_unit_test(test_order_counts),
        cmocka_unit_test(test_order_counts_of_a_related_record),
        cmocka_unit_test(test_order_takes_a_value_once),
        cmocka_unit_test(test_order_by_a_related_key_is_not_total),
        cmocka_unit_test(test_order_begins_at_a_cursor_one_way),
        cmocka_unit_test(test_order_begins_at_a_cursor_among_absent_records),
        cmocka_unit_test(test_order_is_shown_through_the_layers),
        cmocka_unit_test(test_order_inside_a_select),
        cmocka_unit_test(test_order_matters_not_to_a_count),
        cmocka_unit_test(test_order_refuses_what_has_none),
    };
    return cmocka_run_group_tests(tests, fixture_setup_blog, fixture_teardown);
}
