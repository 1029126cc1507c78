// SPDX-License-Identifier: Apache-2.0
//
// One more URL in files that people write.
#include "support/check.h"

#include "bin/url_setting.h"

static const struct rc_url_setting shop = {"SHOP_URL", "shop"};

typedef enum rc_setting_place (*add_fn)(const struct rc_url_setting *setting,
                                        struct rc_view text, struct rc_buf *ret_text);

static void expect(add_fn add, const char *text, const char *expected)
{
    struct rc_buf out = {0};
    assert_int_equal(add(&shop, rc_view_of(text), &out), RC_SETTING_ADDED);
    rc_buf_append_char(&out, '\0');
    assert_string_equal(out.data, expected);
    rc_buf_fini(&out);
}

static void expect_untouched(add_fn add, const char *text, enum rc_setting_place place)
{
    struct rc_buf out = {0};
    assert_int_equal(add(&shop, rc_view_of(text), &out), place);
    assert_int_equal(out.len, 0);
    rc_buf_fini(&out);
}

static void test_env_line_follows_the_last_url(void **state)
{
    (void)state;
    expect(rc_url_setting_env,
           "# comment\nA=postgres://u:p@h:1/a?sslmode=require # why\nTIMEOUT=5\n",
           "# comment\nA=postgres://u:p@h:1/a?sslmode=require # why\nTIMEOUT=5\n"
           "SHOP_URL=postgres://u:p@h:1/shop?sslmode=require\n");
    expect(rc_url_setting_env, "export A=\"postgresql://h/a?x=1\"\n",
           "export A=\"postgresql://h/a?x=1\"\nSHOP_URL=\"postgresql://h/shop?x=1\"\n");
    // A URL without a database; those of poolers and shadows are no model.
    expect(rc_url_setting_env, "A=postgresql://h\nDIRECT_A=postgresql://d/a\n",
           "A=postgresql://h\nDIRECT_A=postgresql://d/a\nSHOP_URL=postgresql://h/shop\n");
}

static void test_env_file_stays_well_formed(void **state)
{
    (void)state;
    expect(rc_url_setting_env, "A=1", "A=1\nSHOP_URL=postgresql://localhost/shop\n");
    expect(rc_url_setting_env, "A=1\r\nB=2\r\n",
           "A=1\r\nB=2\r\nSHOP_URL=postgresql://localhost/shop\r\n");
    expect(rc_url_setting_env, "#SHOP_URL=x\nMY_SHOP_URL=y\n",
           "#SHOP_URL=x\nMY_SHOP_URL=y\nSHOP_URL=postgresql://localhost/shop\n");
    struct rc_buf out = {0};
    assert_int_equal(rc_url_setting_env(&shop, (struct rc_view){NULL, 0}, &out),
                     RC_SETTING_ADDED);
    ASSERT_CONTAINS(out.data,
                    ".env file beside this one.\nSHOP_URL=postgresql://localhost/shop\n");
    rc_buf_fini(&out);
}

static void test_env_line_is_not_repeated(void **state)
{
    (void)state;
    expect_untouched(rc_url_setting_env, "A=1\n SHOP_URL = x\nB=1\n", RC_SETTING_PRESENT);
    expect_untouched(rc_url_setting_env, "export SHOP_URL=", RC_SETTING_PRESENT);
}

static void test_compose_entry_follows_the_others(void **state)
{
    (void)state;
    expect(rc_url_setting_compose,
           "x-databases: &databases\n"
           "  # why\n"
           "  A: postgresql://u:${PASSWORD:?say/it}@postgres/a\n"
           "  LEVEL: info\n"
           "\n"
           "services:\n"
           "  server:\n"
           "    environment: *databases\n",
           "x-databases: &databases\n"
           "  # why\n"
           "  A: postgresql://u:${PASSWORD:?say/it}@postgres/a\n"
           "  LEVEL: info\n"
           "  SHOP_URL: postgresql://u:${PASSWORD:?say/it}@postgres/shop\n"
           "\n"
           "services:\n"
           "  server:\n"
           "    environment: *databases\n");
    expect(rc_url_setting_compose, "x-databases:\n    A: \"x\"",
           "x-databases:\n    A: \"x\"\n    SHOP_URL: postgresql://postgres@postgres/shop\n");
}

static void test_compose_file_of_another_kind_is_left(void **state)
{
    (void)state;
    expect_untouched(rc_url_setting_compose, "", RC_SETTING_NO_PLACE);
    expect_untouched(rc_url_setting_compose, "services:\n  a:\n    image: b\n",
                     RC_SETTING_NO_PLACE);
    expect_untouched(rc_url_setting_compose, "x-databases: {}\nservices:\n  SHOP_URL: x\n",
                     RC_SETTING_NO_PLACE);
    expect_untouched(rc_url_setting_compose, "x-databases:\n  SHOP_URL: x\n  B: y\n",
                     RC_SETTING_PRESENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_env_line_follows_the_last_url),
        cmocka_unit_test(test_env_file_stays_well_formed),
        cmocka_unit_test(test_env_line_is_not_repeated),
        cmocka_unit_test(test_compose_entry_follows_the_others),
        cmocka_unit_test(test_compose_file_of_another_kind_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
