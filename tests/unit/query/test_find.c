// SPDX-License-Identifier: Apache-2.0
//
// Reads: requests beside the statements they become.
#include "fixture.h"

#include "support/check.h"

#include <stdlib.h>

static void test_find_unique_names_every_column(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_FIND_UNIQUE, "{'key':{'id':'7'}}",
        "select t0.`id`, t0.`word` from `public`.`tick` t0 where t0.`id` = $1::int8\n"
        "1: 7 as int8\n"
        "row <- 1 2");
}

static void test_find_unique_takes_composite_keys_and_an_extra_where(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_UNIQUE,
        "{'key':{'maker_serial':{'serial':'5','maker':'acme'}},'where':{'gone':{"
        "'equals':false}},'select':{'id':true,'name':true},'required':true}",
        "select t0.`id`, t0.`name` from `public`.`item` t0 where t0.`maker` = $1::varchar"
        " and t0.`serial` = $2::int8 and t0.`gone` = $3::bool\n"
        "1: 'acme' as varchar\n"
        "2: 5 as int8\n"
        "3: false as bool\n"
        "row <- 1 2\n"
        "required");
}

static void test_find_unique_with_an_impossible_where_finds_nothing(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_UNIQUE,
        "{'key':{'token':'6a1c'},'where':{'or':{}},'select':{'id':true}}",
        "select t0.`id` from `public`.`item` t0 where t0.`token` = $1::uuid and false\n"
        "1: '6a1c' as uuid\n"
        "row <- 1");
}

static void test_find_unique_refuses_no_key(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_FIND_UNIQUE, "{'key':{}}",
                   "INVALID_ARGUMENT () key: names no unique key");
    fixture_expect("Item", RC_VERB_FIND_UNIQUE, "{}",
                   "INVALID_ARGUMENT () key: names no unique key");
}

static void test_find_unique_refuses_half_a_key(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_FIND_UNIQUE, "{'key':{'maker_serial':{'maker':'acme'}}}",
                   "INVALID_ARGUMENT () key.maker_serial: needs serial");
}

static void test_find_many_without_a_page_needs_no_order(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_FIND_MANY, "{}",
                   "select t0.`id`, t0.`word` from `public`.`tick` t0\n"
                   "row <- 1 2");
}

static void test_find_many_orders_by_several_columns(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'order_by':[{'note':{'direction':'DESC'}},{'weight':{'nulls':'FIRST'}},{"
        "'name':{'direction':'DESC','nulls':'LAST'}},{'note':{}}],'select':{'id':true}}",
        "select t0.`id` from `public`.`item` t0 order by t0.`note` desc, t0.`weight` nulls"
        " first, t0.`name` desc\n"
        "row <- 1");
}

static void test_find_many_pages_under_a_total_order(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'order_by':[{'name':{}}],'take':10,'skip':20,'select':{'id':true}}",
        "select t0.`id` from `public`.`item` t0 order by t0.`name`, t0.`id` limit $1::int8"
        " offset $2::int8\n"
        "1: 10 as int8\n"
        "2: 20 as int8\n"
        "row <- 1");
}

static void test_find_many_needs_no_more_than_a_key_in_its_order(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'order_by':[{'serial':{}},{'maker':{}}],'take':10,'select':{'id':true}}",
        "select t0.`id` from `public`.`item` t0 order by t0.`serial`, t0.`maker` limit"
        " $1::int8\n"
        "1: 10 as int8\n"
        "row <- 1");
}

static void test_find_many_takes_from_the_end(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'order_by':[{'note':{}}],'take':-3,'select':{'name':true}}",
        "select t0.`name` from (select t1.`id`, t1.`name`, t1.`note` from `public`.`item`"
        " t1 order by t1.`note` desc, t1.`id` desc limit $1::int8) t0 order by t0.`note`,"
        " t0.`id`\n"
        "1: 3 as int8\n"
        "row <- 2");
}

