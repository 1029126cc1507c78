// SPDX-License-Identifier: Apache-2.0
//
// Times as text and back, in order, and to and from the C library's.
#include "support/check.h"

#include "rowcall/value.h"

static const struct {
    rowcall_time time;
    const char *text;
} known[] = {
    {{0, 0}, "1970-01-01T00:00:00Z"},
    {{1795426200, 250000000}, "2026-11-23T09:30:00.250Z"},
    {{1795426200, 123456000}, "2026-11-23T09:30:00.123456Z"},
    {{-1, 999999999}, "1969-12-31T23:59:59.999999999Z"},
    {{951782400, 0}, "2000-02-29T00:00:00Z"},
    {{INT64_MAX, 0}, "infinity"},
    {{INT64_MIN, 0}, "-infinity"},
};

static void test_time_formats_and_parses_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[ROWCALL_TIME_TEXT_MAX];
        rowcall_time time = {1, 1};
        assert_string_equal(rowcall_time_format(known[i].time, text, sizeof text),
                            known[i].text);
        assert_true(rowcall_time_parse(known[i].text, &time));
        assert_int_equal(rowcall_time_compare(time, known[i].time), 0);
    }
}

// PostgreSQL's first and last timestamps, with every digit that there may be.
static void test_time_of_the_farthest_year_fits_its_maximum(void **state)
{
    (void)state;
    static const rowcall_time ends[] = {{-210866803200, 999999999}, {9224318015999, 999999999}};
    for (size_t i = 0; i < 2; i++) {
        char text[ROWCALL_TIME_TEXT_MAX];
        rowcall_time time = {0};
        assert_true(strlen(rowcall_time_format(ends[i], text, sizeof text)) > 0);
        assert_true(rowcall_time_parse(text, &time));
        assert_int_equal(rowcall_time_compare(time, ends[i]), 0);
    }
}

static void test_time_that_does_not_fit_is_cut_and_terminated(void **state)
{
    (void)state;
    char text[8] = "xxxxxxx";
    assert_string_equal(rowcall_time_format((rowcall_time){0}, text, 5), "1970");
    assert_int_equal(text[5], 'x');
}

static void test_time_parses_offsets(void **state)
{
    (void)state;
    rowcall_time time = {0};
    assert_true(rowcall_time_parse("2026-11-23T10:30:00.25+01:00", &time));
    assert_int_equal(time.seconds, 1795426200);
    assert_int_equal(time.nanos, 250000000);
}

static void test_time_refuses_what_is_none(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "now",
        "2026-11-23",
        "2026-11-23T09:30:00",
        "2026-02-29T00:00:00Z",
        "2026-11-23T25:00:00Z",
        "2026-11-23T09:30:00Z tomorrow",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        rowcall_time time = {42, 42};
        assert_false(rowcall_time_parse(wrong[i], &time));
        assert_int_equal(time.seconds, 42);
        assert_int_equal(time.nanos, 42);
    }
}

static void test_time_is_ordered_by_seconds_then_nanos(void **state)
{
    (void)state;
    static const rowcall_time ascending[] = {{INT64_MIN, 0}, {-1, 0}, {-1, 1},       {0, 0},
                                             {0, 999999999}, {1, 0},  {INT64_MAX, 0}};
    for (size_t i = 0; i < sizeof ascending / sizeof *ascending; i++) {
        for (size_t j = 0; j < sizeof ascending / sizeof *ascending; j++) {
            assert_int_equal(rowcall_time_compare(ascending[i], ascending[j]),
                             (i > j) - (i < j));
        }
    }
}

static void test_time_converts_to_and_from_the_c_library(void **state)
{
    (void)state;
    assert_int_equal(rowcall_time_to((rowcall_time){1795426200, 999999999}), 1795426200);
    assert_int_equal(rowcall_time_to((rowcall_time){-1, 999999999}), -1);
    assert_int_equal(rowcall_time_from(-5).seconds, -5);
    assert_int_equal(rowcall_time_from(-5).nanos, 0);
}

static void test_time_now_lies_between_two_looks_at_the_clock(void **state)
{
    (void)state;
    struct timespec before;
    struct timespec after;
    clock_gettime(CLOCK_REALTIME, &before);
    rowcall_time now = rowcall_time_now();
    clock_gettime(CLOCK_REALTIME, &after);
    assert_int_equal(now.nanos % 1000, 0);
    rowcall_time earliest = {before.tv_sec, (int32_t)(before.tv_nsec / 1000 * 1000)};
    assert_true(rowcall_time_compare(earliest, now) <= 0);
    assert_true(
        rowcall_time_compare(now, (rowcall_time){after.tv_sec, (int32_t)after.tv_nsec}) <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_formats_and_parses_the_same),
        cmocka_unit_test(test_time_of_the_farthest_year_fits_its_maximum),
        cmocka_unit_test(test_time_that_does_not_fit_is_cut_and_terminated),
        cmocka_unit_test(test_time_parses_offsets),
        cmocka_unit_test(test_time_refuses_what_is_none),
        cmocka_unit_test(test_time_is_ordered_by_seconds_then_nanos),
        cmocka_unit_test(test_time_converts_to_and_from_the_c_library),
        cmocka_unit_test(test_time_now_lies_between_two_looks_at_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
