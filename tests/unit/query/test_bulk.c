// SPDX-License-Identifier: Apache-2.0
//
// Bulk statements: lookups beside the one statement that answers many of them, and what has
// none. It has to hold the statement itself to the letter, with a column of the keys' rows in
// place of each parameter.
#include "fixture.h"

#include "support/check.h"

// What a table has to be for its rows to be written together.
#define IS_PLAIN(table, foreign_keys, unique_indexes)                                          \
    "(select case when y.relkind = 'r' and not y.relhasrules and not y.relrowsecurity and not" \
    " y.relhassubclass and not exists (select 1 from pg_catalog.pg_trigger g where g.tgrelid"  \
    " = y.oid and not g.tgisinternal) and (select count(*) from pg_catalog.pg_constraint o"    \
    " where o.conrelid = y.oid and o.contype in ('f', 'x')) = " foreign_keys                   \
    " and (select count(*) from pg_catalog.pg_index i where i.indrelid = y.oid and"            \
    " i.indisunique) = " unique_indexes " then '1' else 'rowcall.unfit' end from"              \
    " pg_catalog.pg_class y where y.oid = '" table "'::pg_catalog.regclass)::int4 = 1"

static void test_bulk_of_a_key_is_the_statement_for_each_row(void **state)
{
    (void)state;
    fixture_expect_bulk("Tick", RC_VERB_FIND_UNIQUE, "{'key':{'id':'7'}}",
                        "select k.`n`, r.* from unnest($1::int8[]) with ordinality as k(`p1`, "
                        "`n`) cross join lateral (select t0.`id`, t0.`word` from "
                        "`public`.`tick` t0 where t0.`id` = k.`p1`::int8) r\n"
                        "1: int8[]");
}

static void test_bulk_has_an_array_for_each_parameter(void **state)
{
    (void)state;
    fixture_expect_bulk(
        "Item", RC_VERB_FIND_UNIQUE,
        "{'key':{'maker_serial':{'serial':'5','maker':'acme'}},'where':{'gone':{"
        "'equals':false},'name':{'starts_with':'a'},'colour':{'equals':'GREEN'},'nick':{"
        "'equals':'Al'},'sold_at':{'lt':'2024-01-01T00:00:00Z'}},'select':{'id':true},"
        "'required':true}",
        "select k.`n`, r.* from unnest($1::varchar[], $2::int8[], $3::text[], $4::`Colour`[], "
        "$5::timestamptz[], $6::bool[], $7::citext[]) with ordinality as k(`p1`, `p2`, `p3`, "
        "`p4`, `p5`, `p6`, `p7`, `n`) cross join lateral (select t0.`id` from `public`.`item` "
        "t0 where t0.`maker` = k.`p1`::varchar and t0.`serial` = k.`p2`::int8 and t0.`name` "
        "like k.`p3`::text and t0.`colour` = k.`p4`::`Colour` and t0.`soldAt` < "
        "k.`p5`::timestamptz and t0.`gone` = k.`p6`::bool and t0.`nick` = k.`p7`::citext) r\n"
        "1: varchar[]\n"
        "2: int8[]\n"
        "3: text[]\n"
        "4: enum[]\n"
        "5: timestamptz[]\n"
        "6: bool[]\n"
        "7: citext[]");
}

static void test_bulk_takes_keys_of_types_that_travel_as_text(void **state)
{
    (void)state;
    fixture_expect_bulk(
        "Item", RC_VERB_FIND_UNIQUE, "{'key':{'token':'6a1c'},'select':{'id':true}}",
        "select k.`n`, r.* from unnest($1::uuid[]) with ordinality as k(`p1`, `n`) cross join "
        "lateral (select t0.`id` from `public`.`item` t0 where t0.`token` = k.`p1`::uuid) r\n"
        "1: uuid[]");
}

static void test_bulk_leaves_what_is_quoted(void **state)
{
    (void)state;
    fixture_expect_bulk("Part", RC_VERB_FIND_UNIQUE, "{'key':{'id':'1'}}",
                        "select k.`n`, r.* from unnest($1::int8[]) with ordinality as k(`p1`, "
                        "`n`) cross join lateral (select t0.`id`, t0.`itemId`, t0.`label` from "
                        "`store`.`par``ts` t0 where t0.`id` = k.`p1`::int8) r\n"
                        "1: int8[]");
}