static void test_find_many_begins_at_a_cursor(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_FIND_MANY, "{'cursor':{'id':'40'},'take':2}",
        "select t0.`id`, t0.`word` from `public`.`tick` t0 where t0.`id` >= (select t1.`id`"
        " from `public`.`tick` t1 where t1.`id` = $1::int8) order by t0.`id` limit"
        " $2::int8\n"
        "1: 40 as int8\n"
        "2: 2 as int8\n"
        "row <- 1 2");
}

static void test_find_many_begins_at_a_cursor_before_the_end(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_FIND_MANY,
        "{'cursor':{'id':'40'},'take':-2,'where':{'word':{'equals':'x'}},'select':{"
        "'id':true}}",
        "select t0.`id` from (select t1.`id` from `public`.`tick` t1 where t1.`id` <="
        " (select t2.`id` from `public`.`tick` t2 where t2.`id` = $1::int8) and t1.`word` ="
        " $2::text order by t1.`id` desc limit $3::int8) t0 order by t0.`id`\n"
        "1: 40 as int8\n"
        "2: 'x' as text\n"
        "3: 2 as int8\n"
        "row <- 1");
}

static void test_find_many_begins_at_a_cursor_under_one_direction(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'cursor':{'token':'6a1c'},'order_by':[{'name':{'direction':'DESC'}},{'id':{"
        "'direction':'DESC'}}],'skip':1,'select':{'id':true}}",
        "select t0.`id` from `public`.`item` t0 where (t0.`name`, t0.`id`) <= (select"
        " t1.`name`, t1.`id` from `public`.`item` t1 where t1.`token` = $1::uuid) order by"
        " t0.`name` desc, t0.`id` desc offset $2::int8\n"
        "1: '6a1c' as uuid\n"
        "2: 1 as int8\n"
        "row <- 1");
}

static void test_find_many_begins_at_a_cursor_among_nulls(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'cursor':{'id':4},'order_by':[{'name':{'direction':'DESC'}},{'note':{"
        "'nulls':'FIRST'}}],'select':{'id':true}}",
        "select t0.`id` from `public`.`item` t0 cross join (select t2.`name`, t2.`note`,"
        " t2.`id` from `public`.`item` t2 where t2.`id` = $1::int4) t1 where t0.`name` <="
        " (select t3.`name` from `public`.`item` t3 where t3.`id` = $1::int4) and"
        " (t0.`name` < t1.`name` or (t0.`name` = t1.`name` and ((t0.`note` > t1.`note` or"
        " (t1.`note` is null and t0.`note` is not null)) or (t0.`note` is not distinct from"
        " t1.`note` and (t0.`id` > t1.`id` or (t0.`id` = t1.`id`)))))) order by t0.`name`"
        " desc, t0.`note` nulls first, t0.`id`\n"
        "1: 4 as int4\n"
        "row <- 1");
}

static void test_find_many_keeps_the_first_of_each_combination(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'distinct':['ITEM_FIELD_MAKER','ITEM_FIELD_COLOUR'],'order_by':[{'price':{"
        "}}],'where':{'gone':{'equals':false}},'select':{'id':true},'take':5}",
        "select t0.`id` from (select t1.`id`, t1.`price`, row_number() over (partition by"
        " t1.`colour`, t1.`maker` order by t1.`price`, t1.`id`) as `rc:first` from"
        " `public`.`item` t1 where t1.`gone` = $1::bool) t0 where t0.`rc:first` = 1 order"
        " by t0.`price`, t0.`id` limit $2::int8\n"
        "1: false as bool\n"
        "2: 5 as int8\n"
        "row <- 1");
}

static void test_find_many_counts_beside_the_page(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_FIND_MANY,
        "{'where':{'word':{'equals':'x'}},'take':2,'with_total':true}",
        "select t1.`rc:total`, t0.`rc:present`, t0.`id`, t0.`word` from (select count(*) as"
        " `rc:total` from `public`.`tick` t2 where t2.`word` = $1::text) t1 left join"
        " (select t3.`id`, t3.`word`, true as `rc:present` from `public`.`tick` t3 where"
        " t3.`word` = $1::text order by t3.`id` limit $2::int8) t0 on true order by"
        " t0.`id`\n"
        "1: 'x' as text\n"
        "2: 2 as int8\n"
        "total\n"
        "present\n"
        "row <- 1 2");
}

static void test_find_many_counts_beside_all_layers(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'distinct':['ITEM_FIELD_NAME'],'cursor':{'id':9},'take':-2,'skip':1,'where':{"
        "'gone':{'equals':true}},'with_total':true,'select':{'name':true}}",
        "select t1.`rc:total`, t0.`rc:present`, t0.`name` from (select count(*) as"
        " `rc:total` from `public`.`item` t2 where t2.`gone` = $1::bool) t1 left join"
        " (select t3.`id`, t3.`name`, true as `rc:present` from (select t4.`id`, t4.`name`,"
        " row_number() over (partition by t4.`name` order by t4.`id`) as `rc:first` from"
        " `public`.`item` t4 where t4.`id` <= (select t5.`id` from `public`.`item` t5 where"
        " t5.`id` = $2::int4) and t4.`gone` = $1::bool) t3 where t3.`rc:first` = 1 order by"
        " t3.`id` desc limit $3::int8 offset $4::int8) t0 on true order by t0.`id`\n"
        "1: true as bool\n"
        "2: 9 as int4\n"
        "3: 2 as int8\n"
        "4: 1 as int8\n"
        "total\n"
        "present\n"
        "row <- 2");
}

static void test_find_many_reads_rare_types_as_text(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_FIND_MANY,
        "{'select':{'tax':true,'doc':true,'flags':true,'meta':true}}",
        "select t0.`meta`, t0.`tax`::text, t0.`doc`::text, t0.`flags` from `public`.`item`"
        " t0\n"
        "row <- 9 17' 18' 20");
}

static void test_find_many_selects_all_when_none_is_named(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_FIND_MANY, "{'select':{'word':false}}",
                   "select t0.`id`, t0.`word` from `public`.`tick` t0\n"
                   "row <- 1 2");
}

static void test_find_many_refuses_an_order_by_nothing(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_FIND_MANY, "{'order_by':[{}]}",
                   "INVALID_ARGUMENT () order_by[0]: names nothing to order by");
}

static void test_find_many_refuses_a_distinct_without_equality(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_FIND_MANY,
                   "{'distinct':['ITEM_FIELD_NAME','ITEM_FIELD_RAW']}",
                   "INVALID_ARGUMENT () distinct[1]: values of this column cannot be compared");
    fixture_expect("Item", RC_VERB_FIND_MANY, "{'distinct':['ITEM_FIELD_UNSPECIFIED']}",
                   "INVALID_ARGUMENT () distinct[0]: names no column");
}

static void test_find_many_quotes_names(void **state)
{
    (void)state;
    fixture_expect("Part", RC_VERB_FIND_MANY, "{'select':{'id':true,'item_id':true}}",
                   "select t0.`id`, t0.`itemId` from `store`.`par``ts` t0\n"
                   "row <- 1 2");
}

// Kind has 64 columns: so many parents in a row.
static void expect_chain(int length, const char *part)
{
    struct rc_buf json = {0};
    rc_buf_append_text(&json, "{'select':{");
    for (int i = 0; i < length; i++) {
        rc_buf_append_text(&json, "'parent':{");
    }
    for (int i = 0; i < length; i++) {
        rc_buf_append_text(&json, "}");
    }
    rc_buf_append_text(&json, "}}");
    char *text = fixture_explain(fixture_query(), "Kind", RC_VERB_FIND_MANY, json.data);
    ASSERT_CONTAINS(text, part);
    free(text);
    rc_buf_fini(&json);
}

static void test_find_many_refuses_a_record_that_is_too_wide(void **state)
{
    (void)state;
    expect_chain(22, " left join `public`.`kind` t22 on t22.`id` = t21.`parent_id`");
    expect_chain(23, "RESOURCE_EXHAUSTED () select: a record and those it is related to one to "
                     "one may have 1500 values, not 1559");
}

static void test_find_first_takes_one(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_FIND_FIRST,
        "{'where':{'word':{'not':'x'}},'order_by':[{'word':{}}],'skip':3}",
        "select t0.`id`, t0.`word` from `public`.`tick` t0 where t0.`word` <> $1::text"
        " order by t0.`word`, t0.`id` limit 1 offset $2::int8\n"
        "1: 'x' as text\n"
        "2: 3 as int8\n"
        "row <- 1 2");
}

