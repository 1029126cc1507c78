// SPDX-License-Identifier: Apache-2.0
//
// Conditions on related records: requests beside the statements they become.
#include "fixture.h"

#include "support/check.h"

static void test_relation_filter_is_asks_for_a_related_record(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_COUNT, "{'where':{'author':{'is':{'name':{'equals':'ann'}}}}}",
        "select count(*) from `public`.`posts` t0 where exists (select 1 from"
        " `public`.`users` t1 where t1.`id` = t0.`authorId` and t1.`name` = $1::text)\n"
        "1: 'ann' as text\n"
        "count");
}

static void test_relation_filter_is_not_is_true_of_none(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_COUNT, "{'where':{'reviewer':{'is_not':{'name':{'equals':'ann'}}}}}",
        "select count(*) from `public`.`posts` t0 where not exists (select 1 from"
        " `public`.`users` t1 where t1.`id` = t0.`reviewerId` and t1.`name` = $1::text)\n"
        "1: 'ann' as text\n"
        "count");
}

static void test_relation_filter_some_and_none_are_opposites(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_COUNT,
        "{'where':{'posts':{'some':{'score':{'gt':3}},'none':{'score':{'lt':1}}}}}",
        "select count(*) from `public`.`users` t0 where (exists (select 1 from"
        " `public`.`posts` t1 where t1.`authorId` = t0.`id` and t1.`score` > $1::int4)"
        " and not exists (select 1 from `public`.`posts` t2 where t2.`authorId` ="
        " t0.`id` and t2.`score` < $2::int4))\n"
        "1: 3 as int4\n"
        "2: 1 as int4\n"
        "count");
}

static void test_relation_filter_every_fails_on_null(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_COUNT,
        "{'where':{'comments':{'every':{'likes':{'gt':3},'text':{'not':'x'}}}}}",
        "select count(*) from `public`.`posts` t0 where not exists (select 1 from"
        " `public`.`comments` t1 where t1.`postId` = t0.`id` and (t1.`text` <> $1::text"
        " and t1.`likes` > $2::int4) is not true)\n"
        "1: 'x' as text\n"
        "2: 3 as int4\n"
        "count");
}

static void test_relation_filter_every_of_an_alternative_keeps_its_parentheses(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_COUNT,
                   "{'where':{'comments':{'every':{'or':{'any':[{'likes':{'gt':3}},{'text':{"
                   "'equals':'x'}}]}}}}}",
                   "select count(*) from `public`.`posts` t0 where not exists (select 1 from"
                   " `public`.`comments` t1 where t1.`postId` = t0.`id` and ((t1.`likes` >"
                   " $1::int4 or t1.`text` = $2::text)) is not true)\n"
                   "1: 3 as int4\n"
                   "2: 'x' as text\n"
                   "count");
}

static void test_relation_filter_is_null_reads_the_foreign_key(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'reviewer':{'is_null':true}}}",
                   "select count(*) from `public`.`posts` t0 where t0.`reviewerId` is null\n"
                   "count");
    fixture_expect("Badge", RC_VERB_COUNT, "{'where':{'member':{'is_null':true}}}",
                   "select count(*) from `public`.`badges` t0 where (t0.`user_id` is null or"
                   " t0.`club_code` is null)\n"
                   "count");
    fixture_expect(
        "Badge", RC_VERB_COUNT, "{'where':{'member':{'is_null':false}}}",
        "select count(*) from `public`.`badges` t0 where (t0.`user_id` is not null and"
        " t0.`club_code` is not null)\n"
        "count");
}

static void test_relation_filter_is_null_looks_on_the_other_side(void **state)
{
    (void)state;
    fixture_expect("User", RC_VERB_COUNT, "{'where':{'desk':{'is_null':true}}}",
                   "select count(*) from `public`.`users` t0 where not exists (select 1 from"
                   " `public`.`desks` t1 where t1.`user_id` = t0.`id`)\n"
                   "count");
    fixture_expect("User", RC_VERB_COUNT, "{'where':{'desk':{'is_null':false}}}",
                   "select count(*) from `public`.`users` t0 where exists (select 1 from"
                   " `public`.`desks` t1 where t1.`user_id` = t0.`id`)\n"
                   "count");
}

