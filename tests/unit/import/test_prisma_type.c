// SPDX-License-Identifier: Apache-2.0
//
// What Prisma's types become, and which are no types. That all of them make Prisma's columns is
// held in integration/import.
#include "fixture.h"

static void test_type_becomes_a_field(void **state)
{
    static const struct {
        const char *prisma;
        const char *proto;
    } cases[] = {
        {"String", "string x = 2;"},
        {"String?", "optional string x = 2;"},
        {"String[]", "repeated string x = 2;"},
        {"Int @db.SmallInt", "int32 x = 2 [(rowcall.column) = {type: \"smallint\"}];"},
        {"Int @db.Oid", "int64 x = 2 [(rowcall.column) = {type: \"oid\"}];"},
        {"Float @db.Real", "float x = 2;"},
        {"Decimal", "string x = 2 [(rowcall.column) = {type: \"numeric(65,30)\"}];"},
        {"DateTime",
         "google.protobuf.Timestamp x = 2 [(rowcall.column) = {type: \"timestamp(3)\"}];"},
        {"DateTime @db.Timestamptz", "google.protobuf.Timestamp x = 2;"},
        {"Json?", "optional string x = 2 [(rowcall.column) = {type: \"jsonb\"}];"},
        {"Unsupported(\"cidr\")", "string x = 2 [(rowcall.column) = {type: \"cidr\"}];"},
        {"Kind", "Kind x = 2;"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imported imported;
        char text[256];
        snprintf(text, sizeof text, "enum Kind {\n A\n}\nmodel M {\n id Int @id\n x %s\n}\n",
                 cases[i].prisma);
        import_prisma(&imported, text);
        ASSERT_CONTAINS(imported_file(&imported), cases[i].proto);
        imported_fini(&imported);
    }
}

static void test_type_that_is_none_is_reported(void **state)
{
    static const struct {
        const char *prisma;
        const char *finding;
    } cases[] = {
        {"Strin", "error 4: M.x: there is no type, model or enum Strin"},
        {"Int @db.Text", "error 4: M.x: @db.Text is no form of Int in PostgreSQL"},
        {"Int @db.Nothing", "error 4: M.x: @db.Nothing is no form of Int in PostgreSQL"},
        {"String @db.Uuid(3)", "error 4: M.x: @db.Uuid takes 0 numbers"},
        {"String @db.VarChar(0)", "error 4: M.x: type \"varchar(0)\": numbers go from 1"},
        {"Unsupported(\"point\")",
         "loss 4: M.x: Rowcall has no type point: the column is left out; keep it in "
         "migrations "
         "of your own, and give it a default, or nothing can be created"},
        {"Int @nothing", "error 4: @nothing is not known"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imported imported;
        char text[256];
        snprintf(text, sizeof text, "model M {\n id Int @id\n x %s\n}\n", cases[i].prisma);
        import_prisma(&imported, text);
        ASSERT_CONTAINS(imported_findings(&imported), cases[i].finding);
        imported_fini(&imported);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_type_becomes_a_field),
        cmocka_unit_test(test_type_that_is_none_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
