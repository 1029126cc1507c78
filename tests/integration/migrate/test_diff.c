// SPDX-License-Identifier: Apache-2.0
//
// What the diff says, case by case: the script for a change, word for word, applied to tables
// that have rows, and what becomes of the rows.
#include "migrate/ddl.h"
#include "migrate/diff.h"
#include "support/check.h"
#include "support/database.h"
#include "support/protoc.h"

#include <stdio.h>

struct change {
    const char *name;
    const char *before; // messages and enums
    const char *after;
    const char *rows;   // SQL that fills the tables
    const char *script; // that leads from one to the other
    const char *query;  // one value of the changed database
    const char *value;
};

#define TEA(options, fields)                                                                   \
    "message Tea { option (rowcall.table) = {name: \"teas\" " options                          \
    "}; int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}]; " fields "}\n"

static const struct change changes[] = {
    {"a column is added, another dropped", TEA("", "string a = 2;"),
     TEA("", "optional string b = 3;"), "insert into teas (a) values ('x')",
     "-- AlterTable\nALTER TABLE \"teas\" DROP COLUMN \"a\",\nADD COLUMN     \"b\" TEXT;\n",
     "select count(*) from teas", "1"},
    {"a rename keeps the values", TEA("", "string a = 2 [(rowcall.column).unique = true];"),
     TEA("", "string b = 2 [(rowcall.column) = {unique: true renamed_from: \"a\"}];"),
     "insert into teas (a) values ('x')",
     "-- RenameColumn\nALTER TABLE \"teas\" RENAME COLUMN \"a\" TO \"b\";\n\n"
     "-- RenameIndex\nALTER INDEX \"teas_a_key\" RENAME TO \"teas_b_key\";\n",
     "select b from teas", "x"},
    {"a renamed table takes its keys along",
     TEA("", "string a = 2; optional int32 up = 3; Tea over = 4 [(rowcall.relation) = {fields: "
             "\"up\"}];"),
     "message Tea { option (rowcall.table) = {name: \"drinks\" renamed_from: \"teas\"}; int32 "
     "id "
     "= 1 [(rowcall.column) = {id: true autoincrement: true}]; string a = 2; optional int32 up "
     "= "
     "3; Tea over = 4 [(rowcall.relation) = {fields: \"up\"}]; }\n",
     "insert into teas (a) values ('x')",
     "-- RenameTable\nALTER TABLE \"teas\" RENAME TO \"drinks\";\n\n"
     "-- RenamePrimaryKey\nALTER TABLE \"drinks\" RENAME CONSTRAINT \"teas_pkey\" TO "
     "\"drinks_pkey\";\n\n"
     "-- RenameForeignKey\nALTER TABLE \"drinks\" RENAME CONSTRAINT \"teas_up_fkey\" TO "
     "\"drinks_up_fkey\";\n",
     "select a from drinks", "x"},
    {"a type that converts itself", TEA("", "int32 a = 2 [(rowcall.column).default = \"1\"];"),
     TEA("", "int64 a = 2 [(rowcall.column).default = \"1\"];"),
     "insert into teas (a) values (7)",
     "-- AlterTable\nALTER TABLE \"teas\" ALTER COLUMN \"a\" DROP DEFAULT,\nALTER COLUMN \"a\" "
     "SET DATA TYPE BIGINT,\nALTER COLUMN \"a\" SET DEFAULT 1;\n",
     "select a from teas", "7"},
    {"a type that has to be cast", TEA("", "string a = 2;"), TEA("", "int32 a = 2;"),
     "insert into teas (a) values ('42')",
     "-- AlterTable\nALTER TABLE \"teas\" ALTER COLUMN \"a\" SET DATA TYPE INTEGER USING "
     "(\"a\"::INTEGER);\n",
     "select a + 1 from teas", "43"},
    {"a time that gets a zone is UTC",
     TEA("", "google.protobuf.Timestamp a = 2 [(rowcall.column).type = \"timestamp\"];"),
     TEA("", "google.protobuf.Timestamp a = 2;"),
     "insert into teas (a) values ('2026-11-23 10:00')",
     "-- AlterTable\nALTER TABLE \"teas\" ALTER COLUMN \"a\" SET DATA TYPE TIMESTAMPTZ USING "
     "\"a\" AT TIME ZONE 'UTC';\n",
     "select a = '2026-11-23 10:00+00' from teas", "t"},
    {"one value becomes a list", TEA("", "optional string a = 2;"),
     TEA("", "repeated string a = 2;"), "insert into teas (a) values ('x'), (null)",
     "-- AlterTable\nALTER TABLE \"teas\" ALTER COLUMN \"a\" SET DATA TYPE TEXT[] USING (CASE "
     "WHEN \"a\" IS NOT NULL THEN ARRAY[\"a\"]::TEXT[] END);\n",
     "select string_agg(coalesce(a::text, 'null'), ' ' order by id) from teas", "{x} null"},
    {"an enum grows in place", "enum K { A = 0; C = 1; }\n" TEA("", "K k = 2;"),
     "enum K { A = 0; B = 2; C = 1; D = 3; }\n" TEA("", "K k = 2;"),
     "insert into teas (k) values ('C')",
     "-- AlterEnum\nALTER TYPE \"K\" ADD VALUE 'B' AFTER 'A';\nALTER TYPE \"K\" ADD VALUE "
     "'D';\n",
     "select enum_range(null::\"K\")::text", "{A,B,C,D}"},
    {"a label that is used at once makes the enum anew",
     "enum K { A = 0; }\n" TEA("", "K k = 2 [(rowcall.column).default = \"A\"];"),
     "enum K { A = 0; B = 1; }\n" TEA("", "K k = 2 [(rowcall.column).default = \"B\"];"),
     "insert into teas (k) values ('A')",
     "-- AlterEnum\nCREATE TYPE \"K_new\" AS ENUM ('A', 'B');\nALTER TABLE \"teas\" ALTER "
     "COLUMN "
     "\"k\" DROP DEFAULT;\nALTER TABLE \"teas\" ALTER COLUMN \"k\" TYPE \"K_new\" USING "
     "(\"k\"::text::\"K_new\");\nALTER TYPE \"K\" RENAME TO \"K_old\";\nALTER TYPE \"K_new\" "
     "RENAME TO \"K\";\nDROP TYPE \"K_old\";\nALTER TABLE \"teas\" ALTER COLUMN \"k\" SET "
     "DEFAULT "
     "'B';\n",
     "select k from teas", "A"},
    {"a label is renamed",
     "enum K { A = 0; B = 1; }\n" TEA("", "K k = 2 [(rowcall.column).default = \"B\"];"),
     "enum K { A = 0; Z = 1 [(rowcall.label).renamed_from = \"B\"]; }\n" TEA(
         "", "K k = 2 [(rowcall.column).default = \"Z\"];"),
     "insert into teas (k) values ('B')",
     "-- RenameEnumValue\nALTER TYPE \"K\" RENAME VALUE 'B' TO 'Z';\n", "select k from teas",
     "Z"},
    {"a number counts on from its values",
     "message Tea { option (rowcall.table) = {name: "
     "\"teas\"}; int32 id = 1 [(rowcall.column).id = "
     "true]; }\n",
     TEA("", ""), "insert into teas values (41)",
     "-- CreateSequence\nCREATE SEQUENCE \"teas_id_seq\" AS INTEGER;\n\n"
     "-- AlterTable\nALTER TABLE \"teas\" ALTER COLUMN \"id\" SET DEFAULT "
     "nextval('\"teas_id_seq\"');\n\n"
     "-- AlterSequence\nALTER SEQUENCE \"teas_id_seq\" OWNED BY \"teas\".\"id\";\nSELECT "
     "setval('\"teas_id_seq\"', COALESCE(MAX(\"id\"), 0) + 1, false) FROM \"teas\";\n",
     "select nextval('teas_id_seq')", "42"},
    {"a key that others lean on",
     TEA("",
         "string a = 2 [(rowcall.column).unique = true];") "message Cup { option "
                                                           "(rowcall.table) = {name: "
                                                           "\"cups\"}; int32 id = 1 "
                                                           "[(rowcall.column).id = true]; "
                                                           "string tea = 2; Tea of = 3 "
                                                           "[(rowcall.relation) = {fields: "
                                                           "\"tea\" references: \"a\"}]; }\n",
     TEA("",
         "int32 a = 2 [(rowcall.column).unique = true];") "message Cup { option "
                                                          "(rowcall.table) = {name: \"cups\"}; "
                                                          "int32 id = 1 "
                                                          "[(rowcall.column).id = true]; int32 "
                                                          "tea = 2; Tea of = 3 "
                                                          "[(rowcall.relation) = {fields: "
                                                          "\"tea\" references: \"a\"}]; }\n",
     "insert into teas (a) values ('5'); insert into cups values (1, '5')",
     "-- DropForeignKey\nALTER TABLE \"cups\" DROP CONSTRAINT \"cups_tea_fkey\";\n\n"
     "-- AlterTable\nALTER TABLE \"cups\" ALTER COLUMN \"tea\" SET DATA TYPE INTEGER USING "
     "(\"tea\"::INTEGER);\n\n"
     "-- AlterTable\nALTER TABLE \"teas\" ALTER COLUMN \"a\" SET DATA TYPE INTEGER USING "
     "(\"a\"::INTEGER);\n\n"
     "-- AddForeignKey\nALTER TABLE \"cups\" ADD CONSTRAINT \"cups_tea_fkey\" FOREIGN KEY "
     "(\"tea\") REFERENCES \"teas\"(\"a\") ON DELETE RESTRICT ON UPDATE CASCADE;\n",
     "select tea from cups", "5"},
    {"what was added NOT VALID is validated",
     TEA("check: {name: \"dear\" expression: \"a > 0\"}", "int32 a = 2;"),
     TEA("check: {name: \"dear\" expression: \"a > 0\"}", "int32 a = 2;"),
     "alter table teas drop constraint dear; alter table teas add constraint dear check (a > "
     "0) "
     "not valid; insert into teas (a) values (1)",
     "-- ValidateConstraint\nALTER TABLE \"teas\" VALIDATE CONSTRAINT \"dear\";\n",
     "select convalidated from pg_constraint where conname = 'dear'", "t"},
    {"a view in the way comes again",
     TEA("", "string a = 2;") "message Seen { option (rowcall.table) = {view: true name: "
                              "\"seen\" definition: \"select id, "
                              "a from teas\"}; int32 id = 1 [(rowcall.column).id = true]; "
                              "optional string a = 2; }\n",
     TEA("",
         "string a = 2 [(rowcall.column).type = \"varchar(9)\"];") "message Seen { option "
                                                                   "(rowcall.table) = {view: "
                                                                   "true name: \"seen\" "
                                                                   "definition: \"select id, "
                                                                   "a from teas\"}; int32 id = "
                                                                   "1 [(rowcall.column).id = "
                                                                   "true]; optional string a = "
                                                                   "2; }\n",
     "insert into teas (a) values ('x')",
     "-- DropView\nDROP VIEW \"seen\";\n\n"
     "-- AlterTable\nALTER TABLE \"teas\" ALTER COLUMN \"a\" SET DATA TYPE VARCHAR(9);\n\n"
     "-- CreateView\nCREATE VIEW \"seen\" AS\nselect id, a from teas;\n",
     "select a from seen", "x"},
    {"a generated column is made anew",
     TEA("", "int32 a = 2; optional int32 b = 3 [(rowcall.column).generated_sql = \"a * 2\"];"),
     TEA("", "int64 a = 2; optional int64 b = 3 [(rowcall.column).generated_sql = \"a * 2\"];"),
     "insert into teas (a) values (4)",
     "-- AlterTable\nALTER TABLE \"teas\" DROP COLUMN \"b\",\nALTER COLUMN \"a\" SET DATA TYPE "
     "BIGINT,\nADD COLUMN     \"b\" BIGINT GENERATED ALWAYS AS (a * 2) STORED;\n",
     "select b from teas", "8"},
};

