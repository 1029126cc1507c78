// SPDX-License-Identifier: Apache-2.0
//
// Create with writes of related records, over the blog.
#include "harness.h"

#include "support/check.h"

#include <stdlib.h>

static void test_record_with_a_record_it_refers_to(void **state)
{
    (void)state;
    harness_expect("Post/Create",
                   "{'data': {'title': 'a', 'author': {'create': {'name': 'ada'}}},"
                   " 'select': {'id': true, 'author_id': true}}",
                   "{'row':{'id':'1','author_id':1}}");
    harness_expect("Post/Create",
                   "{'data': {'title': 'b', 'author': {'connect': {'name': 'ada'}}},"
                   " 'select': {'id': true, 'author_id': true}}",
                   "{'row':{'id':'2','author_id':1}}");
    harness_expect("User/Count", "{}", "{'count':'1'}");
}

static void test_record_that_is_to_be_connected_must_exist(void **state)
{
    (void)state;
    harness_expect("Post/Create",
                   "{'data': {'title': 'b', 'author': {'connect': {'name': 'nobody'}}}}",
                   "NOT_FOUND P2025 rolled back: User: a related record that is needed was not "
                   "found");
    harness_expect("Post/Count", "{}", "{'count':'0'}");
}

static void test_records_that_refer_to_it(void **state)
{
    (void)state;
    harness_expect(
        "User/Create",
        "{'data': {'name': 'ada', 'profile': {'create': {'bio': 'x'}}, 'posts': {'create': ["
        "{'title': 'a', 'score': 1}, {'title': 'b', 'score': 2}, {'title': 'c'}]}},"
        " 'select': {'id': true, 'name': true}}",
        "{'row':{'id':1,'name':'ada'}}");
    harness_expect("Post/FindMany",
                   "{'select': {'title': true, 'score': true, 'author_id': true}}",
                   "{'rows':[{'title':'a','score':1,'author_id':1},"
                   "{'title':'b','score':2,'author_id':1},"
                   "{'title':'c','score':0,'author_id':1}]}");
    harness_expect("Profile/FindMany", "{'select': {'bio': true, 'user_id': true}}",
                   "{'rows':[{'bio':'x','user_id':1}]}");
}

static void test_several_levels(void **state)
{
    (void)state;
    harness_expect(
        "User/Create",
        "{'data': {'name': 'ada', 'posts': {'create': ["
        "{'title': 'a', 'comments': {'create': [{'text': 'one'}, {'text': 'two'}]}},"
        "{'title': 'b', 'reviewer': {'create': {'name': 'bob', 'desk': {'create': "
        "{'code': 'd1'}}}}, 'comments': {'create': [{'text': 'three', 'author': {'create': "
        "{'name': 'eve'}}, 'replies': {'create': [{'text': 'four', 'post_id': '1'}]}}]}}]}}}",
        "{'count':'1'}");
    harness_expect(
        "Comment/FindMany",
        "{'select': {'text': true, 'post_id': true, 'author_id': true}, "
        "'order_by': [{'text': {}}]}",
        "{'rows':[{'text':'four','post_id':'1'},{'text':'one','post_id':'1'},"
        "{'text':'three','post_id':'2','author_id':3},{'text':'two','post_id':'1'}]}");
    harness_expect("Desk/FindMany", "{}", "{'rows':[{'code':'d1','user_id':2}]}");
}

static void test_connect_many_moves_records(void **state)
{
    (void)state;
    harness_expect("User/Create",
                   "{'data': {'name': 'ada', 'posts': {'create': [{'title': 'a', 'slug': 's'},"
                   "{'title': 'b'}]}}}",
                   "{'count':'1'}");
    harness_expect("User/Create",
                   "{'data': {'name': 'bob', 'posts': {'connect': [{'slug': 's'}, {'id': '2'},"
                   "{'id': '2'}]}}}",
                   "{'count':'1'}");
    harness_expect("Post/FindMany", "{'select': {'id': true, 'author_id': true}}",
                   "{'rows':[{'id':'1','author_id':2},{'id':'2','author_id':2}]}");
    harness_expect(
        "User/Create",
        "{'data': {'name': 'eve', 'posts': {'connect': [{'id': '1'}, {'id': '9'}]}}}",
        "NOT_FOUND P2018 rolled back: Post: not all of the records to be connected "
        "were found");
    harness_expect("User/Count", "{}", "{'count':'2'}");
}

