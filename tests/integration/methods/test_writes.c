// SPDX-License-Identifier: Apache-2.0
//
// Creates, updates and deletes: what they answer, what they leave behind, and that what was
// refused or failed has left nothing.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdlib.h>

#define ITEM "'name':'n','price':'1.5','maker':'m'"

static void expect_ticks(const char *rows)
{
    harness_expect("Tick/FindMany", "{'order_by':[{'id':{}}]}", rows);
}

static void test_create_answers_the_row_or_a_count(void **state)
{
    (void)state;
    harness_expect("Tick/Create", "{'data':{'word':'a'},'select':{}}",
                   "{'row':{'id':'1','word':'a'}}");
    harness_expect("Tick/Create", "{'data':{'word':'b'}}", "{'count':'1'}");
    harness_expect("Tick/Create", "{}", "{'count':'1'}");
    harness_expect("Tick/Create",
                   "{'data':{'set_null':['TICK_FIELD_WORD'],'id':'9'},"
                   "'select':{'id':true}}",
                   "{'row':{'id':'9'}}");
    expect_ticks(
        "{'rows':[{'id':'1','word':'a'},{'id':'2','word':'b'},{'id':'3'},{'id':'9'}]}");
}

static void test_create_makes_what_the_schema_says(void **state)
{
    (void)state;
    harness_expect("Item/Create",
                   "{'data':{" ITEM
                   ",'serial':'1'},'select':{'id':true,'gone':true,'tags':true}}",
                   "{'row':{'id':1,'gone':false}}");
    // A uuid4, and the current time: both were made now.
    harness_sql(
        "do $$ begin if (select count(*) from item where substr(token::text, 15, 1) = '4'"
        " and updated_at > now() - interval '1 minute') <> 1 then raise 'not made';"
        " end if; end $$");
    harness_expect("Item/Create",
                   "{'data':{" ITEM ",'serial':'2','updated_at':'2000-01-01T00:00:00Z',"
                   "'token':'00000000-0000-0000-0000-0000000000ff'},"
                   "'select':{'token':true,'updated_at':true}}",
                   "{'row':{'token':'00000000-0000-0000-0000-0000000000ff',"
                   "'updated_at':'2000-01-01T00:00:00Z'}}");
}

static void test_create_reports_what_the_database_refuses(void **state)
{
    (void)state;
    harness_expect("Item/Create", "{'data':{" ITEM ",'serial':'1'}}", "{'count':'1'}");
    harness_expect_begin("Item/Create", "{'data':{" ITEM ",'serial':'1'}}",
                         "ALREADY_EXISTS P2002 rolled back: ");
    harness_expect_begin("Item/Create",
                         "{'data':{" ITEM ",'serial':'2','token':'no uuid at all'}}",
                         "INVALID_ARGUMENT P2007 rolled back: ");
    harness_expect_begin("Item/Create",
                         "{'data':{'name':'n','price':'1','serial':'3',"
                         "'maker':'a name of more than twenty letters'}}",
                         "INVALID_ARGUMENT P2000 rolled back: ");
    harness_expect_begin("Item/Create", "{'data':{" ITEM ",'serial':'4','flags':'10'}}",
                         "INVALID_ARGUMENT ");
    harness_expect_begin("Part/Create", "{'data':{'item_id':77}}",
                         "FAILED_PRECONDITION P2003 rolled back: ");
    harness_expect_begin("Item/Create", "{'data':{'name':'n'}}",
                         "INVALID_ARGUMENT P2012 not executed: ");
    harness_expect("Item/Count", "{}", "{'count':'1'}");
}

static void test_create_many_writes_every_row(void **state)
{
    (void)state;
    harness_expect("Tick/CreateMany", "{'rows':[{'word':'a'},{},{'word':'c'},{}]}",
                   "{'count':'4'}");
    expect_ticks(
        "{'rows':[{'id':'1','word':'a'},{'id':'2','word':'c'},{'id':'3'},{'id':'4'}]}");
    harness_expect("Tick/CreateMany", "{}", "{'count':'0'}");
    harness_expect("Tick/CreateMany",
                   "{'rows':[{'id':'50','word':'x'},{'id':'51'}],'select':{}}",
                   "{'rows':[{'id':'50','word':'x'},{'id':'51'}]}");
}

