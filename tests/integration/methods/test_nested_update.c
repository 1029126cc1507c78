// SPDX-License-Identifier: Apache-2.0
//
// Update with writes of related records, over the blog.
#include "harness.h"

#include "support/check.h"

#include <stdlib.h>

// ada (1) with posts a (1, slug a), b (2, slug b), c (3); bob (2) with post d (4); ada has
// a profile and desk d1; desk d2 is free.
static int fill(void **state)
{
    harness_empty(state);
    harness_sql("insert into users (name, age) values ('ada', 30), ('bob', 40);"
                "insert into profiles (bio, \"userId\") values ('p', 1);"
                "insert into desks values ('d1', 1), ('d2', null);"
                "insert into posts (title, slug, \"authorId\", \"updatedAt\") values"
                " ('a', 'a', 1, now()), ('b', 'b', 1, now()), ('c', null, 1, now()),"
                " ('d', null, 2, now());"
                "insert into side.\"cl\"\"ubs\" values ('x', null), ('y', null);"
                "insert into members values (1, 'x', 'READER'), (1, 'y', 'WRITER');"
                "insert into badges (kind, user_id, club_code) values ('g', 1, 'x'),"
                " ('s', 1, 'x'), ('free', null, null)");
    return 0;
}

static void expect_posts(const char *answer)
{
    harness_expect("Post/FindMany",
                   "{'select': {'id': true, 'title': true, 'author_id': true},"
                   " 'order_by': [{'id': {}}]}",
                   answer);
}

static void test_delete_many_and_create(void **state)
{
    (void)state;
    harness_expect("User/Update",
                   "{'key': {'name': 'ada'}, 'data': {'age': {'increment': 1}, 'posts': {"
                   "'delete_many': [{'slug': {'is_null': false}}],"
                   "'create': [{'title': 'n', 'slug': 'a'}]}},"
                   " 'select': {'id': true, 'age': true}}",
                   "{'row':{'id':1,'age':31}}");
    expect_posts("{'rows':[{'id':'3','title':'c','author_id':1},"
                 "{'id':'4','title':'d','author_id':2},{'id':'5','title':'n','author_id':1}]}");
}

static void test_connect_and_set_move_records(void **state)
{
    (void)state;
    harness_expect("User/Update",
                   "{'key': {'id': 2}, 'data': {'posts': {'connect': [{'slug': 'a'}]}}}",
                   "{'count':'1'}");
    expect_posts("{'rows':[{'id':'1','title':'a','author_id':2},{'id':'2','title':'b',"
                 "'author_id':1},{'id':'3','title':'c','author_id':1},"
                 "{'id':'4','title':'d','author_id':2}]}");
    harness_expect("User/Update",
                   "{'key': {'id': 2}, 'data': {'reviews': {'set': {'keys': [{'id': '1'},"
                   "{'slug': 'b'}]}}}}",
                   "{'count':'1'}");
    harness_expect("User/Update",
                   "{'key': {'id': 2}, 'data': {'reviews': {'set': {'keys': [{'slug': 'b'},"
                   "{'id': '3'}]}}}}",
                   "{'count':'1'}");
    harness_expect("Post/FindMany",
                   "{'where': {'reviewer_id': {'equals': 2}}, 'select': {'id': true},"
                   " 'order_by': [{'id': {}}]}",
                   "{'rows':[{'id':'2'},{'id':'3'}]}");
    harness_expect("User/Update", "{'key': {'id': 2}, 'data': {'reviews': {'set': {}}}}",
                   "{'count':'1'}");
    harness_expect("Post/Count", "{'where': {'reviewer_id': {'is_null': false}}}",
                   "{'count':'0'}");
}

