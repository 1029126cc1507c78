// SPDX-License-Identifier: Apache-2.0
//
// Typed SQL against a database: right methods are silent, and each way to be wrong is told with
// its place.
#include "migrate/compare.h"
#include "migrate/ddl.h"
#include "support/check.h"
#include "support/database.h"
#include "support/protoc.h"

// Every method stands on one line; the service begins at line 31.
static const struct test_proto files[] = {
    {"stall/stall.proto",
     "syntax = \"proto3\";\n"
     "package schema.stall;\n"
     "import \"google/protobuf/empty.proto\";\n"
     "import \"rowcall/schema.proto\";\n"
     "option (rowcall.database) = {name: \"stall\" url_env: \"STALL_URL\" extensions: "
     "\"citext\"};\n"
     "enum Kind { FRUIT = 0; NUT = 1; }\n"
     "message Fruit {\n"
     "  option (rowcall.table) = {name: \"fruits\"};\n"
     "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  string name = 2 [(rowcall.column) = {type: \"varchar(20)\"}];\n"
     "  string nick = 3 [(rowcall.column) = {type: \"citext\"}];\n"
     "  Kind kind = 4;\n"
     "  repeated string words = 5 [(rowcall.column) = {type: \"varchar(9)[]\"}];\n"
     "  optional string net = 6 [(rowcall.column) = {type: \"cidr\"}];\n"
     "}\n"
     "message Named { string name = 1; string nick = 2; }\n"
     "message Citext { string nick = 1 [(rowcall.column).type = \"citext\"]; }\n"
     "message Kinded { Kind kind = 1; repeated Kind kinds = 2; }\n"
     "message Worded { repeated string words = 1; }\n"
     "message Netted { string net = 1 [(rowcall.column).type = \"inet\"]; }\n"
     "message Number { int64 number = 1 [(rowcall.column).name = \"theNumber\"]; }\n"
     "message Ask { int32 id = 1; string text = 2; optional int32 more = 3; repeated Kind "
     "kinds = 4; }\n"
     "message Two { int32 a = 1; optional int32 b = 2; }\n"
     "\n"
     "\n"
     "\n"
     "\n"
     "\n"
     "\n"
     "\n"
     "service S {\n"
     "  rpc Same(Ask) returns (stream Named) { option (rowcall.sql).query = \"select nick, "
     "name from fruits where $text = name and kind = any ($kinds) and $text <> ''\"; }\n"
     "  rpc Exact(Ask) returns (Citext) { option (rowcall.sql).query = \"select nick from "
     "fruits where id = $id\"; }\n"
     "  rpc Enums(Ask) returns (Kinded) { option (rowcall.sql).query = \"select *, "
     "array[kind] as kinds from fruits where id = $more\"; }\n"
     "  rpc Arrays(Ask) returns (Worded) { option (rowcall.sql).query = \"select words from "
     "fruits\"; }\n"
     "  rpc Nets(google.protobuf.Empty) returns (Netted) { option (rowcall.sql).query = "
     "\"select net from fruits\"; }\n"
     "  rpc Count(google.protobuf.Empty) returns (Number) { option (rowcall.sql).query = "
     "\"select count(*) as \\\"theNumber\\\" from fruits\"; }\n"
     "  rpc Write(Ask) returns (google.protobuf.Empty) { option (rowcall.sql).query = "
     "\"update fruits set name = $text where id = $id\"; }\n"
     "  rpc Written(Ask) returns (Named) { option (rowcall.sql).query = \"update fruits set "
     "name = $text where id = $id returning *\"; }\n"
     "  rpc Call(Two) returns (Number) { option (rowcall.sql).function = \"add\"; }\n"
     "}\n"},
};

static const char function[] =
    "create function add(a int, b int default 1, out \"theNumber\" int8)\n"
    "  language sql as 'select a + b';\n";

static struct rc_buf set;
static struct rc_buf ddl;
static struct rc_schema *schema;
static char *url;

static int load(void **state)
{
    (void)state;
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    test_protoc(files, 1, &set);
    ASSERT_OK(rc_schema_load(rc_buf_view(&set), &schema, &problems, &err), err);
    rc_problems_fini(&problems);
    assert_int_equal(rc_ddl_create(rc_schema_scope(schema, rc_view_of("stall")), &ddl, NULL),
                     ROWCALL_OK);
    rc_buf_append_text(&ddl, function);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    rc_schema_free(schema);
    rc_buf_fini(&set);
    rc_buf_fini(&ddl);
    return 0;
}

static int setup(void **state)
{
    (void)state;
    url = test_database_create();
    test_database_run(url, ddl.data);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_database_drop(url);
    return 0;
}

// The differences of methods as lines.
static void compare(struct rc_buf *out)
{
    struct rc_arena arena;
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    ASSERT_OK(rc_compare_url(url, rc_schema_scope(schema, rc_view_of("stall")), false, &arena,
                             &differences, &err),
              err);
    rc_buf_append_text(out, "");
    for (size_t i = 0; i < differences.count; i++) {
        const struct rc_difference *difference = &differences.items[i];
        if (difference->position.file) {
            assert_string_equal(difference->kind, "sql");
            assert_string_equal(difference->position.file, "stall/stall.proto");
            rc_buf_printf(out, "%d: %s\n", difference->position.line, difference->text);
        }
    }
    rc_arena_fini(&arena);
}

