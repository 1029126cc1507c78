// SPDX-License-Identifier: Apache-2.0
//
// Indexes and their conditions that are wrong.
#include "fixture.h"

static void test_index_is_judged(void **state)
{
    static const struct {
        const char *attribute;
        const char *finding;
    } cases[] = {
        {"@@index(a)", "error 6: M: @@index: its fields are a list of names: [a, b]"},
        {"@@index([])", "error 6: M: @@index: its fields are a list of names: [a, b]"},
        {"@@index([nope])", "error 6: M: @@index: there is no field nope"},
        {"@@index([a(sort: Up)])", "error 6: M: @@index: sort is Asc or Desc"},
        {"@@index([a(ops: 1)])", "error 6: M: @@index: ops is the name of an operator class"},
        {"@@index([a], type: Tree)", "error 6: M: @@index: type is BTree, Hash, Gin,"},
        {"@@index([a], map: b)", "error 6: `map` is a string: write it in quotes"},
        {"@@index([a], wher: 1)", "error 6: M: @@index: wher is not known"},
        {"@@index([p])", "loss 6: M: @@index needs p, which is left out"},
        {"@@index([a], where: {})", "error 6: where: write {field: value}"},
        {"@@index([a], where: {nope: 1})", "error 6: where: write {field: value}"},
        {"@@index([a], where: {a: {not: 1, in: 2}})", "error 6: where: write {field: value}"},
        {"@@index([a], where: {a: [1]})", "error 6: where: write {field: value}"},
        {"@@fulltext([a])", "error 6: @@fulltext is not for PostgreSQL"},
        {"@@shardKey([a])", "error 6: @@shardKey is not known"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imported imported;
        char text[256];
        snprintf(text, sizeof text,
                 "model M {\n id Int @id\n a Int\n p Unsupported(\"point\")?\n %s\n}\n",
                 cases[i].attribute);
        import_prisma(&imported, text);
        ASSERT_CONTAINS(imported_findings(&imported), cases[i].finding);
        imported_fini(&imported);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
