// SPDX-License-Identifier: Apache-2.0
//
// Base64, by the vectors of RFC 4648 and at every length.
#include "support/check.h"

#include "json/base64.h"

static void test_base64_vectors_both_ways(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xFB\xFF\xBF", "+/+/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf buf = {0};
        rc_base64_encode(rc_view_of(cases[i][0]), &buf);
        assert_true(rc_view_is(rc_buf_view(&buf), cases[i][1]));
        rc_buf_clear(&buf);
        assert_true(rc_base64_decode(rc_view_of(cases[i][1]), &buf));
        assert_true(rc_view_is(rc_buf_view(&buf), cases[i][0]));
        rc_buf_fini(&buf);
    }
}

static void test_base64_reads_url_alphabet_and_missing_padding(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    assert_true(rc_base64_decode(rc_view_of("-_-_"), &buf));
    assert_true(rc_base64_decode(rc_view_of("Zg"), &buf));
    assert_true(rc_base64_decode(rc_view_of("Zm8"), &buf));
    assert_true(rc_view_is(rc_buf_view(&buf), "\xFB\xFF\xBF"
                                              "ffo"));
    rc_buf_fini(&buf);
}

static void test_base64_refuses_other_texts(void **state)
{
    (void)state;
    static const char *const cases[] = {"Z",
                                        "Zm9vY",
                                        "Zg=",
                                        "Zg===",
                                        "=",
                                        "====",
                                        "Z===",
                                        "Zm 9",
                                        "Zm9\n",
                                        "Z\xC3\xA9"
                                        "a"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf buf = {0};
        if (rc_base64_decode(rc_view_of(cases[i]), &buf)) {
            fail_msg("\"%s\" is taken for base64", cases[i]);
        }
        rc_buf_fini(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64_vectors_both_ways),
        cmocka_unit_test(test_base64_reads_url_alphabet_and_missing_padding),
        cmocka_unit_test(test_base64_refuses_other_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