// A value of every kind, its fields as they are answered.
#define EVERY                                                                                  \
    "'name':'its','price':'1.50',"                                                             \
    "'tags':{'values':['a,b','','\\\\','{}','NULL'],'nulls':[1]},'colour':'GREEN',"            \
    "'maker':'m','serial':'-9223372036854775808','meta':'{\\'a\\': [1, null]}',"               \
    "'code':'ab  ','sold_at':'2026-01-02T03:04:05.000006Z',"                                   \
    "'palette':{'values':['GREEN','RED']},'weight':0.1,'picture':'AAH/','tax':'$1.25',"        \
    "'doc':'<a>x</a>','raw':'{ \\'b\\' : 1 }','flags':'101','nick':'Nick','born':'2000-02-29'"

// Columns of every kind through unnest, arrays as literals.
static void test_create_many_keeps_every_value(void **state)
{
    (void)state;
    harness_expect(
        "Item/CreateMany",
        "{'rows':[{" EVERY "},{'name':'','price':'0','maker':'','serial':'1'}],"
        "'select':{'name':true,'price':true,'maker':true,'serial':true,'tags':true,"
        "'colour':true,'meta':true,'code':true,'sold_at':true,'palette':true,'weight':true,"
        "'picture':true,'tax':true,'doc':true,'raw':true,'flags':true,'nick':true,'born':true}"
        "}",
        "{'rows':[{" EVERY "},{'name':'','price':'0.00','maker':'','serial':'1'}]}");
}

static void test_create_many_is_whole_or_nothing(void **state)
{
    (void)state;
    harness_expect_begin("Tick/CreateMany",
                         "{'rows':[{'word':'a'},{'id':'7'},{'id':'7'},{'word':'b','id':'8'}]}",
                         "ALREADY_EXISTS P2002 rolled back: ");
    expect_ticks("{}");
    harness_expect("Tick/CreateMany",
                   "{'rows':[{'word':'a'},{'id':'7'},{'id':'7'}],'skip_duplicates':true}",
                   "{'count':'2'}");
}

static void test_create_many_takes_thousands(void **state)
{
    (void)state;
    struct rc_buf json = {0};
    rc_buf_append_text(&json, "{'rows':[");
    for (int i = 1; i <= 20000; i++) {
        rc_buf_printf(&json, "%s{'id':'%d','word':'w%d'}", i > 1 ? "," : "", i, i);
    }
    rc_buf_append_text(&json, "]}");
    harness_expect("Tick/CreateMany", json.data, "{'count':'20000'}");
    harness_expect("Tick/FindUnique", "{'key':{'id':'19999'}}",
                   "{'row':{'id':'19999','word':'w19999'}}");
    rc_buf_fini(&json);
}

static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql("insert into tick (word) values ('a'), ('b'), ('b'), (null), ('c')");
    harness_sql(
        "insert into item (name, price, tags, maker, serial, token, updated_at, weight, tax)"
        " values ('n', 10, '{x}', 'm', 7, gen_random_uuid(), '2000-01-01', 8, 10),"
        " ('o', 1, null, 'm', 8, gen_random_uuid(), '2000-01-01', null, null)");
    return 0;
}

static void test_update_computes_in_the_database(void **state)
{
    (void)state;
    harness_expect(
        "Item/Update",
        "{'key':{'id':1},'data':{'name':{'set':'p'},'price':{'multiply':'1.5'},"
        "'serial':{'decrement':'10'},'weight':{'divide':3},'tax':{'multiply':'1.5'},"
        "'tags':{'push':{'values':['y','']}},'note':{'set':'here'},'palette':{'set':{}}},"
        "'select':{'name':true,'price':true,'serial':true,'weight':true,'tax':true,'tags':true,"
        "'note':true,'palette':true}}",
        "{'row':{'name':'p','price':'15.00','note':'here','tags':{'values':['x','y','']},"
        "'serial':'-3','palette':{},'weight':2.6666666666666665,'tax':'$15.00'}}");
    harness_expect("Item/Update",
                   "{'key':{'id':2},'data':{'tags':{'push':{'values':['y']}},"
                   "'weight':{'increment':1},'note':{'set_null':true}},"
                   "'select':{'tags':true,'weight':true,'note':true}}",
                   "{'row':{'tags':{'values':['y']}}}");
    harness_expect_begin("Item/Update", "{'key':{'id':1},'data':{'serial':{'divide':'0'}}}",
                         "INVALID_ARGUMENT ");
    harness_expect_begin(
        "Item/Update", "{'key':{'id':1},'data':{'serial':{'multiply':'9223372036854775807'}}}",
        "OUT_OF_RANGE P2033 rolled back: ");
}

