// SPDX-License-Identifier: Apache-2.0
//
// Prisma schemas as trees, and the errors of files that are none.
#include "support/check.h"

#include "import/prisma_tree.h"

#include <utlist.h>

struct parsing {
    struct rc_import session;
    struct rc_prisma_block *blocks;
};

static void parse(struct parsing *p, const char *text)
{
    rc_import_init(&p->session);
    p->blocks = NULL;
    rc_prisma_parse(&p->session, "a.prisma", text, &p->blocks);
}

static void test_parse_reads_blocks(void **state)
{
    struct parsing p;
    (void)state;
    parse(&p, "generator g {\n  provider = \"x\" // why\n  f = [\"a\"]\n}\n\n"
              "/// lost\n\n/// A thing.\n/// Two lines.\nmodel Thing {\n  id Int @id\n"
              "  /// Of it.\n  other Other[] @relation(\"r\", fields: [a, b]) /// here\n"
              "  u Unsupported(\"point\")?\n\n  @@index([a(sort: Desc, ops: raw(\"x\"))], "
              "type: Gin)\n}\n"
              "enum E {\n  A @map(\"a\")\n  B\n  @@map(\"e\")\n}");
    assert_int_equal(p.session.error_count, 0);
    assert_int_equal(p.blocks->kind, RC_PRISMA_GENERATOR);
    assert_string_equal(rc_prisma_argument(p.blocks->settings, "provider", -1)->text, "x");
    const struct rc_prisma_block *model = p.blocks->next;
    assert_int_equal(model->line, 10);
    assert_string_equal(model->comment, "A thing.\nTwo lines.");
    const struct rc_prisma_field *other = rc_prisma_field(model, "other");
    assert_string_equal(other->comment, "Of it.\nhere");
    assert_int_equal(other->arity, RC_PRISMA_LIST);
    const struct rc_prisma_attribute *relation =
        rc_prisma_attribute(other->attributes, "relation");
    assert_string_equal(rc_prisma_argument(relation->arguments, "name", 0)->text, "r");
    const struct rc_prisma_value *fields =
        rc_prisma_argument(relation->arguments, "fields", -1);
    assert_int_equal(fields->kind, RC_PRISMA_VALUE_LIST);
    assert_string_equal(fields->items->next->value->text, "b");
    assert_string_equal(rc_prisma_field(model, "u")->unsupported, "point");
    const struct rc_prisma_value *index =
        rc_prisma_argument(model->attributes->arguments, "fields", 0);
    assert_int_equal(index->items->value->kind, RC_PRISMA_VALUE_CALL);
    assert_string_equal(rc_prisma_argument(index->items->value->items, "sort", -1)->text,
                        "Desc");
    assert_string_equal(model->next->fields->next->name, "B");
    rc_import_fini(&p.session);
}

// Every wrong line is told, and those around it are read.
static void test_parse_reports_every_line(void **state)
{
    static const struct {
        int line;
        const char *text;
    } expected[] = {
        {2, "expected the field's type, not the end of the line"},
        {3, "expected \",\" or \")\", not \"}\""},
        {4, "expected no \"?\": a list is never optional, not \"?\""},
        {5, "expected a name, not \"=\""},
        {6, "expected the end of the line, not \"stray\""},
        {7, "A has two fields called good"},
        {10, "expected model, view, enum, datasource or generator, not \"table\""},
        {11, "B has no closing \"}\""},
    };
    struct parsing p;
    (void)state;
    parse(&p, "model A {\n  x\n  y Int @default(1 }\n  z Int[]?\n  = 3\n  good Int stray\n"
              "  good Int\n}\n\ntable C\nmodel B {\n  b Int\n");
    const struct rc_finding *finding = p.session.findings;
    rc_import_sort_findings(&p.session);
    finding = p.session.findings;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_non_null(finding);
        assert_int_equal(finding->position.line, expected[i].line);
        assert_string_equal(finding->text, expected[i].text);
        finding = finding->next;
    }
    assert_null(finding);
    assert_non_null(rc_prisma_field(p.blocks, "good"));
    rc_import_fini(&p.session);
}

static void test_parse_bounds_depth(void **state)
{
    char text[4200] = "model A {\n  x Int @default(";
    struct parsing p;
    (void)state;
    size_t len = strlen(text);
    memset(text + len, '[', 4000);
    text[len + 4000] = '\0';
    parse(&p, text);
    ASSERT_CONTAINS(p.session.findings->text, "nested less deeply");
    rc_import_fini(&p.session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_reads_blocks),
        cmocka_unit_test(test_parse_reports_every_line),
        cmocka_unit_test(test_parse_bounds_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
