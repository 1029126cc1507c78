// SPDX-License-Identifier: Apache-2.0
//
// Related records and counts: requests beside the statements they become.
#include "fixture.h"

#include "query/select.h"
#include "support/check.h"

#include <stdlib.h>

static void test_select_joins_to_one_relations(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':'7'},'select':{'title':true,'author':{'name':true},"
        "'reviewer':{'name':true}}}",
        "select t0.`title`, t1.`id` is not null, t1.`name`, t2.`id` is not null,"
        " t2.`name` from `public`.`posts` t0 left join `public`.`users` t1 on t1.`id` ="
        " t0.`authorId` left join `public`.`users` t2 on t2.`id` = t0.`reviewerId`"
        " where t0.`id` = $1::int8\n"
        "1: 7 as int8\n"
        "row <- 2 101?{2} 102?{2}");
}

static void test_select_joins_further_on(void **state)
{
    (void)state;
    fixture_expect(
        "Comment", RC_VERB_FIND_MANY,
        "{'select':{'id':true,'post':{'id':true,'author':{'id':true,'desk':{}}}}}",
        "select t0.`id`, t1.`id` is not null, t1.`id`, t2.`id` is not null, t2.`id`,"
        " t3.`user_id` is not null, t3.`code`, t3.`user_id` from `public`.`comments` t0"
        " left join `public`.`posts` t1 on t1.`id` = t0.`postId` left join"
        " `public`.`users` t2 on t2.`id` = t1.`authorId` left join `public`.`desks` t3"
        " on t3.`user_id` = t2.`id`\n"
        "row <- 1 101?{1 101?{1 203?{1 2}}}");
}

static void test_select_without_a_column_means_all(void **state)
{
    (void)state;
    fixture_expect(
        "Profile", RC_VERB_FIND_MANY, "{'select':{'user':{'id':true}}}",
        "select t0.`id`, t0.`bio`, t0.`userId`, t1.`id` is not null, t1.`id` from"
        " `public`.`profiles` t0 left join `public`.`users` t1 on t1.`id` = t0.`userId`\n"
        "row <- 1 2 3 101?{1}");
}

