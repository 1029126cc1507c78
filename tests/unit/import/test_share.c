// SPDX-License-Identifier: Apache-2.0
//
// What several databases share, and what keeps them from it.
#include "fixture.h"

#include <utlist.h>

// Two databases with these schemas, planned together.
struct both {
    struct imported imported;
    struct rc_file_change *changes;
};

static void plan(struct both *both, const char *a, const char *b)
{
    struct rc_draft drafts[2];
    struct rc_prisma_source sources[] = {{"a.prisma", "all", a}, {"b.prisma", "all", b}};
    struct rc_prisma_input inputs[] = {
        {.database = "a", .sources = &sources[0], .source_count = 1},
        {.database = "b", .sources = &sources[1], .source_count = 1}};
    struct rc_plan_input input = {.drafts = drafts, .draft_count = 2};
    rowcall_error err = {0};
    memset(both, 0, sizeof *both);
    rc_import_init(&both->imported.session);
    for (size_t i = 0; i < 2; i++) {
        ASSERT_OK(rc_prisma_read(&both->imported.session, &inputs[i], &drafts[i], &err), err);
    }
    ASSERT_OK(rc_plan_make(&both->imported.session, &input, &both->changes, &err), err);
}

static const char *file(const struct both *both, const char *path)
{
    const struct rc_file_change *change = NULL;
    LL_FOREACH (both->changes, change) {
        if (strcmp(change->path, path) == 0) {
            return change->text;
        }
    }
    return "";
}

#define TEAS "model Tea {\n id Int @id\n name String\n}\n"

static void test_share_tells_the_first_difference(void **state)
{
    static const struct {
        const char *other;
        const char *difference;
    } cases[] = {
        {"model Tea {\n id Int @id\n name String?\n}\n",
         "name: its nullability is NOT NULL, and NULL in b"},
        {"model Tea {\n id Int @id\n name String @db.VarChar(9)\n}\n",
         "name: its type is text, and character varying(9) in b"},
        {"model Tea {\n id Int @id\n name String @default(\"x\")\n}\n",
         "name: its default is none, and x in b"},
        {"model Tea {\n id Int @id\n name String @map(\"n\")\n}\n",
         "name: its column name is name, and n in b"},
        {"model Tea {\n id Int @id\n}\n", "name: b does not have it"},
        {"model Tea {\n id Int @id\n name String\n more Int\n}\n", "more: only b has it"},
        {"model Tea {\n id Int @id\n name String\n @@map(\"t\")\n}\n",
         "its table is Tea, and t in b"},
        {"model Tea {\n id Int @id\n name String @unique\n}\n", "Tea_name_key: only b has it"},
        {"model Tea {\n id Int @id\n name String\n @@index([name])\n}\n",
         "Tea_name_idx: only b has it"},
        {"model Tea {\n id Int @id(map: \"k\")\n name String\n}\n",
         "its primary key is Tea_pkey (id), and k (id) in b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct both both;
        plan(&both, TEAS, cases[i].other);
        ASSERT_CONTAINS(imported_findings(&both.imported), cases[i].difference);
        ASSERT_CONTAINS(file(&both, "a/all.proto"), "message Tea {");
        ASSERT_CONTAINS(file(&both, "b/all.proto"), "message Tea {");
        assert_string_equal(file(&both, "shared/all.proto"), "");
        imported_fini(&both.imported);
    }
}

// A relation that one database adds to what is shared is that database's.
static void test_share_leaves_relations_to_their_database(void **state)
{
    struct both both;
    (void)state;
    plan(&both, TEAS,
         "model Tea {\n id Int @id\n name String\n cups Cup[]\n bags Bag[]\n}\n"
         "model Cup {\n id Int @id\n teaId Int\n tea Tea @relation(fields: [teaId], "
         "references: [id])\n}\n"
         "model Bag {\n id Int @id\n teas Tea[]\n}\n");
    ASSERT_CONTAINS(file(&both, "shared/all.proto"), "message Tea {");
    ASSERT_CONTAINS(file(&both, "b/all.proto"),
                    "schema.shared.Tea tea = 101 [(rowcall.relation) = {\n"
                    "    fields: \"tea_id\" inverse: {name: \"cups\" number: 301}");
    ASSERT_CONTAINS(file(&both, "b/all.proto"),
                    "repeated schema.shared.Tea teas = 101 [(rowcall.relation) = {\n"
                    "    many_to_many: {} inverse: {name: \"bags\" number: 302}");
    ASSERT_CONTAINS(file(&both, "b/all.proto"), "import \"shared/all.proto\";");
    ASSERT_CONTAINS(file(&both, "a/database.proto"), "import public \"shared/all.proto\";");
    imported_fini(&both.imported);
}

static void test_share_goes_with_enums(void **state)
{
    struct both both;
    (void)state;
    plan(&both, "enum K {\n A\n B\n}\nmodel T {\n id Int @id\n k K @default(B)\n}\n",
         "enum K {\n A\n C\n}\nmodel T {\n id Int @id\n k K\n}\n");
    ASSERT_CONTAINS(
        imported_findings(&both.imported),
        "K is not shared, each database has its own: value 2: its label is B, and C in b");
    imported_fini(&both.imported);
    plan(&both, "enum K {\n A\n B\n}\nmodel T {\n id Int @id\n k K @default(B)\n}\n",
         "enum K {\n A\n B\n}\nmodel T {\n id Int @id\n k K @default(B)\n}\nmodel U {\n id Int "
         "@id\n"
         " k K @default(A)\n}\n");
    ASSERT_CONTAINS(file(&both, "shared/all.proto"), "enum K {");
    ASSERT_CONTAINS(file(&both, "b/all.proto"),
                    "schema.shared.K k = 2 [(rowcall.column) = {default: \"K_A\"}];");
    imported_fini(&both.imported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share_tells_the_first_difference),
        cmocka_unit_test(test_share_leaves_relations_to_their_database),
        cmocka_unit_test(test_share_goes_with_enums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