static void test_update_touches_updated_at(void **state)
{
    (void)state;
    harness_expect("Item/Update", "{'key':{'id':1}}", "{'count':'1'}");
    harness_expect("Item/Count", "{'where':{'updated_at':{'gt':'2001-01-01T00:00:00Z'}}}",
                   "{'count':'1'}");
    harness_expect("Item/Update",
                   "{'key':{'id':1},'data':{'updated_at':{'set':'1999-01-01T00:00:00Z'}},"
                   "'select':{'updated_at':true}}",
                   "{'row':{'updated_at':'1999-01-01T00:00:00Z'}}");
    harness_expect("Item/UpdateMany", "{'all':true,'data':{'gone':{'set':true}}}",
                   "{'count':'2'}");
    harness_expect("Item/Count", "{'where':{'updated_at':{'gt':'2001-01-01T00:00:00Z'}}}",
                   "{'count':'2'}");
}

static void test_update_needs_its_record(void **state)
{
    (void)state;
    harness_expect("Tick/Update", "{'key':{'id':'9'},'data':{'word':{'set':'x'}}}",
                   "NOT_FOUND P2025 rolled back: no Tick matches");
    harness_expect(
        "Tick/Update",
        "{'key':{'id':'1'},'where':{'word':{'equals':'z'}},'data':{'word':{'set':'x'}}}",
        "NOT_FOUND P2025 rolled back: no Tick matches");
    harness_expect(
        "Tick/Update",
        "{'key':{'id':'1'},'where':{'word':{'equals':'a'}},'data':{'word':{'set':'x'}},"
        "'select':{}}",
        "{'row':{'id':'1','word':'x'}}");
    harness_expect("Tick/Update", "{'key':{'id':'2'}}", "{'count':'1'}");
    harness_expect("Tick/Update", "{'key':{'id':'2'},'select':{}}",
                   "{'row':{'id':'2','word':'b'}}");
    harness_expect("Tick/Update", "{'key':{'id':'9'}}",
                   "NOT_FOUND P2025 rolled back: no Tick matches");
}

static void test_update_many_changes_what_matches(void **state)
{
    (void)state;
    harness_expect("Tick/UpdateMany",
                   "{'where':{'word':{'equals':'b'}},'data':{'word':{'set':'x'}}}",
                   "{'count':'2'}");
    harness_expect("Tick/UpdateMany",
                   "{'where':{'word':{'equals':'none'}},'data':{'word':{'set':'y'}}}",
                   "{'count':'0'}");
    harness_expect(
        "Tick/UpdateMany",
        "{'where':{'id':{'equals':'5'}},'data':{'word':{'set_null':true}},'select':{}}",
        "{'rows':[{'id':'5'}]}");
    harness_expect_begin("Tick/UpdateMany", "{'data':{'word':{'set':'z'}}}",
                         "INVALID_ARGUMENT  not executed: where: ");
    expect_ticks("{'rows':[{'id':'1','word':'a'},{'id':'2','word':'x'},{'id':'3','word':'x'},"
                 "{'id':'4'},{'id':'5'}]}");
}

static void test_update_many_stops_at_its_limit(void **state)
{
    (void)state;
    harness_expect("Tick/UpdateMany", "{'all':true,'limit':2,'data':{'word':{'set':'x'}}}",
                   "{'count':'2'}");
    harness_expect("Tick/UpdateMany",
                   "{'where':{'word':{'equals':'b'}},'limit':9,'data':{'word':{'set':'y'}},"
                   "'select':{}}",
                   "{'rows':[{'id':'3','word':'y'}]}");
    harness_expect("Tick/UpdateMany", "{'all':true,'limit':0,'data':{'word':{'set':'z'}}}",
                   "{'count':'0'}");
    expect_ticks("{'rows':[{'id':'1','word':'x'},{'id':'2','word':'x'},{'id':'3','word':'y'},"
                 "{'id':'4'},{'id':'5','word':'c'}]}");
}