// What is told after a change to the database.
static void expect(const char *change, const char *told)
{
    struct rc_buf out = {0};
    test_database_run(url, change);
    compare(&out);
    assert_string_equal(out.data, told);
    rc_buf_fini(&out);
}

static void test_right_methods_are_silent(void **state)
{
    (void)state;
    expect("", "");
}

static void test_types_differ(void **state)
{
    (void)state;
    expect("alter table fruits alter column nick type text",
           "33: S/Exact: column nick is text, field nick of Citext says citext\n");
}

static void test_array_is_no_single_value(void **state)
{
    (void)state;
    expect("alter table fruits alter column words type text using words::text",
           "35: S/Arrays: column words is text, field words of Worded says text[]\n");
}

static void test_elements_differ(void **state)
{
    (void)state;
    expect("alter table fruits alter column words type int[] using words::int[]",
           "35: S/Arrays: column words is integer[], field words of Worded says text[]\n");
}

static void test_type_that_needs_work_is_another(void **state)
{
    (void)state;
    expect("alter table fruits alter column name type char(20)",
           "32: S/Same: column name is character, field name of Named says text\n"
           "39: S/Written: column name is character, field name of Named says text\n");
}

static void test_enum_is_gone(void **state)
{
    (void)state;
    expect("alter type \"Kind\" rename to species",
           "32: S/Same: type \"Kind[]\" does not exist, at line 1, column 66 of the "
           "statement: $kinds) and $text <> ''\n"
           "34: S/Enums: Kinded: type \"Kind\" does not exist\n");
}

static void test_column_is_gone(void **state)
{
    (void)state;
    expect("alter table fruits drop column kind; alter table fruits rename column nick to ni",
           "32: S/Same: column \"nick\" does not exist, at line 1, column 8 of the statement: "
           "nick, name from fruits where $text = nam...\n"
           "33: S/Exact: column \"nick\" does not exist, at line 1, column 8 of the statement: "
           "nick from fruits where id = $id\n"
           "34: S/Enums: column \"kind\" does not exist, at line 1, column 17 of the "
           "statement: kind] as kinds from fruits where id = $m...\n"
           "39: S/Written: column nick, field nick of Named, is missing from the result\n");
}

static void test_column_is_given_twice(void **state)
{
    (void)state;
    expect("alter table fruits add column kinds \"Kind\"[]",
           "34: S/Enums: column kinds, field kinds of Kinded, is in the result more than "
           "once\n");
}

static void test_place_is_told_behind_parameters(void **state)
{
    (void)state;
    expect("alter table fruits rename column id to nr; alter table fruits alter column nick "
           "type text; alter table fruits rename column kind to sort",
           "32: S/Same: column \"kind\" does not exist, at line 1, column 54 of the "
           "statement: kind = any ($kinds) and $text <> ''\n"
           "33: S/Exact: column \"id\" does not exist, at line 1, column 31 of the statement: "
           "id = $id\n"
           "34: S/Enums: column \"kind\" does not exist, at line 1, column 17 of the "
           "statement: kind] as kinds from fruits where id = $m...\n"
           "38: S/Write: column \"id\" does not exist, at line 1, column 38 of the statement: "
           "id = $id\n"
           "39: S/Written: column \"id\" does not exist, at line 1, column 38 of the "
           "statement: id = $id returning *\n");
}

static void test_function_is_gone(void **state)
{
    (void)state;
    expect("drop function add",
           "40: S/Call: function add(a => integer, b => integer) does not exist, at line 1, "
           "column 15 of the statement: add(\"a\" => $a, \"b\" => $b)\n");
}

static void test_function_needs_what_may_be_absent(void **state)
{
    (void)state;
    expect("drop function add; create function add(a int, b int, out \"theNumber\" int8) "
           "language sql as 'select a + b'",
           "40: S/Call: function add(a => integer) does not exist, at line 1, column 15 of "
           "the statement: add(\"a\" => $a), without optional arguments\n");
}

static void test_function_gives_something_else(void **state)
{
    (void)state;
    expect("drop function add; create function add(a int, b int default 1) returns int "
           "language sql as 'select a + b'",
           "40: S/Call: column theNumber, field number of Number, is missing from the "
           "result\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_right_methods_are_silent),
        CASE(test_types_differ),
        CASE(test_array_is_no_single_value),
        CASE(test_elements_differ),
        CASE(test_type_that_needs_work_is_another),
        CASE(test_enum_is_gone),
        CASE(test_column_is_gone),
        CASE(test_column_is_given_twice),
        CASE(test_place_is_told_behind_parameters),
        CASE(test_function_is_gone),
        CASE(test_function_needs_what_may_be_absent),
        CASE(test_function_gives_something_else),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
