// SPDX-License-Identifier: Apache-2.0
//
// Values at the ends of their ranges, there and back over the whole request path.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"

#include <stdlib.h>

struct value_case {
    const char *field;
    const char *given;    // JSON
    const char *answered; // JSON; NULL: as given
};

static void expect_round_trip(const struct value_case *value)
{
    struct rc_buf json = {0};
    struct rc_buf answer = {0};
    const char *answered = value->answered ? value->answered : value->given;
    rc_buf_printf(&json, "{'key':{'id':1},'data':{'%s':{'set':%s}},'select':{'%s':true}}",
                  value->field, value->given, value->field);
    rc_buf_printf(&answer, "{'row':{'%s':%s}}", value->field, answered);
    harness_expect("Item/Update", json.data, answer.data);
    rc_buf_clear(&json); // and it is found by what it is
    rc_buf_printf(&json, "{'where':{'id':{'equals':1},'%s':{'equals':%s}}}", value->field,
                  value->given);
    harness_expect("Item/Exists", json.data, "{'exists':true}");
    rc_buf_fini(&json);
    rc_buf_fini(&answer);
}

static int fill(void **state)
{
    (void)harness_empty(state);
    harness_sql("alter table item alter price type numeric");
    harness_sql("insert into item (name, price, maker, serial, token, updated_at)"
                " values ('n', 1, 'm', 1, gen_random_uuid(), now())");
    return 0;
}

static void test_values_keep_every_bit(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"serial", "'9223372036854775807'", NULL},
        {"serial", "'-9223372036854775808'", NULL},
        {"weight", "1.7976931348623157e+308", NULL},
        {"weight", "5e-324", NULL},
        {"weight", "0.1", NULL},
        {"weight", "'NaN'", NULL},
        {"weight", "'Infinity'", NULL},
        {"weight", "'-Infinity'", NULL},
        {"price", "'0.1000000000000000000000000000000000000000000000000001'", NULL},
        {"price", "'-123456789012345678901234567890.098765432109876543210'", NULL},
        {"price", "'NaN'", NULL},
        {"price", "'1e3'", "'1000'"},
        {"sold_at", "'4713-01-01T00:00:00Z'", NULL},
        {"sold_at", "'2026-01-02T03:04:05.999999Z'", NULL},
        {"sold_at", "'1969-12-31T23:59:59.000001Z'", NULL},
        {"sold_at", "'infinity'", NULL},
        {"sold_at", "'-infinity'", NULL},
        {"born", "'4714-11-24 BC'", NULL},
        {"born", "'5874897-12-31'", NULL},
        {"born", "'29 Feb 2000'", "'2000-02-29'"},
        {"name", "''", NULL},
        {"name", "'caf\xc3\xa9 \xf0\x9f\x8d\x8f \\\\ % _'", NULL},
        {"code", "'a'", "'a   '"},
        {"nick", "'MiXed'", NULL},
        {"picture", "''", NULL},
        {"picture", "'AAECA/9/gA=='", NULL},
        {"token", "'00000000-0000-0000-0000-00000000abcd'", NULL},
        {"token", "'{A0EEBC99-9C0B4EF8-BB6D6BB9-BD380A11}'",
         "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"},
        {"meta", "'{\\'a\\': 12345678901234567890.5}'", NULL},
        {"colour", "'GREEN'", NULL},
        {"flags", "'010'", NULL},
        {"tags", "{}", NULL},
        {"tags", "{'values':['','b',''],'nulls':[0,2]}", NULL},
        {"palette", "{'values':['RED','COLOUR_UNSPECIFIED'],'nulls':[1]}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_round_trip(&cases[i]);
    }
}

static void test_values_of_megabytes_travel_whole(void **state)
{
    (void)state;
    enum { SIZE = 3 << 20 };
    struct rc_buf json = {0};
    struct rc_buf answer = {0};
    char *text = malloc(SIZE + 1);
    assert_non_null(text);
    for (int i = 0; i < SIZE; i++) {
        text[i] = (char)('a' + i % 26);
    }
    text[SIZE] = '\0';
    rc_buf_append_text(&json, "{'key':{'id':1},'data':{'note':{'set':'");
    rc_buf_append_text(&json, text);
    rc_buf_append_text(&json, "'},'picture':{'set':'"); // letters are base64, too
    rc_buf_append(&json, text, SIZE / 4 * 4);
    rc_buf_append_text(&json, "'}},'select':{'note':true,'picture':true}}");
    rc_buf_append_text(&answer, "{'row':{'note':'");
    rc_buf_append_text(&answer, text);
    rc_buf_append_text(&answer, "','picture':'");
    rc_buf_append(&answer, text, SIZE / 4 * 4);
    rc_buf_append_text(&answer, "'}}");
    harness_expect("Item/Update", json.data, answer.data);
    free(text);
    rc_buf_fini(&json);
    rc_buf_fini(&answer);
}

static void test_values_out_of_range_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"sold_at", "'+300000-01-01T00:00:00Z'", "OUT_OF_RANGE P2020"},
        {"born", "'5874898-01-01'", "OUT_OF_RANGE P2020"},
        {"price", "'1e200000'", "OUT_OF_RANGE"},
        {"meta", "'{'", "INVALID_ARGUMENT P2007"},
        {"maker", "'123456789012345678901'", "INVALID_ARGUMENT P2000"},
        {"code", "'abcde'", "INVALID_ARGUMENT P2000"},
        {"flags", "'0101'", "INVALID_ARGUMENT"},
        {"doc", "'<a>'", "INVALID_ARGUMENT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf json = {0};
        rc_buf_printf(&json, "{'key':{'id':1},'data':{'%s':{'set':%s}}}", cases[i][0],
                      cases[i][1]);
        harness_expect_begin("Item/Update", json.data, cases[i][2]);
        rc_buf_fini(&json);
    }
    harness_expect("Item/FindUnique", "{'key':{'id':1},'select':{'maker':true,'code':true}}",
                   "{'row':{'maker':'m'}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_values_keep_every_bit, fill),
        cmocka_unit_test_setup(test_values_of_megabytes_travel_whole, fill),
        cmocka_unit_test_setup(test_values_out_of_range_are_refused, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