static void test_update_many_beyond_max_affected_changes_nothing(void **state)
{
    (void)state;
    static const char before[] = "{'rows':[{'id':'1','word':'a'},{'id':'2','word':'b'},"
                                 "{'id':'3','word':'b'},{'id':'4'},{'id':'5','word':'c'}]}";
    harness_expect_begin("Tick/UpdateMany",
                         "{'all':true,'max_affected':4,'data':{'word':{'set':'x'}}}",
                         "FAILED_PRECONDITION  rolled back: more than max_affected (4)");
    expect_ticks(before);
    harness_expect_begin(
        "Tick/UpdateMany",
        "{'all':true,'max_affected':0,'data':{'word':{'set':'x'}},'select':{}}",
        "FAILED_PRECONDITION ");
    expect_ticks(before);
    harness_expect("Tick/UpdateMany",
                   "{'all':true,'max_affected':5,'data':{'word':{'set':'x'}}}",
                   "{'count':'5'}");
    harness_expect("Tick/UpdateMany",
                   "{'where':{'id':{'lte':'2'}},'max_affected':2,'data':{'word':{'set':'y'}},"
                   "'select':{'word':true}}",
                   "{'rows':[{'word':'y'},{'word':'y'}]}");
    harness_expect(
        "Tick/UpdateMany",
        "{'where':{'id':{'equals':'77'}},'max_affected':0,'data':{'word':{'set':'y'}},"
        "'select':{'word':true}}",
        "{}");
    harness_expect("Tick/UpdateMany",
                   "{'all':true,'limit':2,'max_affected':2,'data':{'word':{'set':'z'}}}",
                   "{'count':'2'}");
}

static void test_delete_takes_one_record(void **state)
{
    (void)state;
    harness_expect("Tick/Delete", "{'key':{'id':'1'},'select':{}}",
                   "{'row':{'id':'1','word':'a'}}");
    harness_expect("Tick/Delete", "{'key':{'id':'1'}}",
                   "NOT_FOUND P2025 rolled back: no Tick matches");
    harness_expect("Tick/Delete", "{'key':{'id':'2'},'where':{'word':{'equals':'z'}}}",
                   "NOT_FOUND P2025 rolled back: no Tick matches");
    harness_expect("Tick/Delete", "{'key':{'id':'2'},'where':{'word':{'equals':'b'}}}",
                   "{'count':'1'}");
    harness_expect("Tick/Count", "{}", "{'count':'3'}");
}

static void test_delete_many_is_guarded(void **state)
{
    (void)state;
    harness_expect_begin("Tick/DeleteMany", "{}", "INVALID_ARGUMENT  not executed: where: ");
    harness_expect_begin("Tick/DeleteMany", "{'where':{'and':[{}],'word':{}}}",
                         "INVALID_ARGUMENT  not executed: where: ");
    harness_expect("Tick/DeleteMany", "{'where':{'or':{}}}", "{'count':'0'}");
    harness_expect_begin("Tick/DeleteMany",
                         "{'where':{'word':{'equals':'b'}},'max_affected':1}",
                         "FAILED_PRECONDITION ");
    harness_expect("Tick/Count", "{}", "{'count':'5'}");
    harness_expect("Tick/DeleteMany",
                   "{'where':{'word':{'equals':'b'}},'max_affected':2,'select':{'id':true}}",
                   "{'rows':[{'id':'2'},{'id':'3'}]}");
    harness_expect("Tick/DeleteMany", "{'all':true,'limit':1}", "{'count':'1'}");
    harness_expect("Tick/DeleteMany", "{'all':true}", "{'count':'2'}");
    expect_ticks("{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_create_answers_the_row_or_a_count, harness_empty),
        cmocka_unit_test_setup(test_create_makes_what_the_schema_says, harness_empty),
        cmocka_unit_test_setup(test_create_reports_what_the_database_refuses, harness_empty),
        cmocka_unit_test_setup(test_create_many_writes_every_row, harness_empty),
        cmocka_unit_test_setup(test_create_many_keeps_every_value, harness_empty),
        cmocka_unit_test_setup(test_create_many_is_whole_or_nothing, harness_empty),
        cmocka_unit_test_setup(test_create_many_takes_thousands, harness_empty),
        cmocka_unit_test_setup(test_update_computes_in_the_database, fill),
        cmocka_unit_test_setup(test_update_touches_updated_at, fill),
        cmocka_unit_test_setup(test_update_needs_its_record, fill),
        cmocka_unit_test_setup(test_update_many_changes_what_matches, fill),
        cmocka_unit_test_setup(test_update_many_stops_at_its_limit, fill),
        cmocka_unit_test_setup(test_update_many_beyond_max_affected_changes_nothing, fill),
        cmocka_unit_test_setup(test_delete_takes_one_record, fill),
        cmocka_unit_test_setup(test_delete_many_is_guarded, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
