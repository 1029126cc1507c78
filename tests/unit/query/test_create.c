// SPDX-License-Identifier: Apache-2.0
//
// Create and CreateMany.
#include "fixture.h"

#include "support/check.h"

static void test_create_names_what_was_given_and_what_the_server_makes(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_CREATE,
        "{'data':{'name':'a','price':'1.5','maker':'m','serial':'1','tags':{'values':["
        "'x',''],'nulls':[1]},'colour':'GREEN','set_null':['ITEM_FIELD_NOTE']},"
        "'select':{'id':true,'token':true}}",
        "insert into `public`.`item` as t0 (`name`, `price`, `note`, `tags`, `colour`,"
        " `maker`, `serial`, `token`, `updated_at`) values ($1::text, $2::numeric, null,"
        " $3::text[], $4::`Colour`, $5::varchar, $6::int8, $7::uuid, current_timestamp)"
        " returning t0.`id`, t0.`token`\n"
        "1: 'a' as text\n"
        "2: '1.5' as numeric\n"
        "3: ['x', NULL] as text[]\n"
        "4: #2 as enum\n"
        "5: 'm' as varchar\n"
        "6: 1 as int8\n"
        "7: '<generated>' as uuid\n"
        "row <- 1 11");
}

static void test_create_without_select_counts(void **state)
{
    (void)state;
    fixture_expect("Part", RC_VERB_CREATE, "{'data':{'item_id':3}}",
                   "insert into `store`.`par``ts` as t0 (`itemId`) values ($1::int4)\n"
                   "1: 3 as int4\n"
                   "count affected");
}

static void test_create_takes_given_values_over_made_ones(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_CREATE,
        "{'data':{'name':'a','price':'1','maker':'m','serial':'1',"
        "'token':'00000000-0000-0000-0000-000000000001',"
        "'updated_at':'2026-01-01T00:00:00Z'}}",
        "insert into `public`.`item` as t0 (`name`, `price`, `maker`, `serial`, `token`,"
        " `updated_at`) values ($1::text, $2::numeric, $3::varchar, $4::int8, $5::uuid,"
        " $6::timestamptz)\n"
        "1: 'a' as text\n"
        "2: '1' as numeric\n"
        "3: 'm' as varchar\n"
        "4: 1 as int8\n"
        "5: '<generated>' as uuid\n"
        "6: 1767225600.000000s as timestamptz\n"
        "count affected");
}

static void test_create_of_nothing_inserts_defaults(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_CREATE, "{}",
                   "insert into `public`.`tick` as t0 default values\n"
                   "count affected");
}

static void test_create_refuses_missing_columns(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_CREATE, "{'data':{'name':'a','serial':'1'}}",
                   "INVALID_ARGUMENT (P2012) data: price,maker must be given");
}

static void test_create_refuses_null_where_it_cannot_be(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_CREATE,
                   "{'data':{'name':'a','price':'1','maker':'m','serial':'1','set_null':["
                   "'ITEM_FIELD_GONE']}}",
                   "INVALID_ARGUMENT (P2011) data: gone must not be NULL");
}

static void test_create_refuses_a_column_twice(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_CREATE,
                   "{'data':{'note':'a','set_null':['ITEM_FIELD_NOTE']}}",
                   "INVALID_ARGUMENT () data.set_null[0]: note has a value and is in set_null");
}

static void test_create_many_sends_one_array_per_column(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_CREATE_MANY,
        "{'rows':[{'item_id':1,'label':'a'},{'item_id':2,'label':'b'},{'item_id':3,"
        "'label':'c'}],'skip_duplicates':true}",
        "insert into `store`.`par``ts` as t0 (`itemId`, `label`) select u.c1, u.c2 from"
        " unnest($1::int4[], $2::text[]) u(c1, c2) on conflict do nothing\n"
        "1: [1, 2, 3] as int4[]\n"
        "2: ['a', 'b', 'c'] as text[]\n"
        "count affected");
}

