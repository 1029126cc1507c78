// SPDX-License-Identifier: Apache-2.0
//
// Aggregate over the whole request path: every type, exact to the last digit, and Prisma's
// meaning of no records, NULL and pages.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdio.h>

// ---- every type

// Two values and what comes of them; NULL: PostgreSQL has no such function.
struct type_case {
    const char *name;
    const char *first;
    const char *second;
    const char *sum;
    const char *avg;
    bool has_extremes; // first is the less
    bool is_array_ordered;
};

static const struct type_case cases[] = {
    {"bool", "false", "true", NULL, NULL, false, true},
    {"int2", "-32768", "-32767", "'-65535'", "'-32767.500000000000'", true, true},
    {"int4", "2147483646", "2147483647", "'4294967293'", "'2147483646.50000000'", true, true},
    {"int8", "'9223372036854775806'", "'9223372036854775807'", "'18446744073709551613'",
     "'9223372036854775807'", true, true},
    {"oid", "'0'", "'4294967295'", NULL, NULL, true, true},
    {"float4", "0.25", "1.5", "1.75", "0.875", true, true},
    {"float8", "0.1", "0.2", "0.30000000000000004", "0.15000000000000002", true, true},
    {"numeric", "'0.010'", "'99999999999999999999999999999999999999.99'",
     "'100000000000000000000000000000000000000.000'",
     "'50000000000000000000000000000000000000.000'", true, true},
    {"money", "'-$2.50'", "'$1,000.00'", "'$997.50'", NULL, true, true},
    {"text", "''", "'it is \\\\ {\\'a\\',%}'", NULL, NULL, true, true},
    {"varchar", "'a'", "'b c'", NULL, NULL, true, true},
    {"char", "'a  '", "'bcd'", NULL, NULL, true, true},
    {"citext", "'Ab'", "'aC'", NULL, NULL, true, true},
    {"bytea", "''", "'AP8B'", NULL, NULL, false, true},
    {"timestamp", "'-4712-01-01T00:00:00Z'", "'infinity'", NULL, NULL, true, true},
    {"timestamptz", "'-infinity'", "'2026-01-02T03:04:05.000006Z'", NULL, NULL, true, true},
    {"date", "'4714-11-24 BC'", "'5874897-12-31'", NULL, NULL, true, true},
    {"time", "'00:00:00'", "'23:59:59.999999'", NULL, NULL, true, true},
    {"timetz", "'00:00:00+00'", "'24:00:00-05:30'", NULL, NULL, true, true},
    {"interval", "'02:00:00.5'", "'1 day'", "'1 day 02:00:00.5'", "'13:00:00.25'", true, true},
    {"uuid", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
     NULL, NULL, false, true},
    {"json", "'{ \\'a\\':  1}'", "'[null]'", NULL, NULL, false, false},
    {"jsonb", "'1'", "'[{\\'a\\': null}]'", NULL, NULL, false, true},
    {"xml", "'<a>&amp;</a>'", "'<b/>'", NULL, NULL, false, false},
    {"inet", "'10.0.0.1'", "'2001:db8::1/64'", NULL, NULL, true, true},
    {"cidr", "'10.0.0.1/32'", "'2001:db8::/32'", NULL, NULL, true, true},
    {"macaddr", "'08:00:2b:01:02:03'", "'ff:ff:ff:ff:ff:ff'", NULL, NULL, false, true},
    {"bit", "'000'", "'101'", NULL, NULL, false, true},
    {"varbit", "''", "'0110'", NULL, NULL, false, true},
    {"enum", "'RED'", "'GREEN'", NULL, NULL, true, true},
};
enum { CASES = sizeof cases / sizeof cases[0] };

