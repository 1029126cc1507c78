// SPDX-License-Identifier: Apache-2.0
//
// Every type, alone and as an array: written one by one and in bulk, read back, found, ordered
// and changed, over the whole request path.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

struct type_case {
    const char *name;
    const char *low; // two values in JSON; low sorts before high
    const char *high;
    bool is_equatable;
    bool is_ordered;
};

static const struct type_case cases[] = {
    {"bool", "false", "true", true, true},
    {"int2", "-32768", "32767", true, true},
    {"int4", "-2147483648", "2147483647", true, true},
    {"int8", "'-9223372036854775808'", "'9223372036854775807'", true, true},
    {"oid", "'0'", "'4294967295'", true, true},
    {"float4", "-3.4028235e+38", "'NaN'", true, true},
    {"float8", "-1.7976931348623157e+308", "'NaN'", true, true},
    {"numeric", "'-0.10'", "'99999999999999999999.99'", true, true},
    {"money", "'-$2.50'", "'$1,000.00'", true, true},
    {"text", "''", "'it is \\\\ {\\'a\\',%}'", true, true},
    {"varchar", "'a'", "'b c'", true, true},
    {"char", "'a  '", "'bcd'", true, true},
    {"citext", "'Ab'", "'aC'", true, true},
    {"bytea", "''", "'AP8B'", true, true},
    {"timestamp", "'-4712-01-01T00:00:00Z'", "'infinity'", true, true},
    {"timestamptz", "'-infinity'", "'2026-01-02T03:04:05.000006Z'", true, true},
    {"date", "'4714-11-24 BC'", "'5874897-12-31'", true, true},
    {"time", "'00:00:00'", "'23:59:59.999999'", true, true},
    {"timetz", "'00:00:00+00'", "'24:00:00-05:30'", true, true},
    {"interval", "'-1 days'", "'1 year 2 mons 3 days 04:05:06.7'", true, true},
    {"uuid", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
     true, true},
    {"json", "'{ \\'a\\':  1}'", "'[null]'", false, false},
    {"jsonb", "'1'", "'[{\\'a\\': null}]'", true, true},
    {"xml", "'<a>&amp;</a>'", "'<b/>'", false, false},
    {"inet", "'10.0.0.1'", "'2001:db8::1/64'", true, true},
    {"cidr", "'10.0.0.0/8'", "'2001:db8::/32'", true, true},
    {"macaddr", "'08:00:2b:01:02:03'", "'ff:ff:ff:ff:ff:ff'", true, true},
    {"bit", "'000'", "'101'", true, true},
    {"varbit", "''", "'0110'", true, true},
    {"enum", "'RED'", "'GREEN'", true, true},
};
enum { CASES = sizeof cases / sizeof cases[0] };

// Appends a pattern with @N as the type's name, @L and @H as its values.
static void fill_in(const char *pattern, const struct type_case *type, struct rc_buf *out)
{
    for (; *pattern; pattern++) {
        if (*pattern != '@') {
            rc_buf_append_char(out, *pattern);
            continue;
        }
        pattern++;
        const char *value = *pattern == 'L' ? type->low : type->high;
        rc_buf_append_text(out, *pattern == 'N' ? type->name : value);
    }
}

// Calls a method with a pattern, and compares the answer with one.
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

// 1: low, [low, NULL, high]; 2: high, [high]; 3: NULL and NULL; 4: low and an empty array.
static void write_four(const struct type_case *type)
{
    (void)harness_empty(NULL);
    expect(type, "Kind/Create",
           "{'data':{'one_@N':@L,'many_@N':{'values':[@L,@L,@H],'nulls':[1]}},"
           "'select':{'id':true}}",
           "{'row':{'id':1}}");
    expect(type, "Kind/CreateMany",
           "{'rows':[{'id':2,'one_@N':@H,'many_@N':{'values':[@H]}},"
           "{'id':4,'one_@N':@L,'many_@N':{}},{'id':3}]}",
           "{'count':'3'}");
}

static void test_types_are_read_as_they_were_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        write_four(&cases[i]);
        expect(&cases[i], "Kind/FindUnique", "{'key':{'id':1},'select':{'one_@N':true}}",
               "{'row':{'one_@N':@L}}");
        expect(&cases[i], "Kind/FindUnique",
               "{'key':{'id':2},'select':{'one_@N':true,'many_@N':true}}",
               "{'row':{'one_@N':@H,'many_@N':{'values':[@H]}}}");
        expect(&cases[i], "Kind/FindUnique",
               "{'key':{'id':3},'select':{'one_@N':true,'many_@N':true}}", "{'row':{}}");
        expect(&cases[i], "Kind/FindUnique",
               "{'key':{'id':4},'select':{'one_@N':true,'many_@N':true}}",
               "{'row':{'one_@N':@L,'many_@N':{}}}");
    }
}

