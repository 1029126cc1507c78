// SPDX-License-Identifier: Apache-2.0
//
// Update, UpdateMany, Delete, DeleteMany.
#include "fixture.h"

#include "support/check.h"

static void test_change_update_sets_and_computes(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_UPDATE,
        "{'key':{'id':1},'data':{'name':{'set':'x'},'note':{'set_null':true},'serial':{"
        "'increment':'2'},'weight':{'multiply':1.5},'price':{'decrement':'0.5'},'tax':{"
        "'divide':'2'},'tags':{'push':{'values':['t']}},'palette':{'set':{'values':["
        "'RED']}}},'select':{'id':true}}",
        "update `public`.`item` t0 set `name` = $1::text, `price` = t0.`price` -"
        " $2::numeric, `note` = null, `tags` = t0.`tags` || $3::text[], `serial` ="
        " t0.`serial` + $4::int8, `palette` = $5::`Colour`[], `weight` = t0.`weight` *"
        " $6::float8, `tax` = t0.`tax` / ($7::numeric)::float8, `updated_at` ="
        " current_timestamp where t0.`id` = $8::int4 returning t0.`id`\n"
        "1: 'x' as text\n"
        "2: '0.5' as numeric\n"
        "3: ['t'] as text[]\n"
        "4: 2 as int8\n"
        "5: [#1] as enum[]\n"
        "6: 1.5 as float8\n"
        "7: '2' as numeric\n"
        "8: 1 as int4\n"
        "row <- 1\n"
        "required");
}

static void test_change_update_checks_the_extra_where(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_UPDATE,
        "{'key':{'id':'1'},'where':{'label':{'equals':'old'}},'data':{'label':{"
        "'set':'new'}}}",
        "update `store`.`par``ts` t0 set `label` = $1::text where t0.`id` = $2::int8 and"
        " t0.`label` = $3::text\n"
        "1: 'new' as text\n"
        "2: 1 as int8\n"
        "3: 'old' as text\n"
        "count affected\n"
        "required");
}

static void test_change_update_touches_updated_at_with_no_data(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_UPDATE, "{'key':{'id':1}}",
        "update `public`.`item` t0 set `updated_at` = current_timestamp where t0.`id` ="
        " $1::int4\n"
        "1: 1 as int4\n"
        "count affected\n"
        "required");
}

static void test_change_update_keeps_a_given_updated_at(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_UPDATE,
        "{'key':{'id':1},'data':{'updated_at':{'set':'2026-01-01T00:00:00Z'}}}",
        "update `public`.`item` t0 set `updated_at` = $1::timestamptz where t0.`id` ="
        " $2::int4\n"
        "1: 1767225600.000000s as timestamptz\n"
        "2: 1 as int4\n"
        "count affected\n"
        "required");
}

static void test_change_update_of_nothing_reads(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_UPDATE, "{'key':{'id':'1'},'select':{'word':true}}",
                   "select t0.`word` from `public`.`tick` t0 where t0.`id` = $1::int8\n"
                   "1: 1 as int8\n"
                   "row <- 2\n"
                   "required");
    fixture_expect("Tick", RC_VERB_UPDATE, "{'key':{'id':'1'}}",
                   "select count(*) from `public`.`tick` t0 where t0.`id` = $1::int8\n"
                   "1: 1 as int8\n"
                   "count\n"
                   "required");
}

static void test_change_update_refuses_what_says_no_change(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_UPDATE, "{'key':{'id':'1'},'data':{'word':{}}}",
                   "INVALID_ARGUMENT () data.word: says no change");
}

static void test_change_update_refuses_null_where_it_cannot_be(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_UPDATE, "{'key':{'id':1},'data':{'name':{'set_null':true}}}",
                   "INVALID_ARGUMENT (P2011) data.name.set_null: name must not be NULL");
    fixture_expect("Item", RC_VERB_UPDATE,
                   "{'key':{'id':1},'data':{'note':{'set_null':false}}}",
                   "INVALID_ARGUMENT () data.note.set_null: can only be true");
}

static void test_change_update_many_counts(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_UPDATE_MANY,
        "{'where':{'item_id':{'equals':2}},'data':{'label':{'set':'x'}}}",
        "update `store`.`par``ts` t0 set `label` = $1::text where t0.`itemId` = $2::int4\n"
        "1: 'x' as text\n"
        "2: 2 as int4\n"
        "count affected");
}

