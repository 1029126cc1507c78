// SPDX-License-Identifier: Apache-2.0
//
// Fields compared with fields of the same record: texts, lists and json, with and without case,
// and NULL on either side. Types against types are test_types.c's.
#include "harness.h"

#include "support/check.h"

#include <stdio.h>

static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql(
        "insert into item (name, note, maker, tags, meta, raw, nick, price, serial, token, "
        "updated_at) values\n"
        "('Green tea', 'tea', 'green', '{tea,\"Green tea\"}', "
        "'{\"s\":\"a green tea\",\"l\":[1,2],\"n\":2}', '[1]', 'GREEN', 1, 1, "
        "gen_random_uuid(), now()),\n"
        "('50% off', '%', '5_', '{\"50% OFF\"}', '{\"s\":\"50x\",\"l\":[2],\"n\":\"2\"}', '2', "
        "'off', 2, 2, gen_random_uuid(), now()),\n"
        "('a\\b', '\\B', 'A', '{}', '[\"x\"]', '\"x\"', '', 3, 3, gen_random_uuid(), now()),\n"
        "('x', null, '', null, null, null, null, 4, 4, gen_random_uuid(), now())");
    return 0;
}

struct comparison_case {
    const char *where;
    const char *ids;
};

static void expect_all(const struct comparison_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char request[512];
        char answer[256] = "{";
        size_t len = 1;
        (void)snprintf(request, sizeof request,
                       "{'where':%s,'order_by':[{'id':{}}],'select':{'id':true}}",
                       cases[i].where);
        for (const char *at = cases[i].ids; *at; at++) {
            len += (size_t)snprintf(answer + len, sizeof answer - len, "%s{'id':%c}",
                                    at == cases[i].ids ? "'rows':[" : ",", *at);
        }
        (void)snprintf(answer + len, sizeof answer - len, *cases[i].ids ? "]}" : "}");
        harness_expect("Item/FindMany", request, answer);
    }
}
#define EXPECT_ALL(cases) expect_all(cases, sizeof(cases) / sizeof(cases)[0])

static void test_comparisons_of_texts_are_literal(void **state)
{
    (void)state;
    static const struct comparison_case cases[] = {
        {"{'name':{'compare':[{'comparison':'CONTAINS','field':'note'}]}}", "12"},
        {"{'name':{'compare':[{'comparison':'STARTS_WITH','field':'maker'}]}}", "4"},
        {"{'name':{'compare':[{'comparison':'ENDS_WITH','field':'note'}]}}", "1"},
        // The empty text is in every other.
        {"{'note':{'compare':[{'comparison':'ENDS_WITH','field':'nick'}]}}", "3"},
    };
    EXPECT_ALL(cases);
}

static void test_comparisons_ignore_case_when_told(void **state)
{
    (void)state;
    static const struct comparison_case cases[] = {
        {"{'name':{'insensitive':true,'compare':[{'comparison':'STARTS_WITH','field':"
         "'maker'}]}}",
         "134"},
        {"{'name':{'insensitive':true,'compare':[{'comparison':'ENDS_WITH','field':'note'}]}}",
         "13"},
        {"{'maker':{'insensitive':true,'compare':[{'field':'nick'}]}}", "1"},
        {"{'maker':{'compare':[{'field':'nick'}]}}", "1"}, // nick is citext
        {"{'nick':{'insensitive':true,'equals':'green'}}", "1"},
        {"{'maker':{'insensitive':true,'compare':[{'comparison':'LESS','field':'name'}]}}",
         "134"},
    };
    EXPECT_ALL(cases);
}

static void test_comparisons_with_lists(void **state)
{
    (void)state;
    static const struct comparison_case cases[] = {
        {"{'name':{'compare':[{'comparison':'IN','field':'tags'}]}}", "1"},
        {"{'name':{'compare':[{'comparison':'NOT_IN','field':'tags'}]}}", "23"},
        {"{'name':{'insensitive':true,'compare':[{'comparison':'IN','field':'tags'}]}}", "12"},
        {"{'name':{'insensitive':true,'compare':[{'comparison':'NOT_IN','field':'tags'}]}}",
         "3"},
        {"{'tags':{'compare':[{'comparison':'HAS','field':'note'}]}}", "1"},
        {"{'tags':{'compare':[{'comparison':'HAS_EVERY','field':'tags'}]}}", "123"},
        {"{'tags':{'compare':[{'comparison':'HAS_SOME','field':'tags'}]}}", "12"},
        {"{'tags':{'has':'tea','compare':[{'field':'tags'}]}}", "1"},
    };
    EXPECT_ALL(cases);
}