// What a FindUnique answers of a record, "{'row':{...}}": the caller frees.
static char *read_one(const struct type_case *type, int id)
{
    struct rc_buf json = {0};
    rc_buf_printf(&json, "{'key':{'id':%d},'select':{'one_%s':true,'many_%s':true}}", id,
                  type->name, type->name);
    char *answer = harness_call("Kind/FindUnique", json.data);
    ASSERT_CONTAINS(answer, "{'row':{");
    rc_buf_fini(&json);
    return answer;
}

// The fields of such an answer, without their braces.
static struct rc_view fields_of(const char *answer)
{
    size_t begin = strlen("{'row':{");
    return (struct rc_view){answer + begin, strlen(answer) - begin - strlen("}}")};
}

// A record in an array, and a record that is flat within it.
static void test_types_are_read_alike_in_related_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct rc_buf expected = {0};
        write_four(&cases[i]);
        harness_sql("update kind set parent_id = 1");
        char *parent = read_one(&cases[i], 1);
        for (int id = 1; id <= 4; id++) {
            char *child = read_one(&cases[i], id);
            struct rc_view fields = fields_of(child);
            rc_buf_append_text(&expected, id > 1 ? ",{" : "{'row':{'id':1,'children':[{");
            rc_buf_append_view(&expected, fields);
            rc_buf_append_text(&expected, fields.len > 0 ? ",'parent':{" : "'parent':{");
            rc_buf_append_view(&expected, fields_of(parent));
            rc_buf_append_text(&expected, id < 4 ? "}}" : "}}]}}");
            free(child);
        }
        expect(&cases[i], "Kind/FindUnique",
               "{'key':{'id':1},'select':{'id':true,'children':{'select':{'one_@N':true,"
               "'many_@N':true,'parent':{'one_@N':true,'many_@N':true}}}}}",
               expected.data);
        free(parent);
        rc_buf_fini(&expected);
    }
}

static void test_types_are_found_by_their_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        write_four(type);
        expect(type, "Kind/Count", "{'where':{'one_@N':{'is_null':true}}}", "{'count':'1'}");
        if (!type->is_equatable) {
            continue;
        }
        expect(type, "Kind/Count", "{'where':{'one_@N':{'equals':@L}}}", "{'count':'2'}");
        expect(type, "Kind/Count", "{'where':{'one_@N':{'not':@L}}}", "{'count':'1'}");
        expect(type, "Kind/Count", "{'where':{'many_@N':{'equals':{'values':[@H]}}}}",
               "{'count':'1'}");
        expect(type, "Kind/Count", "{'where':{'many_@N':{'equals':{}}}}", "{'count':'1'}");
        expect(type, "Kind/Count", "{'where':{'many_@N':{'has':@H}}}", "{'count':'2'}");
        expect(type, "Kind/Count", "{'where':{'many_@N':{'has_every':{'values':[@H,@L]}}}}",
               "{'count':'1'}");
        expect(type, "Kind/Count", "{'where':{'many_@N':{'has_some':{'values':[@L,@H]}}}}",
               "{'count':'2'}");
        if (strcmp(type->name, "jsonb") != 0) { // JsonFilter has neither
            expect(type, "Kind/Count", "{'where':{'one_@N':{'in':{'values':[@H,@L]}}}}",
                   "{'count':'3'}");
            expect(type, "Kind/Count", "{'where':{'one_@N':{'not_in':{'values':[@H]}}}}",
                   "{'count':'2'}");
        }
    }
}

// As parameters, and as columns of what is read.
static void test_types_travel_with_typed_sql(void **state)
{
    (void)state;
    harness_expect("Echo/Same", "{}", "{'row':{}}");
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        expect(type, "Echo/Same", "{'one_@N':@L,'many_@N':{'values':[@H,@L]}}",
               "{'row':{'one_@N':@L,'many_@N':{'values':[@H,@L]}}}");
        expect(type, "Echo/Same", "{'one_@N':@H,'many_@N':{}}",
               "{'row':{'one_@N':@H,'many_@N':{}}}");
        write_four(type);
        harness_sql("delete from kind where id = 1");
        expect(type, "Echo/Stored", "{}",
               "{'rows':[{'one_@N':@H,'many_@N':{'values':[@H]}},{},"
               "{'one_@N':@L,'many_@N':{}}]}");
    }
}

