// SPDX-License-Identifier: Apache-2.0
//
// Filters: every operator of every kind, and how and, or and not fold.
#include "fixture.h"

#include "support/check.h"

static void test_filter_numbers_compare(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'id':{'equals':1,'not':2,'lt':3,'lte':4,'gt':5,'gte':6}}}",
        "select count(*) from `public`.`item` t0 where (t0.`id` = $1::int4 and t0.`id` <>"
        " $2::int4 and t0.`id` < $3::int4 and t0.`id` <= $4::int4 and t0.`id` > $5::int4"
        " and t0.`id` >= $6::int4)\n"
        "1: 1 as int4\n"
        "2: 2 as int4\n"
        "3: 3 as int4\n"
        "4: 4 as int4\n"
        "5: 5 as int4\n"
        "6: 6 as int4\n"
        "count");
}

static void test_filter_numbers_are_in_lists(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT, "{'where':{'id':{'in':{'values':[1,2]},'not_in':{}}}}",
        "select count(*) from `public`.`item` t0 where (t0.`id` = any($1::int4[]) and"
        " t0.`id` <> all($2::int4[]))\n"
        "1: [1, 2] as int4[]\n"
        "2: [] as int4[]\n"
        "count");
}

static void test_filter_null_is_asked_for(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT, "{'where':{'note':{'is_null':true},'code':{'is_null':false}}}",
        "select count(*) from `public`.`item` t0 where t0.`note` is null and t0.`code` is"
        " not null\n"
        "count");
}

static void test_filter_text_is_matched_literally(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'name':{'contains':'50%_\\\\','starts_with':'a','ends_with':'z'}}}",
        "select count(*) from `public`.`item` t0 where (t0.`name` like $1::text and"
        " t0.`name` like $2::text and t0.`name` like $3::text)\n"
        "1: '%50\\%\\_\\\\%' as text\n"
        "2: 'a%' as text\n"
        "3: '%z' as text\n"
        "count");
}

static void test_filter_text_ignores_case_when_told(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'name':{'insensitive':true,'equals':'A','not':'B','in':{'values':["
        "'C']},'not_in':{'values':['D']},'lt':'E','contains':'F'}}}",
        "select count(*) from `public`.`item` t0 where (lower(t0.`name`) = lower($1::text)"
        " and lower(t0.`name`) <> lower($2::text) and lower(t0.`name`) = any(array(select"
        " lower(v) from unnest($3::text[]) v)) and lower(t0.`name`) <> all(array(select"
        " lower(v) from unnest($4::text[]) v)) and lower(t0.`name`) < lower($5::text) and"
        " t0.`name` ilike $6::text)\n"
        "1: 'A' as text\n"
        "2: 'B' as text\n"
        "3: ['C'] as text[]\n"
        "4: ['D'] as text[]\n"
        "5: 'E' as text\n"
        "6: '%F%' as text\n"
        "count");
}

static void test_filter_text_alone_insensitive_says_nothing(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT, "{'where':{'name':{'insensitive':true}}}",
                   "select count(*) from `public`.`item` t0\n"
                   "count");
}

static void test_filter_padded_text_is_matched_without_padding(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT, "{'where':{'code':{'equals':'ab','ends_with':'b'}}}",
                   "select count(*) from `public`.`item` t0 where (t0.`code` = $1::bpchar and"
                   " t0.`code`::text like $2::text)\n"
                   "1: 'ab' as bpchar\n"
                   "2: '%b' as text\n"
                   "count");
}

static void test_filter_values_go_to_postgres_as_text(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'price':{'gt':'1.50','in':{'values':['1','2']}},'token':{"
        "'equals':'6a1c'},'flags':{'equals':'101'}}}",
        "select count(*) from `public`.`item` t0 where (t0.`price` = any($1::numeric[]) and"
        " t0.`price` > $2::numeric) and t0.`token` = $3::uuid and t0.`flags` = $4::`bit`\n"
        "1: ['1', '2'] as numeric[]\n"
        "2: '1.50' as numeric\n"
        "3: '6a1c' as uuid\n"
        "4: '101' as bit\n"
        "count");
}