static void test_find_first_from_the_end(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_FIND_FIRST, "{'take':-1,'required':true,'select':{'id':true}}",
        "select t0.`id` from (select t1.`id` from `public`.`tick` t1 order by t1.`id` desc"
        " limit 1) t0 order by t0.`id`\n"
        "row <- 1\n"
        "required");
}

static void test_find_count_counts_all(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_COUNT, "{}",
                   "select count(*) from `public`.`tick` t0\n"
                   "count");
}

static void test_find_count_counts_a_window(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_COUNT,
        "{'where':{'word':{'is_null':true}},'cursor':{'id':'3'},'take':-5,'skip':1}",
        "select count(*) from (select from `public`.`tick` t1 where t1.`id` <= (select"
        " t2.`id` from `public`.`tick` t2 where t2.`id` = $1::int8) and t1.`word` is null"
        " limit $2::int8 offset $3::int8) t0\n"
        "1: 3 as int8\n"
        "2: 5 as int8\n"
        "3: 1 as int8\n"
        "count");
}

static void test_find_exists_asks_once(void **state)
{
    (void)state;
    fixture_expect(
        "Tick", RC_VERB_EXISTS, "{'where':{'word':{'equals':'x'}}}",
        "select exists(select 1 from `public`.`tick` t0 where t0.`word` = $1::text)\n"
        "1: 'x' as text\n"
        "exists");
}

