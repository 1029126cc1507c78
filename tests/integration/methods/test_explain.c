// SPDX-License-Identifier: Apache-2.0
//
// Every kind of call explained over the blog: its statements can be planned before anything
// ran, also where one needs what another will have written; and measuring them leaves no trace.
#include "harness.h"

#include "support/check.h"

#include <stdlib.h>

struct subject {
    const char *method;
    const char *json;
    size_t statements;
    const char *part; // of statements and plans
};

static const struct subject subjects[] = {
    {"User/FindUnique", "{'key': {'id': 1}}", 1, "users"},
    {"User/FindMany",
     "{'where': {'posts': {'some': {'comments': {'none': {}}}}}, 'select': {'posts': {"
     "'take': 1, 'select': {'comments': {'take': 1, 'select': {'author': {}}}}}}, 'take': 3,"
     " 'with_total': true}",
     1, "comments"},
    {"Post/Aggregate", "{'sum': ['POST_FIELD_SCORE']}", 1, "Aggregate"},
    {"User/Update",
     "{'key': {'name': 'ada'}, 'data': {'posts': {'create': [{'title': 'n', 'comments': {"
     "'create': [{'text': 't'}]}}], 'delete_many': [{'slug': {'equals': 'a'}}]}}}",
     1, "Insert on public.posts"},
    {"User/Create",
     "{'data': {'name': 'eve', 'posts': {'create': [{'title': 'n', 'tags': {'connect': ["
     "{'name': 'x'}]}}]}}}",
     1, "Insert on public.users"},
    {"Post/Upsert",
     "{'key': {'slug': 'a'}, 'create': {'title': 'n', 'slug': 'a', 'author_id': 1}, 'update':"
     " {'score': {'increment': 1}}}",
     1, "posts"},
    {"User/Update", // the second statement takes from the first what only execution tells
     "{'key': {'name': 'ada'}, 'data': {'posts': {'delete': [{'slug': 'a'}], 'update_many': [{"
     "'where': {}, 'data': {'score': {'set': 7}}}]}}}",
     2, "jsonb_array_elements"},
    {"Report/Scores", "{'least': 4}", 1, "posts"}, // typed SQL
    {"Post/Delete", "{'key': {'slug': 'a'}}", 1, "Delete on public.posts"},
};

static int fill(void **state)
{
    harness_empty(state);
    harness_sql("insert into users (name, age) values ('ada', 30), ('bob', 40);"
                "insert into tags (name) values ('x');"
                "insert into posts (title, slug, \"authorId\", \"updatedAt\") values"
                " ('a', 'a', 1, now()), ('b', 'b', 1, now())");
    return 0;
}

static size_t count_parts(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

static void explain_all(const char *how, const char *sign)
{
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        char *text = harness_explain_as(how, subjects[i].method, subjects[i].json);
        if (!strstr(text, subjects[i].part) ||
            count_parts(text, sign) < subjects[i].statements) {
            fail_msg("%s %s %s\nanswered %s", how, subjects[i].method, subjects[i].json, text);
        }
        free(text);
    }
}

static void test_explain_plans_every_kind_of_call(void **state)
{
    (void)state;
    explain_all("plan", "(cost=");
    harness_expect("Post/Count", "{}", "{'count':'2'}");
}

static void test_explain_measures_every_kind_of_call_without_a_trace(void **state)
{
    (void)state;
    explain_all("analyze", "Execution Time: ");
    harness_expect("Post/Count", "{}", "{'count':'2'}");
    harness_expect("User/Count", "{}", "{'count':'2'}");
    harness_expect("Comment/Count", "{}", "{'count':'0'}");
    harness_expect("Post/FindUnique", "{'key': {'slug': 'a'}, 'select': {'score': true}}",
                   "{'row':{'score':0}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_explain_plans_every_kind_of_call, fill),
        cmocka_unit_test_setup(test_explain_measures_every_kind_of_call_without_a_trace, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
