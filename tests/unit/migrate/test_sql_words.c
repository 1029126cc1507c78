// SPDX-License-Identifier: Apache-2.0
//
// Names in SQL text: found with quotes and without, not in strings, not as parts of other
// names.
#include "migrate/sql_words.h"
#include "support/check.h"

static void test_texts_are_equal_whatever_their_quotes(void **state)
{
    (void)state;
    assert_true(rc_sql_words_equal("lower(\"name\")", "lower(name)"));
    assert_true(rc_sql_words_equal("'a\"b'::text", "'a\"b'::text"));
    assert_false(rc_sql_words_equal("'a\"b'::text", "'ab'::text"));
    assert_false(rc_sql_words_equal("a", "ab"));
    assert_false(rc_sql_words_equal(NULL, ""));
    assert_true(rc_sql_words_equal(NULL, NULL));
}

static void test_names_are_whole_words_outside_of_strings(void **state)
{
    (void)state;
    assert_true(rc_sql_words_have("(price > 0)", "price", false));
    assert_true(rc_sql_words_have("(\"odd \"\"name\"\"\" > 0)", "odd \"name\"", false));
    assert_false(rc_sql_words_have("(prices > 0)", "price", false));
    assert_false(rc_sql_words_have("'price'::text", "price", false));
    assert_false(rc_sql_words_have("E'it\\'s price'", "price", false));
    assert_false(rc_sql_words_have("1price", "price", false));
    assert_false(rc_sql_words_have("price(1)", "price", true));
    assert_true(rc_sql_words_have("price (1)", "price", false));
    assert_true(rc_sql_words_have_literal("DEFAULT 'it''s'", "it's"));
    assert_false(rc_sql_words_have_literal("DEFAULT 'it'", "it's"));
}

static void test_names_are_replaced_and_quoted(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    assert_string_equal(
        rc_sql_words_rename(&arena, "a + lower(a) || 'a' || \"a\"", "a", "b", true),
        "\"b\" + lower(\"b\") || 'a' || \"b\"");
    assert_string_equal(rc_sql_words_rename(&arena, "lower(lower)", "lower", "name", true),
                        "lower(\"name\")");
    assert_string_equal(rc_sql_words_rename(&arena, "a", "b", "c", false), "a");
    assert_string_equal(rc_sql_words_requalify(&arena,
                                               "select app.teas.id, app.f(1) from app.\"teas\"",
                                               "app", "teas", "x_app"),
                        "select \"x_app\".teas.id, app.f(1) from \"x_app\".\"teas\"");
    rc_arena_fini(&arena);
}

static void test_groups_and_clauses_are_found_outside_of_strings_and_parentheses(void **state)
{
    (void)state;
    struct rc_view group;
    assert_true(
        rc_sql_words_group("CONSTRAINT \"c(\" CHECK (a > ')' and (b)) NOT VALID", &group));
    assert_true(rc_view_is(group, "(a > ')' and (b))"));
    assert_true(rc_sql_words_group("x) (E'\\')')", &group));
    assert_true(rc_view_is(group, "(E'\\')')"));
    assert_false(rc_sql_words_group("no group", &group));
    assert_false(rc_sql_words_group("(unfinished", &group));
    assert_string_equal(rc_sql_words_after("a ((where)) \"where\" 'where' Where b", "where"),
                        " b");
    assert_null(rc_sql_words_after("(where) nowhere", "where"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_equal_whatever_their_quotes),
        cmocka_unit_test(test_names_are_whole_words_outside_of_strings),
        cmocka_unit_test(test_names_are_replaced_and_quoted),
        cmocka_unit_test(test_groups_and_clauses_are_found_outside_of_strings_and_parentheses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
