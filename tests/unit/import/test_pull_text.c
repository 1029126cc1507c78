// SPDX-License-Identifier: Apache-2.0
//
// SQL as PostgreSQL prints it, taken apart.
#include "support/check.h"

#include "import/pull_parts.h"

static void test_text_is_unwrapped(void **state)
{
    static const char *const cases[][2] = {
        {"(a > 0)", "a > 0"},
        {" ((a > 0)) ", "a > 0"},
        {"(a) AND (b)", "(a) AND (b)"},
        {"((a) AND (b))", "(a) AND (b)"},
        {"(a = ')')", "a = ')'"},
        {"(\"x)\" = 1)", "\"x)\" = 1"},
        {"lower(a)", "lower(a)"},
        {"", ""},
        {"()", "()"},
    };
    struct rc_import session;
    (void)state;
    rc_import_init(&session);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(rc_pull_unwrapped(&session, cases[i][0]), cases[i][1]);
    }
    rc_import_fini(&session);
}

static void test_text_loses_public_alone(void **state)
{
    static const char *const cases[][2] = {
        {"'a'::public.\"Kind\"", "'a'::\"Kind\""},
        {"public.citext", "citext"},
        {"'public.x'::text", "'public.x'::text"},
        {"\"public.x\"", "\"public.x\""},
        {"republic.x + audit.public.x", "republic.x + audit.public.x"},
        {"(public.f(a))", "(f(a))"},
        {"'it''s public.x' || public.y", "'it''s public.x' || y"},
    };
    struct rc_import session;
    (void)state;
    rc_import_init(&session);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(rc_pull_unqualified(&session, cases[i][0]), cases[i][1]);
    }
    rc_import_fini(&session);
}

static void test_text_is_skipped_by_pieces(void **state)
{
    (void)state;
    assert_string_equal(rc_pull_skip("(a, ')', \"(\") x"), " x");
    assert_string_equal(rc_pull_skip("'a''b' x"), "'b' x");
    assert_string_equal(rc_pull_skip("(open"), "");
    assert_string_equal(rc_pull_skip("xy"), "y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_unwrapped),
        cmocka_unit_test(test_text_loses_public_alone),
        cmocka_unit_test(test_text_is_skipped_by_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
