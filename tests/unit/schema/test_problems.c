// SPDX-License-Identifier: Apache-2.0
//
// The checker: what is wrong with a schema is said, with its place, and all of it at once.
#include "support/check.h"
#include "support/protoc.h"

#include "schema/schema.h"

#include <stdio.h>

#define HEAD                                                                                   \
    "syntax = \"proto3\";\npackage schema.shop;\n"                                             \
    "import \"google/protobuf/timestamp.proto\";\nimport \"rowcall/schema.proto\";\n"
#define DATABASE "option (rowcall.database) = {name: \"shop\" url_env: \"SHOP_URL\"};\n"
// A schema with a message P for the method of a service.
#define METHOD(rpc)                                                                            \
    "message A { " TABLE ID "}\nmessage P { int32 x = 1; }\nservice S { " rpc " }"
#define TABLE "option (rowcall.table) = {}; "
#define ID    "int32 id = 1 [(rowcall.column).id = true]; "
#define VIEW  "message V { option (rowcall.table) = {view: true}; " ID "}\n"
#define OTHER "message Other { " TABLE ID "string code = 2; }\n"

// Lines: HEAD is 1 to 4, DATABASE 5; a case's text begins on line 6.
static const struct problem_case {
    const char *text;
    const char *expected; // one finding, at its place
} cases[] = {
    {"message A { " TABLE ID "string s = 2 [(rowcall.column).type = \"strin\"]; }",
     "shop/shop.proto:6: field s: unknown column type \"strin\""},
    {"message A { " TABLE ID "\nstring s = 2 [(rowcall.column).type = \"int\"]; }",
     "shop/shop.proto:7: field s: integer cannot hold string; declare the field as "
     "int32"},
    {"message A { " TABLE ID "uint32 u = 2; }", "field u: no column holds uint32"},
    {"message A { option (rowcall.table) = {renamed_from: \"a\"}; " ID "}",
     "entity a: renamed_from is the name that it has now"},
    {"message A { " TABLE ID "\nint32 b = 2 [(rowcall.column).renamed_from = \"b\"]; }",
     "shop/shop.proto:7: column b: renamed_from is the name that it has now"},
    {"message A { " TABLE ID "}\nenum K { option (rowcall.enum).renamed_from = \"K\"; B = 0; }",
     "shop/shop.proto:7: enum K: renamed_from is the name that it has now"},
    {"message A { " TABLE ID "}\nenum K { B = 0 [(rowcall.label).renamed_from = \"\"]; }",
     "shop/shop.proto:7: renamed_from: the name is empty"},
    {"message A { option (rowcall.table) = {definition: \"select 1\"}; " ID "}",
     "entity A: a definition is a view's: add `view: true`"},
    {"message A { option (rowcall.table) = {view: true materialized: true}; " ID "}",
     "entity A: `materialized` goes with the definition of a view"},
    {"message A { option (rowcall.table) = {view: true renamed_from: \"b\"}; " ID "}",
     "entity A: a view is made anew under another name"},
    {"message A { " TABLE ID "\nOther o = 2 [(rowcall.relation).fields = \"nope\"]; }\n" OTHER,
     "shop/shop.proto:7: relation of A names \"nope\", which is not a column of it"},
    {"message A { " TABLE ID "Other o = 2 [(rowcall.relation) = {fields: \"id\" references: "
     "\"nope\"}]; }\n" OTHER,
     "shop/shop.proto:6: `references` of Other names \"nope\", which is not a column "
     "of it"},
    {"message A { " TABLE ID "Other o = 2 [(rowcall.relation) = {fields: \"id\" references: "
     "\"code\"}]; }\n" OTHER,
     "relation o: what it refers to is no unique key of Other"},
    {"message A { " TABLE ID "Plain o = 2 [(rowcall.relation).fields = \"id\"]; }\n"
     "message Plain { int32 x = 1; }",
     "shop/shop.proto:7: message Plain is no entity"},
    {"message A { " TABLE ID "Plain o = 2 [(rowcall.relation).fields = \"id\"]; }\n"
     "message Plain { int32 x = 1; }",
     "shop/shop.proto:6: relation o: schema.shop.Plain is no entity"},
    {"message A { " TABLE ID
     "int64 b = 2; Other o = 3 [(rowcall.relation).fields = \"b\"]; }\n" OTHER,
     "relation o: b is bigint and Other.id is integer"},
    {"message A { " TABLE ID "Other o = 3 [(rowcall.relation).fields = \"id\", "
     "(rowcall.relation).references = \"id\", (rowcall.relation).references = "
     "\"code\"]; "
     "}\n" OTHER,
     "relation o: 1 fields refer to 2 of Other"},
    {"message A { " TABLE ID "int32 b = 2; int32 c = 3;"
     "Other o = 4 [(rowcall.relation) = {fields: \"b\" inverse: {name: \"a\" number: "
     "9}}];\n"
     "Other p = 5 [(rowcall.relation) = {fields: \"c\" inverse: {name: \"z\" number: "
     "9}}]; "
     "}\n" OTHER,
     "shop/shop.proto:7: inverse z: number 9 on Other is relation a already "
     "(shop/shop.proto:6)"},
    {"message A { " TABLE ID "int32 b = 2; int32 c = 3;"
     "Other o = 4 [(rowcall.relation) = {fields: \"b\" inverse: {name: \"a\" number: "
     "9}}];\n"
     "Other p = 5 [(rowcall.relation) = {fields: \"c\" inverse: {name: \"a\" number: "
     "8}}]; "
     "}\n" OTHER,
     "inverse a: Other has a relation of that name already"},
    {"message A { " TABLE ID "int32 b = 2; Other o = 4 [(rowcall.relation) = {fields: \"b\" "
     "inverse: {name: \"code\" number: 9}}]; }\n" OTHER,
     "inverse code: Other has a field of that name"},
    {"message A { " TABLE ID "int32 b = 2; Other o = 4 [(rowcall.relation) = {fields: \"b\" "
     "inverse: {name: \"as\" number: 2}}]; }\n" OTHER,
     "inverse as: number 2 is field code of Other"},
    {"message A { " TABLE ID "int32 b = 2; Other o = 4 [(rowcall.relation) = {fields: \"b\" "
     "inverse: {name: \"as\" number: 1001}}]; }\n" OTHER,
     "number 1001 of inverse as is reserved"},
    {"message A { " TABLE ID "int32 b = 2; Other field = 4 [(rowcall.relation) = {fields: "
     "\"b\"}]; }\n" OTHER,
     "relation name \"field\" is reserved"},
    {METHOD("rpc M(P) returns (AWhere) { option (rowcall.sql).query = \"select 1 as "
            "x\"; }") "\nmessage AWhere { int32 x = 1; }",
     "shop/shop.proto:9: AWhere is the name of a message that is derived from A: "
     "choose "
     "another"},
    {METHOD("rpc M(P) returns (SMRequest) { option (rowcall.sql).query = \"select 1 as "
            "x\"; }") "\nmessage SMRequest { int32 x = 1; }",
     "shop/shop.proto:9: SMRequest is the name of a message that is derived from S"},
    {"message A { " TABLE ID "}\nmessage S { " TABLE ID "}\nmessage P { int32 x = 1; }\n"
     "message R { option (rowcall.table) = {}; " ID "}\n"
     "service a { rpc M(P) returns (P) { option (rowcall.sql).query = \"select 1 as "
     "x\"; } }",
     "has the name of"},
    {"message A { " TABLE ID "int32 b = 2; V v = 4 [(rowcall.relation) = {fields: \"b\" "
     "on_delete: CASCADE}]; }\n" VIEW,
     "shop/shop.proto:6: relation v: `on_delete` is for foreign keys, and PostgreSQL "
     "has none "
     "with a view: drop it"},
    {"message A { " TABLE ID "}\nmessage V { option (rowcall.table) = {view: true}; " ID
     "A a = 2 [(rowcall.relation) = {fields: \"id\" name: \"x\"}]; }",
     "shop/shop.proto:7: relation a: `name` is for foreign keys"},
    {"message A { " TABLE ID "repeated V v = 4 [(rowcall.relation) = {many_to_many: {} "
     "inverse: {name: \"as\" number: 9}}]; }\n" VIEW,
     "shop/shop.proto:6: relation v: a join table has foreign keys, and views can have "
     "none"},
    {"message A { " TABLE ID "Other o = 4 [(rowcall.relation) = {many_to_many: {} inverse: "
     "{name: \"as\" number: 9}}]; }\n" OTHER,
     "shop/shop.proto:6: relation o: a many_to_many relation is a `repeated` field"},
    {"message A { " TABLE ID
     "\nrepeated Other o = 4 [(rowcall.relation) = {many_to_many: {}}]; "
     "}\n" OTHER,
     "shop/shop.proto:7: relation o: a many_to_many relation has two sides; set its "
     "`inverse`"},
    {"message A { " TABLE ID "repeated Other o = 4 [(rowcall.relation) = {fields: \"id\"}]; "
     "}\n" OTHER,
     "relation o is `repeated`: declare the relation at Other, where its columns are, "
     "and this "
     "side as its `inverse`; or set `many_to_many`"},
    {"message A { " TABLE ID "repeated Other o = 4 [(rowcall.relation) = {many_to_many: {} "
     "fields: \"id\" inverse: {name: \"as\" number: 9}}]; }\n" OTHER,
     "relation o: `fields` is for foreign keys, and many_to_many makes its own"},
    {"message A { " TABLE ID "repeated Other o = 4 [(rowcall.relation) = {many_to_many: {} "
     "on_delete: CASCADE inverse: {name: \"as\" number: 9}}]; }\n" OTHER,
     "relation o: `on_delete` is for foreign keys"},
    {"message A { option (rowcall.table).primary_key = {fields: [\"x\", \"y\"]}; int32 "
     "x = 1; "
     "int32 y = 2; repeated Other o = 4 [(rowcall.relation) = {many_to_many: {} "
     "inverse: "
     "{name: \"as\" number: 9}}]; }\n" OTHER,
     "relation o: the primary key of A has 2 columns, many_to_many needs one"},
    {"message A { " TABLE ID "repeated Plain o = 4 [(rowcall.relation) = {many_to_many: {} "
     "inverse: {name: \"as\" number: 9}}]; }\nmessage Plain { int32 x = 1; }",
     "relation o: schema.shop.Plain is no entity"},
    {"message A { " TABLE ID "repeated Other o = 4 [(rowcall.relation) = {many_to_many: {name: "
     "\"a23456789012345678901234567890123456789012345678901234567890123\"} inverse: "
     "{name: \"as\" number: 9}}]; }\n" OTHER,
     "join table: \"_a23456789012345678901234567890123456789012345678901234567890123\" "
     "has 64 "
     "bytes"},
    {"message A { " TABLE ID "repeated Other o = 4 [(rowcall.relation) = {many_to_many: {name: "
     "\"\"} inverse: {name: \"as\" number: 9}}]; }\n" OTHER,
     "relation o: the name of its table is empty"},
    {"message A { " TABLE ID "\nrepeated Other o = 4 [(rowcall.relation) = "
     "{many_to_many: {} inverse: {name: \"as\" "
     "number: 9}}];\nrepeated Other p = 5 [(rowcall.relation) = {many_to_many: {} "
     "inverse: "
     "{name: \"bs\" number: 8}}]; }\n" OTHER,
     "shop/shop.proto:8: table \"_AToOther\" of A.p has the name of the table of A.o: "
     "give one "
     "another name"},
    {"message A { " TABLE ID "\nrepeated Other o = 4 [(rowcall.relation) = "
     "{many_to_many: {} inverse: {name: \"code\" "
     "number: 9}}]; }\n" OTHER,
     "shop/shop.proto:7: inverse code: Other has a field of that name"},
    {"message A { " TABLE ID
     "repeated A a = 4 [(rowcall.relation) = {many_to_many: {} inverse: {name: \"a\" "
     "number: 9}}]; }",
     "A has a relation of that name already (shop/shop.proto:6)"},
    {"message A { " TABLE "optional int32 id = 1 [(rowcall.column).id = true]; }",
     "field id is part of the primary key and cannot be `optional`"},
    {"message A { " TABLE "int32 x = 1; }", "entity A has no primary key"},
    {"message A { " TABLE ID "int32 b = 2 [(rowcall.column).id = true]; }",
     "entity A has 2 `id` columns"},
    {"message A { option (rowcall.table).primary_key = {fields: \"id\"}; " ID "}",
     "entity A has both an `id` column and a primary_key"},
    {"message A { " TABLE "float f = 1 [(rowcall.column).id = true]; }",
     "field f: a real cannot be part of a key"},
    {"message A { " TABLE ID "repeated string t = 2 [(rowcall.column).unique = true]; }",
     "field t: text[] cannot be part of a key"},
    {"message A { " TABLE ID "int32 x = 1000; }", "field x: number 1000 is reserved"},
    {"message A { option (rowcall.table).name = "
     "\"a23456789012345678901234567890123456789012345678"
     "901234567890abcd\"; " ID "}",
     "table: \"a23456789012345678901234567890123456789012345678901234567890abcd\" has "
     "64 "
     "bytes"},
    {"message A { " TABLE ID "int32 x = 2 [(rowcall.column).name = \"id\"]; }",
     "fields id and x are both column \"id\""},
    {"message A { option (rowcall.table).name = \"other\"; " ID "}\n" OTHER,
     "table \"other\" of Other has the name of the table of A"},
    {"message A { option (rowcall.table) = {index: {fields: \"b\" name: \"i\"} index: "
     "{fields: "
     "\"id\" name: \"i\"}}; " ID "int32 b = 2; }",
     "index \"i\" of A has the name of the index of A"},
    {"message Product { " TABLE ID "}\nmessage ProductWhere { " TABLE ID "}",
     "shop/shop.proto:7: ProductWhere is the name of a message that is derived from "
     "Product"},
    {"message Product { " TABLE ID "}\nmessage ProductFindManyRequest { " TABLE ID "}",
     "ProductFindManyRequest is the name of a message that is derived from Product"},
    {"message A { option (rowcall.table).primary_key = {fields: [\"x\", \"y_z\"]}; "
     "int32 x = "
     "1; int32 "
     "y_z = 2; }\nmessage AKeyXYZ { " TABLE ID "}",
     "AKeyXYZ is the name of a message that is derived from A"},
    {"message Health { " TABLE ID "}", "entity Health has the name of a service"},
    {"message HTTPLog { " TABLE ID
     "}\nmessage HttpLog { option (rowcall.table).name = \"l\"; " ID "}",
     "has the name of the entity"},
    {"message A { option (rowcall.table) = {unique: {fields: [\"id\", \"b\"] number: "
     "1} "
     "unique: "
     "{fields: [\"id\", \"c\"] number: 1}}; " ID "int32 b = 2; int32 c = 3; }",
     "entity A: two unique keys have number 1"},
    {"message A { option (rowcall.table) = {unique: {fields: [\"id\", \"b\"] number: "
     "90}}; " ID "int32 b = 2; }",
     "a unique key of A has number 90: use 1 to 89"},
    {"message A { option (rowcall.table) = {unique: {fields: \"b\" number: 1}}; " ID
     "int32 b = 2; }",
     "for one field, use (rowcall.column).unique"},
    {"message A { " TABLE ID "Other o = 2; }\n" OTHER,
     "message schema.shop.Other is neither a relation nor google.protobuf.Timestamp"},
    {"message A { " TABLE ID "map<string, string> m = 2; }", "field m: a map has no column"},
    {"message A { " TABLE ID "oneof one { string s = 2; } }",
     "field s: a oneof has no columns"},
    {"message A { " TABLE ID
     "repeated Other o = 2 [(rowcall.relation).fields = \"id\"]; }\n" OTHER,
     "relation o is `repeated`: declare the relation at Other"},
    {"message A { " TABLE "string s = 1 [(rowcall.column) = {id: true autoincrement: true}]; }",
     "field s: autoincrement needs a required int32 or int64 column"},
    {"message A { " TABLE ID "int32 n = 2 [(rowcall.column).default = \"twelve\"]; }",
     "field n: default \"twelve\" is no integer"},
    {"message A { " TABLE ID "int32 n = 2 [(rowcall.column).default = \"2147483648\"]; }",
     "field n: default \"2147483648\" is no integer"},
    {"message A { " TABLE ID "bool n = 2 [(rowcall.column).default = \"yes\"]; }",
     "field n: default \"yes\" is no boolean"},
    {"message A { " TABLE ID "string n = 2 [(rowcall.column) = {type: \"varchar(2)\" default: "
     "\"abc\"}]; }",
     "field n: default \"abc\" is no character varying(2)"},
    {"message A { " TABLE ID "Color c = 2 [(rowcall.column).default = \"BLUE\"]; }\n"
     "enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; }",
     "field c: default \"BLUE\" is no value of enum Color"},
    {"message A { " TABLE ID "int32 n = 2 [(rowcall.column) = {default: \"1\" default_sql: "
     "\"2\"}]; }",
     "field n: choose one of autoincrement, default, default_sql"},
    {"message A { " TABLE ID "int32 n = 2 [(rowcall.column).updated_at = true]; }",
     "field n: updated_at needs a timestamp column"},
    {"message A { " TABLE ID "int32 n = 2 [(rowcall.column).generate = UUID7]; }",
     "field n: generate needs a text or uuid column, not integer"},
    {"message A { " TABLE ID "string n = 2 [(rowcall.column) = {generate: ULID type: "
     "\"varchar(20)\"}]; }",
     "has 26 characters; character varying(20) is too short"},
    {"message A { " TABLE ID "int32 b = 2; Other o = 3 [(rowcall.relation) = {fields: \"b\" "
     "on_delete: SET_NULL}]; }\n" OTHER,
     "relation o: SET_NULL needs nullable columns"},
    {"message A { " TABLE ID "enum E { X = 0; } E e = 2; }",
     "entity A: declare enums and entities at top level"},
    {"message A { " TABLE ID "Color c = 2; }\nenum Color { COLOR_UNSPECIFIED = 0; }",
     "shop/shop.proto:7: enum Color has no labels"},
    {"enum Color { COLOR_NONE = 0; COLOR_RED = 1; COLOR_ROT = 2 [(rowcall.label).name "
     "= "
     "\"RED\"]; }\n"
     "message A { " TABLE ID "}",
     "enum Color has two labels \"RED\""},
    {"enum Color { option allow_alias = true; NONE = 0; RED = 1; ROT = 1; }\nmessage A "
     "{ " TABLE ID "}",
     "enum values RED and ROT have one number"},
    {"message A { " TABLE ID "string or = 2; }", "field name \"or\" is reserved"},
    {"message A { " TABLE ID "string Title = 2; }",
     "field \"Title\": write its name in lower_snake_case"},
    {"message A { " TABLE ID "bool has_b = 2; optional int32 b = 3; }",
     "field has_b collides with the companion of field b in C"},
    {"message A { " TABLE ID "string s = 2 [(rowcall.column).not_null = true]; }",
     "field s: not_null is for arrays"},
    {"message A { " TABLE ID "string s = 2 [(rowcall.column).name = \"ctid\"]; }",
     "column \"ctid\" has the name of a system column"},
    {"message A { option (rowcall.table) = {index: {fields: \"id\" method: "
     "\"tree\"}}; " ID "}",
     "unknown method \"tree\""},
    {"message A { option (rowcall.table) = {index: {}}; " ID "}",
     "index of A: name either `fields` or `parts`"},
    {"message A { option (rowcall.table) = {index: {parts: {}}}; " ID "}",
     "index of A: a part is either a field or an expression"},
    {"message A { option (rowcall.table) = {index: {parts: {field: \"id\" descending: "
     "true} "
     "method: "
     "\"gin\"}}; " ID "}",
     "only btree indexes have an order"},
    {"message A { " TABLE ID
     "string s = 2 [(rowcall.column) = {type: \"json\" index: true}]; }\n"
     "message B { option (rowcall.table) = {index: {fields: \"j\"}}; " ID
     "string j = 2 [(rowcall.column).type = \"json\"]; }",
     "json has no order that btree could use"},
    {"message A { " TABLE ID "string s = 2 [(rowcall.column).type = \"citext\"]; }",
     "shop/shop.proto:5: database shop: A.s is citext: add extensions: \"citext\""},
    {"message A { " TABLE ID "}\nservice health { }",
     "service \"health\": write its name in CamelCase"},
    {"message A { " TABLE ID "}\nservice Health { }",
     "service Health has the name of a service of the server"},
    {METHOD("rpc F(P) returns (stream P);"), "F: say what it runs"},
    {METHOD("rpc F(A) returns (P) { option (rowcall.sql).query = \"select 1\"; }"),
     "F: schema.shop.A is no message of the schema without a table"},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).query = \"select $y as x\"; }"),
     "F: $y is no field of the request"},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).query = \"select $1 as x\"; }"),
     "F: $1: parameters have the names of the request's fields"},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).query = \"select $ x\"; }"),
     "F: a $ without the name of a parameter"},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).query = \"selec 1\"; }"),
     "F: syntax error at or near \"selec\""},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).query = \"select 1; select "
            "2\"; }"),
     "F: the query is one SELECT"},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).query = \"copy a to stdout\"; }"),
     "F: the query is one SELECT"},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).query = \"select 1 into x\"; }"),
     "F: the query is one SELECT"},
    {METHOD("rpc F(stream P) returns (P) { option (rowcall.sql).query = \"select 1\"; }"),
     "F: a request is one message"},
    {METHOD("rpc f(P) returns (P) { option (rowcall.sql).query = \"select 1\"; }"),
     "method \"f\": write its name in CamelCase"},
    {METHOD("rpc F(P) returns (P) { option (rowcall.sql).function = \"f(1)\"; }"),
     "F: \"f(1)\" is no name of a function"},
    {"message A { " TABLE ID "}\nmessage P { int32 x = 1 [(rowcall.column).unique = true]; }\n"
     "service S { rpc F(P) returns (P) { option (rowcall.sql).query = \"select 1 as "
     "x\"; } }",
     "field x: a parameter, or a column of a result, has only a `name` and a `type`"},
    {"", "database shop has no entities"},
};

