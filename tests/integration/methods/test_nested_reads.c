// SPDX-License-Identifier: Apache-2.0
//
// Related records in what reads answer: which ones, in which order, and how many.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

// ann (1) manages bob (2) and cyd (3), who is dan's (4) manager. ann wrote posts 1 to 4, bob 5;
// cyd reviewed 1, ann 5. Post 1 has comments a, b, c (by bob, nobody, bob; c answers a), 2 has
// d.
static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql(
        "insert into users (name, age, \"managerId\", balance) values ('ann', 40, null, "
        "12.50), "
        "('bob', null, 1, null), ('cyd', 30, 1, 0), ('dan', 20, 3, -1);\n"
        "insert into profiles (bio, \"userId\") values ('first', 1), (null, 3);\n"
        "insert into desks values ('D1', 2), ('D2', null);\n"
        "insert into posts (title, score, published, \"authorId\", \"reviewerId\", "
        "\"updatedAt\") values ('one', 5, true, 1, 3, now()), ('two', 1, true, 1, null, "
        "now()), "
        "('three', 5, false, 1, null, now()), ('four', 3, true, 1, null, now()), "
        "('five', 2, true, 2, 1, now());\n"
        "insert into comments (id, text, \"postId\", \"authorId\", \"parentId\", likes) values "
        "('00000000-0000-0000-0000-00000000000a', 'a', 1, 2, null, 5), "
        "('00000000-0000-0000-0000-00000000000b', 'b', 1, null, null, null), "
        "('00000000-0000-0000-0000-00000000000c', 'c', 1, 2, "
        "'00000000-0000-0000-0000-00000000000a', 9), "
        "('00000000-0000-0000-0000-00000000000d', 'd', 2, 3, null, 1);\n"
        "insert into side.\"cl\"\"ubs\" values ('chess', 'mate'), ('go', null);\n"
        "insert into members values (1, 'chess', 'OWNER'), (1, 'go', 'READER'), "
        "(2, 'chess', 'WRITER');\n"
        "insert into badges (kind, user_id, club_code) values ('gold', 1, 'chess'), "
        "('tin', 1, 'chess'), ('lost', 1, null);\n"
        "insert into tags (name) values ('red'), ('blue'), ('old');\n"
        "insert into \"_PostToTag\" values (1, 1), (1, 2), (2, 2);\n");
    return 0;
}

static void test_select_reads_a_to_one_relation_or_nothing(void **state)
{
    (void)state;
    harness_expect("Post/FindMany",
                   "{'where':{'id':{'in':{'values':[1,2]}}},'order_by':[{'id':{}}],'select':{"
                   "'title':true,'author':{'name':true,'balance':true},'reviewer':{'name':true,"
                   "'profile':{'id':true}}}}",
                   "{'rows':[{'title':'one','author':{'name':'ann','balance':'12.50'},"
                   "'reviewer':{'name':'cyd','profile':{'id':2}}},"
                   "{'title':'two','author':{'name':'ann','balance':'12.50'}}]}");
}

static void test_select_tells_an_empty_record_from_none(void **state)
{
    (void)state;
    // cyd has a profile whose only selected column is NULL, bob has none.
    harness_expect("User/FindMany",
                   "{'order_by':[{'id':{}}],'take':3,'select':{'id':true,'profile':{"
                   "'bio':true}}}",
                   "{'rows':[{'id':1,'profile':{'bio':'first'}},{'id':2},"
                   "{'id':3,'profile':{}}]}");
}

static void test_select_reads_the_other_side_of_one_to_one(void **state)
{
    (void)state;
    harness_expect("User/FindUnique", "{'key':{'id':2},'select':{'name':true,'desk':{}}}",
                   "{'row':{'name':'bob','desk':{'code':'D1','user_id':2}}}");
    harness_expect("Desk/FindUnique",
                   "{'key':{'code':'D2'},'select':{'code':true,'user':{'name':true}}}",
                   "{'row':{'code':'D2'}}");
}

