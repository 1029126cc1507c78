// SPDX-License-Identifier: Apache-2.0
//
// Aggregates of every type, and groups by every type, over the whole request path: exact to the
// last digit, and refused where PostgreSQL has no such function.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

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

static void expect_refused(const struct type_case *type, const char *method,
                           const char *request)
{
    struct rc_buf json = {0};
    fill_in(request, type, &json);
    harness_expect_begin(method, json.data, "INVALID_ARGUMENT");
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

static void test_types_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        write_four(&cases[i]);
        expect(&cases[i], "Kind/Aggregate",
               "{'count_all':true,'count':['KIND_FIELD_ONE_@N','KIND_FIELD_MANY_@N']}",
               "{'count_all':'4','count':{'one_@n':'2','many_@n':'2'}}");
    }
}

static void test_types_are_added_up_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        static const char sum[] = "{'sum':['KIND_FIELD_ONE_@N']}";
        static const char avg[] = "{'avg':['KIND_FIELD_ONE_@N']}";
        write_four(&cases[i]);
        if (cases[i].sum) {
            expect(&cases[i], "Kind/Aggregate", sum, "{'sum':{'one_@n':@s}}");
        } else {
            expect_refused(&cases[i], "Kind/Aggregate", sum);
        }
        if (cases[i].avg) {
            expect(&cases[i], "Kind/Aggregate", avg, "{'avg':{'one_@n':@a}}");
        } else {
            expect_refused(&cases[i], "Kind/Aggregate", avg);
        }
        expect_refused(&cases[i], "Kind/Aggregate", "{'sum':['KIND_FIELD_MANY_@N']}");
    }
}

static void test_types_have_extremes_where_postgresql_has_them(void **state)
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
            expect_refused(&cases[i], "Kind/Aggregate", one);
        }
        if (cases[i].is_array_ordered) {
            expect(
                &cases[i], "Kind/Aggregate", many,
                "{'min':{'many_@n':{'values':[@1,@2]}},'max':{'many_@n':{'values':[@2,@1]}}}");
        } else {
            expect_refused(&cases[i], "Kind/Aggregate", many);
        }
    }
}

// ---- groups

// Two records with the first value, one with the second, two with NULL.
static void write_five(const struct type_case *type)
{
    (void)harness_empty(NULL);
    expect(type, "Kind/CreateMany",
           "{'rows':[{'one_@n':@2,'many_@n':{'values':[@2]}},{},"
           "{'one_@n':@1,'many_@n':{'values':[@1,@2]}},{},"
           "{'one_@n':@1,'many_@n':{'values':[@1,@2]}}]}",
           "{'count':'5'}");
}

static void test_types_make_groups_by_equality(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        static const char one[] = "{'by':[{'field':'KIND_FIELD_ONE_@N'}],'count_all':true,"
                                  "'order_by':[{'by':{'one_@n':{}}}]}";
        static const char many[] = "{'by':[{'field':'KIND_FIELD_MANY_@N'}],'count_all':true,"
                                   "'order_by':[{'count_all':{}},{'by':{'many_@n':{}}}]}";
        write_five(type);
        if (!type->is_array_ordered) { // it has no equality either
            expect_refused(type, "Kind/GroupBy", "{'by':[{'field':'KIND_FIELD_ONE_@N'}]}");
            expect_refused(type, "Kind/GroupBy", "{'by':[{'field':'KIND_FIELD_MANY_@N'}]}");
            continue;
        }
        expect(type, "Kind/GroupBy", one,
               "{'groups':[{'by':{'one_@n':@1},'count_all':'2'},"
               "{'by':{'one_@n':@2},'count_all':'1'},{'by':{},'count_all':'2'}]}");
        expect(type, "Kind/GroupBy", many,
               "{'groups':[{'by':{'many_@n':{'values':[@2]}},'count_all':'1'},"
               "{'by':{'many_@n':{'values':[@1,@2]}},'count_all':'2'},"
               "{'by':{},'count_all':'2'}]}");
    }
}

static void test_types_are_keys_of_pages_and_conditions(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        write_five(type);
        if (!type->is_array_ordered) {
            continue;
        }
        expect(type, "Kind/GroupBy",
               "{'by':[{'field':'KIND_FIELD_ONE_@N'}],'take':-2,'count':['KIND_FIELD_ID']}",
               "{'groups':[{'by':{'one_@n':@2},'count':{'id':'1'}},"
               "{'by':{},'count':{'id':'2'}}]}");
        expect(
            type, "Kind/GroupBy",
            "{'by':[{'field':'KIND_FIELD_ONE_@N'}],'having':{'by':{'one_@n':{'equals':@1}}}}",
            "{'groups':[{'by':{'one_@n':@1}}]}");
    }
}

static void test_types_are_filtered_by_their_aggregates(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        write_four(type);
        if (type->has_extremes) {
            expect(type, "Kind/GroupBy",
                   "{'by':[{'field':'KIND_FIELD_ONE_UUID'}],'having':{'min':{'one_@n':{"
                   "'equals':@1,'not':@2}},'max':{'one_@n':{'equals':@2,'is_null':false}},"
                   "'count':{'one_@n':{'equals':'2'}}},'count_all':true}",
                   "{'groups':[{'by':{},'count_all':'4'}]}");
        }
        if (type->sum) {
            expect(type, "Kind/GroupBy",
                   "{'by':[{'field':'KIND_FIELD_ONE_UUID'}],'having':{'sum':{'one_@n':{"
                   "'gte':@s,'lte':@s}}},'order_by':[{'sum':{'field':'KIND_FIELD_ONE_@N'}}],"
                   "'sum':['KIND_FIELD_ONE_@N']}",
                   "{'groups':[{'by':{},'sum':{'one_@n':@s}}]}");
        }
        if (type->avg) {
            expect(type, "Kind/GroupBy",
                   "{'by':[{'field':'KIND_FIELD_ONE_UUID'}],'having':{'avg':{'one_@n':{"
                   "'in':{'values':[@a]}}}},'avg':['KIND_FIELD_ONE_@N']}",
                   "{'groups':[{'by':{},'avg':{'one_@n':@a}}]}");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_are_counted),
        cmocka_unit_test(test_types_are_added_up_exactly),
        cmocka_unit_test(test_types_have_extremes_where_postgresql_has_them),
        cmocka_unit_test(test_types_make_groups_by_equality),
        cmocka_unit_test(test_types_are_keys_of_pages_and_conditions),
        cmocka_unit_test(test_types_are_filtered_by_their_aggregates),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