static void test_select_reads_to_many_relations_as_arrays(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'select':{'id':true,'posts':{'select':{'title':true}},'reviews':{"
        "'select':{'title':true}}}}",
        "select t0.`id`, array(select row(t1.`title`) from `public`.`posts` t1 where"
        " t1.`authorId` = t0.`id` order by t1.`id`), array(select row(t2.`title`) from"
        " `public`.`posts` t2 where t2.`reviewerId` = t0.`id` order by t2.`id`) from"
        " `public`.`users` t0\n"
        "row <- 1 204[2] 205[2]");
}

static void test_select_pages_inside(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'where':{'age':{'gt':3}},'take':2,'select':{'id':true,'posts':{'where':{"
        "'published':{'equals':true}},'order_by':[{'score':{'direction':'DESC'}}],"
        "'take':1,'skip':4,'select':{'title':true}}}}",
        "select t0.`id`, array(select row(t1.`title`) from `public`.`posts` t1 where"
        " t1.`authorId` = t0.`id` and t1.`published` = $1::bool order by t1.`score`"
        " desc, t1.`id` limit $2::int8 offset $3::int8) from `public`.`users` t0 where"
        " t0.`age` > $4::int4 order by t0.`id` limit $5::int8\n"
        "1: true as bool\n"
        "2: 1 as int8\n"
        "3: 4 as int8\n"
        "4: 3 as int4\n"
        "5: 2 as int8\n"
        "row <- 1 204[2]");
}

static void test_select_takes_from_the_end_inside(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':7},'select':{'id':true,'posts':{'take':-2,'select':{"
        "'title':true,'reviewer':{'name':true}}}}}",
        "select t0.`id`, array(select row(t1.`title`, t2.`id` is not null, t2.`name`)"
        " from (select t3.`id`, t3.`title`, t3.`reviewerId` from `public`.`posts` t3"
        " where t3.`authorId` = t0.`id` order by t3.`id` desc limit $1::int8) t1 left"
        " join `public`.`users` t2 on t2.`id` = t1.`reviewerId` order by t1.`id`) from"
        " `public`.`users` t0 where t0.`id` = $2::int4\n"
        "1: 2 as int8\n"
        "2: 7 as int4\n"
        "row <- 1 204[2 102?{2}]");
}

static void test_select_begins_at_a_cursor_inside(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':7},'select':{'id':true,'posts':{'cursor':{'slug':'x'},"
        "'order_by':[{'title':{}}],'where':{'score':{'gt':1}},'select':{'id':true}}}}",
        "select t0.`id`, array(select row(t1.`id`) from `public`.`posts` t1 where"
        " t1.`authorId` = t0.`id` and (t1.`title`, t1.`id`) >= (select t2.`title`,"
        " t2.`id` from `public`.`posts` t2 where t2.`slug` = $1::text) and t1.`score` >"
        " $2::int4 order by t1.`title`, t1.`id`) from `public`.`users` t0 where t0.`id`"
        " = $3::int4\n"
        "1: 'x' as text\n"
        "2: 1 as int4\n"
        "3: 7 as int4\n"
        "row <- 1 204[1]");
}

static void test_select_keeps_the_first_of_each_combination_inside(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':7},'select':{'id':true,'posts':{'distinct':["
        "'POST_FIELD_SCORE'],'select':{'id':true,'author':{'name':true}}}}}",
        "select t0.`id`, array(select row(t1.`id`, t2.`id` is not null, t2.`name`) from"
        " (select t3.`id`, t3.`authorId`, row_number() over (partition by t3.`score`"
        " order by t3.`id`) as `rc:first` from `public`.`posts` t3 where t3.`authorId`"
        " = t0.`id`) t1 left join `public`.`users` t2 on t2.`id` = t1.`authorId` where"
        " t1.`rc:first` = 1 order by t1.`id`) from `public`.`users` t0 where t0.`id` ="
        " $1::int4\n"
        "1: 7 as int4\n"
        "row <- 1 204[1 101?{2}]");
}

static void test_select_nests_to_any_depth(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':7},'select':{'id':true,'posts':{'take':1,'select':{'id':true,"
        "'comments':{'take':1,'select':{'id':true,'author':{'name':true,"
        "'memberships':{'select':{'level':true,'club':{'motto':true}}}}}}}}}}",
        "select t0.`id`, array(select row(t1.`id`, array(select row(t2.`id`, t3.`id` is"
        " not null, t3.`name`, array(select row(t4.`level`, t5.`code` is not null,"
        " t5.`motto`) from `public`.`members` t4 left join `side`.`cl``ubs` t5 on"
        " t5.`code` = t4.`clubCode` where t4.`userId` = t3.`id` order by t4.`userId`,"
        " t4.`clubCode`)) from `public`.`comments` t2 left join `public`.`users` t3 on"
        " t3.`id` = t2.`authorId` where t2.`postId` = t1.`id` order by t2.`id` limit"
        " $1::int8)) from `public`.`posts` t1 where t1.`authorId` = t0.`id` order by"
        " t1.`id` limit $2::int8) from `public`.`users` t0 where t0.`id` = $3::int4\n"
        "1: 1 as int8\n"
        "2: 1 as int8\n"
        "3: 7 as int4\n"
        "row <- 1 204[1 201[1 102?{2 207[3 102?{2}]}]]");
}

