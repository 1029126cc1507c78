// SPDX-License-Identifier: Apache-2.0
//
// Upsert: native, get or create, with relations; and many at once.
#include "harness.h"

#include "support/check.h"

#include <pthread.h>
#include <stdlib.h>

static void test_creates_then_updates(void **state)
{
    (void)state;
    const char *request = "{'key': {'name': 'ada'}, 'create': {'name': 'ada', 'age': 1},"
                          " 'update': {'age': {'increment': 10}}, 'select': {'id': true, "
                          "'age': true}}";
    harness_expect("User/Upsert", request, "{'row':{'id':1,'age':1},'created':true}");
    harness_expect("User/Upsert", request, "{'row':{'id':1,'age':11},'created':false}");
    harness_expect("User/Upsert",
                   "{'key': {'name': 'ada'}, 'create': {}, 'update': {'age': {'set': 3}}}",
                   "{'count':'1','created':false}");
}

static void test_key_completes_the_record(void **state)
{
    (void)state;
    harness_expect("User/Upsert",
                   "{'key': {'name': 'bob'}, 'create': {'age': 2}, 'update': {'age': {'set': "
                   "5}}, 'select': {'name': true, 'age': true}}",
                   "{'row':{'name':'bob','age':2},'created':true}");
}

static void test_get_or_create_changes_nothing(void **state)
{
    (void)state;
    const char *request =
        "{'key': {'slug': 's'}, 'create': {'title': 'a', 'author': {'create': "
        "{'name': 'ada'}}}, 'select': {'id': true, 'title': true}}";
    harness_expect("Post/Upsert", request, "{'row':{'id':'1','title':'a'},'created':true}");
    harness_sql("update posts set \"updatedAt\" = '2020-01-01'");
    harness_expect("Post/Upsert", request, "{'row':{'id':'1','title':'a'},'created':false}");
    harness_expect("Post/FindUnique", "{'key': {'id': '1'}, 'select': {'updated_at': true}}",
                   "{'row':{'updated_at':'2020-01-01T00:00:00Z'}}");
    harness_expect("User/Count", "{}", "{'count':'1'}");
}

static void test_key_that_differs_from_the_record(void **state)
{
    (void)state;
    const char *request = "{'key': {'name': 'ada'}, 'create': {'name': 'bob'}, 'update': {"
                          "'age': {'set': 1}}, 'select': {'name': true, 'age': true}}";
    harness_expect("User/Upsert", request, "{'row':{'name':'bob'},'created':true}");
    harness_expect("User/Upsert", request,
                   "ALREADY_EXISTS P2002 rolled back: User: a record with the values to be "
                   "created exists already, under another key");
    harness_sql("insert into users (name) values ('ada')");
    harness_expect("User/Upsert", request, "{'row':{'name':'ada','age':1},'created':false}");
}

static void test_where_has_to_match(void **state)
{
    (void)state;
    harness_sql("insert into users (name, age) values ('ada', 5)");
    harness_expect("User/Upsert",
                   "{'key': {'name': 'ada'}, 'where': {'age': {'gt': 5}}, 'create': {}, "
                   "'update': {'age': {'set': 9}}}",
                   "NOT_FOUND P2025 rolled back: no User matches");
    harness_expect("User/Upsert",
                   "{'key': {'name': 'ada'}, 'where': {'age': {'gt': 5}}, 'create': {}, "
                   "'update': {'posts': {'create': [{'title': 'x'}]}}}",
                   "NOT_FOUND P2025 rolled back: User: a related record that is needed was not "
                   "found");
    harness_expect("User/Upsert",
                   "{'key': {'name': 'ada'}, 'where': {'age': {'gte': 5}}, 'create': {}, "
                   "'update': {'age': {'set': 9}}, 'select': {'age': true}}",
                   "{'row':{'age':9},'created':false}");
}

static void test_answers_with_related_records(void **state)
{
    (void)state;
    harness_sql("insert into users (name) values ('ada')");
    const char *request = "{'key': {'slug': 's'}, 'create': {'title': 'a', 'author_id': 1},"
                          " 'update': {'title': {'set': 'b'}}, 'select': {'title': true, "
                          "'author': {'name': true, 'counts': {'posts': {}}}}}";
    harness_expect("Post/Upsert", request,
                   "{'row':{'title':'a','author':{'name':'ada','counts':{'posts':'1'}}},"
                   "'created':true}");
    harness_expect("Post/Upsert", request,
                   "{'row':{'title':'b','author':{'name':'ada','counts':{'posts':'1'}}},"
                   "'created':false}");
    harness_sql("update users set \"managerId\" = 1");
    harness_expect("User/Upsert",
                   "{'key': {'name': 'ada'}, 'create': {}, 'update': {'id': {'set': 5}}, "
                   "'select': {'manager_id': true}}",
                   "{'row':{'manager_id':5},'created':false}");
    harness_expect(
        "User/Upsert",
        "{'key': {'name': 'ada'}, 'create': {}, 'update': {'manager': {'disconnect': "
        "{}}, 'reports': {'connect': [{'id': 5}]}}, 'select': {'manager_id': true}}",
        "{'row':{'manager_id':5},'created':false}");
    harness_expect("User/UpsertMany",
                   "{'rows': [{'name': 'ada', 'id': 6}], 'conflict': ['USER_FIELD_NAME'], "
                   "'update': ['USER_FIELD_ID'], 'select': {'manager_id': true}}",
                   "{'rows':[{'manager_id':6}]}");
}