// Appends a pattern with @n and @N as the type's name in lower and upper case, @1 and @2 as its
// values, @s and @a as sum and average.
static void fill_in(const char *pattern, const struct type_case *type, struct rc_buf *out)
{
    for (; *pattern; pattern++) {
        if (*pattern != '@') {
            rc_buf_append_char(out, *pattern);
            continue;
        }
        switch (*++pattern) {
        case 'N':
            for (const char *at = type->name; *at; at++) {
                rc_buf_append_char(out,
                                   *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at);
            }
            break;
        case 'n':
            rc_buf_append_text(out, type->name);
            break;
        case '1':
            rc_buf_append_text(out, type->first);
            break;
        case '2':
            rc_buf_append_text(out, type->second);
            break;
        case 's':
            rc_buf_append_text(out, type->sum);
            break;
        default:
            rc_buf_append_text(out, type->avg);
            break;
        }
    }
}

static void expect(const struct type_case *type, const char *method, const char *request,
                   const char *answer)
{
    struct rc_buf json = {0};
    struct rc_buf expected = {0};
    fill_in(request, type, &json);
    fill_in(answer, type, &expected);
    harness_expect(method, json.data, expected.data);
    rc_buf_fini(&json);
    rc_buf_fini(&expected);
}

static void expect_refused(const struct type_case *type, const char *request)
{
    struct rc_buf json = {0};
    fill_in(request, type, &json);
    harness_expect_begin("Kind/Aggregate", json.data, "INVALID_ARGUMENT");
    rc_buf_fini(&json);
}

// Both values, NULL twice, and arrays of them.
static void write_four(const struct type_case *type)
{
    (void)harness_empty(NULL);
    expect(type, "Kind/CreateMany",
           "{'rows':[{'one_@n':@2,'many_@n':{'values':[@2,@1]}},{},"
           "{'one_@n':@1,'many_@n':{'values':[@1,@2]}},{}]}",
           "{'count':'4'}");
}

static void test_aggregates_count_values_of_every_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        write_four(&cases[i]);
        expect(&cases[i], "Kind/Aggregate",
               "{'count_all':true,'count':['KIND_FIELD_ONE_@N','KIND_FIELD_MANY_@N']}",
               "{'count_all':'4','count':{'one_@n':'2','many_@n':'2'}}");
    }
}

static void test_aggregates_add_up_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        static const char sum[] = "{'sum':['KIND_FIELD_ONE_@N']}";
        static const char avg[] = "{'avg':['KIND_FIELD_ONE_@N']}";
        write_four(&cases[i]);
        if (cases[i].sum) {
            expect(&cases[i], "Kind/Aggregate", sum, "{'sum':{'one_@n':@s}}");
        } else {
            expect_refused(&cases[i], sum);
        }
        if (cases[i].avg) {
            expect(&cases[i], "Kind/Aggregate", avg, "{'avg':{'one_@n':@a}}");
        } else {
            expect_refused(&cases[i], avg);
        }
        expect_refused(&cases[i], "{'sum':['KIND_FIELD_MANY_@N']}");
    }
}

static void test_aggregates_find_extremes_of_every_type_that_has_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        static const char one[] = "{'min':['KIND_FIELD_ONE_@N'],'max':['KIND_FIELD_ONE_@N']}";
        static const char many[] =
            "{'min':['KIND_FIELD_MANY_@N'],'max':['KIND_FIELD_MANY_@N']}";
        write_four(&cases[i]);
        if (cases[i].has_extremes) {
            expect(&cases[i], "Kind/Aggregate", one,
                   "{'min':{'one_@n':@1},'max':{'one_@n':@2}}");
        } else {
            expect_refused(&cases[i], one);
        }
        if (cases[i].is_array_ordered) {
            expect(
                &cases[i], "Kind/Aggregate", many,
                "{'min':{'many_@n':{'values':[@1,@2]}},'max':{'many_@n':{'values':[@2,@1]}}}");
        } else {
            expect_refused(&cases[i], many);
        }
    }
}

// ---- what Prisma means

