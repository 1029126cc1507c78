// SPDX-License-Identifier: Apache-2.0
//
// What relation filters match, over a few records that hold every case: no related record, one,
// several, and NULL in what is asked of them.
#include "harness.h"

#include "support/check.h"

#include <stdio.h>

// Users: ann (1) manages bob (2) and cyd (3); dan (4) has nobody. Posts: 1 and 2 by ann, 3 by
// bob. Comments: on 1 with 5 and 9 likes, on 2 with 7 likes and NULL, none on 3.
static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql(
        "insert into users (name, age, \"managerId\") values ('ann', 40, null), "
        "('bob', null, 1), ('cyd', 30, 1), ('dan', 20, null);\n"
        "insert into desks values ('D1', 2), ('D2', null);\n"
        "insert into posts (title, \"authorId\", \"reviewerId\", score, \"updatedAt\") values "
        "('one', 1, 3, 5, now()), ('two', 1, null, 0, now()), ('three', 2, 1, 5, now());\n"
        "insert into comments (id, text, \"postId\", \"authorId\", likes) values "
        "('00000000-0000-0000-0000-000000000001', 'a', 1, 2, 5), "
        "('00000000-0000-0000-0000-000000000002', 'b', 1, null, 9), "
        "('00000000-0000-0000-0000-000000000003', 'c', 2, 3, 7), "
        "('00000000-0000-0000-0000-000000000004', 'd', 2, 3, null);\n"
        "insert into side.\"cl\"\"ubs\" values ('chess', null), ('go', 'stones');\n"
        "insert into members values (1, 'chess', 'OWNER'), (1, 'go', 'READER'), "
        "(2, 'chess', 'READER');\n"
        "insert into badges (kind, user_id, club_code) values ('gold', 1, 'chess'), "
        "('tin', 1, 'go'), ('lost', 2, null);\n");
    return 0;
}

// The records that where matches, each as its id.
static void expect(const char *method, const char *where, const char *rows)
{
    char request[512];
    char answer[512];
    (void)snprintf(request, sizeof request,
                   "{'where':%s,'order_by':[{'id':{}}],'select':{'id':true}}", where);
    (void)snprintf(answer, sizeof answer, *rows ? "{'rows':[%s]}" : "{%s}", rows);
    harness_expect(method, request, answer);
}

static void expect_users(const char *where, const char *rows)
{
    expect("User/FindMany", where, rows);
}

static void expect_posts(const char *where, const char *rows)
{
    expect("Post/FindMany", where, rows);
}

static void test_filters_some_matches_one_of_several(void **state)
{
    (void)state;
    expect_users("{'posts':{'some':{'score':{'equals':5}}}}", "{'id':1},{'id':2}");
    expect_users("{'posts':{'some':{}}}", "{'id':1},{'id':2}");
    expect_posts("{'comments':{'some':{'likes':{'gt':6}}}}", "{'id':'1'},{'id':'2'}");
}

static void test_filters_every_is_true_of_none(void **state)
{
    (void)state;
    expect_users("{'posts':{'every':{'score':{'equals':5}}}}", "{'id':2},{'id':3},{'id':4}");
    expect_users("{'posts':{'every':{'or':{}}}}", "{'id':3},{'id':4}");
}

static void test_filters_every_is_false_where_one_is_null(void **state)
{
    (void)state;
    // Post 2 has comments with 7 likes and NULL: not every one is known to have more than 1.
    expect_posts("{'comments':{'every':{'likes':{'gt':1}}}}", "{'id':'1'},{'id':'3'}");
    expect_posts("{'comments':{'every':{'likes':{'lte':1}}}}", "{'id':'3'}");
    expect_posts("{'comments':{'every':{'not':[{'likes':{'lte':1}}]}}}",
                 "{'id':'1'},{'id':'3'}");
}

static void test_filters_none_is_true_of_none_and_of_null(void **state)
{
    (void)state;
    expect_posts("{'comments':{'none':{'likes':{'gt':8}}}}", "{'id':'2'},{'id':'3'}");
    expect_posts("{'comments':{'none':{}}}", "{'id':'3'}");
    expect_posts("{'comments':{'none':{'likes':{'lt':5}}}}",
                 "{'id':'1'},{'id':'2'},{'id':'3'}");
}

static void test_filters_every_with_some_demands_one(void **state)
{
    (void)state;
    expect_users("{'posts':{'every':{'score':{'equals':5}},'some':{}}}", "{'id':2}");
}

static void test_filters_not_of_a_relation_is_its_opposite(void **state)
{
    (void)state;
    // Two values, even where the columns within are NULL.
    expect_posts("{'not':[{'comments':{'every':{'likes':{'gt':1}}}}]}", "{'id':'2'}");
    expect_posts("{'not':[{'comments':{'none':{'likes':{'gt':8}}}}]}", "{'id':'1'}");
    expect_users("{'not':[{'manager':{'is':{'age':{'gt':99}}}}]}",
                 "{'id':1},{'id':2},{'id':3},{'id':4}");
}

static void test_filters_is_needs_a_related_record(void **state)
{
    (void)state;
    expect_users("{'manager':{'is':{'name':{'equals':'ann'}}}}", "{'id':2},{'id':3}");
    expect_users("{'manager':{'is':{}}}", "{'id':2},{'id':3}");
    expect_posts("{'author':{'is':{}}}", "{'id':'1'},{'id':'2'},{'id':'3'}");
    expect_posts("{'author':{'is':{'age':{'is_null':true}}}}", "{'id':'3'}");
}