static void test_relation_filter_of_nothing_asks_whether_there_is_one(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_COUNT, "{'where':{'reviewer':{'is':{}}}}",
        "select count(*) from `public`.`posts` t0 where t0.`reviewerId` is not null\n"
        "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'reviewer':{'is_not':{}}}}",
                   "select count(*) from `public`.`posts` t0 where t0.`reviewerId` is null\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'comments':{'some':{}}}}",
                   "select count(*) from `public`.`posts` t0 where exists (select 1 from"
                   " `public`.`comments` t2 where t2.`postId` = t0.`id`)\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'comments':{'none':{'and':[{}]}}}}",
                   "select count(*) from `public`.`posts` t0 where not exists (select 1 from"
                   " `public`.`comments` t2 where t2.`postId` = t0.`id`)\n"
                   "count");
}

static void test_relation_filter_folds_what_its_form_decides(void **state)
{
    (void)state;
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'comments':{}}}",
                   "select count(*) from `public`.`posts` t0\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'author':{'is':{}}}}",
                   "select count(*) from `public`.`posts` t0\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'author':{'is_null':true}}}",
                   "select count(*) from `public`.`posts` t0 where false\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'comments':{'every':{}}}}",
                   "select count(*) from `public`.`posts` t0\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'comments':{'some':{'or':{}}}}}",
                   "select count(*) from `public`.`posts` t0 where false\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'comments':{'none':{'or':{}}}}}",
                   "select count(*) from `public`.`posts` t0\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT, "{'where':{'comments':{'every':{'or':{}}}}}",
                   "select count(*) from `public`.`posts` t0 where not exists (select 1 from"
                   " `public`.`comments` t2 where t2.`postId` = t0.`id`)\n"
                   "count");
    fixture_expect("Post", RC_VERB_COUNT,
                   "{'where':{'or':{'any':[{'comments':{'every':{}}},{'score':{'gt':3}}]}}}",
                   "select count(*) from `public`.`posts` t0\n"
                   "count");
    fixture_expect(
        "Post", RC_VERB_COUNT,
        "{'where':{'comments':{'some':{'likes':{'gt':1},'or':{}}},'score':{'gt':3}}}",
        "select count(*) from `public`.`posts` t0 where false\n"
        "count");
}

static void test_relation_filter_repeats_without_overwriting(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_COUNT,
        "{'where':{'and':[{'posts':{'some':{'score':{'gt':3}}}},{'posts':{'some':{"
        "'score':{'lt':1}}}}],'posts':{'some':{'published':{'equals':true}}}}}",
        "select count(*) from `public`.`users` t0 where exists (select 1 from"
        " `public`.`posts` t1 where t1.`authorId` = t0.`id` and t1.`published` ="
        " $1::bool) and exists (select 1 from `public`.`posts` t2 where t2.`authorId` ="
        " t0.`id` and t2.`score` > $2::int4) and exists (select 1 from `public`.`posts`"
        " t3 where t3.`authorId` = t0.`id` and t3.`score` < $3::int4)\n"
        "1: true as bool\n"
        "2: 3 as int4\n"
        "3: 1 as int4\n"
        "count");
}

static void test_relation_filter_goes_any_way(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_COUNT,
        "{'where':{'not':[{'posts':{'some':{'comments':{'every':{'author':{'is':{"
        "'manager':{'is_null':true},'id':{'gt':7}}}}}}}}]}}",
        "select count(*) from `public`.`users` t0 where not (exists (select 1 from"
        " `public`.`posts` t1 where t1.`authorId` = t0.`id` and not exists (select 1"
        " from `public`.`comments` t2 where t2.`postId` = t1.`id` and (exists (select 1"
        " from `public`.`users` t3 where t3.`id` = t2.`authorId` and t3.`id` > $1::int4"
        " and t3.`managerId` is null)) is not true)))\n"
        "1: 7 as int4\n"
        "count");
}