static void test_connect_or_create(void **state)
{
    (void)state;
    const char *request = "{'data': {'title': 'a', 'author': {'connect_or_create': {"
                          "'key': {'name': 'ada'}, 'create': {'age': 7}}}},"
                          " 'select': {'author_id': true}}";
    harness_expect("Post/Create", request, "{'row':{'author_id':1}}");
    harness_expect("Post/Create", request, "{'row':{'author_id':1}}");
    harness_expect("User/FindMany", "{'select': {'name': true, 'age': true}}",
                   "{'rows':[{'name':'ada','age':7}]}");
    harness_expect("User/Create",
                   "{'data': {'name': 'bob', 'posts': {'connect_or_create': ["
                   "{'key': {'slug': 's1'}, 'create': {'title': 'new'}},"
                   "{'key': {'id': '1'}, 'create': {'title': 'not made'}}]}}}",
                   "{'count':'1'}");
    harness_expect("Post/FindMany",
                   "{'where': {'author_id': {'equals': 2}}, 'select': {'title': true,"
                   "'slug': true}, 'order_by': [{'title': {}}]}",
                   "{'rows':[{'title':'a'},{'title':'new','slug':'s1'}]}");
}

static void test_explicit_many_to_many(void **state)
{
    (void)state;
    harness_expect("Club/Create", "{'data': {'code': 'x'}}", "{'count':'1'}");
    harness_expect("User/Create",
                   "{'data': {'name': 'ada', 'memberships': {'create': ["
                   "{'level': 'OWNER', 'club': {'connect': {'code': 'x'}}},"
                   "{'club': {'create': {'code': 'y', 'motto': 'm'}}, 'badges': {'create': ["
                   "{'kind': 'gold'}]}}]}}}",
                   "{'count':'1'}");
    harness_expect("Member/FindMany", "{'order_by': [{'club_code': {}}]}",
                   "{'rows':[{'user_id':1,'club_code':'x','level':'OWNER'},"
                   "{'user_id':1,'club_code':'y','level':'READER'}]}");
    harness_expect("Badge/FindMany", "{}",
                   "{'rows':[{'id':1,'kind':'gold','user_id':1,'club_code':'y'}]}");
}

static void test_create_many_with_relations(void **state)
{
    (void)state;
    harness_expect("User/CreateMany",
                   "{'rows': [{'name': 'ada', 'posts': {'create': [{'title': 'a'}]}},"
                   "{'name': 'bob'}, {'name': 'eve', 'posts': {'create': [{'title': 'b'}]}}]}",
                   "{'count':'3'}");
    harness_expect("Post/Count", "{}", "{'count':'2'}");
}

static void test_nothing_is_written_when_something_fails(void **state)
{
    (void)state;
    harness_expect_begin("User/Create",
                         "{'data': {'name': 'ada', 'posts': {'create': ["
                         "{'title': 'a', 'slug': 's'}, {'title': 'b', 'slug': 's'}]}}}",
                         "ALREADY_EXISTS P2002 rolled back: ");
    harness_expect("User/Count", "{}", "{'count':'0'}");
    harness_expect("Post/Create",
                   "{'data': {'title': 'a', 'author_id': 1, 'author': {'create': {'name': "
                   "'x'}}}}",
                   "INVALID_ARGUMENT  not executed: data.author: author_id is given twice: by "
                   "its value and by the relation");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_record_with_a_record_it_refers_to, harness_empty),
        cmocka_unit_test_setup(test_record_that_is_to_be_connected_must_exist, harness_empty),
        cmocka_unit_test_setup(test_records_that_refer_to_it, harness_empty),
        cmocka_unit_test_setup(test_several_levels, harness_empty),
        cmocka_unit_test_setup(test_connect_many_moves_records, harness_empty),
        cmocka_unit_test_setup(test_connect_or_create, harness_empty),
        cmocka_unit_test_setup(test_explicit_many_to_many, harness_empty),
        cmocka_unit_test_setup(test_create_many_with_relations, harness_empty),
        cmocka_unit_test_setup(test_nothing_is_written_when_something_fails, harness_empty),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
