// SPDX-License-Identifier: Apache-2.0
//
// URLs: Prisma's parameters are cut out, passwords never come back out.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg/url.h"

static void assert_stripped(const char *text, const char *uri, const char *schema)
{
    struct rc_buf got_uri = {0};
    struct rc_buf got_schema = {0};
    rc_pg_url_strip(text, &got_uri, &got_schema);
    assert_string_equal(got_uri.data, uri);
    assert_string_equal(got_schema.data ? got_schema.data : "", schema);
    rc_buf_fini(&got_uri);
    rc_buf_fini(&got_schema);
}

static void test_url_loses_prisma_parameters(void **state)
{
    (void)state;
    assert_stripped("postgresql://h/d", "postgresql://h/d", "");
    assert_stripped("postgresql://h/d?schema=public", "postgresql://h/d", "public");
    assert_stripped("postgres://h/d?connection_limit=5&sslmode=disable&pgbouncer=true",
                    "postgres://h/d?sslmode=disable", "");
    assert_stripped("postgresql://h/d?a=1&schema=My%20Shop&b=2", "postgresql://h/d?a=1&b=2",
                    "My Shop");
    assert_stripped("postgresql://h/d?schema=%4", "postgresql://h/d", "%4");
    assert_stripped("host=h dbname=d?schema=x", "host=h dbname=d?schema=x", "");
}

static void test_url_keeps_libpq_parameters(void **state)
{
    (void)state;
    struct rc_pg_url url = {0};
    rowcall_error err = {0};
    assert_int_equal(
        rc_pg_url_init(&url, "postgresql:///shop?host=/run/pg&user=u&schema=A%22b", &err),
        ROWCALL_OK);
    assert_string_equal(rc_pg_url_value(&url, "host"), "/run/pg");
    assert_string_equal(rc_pg_url_value(&url, "dbname"), "shop");
    assert_null(rc_pg_url_value(&url, "connect_timeout"));
    assert_string_equal(url.search_path, "\"A\"\"b\"");
    rc_pg_url_fini(&url);
    rc_pg_url_fini(&url);
}

static void test_url_refuses_nonsense_without_quoting_it(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "",
        "postgresql://u:s3cret%zz@h/d",
        "postgresql://u:s3cret@[::1/d",
        "postgresqlx://u:s3cret@h/d",
        "host=h password='s3cret",
        "postgresql://u:s3cret@h/d?nonsense=1",
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct rc_pg_url url = {0};
        rowcall_error err = {0};
        assert_int_equal(rc_pg_url_init(&url, urls[i], &err), ROWCALL_INVALID_ARGUMENT);
        assert_int_equal(err.status, ROWCALL_INVALID_ARGUMENT);
        assert_null(strstr(err.message, "s3cret"));
    }
}

static void test_url_names_an_unknown_parameter(void **state)
{
    (void)state;
    struct rc_pg_url url = {0};
    rowcall_error err = {0};
    assert_int_equal(rc_pg_url_init(&url, "postgresql://h/d?nonsense=1", &err),
                     ROWCALL_INVALID_ARGUMENT);
    assert_non_null(strstr(err.message, "nonsense"));
}

static void test_url_scrubs_the_password(void **state)
{
    (void)state;
    struct rc_pg_url url = {0};
    char text[] = "login with s3cret failed: s3crets3cret";
    assert_int_equal(rc_pg_url_init(&url, "postgresql://u:s3cret@h/d", NULL), ROWCALL_OK);
    rc_pg_url_scrub(&url, text);
    assert_string_equal(text, "login with ****** failed: ************");
    rc_pg_url_fini(&url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url_loses_prisma_parameters),
        cmocka_unit_test(test_url_keeps_libpq_parameters),
        cmocka_unit_test(test_url_refuses_nonsense_without_quoting_it),
        cmocka_unit_test(test_url_names_an_unknown_parameter),
        cmocka_unit_test(test_url_scrubs_the_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
