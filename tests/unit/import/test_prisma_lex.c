// SPDX-License-Identifier: Apache-2.0
//
// The words of Prisma's schema language.
#include "support/check.h"

#include "import/prisma_lex.h"

struct lexing {
    struct rc_import session;
    struct rc_prisma_lexer lexer;
};

static void begin(struct lexing *lexing, const char *text)
{
    rc_import_init(&lexing->session);
    rc_prisma_lexer_init(&lexing->lexer, &lexing->session, "a.prisma", text);
}

static struct rc_prisma_token expect(struct lexing *lexing, enum rc_prisma_word word,
                                     const char *text)
{
    struct rc_prisma_token token = rc_prisma_lex(&lexing->lexer);
    assert_int_equal(token.word, word);
    if (text) {
        assert_string_equal(token.text, text);
    }
    return token;
}

static void test_lex_tells_words_apart(void **state)
{
    struct lexing l;
    (void)state;
    begin(&l, "model A_1-b { // not me\n  x Int? @id @@map(\"a\", -1.50)\n}");
    expect(&l, RC_PRISMA_NAME, "model");
    expect(&l, RC_PRISMA_NAME, "A_1-b");
    assert_int_equal(expect(&l, RC_PRISMA_SIGN, NULL).sign, '{');
    expect(&l, RC_PRISMA_LINE_END, NULL);
    assert_int_equal(expect(&l, RC_PRISMA_NAME, "x").line, 2);
    expect(&l, RC_PRISMA_NAME, "Int");
    assert_int_equal(expect(&l, RC_PRISMA_SIGN, NULL).sign, '?');
    assert_int_equal(expect(&l, RC_PRISMA_SIGN, NULL).sign, '@');
    expect(&l, RC_PRISMA_NAME, "id");
    expect(&l, RC_PRISMA_BLOCK_ATTRIBUTE, NULL);
    expect(&l, RC_PRISMA_NAME, "map");
    expect(&l, RC_PRISMA_SIGN, NULL);
    expect(&l, RC_PRISMA_STRING, "a");
    expect(&l, RC_PRISMA_SIGN, NULL);
    expect(&l, RC_PRISMA_NUMBER, "-1.50");
    expect(&l, RC_PRISMA_SIGN, NULL);
    expect(&l, RC_PRISMA_LINE_END, NULL);
    assert_int_equal(expect(&l, RC_PRISMA_SIGN, NULL).sign, '}');
    assert_int_equal(expect(&l, RC_PRISMA_END, NULL).line, 3);
    assert_int_equal(l.session.error_count, 0);
    rc_import_fini(&l.session);
}

static void test_lex_keeps_documentation(void **state)
{
    struct lexing l;
    (void)state;
    begin(&l, "\xef\xbb\xbf/// What it is. \r\n//// more\n");
    expect(&l, RC_PRISMA_COMMENT, "What it is.");
    expect(&l, RC_PRISMA_LINE_END, NULL);
    expect(&l, RC_PRISMA_COMMENT, "/ more");
    rc_import_fini(&l.session);
}

static void test_lex_reads_escapes(void **state)
{
    struct lexing l;
    (void)state;
    begin(&l, "\"a\\\"\\\\\\n\\t\\u00e9\\ud83d\\ude00\"");
    expect(&l, RC_PRISMA_STRING, "a\"\\\n\t\xc3\xa9\xf0\x9f\x98\x80");
    assert_int_equal(l.session.error_count, 0);
    rc_import_fini(&l.session);
}

static void test_lex_reports_what_is_no_word(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"\"open\nx", "a string does not end in its line"},
        {"\"\\q\"", "a string has an escape that is none"},
        {"\"\\ud83d\"", "a string has an escape that is none"},
        {"\"\\u0000\"", "a string has an escape that is none"},
        {"; x", "\";\" means nothing here"},
        {"\xc3\xa9", "\"\xc3\xa9\" means nothing here"},
        {"\xff", "means nothing here"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lexing l;
        begin(&l, cases[i].text);
        while (rc_prisma_lex(&l.lexer).word != RC_PRISMA_END) {
        }
        assert_int_equal(l.session.error_count, 1);
        ASSERT_CONTAINS(l.session.findings->text, cases[i].message);
        assert_int_equal(l.session.findings->position.line, 1);
        rc_import_fini(&l.session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lex_tells_words_apart),
        cmocka_unit_test(test_lex_keeps_documentation),
        cmocka_unit_test(test_lex_reads_escapes),
        cmocka_unit_test(test_lex_reports_what_is_no_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