static void test_select_follows_an_entity_to_itself(void **state)
{
    (void)state;
    harness_expect("User/FindUnique",
                   "{'key':{'name':'dan'},'select':{'name':true,'manager':{'name':true,"
                   "'manager':{'name':true,'manager':{'name':true}},'reports':{'select':{"
                   "'name':true,'manager':{'name':true}}}}}}",
                   "{'row':{'name':'dan','manager':{'name':'cyd','manager':{'name':'ann'},"
                   "'reports':[{'name':'dan','manager':{'name':'cyd'}}]}}}");
}

static void test_select_orders_by_the_key_where_nothing_is_said(void **state)
{
    (void)state;
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'select':{'id':true}}}}",
                   "{'row':{'id':1,'posts':[{'id':'1'},{'id':'2'},{'id':'3'},{'id':'4'}]}}");
}

static void test_select_pages_each_record_by_itself(void **state)
{
    (void)state;
    harness_expect("User/FindMany",
                   "{'order_by':[{'id':{}}],'take':3,'select':{'id':true,'posts':{'where':{"
                   "'published':{'equals':true}},'order_by':[{'score':{'direction':'DESC'}}],"
                   "'take':1,'select':{'title':true}}}}",
                   "{'rows':[{'id':1,'posts':[{'title':'one'}]},"
                   "{'id':2,'posts':[{'title':'five'}]},{'id':3}]}");
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'take':2,'skip':1,'select':{"
                   "'id':true}}}}",
                   "{'row':{'id':1,'posts':[{'id':'2'},{'id':'3'}]}}");
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'take':0,'select':{"
                   "'id':true}}}}",
                   "{'row':{'id':1}}");
}