static void test_relation_filter_joins_all_columns_of_a_key(void **state)
{
    (void)state;
    fixture_expect(
        "Member", RC_VERB_COUNT,
        "{'where':{'badges':{'some':{'kind':{'equals':'gold'}}},'club':{'is':{'motto':{"
        "'is_null':true}}}}}",
        "select count(*) from `public`.`members` t0 where exists (select 1 from"
        " `side`.`cl``ubs` t1 where t1.`code` = t0.`clubCode` and t1.`motto` is null)"
        " and exists (select 1 from `public`.`badges` t2 where t2.`user_id` ="
        " t0.`userId` and t2.`club_code` = t0.`clubCode` and t2.`kind` = $1::text)\n"
        "1: 'gold' as text\n"
        "count");
}

static void test_relation_filter_narrows_writes(void **state)
{
    (void)state;
    fixture_expect("Comment", RC_VERB_DELETE_MANY,
                   "{'where':{'post':{'is':{'published':{'equals':false}}}}}",
                   "delete from `public`.`comments` t0 where exists (select 1 from"
                   " `public`.`posts` t1 where t1.`id` = t0.`postId` and t1.`published` ="
                   " $1::bool)\n"
                   "1: false as bool\n"
                   "count affected");
    fixture_expect(
        "Comment", RC_VERB_UPDATE_MANY,
        "{'where':{'replies':{'none':{}}},'data':{'likes':{'set':0}},'limit':2}",
        "with w0 as (select t0.`id`, t0.`postId`, t0.`authorId`, t0.`parentId` from "
        "`public`.`comments` t0 where not exists (select 1 from `public`.`comments` t2 "
        "where t2.`parentId` = t0.`id`) order by t0.`id` limit $1::int8 for update of t0), "
        "w1 as (update `public`.`comments` t3 set `likes` = $2::int4 from w0 t4 where "
        "t3.`id` = t4.`id` returning t3.`id`, t3.`postId`, t3.`authorId`, t3.`parentId`) "
        "select (select count(*) from w1)\n"
        "1: 2 as int8\n"
        "2: 0 as int4\n"
        "count");
}

static void test_relation_filter_that_excludes_nothing_needs_all(void **state)
{
    (void)state;
    fixture_expect("Comment", RC_VERB_DELETE_MANY,
                   "{'where':{'post':{'is':{}},'replies':{'every':{}}}}",
                   "INVALID_ARGUMENT () where: is empty; set all to mean every record");
}

static void test_relation_filter_refuses_by_path(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_COUNT,
        "{'where':{'posts':{'some':{'and':[{},{'score':{'compare':[{'field':'x'}]}}]}}}}",
        "INVALID_ARGUMENT () where.posts.some.and[1].score.compare[0]: Post has no"
        " column 'x'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relation_filter_is_asks_for_a_related_record),
        cmocka_unit_test(test_relation_filter_is_not_is_true_of_none),
        cmocka_unit_test(test_relation_filter_some_and_none_are_opposites),
        cmocka_unit_test(test_relation_filter_every_fails_on_null),
        cmocka_unit_test(test_relation_filter_every_of_an_alternative_keeps_its_parentheses),
        cmocka_unit_test(test_relation_filter_is_null_reads_the_foreign_key),
        cmocka_unit_test(test_relation_filter_is_null_looks_on_the_other_side),
        cmocka_unit_test(test_relation_filter_of_nothing_asks_whether_there_is_one),
        cmocka_unit_test(test_relation_filter_folds_what_its_form_decides),
        cmocka_unit_test(test_relation_filter_repeats_without_overwriting),
        cmocka_unit_test(test_relation_filter_goes_any_way),
        cmocka_unit_test(test_relation_filter_joins_all_columns_of_a_key),
        cmocka_unit_test(test_relation_filter_narrows_writes),
        cmocka_unit_test(test_relation_filter_that_excludes_nothing_needs_all),
        cmocka_unit_test(test_relation_filter_refuses_by_path),
    };
    return cmocka_run_group_tests(tests, fixture_setup_blog, fixture_teardown);
}
