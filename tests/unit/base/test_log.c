// SPDX-License-Identifier: Apache-2.0
//
// Log lines, read back through a pipe in place of stderr.
#include "support/check.h"

#include "base/clock.h"
#include "base/log.h"

#include <math.h>
#include <unistd.h>

struct capture {
    int saved;
    int pipe[2];
    char text[4096];
};

static void capture_begin(struct capture *capture)
{
    assert_int_equal(pipe(capture->pipe), 0);
    capture->saved = dup(STDERR_FILENO);
    assert_true(dup2(capture->pipe[1], STDERR_FILENO) >= 0);
    (void)close(capture->pipe[1]);
}

// The captured text without each line's time.
static const char *capture_end(struct capture *capture)
{
    assert_true(dup2(capture->saved, STDERR_FILENO) >= 0);
    (void)close(capture->saved);
    ssize_t len = read(capture->pipe[0], capture->text, sizeof capture->text - 1);
    (void)close(capture->pipe[0]);
    capture->text[len > 0 ? len : 0] = '\0';
    return capture->text;
}

static void test_log_text_quotes_what_needs_it(void **state)
{
    (void)state;
    struct capture capture;
    rc_log_configure(RC_LOG_INFO, RC_LOG_TEXT);
    capture_begin(&capture);
    rc_log(RC_LOG_INFO, "server", "listening", "url", "%s", "ipc:///tmp/x", "name", "%s", "a b",
           "empty", "%s", "", "missing", "%s", (char *)NULL, "quote", "%s", "a\"b\n", "fixed",
           "yes", (char *)NULL);
    const char *text = capture_end(&capture);
    assert_string_equal(strchr(text, ' '),
                        " info  server: listening url=ipc:///tmp/x name=\"a b\" empty=\"\" "
                        "missing=(null) quote=\"a\\\"b\\n\" fixed=yes\n");
    assert_int_equal(strchr(text, ' ') - text, (long)strlen("2026-11-23T04:50:44.079177Z"));
}

static void test_log_json_has_numbers_and_escapes(void **state)
{
    (void)state;
    struct capture capture;
    rc_log_configure(RC_LOG_DEBUG, RC_LOG_JSON);
    capture_begin(&capture);
    rc_log(RC_LOG_DEBUG, "database x", "query", "d", "%d", -5, "u", "%u", 5u, "zu", "%zu",
           (size_t)6, "ld", "%ld", -7L, "lld", "%lld", -8LL, "lu", "%lu", 9UL, "llu", "%llu",
           10ULL, "f", "%.3f", 1.5, "nan", "%.3f", (double)NAN, "view", "%.*s", 2, "abc",
           "unit", "%d ms", 3, "bad", "%s", "\xC0\x01\\", (char *)NULL);
    const char *text = capture_end(&capture);
    ASSERT_CONTAINS(text,
                    "\",\"level\":\"debug\",\"subject\":\"database x\",\"event\":\"query\","
                    "\"d\":-5,\"u\":5,\"zu\":6,\"ld\":-7,\"lld\":-8,\"lu\":9,\"llu\":10,"
                    "\"f\":1.500,");
    ASSERT_CONTAINS(text,
                    "\"view\":\"ab\",\"unit\":\"3 ms\",\"bad\":\"\xEF\xBF\xBD\\u0001\\\\\"}\n");
    ASSERT_CONTAINS(text, "nan\",\"view");
}

static void test_log_below_its_level_writes_nothing(void **state)
{
    (void)state;
    struct capture capture;
    rc_log_configure(RC_LOG_WARN, RC_LOG_TEXT);
    assert_false(rc_log_enabled(RC_LOG_INFO));
    assert_true(rc_log_enabled(RC_LOG_ERROR));
    capture_begin(&capture);
    rc_log(RC_LOG_INFO, "server", "quiet", (char *)NULL);
    rc_log(RC_LOG_WARN, "server", "loud", (char *)NULL);
    const char *text = capture_end(&capture);
    assert_null(strstr(text, "quiet"));
    ASSERT_CONTAINS(text, "warn  server: loud\n");
}

static void test_log_settings_parse_their_words_only(void **state)
{
    (void)state;
    enum rc_log_level level = RC_LOG_ERROR;
    enum rc_log_format format = RC_LOG_TEXT;
    assert_true(rc_log_level_parse("debug", &level));
    assert_int_equal(level, RC_LOG_DEBUG);
    assert_false(rc_log_level_parse("Debug", &level));
    assert_false(rc_log_level_parse("", &level));
    assert_true(rc_log_format_parse("json", &format));
    assert_int_equal(format, RC_LOG_JSON);
    assert_false(rc_log_format_parse("xml", &format));
    assert_int_equal(format, RC_LOG_JSON);
}

static void test_clock_does_not_go_back(void **state)
{
    (void)state;
    int64_t last = rc_clock_now_us();
    for (int i = 0; i < 1000; i++) {
        int64_t now = rc_clock_now_us();
        assert_true(now >= last);
        last = now;
    }
    assert_true(rc_clock_wall_us() > INT64_C(1700000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_text_quotes_what_needs_it),
        cmocka_unit_test(test_log_json_has_numbers_and_escapes),
        cmocka_unit_test(test_log_below_its_level_writes_nothing),
        cmocka_unit_test(test_log_settings_parse_their_words_only),
        cmocka_unit_test(test_clock_does_not_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