static void test_select_takes_from_the_end_in_the_order_asked_for(void **state)
{
    (void)state;
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'order_by':[{'score':{}},{"
                   "'title':{}}],'take':-2,'skip':1,'select':{'title':true,'score':true}}}}",
                   "{'row':{'id':1,'posts':[{'title':'four','score':3},"
                   "{'title':'one','score':5}]}}");
}

static void test_select_begins_at_a_cursor_of_any_key(void **state)
{
    (void)state;
    harness_sql("update posts set slug = 'x-' || id");
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'cursor':{'slug':'x-2'},"
                   "'take':2,'select':{'id':true}}}}",
                   "{'row':{'id':1,'posts':[{'id':'2'},{'id':'3'}]}}");
    // 1, 4, 2 by score; where does not apply to the cursor, which is 3 and beside 1.
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'order_by':[{'score':{"
                   "'direction':'DESC'}}],'cursor':{'id':'3'},'where':{'published':{"
                   "'equals':true}},'select':{'id':true}}}}",
                   "{'row':{'id':1,'posts':[{'id':'4'},{'id':'2'}]}}");
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'cursor':{'slug':'none'},"
                   "'select':{'id':true}}}}",
                   "{'row':{'id':1}}");
}

static void test_select_keeps_the_first_of_each_combination(void **state)
{
    (void)state;
    harness_expect("User/FindUnique",
                   "{'key':{'id':1},'select':{'id':true,'posts':{'distinct':["
                   "'POST_FIELD_SCORE'],'order_by':[{'title':{}}],'select':{'title':true,"
                   "'comments':{'select':{'text':true},'take':1}}}}}",
                   "{'row':{'id':1,'posts':[{'title':'four'},{'title':'one','comments':[{"
                   "'text':'a'}]},{'title':'two','comments':[{'text':'d'}]}]}}");
}

static void test_select_of_siblings_does_not_multiply(void **state)
{
    (void)state;
    harness_expect("User/FindMany",
                   "{'order_by':[{'id':{}}],'take':2,'with_total':true,'select':{'name':true,"
                   "'reports':{'select':{'name':true}},'posts':{'select':{'id':true}},"
                   "'reviews':{'select':{'id':true}},'comments':{'select':{'text':true}},"
                   "'memberships':{'select':{'level':true}}}}",
                   "{'rows':[{'name':'ann','reports':[{'name':'bob'},{'name':'cyd'}],"
                   "'posts':[{'id':'1'},{'id':'2'},{'id':'3'},{'id':'4'}],"
                   "'reviews':[{'id':'5'}],'memberships':[{'level':'OWNER'},{"
                   "'level':'READER'}]},"
                   "{'name':'bob','posts':[{'id':'5'}],'comments':[{'text':'a'},{'text':'c'}],"
                   "'memberships':[{'level':'WRITER'}]}],'total':'4'}");
}

static void test_select_goes_four_deep_with_take_1(void **state)
{
    (void)state;
    harness_expect(
        "User/FindMany",
        "{'where':{'manager':{'is_null':true}},'select':{'name':true,'posts':{'order_by':[{"
        "'title':{}}],'take':-3,'select':{'title':true,'comments':{'order_by':[{'likes':{"
        "'direction':'DESC','nulls':'LAST'}}],'take':1,'select':{'text':true,'author':{"
        "'name':true,'memberships':{'take':1,'select':{'level':true,'club':{'motto':true}}}}}"
        "}}}}}",
        "{'rows':[{'name':'ann','posts':[{'title':'one','comments':[{'text':'c','author':{"
        "'name':'bob','memberships':[{'level':'WRITER','club':{'motto':'mate'}}]}}]},"
        "{'title':'three'},{'title':'two','comments':[{'text':'d','author':{'name':'cyd'}}]}]}"
        "]}");
}

static void test_select_follows_composite_keys(void **state)
{
    (void)state;
    harness_expect("Badge/FindMany",
                   "{'order_by':[{'id':{}}],'select':{'kind':true,'member':{'level':true,"
                   "'user':{'name':true},'badges':{'select':{'kind':true}}}}}",
                   "{'rows':[{'kind':'gold','member':{'level':'OWNER','user':{'name':'ann'},"
                   "'badges':[{'kind':'gold'},{'kind':'tin'}]}},"
                   "{'kind':'tin','member':{'level':'OWNER','user':{'name':'ann'},"
                   "'badges':[{'kind':'gold'},{'kind':'tin'}]}},{'kind':'lost'}]}");
}

static void test_select_goes_through_join_tables(void **state)
{
    (void)state;
    harness_expect("Post/FindMany",
                   "{'order_by':[{'id':{}}],'take':3,'select':{'id':true,'tags':{'order_by':[{"
                   "'name':{}}],'select':{'name':true,'posts':{'select':{'id':true}}}}}}",
                   "{'rows':[{'id':'1','tags':[{'name':'blue','posts':[{'id':'1'},{'id':'2'}]},"
                   "{'name':'red','posts':[{'id':'1'}]}]},"
                   "{'id':'2','tags':[{'name':'blue','posts':[{'id':'1'},{'id':'2'}]}]},"
                   "{'id':'3'}]}");
}

static void test_select_counts_what_matches(void **state)
{
    (void)state;
    harness_expect(
        "User/FindMany",
        "{'order_by':[{'id':{}}],'take':2,'select':{'name':true,'counts':{'posts':{},"
        "'reviews':{},'comments':{'where':{'likes':{'gt':5}}}}}}",
        "{'rows':[{'name':'ann','counts':{'posts':'4','reviews':'1','comments':'0'}},"
        "{'name':'bob','counts':{'posts':'1','reviews':'0','comments':'1'}}]}");
    harness_expect(
        "Post/FindUnique",
        "{'key':{'id':'1'},'select':{'id':true,'author':{'name':true,'counts':{"
        "'reports':{}}},'comments':{'select':{'text':true,'counts':{'replies':{}}}},"
        "'counts':{'tags':{'where':{'name':{'equals':'red'}}}}}}",
        "{'row':{'id':'1','author':{'name':'ann','counts':{'reports':'2'}},"
        "'comments':[{'text':'a','counts':{'replies':'1'}},"
        "{'text':'b','counts':{'replies':'0'}},{'text':'c','counts':{'replies':'0'}}],"
        "'counts':{'tags':'1'}}}");
}

static void test_select_shows_through_every_layer(void **state)
{
    (void)state;
    harness_expect("Post/FindMany",
                   "{'distinct':['POST_FIELD_AUTHOR_ID'],'order_by':[{'author':{'name':{}}},{"
                   "'title':{}}],'take':-2,'with_total':true,'select':{'title':true,'author':{"
                   "'name':true},'comments':{'select':{'text':true}},'counts':{'tags':{}}}}",
                   "{'rows':[{'title':'four','author':{'name':'ann'},'counts':{'tags':'0'}},"
                   "{'title':'five','author':{'name':'bob'},'counts':{'tags':'0'}}],"
                   "'total':'5'}");
    harness_expect("Post/FindMany",
                   "{'where':{'score':{'gt':99}},'with_total':true,'select':{'author':{},"
                   "'comments':{}}}",
                   "{'total':'0'}");
}

static void test_select_of_a_required_record(void **state)
{
    (void)state;
    harness_expect_begin("User/FindUnique",
                         "{'key':{'id':77},'required':true,'select':{'posts':{},'desk':{}}}",
                         "NOT_FOUND P2025");
    harness_expect("User/FindFirst",
                   "{'where':{'posts':{'some':{}}},'order_by':[{'name':{}}],'take':-1,"
                   "'select':{'name':true,'posts':{'select':{'title':true}}}}",
                   "{'row':{'name':'bob','posts':[{'title':'five'}]}}");
}

// {'name':true,'manager':{...},'reports':{'select':{...}}}, so many levels deep.
static void put_tree(struct rc_buf *json, int depth)
{
    rc_buf_append_text(json, "{'name':true");
    if (depth > 0) {
        rc_buf_append_text(json, ",'manager':");
        put_tree(json, depth - 1);
        rc_buf_append_text(json, ",'reports':{'select':");
        put_tree(json, depth - 1);
        rc_buf_append_text(json, "}");
    }
    rc_buf_append_text(json, "}");
}

static void test_select_reads_as_many_relations_as_are_allowed(void **state)
{
    (void)state;
    struct rc_buf json = {0};
    rc_buf_append_text(&json, "{'key':{'name':'dan'},'select':");
    put_tree(&json, 7);
    rc_buf_append_text(&json, "}");
    harness_expect_begin("User/FindUnique", json.data,
                         "{'row':{'name':'dan','manager':{'name':'cyd','manager':{'name':'ann',"
                         "'reports':[{'name':'bob',");
    rc_buf_fini(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_select_reads_a_to_one_relation_or_nothing, fill),
        cmocka_unit_test_setup(test_select_tells_an_empty_record_from_none, fill),
        cmocka_unit_test_setup(test_select_reads_the_other_side_of_one_to_one, fill),
        cmocka_unit_test_setup(test_select_follows_an_entity_to_itself, fill),
        cmocka_unit_test_setup(test_select_orders_by_the_key_where_nothing_is_said, fill),
        cmocka_unit_test_setup(test_select_pages_each_record_by_itself, fill),
        cmocka_unit_test_setup(test_select_takes_from_the_end_in_the_order_asked_for, fill),
        cmocka_unit_test_setup(test_select_begins_at_a_cursor_of_any_key, fill),
        cmocka_unit_test_setup(test_select_keeps_the_first_of_each_combination, fill),
        cmocka_unit_test_setup(test_select_of_siblings_does_not_multiply, fill),
        cmocka_unit_test_setup(test_select_goes_four_deep_with_take_1, fill),
        cmocka_unit_test_setup(test_select_follows_composite_keys, fill),
        cmocka_unit_test_setup(test_select_goes_through_join_tables, fill),
        cmocka_unit_test_setup(test_select_counts_what_matches, fill),
        cmocka_unit_test_setup(test_select_shows_through_every_layer, fill),
        cmocka_unit_test_setup(test_select_of_a_required_record, fill),
        cmocka_unit_test_setup(test_select_reads_as_many_relations_as_are_allowed, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