static void load(const struct test_proto *protos, size_t count, struct rc_buf *ret_findings)
{
    struct rc_buf set = {0};
    test_protoc(protos, count, &set);
    struct rc_schema *schema = NULL;
    struct rc_problems problems;
    rowcall_error err = {0};
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    rc_problems_print(&problems, ret_findings);
    assert_int_equal(st == ROWCALL_OK, problems.count == 0);
    if (st == ROWCALL_OK) {
        rc_schema_free(schema);
        fail_msg("no problem was found in:\n%s", protos[0].text);
    }
    ASSERT_STATUS(st, ROWCALL_INVALID_ARGUMENT);
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
}

static void test_problems_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[4096];
        snprintf(text, sizeof(text), "%s%s%s", HEAD, DATABASE, cases[i].text);
        struct test_proto proto = {"shop/shop.proto", text};
        struct rc_buf findings = {0};
        load(&proto, 1, &findings);
        ASSERT_CONTAINS(findings.data, cases[i].expected);
        rc_buf_fini(&findings);
    }
}

static void test_problems_are_reported_together_and_in_order(void **state)
{
    (void)state;
    struct test_proto proto = {"shop/shop.proto", HEAD DATABASE
                               "message A { " TABLE "\n"
                               "int32 x = 1;\n"
                               "string s = 2 [(rowcall.column).type = \"nope\"];\n"
                               "}\n"
                               "message B { " TABLE "\n"
                               "int32 y = 2000; }\n"};
    struct rc_buf findings = {0};
    load(&proto, 1, &findings);
    assert_string_equal(
        findings.data,
        "shop/shop.proto:6: entity A has no primary key: mark a column `id: true`, or set "
        "(rowcall.table).primary_key\n"
        "shop/shop.proto:8: field s: unknown column type \"nope\"\n"
        "shop/shop.proto:10: entity B has no primary key: mark a column `id: true`, or set "
        "(rowcall.table).primary_key\n"
        "shop/shop.proto:11: field y: number 2000 is reserved for derived messages; use 1 to "
        "999\n");
    rc_buf_fini(&findings);
}