static void test_change_update_many_answers_rows(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_UPDATE_MANY,
        "{'where':{'item_id':{'equals':2}},'data':{'label':{'set':'x'}},'select':{"
        "'id':true}}",
        "update `store`.`par``ts` t0 set `label` = $1::text where t0.`itemId` = $2::int4"
        " returning t0.`id`\n"
        "1: 'x' as text\n"
        "2: 2 as int4\n"
        "row <- 1");
}

static void test_change_update_many_stops_at_a_limit(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_UPDATE_MANY,
        "{'where':{'item_id':{'equals':2}},'data':{'label':{'set':'x'}},'limit':10}",
        "with w0 as (select t0.`id`, t0.`itemId` from `store`.`par``ts` t0 where "
        "t0.`itemId` = $1::int4 order by t0.`id` limit $2::int8 for update of t0), w1 as "
        "(update `store`.`par``ts` t1 set `label` = $3::text from w0 t2 where t1.`id` = "
        "t2.`id` returning t1.`id`, t1.`itemId`) select (select count(*) from w1)\n"
        "1: 2 as int4\n"
        "2: 10 as int8\n"
        "3: 'x' as text\n"
        "count");
}

static void test_change_update_many_changes_nothing_beyond_max_affected(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_UPDATE_MANY,
        "{'where':{'item_id':{'equals':2}},'data':{'label':{'set':'x'}},"
        "'max_affected':10}",
        "with w0 as (select t0.`id`, t0.`itemId` from `store`.`par``ts` t0 where "
        "t0.`itemId` = $1::int4 order by t0.`id` limit $2::int8 for update of t0), w1 as "
        "(update `store`.`par``ts` t1 set `label` = $3::text from w0 t2 where t1.`id` = "
        "t2.`id` and (select count(*) from w0) <= $4::int8 returning t1.`id`, t1.`itemId`) "
        "select (select count(*) from w0), (select count(*) from w1)\n"
        "1: 2 as int4\n"
        "2: 11 as int8\n"
        "3: 'x' as text\n"
        "4: 10 as int8\n"
        "targets\n"
        "count\n"
        "at most 10");
}

static void test_change_update_many_guards_rows_as_well(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_UPDATE_MANY,
        "{'where':{'item_id':{'equals':2}},'data':{'label':{'set':'x'}},"
        "'max_affected':10,'limit':5,'select':{'id':true,'label':true}}",
        "with w0 as (select t0.`id`, t0.`itemId`, t0.`label` from `store`.`par``ts` t0 "
        "where t0.`itemId` = $1::int4 order by t0.`id` limit least($2::int8, $3::int8) for "
        "update of t0), w1 as (update `store`.`par``ts` t1 set `label` = $4::text from w0 "
        "t2 where t1.`id` = t2.`id` and (select count(*) from w0) <= $5::int8 returning "
        "t1.`id`, t1.`itemId`, t1.`label`) select (select count(*) from w0), t3.`id` is not"
        " null, t3.`id`, t3.`label` from (select) g left join w1 t3 on true\n"
        "1: 2 as int4\n"
        "2: 5 as int8\n"
        "3: 11 as int8\n"
        "4: 'x' as text\n"
        "5: 10 as int8\n"
        "targets\n"
        "present\n"
        "row <- 1 3\n"
        "at most 10");
}

static void test_change_update_many_refuses_an_empty_filter(void **state)
{
    (void)state;
    fixture_expect("Part", RC_VERB_UPDATE_MANY, "{'data':{'label':{'set':'x'}}}",
                   "INVALID_ARGUMENT () where: is empty; set all to mean every record");
    fixture_expect("Part", RC_VERB_UPDATE_MANY,
                   "{'where':{'and':[{},{'label':{}}],'not':[{'or':{}}]},'data':{'label':{"
                   "'set':'x'}}}",
                   "INVALID_ARGUMENT () where: is empty; set all to mean every record");
    fixture_expect("Part", RC_VERB_UPDATE_MANY,
                   "{'where':{'or':{'any':[{'id':{'equals':'1'}},{}]}},'data':{'label':{"
                   "'set':'x'}},'limit':3}",
                   "INVALID_ARGUMENT () where: is empty; set all to mean every record");
}