static void test_bulk_has_no_parameter_that_is_an_array(void **state)
{
    (void)state;
    fixture_expect_bulk("Item", RC_VERB_FIND_UNIQUE,
                        "{'key':{'id':1},'where':{'id':{'in':{'values':[1]}}}}", "none");
    fixture_expect_bulk(
        "Item", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':1},'where':{'tags':{'has':'x'}},'select':{'id':true}}",
        "select k.`n`, r.* from unnest($1::int4[], $2::text[]) with ordinality as k(`p1`, "
        "`p2`, `n`) cross join lateral (select t0.`id` from `public`.`item` t0 where t0.`id` = "
        "k.`p1`::int4 and t0.`tags` @> array[k.`p2`::text]) r\n"
        "1: int4[]\n"
        "2: text[]");
    fixture_expect_bulk("Item", RC_VERB_FIND_UNIQUE,
                        "{'key':{'id':1},'where':{'tags':{'has_every':{'values':['x']}}}}",
                        "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_UNIQUE,
                        "{'key':{'id':1},'where':{'meta':{'path':['a'],'equals':'1'}}}",
                        "none");
}

static void test_bulk_of_find_first_needs_a_whole_key(void **state)
{
    (void)state;
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST,
                        "{'where':{'id':{'equals':1}},'select':{'id':true}}",
                        "select k.`n`, r.* from unnest($1::int4[]) with ordinality as k(`p1`, "
                        "`n`) cross join lateral (select t0.`id` from `public`.`item` t0 where "
                        "t0.`id` = k.`p1`::int4 order by t0.`id` limit 1) r\n"
                        "1: int4[]");
    fixture_expect_bulk(
        "Item", RC_VERB_FIND_FIRST,
        "{'where':{'maker':{'equals':'a'},'serial':{'equals':'1'},"
        "'gone':{'equals':true}},'order_by':[{'name':{}}],'skip':1,"
        "'select':{'id':true}}",
        "select k.`n`, r.* from unnest($1::varchar[], $2::int8[], $3::bool[], $4::int8[]) with "
        "ordinality as k(`p1`, `p2`, `p3`, `p4`, `n`) cross join lateral (select t0.`id` from "
        "`public`.`item` t0 where t0.`maker` = k.`p1`::varchar and t0.`serial` = k.`p2`::int8 "
        "and t0.`gone` = k.`p3`::bool order by t0.`name`, t0.`id` limit 1 offset k.`p4`::int8) "
        "r\n"
        "1: varchar[]\n"
        "2: int8[]\n"
        "3: bool[]\n"
        "4: int8[]");
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST,
                        "{'where':{'maker':{'equals':'a'}},'select':{'id':true}}", "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST,
                        "{'where':{'id':{'gt':1}},'select':{'id':true}}", "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST,
                        "{'where':{'id':{'in':{'values':[1]}}},'select':{'id':true}}", "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST,
                        "{'where':{'or':{'any':[{'id':{'equals':1}}]}},'select':{'id':true}}",
                        "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST,
                        "{'where':{'not':[{'id':{'equals':1}}]},'select':{'id':true}}", "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST,
                        "{'where':{'and':[{'id':{'equals':1}}]},'select':{'id':true}}", "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_FIRST, "{'select':{'id':true}}", "none");
}

static void test_bulk_of_find_first_compares_as_the_key_does(void **state)
{
    (void)state;
    fixture_expect_bulk("User", RC_VERB_FIND_FIRST,
                        "{'where':{'name':{'equals':'a','insensitive':true}}}", "none");
    fixture_expect_bulk("User", RC_VERB_FIND_FIRST,
                        "{'where':{'email':{'equals':'A'}},'select':{'id':true}}",
                        "select k.`n`, r.* from unnest($1::citext[]) with ordinality as "
                        "k(`p1`, `n`) cross join lateral (select t0.`id` from `public`.`users` "
                        "t0 where t0.`email` = k.`p1`::citext order by t0.`id` limit 1) r\n"
                        "1: citext[]");
}

