// SPDX-License-Identifier: Apache-2.0
//
// Relations that are wrong, and those that have to become something else.
#include "fixture.h"

static void expect(const char *text, const char *finding)
{
    struct imported imported;
    import_prisma(&imported, text);
    ASSERT_CONTAINS(imported_findings(&imported), finding);
    imported_fini(&imported);
}

static void test_relation_is_judged(void **state)
{
    (void)state;
    expect("model A {\n id Int @id\n b B?\n}\nmodel B {\n id Int @id\n a A?\n}\n",
           "error 4: A.b: no side of the relation says @relation(fields:");
    expect(
        "model A {\n id Int @id\n b B[]\n c B[]\n}\nmodel B {\n id Int @id\n aId Int\n"
        " a A @relation(fields: [aId], references: [id])\n}\n",
        "error 10: B.a: A.b and A.c could both be its other side: give each relation a name");
    expect("model A {\n id Int @id\n b B[]\n}\nmodel B {\n id Int @id\n aId Int\n"
           " a A @relation(fields: [nope], references: [id])\n}\n",
           "error 9: B.a: `fields` names something that is no field of B");
    expect("model A {\n id Int @id\n b B[]\n}\nmodel B {\n id Int @id\n aId Int\n"
           " a A @relation(fields: [aId], references: [id], onDelete: Drop)\n}\n",
           "error 9: B.a: onDelete is Cascade, Restrict, NoAction, SetNull or SetDefault");
    expect("model A {\n id Int @id\n b B[]\n}\nmodel B {\n id Int @id\n aId Int\n"
           " a A @relation(fields: [aId, id], references: [id])\n}\n",
           "error 9: B.a: `fields` and `references` name different numbers of fields");
    expect("model A {\n id Int @id\n b B[]\n}\nmodel B {\n id Int @id\n aId Int\n"
           " a A @relation(fields: [aId], references: [id], onDelete: SetNull)\n}\n",
           "loss 9: B.a: SetNull on columns that cannot be NULL");
    expect("model A {\n id Int @id\n x Float @unique\n b B[]\n}\nmodel B {\n id Int @id\n"
           " y Float\n a A @relation(fields: [y], references: [x])\n}\n",
           "loss 10: B.a: what it refers to is no key of A in Rowcall");
    expect("model A {\n x Int\n y Int\n b B[]\n @@id([x, y])\n}\nmodel B {\n id Int @id\n"
           " a A[]\n}\n",
           "error 5: A.b: a many-to-many relation needs an @id of one field at both sides");
}

// Prisma takes a relation with one required column for required; Rowcall's default is another.
static void test_relation_says_what_is_not_the_default(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(
        &imported,
        "model A {\n x Int\n y Int\n b B[]\n @@id([x, y])\n}\nmodel B {\n id Int @id\n"
        " ax Int\n ay Int?\n a A? @relation(fields: [ax, ay], references: [x, y])\n}\n");
    ASSERT_CONTAINS(
        imported_file(&imported),
        "fields: [\"ax\", \"ay\"] on_delete: RESTRICT inverse: {name: \"b\" number: 201}");
    imported_fini(&imported);
}

static void test_relation_of_lists_has_prismas_table(void **state)
{
    struct imported imported;
    (void)state;
    import_prisma(&imported,
                  "model Zoo {\n id Int @id\n animals Ape[]\n pets Ape[] @relation(\"p\")\n}\n"
                  "model Ape {\n id Int @id\n zoos Zoo[]\n homes Zoo[] @relation(\"p\")\n}\n");
    const char *file = imported_file(&imported);
    ASSERT_CONTAINS(file, "repeated Zoo zoos = 101 [(rowcall.relation) = {\n"
                          "    many_to_many: {} inverse: {name: \"animals\" number: 201}");
    ASSERT_CONTAINS(file, "many_to_many: {name: \"p\"} inverse: {name: \"pets\" number: 202}");
    imported_fini(&imported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relation_is_judged),
        cmocka_unit_test(test_relation_says_what_is_not_the_default),
        cmocka_unit_test(test_relation_of_lists_has_prismas_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