static void test_change_update_many_takes_all_when_told(void **state)
{
    (void)state;
    fixture_expect("Part", RC_VERB_UPDATE_MANY, "{'data':{'label':{'set':'x'}},'all':true}",
                   "update `store`.`par``ts` t0 set `label` = $1::text\n"
                   "1: 'x' as text\n"
                   "count affected");
}

static void test_change_update_many_refuses_no_change(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_UPDATE_MANY, "{'all':true,'data':{}}",
                   "INVALID_ARGUMENT () data: says no change");
}

static void test_change_delete_answers_the_row(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_DELETE,
        "{'key':{'id':'1'},'where':{'word':{'equals':'x'}},'select':{}}",
        "delete from `public`.`tick` t0 where t0.`id` = $1::int8 and t0.`word` = $2::text"
        " returning t0.`id`, t0.`word`\n"
        "1: 1 as int8\n"
        "2: 'x' as text\n"
        "row <- 1 2\n"
        "required");
}

static void test_change_delete_counts(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_DELETE, "{'key':{'id':'1'}}",
                   "delete from `public`.`tick` t0 where t0.`id` = $1::int8\n"
                   "1: 1 as int8\n"
                   "count affected\n"
                   "required");
}

static void test_change_delete_many_refuses_an_empty_filter(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_DELETE_MANY, "{'where':{}}",
                   "INVALID_ARGUMENT () where: is empty; set all to mean every record");
}

static void test_change_delete_many_of_an_empty_or_deletes_nothing(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_DELETE_MANY, "{'where':{'or':{}}}",
                   "delete from `public`.`tick` t0 where false\n"
                   "count affected");
}

static void test_change_delete_many_stops_and_guards(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_DELETE_MANY, "{'all':true,'limit':2}",
        "with w0 as (select t0.`id` from `public`.`tick` t0 order by t0.`id` limit $1::int8"
        " for update of t0), w1 as (delete from `public`.`tick` t1 using w0 t2 where "
        "t1.`id` = t2.`id` returning t1.`id`) select (select count(*) from w1)\n"
        "1: 2 as int8\n"
        "count");
    fixture_expect(
        "Item", RC_VERB_DELETE_MANY, "{'all':true,'max_affected':4294967295}",
        "with w0 as (select t0.`id` from `public`.`item` t0 order by t0.`id` limit $1::int8"
        " for update of t0), w1 as (delete from `public`.`item` t1 using w0 t2 where "
        "t1.`id` = t2.`id` and (select count(*) from w0) <= $2::int8 returning t1.`id`) "
        "select (select count(*) from w0), (select count(*) from w1)\n"
        "1: 4294967296 as int8\n"
        "2: 4294967295 as int8\n"
        "targets\n"
        "count\n"
        "at most 4294967295");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change_update_sets_and_computes),
        cmocka_unit_test(test_change_update_checks_the_extra_where),
        cmocka_unit_test(test_change_update_touches_updated_at_with_no_data),
        cmocka_unit_test(test_change_update_keeps_a_given_updated_at),
        cmocka_unit_test(test_change_update_of_nothing_reads),
        cmocka_unit_test(test_change_update_refuses_what_says_no_change),
        cmocka_unit_test(test_change_update_refuses_null_where_it_cannot_be),
        cmocka_unit_test(test_change_update_many_counts),
        cmocka_unit_test(test_change_update_many_answers_rows),
        cmocka_unit_test(test_change_update_many_stops_at_a_limit),
        cmocka_unit_test(test_change_update_many_changes_nothing_beyond_max_affected),
        cmocka_unit_test(test_change_update_many_guards_rows_as_well),
        cmocka_unit_test(test_change_update_many_refuses_an_empty_filter),
        cmocka_unit_test(test_change_update_many_takes_all_when_told),
        cmocka_unit_test(test_change_update_many_refuses_no_change),
        cmocka_unit_test(test_change_delete_answers_the_row),
        cmocka_unit_test(test_change_delete_counts),
        cmocka_unit_test(test_change_delete_many_refuses_an_empty_filter),
        cmocka_unit_test(test_change_delete_many_of_an_empty_or_deletes_nothing),
        cmocka_unit_test(test_change_delete_many_stops_and_guards),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