static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql("insert into item (name, price, note, maker, serial, token, updated_at, weight,"
                " gone) values"
                " ('a', 0.10, 'x', 'm', 1, gen_random_uuid(), now(), 1, false),"
                " ('b', 0.20, null, 'm', 2, gen_random_uuid(), now(), null, false),"
                " ('c', 0.33, 'y', 'm', 3, gen_random_uuid(), now(), 3, true),"
                " ('d', 99999999.99, 'x', 'm', 4, gen_random_uuid(), now(), null, true)");
    return 0;
}

static void test_aggregates_of_no_records_are_absent_and_counts_zero(void **state)
{
    (void)state;
    harness_expect(
        "Item/Aggregate",
        "{'where':{'id':{'equals':0}},'count_all':true,'count':['ITEM_FIELD_NOTE'],"
        "'sum':['ITEM_FIELD_PRICE'],'avg':['ITEM_FIELD_PRICE'],"
        "'min':['ITEM_FIELD_PRICE','ITEM_FIELD_NAME'],'max':['ITEM_FIELD_SOLD_AT']}",
        "{'count_all':'0','count':{'note':'0'},'sum':{},'avg':{},'min':{},'max':{}}");
}

static void test_aggregates_of_nulls_alone_are_absent(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate",
                   "{'where':{'name':{'in':{'values':['b','d']}}},'count_all':true,"
                   "'count':['ITEM_FIELD_WEIGHT'],'sum':['ITEM_FIELD_WEIGHT'],"
                   "'avg':['ITEM_FIELD_WEIGHT'],'max':['ITEM_FIELD_WEIGHT']}",
                   "{'count_all':'2','count':{'weight':'0'},'sum':{},'avg':{},'max':{}}");
}

static void test_aggregates_pass_over_nulls(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate",
                   "{'count':['ITEM_FIELD_ID','ITEM_FIELD_WEIGHT','ITEM_FIELD_NOTE'],"
                   "'sum':['ITEM_FIELD_WEIGHT'],'avg':['ITEM_FIELD_WEIGHT']}",
                   "{'count':{'id':'4','note':'3','weight':'2'},'sum':{'weight':4},"
                   "'avg':{'weight':2}}");
}

static void test_aggregates_lose_no_digit(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate",
                   "{'sum':['ITEM_FIELD_PRICE','ITEM_FIELD_SERIAL'],'avg':['ITEM_FIELD_PRICE',"
                   "'ITEM_FIELD_SERIAL','ITEM_FIELD_ID'],'min':['ITEM_FIELD_PRICE'],"
                   "'max':['ITEM_FIELD_PRICE']}",
                   "{'sum':{'price':'100000000.62','serial':'10'},"
                   "'avg':{'id':'2.5000000000000000','price':'25000000.155000000000',"
                   "'serial':'2.5000000000000000'},"
                   "'min':{'price':'0.10'},'max':{'price':'99999999.99'}}");
}