static void test_composite_key(void **state)
{
    (void)state;
    harness_sql("insert into users (name) values ('ada');"
                "insert into side.\"cl\"\"ubs\" values ('x', null)");
    const char *request = "{'key': {'user_id_club_code': {'user_id': 1, 'club_code': 'x'}},"
                          " 'create': {}, 'update': {'level': {'set': 'OWNER'}},"
                          " 'select': {'level': true}}";
    harness_expect("Member/Upsert", request, "{'row':{'level':'READER'},'created':true}");
    harness_expect("Member/Upsert", request, "{'row':{'level':'OWNER'},'created':false}");
}

static void test_relations_in_both_branches(void **state)
{
    (void)state;
    const char *request =
        "{'key': {'name': 'ada'}, 'create': {'posts': {'create': [{'title': 'made'}]}}, "
        "'update': "
        "{'posts': {'create': [{'title': 'added'}]}, 'profile': {'create': {'bio': 'b'}}},"
        " 'select': {'id': true}}";
    harness_expect("User/Upsert", request, "{'row':{'id':1},'created':true}");
    harness_expect("Post/FindMany", "{'select': {'title': true}}",
                   "{'rows':[{'title':'made'}]}");
    harness_expect("User/Upsert", request, "{'row':{'id':1},'created':false}");
    harness_expect("Post/FindMany", "{'select': {'title': true}, 'order_by': [{'id': {}}]}",
                   "{'rows':[{'title':'made'},{'title':'added'}]}");
    harness_expect("Profile/Count", "{}", "{'count':'1'}");
}

static void test_other_keys_still_collide(void **state)
{
    (void)state;
    harness_sql("insert into users (name, email) values ('ada', 'a@x')");
    harness_expect("User/Upsert",
                   "{'key': {'name': 'bob'}, 'create': {'email': 'A@X'}, 'update': {'age': "
                   "{'set': 1}}}",
                   "ALREADY_EXISTS P2002 rolled back: another User with this email exists "
                   "already");
}

// ---- many

static void test_many_are_created_or_updated(void **state)
{
    (void)state;
    harness_sql("insert into users (name, age) values ('ada', 1), ('eve', 2)");
    harness_expect("User/UpsertMany",
                   "{'rows': [{'name': 'eve', 'age': 20}, {'name': 'bob', 'age': 30}, {'name': "
                   "'ada'}], 'conflict': ['USER_FIELD_NAME'], 'update': ['USER_FIELD_AGE']}",
                   "{'count':'2'}");
    harness_expect("User/FindMany",
                   "{'select': {'name': true, 'age': true}, 'order_by': [{'name': {}}]}",
                   "{'rows':[{'name':'ada','age':1},{'name':'bob','age':30},"
                   "{'name':'eve','age':20}]}");
    harness_expect("User/UpsertMany",
                   "{'rows': [{'name': 'eve', 'age': 21}], 'conflict': ['USER_FIELD_NAME'], "
                   "'update': ['USER_FIELD_AGE'], 'select': {'age': true}}",
                   "{'rows':[{'age':21}]}");
}

static void test_many_without_updates_are_found_or_created(void **state)
{
    (void)state;
    harness_sql("insert into users (name, age) values ('ada', 1)");
    harness_expect("User/UpsertMany",
                   "{'rows': [{'name': 'bob', 'age': 5}, {'name': 'ada', 'age': 6}, {'name': "
                   "'bob', 'age': 7}], 'conflict': ['USER_FIELD_NAME'], 'select': {'name': "
                   "true, 'age': true}}",
                   "{'rows':[{'name':'ada','age':1},{'name':'bob','age':5}]}");
    harness_expect("User/UpsertMany",
                   "{'rows': [{'name': 'bob'}, {'name': 'new'}], 'conflict': "
                   "['USER_FIELD_NAME']}",
                   "{'count':'1'}");
}

static void test_many_by_a_composite_key(void **state)
{
    (void)state;
    harness_sql("insert into users (name) values ('ada');"
                "insert into side.\"cl\"\"ubs\" values ('x', null), ('y', null);"
                "insert into members values (1, 'x', 'READER')");
    harness_expect("Member/UpsertMany",
                   "{'rows': [{'user_id': 1, 'club_code': 'y', 'level': 'WRITER'}, {'user_id': "
                   "1, 'club_code': 'x', 'level': 'OWNER'}], 'conflict': "
                   "['MEMBER_FIELD_CLUB_CODE', 'MEMBER_FIELD_USER_ID'], 'update': "
                   "['MEMBER_FIELD_LEVEL'], 'select': {}}",
                   "{'rows':[{'user_id':1,'club_code':'x','level':'OWNER'},"
                   "{'user_id':1,'club_code':'y','level':'WRITER'}]}");
}