static void expect(const struct test_proto *protos, size_t count, const char *expected)
{
    struct rc_buf findings = {0};
    load(protos, count, &findings);
    ASSERT_CONTAINS(findings.data, expected);
    rc_buf_fini(&findings);
}

#define SHARED(name)                                                                           \
    {                                                                                          \
        "shared/" name ".proto", HEAD "message " name " { " TABLE ID "}\n"                     \
    }

static void test_problems_between_databases(void **state)
{
    (void)state;
    const struct test_proto missing[] = {
        SHARED("One"),
        SHARED("Two"),
        {"shop/database.proto", HEAD "import \"shared/One.proto\";\n" DATABASE},
    };
    expect(missing, 3,
           "shop/database.proto:6: database shop does not import \"shared/Two.proto\": every "
           "database serves all shared entities");
    expect(missing, 3, "entity Two is in no database: import \"shared/Two.proto\"");
    const struct test_proto twins[] = {
        SHARED("One"),
        {"a/database.proto", HEAD "import \"shared/One.proto\";\n" DATABASE},
        {"b/database.proto", HEAD "import \"shared/One.proto\";\n" DATABASE},
    };
    expect(twins, 3, "database shop is declared in a/database.proto too");
    expect(twins, 3, "databases shop and shop have one url_env, SHOP_URL");
    const struct test_proto none[] = {SHARED("One")};
    expect(none, 1, "no file is a database");
    const struct test_proto leak[] = {
        {"shop/own.proto", HEAD "message Own { " TABLE ID "}\n"},
        {"shared/leak.proto", HEAD "import \"shop/own.proto\";\nmessage Leak { " TABLE ID
                                   "Own o = 2 [(rowcall.relation).fields = \"id\"]; }\n"},
        {"shop/database.proto", HEAD "import \"shared/leak.proto\";\n" DATABASE},
    };
    expect(leak, 3, "relation o: Leak is shared and Own is not");
    const struct test_proto reserved[] = {
        SHARED("One"),
        {"x/database.proto",
         HEAD "import \"shared/One.proto\";\noption (rowcall.database) = {name: \"shared\" "
              "url_env: \"x y\"};\n"},
    };
    expect(reserved, 2, "database \"shared\": that name is reserved");
    expect(reserved, 2, "url_env \"x y\" is no environment variable");
}

static void test_problems_of_proto2(void **state)
{
    (void)state;
    const struct test_proto proto = {"shop/shop.proto",
                                     "syntax = \"proto2\";\npackage schema.shop;\n"
                                     "import \"rowcall/schema.proto\";\n" DATABASE};
    expect(&proto, 1, "a schema is written in proto3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problems_are_found),
        cmocka_unit_test(test_problems_are_reported_together_and_in_order),
        cmocka_unit_test(test_problems_between_databases),
        cmocka_unit_test(test_problems_of_proto2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
