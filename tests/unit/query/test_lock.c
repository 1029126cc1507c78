// SPDX-License-Identifier: Apache-2.0
//
// Row locks of reads: requests beside the statements they become.
#include "fixture.h"

#include "support/check.h"

static void test_lock_of_one_record(void **state)
{
    (void)state;
    fixture_expect("Profile", RC_VERB_FIND_UNIQUE,
                   "{'key':{'id':7},'select':{'id':true,'user':{'name':true}},'lock':{}}",
                   "select t0.`id`, t1.`id` is not null, t1.`name` from `public`.`profiles` t0"
                   " left join `public`.`users` t1 on t1.`id` = t0.`userId` where t0.`id` ="
                   " $1::int4 for update of t0\n"
                   "1: 7 as int4\n"
                   "row <- 1 101?{2}\n"
                   "locks");
}

static void test_lock_has_a_strength_and_a_wait(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_FIRST,
        "{'where':{'posts':{'some':{}}},'order_by':[{'posts':{}}],'select':{'id':"
        "true},'lock':{'strength':'FOR_NO_KEY_UPDATE','wait':'SKIP_LOCKED'}}",
        "select t0.`id` from `public`.`users` t0 cross join lateral (select count(*) as"
        " `rc:count` from `public`.`posts` t2 where t2.`authorId` = t0.`id`) t1 where"
        " exists (select 1 from `public`.`posts` t4 where t4.`authorId` = t0.`id`)"
        " order by t1.`rc:count`, t0.`id` limit 1 for no key update of t0 skip locked\n"
        "row <- 1\n"
        "locks");
    fixture_expect("User", RC_VERB_FIND_MANY,
                   "{'take':4,'select':{'id':true},'lock':{'strength':'FOR_SHARE',"
                   "'wait':'NOWAIT'}}",
                   "select t0.`id` from `public`.`users` t0 order by t0.`id` limit $1::int8 for"
                   " share of t0 nowait\n"
                   "1: 4 as int8\n"
                   "row <- 1\n"
                   "locks");
    fixture_expect("User", RC_VERB_FIND_MANY,
                   "{'select':{'id':true},'lock':{'strength':'FOR_KEY_SHARE'}}",
                   "select t0.`id` from `public`.`users` t0 for key share of t0\n"
                   "row <- 1\n"
                   "locks");
}

static void test_lock_of_a_page_from_the_end_is_within(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'take':-2,'order_by':[{'reviewer':{'name':{}}}],'select':{'id':true,"
        "'author':{'id':true}},'lock':{}}",
        "select t0.`id`, t1.`id` is not null, t1.`id` from (select t2.`id`,"
        " t2.`authorId`, t3.`name` as `rc:o1` from `public`.`posts` t2 left join"
        " `public`.`users` t3 on t3.`id` = t2.`reviewerId` order by t3.`name` desc,"
        " t2.`id` desc limit $1::int8 for update of t2) t0 left join `public`.`users`"
        " t1 on t1.`id` = t0.`authorId` order by t0.`rc:o1`, t0.`id`\n"
        "1: 2 as int8\n"
        "row <- 1 101?{1}\n"
        "locks");
}

static void test_lock_goes_with_a_cursor(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'cursor':{'id':3},'order_by':[{'age':{}}],'select':{'id':true},'lock':{}}",
        "select t0.`id` from `public`.`users` t0 cross join (select t2.`age`, t2.`id`"
        " from `public`.`users` t2 where t2.`id` = $1::int4) t1 where ((t0.`age` >"
        " t1.`age` or (t0.`age` is null and t1.`age` is not null)) or (t0.`age` is not"
        " distinct from t1.`age` and (t0.`id` > t1.`id` or (t0.`id` = t1.`id`)))) order"
        " by t0.`age`, t0.`id` for update of t0\n"
        "1: 3 as int4\n"
        "row <- 1\n"
        "locks");
}

static void test_lock_refuses_what_cannot_be_locked(void **state)
{
    (void)state;
    fixture_expect("User", RC_VERB_FIND_MANY, "{'distinct':['USER_FIELD_AGE'],'lock':{}}",
                   "INVALID_ARGUMENT () lock: does not go together with distinct");
    fixture_expect("User", RC_VERB_FIND_MANY, "{'with_total':true,'lock':{}}",
                   "INVALID_ARGUMENT () lock: does not go together with with_total");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock_of_one_record),
        cmocka_unit_test(test_lock_has_a_strength_and_a_wait),
        cmocka_unit_test(test_lock_of_a_page_from_the_end_is_within),
        cmocka_unit_test(test_lock_goes_with_a_cursor),
        cmocka_unit_test(test_lock_refuses_what_cannot_be_locked),
    };
    return cmocka_run_group_tests(tests, fixture_setup_blog, fixture_teardown);
}
