// SPDX-License-Identifier: Apache-2.0
//
// A view as an entity: every read, relations from it and to it, and no writes.
#include "harness.h"

#include "support/check.h"

#include <stdlib.h>

static int fill(void **state)
{
    harness_empty(state);
    harness_sql("insert into users (name) values ('ada'), ('bob'), ('eve');"
                "insert into profiles (bio, \"userId\") values ('a', 1), ('e', 3);"
                "insert into posts (title, score, \"authorId\", \"updatedAt\") values"
                " ('p', 1, 1, now()), ('q', 4, 1, now()), ('r', 3, 2, now())");
    return 0;
}

static void test_records_of_a_view_are_read(void **state)
{
    (void)state;
    harness_expect("AuthorStats/FindUnique", "{'key':{'user_id':1}}",
                   "{'row':{'user_id':1,'posts':'2','average':'2.50','best_id':'2',"
                   "'level':'WRITER','titles':{'values':['p','q']}}}");
    harness_expect("AuthorStats/FindUnique", "{'key':{'user_id':9}}", "{}");
    harness_expect_begin("AuthorStats/FindUnique", "{'key':{'user_id':9},'required':true}",
                         "NOT_FOUND P2025");
    harness_expect("AuthorStats/FindFirst",
                   "{'where':{'posts':{'lt':'2'}},'order_by':[{'posts':{}},{'user_id':{}}],"
                   "'select':{'user_id':true,'average':true,'titles':true}}",
                   "{'row':{'user_id':3}}");
    harness_expect("AuthorStats/FindMany",
                   "{'where':{'level':{'equals':'WRITER'}},'order_by':[{'average':{}}],"
                   "'take':1,'with_total':true,'select':{'user_id':true}}",
                   "{'rows':[{'user_id':1}],'total':'2'}");
    harness_expect("AuthorStats/FindMany",
                   "{'cursor':{'user_id':2},'order_by':[{'user_id':{}}],"
                   "'select':{'user_id':true,'posts':true}}",
                   "{'rows':[{'user_id':2,'posts':'1'},{'user_id':3,'posts':'0'}]}");
    harness_expect("AuthorStats/Count", "{'where':{'titles':{'has':'q'}}}", "{'count':'1'}");
    harness_expect("AuthorStats/Exists", "{'where':{'best_id':{'is_null':true}}}",
                   "{'exists':true}");
    harness_expect("AuthorStats/Aggregate",
                   "{'count_all':true,'sum':['AUTHOR_STATS_FIELD_POSTS']}",
                   "{'count_all':'3','sum':{'posts':'3'}}");
    harness_expect("AuthorStats/GroupBy",
                   "{'by':[{'field':'AUTHOR_STATS_FIELD_LEVEL'}],'count_all':true,'order_by':[{"
                   "'by':{'level':{}}}]}",
                   "{'groups':[{'by':{'level':'READER'},'count_all':'1'},"
                   "{'by':{'level':'WRITER'},'count_all':'2'}]}");
}

static void test_relations_lead_from_a_view(void **state)
{
    (void)state;
    harness_expect("AuthorStats/FindMany",
                   "{'order_by':[{'user_id':{}}],'select':{'posts':true,'user':{'name':true},"
                   "'best':{'title':true},'profile':{'bio':true},"
                   "'written':{'order_by':[{'score':{'direction':'DESC'}}],'take':1,"
                   "'select':{'title':true}},'counts':{'written':{}}}}",
                   "{'rows':[{'posts':'2','user':{'name':'ada'},'best':{'title':'q'},"
                   "'profile':{'bio':'a'},'written':[{'title':'q'}],'counts':{'written':'2'}},"
                   "{'posts':'1','user':{'name':'bob'},'best':{'title':'r'},"
                   "'written':[{'title':'r'}],'counts':{'written':'1'}},"
                   "{'posts':'0','user':{'name':'eve'},'profile':{'bio':'e'},"
                   "'counts':{'written':'0'}}]}");
    harness_expect("AuthorStats/FindMany",
                   "{'where':{'user':{'is':{'name':{'in':{'values':['ada','eve']}}}},"
                   "'written':{'some':{'score':{'gt':3}}}},'select':{'user_id':true}}",
                   "{'rows':[{'user_id':1}]}");
    harness_expect("AuthorStats/FindMany",
                   "{'where':{'best':{'is_null':true}},'select':{'user_id':true}}",
                   "{'rows':[{'user_id':3}]}");
    harness_expect("AuthorStats/FindMany",
                   "{'order_by':[{'user':{'name':{'direction':'DESC'}}}],"
                   "'select':{'user_id':true}}",
                   "{'rows':[{'user_id':3},{'user_id':2},{'user_id':1}]}");
}

