// SPDX-License-Identifier: Apache-2.0
//
// What Prisma's documentation promises of its filters, case by case: NULL and undefined, empty
// lists, the three nulls of json, scalar lists that are NULL, connectives without members. The
// comments name Prisma's form of the filter.
#include "harness.h"

#include "support/check.h"

#include <stdio.h>

// 1 red {a,b} {"a":null}; 2 green {} 'null'; 3 red {b} {"a":1}; 4 all NULL.
static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql("insert into kind (one_text, many_text, one_jsonb, one_enum, one_bool) values "
                "('x', '{a,b}', '{\"a\":null}', 'RED', false), "
                "('y', '{}', 'null', 'gr\"een', true), "
                "('X', '{b}', '{\"a\":1}', 'RED', true), "
                "(null, null, null, null, null)");
    return 0;
}

struct documented {
    const char *where;
    const char *ids;
};

static void expect_all(const struct documented *cases, size_t count)
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
        harness_expect("Kind/FindMany", request, answer);
    }
}
#define EXPECT_ALL(cases) expect_all(cases, sizeof(cases) / sizeof(cases)[0])

static void test_documented_null_conditions(void **state)
{
    (void)state;
    static const struct documented cases[] = {
        {"{'one_text':{'is_null':true}}", "4"},          // name: null
        {"{'one_text':{'is_null':false}}", "123"},       // name: { not: null }
        {"{'one_text':{}}", "1234"},                     // name: undefined
        {"{'one_text':{'not':'x'}}", "23"},              // name: { not: 'x' }
        {"{'not':[{'one_text':{'equals':'x'}}]}", "23"}, // NOT: { name: 'x' }
        // OR: [{ name: { not: 'x' } }, { name: null }]
        {"{'or':{'any':[{'one_text':{'not':'x'}},{'one_text':{'is_null':true}}]}}", "234"},
        {"{'not':[{'one_text':{'in':{'values':['x','y']}}}]}", "3"}, // not: { in: [...] }
    };
    EXPECT_ALL(cases);
}

static void test_documented_empty_lists(void **state)
{
    (void)state;
    static const struct documented cases[] = {
        {"{'one_text':{'in':{}}}", ""},         // in: []
        {"{'one_text':{'not_in':{}}}", "1234"}, // notIn: [], of NULL, too
        {"{'one_bool':{'in':{}}}", ""},
        {"{'one_enum':{'not_in':{}}}", "1234"},
        {"{'many_text':{'has_every':{}}}", "123"}, // hasEvery: []
        {"{'many_text':{'has_some':{}}}", ""},     // hasSome: []
    };
    EXPECT_ALL(cases);
    harness_expect("Kind/Count",
                   "{'where':{'one_text':{'in':{'values':['','x'],'nulls':[0]}}}}",
                   "INVALID_ARGUMENT  not executed: where.one_text.in: may not hold NULL here: "
                   "nothing equals it; use is_null");
}

static void test_documented_connectives(void **state)
{
    (void)state;
    static const struct documented cases[] = {
        {"{'or':{}}", ""},      // OR: []
        {"{'and':[]}", "1234"}, // AND: []
        {"{'not':[]}", "1234"}, // NOT: []
        {"{'or':{'any':[{'id':{'equals':1}}]}}", "1"},
        {"{'and':[{'id':{'gt':1}},{'id':{'lt':4}}]}", "23"},
        {"{'not':[{'id':{'equals':1}},{'id':{'equals':4}}]}", "23"}, // neither
    };
    EXPECT_ALL(cases);
}

// "Array fields with a NULL value are not considered" by NOT and isEmpty.
static void test_documented_scalar_lists(void **state)
{
    (void)state;
    static const struct documented cases[] = {
        {"{'many_text':{'has':'a'}}", "1"},
        {"{'not':[{'many_text':{'has':'a'}}]}", "23"},
        {"{'many_text':{'is_empty':true}}", "2"},
        {"{'many_text':{'is_empty':false}}", "13"},
        {"{'not':[{'many_text':{'is_empty':true}}]}", "13"},
        {"{'many_text':{'is_null':true}}", "4"},
        {"{'many_text':{'has_every':{'values':['b','a']}}}", "1"},
        {"{'many_text':{'has_some':{'values':['a','z','b']}}}", "13"},
        {"{'many_text':{'equals':{'values':['b','a']}}}", ""}, // order counts
    };
    EXPECT_ALL(cases);
}