// What stands behind a parameter is not its type's.
static void test_parameters_of_typed_sql_stand_anywhere(void **state)
{
    (void)state;
    (void)harness_empty(NULL);
    harness_sql("insert into kind default values");
    harness_expect("Echo/Pick",
                   "{'many_text':{'values':['a','b']},'many_int4':{'values':[7,8]},"
                   "'one_int4':2,'one_int8':'0','one_int2':1}",
                   "{'row':{'text':'a','number':8}}");
    harness_expect("Echo/Pick", "{'one_int8':'1','one_int2':1}", "{}");
}

static void test_types_are_ordered(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        if (!type->is_ordered) {
            continue;
        }
        write_four(type);
        expect(type, "Kind/FindMany",
               "{'order_by':[{'one_@N':{'direction':'DESC','nulls':'LAST'}},{'id':{}}],"
               "'cursor':{'id':1},'select':{'id':true}}",
               "{'rows':[{'id':1},{'id':4},{'id':3}]}");
        expect(type, "Kind/FindMany",
               "{'order_by':[{'many_@N':{}}],'take':-2,'select':{'id':true}}",
               "{'rows':[{'id':2},{'id':3}]}");
        if (strcmp(type->name, "jsonb") != 0) { // ordered within numbers and strings only
            expect(type, "Kind/Count", "{'where':{'one_@N':{'gt':@L,'lte':@H}}}",
                   "{'count':'1'}");
        }
        expect(type, "Kind/FindMany",
               "{'where':{'id':{'not':3}},'distinct':['KIND_FIELD_ID'],'order_by':[{'id':{}}],"
               "'select':{'one_@N':true}}",
               "{'rows':[{'one_@N':@L},{'one_@N':@H},{'one_@N':@L}]}");
    }
}

static void test_types_are_changed(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        write_four(type);
        expect(
            type, "Kind/Update",
            "{'key':{'id':2},'data':{'one_@N':{'set':@L},'many_@N':{'push':{'values':[@L]}}},"
            "'select':{'one_@N':true,'many_@N':true}}",
            "{'row':{'one_@N':@L,'many_@N':{'values':[@H,@L]}}}");
        expect(type, "Kind/Update",
               "{'key':{'id':3},'data':{'many_@N':{'push':{'values':[@H]}}},"
               "'select':{'many_@N':true}}",
               "{'row':{'many_@N':{'values':[@H]}}}");
        expect(type, "Kind/UpdateMany",
               "{'all':true,'data':{'one_@N':{'set_null':true},'many_@N':{'set':{}}},"
               "'max_affected':4,'select':{'one_@N':true,'many_@N':true}}",
               "{'rows':[{'many_@N':{}},{'many_@N':{}},{'many_@N':{}},{'many_@N':{}}]}");
    }
}

// Every type against itself, and against its own lists.
static void test_types_compare_with_fields(void **state)
{
    (void)state;
    static const struct {
        const char *column; // the field that is filtered, N its type
        const char *compare;
        const char *count;
        bool is_scalar; // lists are not in it: json has it, too
    } comparisons[] = {
        {"one_@N", "{'field':'one_@N'}", "3", true},
        {"one_@N", "{'comparison':'NOT_EQUALS','field':'one_@N'}", "0", true},
        {"one_@N", "{'comparison':'LESS','field':'one_@N'}", "0", true},
        {"one_@N", "{'comparison':'IN','field':'many_@N'}", "2", false},
        {"one_@N", "{'comparison':'NOT_IN','field':'many_@N'}", "1", false},
        {"many_@N", "{'comparison':'HAS','field':'one_@N'}", "2", false},
        // A NULL element equals nothing, not even itself; but lists with NULLs are equal.
        {"many_@N", "{'comparison':'HAS_EVERY','field':'many_@N'}", "2", false},
        {"many_@N", "{'comparison':'HAS_SOME','field':'many_@N'}", "2", false},
        {"many_@N", "{'field':'many_@N'}", "3", false},
        {"many_@N", "{'comparison':'GREATER_OR_EQUAL','field':'many_@N'}", "3", false},
    };
    for (size_t i = 0; i < CASES; i++) {
        const struct type_case *type = &cases[i];
        bool is_json = strcmp(type->name, "json") == 0;
        if (!type->is_equatable && !is_json) {
            continue;
        }
        write_four(type);
        for (size_t k = 0; k < sizeof comparisons / sizeof comparisons[0]; k++) {
            struct rc_buf request = {0};
            struct rc_buf answer = {0};
            if (is_json && !comparisons[k].is_scalar) {
                continue;
            }
            rc_buf_printf(&request, "{'where':{'%s':{'compare':[%s]}}}", comparisons[k].column,
                          comparisons[k].compare);
            rc_buf_printf(&answer, "{'count':'%s'}", comparisons[k].count);
            expect(type, "Kind/Count", request.data, answer.data);
            rc_buf_fini(&request);
            rc_buf_fini(&answer);
        }
    }
}