static void test_bulk_takes_related_records_along(void **state)
{
    (void)state;
    fixture_expect_bulk(
        "Post", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':'1'},'select':{'title':true,'author':{'name':true,'manager':{'name':true}"
        "},"
        "'comments':{'where':{'text':{'contains':'x'}},'take':3,'skip':1,'order_by':[{'likes':{"
        "}}],"
        "'select':{'text':true}},'counts':{'comments':{'where':{'likes':{'gt':2}}}}}}",
        "select k.`n`, r.* from unnest($1::text[], $2::int8[], $3::int8[], $4::int4[], "
        "$5::int8[]) with ordinality as k(`p1`, `p2`, `p3`, `p4`, `p5`, `n`) cross join "
        "lateral (select t0.`title`, t1.`id` is not null, t1.`name`, t2.`id` is not null, "
        "t2.`name`, array(select row(t3.`text`) from `public`.`comments` t3 where t3.`postId` "
        "= t0.`id` and t3.`text` like k.`p1`::text order by t3.`likes`, t3.`id` limit "
        "k.`p2`::int8 offset k.`p3`::int8), (select count(*) from `public`.`comments` t4 where "
        "t4.`postId` = t0.`id` and t4.`likes` > k.`p4`::int4) from `public`.`posts` t0 left "
        "join `public`.`users` t1 on t1.`id` = t0.`authorId` left join `public`.`users` t2 on "
        "t2.`id` = t1.`managerId` where t0.`id` = k.`p5`::int8) r\n"
        "1: text[]\n"
        "2: int8[]\n"
        "3: int8[]\n"
        "4: int4[]\n"
        "5: int8[]");
    fixture_expect_bulk(
        "User", RC_VERB_FIND_UNIQUE,
        "{'key':{'name':'a'},'where':{'posts':{'some':{'score':{'gt':1}}}},'select':{'id':true}"
        "}",
        "select k.`n`, r.* from unnest($1::text[], $2::int4[]) with ordinality as k(`p1`, "
        "`p2`, `n`) cross join lateral (select t0.`id` from `public`.`users` t0 where "
        "t0.`name` = k.`p1`::text and exists (select 1 from `public`.`posts` t1 where "
        "t1.`authorId` = t0.`id` and t1.`score` > k.`p2`::int4)) r\n"
        "1: text[]\n"
        "2: int4[]");
}

static void test_bulk_leaves_words_in_quotes(void **state)
{
    (void)state;
    fixture_expect_bulk(
        "Post", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':'1'},'where':{'search':{'fields':['POST_FIELD_TITLE','POST_FIELD_BODY'],"
        "'query':'a','language':'english'}},'select':{'id':true}}",
        "select k.`n`, r.* from unnest($1::int8[], $2::text[]) with ordinality as k(`p1`, "
        "`p2`, `n`) cross join lateral (select t0.`id` from `public`.`posts` t0 where t0.`id` "
        "= k.`p1`::int8 and to_tsvector('english'::regconfig, t0.`title` || ' ' || "
        "coalesce(t0.`body`, '')) @@ to_tsquery('english'::regconfig, k.`p2`::text)) r\n"
        "1: int8[]\n"
        "2: text[]");
    fixture_expect_bulk("Club", RC_VERB_FIND_UNIQUE, "{'key':{'code':'a'}}",
                        "select k.`n`, r.* from unnest($1::text[]) with ordinality as k(`p1`, "
                        "`n`) cross join lateral (select t0.`code`, t0.`motto` from "
                        "`side`.`cl``ubs` t0 where t0.`code` = k.`p1`::text) r\n"
                        "1: text[]");
}

static void test_bulk_is_for_lookups_that_lock_nothing(void **state)
{
    (void)state;
    fixture_expect_bulk("Item", RC_VERB_FIND_UNIQUE, "{'key':{'id':1},'lock':{}}", "none");
    fixture_expect_bulk("Item", RC_VERB_FIND_MANY, "{'where':{'id':{'equals':1}}}", "none");
    fixture_expect_bulk("Item", RC_VERB_COUNT, "{'where':{'id':{'equals':1}}}", "none");
    fixture_expect_bulk("Item", RC_VERB_EXISTS, "{'where':{'id':{'equals':1}}}", "none");
    fixture_expect_bulk("Item", RC_VERB_DELETE, "{'key':{'id':1}}", "none");
}

static void test_bulk_is_not_for_views(void **state)
{
    (void)state;
    fixture_expect_bulk("AuthorStats", RC_VERB_FIND_UNIQUE, "{'key':{'user_id':1}}", "none");
    fixture_expect_bulk(
        "Profile", RC_VERB_FIND_UNIQUE,
        "{'key':{'id':1},'select':{'id':true,'stats':{'user_id':true}}}",
        "select k.`n`, r.* from unnest($1::int4[]) with ordinality as k(`p1`, `n`) cross join "
        "lateral (select t0.`id`, t1.`userId` is not null, t1.`userId` from "
        "`public`.`profiles` t0 left join `public`.`author_stats` t1 on t1.`userId` = "
        "t0.`userId` where t0.`id` = k.`p1`::int4) r\n"
        "1: int4[]");
}

static void test_bulk_update_passes_over_what_is_locked(void **state)
{
    (void)state;
    fixture_expect_bulk(
        "Tick", RC_VERB_UPDATE,
        "{'key':{'id':'7'},'data':{'word':{'set':'x'}},'select':{'word':true}}",
        "with k as materialized (select * from unnest($1::text[], $2::int8[]) with ordinality "
        "as k(`p1`, `p2`, `n`)), l as materialized (select k.`n`, t0.ctid as c from k, "
        "`public`.`tick` t0 where (t0.`id` = k.`p2`::int8) and " IS_PLAIN(
            "`public`.`tick`", "0",
            "1") " for no key update of t0 skip locked) update `public`.`tick` t0 set `word` = "
                 "k.`p1`::text from l join k on k.`n` = l.`n` where t0.ctid = l.c and (select "
                 "case count(*) when count(distinct l.c) then '1' else 'rowcall.twice' end "
                 "from l)::int4 = 1 returning k.`n`, t0.`word`\n"
                 "1: text[]\n"
                 "2: int8[]");
}

