// SPDX-License-Identifier: Apache-2.0
//
// Order statistics of rounds.
#include "support/check.h"

#include "measure.h"

static void test_sample_of_one_is_that_value(void **state)
{
    (void)state;
    struct sample sample = {.count = 0};
    assert_true(sample_median(&sample) == 0);
    sample_add(&sample, 7);
    assert_true(sample_min(&sample) == 7 && sample_median(&sample) == 7 &&
                sample_max(&sample) == 7);
}

static void test_sample_median_is_of_the_sorted_values(void **state)
{
    (void)state;
    struct sample sample = {.count = 0};
    sample_add(&sample, 30);
    sample_add(&sample, 10);
    sample_add(&sample, 100);
    assert_true(sample_median(&sample) == 30);
    sample_add(&sample, 20);
    assert_true(sample_median(&sample) == 25);
    assert_true(sample_min(&sample) == 10 && sample_max(&sample) == 100);
}

static void test_sample_is_bounded(void **state)
{
    (void)state;
    struct sample sample = {.count = 0};
    for (int i = 0; i < 2 * SAMPLE_MAX; i++) {
        sample_add(&sample, i);
    }
    assert_int_equal(sample.count, SAMPLE_MAX);
    assert_true(sample_max(&sample) == SAMPLE_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_of_one_is_that_value),
        cmocka_unit_test(test_sample_median_is_of_the_sorted_values),
        cmocka_unit_test(test_sample_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