static void test_filter_enums_are_cast(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'colour':{'equals':'RED','in':{'values':['GREEN','RED']}}}}",
        "select count(*) from `public`.`item` t0 where (t0.`colour` = $1::`Colour` and"
        " t0.`colour` = any($2::`Colour`[]))\n"
        "1: #1 as enum\n"
        "2: [#2, #1] as enum[]\n"
        "count");
}

static void test_filter_enums_without_a_label_are_refused(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT,
                   "{'where':{'colour':{'equals':'COLOUR_UNSPECIFIED'}}}",
                   "INVALID_ARGUMENT () where.colour.equals: stands for no value of the enum");
    fixture_expect("Item", RC_VERB_COUNT,
                   "{'where':{'colour':{'in':{'values':['RED','COLOUR_UNSPECIFIED']}}}}",
                   "INVALID_ARGUMENT () where.colour.in: stands for no value of the enum");
}

static void test_filter_bytes_bools_and_times_compare(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'picture':{'equals':'AAH/'},'gone':{'not':true},'sold_at':{"
        "'gte':'2026-01-02T03:04:05.678Z'},'weight':{'lt':2.5}}}",
        "select count(*) from `public`.`item` t0 where t0.`soldAt` >= $1::timestamptz and"
        " t0.`weight` < $2::float8 and t0.`picture` = $3::bytea and t0.`gone` <> $4::bool\n"
        "1: 1767323045.678000s as timestamptz\n"
        "2: 2.5 as float8\n"
        "3: '\\x00\\x01\\xff' as bytea\n"
        "4: true as bool\n"
        "count");
}

static void test_filter_fields_compare_with_fields(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'name':{'compare':[{'comparison':'LESS','field':'note'},{"
        "'field':'maker'}]}}}",
        "select count(*) from `public`.`item` t0 where (t0.`name` < t0.`note` and t0.`name`"
        " = t0.`maker`)\n"
        "count");
}

static void test_filter_fields_of_other_types_do_not_compare(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'name':{'compare':[{'field':'code'},{'field':'id'}]}}}",
        "INVALID_ARGUMENT () where.name.compare[1]: name and id have types that do not"
        " compare");
    fixture_expect("Item", RC_VERB_COUNT,
                   "{'where':{'name':{'compare':[{'field':'na\\'me'}]}}}",
                   "INVALID_ARGUMENT () where.name.compare[0]: Item has no column 'na`me'");
}

static void test_filter_arrays_are_asked_for_elements(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'tags':{'equals':{'values':['a',''],'nulls':[1]},'has':'b',"
        "'has_every':{'values':['c','d']},'has_some':{'values':['e']},'is_empty':false,"
        "'is_null':false}}}",
        "select count(*) from `public`.`item` t0 where (t0.`tags` = $1::text[] and"
        " t0.`tags` @> array[$2::text] and t0.`tags` @> $3::text[] and t0.`tags` &&"
        " $4::text[] and cardinality(t0.`tags`) > 0 and t0.`tags` is not null)\n"
        "1: ['a', NULL] as text[]\n"
        "2: 'b' as text\n"
        "3: ['c', 'd'] as text[]\n"
        "4: ['e'] as text[]\n"
        "count");
}

static void test_filter_arrays_of_enums_are_cast(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'palette':{'has':'RED','has_some':{'values':['GREEN']}}}}",
        "select count(*) from `public`.`item` t0 where (t0.`palette` @> array[$1::`Colour`]"
        " and t0.`palette` && $2::`Colour`[])\n"
        "1: #1 as enum\n"
        "2: [#2] as enum[]\n"
        "count");
}