static void test_bulk_create_keeps_the_order_of_its_rows(void **state)
{
    (void)state;
    fixture_expect_bulk(
        "Part", RC_VERB_CREATE, "{'data':{'item_id':7,'label':'x'},'select':{'id':true}}",
        "with k as materialized (select k.* from unnest($1::int4[], $2::text[]) with "
        "ordinality as k(`p1`, `p2`, `n`) where " IS_PLAIN(
            "`store`.`par``ts`", "1",
            "1") " and exists (select 1 from `public`.`item` t1 where t1.`id` = k.`p1`::int4 "
                 "for key share skip locked)), w as (insert into `store`.`par``ts` as t0 "
                 "(`itemId`, `label`) select k.`p1`::int4, k.`p2`::text from k order by k.`n` "
                 "returning t0.`id`) select q.`n`, w.* from (select k.`n`, row_number() over "
                 "(order by k.`n`) as `rc:r` from k) q join (select row_number() over () as "
                 "`rc:r`, w.* from w) w on w.`rc:r` = q.`rc:r`\n"
                 "1: int4[]\n"
                 "2: text[]");
    fixture_expect_bulk("Tick", RC_VERB_CREATE, "{'data':{'word':'x'}}",
                        "with k as materialized (select k.* from unnest($1::text[]) with "
                        "ordinality as k(`p1`, `n`) where " IS_PLAIN(
                            "`public`.`tick`", "0",
                            "1") "), w as (insert into `public`.`tick` as t0 (`word`) select "
                                 "k.`p1`::text from k order by k.`n`) select k.`n` from k\n"
                                 "1: text[]");
}

static void test_bulk_writes_wait_for_nobody(void **state)
{
    (void)state;
    fixture_expect_bulk("Tick", RC_VERB_CREATE, "{'data':{'id':'7','word':'x'}}", "none");
    fixture_expect_bulk("Item", RC_VERB_UPDATE, "{'key':{'id':7},'data':{'maker':{'set':'x'}}}",
                        "none");
    fixture_expect_bulk("Part", RC_VERB_UPDATE,
                        "{'key':{'id':'7'},'data':{'item_id':{'set':1}}}", "none");
    fixture_expect_bulk(
        "Part", RC_VERB_UPDATE,
        "{'key':{'id':'7'},'data':{'item':{'update':{'data':{'name':{'set':'x'}}}}}}", "none");
    fixture_expect_bulk("Tick", RC_VERB_UPDATE, "{'key':{'id':'7'},'data':{}}", "none");
    fixture_expect_bulk(
        "Tick", RC_VERB_UPSERT,
        "{'key':{'id':'7'},'create':{'word':'x'},'update':{'word':{'set':'y'}}}", "none");
}

int main(void)
{
    const struct CMUnitTest of_shop[] = {
        cmocka_unit_test(test_bulk_of_a_key_is_the_statement_for_each_row),
        cmocka_unit_test(test_bulk_has_an_array_for_each_parameter),
        cmocka_unit_test(test_bulk_takes_keys_of_types_that_travel_as_text),
        cmocka_unit_test(test_bulk_leaves_what_is_quoted),
        cmocka_unit_test(test_bulk_has_no_parameter_that_is_an_array),
        cmocka_unit_test(test_bulk_of_find_first_needs_a_whole_key),
        cmocka_unit_test(test_bulk_is_for_lookups_that_lock_nothing),
        cmocka_unit_test(test_bulk_update_passes_over_what_is_locked),
        cmocka_unit_test(test_bulk_create_keeps_the_order_of_its_rows),
        cmocka_unit_test(test_bulk_writes_wait_for_nobody),
    };
    const struct CMUnitTest of_blog[] = {
        cmocka_unit_test(test_bulk_of_find_first_compares_as_the_key_does),
        cmocka_unit_test(test_bulk_takes_related_records_along),
        cmocka_unit_test(test_bulk_leaves_words_in_quotes),
        cmocka_unit_test(test_bulk_is_not_for_views),
    };
    return cmocka_run_group_tests_name("query/bulk shop", of_shop, fixture_setup,
                                       fixture_teardown) +
           cmocka_run_group_tests_name("query/bulk blog", of_blog, fixture_setup_blog,
                                       fixture_teardown);
}
