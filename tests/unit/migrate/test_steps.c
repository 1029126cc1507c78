// SPDX-License-Identifier: Apache-2.0
//
// How a file is run: in one transaction, statement by statement outside of one, or whole.
#include "migrate/steps.h"
#include "support/check.h"

struct decision {
    const char *sql;
    size_t count;
    bool is_whole;
    bool is_enclosed;
};

static void test_steps_are_decided_by_what_the_file_holds(void **state)
{
    static const struct decision decisions[] = {
        {"", 0, false, true},
        {"create table t(); insert into t default values;", 2, false, true},
        {"create index concurrently i on t (a)", 1, false, false},
        {"create table t(a int); create index concurrently i on t (a);", 2, false, false},
        {"drop index concurrently i; select 1", 2, false, false},
        {"vacuum t", 1, false, false},
        {"-- rowcall: no-transaction\nselect 1; select 2;", 2, false, false},
        {"-- why\n  --   rowcall:   no-transaction  \r\nselect 1;", 1, false, false},
        {"-- rowcall: no-transactions\nselect 1;", 1, false, true},
        {"-- not rowcall: no-transaction\nselect 1;", 1, false, true},
        {"select 1;\n-- rowcall: no-transaction\n", 1, false, true},
        {"begin; select 1; commit;", 1, true, true},
        {"begin; select 1; commit; vacuum t;", 4, false, false},
        {"-- rowcall: no-transaction\nbegin; select 1; commit;", 3, false, false},
        {"create tabel t();", 1, true, true},
        {"-- rowcall: no-transaction\ncreate tabel t();", 1, true, false},
        {"select $$;$$; do $$ begin; end $$", 2, false, true},
    };
    struct rc_arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof decisions / sizeof decisions[0]; i++) {
        struct rc_steps steps = {0};
        rowcall_error err = {0};
        ASSERT_OK(rc_steps_of(decisions[i].sql, &arena, &steps, &err), err);
        if (steps.count != decisions[i].count || steps.is_whole != decisions[i].is_whole ||
            steps.is_enclosed != decisions[i].is_enclosed) {
            fail_msg("%s: %zu steps, whole %d, enclosed %d", decisions[i].sql, steps.count,
                     steps.is_whole, steps.is_enclosed);
        }
    }
    rc_arena_fini(&arena);
}

static void test_steps_know_their_lines_and_words(void **state)
{
    struct rc_arena arena = {0};
    struct rc_steps steps = {0};
    rowcall_error err = {0};
    (void)state;
    ASSERT_OK(rc_steps_of("-- one\nselect\n  1;\n\n/* two */ create unique index concurrently "
                          "i on t (aaaaaaaaaaaaaaa, bbbbbbbbbbbbbb, ccccccccccc);",
                          &arena, &steps, &err),
              err);
    assert_int_equal(steps.count, 2);
    assert_int_equal(steps.items[0].line, 2);
    assert_string_equal(steps.items[0].words, "select 1");
    assert_false(steps.items[0].builds_index);
    assert_int_equal(steps.items[1].line, 5);
    assert_string_equal(
        steps.items[1].words,
        "create unique index concurrently i on t (aaaaaaaaaaaaaaa, bbbbbbbbbbbbbb ...");
    assert_true(steps.items[1].builds_index);
    rc_arena_fini(&arena);
}

// 71 letters, and then a character of two bytes that would be cut in two.
static void test_words_are_cut_between_characters(void **state)
{
    struct rc_arena arena = {0};
    struct rc_steps steps = {0};
    rowcall_error err = {0};
    (void)state;
    ASSERT_OK(rc_steps_of("select "
                          "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                          "\xc3\xa4\xc3\xa4'",
                          &arena, &steps, &err),
              err);
    assert_string_equal(
        steps.items[0].words,
        "select 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ...");
    rc_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_are_decided_by_what_the_file_holds),
        cmocka_unit_test(test_steps_know_their_lines_and_words),
        cmocka_unit_test(test_words_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
