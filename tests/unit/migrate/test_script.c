// SPDX-License-Identifier: Apache-2.0
//
// Taking migration files apart: what PostgreSQL would see as one statement, where it begins,
// and what cannot run within a transaction.
#include "migrate/script.h"
#include "support/check.h"

struct fixture {
    struct rc_arena arena;
    struct rc_script script;
    rowcall_error err;
    int line;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    rc_arena_init(&fixture->arena, 0);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    rc_script_fini(&fixture->script);
    rc_arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static rowcall_status parse(struct fixture *fixture, const char *sql)
{
    rc_script_fini(&fixture->script);
    return rc_script_parse(sql, &fixture->arena, &fixture->script, &fixture->line,
                           &fixture->err);
}

static void test_statements_have_text_line_and_comment(void **state)
{
    struct fixture *fixture = *state;
    static const char sql[] = "-- AddColumn; of \xc3\xa9\n"
                              "alter table a add column b text default ';';\n\n"
                              "/* one /* in */ another */\n"
                              "create function f() returns int language sql\n"
                              "as $$ select 1; select 2; $$;  select 3";
    ASSERT_OK(parse(fixture, sql), fixture->err);
    const struct rc_script_statement *items = fixture->script.items;
    assert_int_equal(fixture->script.count, 3);
    assert_string_equal(items[0].sql, "alter table a add column b text default ';'");
    assert_string_equal(items[0].comment, "-- AddColumn; of \xc3\xa9\n");
    assert_int_equal(items[0].line, 2);
    assert_string_equal(items[0].kind, "AlterTableStmt");
    assert_int_equal(items[1].line, 5);
    assert_int_equal(items[1].offset, strstr(sql, "create function") - sql);
    assert_string_equal(items[2].sql, "select 3");
    assert_int_equal(items[2].line, 6);
    assert_non_null(json_object_get(items[2].tree, "targetList"));
}

static void test_head_ends_at_the_first_blank_line(void **state)
{
    struct fixture *fixture = *state;
    ASSERT_OK(parse(fixture, "-- rowcall: x\n-- y\n\n-- z\nselect 1;"), fixture->err);
    assert_string_equal(fixture->script.head, "-- rowcall: x\n-- y");
    ASSERT_OK(parse(fixture, "select 1;"), fixture->err);
    assert_string_equal(fixture->script.head, "");
}

static void test_what_runs_alone(void **state)
{
    struct fixture *fixture = *state;
    static const char *const alone[] = {
        "create index concurrently i on t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
        "drop index concurrently i",
        "reindex (concurrently) table t",
        "reindex index concurrently i",
        "reindex database d",
        "vacuum t",
        "cluster",
        "create database d",
        "drop database d",
        "alter system set work_mem = '1MB'",
        "alter table t detach partition p concurrently",
        "create tablespace s location '/x'",
    };
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
        ASSERT_OK(parse(fixture, alone[i]), fixture->err);
        assert_int_equal(fixture->script.count, 1);
        if (!fixture->script.items[0].own_transaction) {
            fail_msg("taken to run within a transaction: %s", alone[i]);
        }
    }
}

static void test_what_runs_within_a_transaction(void **state)
{
    struct fixture *fixture = *state;
    static const char *const within[] = {
        "create index i on t (a)",
        "drop index i",
        "drop table t",
        "reindex table t",
        "analyze t",
        "cluster t using i",
        "alter type e add value 'x'",
        "alter table t detach partition p",
        "refresh materialized view concurrently v",
        "select 'create index concurrently'",
    };
    for (size_t i = 0; i < sizeof within / sizeof within[0]; i++) {
        ASSERT_OK(parse(fixture, within[i]), fixture->err);
        if (fixture->script.items[0].own_transaction) {
            fail_msg("taken to run alone: %s", within[i]);
        }
    }
    ASSERT_OK(parse(fixture, "begin; select 1; commit;"), fixture->err);
    assert_true(fixture->script.items[0].controls);
    assert_false(fixture->script.items[1].controls);
    assert_true(fixture->script.items[2].controls);
}

static void test_what_cannot_be_parsed_has_a_line(void **state)
{
    struct fixture *fixture = *state;
    ASSERT_STATUS(parse(fixture, "select '\xc3\xa9\xc3\xa9';\n\nselct 2;"),
                  ROWCALL_INVALID_ARGUMENT);
    assert_int_equal(fixture->line, 3);
    assert_string_equal(fixture->err.message, "line 3: syntax error at or near \"selct\"");
    assert_int_equal(fixture->script.count, 0);
}

static void test_nothing_is_no_statement(void **state)
{
    struct fixture *fixture = *state;
    ASSERT_OK(parse(fixture, ""), fixture->err);
    assert_int_equal(fixture->script.count, 0);
    ASSERT_OK(parse(fixture, "-- This is an empty migration.\n;;"), fixture->err);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_statements_have_text_line_and_comment),
        TEST(test_head_ends_at_the_first_blank_line),
        TEST(test_what_runs_alone),
        TEST(test_what_runs_within_a_transaction),
        TEST(test_what_cannot_be_parsed_has_a_line),
        TEST(test_nothing_is_no_statement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