static void test_select_reads_nothing_for_records_that_are_skipped(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'skip':30,'take':2,'select':{'id':true,'manager':{'id':true},'posts':{"
        "'skip':1,'select':{'id':true,'counts':{'comments':{}}}}}}",
        "select t0.`id`, t1.`id` is not null, t1.`id`, array(select row(t2.`id`,"
        " (select count(*) from `public`.`comments` t3 where t3.`postId` = t2.`id`))"
        " from (select t4.`id` from `public`.`posts` t4 where t4.`authorId` = t0.`id`"
        " order by t4.`id` offset $1::int8) t2 order by t2.`id`) from (select t5.`id`,"
        " t5.`managerId` from `public`.`users` t5 order by t5.`id` limit $2::int8"
        " offset $3::int8) t0 left join `public`.`users` t1 on t1.`id` = t0.`managerId`"
        " order by t0.`id`\n"
        "1: 1 as int8\n"
        "2: 2 as int8\n"
        "3: 30 as int8\n"
        "row <- 1 101?{1} 204[1 1004{201}]");
}

static void test_select_goes_through_join_tables(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':'7'},'select':{'id':true,'tags':{'take':2,'select':{'name':true,"
        "'counts':{'posts':{}}}}}}",
        "select t0.`id`, array(select row(t1.`name`, (select count(*) from"
        " `public`.`_PostToTag` t3 join `public`.`posts` t2 on t3.`A` = t2.`id` where"
        " t3.`B` = t1.`id`)) from `public`.`_PostToTag` t4 join `public`.`tags` t1 on"
        " t4.`B` = t1.`id` where t4.`A` = t0.`id` order by t1.`id` limit $1::int8) from"
        " `public`.`posts` t0 where t0.`id` = $2::int8\n"
        "1: 2 as int8\n"
        "2: 7 as int8\n"
        "row <- 1 103[2 1004{201}]");
}

