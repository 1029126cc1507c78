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

// ---- reads and writes

// The post's tags, and the user's friends and who has them as one.
static void expect_tags(const char *post, const char *tags)
{
    char request[256];
    char answer[512];
    (void)snprintf(request, sizeof request,
                   "{'key':{'id':'%s'},'select':{'id':true,'tags':{'order_by':[{'id':{}}],"
                   "'select':{'name':true}}}}",
                   post);
    (void)snprintf(answer, sizeof answer, "{'row':{'id':'%s'%s%s%s}}", post,
                   *tags ? ",'tags':[" : "", tags, *tags ? "]" : "");
    harness_expect("Post/FindUnique", request, answer);
}

static void expect_friends(int user, const char *rest)
{
    char request[256];
    char answer[512];
    (void)snprintf(request, sizeof request,
                   "{'key':{'id':%d},'select':{'id':true,'friends':{'order_by':[{'id':{}}],"
                   "'select':{'id':true}},'friend_of':{'order_by':[{'id':{}}],"
                   "'select':{'id':true}}}}",
                   user);
    (void)snprintf(answer, sizeof answer, "{'row':{'id':%d%s}}", user, rest);
    harness_expect("User/FindUnique", request, answer);
}

static void test_reads_tell_the_sides_apart(void **state)
{
    (void)state;
    expect_friends(1, ",'friends':[{'id':2},{'id':3}],'friend_of':[{'id':2}]");
    expect_friends(2, ",'friends':[{'id':1}],'friend_of':[{'id':1}]");
    expect_friends(3, ",'friend_of':[{'id':1}]");
    harness_expect("User/FindMany",
                   "{'order_by':[{'friend_of':{}},{'id':{'direction':'DESC'}}],"
                   "'select':{'id':true,'counts':{'friends':{},'friend_of':{}}}}",
                   "{'rows':[{'id':3,'counts':{'friends':'0','friend_of':'1'}},"
                   "{'id':2,'counts':{'friends':'1','friend_of':'1'}},"
                   "{'id':1,'counts':{'friends':'2','friend_of':'1'}}]}");
}

static void test_creates_pair_with_new_and_known_records(void **state)
{
    (void)state;
    harness_expect("Post/Create",
                   "{'data':{'title':'new','author_id':1,'tags':{'create':[{'name':'green'}],"
                   "'connect':[{'name':'red'},{'id':3}],'connect_or_create':["
                   "{'key':{'name':'blue'},'create':{'name':'blue'}},"
                   "{'key':{'name':'pink'},'create':{'name':'pink'}}],"
                   "'create_many':{'rows':[{'name':'grey'}]}}}}",
                   "{'count':'1'}");
    harness_expect(
        "Post/FindFirst",
        "{'where':{'title':{'equals':'new'}},"
        "'select':{'title':true,'tags':{'order_by':[{'name':{}}],'select':{'name':true}}}}",
        "{'row':{'title':'new','tags':[{'name':'blue'},{'name':'green'},{'name':'grey'},"
        "{'name':'pink'},{'name':'red'},{'name':'void'}]}}");
    harness_expect("Tag/FindUnique",
                   "{'key':{'name':'red'},'select':{'id':true,'counts':{'posts':{}}}}",
                   "{'row':{'id':1,'counts':{'posts':'3'}}}");
}

// To pair what is paired, or to part what is not, is no mistake, as in Prisma.
static void test_updates_connect_and_disconnect(void **state)
{
    (void)state;
    harness_expect("Post/Update",
                   "{'key':{'id':'1'},'data':{'tags':{'connect':[{'name':'red'},{'id':3}],"
                   "'disconnect':[{'name':'blue'}]}}}",
                   "{'count':'1'}");
    expect_tags("1", "{'name':'red'},{'name':'void'}");
    harness_expect("Post/Update",
                   "{'key':{'id':'1'},'data':{'tags':{'disconnect':[{'name':'blue'}]}}}",
                   "{'count':'1'}");
    expect_tags("1", "{'name':'red'},{'name':'void'}");
    harness_expect("Tag/Update",
                   "{'key':{'name':'red'},'data':{'posts':{'connect':[{'id':'3'}],"
                   "'disconnect':[{'id':'1'}]}}}",
                   "{'count':'1'}");
    expect_tags("1", "{'name':'void'}");
    expect_tags("3", "{'name':'red'}");
}

