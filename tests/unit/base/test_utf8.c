// SPDX-License-Identifier: Apache-2.0
//
// UTF-8: every boundary of the table of well-formed sequences, and every code point there and
// back.
#include "support/check.h"

#include "base/utf8.h"

static void test_utf8_accepts_and_refuses_at_every_boundary(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
        size_t expected;
    } cases[] = {
        {"", 0, 0},
        {"\0", 1, 1},
        {"\x7F", 1, 1},
        {"\x80", 1, 0},
        {"\xC1\xBF", 2, 0},
        {"\xC2\x80", 2, 2},
        {"\xC2", 1, 0},
        {"\xC2\x41", 2, 0},
        {"\xE0\x9F\xBF", 3, 0},
        {"\xE0\xA0\x80", 3, 3},
        {"\xED\x9F\xBF", 3, 3},
        {"\xED\xA0\x80", 3, 0}, // a surrogate
        {"\xEE\x80\x80", 3, 3},
        {"\xE2\x82", 2, 0},
        {"\xE2\x82\x41", 3, 0},
        {"\xF0\x8F\xBF\xBF", 4, 0},
        {"\xF0\x90\x80\x80", 4, 4},
        {"\xF4\x8F\xBF\xBF", 4, 4},
        {"\xF4\x90\x80\x80", 4, 0}, // above U+10FFFF
        {"\xF5\x80\x80\x80", 4, 0},
        {"\xFF", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(rc_utf8_sequence(cases[i].text, cases[i].len), cases[i].expected);
    }
}

static void test_utf8_encodes_every_code_point_well_formed(void **state)
{
    (void)state;
    char previous[4] = {0};
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code <= 0xDFFF) {
            continue;
        }
        char text[4] = {0};
        size_t len = rc_utf8_encode(code, text);
        assert_int_equal(rc_utf8_sequence(text, len), len);
        assert_true(memcmp(previous, text, 4) < 0); // UTF-8 sorts as its code points
        memcpy(previous, text, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_accepts_and_refuses_at_every_boundary),
        cmocka_unit_test(test_utf8_encodes_every_code_point_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
