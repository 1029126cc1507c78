// SPDX-License-Identifier: Apache-2.0
//
// Orders by related records and by their number, and pages under them.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdlib.h>

enum { POSTS = 7 };

// Users ann (age 40), bob (NULL), cyd (30, managed by ann), dan (20, managed by cyd). Posts 1
// to 7 by cyd, ann, dan, ann, bob, dan, cyd; reviewed by ann, nobody, bob, nobody, cyd, bob,
// ann. Comments: 1 on post 2, 2 on post 4, 3 on post 6.
static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql(
        "insert into users (name, age, \"managerId\") values ('ann', 40, null), "
        "('bob', null, null), ('cyd', 30, 1), ('dan', 20, 3);\n"
        "insert into posts (title, \"authorId\", \"reviewerId\", \"updatedAt\") values "
        "('p', 3, 1, now()), ('p', 1, null, now()), ('q', 4, 2, now()), ('q', 1, null, now()), "
        "('p', 2, 3, now()), ('q', 4, 2, now()), ('p', 3, 1, now());\n"
        "insert into comments (id, text, \"postId\") select gen_random_uuid(), 'x', post "
        "from (values (2), (4), (4), (6), (6), (6)) v (post);\n");
    return 0;
}

static void expect_posts(const char *window, const char *ids)
{
    struct rc_buf request = {0};
    struct rc_buf answer = {0};
    rc_buf_printf(&request, "{%s,'select':{'id':true}}", window);
    rc_buf_append_text(&answer, "{'rows':[");
    for (const char *id = ids; *id; id++) {
        rc_buf_printf(&answer, "%s{'id':'%c'}", id > ids ? "," : "", *id);
    }
    rc_buf_append_text(&answer, "]}");
    harness_expect("Post/FindMany", request.data, answer.data);
    rc_buf_fini(&request);
    rc_buf_fini(&answer);
}

static void test_order_follows_a_relation(void **state)
{
    (void)state;
    expect_posts("'order_by':[{'author':{'name':{}}},{'id':{}}]", "2451736");
    expect_posts("'order_by':[{'author':{'name':{'direction':'DESC'}}},{'id':{}}]", "3617524");
}

static void test_order_follows_several(void **state)
{
    (void)state;
    // The managers of the authors: ann of cyd, cyd of dan, none of ann and bob.
    expect_posts("'order_by':[{'author':{'manager':{'name':{}}}},{'id':{}}]", "1736245");
    expect_posts("'order_by':[{'author':{'manager':{'name':{'nulls':'FIRST'}}}},{'id':{}}]",
                 "2451736");
}

static void test_order_puts_absent_records_where_nulls_go(void **state)
{
    (void)state;
    expect_posts("'order_by':[{'reviewer':{'name':{}}},{'id':{}}]", "1736524");
    expect_posts("'order_by':[{'reviewer':{'name':{'direction':'DESC'}}},{'id':{}}]",
                 "2453617");
    expect_posts("'order_by':[{'reviewer':{'name':{'direction':'DESC','nulls':'LAST'}}},{"
                 "'id':{}}]",
                 "5361724");
    // bob is there and has no age: together with those who are not there.
    expect_posts("'order_by':[{'reviewer':{'age':{'nulls':'FIRST'}}},{'id':{}}]", "2346517");
}

static void test_order_counts(void **state)
{
    (void)state;
    expect_posts("'order_by':[{'comments':{'direction':'DESC'}},{'id':{}}]", "6421357");
    expect_posts("'order_by':[{'comments':{}},{'id':{'direction':'DESC'}}]", "7531246");
}

static void test_order_counts_nothing_of_nobody(void **state)
{
    (void)state;
    // Reviewers' own posts: ann 2, bob 1, cyd 2; of nobody 0.
    expect_posts("'order_by':[{'reviewer':{'posts':{}}},{'id':{}}]", "2436157");
}

static void test_order_takes_from_the_end(void **state)
{
    (void)state;
    expect_posts("'order_by':[{'reviewer':{'name':{}}}],'take':-3", "524");
    expect_posts("'order_by':[{'comments':{}}],'take':-2,'skip':1", "24");
}

static void test_order_keeps_the_first_of_each_combination(void **state)
{
    (void)state;
    expect_posts("'order_by':[{'author':{'name':{'direction':'DESC'}}},{'comments':{}}],"
                 "'distinct':['POST_FIELD_TITLE']",
                 "31");
}