static void test_select_counts(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'select':{'id':true,'counts':{'posts':{},'comments':{'where':{'likes':{"
        "'gt':3}}}}}}",
        "select t0.`id`, (select count(*) from `public`.`posts` t1 where t1.`authorId`"
        " = t0.`id`), (select count(*) from `public`.`comments` t2 where t2.`authorId`"
        " = t0.`id` and t2.`likes` > $1::int4) from `public`.`users` t0\n"
        "1: 3 as int4\n"
        "row <- 1 1004{204 206}");
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'select':{'id':true,'counts':{'posts':{'where':{'or':{}}}}}}",
        "select t0.`id`, (select count(*) from `public`.`posts` t1 where t1.`authorId`"
        " = t0.`id` and false) from `public`.`users` t0\n"
        "row <- 1 1004{204}");
    fixture_expect("User", RC_VERB_FIND_MANY, "{'select':{'id':true,'counts':{}}}",
                   "select t0.`id` from `public`.`users` t0\n"
                   "row <- 1");
}

static void test_select_counts_inside(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'select':{'id':true,'author':{'name':true,'counts':{'reports':{}}},"
        "'comments':{'select':{'id':true,'counts':{'replies':{}}}}}}",
        "select t0.`id`, t1.`id` is not null, t1.`name`, (select count(*) from"
        " `public`.`users` t2 where t2.`managerId` = t1.`id`), array(select"
        " row(t3.`id`, (select count(*) from `public`.`comments` t4 where t4.`parentId`"
        " = t3.`id`)) from `public`.`comments` t3 where t3.`postId` = t0.`id` order by"
        " t3.`id`) from `public`.`posts` t0 left join `public`.`users` t1 on t1.`id` ="
        " t0.`authorId`\n"
        "row <- 1 101?{2 1004{201}} 201[1 1004{202}]");
}

static void test_select_follows_composite_keys(void **state)
{
    (void)state;
    fixture_expect(
        "Badge", RC_VERB_FIND_MANY,
        "{'select':{'kind':true,'member':{'level':true,'badges':{'select':{"
        "'id':true}}}}}",
        "select t0.`kind`, t1.`userId` is not null, t1.`level`, array(select"
        " row(t2.`id`) from `public`.`badges` t2 where t2.`user_id` = t1.`userId` and"
        " t2.`club_code` = t1.`clubCode` order by t2.`id`) from `public`.`badges` t0"
        " left join `public`.`members` t1 on t1.`userId` = t0.`user_id` and"
        " t1.`clubCode` = t0.`club_code`\n"
        "row <- 2 101?{3 201[1]}");
}

static void test_select_follows_a_relation_of_an_entity_to_itself(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'select':{'id':true,'manager':{'id':true,'manager':{'id':true}},"
        "'reports':{'select':{'id':true,'manager':{'id':true}}}}}",
        "select t0.`id`, t1.`id` is not null, t1.`id`, t2.`id` is not null, t2.`id`,"
        " array(select row(t3.`id`, t4.`id` is not null, t4.`id`) from `public`.`users`"
        " t3 left join `public`.`users` t4 on t4.`id` = t3.`managerId` where"
        " t3.`managerId` = t0.`id` order by t3.`id`) from `public`.`users` t0 left join"
        " `public`.`users` t1 on t1.`id` = t0.`managerId` left join `public`.`users` t2"
        " on t2.`id` = t1.`managerId`\n"
        "row <- 1 101?{1 101?{1}} 201[1 101?{1}]");
}

static void test_select_shows_keys_through_the_layers(void **state)
{
    (void)state;
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'take':-2,'with_total':true,'select':{'title':true,'author':{'name':true},"
        "'comments':{'select':{'text':true}},'counts':{'comments':{}}}}",
        "select t1.`rc:total`, t0.`rc:present`, t0.`title`, t2.`id` is not null,"
        " t2.`name`, array(select row(t3.`text`) from `public`.`comments` t3 where"
        " t3.`postId` = t0.`id` order by t3.`id`), (select count(*) from"
        " `public`.`comments` t4 where t4.`postId` = t0.`id`) from (select count(*) as"
        " `rc:total` from `public`.`posts` t5) t1 left join (select t6.`id`,"
        " t6.`title`, t6.`authorId`, true as `rc:present` from `public`.`posts` t6"
        " order by t6.`id` desc limit $1::int8) t0 on true left join `public`.`users`"
        " t2 on t2.`id` = t0.`authorId` order by t0.`id`\n"
        "1: 2 as int8\n"
        "total\n"
        "present\n"
        "row <- 2 101?{2} 201[2] 1004{201}");
    fixture_expect(
        "Post", RC_VERB_FIND_MANY,
        "{'distinct':['POST_FIELD_SCORE'],'select':{'title':true,'author':{"
        "'name':true}}}",
        "select t0.`title`, t1.`id` is not null, t1.`name` from (select t2.`id`,"
        " t2.`title`, t2.`authorId`, row_number() over (partition by t2.`score` order"
        " by t2.`id`) as `rc:first` from `public`.`posts` t2) t0 left join"
        " `public`.`users` t1 on t1.`id` = t0.`authorId` where t0.`rc:first` = 1 order"
        " by t0.`id`\n"
        "row <- 2 101?{2}");
}

static void test_select_refuses_by_path(void **state)
{
    (void)state;
    fixture_expect(
        "User", RC_VERB_FIND_MANY, "{'select':{'posts':{'select':{'comments':{'cursor':{}}}}}}",
        "INVALID_ARGUMENT () select.posts.select.comments.cursor: names no unique key");
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'select':{'posts':{'order_by':[{'title':{}},{'author':{}}]}}}",
        "INVALID_ARGUMENT () select.posts.order_by[1].author: names nothing to order by");
    fixture_expect(
        "User", RC_VERB_FIND_MANY,
        "{'select':{'counts':{'posts':{'where':{'score':{'compare':[{'field':'x'}]}}}}}}",
        "INVALID_ARGUMENT () select.counts.posts.where.score.compare[0]: Post has no"
        " column 'x'");
}

// {'id':true,'manager':{...},'reports':{'select':{...}}}, so many levels deep.
static void put_tree(struct rc_buf *json, int depth)
{
    rc_buf_append_text(json, "{'id':true");
    if (depth > 0) {
        rc_buf_append_text(json, ",'manager':");
        put_tree(json, depth - 1);
        rc_buf_append_text(json, ",'reports':{'select':");
        put_tree(json, depth - 1);
        rc_buf_append_text(json, "}");
    }
    rc_buf_append_text(json, "}");
}

static void expect_tree(int depth, const char *begin)
{
    struct rc_buf json = {0};
    rc_buf_append_text(&json, "{'select':");
    put_tree(&json, depth);
    rc_buf_append_text(&json, "}");
    char *text = fixture_explain(fixture_query(), "User", RC_VERB_FIND_MANY, json.data);
    ASSERT_CONTAINS(text, begin);
    free(text);
    rc_buf_fini(&json);
}