static void test_what_must_be_related_cannot_be_disconnected(void **state)
{
    (void)state;
    harness_expect(
        "User/Update", "{'key': {'id': 1}, 'data': {'posts': {'disconnect': [{'id': '1'}]}}}",
        "FAILED_PRECONDITION P2014 not executed: data.posts.disconnect[]: a record "
        "would be left without the related record that it needs: delete it, or relate "
        "it to another one");
    harness_expect(
        "User/Update",
        "{'key': {'id': 1}, 'data': {'age': {'set': 1}, 'posts': {'set': {'keys': "
        "[{'id': '1'}]}}}}",
        "FAILED_PRECONDITION P2014 rolled back: Post: a record would be left without "
        "the related record that it needs: delete it, or relate it to another one");
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'posts': {'set': {'keys': [{'id': '1'},"
                   "{'id': '2'},{'id': '3'},{'id': '4'}]}}}}",
                   "{'count':'1'}");
    harness_expect(
        "Post/Update", "{'key': {'id': '1'}, 'data': {'author': {'disconnect': {}}}}",
        "FAILED_PRECONDITION P2014 not executed: data.author.disconnect: a record "
        "would be left without the related record that it needs: delete it, or relate "
        "it to another one");
    harness_expect("User/FindUnique", "{'key': {'id': 1}, 'select': {'age': true}}",
                   "{'row':{'age':30}}");
}

static void test_update_of_related_records(void **state)
{
    (void)state;
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'posts': {"
                   "'update': [{'key': {'slug': 'a'}, 'data': {'title': {'set': 'A'},"
                   " 'comments': {'create': [{'text': 't'}]}}}],"
                   "'update_many': [{'where': {'id': {'gt': '1'}}, 'data': {'score': {"
                   "'increment': 5}}}]}}}",
                   "{'count':'1'}");
    harness_expect("Post/FindMany",
                   "{'select': {'title': true, 'score': true}, 'order_by': [{'id': {}}]}",
                   "{'rows':[{'title':'A','score':0},{'title':'b','score':5},"
                   "{'title':'c','score':5},{'title':'d','score':0}]}");
    harness_expect("Comment/FindMany", "{'select': {'text': true, 'post_id': true}}",
                   "{'rows':[{'text':'t','post_id':'1'}]}");
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'posts': {'update': [{'key': {'id': '4'},"
                   " 'data': {'title': {'set': 'x'}}}]}}}",
                   "NOT_FOUND P2025 rolled back: Post: a related record that is needed was not "
                   "found");
    harness_expect("User/Update",
                   "{'key': {'id': 9}, 'data': {'posts': {'update': [{'key': {'id': '4'},"
                   " 'data': {'title': {'set': 'x'}}}]}}}",
                   "NOT_FOUND P2025 rolled back: no User matches");
}

static void test_delete_of_related_records(void **state)
{
    (void)state;
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'posts': {'delete': [{'id': '1'}, {'slug': "
                   "'b'}]}, 'profile': {'delete': {}}, 'desk': {'disconnect': {}}}}",
                   "{'count':'1'}");
    expect_posts("{'rows':[{'id':'3','title':'c','author_id':1},"
                 "{'id':'4','title':'d','author_id':2}]}");
    harness_expect("Profile/Count", "{}", "{'count':'0'}");
    harness_expect("Desk/Count", "{'where': {'user_id': {'is_null': false}}}", "{'count':'0'}");
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'posts': {'delete': [{'id': '4'}]}}}",
                   "FAILED_PRECONDITION P2017 rolled back: Post: not all of the records to be "
                   "deleted exist and are related");
    harness_expect("User/Update", "{'key': {'id': 1}, 'data': {'profile': {'delete': {}}}}",
                   "NOT_FOUND P2025 rolled back: Profile: a related record that is needed was "
                   "not found");
}

static void test_one_to_one(void **state)
{
    (void)state;
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'desk': {'connect': {'code': 'd2'}},"
                   " 'profile': {'update': {'data': {'bio': {'set': 'q'}}}}}}",
                   "{'count':'1'}");
    harness_expect("Desk/FindMany", "{'order_by': [{'code': {}}]}",
                   "{'rows':[{'code':'d1'},{'code':'d2','user_id':1}]}");
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'desk': {'create': {'code': 'd3'}}}}",
                   "{'count':'1'}");
    harness_expect("Desk/FindMany", "{'order_by': [{'code': {}}]}",
                   "{'rows':[{'code':'d1'},{'code':'d2'},{'code':'d3','user_id':1}]}");
    harness_expect(
        "User/Update", "{'key': {'id': 1}, 'data': {'profile': {'create': {'bio': 'new'}}}}",
        "FAILED_PRECONDITION P2014 rolled back: Profile: a record would be left "
        "without the related record that it needs: delete it, or relate it to another "
        "one");
    harness_expect("User/Update",
                   "{'key': {'id': 2}, 'data': {'profile': {'upsert': {'create': {'bio': "
                   "'new'}, 'update': {'bio': {'set': 'no'}}}}}}",
                   "{'count':'1'}");
    harness_expect("User/Update",
                   "{'key': {'id': 2}, 'data': {'profile': {'upsert': {'create': {'bio': "
                   "'no'}, 'update': {'bio': {'set': 'yes'}}}}}}",
                   "{'count':'1'}");
    harness_expect(
        "Profile/FindMany", "{'order_by': [{'id': {}}]}",
        "{'rows':[{'id':1,'bio':'q','user_id':1},{'id':2,'bio':'yes','user_id':2}]}");
}

