// SPDX-License-Identifier: Apache-2.0
//
// Where parameters stand in a statement, as PostgreSQL reads it; and what kind of statement it
// is.
#include "support/check.h"
#include "support/protoc.h"

#include "schema/schema.h"

static const struct {
    const char *query;
    const char *text;     // NULL: as the query
    const char *authored; // NULL: as the query
} cases[] = {
    // Strings, quoted names and comments hold none.
    {"select '$id', $id", "select '$id', ($1::int8)", NULL},
    {"select 'it''s $id', E'\\'$id\\\\', $id", "select 'it''s $id', E'\\'$id\\\\', ($1::int8)",
     NULL},
    {"select U&'\\0061$id', B'01', X'1F', $id",
     "select U&'\\0061$id', B'01', X'1F', ($1::int8)", NULL},
    {"select \"$id\", \"a\"\"$id\", $id from t",
     "select \"$id\", \"a\"\"$id\", ($1::int8) from t", NULL},
    {"select $$ $id $$, $id", "select $$ $id $$, ($1::int8)", NULL},
    {"select $id$ it's $name $id$, $id", "select $id$ it's $name $id$, ($1::int8)", NULL},
    {"select $a$ $$ $id $b$ $a$, $id", "select $a$ $$ $id $b$ $a$, ($1::int8)", NULL},
    {"select 1 -- $id 'it\n + $id", "select 1 -- $id 'it\n + ($1::int8)", NULL},
    {"select /* $id /* $id */ $id */ $id", "select /* $id /* $id */ $id */ ($1::int8)", NULL},
    // Nor does a name that has a $ in it.
    {"select a$id, $id from t$id", "select a$id, ($1::int8) from t$id", NULL},
    // Whatever stands beside a parameter.
    {"select $id::text, $id :: text, -$id,$id+$id",
     "select ($1::int8)::text, ($1::int8) :: text, -($1::int8),($1::int8)+($1::int8)", NULL},
    {"select $tags[1], ($tags)[2:3], array[$id,$id]",
     "select ($1::text[])[1], (($1::text[]))[2:3], array[($2::int8),($2::int8)]", NULL},
    {"select x from t offset $id rows fetch first $id rows only",
     "select x from t offset ($1::int8) rows fetch first ($1::int8) rows only", NULL},
    {"select $document->>'$id', $document@>'{}', $id%$id",
     "select ($1::jsonb)->>'$id', ($1::jsonb)@>'{}', ($2::int8)%($2::int8)", NULL},
    {"select 'é', $name || 'ü' || $name", "select 'é', ($1::text) || 'ü' || ($1::text)", NULL},
    // Names that begin alike, and names that are words of SQL.
    {"select $id_2, $id, $id_2", "select ($1::int4), ($2::int8), ($1::int4)", NULL},
    {"select $select from t order by $order", "select ($1::bool) from t order by ($2::text)",
     NULL},
    // What ends a statement is not of it.
    {"select $id;", "select ($1::int8)", "select $id"},
    {"select $id ; ; -- $id\n /* ; */", "select ($1::int8)", "select $id"},
    {"select ';', $id -- ;", "select ';', ($1::int8)", "select ';', $id"},
    {"-- first\nselect $id", "-- first\nselect ($1::int8)", NULL},
    {"select 1", NULL, NULL},
    // Its WITH clause is.
    {"with a as (select $id), b(\"select\") as (values ($name)) select * from a, b where $id > "
     "0",
     "with a as (select ($1::int8)), b(\"select\") as (values (($2::text))) select * from a, b "
     "where ($1::int8) > 0",
     NULL},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static struct rc_buf set;
static struct rc_schema *schema;

// As a string of a .proto file.
static void put_quoted(struct rc_buf *out, const char *text)
{
    rc_buf_append_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            rc_buf_append_char(out, '\\');
        }
        rc_buf_append_text(out, *text == '\n' ? "\\n" : (const char[]){*text, '\0'});
    }
    rc_buf_append_char(out, '"');
}

// One service, whose method Case<i> has the i-th query.
static int load(void **state)
{
    (void)state;
    struct rc_buf text = {0};
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    rc_buf_append_text(
        &text, "syntax = \"proto3\";\npackage schema.shop;\nimport \"rowcall/schema.proto\";\n"
               "option (rowcall.database) = {name: \"shop\" url_env: \"SHOP_URL\"};\n"
               "message A { option (rowcall.table) = {};\n"
               "  int32 id = 1 [(rowcall.column).id = true]; }\n"
               "message P { int64 id = 1; string name = 2; int32 id_2 = 3; bool select = 4;\n"
               "  string order = 5; repeated string tags = 6;\n"
               "  string document = 7 [(rowcall.column).type = \"jsonb\"]; }\n"
               "message R { int32 x = 1; }\n"
               "service S {\n");
    for (size_t i = 0; i < CASES; i++) {
        rc_buf_printf(&text, "rpc Case%zu(P) returns (R) { option (rowcall.sql).query = ", i);
        put_quoted(&text, cases[i].query);
        rc_buf_append_text(&text, "; }\n");
    }
    rc_buf_append_text(&text, "}\n");
    const struct test_proto file = {"shop/shop.proto", text.data};
    test_protoc(&file, 1, &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    if (st != ROWCALL_OK) {
        struct rc_buf said = {0};
        rc_problems_print(&problems, &said);
        fail_msg("%s", said.data);
    }
    rc_problems_fini(&problems);
    rc_buf_fini(&text);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    rc_schema_free(schema);
    rc_buf_fini(&set);
    return 0;
}

static const struct rc_sql_method *method_at(size_t i)
{
    return &rc_schema_scope(schema, rc_view_of("shop"))->services[0].methods[i];
}

static void test_parameters_are_found_where_postgresql_sees_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct rc_buf text = {0};
        struct rc_buf authored = {0};
        rc_sql_method_text(method_at(i), false, &text);
        rc_sql_method_authored(method_at(i), false, &authored);
        assert_string_equal(text.data, cases[i].text ? cases[i].text : cases[i].query);
        assert_string_equal(authored.data,
                            cases[i].authored ? cases[i].authored : cases[i].query);
        rc_buf_fini(&text);
        rc_buf_fini(&authored);
    }
}

// The last case has a WITH clause, the others have none.
static void test_statement_begins_behind_its_with_clause(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < CASES; i++) {
        assert_int_equal(method_at(i)->main_piece, 0);
    }
    const struct rc_sql_method *last = method_at(CASES - 1);
    assert_string_equal(last->pieces[last->main_piece].text, "select * from a, b where ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters_are_found_where_postgresql_sees_them),
        cmocka_unit_test(test_statement_begins_behind_its_with_clause),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