static void test_create_many_groups_rows_by_their_columns(void **state)
{
    (void)state;
    fixture_expect(
        "Part", RC_VERB_CREATE_MANY,
        "{'rows':[{'item_id':1,'label':'a'},{'item_id':2},{'item_id':3,'label':'c'},{"
        "'item_id':4,'set_null':['PART_FIELD_LABEL']}],'select':{'id':true}}",
        "insert into `store`.`par``ts` as t0 (`itemId`, `label`) select u.c1, u.c2 from"
        " unnest($1::int4[], $2::text[]) u(c1, c2) returning t0.`id`\n"
        "1: [1, 3] as int4[]\n"
        "2: ['a', 'c'] as text[]\n"
        "row <- 1\n"
        "insert into `store`.`par``ts` as t0 (`itemId`) select u.c1 from unnest($1::int4[])"
        " u(c1) returning t0.`id`\n"
        "1: [2] as int4[]\n"
        "row <- 1\n"
        "insert into `store`.`par``ts` as t0 (`itemId`, `label`) select u.c1, null from"
        " unnest($1::int4[]) u(c1) returning t0.`id`\n"
        "1: [4] as int4[]\n"
        "row <- 1");
}

static void test_create_many_makes_values_per_row(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_CREATE_MANY,
        "{'rows':[{'name':'a','price':'1','maker':'m','serial':'1','tags':{'values':["
        "'x','\\'q\\'']},'palette':{'values':['GREEN']}},{'name':'b','price':'2',"
        "'maker':'m','serial':'2','tags':{'values':[''],'nulls':[0]},'palette':{}}]}",
        "insert into `public`.`item` as t0 (`name`, `price`, `tags`, `maker`, `serial`,"
        " `token`, `updated_at`, `palette`) select u.c1, u.c2, u.c3::text[], u.c4, u.c5,"
        " u.c6, current_timestamp, u.c7::`Colour`[] from unnest($1::text[], $2::numeric[],"
        " $3::text[], $4::varchar[], $5::int8[], $6::uuid[], $7::text[]) u(c1, c2, c3, c4,"
        " c5, c6, c7)\n"
        "1: ['a', 'b'] as text[]\n"
        "2: ['1', '2'] as numeric[]\n"
        "3: ['{`x`,`\\`q\\``}', '{NULL}'] as text[]\n"
        "4: ['m', 'm'] as varchar[]\n"
        "5: [1, 2] as int8[]\n"
        "6: ['<generated>', '<generated>'] as uuid[]\n"
        "7: ['{`gr\\`een`}', '{}'] as text[]\n"
        "count affected");
}

static void test_create_many_of_rows_without_columns_counts_them(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_CREATE_MANY, "{'rows':[{},{},{}]}",
        "insert into `public`.`tick` as t0 select from generate_series(1, $1::int8)\n"
        "1: 3 as int8\n"
        "count affected");
}

static void test_create_many_of_no_rows_does_nothing(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_CREATE_MANY, "{}", "");
}

static void test_create_many_names_the_first_wrong_row(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_CREATE_MANY,
                   "{'rows':[{'name':'a','price':'1','maker':'m','serial':'1'},{"
                   "'colour':'COLOUR_UNSPECIFIED'}]}",
                   "INVALID_ARGUMENT () rows[1].colour: stands for no value of the enum");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_names_what_was_given_and_what_the_server_makes),
        cmocka_unit_test(test_create_without_select_counts),
        cmocka_unit_test(test_create_takes_given_values_over_made_ones),
        cmocka_unit_test(test_create_of_nothing_inserts_defaults),
        cmocka_unit_test(test_create_refuses_missing_columns),
        cmocka_unit_test(test_create_refuses_null_where_it_cannot_be),
        cmocka_unit_test(test_create_refuses_a_column_twice),
        cmocka_unit_test(test_create_many_sends_one_array_per_column),
        cmocka_unit_test(test_create_many_groups_rows_by_their_columns),
        cmocka_unit_test(test_create_many_makes_values_per_row),
        cmocka_unit_test(test_create_many_of_rows_without_columns_counts_them),
        cmocka_unit_test(test_create_many_of_no_rows_does_nothing),
        cmocka_unit_test(test_create_many_names_the_first_wrong_row),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
