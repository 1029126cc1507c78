// SPDX-License-Identifier: Apache-2.0
//
// An import as a whole: where things go, and that running out of memory is an answer, too.
#include "fixture.h"
#include "support/fail_alloc.h"

#include <utlist.h>

static const char schema[] =
    "/// A tea.\nmodel Tea {\n id Int @id @default(autoincrement())\n name String @unique\n"
    " kind Kind @default(GREEN)\n cups Cup[]\n friends Cup[] @relation(\"f\")\n"
    " @@index([kind, name(sort: Desc)], map: \"i\")\n @@map(\"teas\")\n}\n"
    "enum Kind {\n GREEN\n BLACK @map(\"b\")\n}\nmodel Cup {\n a Int @unique\n b Int\n id Int "
    "@id\n"
    " tea Tea @relation(fields: [a], references: [id])\n fans Tea[] @relation(\"f\")\n"
    " l String[] @default([\"x\"])\n @@unique([a, b], where: {b: {not: 1}})\n}\n"
    "model Lost {\n x Unsupported(\"point\")\n}\n";

static void test_plan_survives_missing_memory(void **state)
{
    bool refused = true;
    (void)state;
    for (unsigned long nth = 1; refused; nth++) {
        struct rc_import session;
        struct rc_draft draft = {0};
        struct rc_file_change *changes = NULL;
        struct rc_prisma_source source = {"a.prisma", "a", schema};
        struct rc_prisma_input input = {
            .database = "shop", .sources = &source, .source_count = 1};
        struct rc_plan_input plan = {.drafts = &draft, .draft_count = 1};
        rowcall_error err = {0};
        fail_alloc_arm(nth);
        rc_import_init(&session);
        rowcall_status st = rc_prisma_read(&session, &input, &draft, &err);
        st = st ? st : rc_plan_make(&session, &plan, &changes, &err);
        refused = fail_alloc_disarm();
        ASSERT_STATUS(st, refused ? ROWCALL_RESOURCE_EXHAUSTED : ROWCALL_OK);
        rc_import_fini(&session);
    }
}

// Files that refer to each other, which proto files cannot do, become one.
static void test_plan_merges_files_that_need_each_other(void **state)
{
    static const struct rc_prisma_source sources[] = {
        {"x.prisma", "sub/x-file",
         "model X {\n id Int @id\n yId Int\n y Y @relation(\"xy\", fields: [yId], references: "
         "[id])\n"
         " ys Y[] @relation(\"yx\")\n}\n"},
        {"y.prisma", "y",
         "model Y {\n id Int @id\n xId Int\n x X @relation(\"yx\", fields: [xId], references: "
         "[id])\n"
         " xs X[] @relation(\"xy\")\n}\n"},
        {"z.prisma", "database", "model Z {\n id Int @id\n k Kind\n}\nenum Kind {\n A\n}\n"},
    };
    static const char *const paths[] = {"shop/database.proto", "shop/database_schema.proto",
                                        "shop/sub_x_file.proto"};
    struct rc_prisma_input input = {.database = "shop", .sources = sources, .source_count = 3};
    struct imported imported = {0};
    struct rc_file_change *changes = NULL;
    struct rc_plan_input plan = {.drafts = &imported.draft, .draft_count = 1};
    rowcall_error err = {0};
    (void)state;
    rc_import_init(&imported.session);
    ASSERT_OK(rc_prisma_read(&imported.session, &input, &imported.draft, &err), err);
    ASSERT_OK(rc_plan_make(&imported.session, &plan, &changes, &err), err);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_non_null(changes);
        assert_string_equal(changes->path, paths[i]);
        changes = changes->next;
    }
    assert_null(changes);
    ASSERT_CONTAINS(imported_findings(&imported),
                    "shop/sub_x_file.proto and shop/y.proto refer to each other");
    imported_fini(&imported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_survives_missing_memory),
        cmocka_unit_test(test_plan_merges_files_that_need_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