static void test_updates_set(void **state)
{
    (void)state;
    harness_expect("Post/Update",
                   "{'key':{'id':'1'},'data':{'tags':{'set':{'keys':[{'id':2},{'id':3}]}}}}",
                   "{'count':'1'}");
    expect_tags("1", "{'name':'blue'},{'name':'void'}");
    expect_tags("2", "{'name':'red'}");
    harness_expect("Post/Update", "{'key':{'id':'1'},'data':{'tags':{'set':{}}}}",
                   "{'count':'1'}");
    expect_tags("1", "");
}

static void test_updates_reach_paired_records_only(void **state)
{
    (void)state;
    harness_expect("Post/Update",
                   "{'key':{'id':'1'},'data':{'tags':{'update':[{'key':{'name':'red'},"
                   "'data':{'name':{'set':'rouge'}}}],'upsert':[{'key':{'name':'blue'},"
                   "'create':{'name':'no'},'update':{'name':{'set':'bleu'}}},"
                   "{'key':{'name':'vert'},'create':{'name':'vert'},'update':{}}]}}}",
                   "{'count':'1'}");
    expect_tags("1", "{'name':'rouge'},{'name':'bleu'},{'name':'vert'}");
    harness_expect("Post/Update",
                   "{'key':{'id':'2'},'data':{'tags':{'update_many':[{'where':{},"
                   "'data':{'name':{'set':'once'}}}]}}}",
                   "{'count':'1'}");
    expect_tags("1", "{'name':'once'},{'name':'bleu'},{'name':'vert'}");
    harness_expect_begin("Post/Update",
                         "{'key':{'id':'2'},'data':{'tags':{'update':[{'key':{'name':'bleu'},"
                         "'data':{'name':{'set':'x'}}}]}}}",
                         "NOT_FOUND P2025");
    harness_expect("Post/Update",
                   "{'key':{'id':'1'},'data':{'tags':{'delete':[{'name':'bleu'}],"
                   "'delete_many':[{'name':{'starts_with':'v'}}]}}}",
                   "{'count':'1'}");
    expect_tags("1", "{'name':'once'}");
    harness_expect("Tag/Count", "{}", "{'count':'2'}"); // void was not paired, and stays
}

static void test_writes_tell_the_sides_of_one_entity_apart(void **state)
{
    (void)state;
    harness_expect("User/Update", "{'key':{'id':3},'data':{'friends':{'connect':[{'id':2}]}}}",
                   "{'count':'1'}");
    expect_friends(3, ",'friends':[{'id':2}],'friend_of':[{'id':1}]");
    expect_friends(2, ",'friends':[{'id':1}],'friend_of':[{'id':1},{'id':3}]");
    harness_expect("User/Update",
                   "{'key':{'id':1},'data':{'friends':{'disconnect':[{'id':2}]},"
                   "'friend_of':{'create':[{'name':'dan'}]}}}",
                   "{'count':'1'}");
    expect_friends(1, ",'friends':[{'id':3}],'friend_of':[{'id':2},{'id':4}]");
    harness_expect("User/Update", "{'key':{'id':1},'data':{'friends':{'connect':[{'id':1}]}}}",
                   "{'count':'1'}"); // oneself
    expect_friends(1,
                   ",'friends':[{'id':1},{'id':3}],'friend_of':[{'id':1},{'id':2},{'id':4}]");
}

static void test_connecting_what_is_not_there_is_refused(void **state)
{
    (void)state;
    harness_expect_begin("Post/Update",
                         "{'key':{'id':'1'},'data':{'tags':{'connect':[{'name':'none'}]}}}",
                         "NOT_FOUND P2018 rolled back: ");
    expect_tags("1", "{'name':'red'},{'name':'blue'}");
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
        CASE(test_reads_tell_the_sides_apart),
        CASE(test_creates_pair_with_new_and_known_records),
        CASE(test_updates_connect_and_disconnect),
        CASE(test_updates_set),
        CASE(test_updates_reach_paired_records_only),
        CASE(test_writes_tell_the_sides_of_one_entity_apart),
        CASE(test_connecting_what_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