static void compile(const char *messages, struct rc_schema **ret_schema)
{
    struct rc_buf text = {0};
    struct rc_buf set = {0};
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    rc_buf_printf(&text,
                  "syntax = \"proto3\";\npackage schema.tea;\n"
                  "import \"google/protobuf/timestamp.proto\";\n"
                  "import \"rowcall/schema.proto\";\n"
                  "option (rowcall.database) = {name: \"tea\" url_env: \"TEA_URL\"};\n%s",
                  messages);
    struct test_proto file = {"tea/tea.proto", text.data};
    test_protoc(&file, 1, &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), ret_schema, &problems, &err);
    if (st != ROWCALL_OK) {
        fail_msg("%s", problems.items[0].message);
    }
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
    rc_buf_fini(&text);
}

static void make_before(const char *url, const struct change *change)
{
    struct rc_schema *schema = NULL;
    struct rc_buf ddl = {0};
    compile(change->before, &schema);
    assert_int_equal(rc_ddl_create(rc_schema_scope(schema, rc_view_of("tea")), &ddl, NULL),
                     ROWCALL_OK);
    test_database_run(url, ddl.data);
    test_database_run(url, change->rows);
    rc_buf_fini(&ddl);
    rc_schema_free(schema);
}

static void expect_script(struct rc_pg_sync *conn, const struct rc_scope *scope,
                          const struct change *change, const char *expected)
{
    struct rc_arena arena;
    struct rc_diff diff = {0};
    struct rc_buf script = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    ASSERT_OK(rc_diff_live(conn, scope, true, &arena, &diff, &err), err);
    rc_buf_append_text(&script, "");
    rc_diff_print(&diff, &script);
    if (strcmp(script.data, expected) != 0) {
        (void)fprintf(stderr, "%s\n==== got\n%s==== expected\n%s", change->name, script.data,
                      expected);
        fail();
    }
    rc_buf_fini(&script);
    rc_arena_fini(&arena);
}