static void test_filter_arrays_are_not_asked_for_null(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT, "{'where':{'tags':{'has_some':{'values':['a'],'nulls':[0]}}}}",
        "INVALID_ARGUMENT () where.tags.has_some: may not hold NULL here: nothing equals"
        " it; use is_null");
    fixture_expect(
        "Item", RC_VERB_COUNT, "{'where':{'tags':{'equals':{'values':['a'],'nulls':[1]}}}}",
        "INVALID_ARGUMENT () where.tags.equals: has a position in nulls that is not in"
        " values");
}

static void test_filter_json_is_compared_as_jsonb(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'meta':{'equals':'{\\'a\\':1}','not':'null'},'raw':{'equals':'1'}}}",
        "select count(*) from `public`.`item` t0 where (t0.`meta` = $1::jsonb and t0.`meta`"
        " <> $2::jsonb) and t0.`raw`::jsonb = $3::jsonb\n"
        "1: '{`a`:1}' as jsonb\n"
        "2: 'null' as jsonb\n"
        "3: '1' as jsonb\n"
        "count");
}

static void test_filter_json_is_followed_along_a_path(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT,
                   "{'where':{'meta':{'path':['a','0'],'equals':'1','is_null':false}}}",
                   "select count(*) from `public`.`item` t0 where ((t0.`meta` #> $1::text[]) ="
                   " $2::jsonb and t0.`meta` is not null)\n"
                   "1: ['a', '0'] as text[]\n"
                   "2: '1' as jsonb\n"
                   "count");
}

static void test_filter_json_orders_numbers_and_strings(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT, "{'where':{'meta':{'path':['n'],'gte':'2'}}}",
        "select count(*) from `public`.`item` t0 where (jsonb_typeof((t0.`meta` #>"
        " $1::text[])) in ('number', 'string') and jsonb_typeof((t0.`meta` #> $1::text[]))"
        " = jsonb_typeof($2::jsonb) and (t0.`meta` #> $1::text[]) >= $2::jsonb)\n"
        "1: ['n'] as text[]\n"
        "2: '2' as jsonb\n"
        "count");
}

static void test_filter_json_strings_are_matched(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'meta':{'path':['s'],'string_contains':'x','insensitive':true}}}",
        "select count(*) from `public`.`item` t0 where (jsonb_typeof((t0.`meta` #>"
        " $1::text[])) = 'string' and ((t0.`meta` #> $1::text[]) #>> '{}') ilike $2::text)\n"
        "1: ['s'] as text[]\n"
        "2: '%x%' as text\n"
        "count");
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'raw':{'string_starts_with':'x','string_ends_with':'y'}}}",
        "select count(*) from `public`.`item` t0 where ((jsonb_typeof(t0.`raw`::jsonb) ="
        " 'string' and (t0.`raw`::jsonb #>> '{}') like $1::text) and"
        " (jsonb_typeof(t0.`raw`::jsonb) = 'string' and (t0.`raw`::jsonb #>> '{}') like"
        " $2::text))\n"
        "1: 'x%' as text\n"
        "2: '%y' as text\n"
        "count");
}

static void test_filter_json_arrays_are_matched(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'meta':{'array_contains':'[1]','array_starts_with':'1',"
        "'array_ends_with':'2'}}}",
        "select count(*) from `public`.`item` t0 where ((jsonb_typeof(t0.`meta`) = 'array'"
        " and t0.`meta` @> $1::jsonb) and (jsonb_typeof(t0.`meta`) = 'array' and t0.`meta`"
        " -> 0 = $2::jsonb) and (jsonb_typeof(t0.`meta`) = 'array' and t0.`meta` -> -1 ="
        " $3::jsonb))\n"
        "1: '[1]' as jsonb\n"
        "2: '1' as jsonb\n"
        "3: '2' as jsonb\n"
        "count");
}

