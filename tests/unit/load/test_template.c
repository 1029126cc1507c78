// SPDX-License-Identifier: Apache-2.0
//
// Templates: what each place becomes within strings and outside, what is repeated by a seed,
// and how a wrong one is refused.
#include "support/check.h"

#include "load/template.h"

#include <stdio.h>
#include <stdlib.h>

// The only files there are.
static rowcall_status read_file(const char *path, struct rc_buf *ret_bytes, rowcall_error *err)
{
    if (strcmp(path, "two words.txt") == 0) {
        rc_buf_append_text(ret_bytes, "a \"b\"\r\nc\\d\n\te");
    } else if (strcmp(path, "names.txt") == 0) {
        rc_buf_append_text(ret_bytes, "ada\ngrace\nmary\n");
    } else if (strcmp(path, "empty.txt") != 0) {
        return rc_error_set(err, ROWCALL_NOT_FOUND, "there is no %s", path);
    }
    return rc_buf_status(ret_bytes, err);
}

static struct rc_template *compile(const char *text)
{
    struct rc_template *template = NULL;
    rowcall_error err = {0};
    rowcall_status st = rc_template_new(rc_view_of(text), read_file, &template, &err);
    ASSERT_OK(st, err);
    return template;
}

// The text for call `number`, which lasts until the next one.
static const char *fill(const struct rc_template *template, uint64_t seed, uint64_t number)
{
    static struct rc_buf text;
    const struct rc_template_call call = {
        .seed = seed, .number = number, .wall_us = 1767225600000042};
    rc_buf_fini(&text);
    rc_template_fill(template, &call, &text);
    assert_non_null(text.data);
    return text.data;
}

static void assert_filled(const char *text, uint64_t number, const char *expected)
{
    struct rc_template *template = compile(text);
    assert_string_equal(fill(template, 1, number), expected);
    rc_template_free(template);
}

static void test_template_without_places_is_constant(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": {\"b\": {}}, \"c\": \"}} { \\\" \\\\\"}";
    struct rc_template *template = compile(text);
    assert_true(rc_template_is_constant(template));
    assert_string_equal(fill(template, 1, 0), text);
    rc_template_free(template);
    template = compile("{\"a\":{{seq}}}");
    assert_false(rc_template_is_constant(template));
    rc_template_free(template);
}

static void test_template_quotes_texts_outside_strings_alone(void **state)
{
    (void)state;
    assert_filled("{\"a\":{{seq}},\"b\":\"n{{seq 10}}\"}", 5, "{\"a\":6,\"b\":\"n15\"}");
    assert_filled("{\"a\":{{pick \"x\\\"\"}},\"b\":\"<{{pick \"x\\\"\"}}>\"}", 0,
                  "{\"a\":\"x\\\"\",\"b\":\"<x\\\">\"}");
    assert_filled("[{{pick -1.5}},{{pick true}},{{pick null}},\"{{pick 7}}\"]", 0,
                  "[-1.5,true,null,\"7\"]");
    assert_filled("[{{now}},\"at {{now}}\"]", 0,
                  "[\"2026-01-01T00:00:00.000042Z\",\"at 2026-01-01T00:00:00.000042Z\"]");
    assert_filled("\"\\\\{{seq}}\\\"{{seq}}\"", 0, "\"\\\\1\\\"1\""); // escaped quotes
    assert_filled("[\"{{string 0}}\",{{string 0}}]", 0, "[\"\",\"\"]");
    assert_filled("{{  int\t3\n3 }}", 0, "3");
}

static void test_template_takes_lines_in_turn(void **state)
{
    (void)state;
    struct rc_template *template = compile("{{line names.txt}}");
    assert_string_equal(fill(template, 1, 0), "\"ada\"");
    assert_string_equal(fill(template, 9, 2), "\"mary\"");
    assert_string_equal(fill(template, 1, 3), "\"ada\"");
    rc_template_free(template);
    assert_filled("{{line \"two words.txt\"}}", 0, "\"a \\\"b\\\"\"");
    assert_filled("\"{{line \"two words.txt\"}}\"", 1, "\"c\\\\d\"");
    assert_filled("{{line \"two words.txt\"}}", 2, "\"\\u0009e\"");
}

static void test_template_picks_every_item(void **state)
{
    (void)state;
    struct rc_template *template = compile("{{pick @names.txt}}");
    int seen[3] = {0};
    for (uint64_t i = 0; i < 300; i++) {
        const char *text = fill(template, 1, i);
        seen[0] += strcmp(text, "\"ada\"") == 0;
        seen[1] += strcmp(text, "\"grace\"") == 0;
        seen[2] += strcmp(text, "\"mary\"") == 0;
    }
    assert_int_equal(seen[0] + seen[1] + seen[2], 300);
    assert_true(seen[0] > 50 && seen[1] > 50 && seen[2] > 50);
    rc_template_free(template);
}

