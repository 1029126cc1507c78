// SPDX-License-Identifier: Apache-2.0
//
// The plan cache: what is found, what gives way, and that plans outlive their eviction while
// somebody uses them. Run under TSan by the tsan preset.
#include "support/check.h"
#include "support/fail_alloc.h"

#include "query/cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static const struct rc_model models[2];

static struct rc_view shape_of(int number, char text[16])
{
    (void)snprintf(text, 16, "shape %d", number);
    return rc_view_of(text);
}

// Adds a plan of this id under the shape of this number.
static void add(struct rc_plan_cache *cache, int number, uint64_t id)
{
    char text[16];
    struct rc_plan_entry *entry = rc_plan_entry_new(&models[0], shape_of(number, text));
    assert_non_null(entry);
    entry->plan.max_affected_slot = id;
    rc_plan_entry_unref(rc_plan_cache_add(cache, entry));
}

// The id of the plan under this shape, 0 when there is none.
static uint64_t find(struct rc_plan_cache *cache, int number)
{
    char text[16];
    struct rc_plan_entry *entry = rc_plan_cache_find(cache, &models[0], shape_of(number, text));
    uint64_t id = entry ? entry->plan.max_affected_slot : 0;
    rc_plan_entry_unref(entry);
    return id;
}

static void test_cache_finds_by_model_and_shape(void **state)
{
    (void)state;
    struct rc_plan_cache *cache = rc_plan_cache_new(100, 1 << 20);
    add(cache, 1, 11);
    add(cache, 2, 22);
    assert_int_equal(find(cache, 1), 11);
    assert_int_equal(find(cache, 2), 22);
    assert_int_equal(find(cache, 3), 0);
    char text[16];
    assert_null(rc_plan_cache_find(cache, &models[1], shape_of(1, text)));
    struct rc_query_stats stats;
    rc_plan_cache_stats(cache, &stats);
    assert_int_equal(stats.hits, 2);
    assert_int_equal(stats.misses, 2);
    assert_int_equal(stats.plans, 2);
    rc_plan_cache_free(cache);
}

static void test_cache_keeps_the_first_of_two_plans(void **state)
{
    (void)state;
    struct rc_plan_cache *cache = rc_plan_cache_new(100, 1 << 20);
    add(cache, 1, 11);
    add(cache, 1, 12);
    assert_int_equal(find(cache, 1), 11);
    struct rc_query_stats stats;
    rc_plan_cache_stats(cache, &stats);
    assert_int_equal(stats.plans, 1);
    rc_plan_cache_free(cache);
}

// A plan that is used again and again stays, however many others come.
static void test_cache_evicts_what_was_longest_unused(void **state)
{
    (void)state;
    struct rc_plan_cache *cache = rc_plan_cache_new(64, 1 << 20);
    add(cache, 0, 1);
    for (int i = 1; i <= 1000; i++) {
        add(cache, i, 2);
        assert_int_equal(find(cache, 0), 1);
    }
    assert_int_equal(find(cache, 1), 0);
    struct rc_query_stats stats;
    rc_plan_cache_stats(cache, &stats);
    assert_true(stats.plans <= 64);
    assert_int_equal(stats.evictions, 1001 - stats.plans);
    rc_plan_cache_free(cache);
}

static void test_cache_keeps_within_its_bytes(void **state)
{
    (void)state;
    struct rc_query_stats stats;
    struct rc_plan_cache *cache = rc_plan_cache_new(100000, 64 << 10);
    for (int i = 1; i <= 1000; i++) {
        add(cache, i, (uint64_t)i);
        assert_int_equal(find(cache, i), i); // the newest is always kept
    }
    rc_plan_cache_stats(cache, &stats);
    assert_in_range(stats.bytes, 32 << 10, 64 << 10);
    assert_in_range(stats.plans, 16, 999);
    rc_plan_cache_free(cache);
    cache = rc_plan_cache_new(100000, 1);
    for (int i = 1; i <= 1000; i++) {
        add(cache, i, (uint64_t)i);
        assert_int_equal(find(cache, i), i);
    }
    rc_plan_cache_stats(cache, &stats);
    assert_int_equal(stats.plans, 16); // one a shard
    rc_plan_cache_free(cache);
}

static void test_cache_lets_used_plans_outlive_it(void **state)
{
    (void)state;
    char text[16];
    struct rc_plan_cache *cache = rc_plan_cache_new(1, 1 << 20);
    add(cache, 7, 77);
    struct rc_plan_entry *held = rc_plan_cache_find(cache, &models[0], shape_of(7, text));
    for (int i = 100; i < 400; i++) {
        add(cache, i, 2);
    }
    assert_int_equal(find(cache, 7), 0);
    rc_plan_cache_free(cache);
    assert_int_equal(held->plan.max_affected_slot, 77);
    assert_true(rc_view_is(held->shape, "shape 7"));
    rc_plan_entry_unref(held);
}

static void test_cache_without_memory_gives_nothing(void **state)
{
    (void)state;
    int failures = 0;
    struct rc_plan_cache *cache = NULL;
    while (!cache) {
        fail_alloc_arm((unsigned long)++failures);
        cache = rc_plan_cache_new(16, 1 << 20);
        (void)fail_alloc_disarm();
    }
    assert_true(failures > 2);
    rc_plan_cache_free(cache);
}

// Many threads, few shapes, fewer places: every plan found is the shape's own.
enum { THREADS = 4, ROUNDS = 4000, SHAPES = 40 };

static void *use_cache(void *argument)
{
    struct rc_plan_cache *cache = argument;
    uintptr_t wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char text[16];
        int number = i * 7 % SHAPES;
        struct rc_view shape = shape_of(number, text);
        struct rc_plan_entry *entry = rc_plan_cache_find(cache, &models[0], shape);
        if (!entry) {
            entry = rc_plan_entry_new(&models[0], shape);
            entry->plan.max_affected_slot = (size_t)number + 1;
            entry = rc_plan_cache_add(cache, entry);
        }
        wrong += entry->plan.max_affected_slot != (size_t)number + 1 ||
                 !rc_view_equal(entry->shape, shape);
        rc_plan_entry_unref(entry);
    }
    return (void *)wrong; // NOLINT: a count in a pointer
}

static void test_cache_is_shared_by_threads(void **state)
{
    (void)state;
    struct rc_plan_cache *cache = rc_plan_cache_new(16, 1 << 20);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, use_cache, cache), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    struct rc_query_stats stats;
    rc_plan_cache_stats(cache, &stats);
    assert_int_equal(stats.hits + stats.misses, THREADS * ROUNDS);
    assert_true(stats.plans <= 16);
    rc_plan_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cache_finds_by_model_and_shape),
        cmocka_unit_test(test_cache_keeps_the_first_of_two_plans),
        cmocka_unit_test(test_cache_evicts_what_was_longest_unused),
        cmocka_unit_test(test_cache_keeps_within_its_bytes),
        cmocka_unit_test(test_cache_lets_used_plans_outlive_it),
        cmocka_unit_test(test_cache_without_memory_gives_nothing),
        cmocka_unit_test(test_cache_is_shared_by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