static void test_aggregates_of_a_page_are_those_of_its_records(void **state)
{
    (void)state;
    static const char wanted[] = "'count_all':true,'sum':['ITEM_FIELD_PRICE','ITEM_FIELD_ID']}";
    static const struct {
        const char *page;
        const char *answer;
    } pages[] = {
        {"'take':2", "{'count_all':'2','sum':{'id':'3','price':'0.30'}}"},
        {"'take':-1", "{'count_all':'1','sum':{'id':'4','price':'99999999.99'}}"},
        {"'take':0", "{'count_all':'0','sum':{}}"},
        {"'skip':3", "{'count_all':'1','sum':{'id':'4','price':'99999999.99'}}"},
        {"'skip':1,'take':2", "{'count_all':'2','sum':{'id':'5','price':'0.53'}}"},
        {"'cursor':{'id':3}", "{'count_all':'2','sum':{'id':'7','price':'100000000.32'}}"},
        {"'cursor':{'id':3},'skip':1",
         "{'count_all':'1','sum':{'id':'4','price':'99999999.99'}}"},
        {"'cursor':{'id':3},'take':-2", "{'count_all':'2','sum':{'id':'5','price':'0.53'}}"},
        {"'cursor':{'id':30}", "{'count_all':'0','sum':{}}"},
        {"'order_by':[{'price':{'direction':'DESC'}}],'take':2",
         "{'count_all':'2','sum':{'id':'7','price':'100000000.32'}}"},
        {"'order_by':[{'note':{'nulls':'FIRST'}}],'take':2",
         "{'count_all':'2','sum':{'id':'3','price':'0.30'}}"},
        {"'order_by':[{'id':{'direction':'DESC'}}],'cursor':{'id':2}",
         "{'count_all':'2','sum':{'id':'3','price':'0.30'}}"},
        {"'where':{'gone':{'equals':true}},'take':1",
         "{'count_all':'1','sum':{'id':'3','price':'0.33'}}"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        char json[256];
        (void)snprintf(json, sizeof json, "{%s,%s", pages[i].page, wanted);
        harness_expect("Item/Aggregate", json, pages[i].answer);
    }
}

// Prisma's count({select: {_all: true, note: true}}) is an Aggregate that only counts; its
// plain count() is Count.
static void test_aggregates_that_only_count_agree_with_count(void **state)
{
    (void)state;
    harness_expect("Item/Count", "{'where':{'gone':{'equals':true}}}", "{'count':'2'}");
    harness_expect("Item/Aggregate",
                   "{'where':{'gone':{'equals':true}},'count_all':true,"
                   "'count':['ITEM_FIELD_NOTE','ITEM_FIELD_WEIGHT']}",
                   "{'count_all':'2','count':{'note':'2','weight':'1'}}");
    harness_expect("Item/Aggregate", "{'where':{'note':{'is_null':false}},'count_all':true}",
                   "{'count_all':'3'}");
    harness_expect("Item/Aggregate", "{'count':['ITEM_FIELD_NOTE']}", "{'count':{'note':'3'}}");
}

static void test_aggregates_over_what_cannot_match_are_those_of_nothing(void **state)
{
    (void)state;
    harness_expect("Item/Aggregate", "{'where':{'or':{}},'count_all':true}",
                   "{'count_all':'0'}");
    harness_expect("Item/Aggregate", "{'where':{'and':[{}]},'count_all':true}",
                   "{'count_all':'4'}");
}

static void test_aggregates_refuse_by_path(void **state)
{
    (void)state;
    harness_expect(
        "Item/Aggregate", "{'sum':['ITEM_FIELD_PRICE','ITEM_FIELD_NAME']}",
        "INVALID_ARGUMENT  not executed: sum[1]: name is text, of which PostgreSQL has"
        " no sum()");
    harness_expect(
        "Item/Aggregate", "{}",
        "INVALID_ARGUMENT  not executed: request: asks for nothing: set count_all, or"
        " name fields in count, sum, avg, min or max");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aggregates_count_values_of_every_type),
        cmocka_unit_test(test_aggregates_add_up_exactly),
        cmocka_unit_test(test_aggregates_find_extremes_of_every_type_that_has_them),
        cmocka_unit_test_setup(test_aggregates_of_no_records_are_absent_and_counts_zero, fill),
        cmocka_unit_test_setup(test_aggregates_of_nulls_alone_are_absent, fill),
        cmocka_unit_test_setup(test_aggregates_pass_over_nulls, fill),
        cmocka_unit_test_setup(test_aggregates_lose_no_digit, fill),
        cmocka_unit_test_setup(test_aggregates_of_a_page_are_those_of_its_records, fill),
        cmocka_unit_test_setup(test_aggregates_that_only_count_agree_with_count, fill),
        cmocka_unit_test_setup(test_aggregates_over_what_cannot_match_are_those_of_nothing,
                               fill),
        cmocka_unit_test_setup(test_aggregates_refuse_by_path, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