static void try_change(const struct change *change)
{
    char *url = test_database_create();
    struct rc_schema *schema = NULL;
    struct rc_pg_sync *conn = NULL;
    struct rc_pg_result *result = NULL;
    rowcall_error err = {0};
    make_before(url, change);
    compile(change->after, &schema);
    const struct rc_scope *scope = rc_schema_scope(schema, rc_view_of("tea"));
    ASSERT_OK(rc_pg_sync_open(url, NULL, &conn, &err), err);
    expect_script(conn, scope, change, change->script);
    ASSERT_OK(rc_pg_sync_exec(conn, "begin", NULL, NULL, &err), err);
    ASSERT_OK(rc_pg_sync_script(conn, change->script, &err), err);
    ASSERT_OK(rc_pg_sync_exec(conn, "commit", NULL, NULL, &err), err);
    expect_script(conn, scope, change, "");
    ASSERT_OK(rc_pg_sync_exec(conn, change->query, NULL, &result, &err), err);
    assert_string_equal(rc_pg_result_text(result, 0, 0), change->value);
    rc_pg_result_free(result);
    rc_pg_sync_close(conn);
    rc_schema_free(schema);
    test_database_drop(url);
}

static void test_each_change_has_its_script(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        try_change(&changes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_change_has_its_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
