// SPDX-License-Identifier: Apache-2.0
//
// Defaults that are wrong, or that Rowcall makes in another way.
#include "fixture.h"

static void test_default_is_judged(void **state)
{
    static const struct {
        const char *field;
        const char *finding;
    } cases[] = {
        {"Int @default(true)", "error 4: M.x: the default is no constant of its type"},
        {"Boolean @default(1)", "error 4: M.x: the default is no constant of its type"},
        {"String @default(1)", "error 4: M.x: the default is no constant of its type"},
        {"Bytes @default(\"=a\")", "error 4: M.x: the default is no constant of its type"},
        {"Int @default([1])", "error 4: M.x: the default is a list, and the field is none"},
        {"Int[] @default([1, \"a\"])", "error 4: M.x: the default is no constant of its type"},
        {"Int @default()", "error 4: M.x: @default says no value"},
        {"Int @default(soon())", "error 4: M.x: there is no function soon()"},
        {"Int @default(sequence())", "error 4: M.x: sequence() is CockroachDB's"},
        {"Int? @default(autoincrement())", "error 4: M.x: autoincrement() is for required"},
        {"String @default(autoincrement())", "error 4: M.x: autoincrement() is for required"},
        {"String @default(dbgenerated())", "loss 4: M.x: dbgenerated() does not say"},
        {"String @default(uuid()) @db.VarChar(20)",
         "loss 4: M.x: what Rowcall would generate has 36 characters and does not fit "
         "character "
         "varying(20)"},
        {"String @default(cuid())", "remark 4: M.x: Prisma makes cuids of version 1"},
        {"String @default(nanoid(12))", "remark 4: M.x: Rowcall's nanoids have 21 characters"},
        {"Int @updatedAt", "loss 4: M.x: Rowcall keeps updated_at for timestamps"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imported imported;
        char text[256];
        snprintf(text, sizeof text, "model M {\n id Int @id\n x %s\n}\n", cases[i].field);
        import_prisma(&imported, text);
        ASSERT_CONTAINS(imported_findings(&imported), cases[i].finding);
        imported_fini(&imported);
    }
}

static void test_default_of_an_enum_is_a_value(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(&imported, "enum Kind {\n big @map(\"very big\")\n}\nmodel M {\n id Int @id\n"
                             " x Kind @default(big)\n}\n");
    ASSERT_CONTAINS(imported_file(&imported),
                    "Kind x = 2 [(rowcall.column) = {default: \"KIND_BIG\"}];");
    ASSERT_CONTAINS(imported_file(&imported),
                    "KIND_BIG = 1 [(rowcall.label) = {name: \"very big\"}];");
    imported_fini(&imported);
    import_prisma(&imported,
                  "enum Kind {\n big\n}\nmodel M {\n id Int @id\n x Kind @default(small)\n}\n");
    ASSERT_CONTAINS(imported_findings(&imported),
                    "error 7: M.x: the default is no value of its enum");
    imported_fini(&imported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_is_judged),
        cmocka_unit_test(test_default_of_an_enum_is_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
