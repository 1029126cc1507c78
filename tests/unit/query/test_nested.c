// SPDX-License-Identifier: Apache-2.0
//
// The statements of writes with relations, word by word: how many there are, what travels
// between them.
#include "fixture.h"

#include "support/check.h"

static void test_nested_connect_is_one_statement(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_CREATE, "{'data':{'label':'a','item':{'connect':{'id':7}}}}",
        "with w0 as (select t0.`id` from `public`.`item` t0 where t0.`id` = $1::int4), w1 as"
        " (insert into `store`.`par``ts` as t1 (`itemId`, `label`) select coalesce((select"
        " t2.`id` from w0 t2), current_setting('rowcall.fail_0')::int4), $2::text returning"
        " t1.`id`, t1.`itemId`) select (select count(*) from w1)\n"
        "1: 7 as int4\n"
        "2: 'a' as text\n"
        "count");
}

static void test_nested_rows_are_one_insert_however_many(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_UPDATE,
        "{'key':{'id':7},'data':{'parts':{'create':[{'label':'a'},{'label':'b'},{"
        "'label':'c'}]}},'select':{'id':true}}",

        "with w0 as (update `public`.`item` t0 set `updated_at` = current_timestamp where "
        "t0.`id` = $1::int4 returning t0.`id`), w1 as (insert into `store`.`par``ts` as t1 "
        "(`itemId`, `label`) select t2.`id`, u.c1 from w0 t2, unnest($2::text[]) u(c1) "
        "returning t1.`id`, t1.`itemId`) select t3.`id` from w0 t3\n"
        "1: 7 as int4\n"
        "2: ['a', 'b', 'c'] as text[]\n"
        "row <- 1\n"
        "required");
}

static void test_nested_delete_and_create_are_one_statement(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_UPDATE,
        "{'key':{'id':7},'data':{'parts':{'delete_many':[{'label':{'equals':'x'}}],"
        "'create':[{'label':'a'}]}}}",

        "with w0 as (update `public`.`item` t0 set `updated_at` = current_timestamp where "
        "t0.`id` = $1::int4 returning t0.`id`), w1 as (delete from `store`.`par``ts` t1 "
        "using w0 t2 where t1.`itemId` = t2.`id` and t1.`label` = $2::text returning "
        "t1.`id`, t1.`itemId`), w2 as (insert into `store`.`par``ts` as t3 (`itemId`, "
        "`label`) select t4.`id`, u.c1 from w0 t4, unnest($3::text[]) u(c1) where true and "
        "(select count(*) from w1) >= 0 returning t3.`id`, t3.`itemId`) select (select "
        "count(*) from w0)\n"
        "1: 7 as int4\n"
        "2: 'x' as text\n"
        "3: ['a'] as text[]\n"
        "count\n"
        "required");
}

static void test_nested_update_behind_a_delete_is_a_statement_of_its_own(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_UPDATE,
        "{'key':{'id':7},'data':{'parts':{'delete':[{'id':1},{'id':2}],"
        "'update_many':[{'where':{},'data':{'label':{'set':'a'}}}]}}}",

        "with w0 as (update `public`.`item` t0 set `updated_at` = current_timestamp where "
        "t0.`id` = $1::int4 returning t0.`id`), w1 as (delete from `store`.`par``ts` t1 "
        "using w0 t2, (select distinct * from unnest($2::int8[])) t3(c1) where t1.`itemId` "
        "= t2.`id` and t1.`id` = t3.c1 returning t1.`id`, t1.`itemId`) select "
        "set_config('rowcall.w0', coalesce((select "
        "jsonb_agg(jsonb_build_array(w.`id`::text)) from w0 w)::text, '[]'), true), case "
        "when not exists (select 1 from w0) or (select count(*) from w1) = (select count(*)"
        " from (select distinct * from unnest($2::int8[])) t4) then true else "
        "current_setting('rowcall.fail_0') is null end\n"
        "1: 7 as int4\n"
        "2: [1, 2] as int8[]\n"
        "with w0 as (select (r ->> 0)::int4 as `id`, n as `rc:n` from "
        "jsonb_array_elements(current_setting('rowcall.w0')::jsonb) with ordinality e(r, "
        "n)), w2 as (update `store`.`par``ts` t5 set `label` = $1::text from w0 t6 where "
        "t5.`itemId` = t6.`id` returning t5.`id`, t5.`itemId`) select (select count(*) from"
        " w0)\n"
        "1: 'a' as text\n"
        "count\n"
        "required");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nested_connect_is_one_statement),
        cmocka_unit_test(test_nested_rows_are_one_insert_however_many),
        cmocka_unit_test(test_nested_delete_and_create_are_one_statement),
        cmocka_unit_test(test_nested_update_behind_a_delete_is_a_statement_of_its_own),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
