// SPDX-License-Identifier: Apache-2.0
//
// Changes of types, by what PostgreSQL does with them: noted only, read alike, or cut.
#include "migrate/lint_type.h"

#include "support/check.h"

enum { KEEPS = 1, ALIKE = 2, LOSES = 4, CUTS = 8 };

static const struct {
    const char *from;
    const char *to;
    int what; // CUTS: only when it is cast
} cases[] = {
    {"character varying(30)", "character varying(40)", KEEPS | ALIKE},
    {"character varying(30)", "character varying", KEEPS | ALIKE},
    {"character varying(30)", "text", KEEPS | ALIKE},
    {"text", "character varying", KEEPS | ALIKE},
    {"text", "character varying(5)", ALIKE | CUTS},
    {"character varying(30)", "character varying(5)", ALIKE | CUTS},
    {"character varying(3)[]", "character varying(5)[]", ALIKE},
    {"character varying(3)[]", "character varying(3)[]", KEEPS | ALIKE},
    {"character(3)", "text", ALIKE},
    {"character(3)", "character(5)", ALIKE},
    {"citext", "text", KEEPS | ALIKE},
    {"text", "citext", KEEPS | ALIKE},
    {"cidr", "inet", KEEPS},
    {"inet", "cidr", 0},
    {"bit varying(3)", "bit varying(5)", KEEPS | ALIKE},
    {"bit(3)", "bit(5)", ALIKE},
    {"numeric(10,2)", "numeric(12,2)", KEEPS | ALIKE},
    {"numeric(10,2)", "numeric", KEEPS | ALIKE},
    {"numeric(10,0)", "numeric(12)", KEEPS | ALIKE},
    {"numeric(10,2)", "numeric(12,3)", ALIKE},
    {"numeric(10,2)", "numeric(12,1)", ALIKE | LOSES},
    {"numeric", "numeric(10,2)", ALIKE | LOSES},
    {"numeric(10,2)", "integer", LOSES},
    {"double precision", "real", LOSES},
    {"double precision", "numeric(10,2)", LOSES},
    {"real", "double precision", 0},
    {"bigint", "double precision", LOSES},
    {"integer", "double precision", 0},
    {"integer", "bigint", 0},
    {"bigint", "integer", 0}, // refused, not cut
    {"timestamp(3) without time zone", "timestamp(6) without time zone", KEEPS | ALIKE},
    {"timestamp(3) without time zone", "timestamp without time zone", KEEPS | ALIKE},
    {"timestamp(3) without time zone", "timestamp with time zone", KEEPS | ALIKE},
    {"timestamp(3) without time zone", "timestamp(3) with time zone", ALIKE},
    {"timestamp(6) without time zone", "timestamp(3) without time zone", ALIKE | LOSES},
    {"timestamp with time zone", "date", LOSES},
    {"timestamp without time zone", "time without time zone", LOSES},
    {"date", "timestamp without time zone", 0},
    {"integer[]", "integer", LOSES},
    {"integer", "integer[]", 0},
    {"jsonb", "json", 0},
};

static void expect(size_t i, const char *what, bool is, bool wanted)
{
    if (is != wanted) {
        fail_msg("%s to %s: %s %d", cases[i].from, cases[i].to, what, is);
    }
}

static void test_changes_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *from = cases[i].from;
        const char *to = cases[i].to;
        int what = cases[i].what;
        expect(i, "keeps bytes", rc_lint_type_keeps_bytes(from, to), what & KEEPS);
        expect(i, "reads alike", rc_lint_type_reads_alike(from, to), what & ALIKE);
        expect(i, "loses", rc_lint_type_loses(from, to, false), what & LOSES);
        expect(i, "loses by a cast", rc_lint_type_loses(from, to, true), what & (LOSES | CUTS));
    }
    assert_int_equal(rc_lint_type_length("character varying(30)"), 30);
    assert_int_equal(rc_lint_type_length("numeric(10,2)"), -1);
    assert_int_equal(rc_lint_type_length("text"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
