// SPDX-License-Identifier: Apache-2.0
//
// What writes answer when related records are asked for, over the blog.
#include "harness.h"

#include "support/check.h"

static int fill(void **state)
{
    harness_empty(state);
    harness_sql("insert into users (name, age) values ('ada', 30), ('bob', 40);"
                "insert into posts (title, slug, \"authorId\", \"updatedAt\") values"
                " ('a', 'a', 1, now()), ('b', 'b', 1, now())");
    return 0;
}

static void test_create_answers_what_it_nested(void **state)
{
    (void)state;
    harness_expect("User/Create",
                   "{'data': {'name': 'eve', 'posts': {'create': [{'title': 'x'}, {'title': "
                   "'y'}]}, 'manager': {'connect': {'name': 'ada'}}}, 'select': {'name': true, "
                   "'manager': {'name': true, 'counts': {'reports': {}}}, 'posts': {'select': "
                   "{'title': true}}, 'counts': {'posts': {}}}}",
                   "{'row':{'name':'eve','manager':{'name':'ada','counts':{'reports':'1'}},"
                   "'posts':[{'title':'x'},{'title':'y'}],'counts':{'posts':'2'}}}");
}

static void test_create_answers_records_that_were_there(void **state)
{
    (void)state;
    harness_expect("Post/Create",
                   "{'data': {'title': 'x', 'author_id': 1}, 'select': {'title': true, "
                   "'author': {'name': true}}}",
                   "{'row':{'title':'x','author':{'name':'ada'}}}");
    harness_expect("Post/CreateMany",
                   "{'rows': [{'title': 'p', 'author_id': 1}, {'title': 'q', 'author_id': 2}], "
                   "'select': {'title': true, 'author': {'name': true}}}",
                   "{'rows':[{'title':'p','author':{'name':'ada'}},"
                   "{'title':'q','author':{'name':'bob'}}]}");
}

static void test_update_answers_what_is_there_afterwards(void **state)
{
    (void)state;
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'age': {'set': 31}, 'posts': {'delete': [{"
                   "'slug': 'a'}], 'create': [{'title': 'n'}], 'update': [{'key': {'slug': "
                   "'b'}, 'data': {'score': {'set': 9}}}]}}, 'select': {'age': true, 'posts': {"
                   "'select': {'title': true, 'score': true}}}}",
                   "{'row':{'age':31,'posts':[{'title':'b','score':9},"
                   "{'title':'n','score':0}]}}");
    harness_expect("User/UpdateMany",
                   "{'where': {'name': {'equals': 'bob'}}, 'data': {'manager_id': {'set': 2}}, "
                   "'select': {'name': true, 'manager': {'name': true, 'manager_id': true}}}",
                   "{'rows':[{'name':'bob','manager':{'name':'bob','manager_id':2}}]}");
    harness_expect("User/UpdateMany",
                   "{'where': {'name': {'equals': 'ada'}}, 'max_affected': 2, 'data': {'age': {"
                   "'set': 1}}, 'select': {'name': true, 'posts': {'take': 1, 'select': {"
                   "'title': true}}}}",
                   "{'rows':[{'name':'ada','posts':[{'title':'b'}]}]}");
    harness_expect_begin("User/UpdateMany",
                         "{'all': true, 'max_affected': 1, 'data': {'age': {'set': 5}}, "
                         "'select': {'posts': {}}}",
                         "FAILED_PRECONDITION  rolled back: more than max_affected (1)");
    harness_expect("User/Count", "{'where': {'age': {'equals': 1}}}", "{'count':'1'}");
}

static void test_delete_answers_what_was_there(void **state)
{
    (void)state;
    harness_expect("User/Delete",
                   "{'key': {'id': 1}, 'select': {'name': true, 'posts': {'select': {'title': "
                   "true}}}}",
                   "{'row':{'name':'ada','posts':[{'title':'a'},{'title':'b'}]}}");
    harness_expect("Post/Count", "{}", "{'count':'0'}");
    harness_expect("User/DeleteMany",
                   "{'where': {'name': {'equals': 'bob'}}, 'select': {'name': true, 'counts': {"
                   "'posts': {}}}}",
                   "{'rows':[{'name':'bob','counts':{'posts':'0'}}]}");
    harness_expect("User/Delete", "{'key': {'id': 1}, 'select': {'posts': {}}}",
                   "NOT_FOUND P2025 rolled back: no User matches");
}

static void test_upsert_answers_what_is_there_afterwards(void **state)
{
    (void)state;
    const char *request = "{'key': {'name': 'eve'}, 'create': {'posts': {'create': [{'title': "
                          "'made'}]}}, 'update': {'posts': {'create': [{'title': 'more'}]}}, "
                          "'select': {'name': true, 'posts': {'select': {'title': true}}}}";
    harness_expect("User/Upsert", request,
                   "{'row':{'name':'eve','posts':[{'title':'made'}]},'created':true}");
    harness_expect(
        "User/Upsert", request,
        "{'row':{'name':'eve','posts':[{'title':'made'},{'title':'more'}]},'created':false}");
    harness_expect("User/Upsert",
                   "{'key': {'id': 1}, 'create': {'name': 'x'}, 'select': {'name': true, "
                   "'counts': {'posts': {'where': {'slug': {'equals': 'a'}}}}}}",
                   "{'row':{'name':'ada','counts':{'posts':'1'}},'created':false}");
    harness_expect("User/UpsertMany",
                   "{'rows': [{'name': 'ada', 'age': 7}, {'name': 'zoe', 'age': 8}], "
                   "'conflict': ['USER_FIELD_NAME'], 'update': ['USER_FIELD_AGE'], 'select': {"
                   "'age': true, 'counts': {'posts': {}}}}",
                   "{'rows':[{'age':7,'counts':{'posts':'2'}},"
                   "{'age':8,'counts':{'posts':'0'}}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_create_answers_what_it_nested, fill),
        cmocka_unit_test_setup(test_create_answers_records_that_were_there, fill),
        cmocka_unit_test_setup(test_update_answers_what_is_there_afterwards, fill),
        cmocka_unit_test_setup(test_delete_answers_what_was_there, fill),
        cmocka_unit_test_setup(test_upsert_answers_what_is_there_afterwards, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
