// SPDX-License-Identifier: Apache-2.0
//
// Streams: repeated by seed and number, unlike each other, within their bounds.
#include "support/check.h"

#include "load/random.h"

static void test_random_streams_repeat_and_differ(void **state)
{
    (void)state;
    struct rc_random first = rc_random_stream(1, 7);
    struct rc_random again = rc_random_stream(1, 7);
    struct rc_random neighbour = rc_random_stream(1, 8);
    struct rc_random other_seed = rc_random_stream(2, 7);
    for (int i = 0; i < 100; i++) {
        uint64_t bits = rc_random_bits(&first);
        assert_int_equal(bits, rc_random_bits(&again));
        assert_int_not_equal(bits, rc_random_bits(&neighbour));
        assert_int_not_equal(bits, rc_random_bits(&other_seed));
    }
}

static void test_random_below_reaches_all_and_no_more(void **state)
{
    (void)state;
    enum { COUNT = 6, DRAWS = 6000 };
    struct rc_random random = rc_random_stream(3, 0);
    int seen[COUNT] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t value = rc_random_below(&random, COUNT);
        assert_true(value < COUNT);
        seen[value]++;
    }
    for (int i = 0; i < COUNT; i++) {
        assert_in_range(seen[i], 800, 1200); // 1000 expected, deviation 29
    }
    assert_int_equal(rc_random_below(&random, 1), 0);
}

static void test_random_pauses_are_one_on_the_average(void **state)
{
    (void)state;
    enum { DRAWS = 100000 };
    struct rc_random random = rc_random_stream(4, 0);
    double sum = 0;
    int longer = 0; // than the average: 1/e of them
    for (int i = 0; i < DRAWS; i++) {
        double pause = rc_random_pause(&random);
        assert_true(pause >= 0 && pause < 40);
        sum += pause;
        longer += pause > 1;
    }
    assert_in_range((int)(sum * 1000 / DRAWS), 980, 1020);
    assert_in_range(longer, 36000, 37600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_streams_repeat_and_differ),
        cmocka_unit_test(test_random_below_reaches_all_and_no_more),
        cmocka_unit_test(test_random_pauses_are_one_on_the_average),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
