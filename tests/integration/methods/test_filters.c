// SPDX-License-Identifier: Apache-2.0
//
// Every filter operator on real rows: which of them it matches.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdlib.h>

// Six items; the last has NULL wherever it can.
static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql(
        "insert into item (name, price, note, tags, colour, maker, serial, meta, code, token,"
        " \"soldAt\", updated_at, palette, weight, picture, raw, flags, gone, nick, born) "
        "values\n"
        "('apple', 1.50, 'red fruit', '{a,b}', 'RED', 'm', 1, "
        "'{\"n\":1,\"s\":\"one\",\"l\":[1,2]}',"
        " 'ab', '00000000-0000-0000-0000-000000000001', '2026-01-01', now(), '{RED}', 1.5, "
        "'\\x01',"
        " '{\"n\":1}', b'101', false, 'Ann', '2000-01-01'),\n"
        "('Banana', 2.50, 'Banana', '{}', 'gr\"een', 'm', 2, "
        "'{\"n\":2,\"s\":\"TWO\",\"l\":[2,3]}',"
        " 'abcd', '00000000-0000-0000-0000-000000000002', '2026-02-01', now(), '{}', 2.5, "
        "'\\x02',"
        " '{\"n\":2}', b'011', true, 'bob', '2000-02-01'),\n"
        "('cherry', 10, 'stone', '{b,c}', 'RED', 'm', 3, '{\"n\":\"3\",\"l\":[]}', 'x',"
        " '00000000-0000-0000-0000-000000000003', '2026-03-01', now(), '{RED,\"gr\\\"een\"}',"
        " 'NaN', '\\x', '3', b'000', false, 'CID', '2000-03-01'),\n"
        "('50%', 0, '_', '{NULL,a}', 'RED', 'm', 4, 'null', 'a  ',"
        " '00000000-0000-0000-0000-000000000004', '-infinity', now(), '{NULL}', 'Infinity',"
        " '\\x00ff', 'null', b'111', false, 'x\\y', '0001-01-01 BC'),\n"
        "('50x', -3, 'a\\b', '{\"\"}', 'RED', 'm', 5, '[1,\"a\"]', '', "
        " '00000000-0000-0000-0000-000000000005', 'infinity', now(), null, '-Infinity', "
        "'\\xff',"
        " '[]', b'110', true, '', 'infinity'),\n"
        "('', 0, null, null, null, 'm', 6, null, null,"
        " '00000000-0000-0000-0000-000000000006', null, now(), null, null, null, null, null,"
        " false, null, null)");
    return 0;
}

// Which ids the filter matches, as "1 2 5".
static void expect_ids(const char *where, const char *ids)
{
    struct rc_buf json = {0};
    struct rc_buf rows = {0};
    rc_buf_printf(&json, "{'where':%s,'order_by':[{'id':{}}],'select':{'id':true}}", where);
    rc_buf_append_text(&rows, *ids ? "{'rows':[" : "{");
    for (const char *at = ids; *at; at++) {
        if (*at == ' ') {
            rc_buf_append_text(&rows, ",");
        } else {
            rc_buf_printf(&rows, "{'id':%c}", *at);
        }
    }
    rc_buf_append_text(&rows, *ids ? "]}" : "}");
    harness_expect("Item/FindMany", json.data, rows.data);
    rc_buf_fini(&json);
    rc_buf_fini(&rows);
}

struct filter_case {
    const char *where;
    const char *ids;
};

static void expect_all(const struct filter_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_ids(cases[i].where, cases[i].ids);
    }
}
#define EXPECT_ALL(cases) expect_all(cases, sizeof(cases) / sizeof(cases)[0])

static void test_filters_compare_numbers(void **state)
{
    (void)state;
    static const struct filter_case cases[] = {
        {"{'id':{'equals':2}}", "2"},
        {"{'id':{'not':2}}", "1 3 4 5 6"},
        {"{'id':{'in':{'values':[2,4,9]}}}", "2 4"},
        {"{'id':{'in':{}}}", ""},
        {"{'id':{'not_in':{'values':[2,4]}}}", "1 3 5 6"},
        {"{'id':{'not_in':{}}}", "1 2 3 4 5 6"},
        {"{'id':{'lt':3}}", "1 2"},
        {"{'id':{'lte':3}}", "1 2 3"},
        {"{'id':{'gt':3}}", "4 5 6"},
        {"{'id':{'gte':3,'lt':5}}", "3 4"},
        {"{'price':{'equals':'2.5'}}", "2"},
        {"{'price':{'gt':'2'}}", "2 3"}, // as numbers: 10 > 2
        {"{'price':{'in':{'values':['10.00','1.5']}}}", "1 3"},
        {"{'weight':{'gt':2}}", "2 3 4"}, // NaN is above all
        {"{'weight':{'equals':'NaN'}}", "3"},
        {"{'weight':{'equals':'-Infinity'}}", "5"},
        {"{'weight':{'not':1.5}}", "2 3 4 5"}, // nor is NULL
        {"{'serial':{'gte':'5'}}", "5 6"},
    };
    EXPECT_ALL(cases);
}

