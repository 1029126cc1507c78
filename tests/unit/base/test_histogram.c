// SPDX-License-Identifier: Apache-2.0
//
// The histogram: its buckets leave no gap, and its percentiles are those of the sorted values.
#include "support/check.h"

#include "base/histogram.h"

#include <stdlib.h>

static void test_histogram_buckets_are_seamless(void **state)
{
    (void)state;
    uint64_t next = 0;
    for (uint32_t i = 0; i < RC_HISTOGRAM_BUCKETS; i++) {
        uint64_t first = rc_histogram_bucket_first(i);
        uint64_t last = rc_histogram_bucket_last(i);
        assert_int_equal(first, next);
        assert_true(last >= first);
        assert_true((double)(last - first) <= (double)first / 128);
        next = last + 1;
    }
    assert_int_equal(next, (uint64_t)1 << RC_HISTOGRAM_VALUE_BITS);
}

static void test_histogram_puts_every_value_in_its_bucket(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < RC_HISTOGRAM_BUCKETS; i++) {
        static struct rc_histogram histogram;
        histogram = (struct rc_histogram){.count = 0};
        rc_histogram_record(&histogram, rc_histogram_bucket_first(i));
        rc_histogram_record(&histogram, rc_histogram_bucket_last(i));
        assert_int_equal(histogram.counts[i], 2);
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void test_histogram_percentiles_are_within_one_percent(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    static struct rc_histogram histogram;
    static uint64_t values[COUNT];
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < COUNT; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        values[i] = random >> (26 + random % 38); // of every size up to 38 bits
        rc_histogram_record(&histogram, values[i]);
    }
    qsort(values, COUNT, sizeof values[0], compare);
    static const double percents[] = {0.01, 1, 10, 50, 90, 99, 99.9, 100};
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
        uint64_t exact = values[(size_t)(percents[i] / 100 * COUNT + 0.5) - 1];
        uint64_t found = rc_histogram_percentile(&histogram, percents[i]);
        assert_true(found >= exact);
        assert_true((double)(found - exact) <= (double)exact / 100);
    }
    assert_int_equal(histogram.min, values[0]);
    assert_int_equal(histogram.max, values[COUNT - 1]);
    assert_int_equal(rc_histogram_percentile(&histogram, 100), values[COUNT - 1]);
    assert_int_equal(rc_histogram_percentile(&histogram, 200), values[COUNT - 1]);
}

static void test_histogram_empty_is_zero(void **state)
{
    (void)state;
    static struct rc_histogram histogram;
    rc_histogram_record_many(&histogram, 5, 0);
    assert_int_equal(rc_histogram_percentile(&histogram, 50), 0);
    assert_true(rc_histogram_mean(&histogram) == 0);
    assert_int_equal(histogram.max, 0);
}

static void test_histogram_keeps_what_is_beyond_its_buckets(void **state)
{
    (void)state;
    static struct rc_histogram histogram;
    rc_histogram_record(&histogram, 100);
    rc_histogram_record(&histogram, UINT64_MAX / 4);
    assert_int_equal(histogram.count, 2);
    assert_int_equal(rc_histogram_percentile(&histogram, 50), 100);
    assert_int_equal(rc_histogram_percentile(&histogram, 99), UINT64_MAX / 4);
}

static void test_histogram_merges_to_what_one_would_have_counted(void **state)
{
    (void)state;
    static struct rc_histogram all;
    static struct rc_histogram parts[3];
    static struct rc_histogram merged;
    for (uint64_t i = 1; i <= 3000; i++) {
        rc_histogram_record_many(&all, i * i, i % 3 + 1);
        rc_histogram_record_many(&parts[i % 2], i * i, i % 3 + 1); // the third stays empty
    }
    for (size_t i = 0; i < 3; i++) {
        rc_histogram_merge(&merged, &parts[i]);
    }
    assert_memory_equal(&merged, &all, sizeof all);
    assert_true(rc_histogram_mean(&merged) == (double)all.sum / (double)all.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_histogram_buckets_are_seamless),
        cmocka_unit_test(test_histogram_puts_every_value_in_its_bucket),
        cmocka_unit_test(test_histogram_percentiles_are_within_one_percent),
        cmocka_unit_test(test_histogram_empty_is_zero),
        cmocka_unit_test(test_histogram_keeps_what_is_beyond_its_buckets),
        cmocka_unit_test(test_histogram_merges_to_what_one_would_have_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
