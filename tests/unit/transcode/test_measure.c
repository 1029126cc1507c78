// SPDX-License-Identifier: Apache-2.0
//
// Measuring values by their types' limits, with what PostgreSQL 15 does for the same ones.
#include "support/check.h"

#include "transcode/measure.h"

static struct rc_value text(const char *bytes)
{
    return rc_value_of_bytes(rc_view_of(bytes));
}

static void test_measure_too_long_counts_characters_without_blanks_at_the_end(void **state)
{
    (void)state;
    static const struct {
        enum rc_type_kind kind;
        int length;
        const char *value;
        bool too_long;
    } cases[] = {
        {RC_TYPE_VARCHAR, 3, "abc", false},
        {RC_TYPE_VARCHAR, 3, "abcd", true},
        {RC_TYPE_VARCHAR, 3, "abc  ", false},
        {RC_TYPE_VARCHAR, 3, "ab  d", true},
        {RC_TYPE_VARCHAR, 3, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x98", false},
        {RC_TYPE_VARCHAR, 2, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x98", true},
        {RC_TYPE_VARCHAR, 0, "any length", false},
        {RC_TYPE_CHAR, 2, "abc", true},
        {RC_TYPE_CHAR, 2, "", false},
        {RC_TYPE_TEXT, 0, "any length", false},
        {RC_TYPE_BIT, 3, "101", false},
        {RC_TYPE_BIT, 3, "10", true},
        {RC_TYPE_BIT, 3, "b101", false},
        {RC_TYPE_BIT, 4, "xF", false},
        {RC_TYPE_VARBIT, 3, "10", false},
        {RC_TYPE_VARBIT, 3, "1010", true},
        {RC_TYPE_VARBIT, 7, "X1f", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_type type = {.kind = cases[i].kind, .length = cases[i].length};
        struct rc_value value = text(cases[i].value);
        if (rc_measure_too_long(&type, &value) != cases[i].too_long) {
            fail_msg("case %zu: %s", i, cases[i].value);
        }
    }
}

static void test_measure_too_large_is_judged_after_rounding(void **state)
{
    (void)state;
    static const struct {
        int precision;
        int scale;
        const char *value;
        bool too_large;
    } cases[] = {
        {5, 2, "999.99", false},
        {5, 2, "1000", true},
        {5, 2, "-1000.0", true},
        {5, 2, "999.994", false},
        {5, 2, "999.995", true},
        {5, 2, "+000999.99", false},
        {5, 2, "0.00012345", false},
        {5, 2, "1e2", false},
        {5, 2, "1E3", true},
        {5, 2, "0.1e4", true},
        {5, 2, "100000e-3", false},
        {5, 2, " 1000 ", true},
        {5, 2, "0", false},
        {5, 2, "0e9999", false},
        {5, 2, "NaN", false},
        {5, 2, "Infinity", true},
        {5, 2, "-inf", true},
        {5, 2, "no number", false},
        {5, 2, "", false},
        {5, 2, ".", false},
        {3, 0, "999.4", false},
        {3, 0, "999.5", true},
        {3, -1, "1000", true},
        {0, -1, "1e1000", false},
        {5, 2, "9e99999999999999999999", true},
        {2, 2, "0.994", false},
        {2, 2, "0.995", true},
        {2, 2, "1", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_type type = {.kind = RC_TYPE_NUMERIC,
                               .precision = cases[i].precision > 0 ? cases[i].precision : -1,
                               .scale = cases[i].scale};
        struct rc_value value = text(cases[i].value);
        if (rc_measure_too_large(&type, &value) != cases[i].too_large) {
            fail_msg("case %zu: %s", i, cases[i].value);
        }
    }
}

static void test_measure_judges_lists_by_their_elements(void **state)
{
    (void)state;
    struct rc_type word = {.kind = RC_TYPE_VARCHAR, .length = 2, .array = true};
    struct rc_type price = {.kind = RC_TYPE_NUMERIC, .precision = 2, .scale = 0, .array = true};
    struct rc_value words[] = {text("ab"), {.kind = RC_VALUE_NULL}, text("abc")};
    struct rc_value prices[] = {text("1"), {.kind = RC_VALUE_NULL}, text("100")};
    struct rc_value inner = rc_value_of_list(words, 3);
    struct rc_value lists[] = {rc_value_of_list(words, 2), rc_value_of_list(words, 3),
                               rc_value_of_list(&inner, 1), rc_value_of_list(NULL, 0)};
    assert_false(rc_measure_too_long(&word, &lists[0]));
    assert_true(rc_measure_too_long(&word, &lists[1]));
    assert_true(rc_measure_too_long(&word, &lists[2]));
    assert_false(rc_measure_too_long(&word, &lists[3]));
    lists[0] = rc_value_of_list(prices, 2);
    lists[1] = rc_value_of_list(prices, 3);
    assert_false(rc_measure_too_large(&price, &lists[0]));
    assert_true(rc_measure_too_large(&price, &lists[1]));
}

static void test_measure_says_nothing_of_other_types(void **state)
{
    (void)state;
    struct rc_type integer = {.kind = RC_TYPE_INT4, .precision = -1, .scale = -1};
    struct rc_value value = rc_value_of_int(INT64_MAX);
    assert_false(rc_measure_too_long(&integer, &value));
    assert_false(rc_measure_too_large(&integer, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measure_too_long_counts_characters_without_blanks_at_the_end),
        cmocka_unit_test(test_measure_too_large_is_judged_after_rounding),
        cmocka_unit_test(test_measure_judges_lists_by_their_elements),
        cmocka_unit_test(test_measure_says_nothing_of_other_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