static void test_many_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    harness_expect(
        "User/UpsertMany", "{'rows': [{'name': 'a'}], 'conflict': ['USER_FIELD_AGE']}",
        "INVALID_ARGUMENT  not executed: conflict: must name the fields of one unique "
        "key of User: id, name, email");
    harness_expect("User/UpsertMany",
                   "{'rows': [{'name': 'a'}], 'conflict': ['USER_FIELD_EMAIL']}",
                   "INVALID_ARGUMENT  not executed: rows[]: email must be given: it is of the "
                   "key that decides whether the record exists");
    harness_expect_begin("User/UpsertMany",
                         "{'rows': [{'name': 'a', 'age': 1}, {'name': 'a', 'age': 2}], "
                         "'conflict': ['USER_FIELD_NAME'], 'update': ['USER_FIELD_AGE']}",
                         "INVALID_ARGUMENT P2016 rolled back: ");
}

// ---- races

enum { CLIENTS = 16, ROUNDS = 20 };

struct racer {
    pthread_t thread;
    const char *request;
    size_t failures;
    size_t created;
    char first[256];
};

static void *race(void *arg)
{
    struct racer *racer = arg;
    for (int i = 0; i < ROUNDS; i++) {
        char *text = harness_call("User/Upsert", racer->request);
        bool is_failure = strncmp(text, "{'count':'1'", 12) != 0;
        if (is_failure && racer->failures++ == 0) {
            (void)snprintf(racer->first, sizeof racer->first, "%s", text);
        }
        racer->created += strstr(text, "'created':true") != NULL;
        free(text);
    }
    return NULL;
}

static size_t run_race(const char *request)
{
    struct racer racers[CLIENTS];
    size_t created = 0;
    for (size_t i = 0; i < CLIENTS; i++) {
        racers[i] = (struct racer){.request = request};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        (void)pthread_join(racers[i].thread, NULL);
        created += racers[i].created;
        if (racers[i].failures > 0) {
            fail_msg("%zu failed, first: %s", racers[i].failures, racers[i].first);
        }
    }
    return created;
}

static void test_racing_upserts_lose_nothing(void **state)
{
    (void)state;
    assert_int_equal(
        run_race("{'key': {'name': 'ada'}, 'create': {'age': 1}, 'update': {'age': "
                 "{'increment': 1}}}"),
        1);
    harness_expect("User/FindUnique", "{'key': {'name': 'ada'}, 'select': {'age': true}}",
                   "{'row':{'age':320}}");
}

static void test_racing_get_or_create_makes_one(void **state)
{
    (void)state;
    assert_int_equal(run_race("{'key': {'name': 'ada'}, 'create': {'age': 1}}"), 1);
    harness_expect("User/Count", "{}", "{'count':'1'}");
}

static void test_racing_upserts_with_relations_lose_nothing(void **state)
{
    (void)state;
    assert_int_equal(
        run_race("{'key': {'name': 'ada'}, 'create': {'age': 1, 'posts': {'create': "
                 "[{'title': 'a'}]}}, 'update': {'age': {'increment': 1}, 'posts': "
                 "{'create': [{'title': 'b'}]}}}"),
        1);
    harness_expect("User/FindUnique", "{'key': {'name': 'ada'}, 'select': {'age': true}}",
                   "{'row':{'age':320}}");
    harness_expect("Post/Count", "{}", "{'count':'320'}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_creates_then_updates, harness_empty),
        cmocka_unit_test_setup(test_key_completes_the_record, harness_empty),
        cmocka_unit_test_setup(test_get_or_create_changes_nothing, harness_empty),
        cmocka_unit_test_setup(test_key_that_differs_from_the_record, harness_empty),
        cmocka_unit_test_setup(test_where_has_to_match, harness_empty),
        cmocka_unit_test_setup(test_answers_with_related_records, harness_empty),
        cmocka_unit_test_setup(test_composite_key, harness_empty),
        cmocka_unit_test_setup(test_relations_in_both_branches, harness_empty),
        cmocka_unit_test_setup(test_other_keys_still_collide, harness_empty),
        cmocka_unit_test_setup(test_many_are_created_or_updated, harness_empty),
        cmocka_unit_test_setup(test_many_without_updates_are_found_or_created, harness_empty),
        cmocka_unit_test_setup(test_many_by_a_composite_key, harness_empty),
        cmocka_unit_test_setup(test_many_that_make_no_sense_are_refused, harness_empty),
        cmocka_unit_test_setup(test_racing_upserts_lose_nothing, harness_empty),
        cmocka_unit_test_setup(test_racing_get_or_create_makes_one, harness_empty),
        cmocka_unit_test_setup(test_racing_upserts_with_relations_lose_nothing, harness_empty),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
