// SPDX-License-Identifier: Apache-2.0
//
// Failures of nested writes name the entity, the fields and the place that were at fault, not
// those of the call.
#include "harness.h"

#include "support/check.h"

static int fill(void **state)
{
    harness_empty(state);
    harness_sql("insert into users (name, email, age) values ('ada', 'ada@x', 30),"
                " ('bob', 'bob@x', 40);"
                "insert into posts (title, slug, \"authorId\", \"updatedAt\") values"
                " ('a', 'a', 1, now())");
    return 0;
}

// An e-mail collision and a name collision: by the call itself and one and two levels down.
static void test_nested_unique_keys_are_told_apart(void **state)
{
    (void)state;
    harness_expect_failure("User/Create", "{'data': {'name': 'ada', 'email': 'new@x'}}",
                           "P2002 User(name) users_name_key: another User with this name");
    harness_expect_failure("User/Create", "{'data': {'name': 'eve', 'email': 'ADA@x'}}",
                           "P2002 User(email) users_email_key: another User with this email");
    harness_expect_failure(
        "Post/Create",
        "{'data': {'title': 't', 'author': {'create': {'name': 'bob', 'email': 'new@x'}}}}",
        "P2002 User(name) users_name_key: another User with this name exists already");
    harness_expect_failure(
        "Post/Create",
        "{'data': {'title': 't', 'author': {'create': {'name': 'eve', 'email': 'bob@x'}}}}",
        "P2002 User(email) users_email_key: another User with this email exists already");
    harness_expect_failure("User/Update",
                           "{'key': {'id': 2}, 'data': {'posts': {'create': [{'title': 't', "
                           "'slug': 'a'}]}}}",
                           "P2002 Post(slug) posts_slug_key: another Post with this slug");
    harness_expect_failure(
        "Comment/Create",
        "{'data': {'text': 't', 'post': {'create': {'title': 't', 'author': {'create': "
        "{'name': 'ada', 'email': 'new@x'}}}}}}",
        "P2002 User(name) users_name_key: another User with this name exists already");
}

static void test_nested_foreign_keys_name_their_owner(void **state)
{
    (void)state;
    harness_expect_failure("User/Create",
                           "{'data': {'name': 'eve', 'posts': {'create': [{'title': 't', "
                           "'reviewer_id': 99}]}}}",
                           "P2003 Post(reviewer_id) posts_reviewerId_fkey: the User that "
                           "Post.reviewer refers to (reviewer_id) does not exist");
}

static void test_nested_values_are_named_by_their_place(void **state)
{
    (void)state;
    harness_expect_failure(
        "User/Update",
        "{'key': {'id': 1}, 'data': {'posts': {'create': [{'title': "
        "'12345678901234567890123456789012345678901234567890123456789012345678901234567890!'}]}"
        "}}",
        "P2000 Post(title) : data.posts.create[].title: a value is too long");
    harness_expect_failure(
        "Post/Update",
        "{'key': {'slug': 'a'}, 'data': {'author': {'update': {'data': {'balance': {'set': "
        "'99999999999'}}}}}}",
        "P2020 User(balance) : data.author.update.data.balance.set: a number is out of the");
    harness_expect_failure(
        "Post/Update",
        "{'key': {'slug': 'a'}, 'data': {'author': {'update': {'data': {'balance': {'set': "
        "'much'}}}}}}",
        "P2007 User(balance) : data.author.update.data.balance.set: a value is not valid");
    harness_expect_failure(
        "Post/Update",
        "{'key': {'slug': 'a'}, 'data': {'author': {'update': {'data': {'age': {'divide': "
        "0}}}}}}",
        "P2006 User(age) : data.author.update.data.age.divide: division by zero");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_nested_unique_keys_are_told_apart, fill),
        cmocka_unit_test_setup(test_nested_foreign_keys_name_their_owner, fill),
        cmocka_unit_test_setup(test_nested_values_are_named_by_their_place, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