static void test_find_exists_without_condition(void **state)
{
    (void)state;
    fixture_expect("Tick", RC_VERB_EXISTS, "{}",
                   "select exists(select 1 from `public`.`tick` t0)\n"
                   "exists");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find_unique_names_every_column),
        cmocka_unit_test(test_find_unique_takes_composite_keys_and_an_extra_where),
        cmocka_unit_test(test_find_unique_with_an_impossible_where_finds_nothing),
        cmocka_unit_test(test_find_unique_refuses_no_key),
        cmocka_unit_test(test_find_unique_refuses_half_a_key),
        cmocka_unit_test(test_find_many_without_a_page_needs_no_order),
        cmocka_unit_test(test_find_many_orders_by_several_columns),
        cmocka_unit_test(test_find_many_pages_under_a_total_order),
        cmocka_unit_test(test_find_many_needs_no_more_than_a_key_in_its_order),
        cmocka_unit_test(test_find_many_takes_from_the_end),
        cmocka_unit_test(test_find_many_begins_at_a_cursor),
        cmocka_unit_test(test_find_many_begins_at_a_cursor_before_the_end),
        cmocka_unit_test(test_find_many_begins_at_a_cursor_under_one_direction),
        cmocka_unit_test(test_find_many_begins_at_a_cursor_among_nulls),
        cmocka_unit_test(test_find_many_keeps_the_first_of_each_combination),
        cmocka_unit_test(test_find_many_counts_beside_the_page),
        cmocka_unit_test(test_find_many_counts_beside_all_layers),
        cmocka_unit_test(test_find_many_reads_rare_types_as_text),
        cmocka_unit_test(test_find_many_selects_all_when_none_is_named),
        cmocka_unit_test(test_find_many_refuses_an_order_by_nothing),
        cmocka_unit_test(test_find_many_refuses_a_distinct_without_equality),
        cmocka_unit_test(test_find_many_quotes_names),
        cmocka_unit_test(test_find_many_refuses_a_record_that_is_too_wide),
        cmocka_unit_test(test_find_first_takes_one),
        cmocka_unit_test(test_find_first_from_the_end),
        cmocka_unit_test(test_find_count_counts_all),
        cmocka_unit_test(test_find_count_counts_a_window),
        cmocka_unit_test(test_find_exists_asks_once),
        cmocka_unit_test(test_find_exists_without_condition),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
