// SPDX-License-Identifier: Apache-2.0
//
// How PostgreSQL executes nested reads: one statement each, by the indexes that there are, and
// no more than what is answered.
#include "harness.h"

#include "support/check.h"

#include <stdlib.h>

// Enough records that an index is worth it, and PostgreSQL knows so.
static int setup(void **state)
{
    (void)harness_setup_blog(state);
    harness_sql(
        "insert into users (name, age, \"managerId\") "
        "select 'u' || n, n % 50, nullif(n / 10, 0) from generate_series(1, 500) n;\n"
        "insert into posts (title, score, \"authorId\", \"updatedAt\") "
        "select 'p' || n, n % 7, 1 + n % 500, now() from generate_series(1, 10000) n;\n"
        "insert into comments (id, text, \"postId\", likes) "
        "select gen_random_uuid(), 'c', 1 + n % 10000, n from generate_series(1, 20000) n;\n"
        "insert into tags (name) select 't' || n from generate_series(1, 5000) n;\n"
        "insert into \"_PostToTag\" "
        "select n, 1 + n % 5000 from generate_series(1, 10000) n;\n"
        "analyze");
    return 0;
}

// The plan of a call in one statement, behind its SQL; the caller frees.
static char *plan(const char *method, const char *json, const char *how)
{
    char *text = harness_explain_as(how, method, json);
    if (strncmp(text, "select ", strlen("select ")) != 0 || strstr(text, "\nselect ")) {
        fail_msg("%s\nis not one statement:\n%s", json, text);
    }
    return text;
}

// The plan reads by these indexes, and no table from one end to the other.
static void expect_indexes(const char *method, const char *json, const char *const *indexes)
{
    char *text = plan(method, json, "plan");
    for (; *indexes; indexes++) {
        ASSERT_CONTAINS(text, *indexes);
    }
    if (strstr(text, "Seq Scan")) {
        fail_msg("%s\nreads a whole table:\n%s", json, text);
    }
    free(text);
}

static void test_plan_nests_by_indexes(void **state)
{
    (void)state;
    static const char *const indexes[] = {"using users_name_key on public.users",
                                          "posts_authorId_idx",
                                          "comments_postId_idx",
                                          "\"_PostToTag_AB_pkey\"",
                                          "tags_pkey",
                                          "users_pkey",
                                          "Index Cond: (t2.\"authorId\" = t0.id)",
                                          NULL};
    expect_indexes(
        "User/FindUnique",
        "{'key':{'name':'u7'},'select':{'name':true,'manager':{'name':true},"
        "'posts':{'order_by':[{'score':{}}],'take':3,'select':{'title':true,"
        "'author':{'name':true},'tags':{'select':{'name':true}},'comments':{'take':1,"
        "'select':{'text':true}},'counts':{'comments':{}}}}}}",
        indexes);
}

static void test_plan_filters_by_indexes(void **state)
{
    (void)state;
    static const char *const to_one[] = {"users_name_key", "posts_authorId_idx", NULL};
    static const char *const to_many[] = {"users_pkey", "posts_authorId_idx",
                                          "comments_postId_idx", NULL};
    static const char *const join[] = {"posts_pkey", "_PostToTag_AB_pkey", "tags_name_key",
                                       NULL};
    expect_indexes("Post/FindMany",
                   "{'where':{'author':{'is':{'name':{'equals':'u7'}}}},'take':5}", to_one);
    expect_indexes("User/FindMany",
                   "{'where':{'id':{'equals':7},'posts':{'some':{'comments':{'none':{'likes':{"
                   "'gt':9}}}}}}}",
                   to_many);
    expect_indexes("Post/FindMany",
                   "{'where':{'id':{'equals':'7'},'tags':{'some':{'name':{'equals':'t8'}}}}}",
                   join);
}

static void test_plan_begins_a_page_at_its_cursor(void **state)
{
    (void)state;
    char *text =
        plan("User/FindMany",
             "{'order_by':[{'name':{}}],'cursor':{'id':77},'take':3,'select':{'id':true,"
             "'manager':{'name':true}}}",
             "plan");
    ASSERT_CONTAINS(text, "Index Scan using users_name_key on public.users t0");
    ASSERT_CONTAINS(text, "Index Cond: (t0.name >= $");
    free(text);
}

static void test_plan_reads_related_records_of_the_page_alone(void **state)
{
    (void)state;
    // All users are sorted, by how many posts they have; posts are read for two.
    char *text = plan("User/FindMany",
                      "{'order_by':[{'posts':{}},{'age':{}}],'skip':3,'take':2,'select':{"
                      "'id':true,'posts':{'where':{'score':{'gt':2}},'select':{'id':true}}}}",
                      "analyze");
    const char *array = strstr(text, "SubPlan 1\n");
    assert_non_null(array);
    ASSERT_CONTAINS(array, " loops=2)\n");
    assert_null(strstr(array, " loops=5)\n"));
    free(text);
}

static void test_plan_of_a_page_with_its_total_is_one(void **state)
{
    (void)state;
    free(plan("Post/FindMany",
              "{'distinct':['POST_FIELD_SCORE'],'order_by':[{'author':{'name':{}}}],'take':-3,"
              "'with_total':true,'select':{'author':{},'comments':{},'counts':{'tags':{}}}}",
              "plan"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_nests_by_indexes),
        cmocka_unit_test(test_plan_filters_by_indexes),
        cmocka_unit_test(test_plan_begins_a_page_at_its_cursor),
        cmocka_unit_test(test_plan_reads_related_records_of_the_page_alone),
        cmocka_unit_test(test_plan_of_a_page_with_its_total_is_one),
    };
    return cmocka_run_group_tests(tests, setup, harness_teardown);
}