static void test_filters_compare_text(void **state)
{
    (void)state;
    static const struct filter_case cases[] = {
        {"{'name':{'equals':'banana'}}", ""},
        {"{'name':{'equals':'banana','insensitive':true}}", "2"},
        {"{'name':{'in':{'values':['BANANA','Apple']},'insensitive':true}}", "1 2"},
        {"{'name':{'not_in':{'values':['BANANA','Apple']},'insensitive':true}}", "3 4 5 6"},
        {"{'name':{'not':'BANANA','insensitive':true}}", "1 3 4 5 6"},
        {"{'name':{'contains':'an'}}", "2"},
        {"{'name':{'contains':'50%'}}", "4"},
        {"{'name':{'starts_with':'50'}}", "4 5"},
        {"{'name':{'ends_with':'y'}}", "3"},
        {"{'name':{'contains':'APP','insensitive':true}}", "1"},
        {"{'name':{'contains':''}}", "1 2 3 4 5 6"},
        {"{'note':{'contains':'_'}}", "4"},
        {"{'note':{'contains':'\\\\'}}", "5"},
        {"{'note':{'not':'stone'}}", "1 2 4 5"}, // NULL is not matched
        {"{'note':{'is_null':true}}", "6"},
        {"{'note':{'is_null':false}}", "1 2 3 4 5"},
        {"{'name':{'compare':[{'field':'note'}]}}", "2"},
        {"{'name':{'compare':[{'comparison':'GREATER','field':'maker'}]}}", ""},
        {"{'note':{'compare':[{'comparison':'NOT_EQUALS','field':'name'}]}}", "1 3 4 5"},
        {"{'nick':{'equals':'ANN'}}", "1"}, // citext
        {"{'nick':{'in':{'values':['BOB','cid']}}}", "2 3"},
        {"{'nick':{'starts_with':'c'}}", "3"},
        {"{'nick':{'contains':'\\\\Y'}}", "4"},
        {"{'code':{'equals':'a'}}", "4"}, // char(4): without padding
        {"{'code':{'equals':'a      '}}", "4"},
        {"{'code':{'in':{'values':['x','ab']}}}", "1 3"},
        {"{'code':{'ends_with':'b'}}", "1"},
        {"{'code':{'equals':''}}", "5"},
        {"{'code':{'equals':'AB','insensitive':true}}", "1"},
    };
    EXPECT_ALL(cases);
}

static void test_filters_compare_other_values(void **state)
{
    (void)state;
    static const struct filter_case cases[] = {
        {"{'gone':{'equals':true}}", "2 5"},
        {"{'gone':{'not':true}}", "1 3 4 6"},
        {"{'colour':{'equals':'GREEN'}}", "2"},
        {"{'colour':{'not':'RED'}}", "2"},
        {"{'colour':{'in':{'values':['GREEN','RED']}}}", "1 2 3 4 5"},
        {"{'colour':{'is_null':true}}", "6"},
        {"{'token':{'equals':'00000000-0000-0000-0000-000000000003'}}", "3"},
        {"{'token':{'gt':'00000000-0000-0000-0000-000000000004'}}", "5 6"},
        {"{'sold_at':{'lt':'2026-02-01T00:00:00Z'}}", "1 4"},
        {"{'sold_at':{'equals':'infinity'}}", "5"},
        {"{'sold_at':{'in':{'values':['2026-01-01T00:00:00Z','-infinity']}}}", "1 4"},
        {"{'born':{'gte':'2000-02-01'}}", "2 3 5"},
        {"{'born':{'equals':'0001-01-01 BC'}}", "4"},
        {"{'picture':{'equals':'Ag=='}}", "2"},
        {"{'picture':{'gt':'AQ=='}}", "2 5"},
        {"{'picture':{'in':{'values':['','AP8=']}}}", "3 4"},
        {"{'flags':{'equals':'101'}}", "1"},
        {"{'flags':{'in':{'values':['000','111']}}}", "3 4"},
    };
    EXPECT_ALL(cases);
}