static void test_comparisons_with_null_are_neither(void **state)
{
    (void)state;
    static const struct comparison_case cases[] = {
        {"{'not':[{'name':{'compare':[{'comparison':'CONTAINS','field':'note'}]}}]}", "3"},
        {"{'not':[{'name':{'compare':[{'comparison':'IN','field':'tags'}]}}]}", "23"},
        {"{'not':[{'name':{'insensitive':true,'compare':[{'comparison':'NOT_IN','field':"
         "'tags'}]}}]}",
         "12"},
        {"{'not':[{'tags':{'compare':[{'comparison':'HAS','field':'note'}]}}]}", "23"},
        {"{'not':[{'meta':{'compare':[{'field':'raw'}]}}]}", "123"},
    };
    EXPECT_ALL(cases);
}

static void test_comparisons_of_json(void **state)
{
    (void)state;
    static const struct comparison_case cases[] = {
        {"{'meta':{'path':['n'],'compare':[{'field':'raw'}]}}", ""},
        {"{'meta':{'path':['l'],'compare':[{'comparison':'ARRAY_CONTAINS','field':'raw'}]}}",
         "12"},
        {"{'meta':{'path':['l'],'compare':[{'comparison':'ARRAY_STARTS_WITH','field':'raw'}]}}",
         "2"},
        {"{'meta':{'compare':[{'comparison':'ARRAY_ENDS_WITH','field':'raw'}]}}", "3"},
        {"{'meta':{'path':['s'],'compare':[{'comparison':'CONTAINS','field':'maker'}]}}", "1"},
        {"{'meta':{'path':['s'],'compare':[{'comparison':'ENDS_WITH','field':'note'}]}}", "1"},
        {"{'meta':{'path':['s'],'compare':[{'comparison':'CONTAINS','field':'name'}]}}", ""},
        {"{'meta':{'path':['s'],'insensitive':true,'compare':[{'comparison':'CONTAINS',"
         "'field':'name'}]}}",
         "1"},
        {"{'meta':{'path':['l','0'],'compare':[{'comparison':'LESS_OR_EQUAL','field':'raw'}]}}",
         "2"},
        {"{'raw':{'compare':[{'field':'raw'}]}}", "123"},
    };
    EXPECT_ALL(cases);
}

static void test_comparisons_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *where;
        const char *error;
    } cases[] = {
        {"{'id':{'compare':[{'comparison':'CONTAINS','field':'name'}]}}",
         "where.id.compare[0]: id and name have types that do not compare so"},
        {"{'name':{'compare':[{},{'comparison':'IN','field':'maker'}]}}",
         "where.name.compare[0]: Item has no column ''"},
        {"{'name':{'compare':[{'comparison':'IN','field':'maker'}]}}",
         "where.name.compare[0]: name and maker have types that do not compare so"},
        {"{'maker':{'compare':[{'comparison':'IN','field':'tags'}]}}",
         "where.maker.compare[0]: maker and tags have types that do not compare so"},
        {"{'tags':{'compare':[{'comparison':'LESS','field':'name'}]}}",
         "where.tags.compare[0]: tags and name have types that do not compare"},
        {"{'name':{'compare':[{'comparison':'ARRAY_CONTAINS','field':'meta'}]}}",
         "where.name.compare[0]: name and meta have types that do not compare so"},
        {"{'meta':{'compare':[{'comparison':'HAS','field':'meta'}]}}",
         "where.meta.compare[0]: meta and meta have types that do not compare so"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[256];
        char answer[256];
        (void)snprintf(request, sizeof request, "{'where':%s}", cases[i].where);
        (void)snprintf(answer, sizeof answer, "INVALID_ARGUMENT  not executed: %s",
                       cases[i].error);
        harness_expect("Item/Count", request, answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_comparisons_of_texts_are_literal, fill),
        cmocka_unit_test_setup(test_comparisons_ignore_case_when_told, fill),
        cmocka_unit_test_setup(test_comparisons_with_lists, fill),
        cmocka_unit_test_setup(test_comparisons_with_null_are_neither, fill),
        cmocka_unit_test_setup(test_comparisons_of_json, fill),
        cmocka_unit_test_setup(test_comparisons_that_make_no_sense_are_refused, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