// Whatever two types meet: they compare, or we say that they do not, never PostgreSQL.
static void test_types_meet_every_other(void **state)
{
    (void)state;
    static const char *const comparisons[] = {"EQUALS", "LESS", "ENDS_WITH", "ARRAY_CONTAINS"};
    (void)harness_empty(NULL);
    for (size_t i = 0; i < CASES * CASES * 4; i++) {
        const char *one = cases[i / 4 % CASES].name;
        const char *other = cases[i / 4 / CASES].name;
        char request[256];
        (void)snprintf(
            request, sizeof request,
            "{'where':{'one_%s':{'compare':[{'comparison':'%s','field':'one_%s'}]}}}", one,
            comparisons[i % 4], other);
        if (strcmp(one, "xml") == 0) {
            continue; // its filter has no compare
        }
        char *answer = harness_call("Kind/Count", request);
        bool is_expected = strcmp(answer, "{'count':'0'}") == 0 ||
                           strstr(answer, "have types that do not compare");
        if (!is_expected) {
            fail_msg("%s: %s", request, answer);
        }
        free(answer);
    }
}

static void test_types_compare_across_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        const char *compare; // true of it
    } pairs[] = {
        {"'one_int2':7,'one_int8':'8'",
         "'one_int2':{'compare':[{'comparison':'LESS','field':'one_int8'}]}"},
        {"'one_int4':7,'one_float8':7.5",
         "'one_float8':{'compare':[{'comparison':'GREATER','field':'one_int4'}]}"},
        {"'one_numeric':'0.1','one_int4':0",
         "'one_numeric':{'compare':[{'comparison':'GREATER','field':'one_int4'}]}"},
        {"'one_text':'ab','one_varchar':'ab'",
         "'one_text':{'compare':[{'field':'one_varchar'}]}"},
        {"'one_char':'ab','one_text':'ab'", "'one_char':{'compare':[{'field':'one_text'}]}"},
        // With citext case does not count, whichever side it is on.
        {"'one_text':'AB','one_citext':'ab'",
         "'one_text':{'compare':[{'field':'one_citext'}]}"},
        {"'one_char':'AB','one_citext':'ab'",
         "'one_citext':{'compare':[{'field':'one_char'}]}"},
        {"'one_text':'ABC','one_citext':'b'",
         "'one_text':{'compare':[{'comparison':'CONTAINS','field':'one_citext'}]}"},
        {"'one_date':'2026-01-02','one_timestamptz':'2026-01-02T00:00:00Z'",
         "'one_date':{'compare':[{'field':'one_timestamptz'}]}"},
        {"'one_timestamp':'2026-01-02T00:00:00Z','one_timestamptz':'2026-01-02T00:00:00Z'",
         "'one_timestamp':{'compare':[{'field':'one_timestamptz'}]}"},
        {"'one_inet':'10.0.0.0/8','one_cidr':'10.0.0.0/8'",
         "'one_inet':{'compare':[{'field':'one_cidr'}]}"},
        {"'one_bit':'101','one_varbit':'101'",
         "'one_bit':{'compare':[{'field':'one_varbit'}]}"},
        {"'one_json':'{ \\'a\\' : 1}','one_jsonb':'{\\'a\\':1}'",
         "'one_json':{'compare':[{'field':'one_jsonb'}]}"},
        {"'one_json':'1','many_jsonb':{'values':['2','1']}",
         "'one_json':{'compare':[{'comparison':'IN','field':'many_jsonb'}]}"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char request[512];
        (void)harness_empty(NULL);
        (void)snprintf(request, sizeof request, "{'data':{%s}}", pairs[i].data);
        harness_expect("Kind/Create", request, "{'count':'1'}");
        (void)snprintf(request, sizeof request, "{'where':{%s}}", pairs[i].compare);
        harness_expect("Kind/Count", request, "{'count':'1'}");
        (void)snprintf(request, sizeof request, "{'where':{'not':[{%s}]}}", pairs[i].compare);
        harness_expect("Kind/Count", request, "{'count':'0'}");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_are_read_as_they_were_written),
        cmocka_unit_test(test_types_are_read_alike_in_related_records),
        cmocka_unit_test(test_types_are_found_by_their_values),
        cmocka_unit_test(test_types_travel_with_typed_sql),
        cmocka_unit_test(test_parameters_of_typed_sql_stand_anywhere),
        cmocka_unit_test(test_types_are_ordered),
        cmocka_unit_test(test_types_are_changed),
        cmocka_unit_test(test_types_compare_with_fields),
        cmocka_unit_test(test_types_meet_every_other),
        cmocka_unit_test(test_types_compare_across_kinds),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