static void test_relations_lead_to_a_view(void **state)
{
    (void)state;
    harness_expect("User/FindMany",
                   "{'where':{'stats':{'is':{'posts':{'gte':'1'}}}},"
                   "'order_by':[{'stats':{'posts':{'direction':'DESC'}}}],"
                   "'select':{'name':true,'stats':{'posts':true,'best':{'title':true}}}}",
                   "{'rows':[{'name':'ada','stats':{'posts':'2','best':{'title':'q'}}},"
                   "{'name':'bob','stats':{'posts':'1','best':{'title':'r'}}}]}");
    harness_expect("Post/FindMany",
                   "{'where':{'best_of':{'some':{'posts':{'gt':'1'}}}},'select':{'title':true,"
                   "'best_of':{'select':{'user_id':true}},'author_stats':{'average':true}}}",
                   "{'rows':[{'title':'q','author_stats':{'average':'2.50'},"
                   "'best_of':[{'user_id':1}]}]}");
    harness_expect("Post/Count", "{'where':{'best_of':{'none':{}}}}", "{'count':'1'}");
    harness_expect("Profile/FindMany",
                   "{'where':{'stats':{'is_not':{'posts':{'equals':'0'}}}},"
                   "'select':{'bio':true,'stats':{'posts':true}}}",
                   "{'rows':[{'bio':'a','stats':{'posts':'2'}}]}");
}

// No view promises a record, whatever its key: a table's required column may lead nowhere.
static void test_no_record_of_a_view_is_promised(void **state)
{
    (void)state;
    harness_sql("create or replace view author_stats as select 7 as \"userId\", 1::int8 as "
                "posts, 1.5::numeric as average, null::int8 as \"bestId\", 'OWNER'::\"Level\" "
                "as level, null::varchar[] as titles");
    harness_expect("Profile/FindMany", "{'select':{'bio':true,'stats':{'posts':true}}}",
                   "{'rows':[{'bio':'a'},{'bio':'e'}]}");
    harness_expect("Profile/Count", "{'where':{'stats':{'is_null':true}}}", "{'count':'2'}");
    harness_expect("Profile/FindMany",
                   "{'order_by':[{'stats':{'posts':{'nulls':'FIRST'}}},{'bio':{}}],"
                   "'cursor':{'id':2},'select':{'bio':true}}",
                   "{'rows':[{'bio':'e'}]}");
    harness_expect("AuthorStats/FindMany", "{'select':{'posts':true,'user':{'name':true}}}",
                   "{'rows':[{'posts':'1'}]}");
}

// What a write changed, a view shows in its answer, whatever tables it is made of.
static void test_answers_of_writes_read_views_behind_them(void **state)
{
    (void)state;
    harness_expect("User/Create",
                   "{'data':{'name':'new'},'select':{'name':true,'stats':{'posts':true}}}",
                   "{'row':{'name':'new','stats':{'posts':'0'}}}");
    harness_expect("Post/Update",
                   "{'key':{'id':1},'data':{'score':{'set':9}},'select':{'title':true,"
                   "'author_stats':{'average':true,'best_id':true}}}",
                   "{'row':{'title':'p','author_stats':{'average':'6.50','best_id':'1'}}}");
    harness_expect("User/Update",
                   "{'key':{'id':3},'data':{'posts':{'create':[{'title':'s'}]}},"
                   "'select':{'name':true,'stats':{'posts':true,'level':true}}}",
                   "{'row':{'name':'eve','stats':{'posts':'1','level':'WRITER'}}}");
    harness_expect("Post/Delete",
                   "{'key':{'id':1},'select':{'title':true,'author_stats':{'posts':true}}}",
                   "{'row':{'title':'p','author_stats':{'posts':'2'}}}");
}

static void test_views_are_not_written(void **state)
{
    (void)state;
    static const char *const methods[] = {"AuthorStats/Create", "AuthorStats/CreateMany",
                                          "AuthorStats/Update", "AuthorStats/UpdateMany",
                                          "AuthorStats/Upsert", "AuthorStats/UpsertMany",
                                          "AuthorStats/Delete", "AuthorStats/DeleteMany"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        struct rc_view empty = {"", 0};
        char *answer = harness_call_bytes(methods[i], empty);
        ASSERT_CONTAINS(answer, "UNIMPLEMENTED");
        free(answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_records_of_a_view_are_read, fill),
        cmocka_unit_test_setup(test_relations_lead_from_a_view, fill),
        cmocka_unit_test_setup(test_relations_lead_to_a_view, fill),
        cmocka_unit_test_setup(test_answers_of_writes_read_views_behind_them, fill),
        cmocka_unit_test_setup(test_views_are_not_written, fill),
        cmocka_unit_test_setup(test_no_record_of_a_view_is_promised, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