static void test_order_begins_at_a_cursor(void **state)
{
    (void)state;
    expect_posts("'order_by':[{'author':{'name':{}}}],'cursor':{'id':'5'},'take':3", "517");
    expect_posts("'order_by':[{'reviewer':{'name':{}}}],'cursor':{'id':'6'}", "6524");
    expect_posts("'order_by':[{'reviewer':{'name':{}}}],'cursor':{'id':'2'}", "24");
    expect_posts("'order_by':[{'comments':{}},{'author':{'name':{}}}],'cursor':{'id':'2'},"
                 "'take':-2",
                 "32");
}

// Page by page, each behind the last record of the one before: every record once, in order.
static void walk(const char *order_by)
{
    struct rc_buf request = {0};
    int last = 0;
    bool seen[POSTS + 1] = {false};
    for (int count = 0; count < POSTS; count++) {
        rc_buf_clear(&request);
        rc_buf_printf(&request, "{'order_by':[%s],'select':{'id':true}", order_by);
        if (last) {
            rc_buf_printf(&request, ",'cursor':{'id':'%d'},'skip':1", last);
        }
        rc_buf_append_text(&request, ",'take':1}");
        char *answer = harness_call("Post/FindMany", request.data);
        const char *id = strstr(answer, "'id':'");
        assert_non_null(id);
        last = (int)strtol(id + strlen("'id':'"), NULL, 10);
        assert_in_range(last, 1, POSTS);
        assert_false(seen[last]);
        seen[last] = true;
        free(answer);
    }
    rc_buf_clear(&request);
    rc_buf_printf(&request,
                  "{'order_by':[%s],'select':{'id':true},'cursor':{'id':'%d'},'skip':1}",
                  order_by, last);
    harness_expect("Post/FindMany", request.data, "{}");
    rc_buf_fini(&request);
}

static void test_order_is_walked_by_cursors(void **state)
{
    (void)state;
    walk("{'author':{'name':{}}}");
    walk("{'author':{'name':{'direction':'DESC'}}}");
    walk("{'reviewer':{'name':{}}}");
    walk("{'reviewer':{'age':{'nulls':'FIRST'}}},{'title':{'direction':'DESC'}}");
    walk("{'comments':{'direction':'DESC'}}");
    walk("{'author':{'manager':{'posts':{}}}},{'comments':{'direction':'DESC'}}");
}

static void test_order_and_select_of_one_relation(void **state)
{
    (void)state;
    harness_expect("Post/FindMany",
                   "{'order_by':[{'author':{'name':{}}},{'id':{}}],'take':2,'with_total':true,"
                   "'select':{'id':true,'author':{'name':true}}}",
                   "{'rows':[{'id':'2','author':{'name':'ann'}},{'id':'4','author':{"
                   "'name':'ann'}}],'total':'7'}");
}

static void test_order_inside_a_select(void **state)
{
    (void)state;
    harness_expect("User/FindMany",
                   "{'order_by':[{'posts':{'direction':'DESC'}},{'name':{}}],'take':2,"
                   "'select':{'name':true,'posts':{'order_by':[{'comments':{"
                   "'direction':'DESC'}},{'reviewer':{'name':{}}}],'select':{'id':true}}}}",
                   "{'rows':[{'name':'ann','posts':[{'id':'4'},{'id':'2'}]},"
                   "{'name':'cyd','posts':[{'id':'1'},{'id':'7'}]}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_order_follows_a_relation, fill),
        cmocka_unit_test_setup(test_order_follows_several, fill),
        cmocka_unit_test_setup(test_order_puts_absent_records_where_nulls_go, fill),
        cmocka_unit_test_setup(test_order_counts, fill),
        cmocka_unit_test_setup(test_order_counts_nothing_of_nobody, fill),
        cmocka_unit_test_setup(test_order_takes_from_the_end, fill),
        cmocka_unit_test_setup(test_order_keeps_the_first_of_each_combination, fill),
        cmocka_unit_test_setup(test_order_begins_at_a_cursor, fill),
        cmocka_unit_test_setup(test_order_is_walked_by_cursors, fill),
        cmocka_unit_test_setup(test_order_and_select_of_one_relation, fill),
        cmocka_unit_test_setup(test_order_inside_a_select, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
