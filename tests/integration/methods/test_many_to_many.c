// SPDX-License-Identifier: Apache-2.0
//
// Implicit many-to-many relations over Prisma's join tables: filters from both sides, and of
// one entity with itself, where the two sides are not the same.
#include "harness.h"

#include "support/check.h"

#include <stdio.h>

// Posts one (1) with tags red and blue, two (2) with red, three (3) with none; tag void has no
// post. ann (1) has friends bob (2) and cyd (3), bob has ann.
static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql(
        "insert into users (name, age) values ('ann', 40), ('bob', null), ('cyd', 30);\n"
        "insert into posts (title, \"authorId\", \"updatedAt\") values "
        "('one', 1, now()), ('two', 1, now()), ('three', 2, now());\n"
        "insert into tags (name) values ('red'), ('blue'), ('void');\n"
        "insert into \"_PostToTag\" values (1, 1), (1, 2), (2, 1);\n"
        // friend_of leads from A to B, so B is who has the friend in A.
        "insert into \"_Friends\" values (2, 1), (3, 1), (1, 2);\n");
    return 0;
}

static void expect(const char *method, const char *where, const char *rows)
{
    char request[512];
    char answer[512];
    (void)snprintf(request, sizeof request,
                   "{'where':%s,'order_by':[{'id':{}}],'select':{'id':true}}", where);
    (void)snprintf(answer, sizeof answer, *rows ? "{'rows':[%s]}" : "{%s}", rows);
    harness_expect(method, request, answer);
}

static void test_filters_follow_the_table_from_a(void **state)
{
    (void)state;
    expect("Post/FindMany", "{'tags':{'some':{'name':{'equals':'red'}}}}",
           "{'id':'1'},{'id':'2'}");
    expect("Post/FindMany", "{'tags':{'every':{'name':{'equals':'red'}}}}",
           "{'id':'2'},{'id':'3'}");
    expect("Post/FindMany", "{'tags':{'none':{'name':{'equals':'red'}}}}", "{'id':'3'}");
    expect("Post/FindMany", "{'tags':{'none':{}}}", "{'id':'3'}");
}

static void test_filters_follow_the_table_from_b(void **state)
{
    (void)state;
    expect("Tag/FindMany", "{'posts':{'some':{'title':{'equals':'one'}}}}",
           "{'id':1},{'id':2}");
    expect("Tag/FindMany", "{'posts':{'every':{'title':{'equals':'one'}}}}",
           "{'id':2},{'id':3}");
    expect("Tag/FindMany", "{'posts':{'none':{}}}", "{'id':3}");
}

static void test_filters_tell_the_sides_of_one_entity_apart(void **state)
{
    (void)state;
    expect("User/FindMany", "{'friends':{'some':{'name':{'equals':'cyd'}}}}", "{'id':1}");
    expect("User/FindMany", "{'friend_of':{'some':{'name':{'equals':'ann'}}}}",
           "{'id':2},{'id':3}");
    expect("User/FindMany", "{'friends':{'none':{}}}", "{'id':3}");
    expect("User/FindMany", "{'friends':{'some':{'friends':{'some':{'id':{'equals':3}}}}}}",
           "{'id':2}");
}

static void test_filters_cross_several_tables(void **state)
{
    (void)state;
    expect("User/FindMany", "{'posts':{'some':{'tags':{'some':{'name':{'equals':'blue'}}}}}}",
           "{'id':1}");
    expect("Tag/FindMany", "{'posts':{'some':{'author':{'is':{'age':{'gt':35}}}}}}",
           "{'id':1},{'id':2}");
}

static void test_filters_of_deletes_may_name_them(void **state)
{
    (void)state;
    harness_expect("Tag/DeleteMany", "{'where':{'posts':{'none':{}}}}", "{'count':'1'}");
    harness_expect("Post/UpdateMany",
                   "{'where':{'tags':{'some':{'name':{'equals':'blue'}}}},"
                   "'data':{'score':{'set':7}}}",
                   "{'count':'1'}");
    harness_expect("Post/Count", "{'where':{'score':{'equals':7}}}", "{'count':'1'}");
}

// The foreign keys cascade: what is deleted leaves no pairs behind.
static void test_pairs_go_with_their_records(void **state)
{
    (void)state;
    harness_expect("Tag/Delete", "{'key':{'name':'red'}}", "{'count':'1'}");
    expect("Post/FindMany", "{'tags':{'some':{}}}", "{'id':'1'}");
}

#define CASE(name) cmocka_unit_test_setup(name, fill)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_filters_follow_the_table_from_a),
        CASE(test_filters_follow_the_table_from_b),
        CASE(test_filters_tell_the_sides_of_one_entity_apart),
        CASE(test_filters_cross_several_tables),
        CASE(test_filters_of_deletes_may_name_them),
        CASE(test_pairs_go_with_their_records),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
