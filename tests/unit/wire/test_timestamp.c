// SPDX-License-Identifier: Apache-2.0
//
// Times as text: known dates, PostgreSQL's whole range, what is no time.
#include "support/check.h"

#include "wire/timestamp.h"

static void test_timestamp_known_times_both_ways(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        int32_t nanos;
        const char *text;
    } cases[] = {
        {0, 0, "1970-01-01T00:00:00Z"},
        {-1, 999999999, "1969-12-31T23:59:59.999999999Z"},
        {951782400, 500000000, "2000-02-29T00:00:00.500Z"},
        {1795408934, 79177000, "2026-11-23T04:42:14.079177Z"},
        {253402300799, 0, "9999-12-31T23:59:59Z"},
        {253402300800, 0, "+10000-01-01T00:00:00Z"},
        {-62135596800, 0, "0001-01-01T00:00:00Z"},
        {-62135596801, 0, "0000-12-31T23:59:59Z"},
        {-62167219201, 0, "-0001-12-31T23:59:59Z"},
        {-210863520000, 0, "-4712-01-01T00:00:00Z"}, // 4713 BC, where PostgreSQL begins
        {9224318015999, 999999000, "+294276-12-31T23:59:59.999999Z"}, // and where it ends
        {INT64_MAX, 0, "infinity"},
        {INT64_MIN, 0, "-infinity"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf buf = {0};
        assert_true(rc_timestamp_format(cases[i].seconds, cases[i].nanos, &buf));
        assert_string_equal(buf.data, cases[i].text);
        int64_t seconds;
        int32_t nanos;
        assert_true(rc_timestamp_parse(rc_view_of(cases[i].text), &seconds, &nanos));
        assert_true(seconds == cases[i].seconds);
        assert_int_equal(nanos, cases[i].nanos);
        rc_buf_fini(&buf);
    }
}

static void test_timestamp_every_day_of_nine_centuries_round_trips(void **state)
{
    (void)state;
    struct rc_buf buf = {0};
    for (int64_t day = -182000; day < 182000; day++) {
        int64_t seconds;
        int32_t nanos;
        rc_buf_clear(&buf);
        assert_true(rc_timestamp_format(day * 86400 + 43199, 0, &buf));
        assert_true(rc_timestamp_parse(rc_buf_view(&buf), &seconds, &nanos));
        assert_true(seconds == day * 86400 + 43199);
    }
    rc_buf_fini(&buf);
}

static void test_timestamp_reads_offsets_and_loose_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
        int32_t nanos;
    } cases[] = {
        {"1970-01-01T02:00:00+02:00", 0, 0}, {"1969-12-31T18:30:00-05:30", 0, 0},
        {"1970-01-01t00:00:00z", 0, 0},      {"1970-01-01 00:00:00.1Z", 0, 100000000},
        {"+1970-01-01T00:00:00Z", 0, 0},     {"-0000-01-01T00:00:00Z", -62167219200, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds;
        int32_t nanos;
        assert_true(rc_timestamp_parse(rc_view_of(cases[i].text), &seconds, &nanos));
        assert_true(seconds == cases[i].seconds);
        assert_int_equal(nanos, cases[i].nanos);
    }
}

static void test_timestamp_refuses_what_is_no_time(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "now",
        "Infinity",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-1-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+0200",
        "2026-01-01T00:00:00Z ",
        "10000-01-01T00:00:00Z",
        "+999999999999-01-01T00:00:00Z",
        "+292277026596-01-01T00:00:00Z",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds;
        int32_t nanos;
        if (rc_timestamp_parse(rc_view_of(cases[i]), &seconds, &nanos)) {
            fail_msg("\"%s\" is taken for a time", cases[i]);
        }
    }
    struct rc_buf buf = {0};
    assert_false(rc_timestamp_format(0, -1, &buf));
    assert_false(rc_timestamp_format(0, 1000000000, &buf));
    rc_buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timestamp_known_times_both_ways),
        cmocka_unit_test(test_timestamp_every_day_of_nine_centuries_round_trips),
        cmocka_unit_test(test_timestamp_reads_offsets_and_loose_forms),
        cmocka_unit_test(test_timestamp_refuses_what_is_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