static void test_filters_is_not_holds_without_a_related_record(void **state)
{
    (void)state;
    expect_posts("{'reviewer':{'is_not':{'name':{'equals':'cyd'}}}}", "{'id':'2'},{'id':'3'}");
    expect_posts("{'reviewer':{'is_not':{'name':{'equals':'cyd'}},'is_null':false}}",
                 "{'id':'3'}");
    // The author's age is NULL: he does not match, so there is none that matches.
    expect_posts("{'author':{'is_not':{'age':{'equals':40}}}}", "{'id':'3'}");
}

static void test_filters_is_null_from_either_side(void **state)
{
    (void)state;
    expect_posts("{'reviewer':{'is_null':true}}", "{'id':'2'}");
    expect_posts("{'reviewer':{'is_null':false}}", "{'id':'1'},{'id':'3'}");
    expect_users("{'desk':{'is_null':false}}", "{'id':2}");
    expect_users("{'desk':{'is_null':true}}", "{'id':1},{'id':3},{'id':4}");
}

static void test_filters_half_a_key_relates_to_nothing(void **state)
{
    (void)state;
    harness_expect("Badge/FindMany",
                   "{'where':{'member':{'is_null':true}},'select':{'kind':true}}",
                   "{'rows':[{'kind':'lost'}]}");
    harness_expect("Badge/FindMany",
                   "{'where':{'member':{'is':{'level':{'equals':'OWNER'}}}},"
                   "'select':{'kind':true}}",
                   "{'rows':[{'kind':'gold'}]}");
}

static void test_filters_of_one_relation_do_not_overwrite(void **state)
{
    (void)state;
    // One post with 5, and perhaps another one with 0.
    expect_users("{'posts':{'some':{'score':{'equals':5}}},'and':[{'posts':{'some':{'score':{"
                 "'equals':0}}}}]}",
                 "{'id':1}");
    expect_users("{'and':[{'posts':{'some':{'score':{'equals':5}}}},{'posts':{'none':{'score':{"
                 "'equals':0}}}}]}",
                 "{'id':2}");
    // One post with both.
    expect_users("{'posts':{'some':{'score':{'equals':5},'title':{'equals':'two'}}}}", "");
}

static void test_filters_go_to_any_depth(void **state)
{
    (void)state;
    expect_users("{'posts':{'some':{'comments':{'some':{'author':{'is':{'desk':{'is':{'code':{"
                 "'starts_with':'D'}}}}}}}}}}",
                 "{'id':1}");
    expect_users("{'reports':{'some':{'posts':{'every':{'comments':{'none':{}}}}}}}",
                 "{'id':1}");
    expect_users("{'memberships':{'some':{'club':{'is':{'members':{'some':{'user':{'is':{"
                 "'name':{'equals':'bob'}}}}}}}}}}",
                 "{'id':1},{'id':2}");
}

static void test_filters_join_with_alternatives(void **state)
{
    (void)state;
    expect_users("{'or':{'any':[{'desk':{'is':{}}},{'reports':{'some':{'age':{'gt':1}}}},{"
                 "'posts':{'some':{'or':{}}}}]}}",
                 "{'id':1},{'id':2}");
}

static void test_filters_count_and_exist(void **state)
{
    (void)state;
    harness_expect("User/Count", "{'where':{'posts':{'none':{}}}}", "{'count':'2'}");
    harness_expect("User/Exists", "{'where':{'posts':{'some':{'score':{'gt':5}}}}}",
                   "{'exists':false}");
}

static void test_filters_narrow_updates_and_deletes(void **state)
{
    (void)state;
    harness_expect("Comment/UpdateMany",
                   "{'where':{'post':{'is':{'author':{'is':{'name':{'equals':'ann'}}}}},"
                   "'author':{'is_null':false}},'data':{'likes':{'set':1}},'max_affected':3}",
                   "{'count':'3'}");
    harness_expect("Comment/DeleteMany", "{'where':{'author':{'is_null':true}}}",
                   "{'count':'1'}");
    harness_expect("User/DeleteMany",
                   "{'where':{'manager':{'is':{'reports':{'some':{'name':{"
                   "'equals':'cyd'}}}}}},'limit':5}",
                   "{'count':'2'}");
    harness_expect_begin("Post/DeleteMany", "{'where':{'author':{'is':{}}}}",
                         "INVALID_ARGUMENT  not executed: where: is empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_filters_some_matches_one_of_several, fill),
        cmocka_unit_test_setup(test_filters_every_is_true_of_none, fill),
        cmocka_unit_test_setup(test_filters_every_is_false_where_one_is_null, fill),
        cmocka_unit_test_setup(test_filters_none_is_true_of_none_and_of_null, fill),
        cmocka_unit_test_setup(test_filters_every_with_some_demands_one, fill),
        cmocka_unit_test_setup(test_filters_not_of_a_relation_is_its_opposite, fill),
        cmocka_unit_test_setup(test_filters_is_needs_a_related_record, fill),
        cmocka_unit_test_setup(test_filters_is_not_holds_without_a_related_record, fill),
        cmocka_unit_test_setup(test_filters_is_null_from_either_side, fill),
        cmocka_unit_test_setup(test_filters_half_a_key_relates_to_nothing, fill),
        cmocka_unit_test_setup(test_filters_of_one_relation_do_not_overwrite, fill),
        cmocka_unit_test_setup(test_filters_go_to_any_depth, fill),
        cmocka_unit_test_setup(test_filters_join_with_alternatives, fill),
        cmocka_unit_test_setup(test_filters_count_and_exist, fill),
        cmocka_unit_test_setup(test_filters_narrow_updates_and_deletes, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