static void test_filter_members_are_joined_by_and(void **state)
{
    (void)state;
    fixture_expect(
        "Item", RC_VERB_COUNT,
        "{'where':{'id':{'gt':1},'and':[{'gone':{'equals':false}},{'name':{"
        "'equals':'a'},'note':{'equals':'b'}}],'or':{'any':[{'id':{'equals':1}},{'id':{"
        "'equals':2},'gone':{'equals':true}}]},'not':[{'id':{'equals':3}},{'id':{"
        "'equals':4},'name':{'equals':'c'}}]}}",
        "select count(*) from `public`.`item` t0 where t0.`id` > $1::int4 and t0.`gone` ="
        " $2::bool and (t0.`name` = $3::text and t0.`note` = $4::text) and (t0.`id` ="
        " $5::int4 or (t0.`id` = $6::int4 and t0.`gone` = $7::bool)) and not (t0.`id` ="
        " $8::int4) and not (t0.`id` = $9::int4 and t0.`name` = $10::text)\n"
        "1: 1 as int4\n"
        "2: false as bool\n"
        "3: 'a' as text\n"
        "4: 'b' as text\n"
        "5: 1 as int4\n"
        "6: 2 as int4\n"
        "7: true as bool\n"
        "8: 3 as int4\n"
        "9: 4 as int4\n"
        "10: 'c' as text\n"
        "count");
}

static void test_filter_an_empty_or_matches_nothing(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT, "{'where':{'or':{},'id':{'equals':1}}}",
                   "select count(*) from `public`.`item` t0 where false\n"
                   "count");
}

static void test_filter_an_empty_alternative_matches_all(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT,
                   "{'where':{'or':{'any':[{'id':{'equals':1}},{}]},'name':{}}}",
                   "select count(*) from `public`.`item` t0\n"
                   "count");
}

static void test_filter_not_of_nothing_matches_nothing(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT, "{'where':{'not':[{}]}}",
                   "select count(*) from `public`.`item` t0 where false\n"
                   "count");
}

static void test_filter_not_of_an_empty_or_matches_all(void **state)
{
    (void)state;
    fixture_expect("Item", RC_VERB_COUNT, "{'where':{'not':[{'or':{}}],'id':{'equals':7}}}",
                   "select count(*) from `public`.`item` t0 where t0.`id` = $1::int4\n"
                   "1: 7 as int4\n"
                   "count");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter_numbers_compare),
        cmocka_unit_test(test_filter_numbers_are_in_lists),
        cmocka_unit_test(test_filter_null_is_asked_for),
        cmocka_unit_test(test_filter_text_is_matched_literally),
        cmocka_unit_test(test_filter_text_ignores_case_when_told),
        cmocka_unit_test(test_filter_text_alone_insensitive_says_nothing),
        cmocka_unit_test(test_filter_padded_text_is_matched_without_padding),
        cmocka_unit_test(test_filter_values_go_to_postgres_as_text),
        cmocka_unit_test(test_filter_enums_are_cast),
        cmocka_unit_test(test_filter_enums_without_a_label_are_refused),
        cmocka_unit_test(test_filter_bytes_bools_and_times_compare),
        cmocka_unit_test(test_filter_fields_compare_with_fields),
        cmocka_unit_test(test_filter_fields_of_other_types_do_not_compare),
        cmocka_unit_test(test_filter_arrays_are_asked_for_elements),
        cmocka_unit_test(test_filter_arrays_of_enums_are_cast),
        cmocka_unit_test(test_filter_arrays_are_not_asked_for_null),
        cmocka_unit_test(test_filter_json_is_compared_as_jsonb),
        cmocka_unit_test(test_filter_json_is_followed_along_a_path),
        cmocka_unit_test(test_filter_json_orders_numbers_and_strings),
        cmocka_unit_test(test_filter_json_strings_are_matched),
        cmocka_unit_test(test_filter_json_arrays_are_matched),
        cmocka_unit_test(test_filter_members_are_joined_by_and),
        cmocka_unit_test(test_filter_an_empty_or_matches_nothing),
        cmocka_unit_test(test_filter_an_empty_alternative_matches_all),
        cmocka_unit_test(test_filter_not_of_nothing_matches_nothing),
        cmocka_unit_test(test_filter_not_of_an_empty_or_matches_all),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
