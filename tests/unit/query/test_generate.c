// SPDX-License-Identifier: Apache-2.0
//
// Generated identifiers: their form, letter by letter, and that no two are the same.
#include "support/check.h"

#include "query/generate.h"

#include "base/clock.h"

#include <stdlib.h>

static bool is_of(const char *text, size_t len, const char *letters)
{
    return strspn(text, letters) == len && text[len] == '\0';
}

// pattern: x a hexadecimal digit, V one of 89ab, anything else itself.
static bool is_like(const char *text, const char *pattern)
{
    for (; *pattern; pattern++, text++) {
        const char *set = *pattern == 'x'   ? "0123456789abcdef"
                          : *pattern == 'V' ? "89ab"
                                            : NULL;
        if (*text == '\0' || (set ? !strchr(set, *text) : *text != *pattern)) {
            return false;
        }
    }
    return *text == '\0';
}

static void test_generate_has_the_form_of_its_kind(void **state)
{
    (void)state;
    char text[RC_GENERATED_SIZE];
    for (int i = 0; i < 200; i++) {
        assert_true(rc_generate(RC_GENERATOR_UUID4, text));
        assert_true(is_like(text, "xxxxxxxx-xxxx-4xxx-Vxxx-xxxxxxxxxxxx"));
        assert_true(rc_generate(RC_GENERATOR_UUID7, text));
        assert_true(is_like(text, "xxxxxxxx-xxxx-7xxx-Vxxx-xxxxxxxxxxxx"));
        assert_true(rc_generate(RC_GENERATOR_ULID, text));
        assert_true(is_of(text, 26, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"));
        assert_true(text[0] <= '7');
        assert_true(rc_generate(RC_GENERATOR_NANOID, text));
        assert_true(is_of(text, 21,
                          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"));
        assert_true(rc_generate(RC_GENERATOR_CUID2, text));
        assert_true(is_of(text, 24, "abcdefghijklmnopqrstuvwxyz0123456789"));
        assert_true(text[0] >= 'a');
    }
}

static void test_generate_never_repeats(void **state)
{
    (void)state;
    for (int kind = RC_GENERATOR_UUID4; kind <= RC_GENERATOR_CUID2; kind++) {
        char texts[100][RC_GENERATED_SIZE];
        for (size_t i = 0; i < 100; i++) {
            assert_true(rc_generate((enum rc_generator)kind, texts[i]));
            for (size_t k = 0; k < i; k++) {
                assert_string_not_equal(texts[i], texts[k]);
            }
        }
    }
}

// The first 48 bits of a uuid7 are the time.
static void test_generate_dates_uuid7_with_the_clock(void **state)
{
    (void)state;
    char text[RC_GENERATED_SIZE];
    int64_t before = rc_clock_wall_us() / 1000;
    assert_true(rc_generate(RC_GENERATOR_UUID7, text));
    int64_t after = rc_clock_wall_us() / 1000;
    memmove(text + 8, text + 9, 4); // over the dash
    text[12] = '\0';
    int64_t stamp = strtoll(text, NULL, 16);
    assert_in_range((uint64_t)stamp, (uint64_t)before, (uint64_t)after);
}

static void test_generate_refuses_no_generator(void **state)
{
    (void)state;
    char text[RC_GENERATED_SIZE];
    assert_false(rc_generate(RC_GENERATOR_NONE, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generate_has_the_form_of_its_kind),
        cmocka_unit_test(test_generate_never_repeats),
        cmocka_unit_test(test_generate_dates_uuid7_with_the_clock),
        cmocka_unit_test(test_generate_refuses_no_generator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