static void test_documented_json_nulls(void **state)
{
    (void)state;
    static const struct documented cases[] = {
        {"{'one_jsonb':{'is_null':true}}", "4"},    // equals: Prisma.DbNull
        {"{'one_jsonb':{'is_null':false}}", "123"}, // not: Prisma.DbNull
        {"{'one_jsonb':{'equals':'null'}}", "2"},   // equals: Prisma.JsonNull
        {"{'one_jsonb':{'not':'null'}}", "13"},     // not: Prisma.JsonNull
        // equals: Prisma.AnyNull
        {"{'or':{'any':[{'one_jsonb':{'is_null':true}},{'one_jsonb':{'equals':'null'}}]}}",
         "24"},
        // path: ['a'], equals: Prisma.JsonNull, Prisma.DbNull, Prisma.AnyNull
        {"{'one_jsonb':{'path':['a'],'equals':'null'}}", "1"},
        {"{'one_jsonb':{'path':['a'],'exists':false}}", "24"},
        {"{'or':{'any':[{'one_jsonb':{'path':['a'],'equals':'null'}},"
         "{'one_jsonb':{'path':['a'],'exists':false}}]}}",
         "124"},
        {"{'one_jsonb':{'path':['a'],'exists':true}}", "13"},
        {"{'one_jsonb':{'path':['a'],'exists':true,'not':'null'}}", "3"},
        {"{'not':[{'one_jsonb':{'path':['a'],'exists':true}}]}", "24"},
        {"{'one_jsonb':{'exists':true}}", "123"},
    };
    EXPECT_ALL(cases);
}

// Enums are ordered as they are declared, false comes before true.
static void test_documented_orders_of_values(void **state)
{
    (void)state;
    static const struct documented cases[] = {
        {"{'one_enum':{'lt':'GREEN'}}", "13"},
        {"{'one_enum':{'lte':'GREEN'}}", "123"},
        {"{'one_enum':{'gt':'RED'}}", "2"},
        {"{'one_enum':{'gte':'RED'}}", "123"},
        {"{'one_bool':{'lt':true}}", "1"},
        {"{'one_bool':{'gte':true}}", "23"},
        {"{'one_bool':{'in':{'values':[true]}}}", "23"},
    };
    EXPECT_ALL(cases);
}

// mode: 'insensitive', with each of the filters that may have it.
static void test_documented_insensitive_mode(void **state)
{
    (void)state;
    static const struct documented cases[] = {
        {"{'one_text':{'insensitive':true,'equals':'x'}}", "13"},
        {"{'one_text':{'insensitive':true,'not':'x'}}", "2"},
        {"{'one_text':{'insensitive':true,'in':{'values':['Y','z']}}}", "2"},
        {"{'one_text':{'insensitive':true,'not_in':{'values':['Y']}}}", "13"},
        {"{'one_text':{'insensitive':true,'not_in':{}}}", "1234"},
        {"{'one_text':{'insensitive':true,'gt':'X'}}", "2"},
        {"{'one_text':{'insensitive':true,'lte':'x'}}", "13"},
        {"{'one_text':{'insensitive':true,'starts_with':'X'}}", "13"},
        {"{'one_text':{'insensitive':true,'ends_with':'Y'}}", "2"},
        {"{'one_text':{'insensitive':true,'is_null':true}}", "4"},
        {"{'not':[{'one_text':{'insensitive':true,'equals':'X'}}]}", "2"},
    };
    EXPECT_ALL(cases);
}

#define CASE(name) cmocka_unit_test_setup(name, fill)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_documented_null_conditions),  CASE(test_documented_empty_lists),
        CASE(test_documented_connectives),      CASE(test_documented_scalar_lists),
        CASE(test_documented_json_nulls),       CASE(test_documented_orders_of_values),
        CASE(test_documented_insensitive_mode),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
