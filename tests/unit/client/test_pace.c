// SPDX-License-Identifier: Apache-2.0
//
// Which methods are quick: by what they took, beside what the others take.
#include "support/check.h"

#include "pace.h"

static const rowcall_method find = {.name = "Tea/FindUnique"};
static const rowcall_method report = {.name = "Tea/FindMany"};

struct fixture {
    struct rc_pace_table table;
    struct rc_pace *find;
    struct rc_pace *report;
};

static struct fixture begin(void)
{
    struct fixture fixture = {0};
    fixture.find = rc_pace_find(&fixture.table, &find);
    fixture.report = rc_pace_find(&fixture.table, &report);
    return fixture;
}

static void note(struct fixture *fixture, struct rc_pace *pace, int64_t duration_us, int times)
{
    for (int i = 0; i < times; i++) {
        rc_pace_note(&fixture->table, pace, duration_us);
    }
}

static void test_a_method_is_found_again(void **state)
{
    (void)state;
    struct fixture fixture = begin();
    assert_ptr_not_equal(fixture.find, fixture.report);
    assert_ptr_equal(rc_pace_find(&fixture.table, &find), fixture.find);
    rc_pace_table_fini(&fixture.table);
}

static void test_a_method_that_was_never_called_is_not_quick(void **state)
{
    (void)state;
    struct fixture fixture = begin();
    assert_false(rc_pace_is_quick(&fixture.table, fixture.find));
    note(&fixture, fixture.find, 150, 1);
    assert_true(rc_pace_is_quick(&fixture.table, fixture.find));
    assert_false(rc_pace_is_quick(&fixture.table, fixture.report));
    rc_pace_table_fini(&fixture.table);
}

static void test_a_slow_method_is_not_quick_until_it_is(void **state)
{
    (void)state;
    struct fixture fixture = begin();
    note(&fixture, fixture.find, 150, 10);
    note(&fixture, fixture.report, 40000, 1);
    assert_false(rc_pace_is_quick(&fixture.table, fixture.report));
    assert_true(rc_pace_is_quick(&fixture.table, fixture.find));
    note(&fixture, fixture.report, 150, 50);
    assert_true(rc_pace_is_quick(&fixture.table, fixture.report));
    rc_pace_table_fini(&fixture.table);
}

// A server under load is slow for everybody: sharing shall not stop just then.
static void test_quick_is_relative_to_the_quickest(void **state)
{
    (void)state;
    struct fixture fixture = begin();
    note(&fixture, fixture.find, 150, 10);
    note(&fixture, fixture.find, 20000, 1000);
    note(&fixture, fixture.report, 30000, 20);
    assert_true(rc_pace_is_quick(&fixture.table, fixture.find));
    assert_true(rc_pace_is_quick(&fixture.table, fixture.report));
    assert_true(rc_pace_patience_us(&fixture.table) > 20000);
    rc_pace_table_fini(&fixture.table);
}

static void test_a_call_that_hung_condemns_its_method_for_a_while_only(void **state)
{
    (void)state;
    struct fixture fixture = begin();
    note(&fixture, fixture.find, 150, 10);
    note(&fixture, fixture.find, 30000000, 1);
    int calls = 0;
    while (!rc_pace_is_quick(&fixture.table, fixture.find)) {
        note(&fixture, fixture.find, 150, 1);
        calls++;
    }
    assert_in_range(calls, 0, 20);
    rc_pace_table_fini(&fixture.table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_method_is_found_again),
        cmocka_unit_test(test_a_method_that_was_never_called_is_not_quick),
        cmocka_unit_test(test_a_slow_method_is_not_quick_until_it_is),
        cmocka_unit_test(test_quick_is_relative_to_the_quickest),
        cmocka_unit_test(test_a_call_that_hung_condemns_its_method_for_a_while_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
