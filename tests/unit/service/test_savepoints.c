// SPDX-License-Identifier: Apache-2.0
//
// The stack of savepoints.
#include "support/check.h"

#include "service/savepoints.h"

#include <stdio.h>

static uint32_t set(struct rc_savepoints *savepoints, const char *name)
{
    uint32_t number = 0;
    rowcall_error err = {0};
    ASSERT_OK(rc_savepoints_set(savepoints, rc_view_of(name), &number, &err), err);
    return number;
}

// The number that a return finds; 0: none.
static uint32_t back(struct rc_savepoints *savepoints, const char *name, bool release)
{
    uint32_t number = 0;
    rowcall_error err = {0};
    if (rc_savepoints_return(savepoints, rc_view_of(name), release, &number, &err) !=
        ROWCALL_OK) {
        ASSERT_STATUS(err.status, ROWCALL_FAILED_PRECONDITION);
        assert_string_equal(err.reason, "P2028");
        ASSERT_CONTAINS(err.message, name);
    }
    return number;
}

static void test_savepoints_are_a_stack(void **state)
{
    (void)state;
    struct rc_savepoints savepoints = {0};
    uint32_t a = set(&savepoints, "a");
    uint32_t b = set(&savepoints, "b");
    uint32_t c = set(&savepoints, "c");
    assert_int_equal(back(&savepoints, "b", false), b);
    assert_int_equal(back(&savepoints, "c", false), 0); // it was above b
    assert_int_equal(back(&savepoints, "b", true), b);
    assert_int_equal(back(&savepoints, "b", false), 0);
    assert_int_equal(back(&savepoints, "a", false), a);
    assert_true(set(&savepoints, "c") != c);
    assert_int_equal(savepoints.count, 2);
}

static void test_savepoints_hide_older_ones_of_their_name(void **state)
{
    (void)state;
    struct rc_savepoints savepoints = {0};
    uint32_t first = set(&savepoints, "a");
    uint32_t second = set(&savepoints, "a");
    assert_int_equal(back(&savepoints, "a", true), second);
    assert_int_equal(back(&savepoints, "a", true), first);
    assert_int_equal(back(&savepoints, "a", true), 0);
}

static void test_savepoints_that_came_to_nothing_are_dropped(void **state)
{
    (void)state;
    struct rc_savepoints savepoints = {0};
    uint32_t a = set(&savepoints, "a");
    uint32_t b = set(&savepoints, "b");
    uint32_t c = set(&savepoints, "c");
    rc_savepoints_drop(&savepoints, b);
    rc_savepoints_drop(&savepoints, b);
    rc_savepoints_drop(&savepoints, 0);
    assert_int_equal(back(&savepoints, "b", false), 0);
    assert_int_equal(back(&savepoints, "c", false), c);
    assert_int_equal(back(&savepoints, "a", false), a);
}

static void test_savepoints_have_limits(void **state)
{
    (void)state;
    static const char longest[] =
        "123456789012345678901234567890123456789012345678901234567890123";
    struct rc_savepoints savepoints = {0};
    uint32_t number = 7;
    rowcall_error err = {0};
    ASSERT_STATUS(rc_savepoints_set(&savepoints, (struct rc_view){NULL, 0}, &number, &err),
                  ROWCALL_INVALID_ARGUMENT);
    err = (rowcall_error){0};
    ASSERT_STATUS(
        rc_savepoints_set(&savepoints,
                          rc_view_of("1234567890123456789012345678901234567890123456789"
                                     "012345678901234"),
                          &number, &err),
        ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "63");
    uint32_t first = set(&savepoints, longest);
    for (int i = 1; i < RC_SAVEPOINTS_MAX; i++) {
        char name[8];
        (void)snprintf(name, sizeof(name), "%d", i);
        (void)set(&savepoints, name);
    }
    err = (rowcall_error){0};
    ASSERT_STATUS(rc_savepoints_set(&savepoints, rc_view_of("more"), &number, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(number, 7);
    assert_int_equal(back(&savepoints, longest, false), first);
    assert_int_equal(savepoints.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_savepoints_are_a_stack),
        cmocka_unit_test(test_savepoints_hide_older_ones_of_their_name),
        cmocka_unit_test(test_savepoints_that_came_to_nothing_are_dropped),
        cmocka_unit_test(test_savepoints_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
