// SPDX-License-Identifier: Apache-2.0
//
// Statements as people read them.
#include "support/check.h"

#include "bin/sql_layout.h"

static void expect(const char *sql, const char *expected)
{
    struct rc_buf out = {0};
    rc_sql_layout(rc_view_of(sql), &out);
    rc_buf_append_char(&out, '\0');
    assert_string_equal(out.data, expected);
    rc_buf_fini(&out);
}

static void test_layout_begins_clauses_on_lines(void **state)
{
    (void)state;
    expect(
        "select t0.\"id\", t0.\"from\" from \"public\".\"order by\" t0 left join b t1 on t1.id "
        "= t0.id where t0.a = $1::int4 and (t0.b = 'x from y' or t0.c is distinct from $2) "
        "order by t0.\"id\" limit $3::int8 for no key update",
        "select t0.\"id\", t0.\"from\"\n"
        "from \"public\".\"order by\" t0\n"
        "left join b t1 on t1.id = t0.id\n"
        "where t0.a = $1::int4\n"
        "  and (t0.b = 'x from y' or t0.c is distinct from $2)\n"
        "order by t0.\"id\"\n"
        "limit $3::int8\n"
        "for no key update");
    expect("delete from a where b = 1 returning c", "delete from a\nwhere b = 1\nreturning c");
    expect("insert into a (b) values ($1) on conflict (b) do update set b = $1",
           "insert into a (b)\nvalues ($1)\non conflict (b) do update set b = $1");
}

static void test_layout_indents_statements_in_parentheses(void **state)
{
    (void)state;
    expect("with a as (select 1 from b), c as (insert into d select x from unnest($1) u(x)) "
           "select (select count(*) from c), array(select row(e.f) from e where e.g = h.i and "
           "(e.j is null)) from h",
           "with a as (\n"
           "  select 1\n"
           "  from b\n"
           "),\n"
           "c as (\n"
           "  insert into d\n"
           "  select x\n"
           "  from unnest($1) u(x)\n"
           ")\n"
           "select (select count(*) from c), array(\n"
           "  select row(e.f)\n"
           "  from e\n"
           "  where e.g = h.i\n"
           "    and (e.j is null)\n"
           ")\n"
           "from h");
}

static void test_layout_wraps_long_lists(void **state)
{
    (void)state;
    expect(
        "select t0.\"a_rather_long_name_of_a_column\", t0.\"a_rather_long_name_of_a_column\", "
        "t0.\"b_rather_long_name_of_a_column\"",
        "select t0.\"a_rather_long_name_of_a_column\", t0.\"a_rather_long_name_of_a_column\",\n"
        "    t0.\"b_rather_long_name_of_a_column\"");
}

static void test_layout_keeps_what_is_no_sql(void **state)
{
    (void)state;
    expect("", "");
    expect("))", "))");
    expect("'open", "'open");
    expect("  a  b ", "a b");
    expect("((((", "((((");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout_begins_clauses_on_lines),
        cmocka_unit_test(test_layout_indents_statements_in_parentheses),
        cmocka_unit_test(test_layout_wraps_long_lists),
        cmocka_unit_test(test_layout_keeps_what_is_no_sql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