static void test_select_refuses_too_many_relations(void **state)
{
    (void)state;
    expect_tree(7, "select t0.`id`"); // 2 + 4 + ... + 128 = 254
    expect_tree(8,
                "RESOURCE_EXHAUSTED () select.reports.select.manager: one request may select "
                "256 relations and counts");
}

// Whether the select of a FindMany reads records of an entity as related ones.
static bool reads(const char *json, const char *entity)
{
    struct rc_buf bytes = {0};
    struct rc_arena arena;
    struct rc_shape shape;
    struct rc_node *root = NULL;
    struct rc_select select;
    rowcall_error err = {0};
    const struct rc_model *model = fixture_model("User");
    const struct rc_wire_message *message =
        rc_wire_message_ready(rc_api_request(fixture_api(), model, RC_VERB_FIND_MANY));
    assert_non_null(message);
    rc_arena_init(&arena, 0);
    struct rc_builder builder = {
        .arena = &arena, .scratch = &arena, .model = model, .err = &err};
    fixture_encode("User", RC_VERB_FIND_MANY, json, &bytes);
    rowcall_status st =
        rc_shape_walk(message, RC_VERB_FIND_MANY, rc_buf_view(&bytes), &arena, &shape, &err);
    ASSERT_OK(st, err);
    struct rc_view tokens = {(const char *)shape.tokens.data, shape.tokens.len};
    st = rc_outline_read(message, tokens, &arena, &root, &err);
    ASSERT_OK(st, err);
    st = rc_select_read(&builder, model, rc_node_child(root, RC_ROLE_SELECT), &select);
    ASSERT_OK(st, err);
    bool answer = rc_select_reads(&select, fixture_model(entity)->entity);
    rc_arena_fini(&arena);
    rc_buf_fini(&bytes);
    return answer;
}

static void test_select_knows_what_it_reads(void **state)
{
    (void)state;
    assert_false(reads("{}", "User"));
    assert_false(reads("{'select':{'id':true}}", "User"));
    assert_true(reads("{'select':{'manager':{}}}", "User"));
    assert_true(reads("{'select':{'posts':{}}}", "Post"));
    assert_false(reads("{'select':{'posts':{}}}", "User"));
    assert_true(reads("{'select':{'posts':{'select':{'author':{}}}}}", "User"));
    assert_true(reads("{'select':{'posts':{'where':{'tags':{'some':{}}}}}}", "Tag"));
    assert_true(reads("{'select':{'posts':{'order_by':[{'comments':{}}]}}}", "Comment"));
    assert_true(reads("{'select':{'counts':{'posts':{}}}}", "Post"));
    assert_false(reads("{'where':{'posts':{'some':{}}},'select':{'id':true}}", "Post"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_select_joins_to_one_relations),
        cmocka_unit_test(test_select_joins_further_on),
        cmocka_unit_test(test_select_without_a_column_means_all),
        cmocka_unit_test(test_select_reads_to_many_relations_as_arrays),
        cmocka_unit_test(test_select_pages_inside),
        cmocka_unit_test(test_select_takes_from_the_end_inside),
        cmocka_unit_test(test_select_begins_at_a_cursor_inside),
        cmocka_unit_test(test_select_keeps_the_first_of_each_combination_inside),
        cmocka_unit_test(test_select_nests_to_any_depth),
        cmocka_unit_test(test_select_reads_nothing_for_records_that_are_skipped),
        cmocka_unit_test(test_select_goes_through_join_tables),
        cmocka_unit_test(test_select_counts),
        cmocka_unit_test(test_select_counts_inside),
        cmocka_unit_test(test_select_follows_composite_keys),
        cmocka_unit_test(test_select_follows_a_relation_of_an_entity_to_itself),
        cmocka_unit_test(test_select_shows_keys_through_the_layers),
        cmocka_unit_test(test_select_refuses_by_path),
        cmocka_unit_test(test_select_refuses_too_many_relations),
        cmocka_unit_test(test_select_knows_what_it_reads),
    };
    return cmocka_run_group_tests(tests, fixture_setup_blog, fixture_teardown);
}
