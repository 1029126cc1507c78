// SPDX-License-Identifier: Apache-2.0
//
// Keys: which models can be entities, and which unique columns are keys.
#include "fixture.h"

static void test_key_is_needed(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(&imported, "model A {\n email String @unique\n b B[]\n}\n"
                             "model B {\n id Int @id\n mail String\n"
                             " a A @relation(fields: [mail], references: [email])\n}\n");
    ASSERT_STATUS(imported.status, ROWCALL_OK);
    ASSERT_CONTAINS(imported_findings(&imported),
                    "loss 2: A has no primary key, which an entity needs: it is left out");
    ASSERT_CONTAINS(
        imported_findings(&imported),
        "loss 9: B.a: A is left out, and the relation to it, too; its columns stay");
    ASSERT_CONTAINS(imported_file(&imported), "string mail = 2;");
    assert_null(strstr(imported_file(&imported), "message A "));
    imported_fini(&imported);
}

static void test_key_of_a_view_is_promised(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(&imported,
                  "view V {\n id Int @unique\n x Int\n}\nview W {\n x Int? @unique\n}\n");
    ASSERT_CONTAINS(imported_file(&imported), "int32 id = 1 [(rowcall.column) = {id: true}];");
    ASSERT_CONTAINS(imported_file(&imported), "view: true");
    ASSERT_CONTAINS(imported_findings(&imported), "loss 6: view W has no key: it is left out");
    imported_fini(&imported);
}

static void test_key_is_one(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(&imported, "model A {\n a Int @id\n b Int @id\n @@id([a, c])\n}\n");
    ASSERT_CONTAINS(imported_findings(&imported), "error 4: A has two primary keys");
    ASSERT_CONTAINS(imported_findings(&imported), "error 5: A: @@id: there is no field c");
    imported_fini(&imported);
}

static void test_key_that_rowcall_cannot_name_is_an_index(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(&imported, "model A {\n id Int @id\n r Float @unique\n b Int\n"
                             " @@unique([b, id])\n @@unique([id, b])\n}\n");
    const char *file = imported_file(&imported);
    ASSERT_CONTAINS(file, "index: {fields: \"r\" name: \"A_r_key\" unique: true}");
    ASSERT_CONTAINS(file, "unique: {fields: [\"b\", \"id\"] number: 1}");
    ASSERT_CONTAINS(file, "index: {fields: [\"id\", \"b\"] name: \"A_id_b_key\" unique: true}");
    imported_fini(&imported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_is_needed),
        cmocka_unit_test(test_key_of_a_view_is_promised),
        cmocka_unit_test(test_key_is_one),
        cmocka_unit_test(test_key_that_rowcall_cannot_name_is_an_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