static void test_the_record_it_refers_to(void **state)
{
    (void)state;
    harness_expect(
        "Post/Update",
        "{'key': {'id': '1'}, 'data': {'title': {'set': 'z'}, 'reviewer': {'create': "
        "{'name': 'eve'}}, 'author': {'update': {'data': {'age': {'set': 5}}}}},"
        " 'select': {'title': true, 'author_id': true, 'reviewer_id': true}}",
        "{'row':{'title':'z','author_id':1,'reviewer_id':3}}");
    harness_expect("User/FindUnique", "{'key': {'id': 1}, 'select': {'age': true}}",
                   "{'row':{'age':5}}");
    harness_expect("Post/Update",
                   "{'key': {'id': '1'}, 'data': {'reviewer': {'disconnect': {'name': {"
                   "'equals': 'bob'}}}}, 'select': {'reviewer_id': true}}",
                   "{'row':{'reviewer_id':3}}");
    harness_expect("Post/Update",
                   "{'key': {'id': '1'}, 'data': {'reviewer': {'delete': {}}},"
                   " 'select': {'reviewer_id': true}}",
                   "{'row':{}}");
    harness_expect("User/Count", "{}", "{'count':'2'}");
    harness_expect(
        "Post/Update",
        "{'key': {'id': '1'}, 'data': {'reviewer': {'upsert': {'create': {'name': "
        "'new'}, 'update': {'name': {'set': 'old'}}}}, 'author': {'connect': {'name':"
        " 'bob'}}}, 'select': {'reviewer_id': true, 'author_id': true}}",
        "{'row':{'author_id':2,'reviewer_id':4}}");
    harness_expect("Post/Update",
                   "{'key': {'id': '1'}, 'data': {'reviewer': {'upsert': {'create': {'name': "
                   "'new'}, 'update': {'name': {'set': 'old'}}}}}, 'select': {'reviewer_id': "
                   "true}}",
                   "{'row':{'reviewer_id':4}}");
    harness_expect("User/FindUnique", "{'key': {'id': 4}, 'select': {'name': true}}",
                   "{'row':{'name':'old'}}");
}

static void test_upsert_of_related_records(void **state)
{
    (void)state;
    const char *request =
        "{'key': {'id': 1}, 'data': {'posts': {'upsert': [{'key': {'slug': 'n'}, 'create': "
        "{'title': 'made', 'comments': {'create': [{'text': 'c'}]}}, 'update': {'title': "
        "{'set': 'changed'}}}]}}}";
    harness_expect("User/Update", request, "{'count':'1'}");
    harness_expect("Post/FindUnique", "{'key': {'slug': 'n'}, 'select': {'title': true}}",
                   "{'row':{'title':'made'}}");
    harness_expect("User/Update", request, "{'count':'1'}");
    harness_expect("Post/FindUnique", "{'key': {'slug': 'n'}, 'select': {'title': true}}",
                   "{'row':{'title':'changed'}}");
    harness_expect("Comment/Count", "{}", "{'count':'1'}");
}