static void test_template_numbers_stay_in_their_range(void **state)
{
    (void)state;
    struct rc_template *ints = compile("{{int -2 2}}");
    struct rc_template *floats = compile("{{float -0.5 0.25}}");
    bool seen[5] = {false};
    for (uint64_t i = 0; i < 200; i++) {
        long value = strtol(fill(ints, 1, i), NULL, 10);
        assert_true(value >= -2 && value <= 2);
        seen[value + 2] = true;
        double number = strtod(fill(floats, 1, i), NULL);
        assert_true(number >= -0.5 && number <= 0.25);
    }
    for (int i = 0; i < 5; i++) {
        assert_true(seen[i]);
    }
    rc_template_free(ints);
    rc_template_free(floats);
    struct rc_template *all = compile("{{int -9223372036854775808 9223372036854775807}}");
    struct rc_template *wide = compile("{{float -1.7e308 1.7e308}}");
    for (uint64_t i = 0; i < 20; i++) {
        assert_true(strlen(fill(all, 1, i)) > 5); // all but certain
        assert_null(strstr(fill(wide, 1, i), "inf"));
    }
    rc_template_free(all);
    rc_template_free(wide);
}

static void test_template_makes_uuids_of_version_4(void **state)
{
    (void)state;
    struct rc_template *template = compile("{{uuid}}");
    for (uint64_t i = 0; i < 50; i++) {
        const char *text = fill(template, 1, i);
        assert_int_equal(strlen(text), 38);
        assert_int_equal(text[1 + 14], '4');
        assert_non_null(strchr("89ab", text[1 + 19]));
        assert_int_equal(strspn(text + 1, "0123456789abcdef-"), 36);
    }
    rc_template_free(template);
}

static void test_template_repeats_by_seed_and_call(void **state)
{
    (void)state;
    struct rc_template *template = compile("{{int 1 1000000000}} {{string 9}} {{uuid}}");
    char first[128];
    snprintf(first, sizeof first, "%s", fill(template, 5, 3));
    assert_string_equal(fill(template, 5, 3), first);
    assert_string_not_equal(fill(template, 5, 4), first);
    assert_string_not_equal(fill(template, 6, 3), first);
    rc_template_free(template);
}

static void test_template_says_where_and_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } wrong[] = {
        {"{\"a\": {{itn 1 2}}}", "line 1, column 7: a place takes one of these: int A B"},
        {"{\n  \"\xc3\xa4\": {{}}}", "line 2, column 8: a place takes one of these"},
        {"{\"a\": {{int 1", "line 1, column 7: {{ without its }}"},
        {"{\"a\": {{pick \"x}}}", "a text without its closing quote"},
        {"{{int 2 1}}", "line 1, column 1: int takes two whole numbers, the smaller first"},
        {"{{int 1}}", "int takes two"},
        {"{{int 1 2x}}", "int takes two"},
        {"{{int 1 9223372036854775808}}", "int takes two"},
        {"{{float 1 inf}}", "float takes two"},
        {"{{string -1}}", "string takes a number"},
        {"{{string 65537}}", "string takes a number"},
        {"{{seq x}}", "seq takes nothing"},
        {"{{uuid 4}}", "uuid and now take nothing"},
        {"{{pick}}", "pick takes values"},
        {"{{pick 1 two}}", "line 1, column 10: pick takes JSON values"},
        {"{{pick @nowhere.txt}}", "line 1, column 9: there is no nowhere.txt"},
        {"{{line empty.txt}}", "line 1, column 8: this file is empty"},
        {"{{line}}", "line takes the name of a file"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct rc_template *template = NULL;
        rowcall_error err = {0};
        ASSERT_STATUS(rc_template_new(rc_view_of(wrong[i].text), read_file, &template, &err),
                      ROWCALL_INVALID_ARGUMENT);
        assert_null(template);
        ASSERT_CONTAINS(err.message, wrong[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template_without_places_is_constant),
        cmocka_unit_test(test_template_quotes_texts_outside_strings_alone),
        cmocka_unit_test(test_template_takes_lines_in_turn),
        cmocka_unit_test(test_template_picks_every_item),
        cmocka_unit_test(test_template_numbers_stay_in_their_range),
        cmocka_unit_test(test_template_makes_uuids_of_version_4),
        cmocka_unit_test(test_template_repeats_by_seed_and_call),
        cmocka_unit_test(test_template_says_where_and_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
