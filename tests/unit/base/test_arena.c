// SPDX-License-Identifier: Apache-2.0
//
// The arena: alignment, zeroing, growth, budget, reset, failure.
#include "support/check.h"
#include "support/fail_alloc.h"

#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

static void test_arena_hands_out_aligned_zeroed_memory(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    for (size_t size = 0; size < 300; size++) {
        unsigned char *memory = rc_arena_alloc(&arena, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(memory[i], 0);
        }
        memset(memory, 0xAA, size);
    }
    rc_arena_reset(&arena);
    const unsigned char *again = rc_arena_alloc(&arena, 64);
    assert_non_null(again);
    for (size_t i = 0; i < 64; i++) {
        assert_int_equal(again[i], 0);
    }
    rc_arena_fini(&arena);
}

static void test_arena_keeps_earlier_memory_when_it_grows(void **state)
{
    (void)state;
    struct rc_arena arena = {0};
    char *texts[500];
    for (int i = 0; i < 500; i++) {
        texts[i] = rc_arena_printf(&arena, "%d:%0*d", i, 100 + i, 7);
        assert_non_null(texts[i]);
    }
    char *big = rc_arena_alloc(&arena, (size_t)5 << 20);
    assert_non_null(big);
    big[((size_t)5 << 20) - 1] = 'x';
    for (int i = 0; i < 500; i++) {
        assert_int_equal(atoll(texts[i]), i);
        assert_int_equal(strlen(strchr(texts[i], ':') + 1), 100 + i);
    }
    rc_arena_fini(&arena);
    assert_null(arena.first);
    rc_arena_fini(&arena);
}

static void test_arena_refuses_past_its_budget_and_recovers_by_reset(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 1024);
    assert_non_null(rc_arena_alloc(&arena, 1000));
    assert_null(rc_arena_alloc(&arena, 100));
    assert_non_null(rc_arena_alloc(&arena, 16));
    assert_null(rc_arena_alloc(&arena, 1));
    rc_arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    assert_int_equal(arena.budget, 1024);
    assert_null(rc_arena_alloc(&arena, 1025));
    assert_non_null(rc_arena_alloc(&arena, 1024));
    rc_arena_fini(&arena);
}

static void test_arena_refuses_sizes_that_overflow(void **state)
{
    (void)state;
    struct rc_arena arena = {0};
    volatile size_t huge = SIZE_MAX; // hidden from the compiler's own warning
    assert_null(rc_arena_alloc(&arena, huge));
    assert_null(rc_arena_alloc(&arena, huge / 2 + 1));
    assert_null(rc_arena_array(&arena, huge / 4, 8));
    assert_null(rc_arena_copy(&arena, "", huge));
    assert_non_null(rc_arena_array(&arena, 0, 8));
    rc_arena_fini(&arena);
}

static void test_arena_warm_allocates_nothing(void **state)
{
    (void)state;
    struct rc_arena arena = {0};
    for (int i = 0; i < 200; i++) {
        assert_non_null(rc_arena_alloc(&arena, 150));
    }
    rc_arena_reset(&arena);
    fail_alloc_arm(1);
    for (int i = 0; i < 200; i++) { // as much as before, however it is cut
        assert_non_null(rc_arena_alloc(&arena, 150));
    }
    rc_arena_reset(&arena);
    assert_non_null(rc_arena_alloc(&arena, 30000));
    assert_false(fail_alloc_disarm());
    rc_arena_fini(&arena);
}

static void test_arena_keeps_a_bounded_block(void **state)
{
    (void)state;
    struct rc_arena arena = {0};
    assert_int_equal(rc_arena_kept(&arena), 0);
    assert_non_null(rc_arena_alloc(&arena, (size_t)3 << 20));
    assert_non_null(rc_arena_alloc(&arena, (size_t)3 << 20));
    rc_arena_reset(&arena);
    assert_in_range(rc_arena_kept(&arena), (size_t)256 << 10, (size_t)257 << 10);
    fail_alloc_arm(1);
    assert_non_null(rc_arena_alloc(&arena, (size_t)256 << 10));
    assert_false(fail_alloc_disarm());
    rc_arena_fini(&arena);
}

static void test_arena_reset_without_memory_keeps_nothing(void **state)
{
    (void)state;
    struct rc_arena arena = {0};
    for (int i = 0; i < 200; i++) {
        assert_non_null(rc_arena_alloc(&arena, 150));
    }
    fail_alloc_arm(1);
    rc_arena_reset(&arena);
    assert_true(fail_alloc_disarm());
    assert_int_equal(rc_arena_kept(&arena), 0);
    assert_non_null(rc_arena_alloc(&arena, 150));
    rc_arena_fini(&arena);
}

static void test_arena_gives_null_without_memory_and_stays_usable(void **state)
{
    (void)state;
    struct rc_arena arena = {0};
    fail_alloc_arm(1);
    void *first = rc_arena_alloc(&arena, 10);
    char *text = rc_arena_strdup(&arena, "text");
    char *formatted = rc_arena_printf(&arena, "%d", 1);
    assert_true(fail_alloc_disarm());
    assert_null(first);
    assert_null(text);
    assert_null(formatted);
    assert_string_equal(rc_arena_strdup(&arena, "text"), "text");
    rc_arena_fini(&arena);
}

static void test_arena_copies_bytes_with_a_terminator(void **state)
{
    (void)state;
    struct rc_arena arena = {0};
    char *copy = rc_arena_copy(&arena, "a\0b", 3);
    assert_memory_equal(copy, "a\0b\0", 4);
    assert_string_equal(rc_arena_copy(&arena, NULL, 0), "");
    rc_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_hands_out_aligned_zeroed_memory),
        cmocka_unit_test(test_arena_keeps_earlier_memory_when_it_grows),
        cmocka_unit_test(test_arena_refuses_past_its_budget_and_recovers_by_reset),
        cmocka_unit_test(test_arena_refuses_sizes_that_overflow),
        cmocka_unit_test(test_arena_warm_allocates_nothing),
        cmocka_unit_test(test_arena_keeps_a_bounded_block),
        cmocka_unit_test(test_arena_reset_without_memory_keeps_nothing),
        cmocka_unit_test(test_arena_gives_null_without_memory_and_stays_usable),
        cmocka_unit_test(test_arena_copies_bytes_with_a_terminator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