static void test_composite_foreign_keys(void **state)
{
    (void)state;
    harness_expect("Member/Update",
                   "{'key': {'user_id_club_code': {'user_id': 1, 'club_code': 'y'}}, 'data': {"
                   "'badges': {'set': {'keys': [{'id': 2}, {'id': 3}]}}}}",
                   "{'count':'1'}");
    harness_expect("Badge/FindMany", "{'order_by': [{'id': {}}]}",
                   "{'rows':[{'id':1,'kind':'g','user_id':1,'club_code':'x'},"
                   "{'id':2,'kind':'s','user_id':1,'club_code':'y'},"
                   "{'id':3,'kind':'free','user_id':1,'club_code':'y'}]}");
    harness_expect("Member/Update",
                   "{'key': {'user_id_club_code': {'user_id': 1, 'club_code': 'y'}}, 'data': {"
                   "'badges': {'disconnect': [{'id': 2}]}, 'user': {'connect': {'id': 2}}}}",
                   "{'count':'1'}");
    harness_expect("Badge/FindMany", "{'order_by': [{'id': {}}]}",
                   "{'rows':[{'id':1,'kind':'g','user_id':1,'club_code':'x'},"
                   "{'id':2,'kind':'s'},{'id':3,'kind':'free','user_id':2,'club_code':'y'}]}");
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'memberships': {'delete': [{"
                   "'user_id_club_code': {'user_id': 1, 'club_code': 'x'}}]}}}",
                   "{'count':'1'}");
    harness_expect("Member/Count", "{}", "{'count':'1'}");
}

static void test_self_relation(void **state)
{
    (void)state;
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'age': {'set': 1}, 'reports': {'connect': "
                   "[{'id': 2}], 'create': [{'name': 'eve'}]}, 'manager': {'create': {'name': "
                   "'boss'}}}, 'select': {'manager_id': true, 'age': true}}",
                   "{'row':{'age':1,'manager_id':3}}");
    harness_expect("User/FindMany",
                   "{'select': {'name': true, 'manager_id': true}, 'order_by': [{'id': {}}]}",
                   "{'rows':[{'name':'ada','manager_id':3},{'name':'bob','manager_id':1},"
                   "{'name':'boss'},{'name':'eve','manager_id':1}]}");
}

static void test_bad_requests_are_refused(void **state)
{
    (void)state;
    harness_expect(
        "User/UpdateMany", "{'all': true, 'data': {'posts': {'delete_many': [{}]}}}",
        "INVALID_ARGUMENT  not executed: data.posts: UpdateMany cannot write related "
        "records: use Update");
    harness_expect("Post/Update",
                   "{'key': {'id': '1'}, 'data': {'author': {'connect': {'id': 1}, 'create': "
                   "{'name': 'x'}}}}",
                   "INVALID_ARGUMENT  not executed: data.author.connect: stands beside create: "
                   "one record can only become one thing");
    harness_expect(
        "Post/Update",
        "{'key': {'id': '1'}, 'data': {'author_id': {'set': 2}, 'author': {'connect': "
        "{'id': 1}}}}",
        "INVALID_ARGUMENT  not executed: data.author: author_id is changed twice: by "
        "its value and by the relation");
}

// A record that cannot be found again by its key is an error, and then nothing has happened.
static void test_record_that_is_lost_on_the_way(void **state)
{
    (void)state;
    harness_sql("update users set \"managerId\" = 1 where id = 1");
    harness_expect_begin(
        "User/Update",
        "{'key': {'id': 1}, 'data': {'age': {'set': 1}, 'manager': {'update': "
        "{'data': {'id': {'set': 9}}}}}}",
        "NOT_FOUND P2025 rolled back: User: what is written of related records "
        "deletes this record or changes its primary key");
    harness_expect_begin("Member/Update",
                         "{'key': {'user_id_club_code': {'user_id': 1, 'club_code': 'x'}},"
                         " 'data': {'level': {'set': 'OWNER'}, 'club': {'update': {'data': {"
                         "'code': {'set': 'z'}}}}}}",
                         "NOT_FOUND P2025 rolled back: ");
    harness_expect_begin("User/Update",
                         "{'key': {'id': 1}, 'data': {'manager': {'delete': {}}}, 'select': {"
                         "'id': true}}",
                         "NOT_FOUND P2025 rolled back: ");
    harness_expect("User/FindMany",
                   "{'select': {'id': true, 'age': true}, 'order_by': [{'id': {}}]}",
                   "{'rows':[{'id':1,'age':30},{'id':2,'age':40}]}");
    harness_expect("Club/Count", "{'where': {'code': {'equals': 'z'}}}", "{'count':'0'}");
}

// What foreign keys do about a record that was deleted they do when its statement ends, and not
// to records that were created with its key since.
static void test_key_that_is_used_again(void **state)
{
    (void)state;
    harness_expect("Club/Update",
                   "{'key': {'code': 'x'}, 'data': {'members': {'delete_many': [{}],"
                   "'create': [{'user_id': 1, 'badges': {'create': [{'kind': 'new'}]}}]}}}",
                   "{'count':'1'}");
    harness_expect("Badge/FindMany",
                   "{'where': {'member': {'is': {}}}, 'select': {'kind': true}}",
                   "{'rows':[{'kind':'new'}]}");
    harness_sql("insert into tags values (1, 'old'); insert into \"_PostToTag\" values (1, 1)");
    harness_expect(
        "Post/Update",
        "{'key': {'id': '1'}, 'data': {'tags': {'delete': [{'name': 'old'}], "
        "'create': [{'id': 1, 'name': 'new'}]}}, 'select': {'id': true, 'tags': {}}}",
        "{'row':{'id':'1','tags':[{'id':1,'name':'new'}]}}");
}

// A record that refers to itself, and gets another key, follows it; so does the answer.
static void test_key_of_a_record_that_refers_to_itself(void **state)
{
    (void)state;
    harness_sql("update users set \"managerId\" = 1 where id = 1");
    harness_expect("User/Update",
                   "{'key': {'id': 1}, 'data': {'id': {'set': 7}}, 'select': {'id': true, "
                   "'manager_id': true}}",
                   "{'row':{'id':7,'manager_id':7}}");
    harness_expect("User/UpdateMany",
                   "{'where': {'name': {'equals': 'ada'}}, 'data': {'id': {'set': 8}}, "
                   "'select': {'id': true, 'manager_id': true}}",
                   "{'rows':[{'id':8,'manager_id':8}]}");
    harness_expect("User/Update",
                   "{'key': {'id': 2}, 'data': {'id': {'set': 9}, 'manager': {'connect': {"
                   "'id': 2}}}, 'select': {'id': true, 'manager_id': true}}",
                   "{'row':{'id':9,'manager_id':9}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_delete_many_and_create, fill),
        cmocka_unit_test_setup(test_connect_and_set_move_records, fill),
        cmocka_unit_test_setup(test_what_must_be_related_cannot_be_disconnected, fill),
        cmocka_unit_test_setup(test_update_of_related_records, fill),
        cmocka_unit_test_setup(test_delete_of_related_records, fill),
        cmocka_unit_test_setup(test_one_to_one, fill),
        cmocka_unit_test_setup(test_the_record_it_refers_to, fill),
        cmocka_unit_test_setup(test_upsert_of_related_records, fill),
        cmocka_unit_test_setup(test_composite_foreign_keys, fill),
        cmocka_unit_test_setup(test_self_relation, fill),
        cmocka_unit_test_setup(test_record_that_is_lost_on_the_way, fill),
        cmocka_unit_test_setup(test_key_that_is_used_again, fill),
        cmocka_unit_test_setup(test_key_of_a_record_that_refers_to_itself, fill),
        cmocka_unit_test_setup(test_bad_requests_are_refused, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