static void test_filters_look_into_arrays(void **state)
{
    (void)state;
    static const struct filter_case cases[] = {
        {"{'tags':{'has':'b'}}", "1 3"},
        {"{'tags':{'has_every':{'values':['a','b']}}}", "1"},
        {"{'tags':{'has_every':{}}}", "1 2 3 4 5"},
        {"{'tags':{'has_some':{'values':['c','a']}}}", "1 3 4"},
        {"{'tags':{'has_some':{}}}", ""},
        {"{'tags':{'is_empty':true}}", "2"},
        {"{'tags':{'is_empty':false}}", "1 3 4 5"},
        {"{'tags':{'is_null':true}}", "6"},
        {"{'tags':{'equals':{'values':['a','b']}}}", "1"},
        {"{'tags':{'equals':{}}}", "2"},
        {"{'tags':{'equals':{'values':['','a'],'nulls':[0]}}}", "4"},
        {"{'tags':{'equals':{'values':['']}}}", "5"},
        {"{'palette':{'has':'GREEN'}}", "3"},
        {"{'palette':{'has_some':{'values':['RED','GREEN']}}}", "1 3"},
        {"{'palette':{'equals':{'values':['RED','GREEN']}}}", "3"},
    };
    EXPECT_ALL(cases);
}

static void test_filters_look_into_json(void **state)
{
    (void)state;
    static const struct filter_case cases[] = {
        {"{'meta':{'equals':'null'}}", "4"},
        {"{'meta':{'not':'null'}}", "1 2 3 5"},
        {"{'meta':{'is_null':true}}", "6"},
        {"{'meta':{'path':['n'],'equals':'1'}}", "1"},
        {"{'meta':{'path':['n'],'not':'1'}}", "2 3"},
        {"{'meta':{'path':['n'],'gt':'1'}}", "2"}, // the string is no number
        {"{'meta':{'path':['n'],'gte':'\\'2\\''}}", "3"},
        {"{'meta':{'path':['l','1'],'lte':'3'}}", "1 2"},
        {"{'meta':{'path':['l','-1'],'equals':'3'}}", "2"},
        {"{'meta':{'path':['s'],'string_contains':'n'}}", "1"},
        {"{'meta':{'path':['s'],'string_starts_with':'two'}}", ""},
        {"{'meta':{'path':['s'],'string_starts_with':'two','insensitive':true}}", "2"},
        {"{'meta':{'path':['s'],'string_ends_with':'e'}}", "1"},
        {"{'meta':{'path':['n'],'string_contains':'3'}}", "3"},
        {"{'meta':{'path':['l'],'array_contains':'[2]'}}", "1 2"},
        {"{'meta':{'path':['l'],'array_starts_with':'2'}}", "2"},
        {"{'meta':{'path':['l'],'array_ends_with':'2'}}", "1"},
        {"{'meta':{'array_contains':'[\\'a\\']'}}", "5"},
        {"{'meta':{'path':['nowhere'],'not':'1'}}", ""},
        {"{'raw':{'path':['n'],'equals':'2'}}", "2"},
        {"{'raw':{'equals':'null'}}", "4"},
        {"{'raw':{'gt':'2'}}", "3"},
    };
    EXPECT_ALL(cases);
}

static void test_filters_combine(void **state)
{
    (void)state;
    static const struct filter_case cases[] = {
        {"{}", "1 2 3 4 5 6"},
        {"{'and':[]}", "1 2 3 4 5 6"},
        {"{'or':{}}", ""},
        {"{'or':{'any':[{'id':{'equals':1}},{'id':{'equals':3}}]}}", "1 3"},
        {"{'and':[{'id':{'gt':1}},{'id':{'lt':4}}],'not':[{'id':{'equals':3}}]}", "2"},
        {"{'not':[{'id':{'equals':1}},{'id':{'equals':2}}]}", "3 4 5 6"},
        {"{'not':[{'note':{'equals':'stone'}}]}", "1 2 4 5"}, // unknown stays unknown
        {"{'not':[{}]}", ""},
        {"{'not':[{'or':{}}]}", "1 2 3 4 5 6"},
        {"{'not':[{'gone':{'equals':false},'id':{'gt':2}}]}", "1 2 5"},
        {"{'or':{'any':[{'and':[{'id':{'gt':4}},{'gone':{'equals':true}}]},{'id':{'equals':1}}]"
         "},"
         "'id':{'lt':6}}",
         "1 5"},
    };
    EXPECT_ALL(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_filters_compare_numbers, fill),
        cmocka_unit_test_setup(test_filters_compare_text, fill),
        cmocka_unit_test_setup(test_filters_compare_other_values, fill),
        cmocka_unit_test_setup(test_filters_look_into_arrays, fill),
        cmocka_unit_test_setup(test_filters_look_into_json, fill),
        cmocka_unit_test_setup(test_filters_combine, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
