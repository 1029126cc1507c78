// SPDX-License-Identifier: Apache-2.0
//
// Names of all kinds in proto.
#include "fixture.h"

#include "import/naming.h"

static void test_naming_makes_fields_and_types(void **state)
{
    static const char *const fields[][2] = {
        {"createdAt", "created_at"}, {"ID", "id"},  {"userID", "user_id"},
        {"a-b c", "a_b_c"},          {"_id", "id"}, {"1st", "n1st"},
        {"\xc3\xa9", "column"}};
    static const char *const types[][2] = {{"user", "User"},
                                           {"user_role", "UserRole"},
                                           {"UserRole", "UserRole"},
                                           {"a-b.c", "ABC"},
                                           {"2fa", "Table2fa"}};
    struct rc_import session;
    (void)state;
    rc_import_init(&session);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        assert_string_equal(rc_naming_field(&session, fields[i][0]), fields[i][1]);
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assert_string_equal(rc_naming_type(&session, types[i][0]), types[i][1]);
    }
    rc_import_fini(&session);
}

static void test_naming_avoids_what_is_taken(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(&imported,
                  "model Post {\n id Int @id\n and Int\n aB Int\n a_b Int\n x Int\n has_x Int\n"
                  " field Int?\n}\nmodel PostWhere {\n id Int @id\n}\nmodel post {\n id Int "
                  "@id\n @@map(\"p\")\n}\n"
                  "enum Kind {\n A\n}\nmodel KindFilter {\n id Int @id\n k Kind\n}\n");
    const char *file = imported_file(&imported);
    ASSERT_CONTAINS(file, "int32 and_field = 2 [(rowcall.column) = {name: \"and\"}];");
    ASSERT_CONTAINS(file, "int32 a_b = 3 [(rowcall.column) = {name: \"aB\"}];");
    ASSERT_CONTAINS(file, "int32 a_b_2 = 4 [(rowcall.column) = {name: \"a_b\"}];");
    ASSERT_CONTAINS(file, "int32 has_x_2 = 6 [(rowcall.column) = {name: \"has_x\"}];");
    ASSERT_CONTAINS(file, "optional int32 field = 7;");
    ASSERT_CONTAINS(file, "message PostWhereRecord {");
    ASSERT_CONTAINS(file, "message PostRecord {");
    ASSERT_CONTAINS(file, "message KindFilterRecord {");
    ASSERT_CONTAINS(
        imported_findings(&imported),
        "remark 14: post is called PostRecord in proto: that is the name of Post already");
    imported_fini(&imported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_naming_makes_fields_and_types),
        cmocka_unit_test(test_naming_avoids_what_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
