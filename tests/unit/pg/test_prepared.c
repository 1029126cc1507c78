// SPDX-License-Identifier: Apache-2.0
//
// The memory of prepared statements: bounded, by use, with serials that never come back.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg/prepared.h"

#include <string.h>

static void test_prepared_finds_what_was_added(void **state)
{
    (void)state;
    struct rc_pg_prepared prepared;
    uint64_t dropped = 99;
    assert_int_equal(rc_pg_prepared_init(&prepared, 3, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_prepared_find(&prepared, 7), 0);
    assert_int_equal(rc_pg_prepared_add(&prepared, 7, &dropped), 1);
    assert_int_equal(dropped, 0);
    assert_int_equal(rc_pg_prepared_find(&prepared, 7), 1);
    rc_pg_prepared_clear(&prepared);
    assert_int_equal(rc_pg_prepared_find(&prepared, 7), 0);
    rc_pg_prepared_fini(&prepared);
}

static void test_prepared_drops_the_least_recently_used(void **state)
{
    (void)state;
    struct rc_pg_prepared prepared;
    uint64_t dropped;
    assert_int_equal(rc_pg_prepared_init(&prepared, 3, NULL), ROWCALL_OK);
    for (uint64_t id = 1; id <= 3; id++) {
        rc_pg_prepared_add(&prepared, id, &dropped);
    }
    assert_int_equal(rc_pg_prepared_find(&prepared, 1), 1); // now 2 is the oldest
    assert_int_equal(rc_pg_prepared_add(&prepared, 4, &dropped), 4);
    assert_int_equal(dropped, 2);
    assert_int_equal(rc_pg_prepared_find(&prepared, 2), 0);
    assert_int_equal(rc_pg_prepared_find(&prepared, 3), 3);
    assert_int_equal(prepared.count, 3);
    rc_pg_prepared_fini(&prepared);
}

static void test_prepared_gives_a_new_serial_for_the_same_statement(void **state)
{
    (void)state;
    struct rc_pg_prepared prepared;
    uint64_t dropped;
    assert_int_equal(rc_pg_prepared_init(&prepared, 1, NULL), ROWCALL_OK);
    rc_pg_prepared_add(&prepared, 5, &dropped);
    assert_int_equal(rc_pg_prepared_add(&prepared, 5, &dropped), 2);
    assert_int_equal(dropped, 1);
    assert_int_equal(prepared.count, 1);
    rc_pg_prepared_forget(&prepared, 1); // an old serial forgets nothing
    assert_int_equal(rc_pg_prepared_find(&prepared, 5), 2);
    rc_pg_prepared_forget(&prepared, 2);
    assert_int_equal(rc_pg_prepared_find(&prepared, 5), 0);
    assert_int_equal(rc_pg_prepared_add(&prepared, 5, &dropped), 3);
    rc_pg_prepared_fini(&prepared);
}

// Against a plain array ordered by use.
static void test_prepared_behaves_like_a_list_by_use(void **state)
{
    (void)state;
    enum { CAPACITY = 37, IDS = 90 };
    struct rc_pg_prepared prepared;
    uint64_t model[CAPACITY][2]; // id, serial; newest first
    int count = 0;
    uint32_t random = 1;
    assert_int_equal(rc_pg_prepared_init(&prepared, CAPACITY, NULL), ROWCALL_OK);
    for (int round = 0; round < 20000; round++) {
        random = random * 1664525u + 1013904223u;
        uint64_t id = (random >> 8) % IDS + 1;
        int at = 0;
        while (at < count && model[at][0] != id) {
            at++;
        }
        uint64_t serial = rc_pg_prepared_find(&prepared, id);
        assert_int_equal(serial, at < count ? model[at][1] : 0);
        if (at < count && random >> 30 == 0) {
            rc_pg_prepared_forget(&prepared, serial);
            memmove(&model[at], &model[at + 1], (size_t)(count - at - 1) * sizeof model[0]);
            count--;
            continue;
        }
        if (at == count) {
            uint64_t dropped;
            uint64_t expected = count == CAPACITY ? model[count - 1][1] : 0;
            serial = rc_pg_prepared_add(&prepared, id, &dropped);
            assert_int_equal(dropped, expected);
            count -= count == CAPACITY;
            at = count++;
        }
        memmove(&model[1], &model[0], (size_t)at * sizeof model[0]);
        model[0][0] = id;
        model[0][1] = serial;
        assert_int_equal(prepared.count, count);
    }
    rc_pg_prepared_fini(&prepared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepared_finds_what_was_added),
        cmocka_unit_test(test_prepared_drops_the_least_recently_used),
        cmocka_unit_test(test_prepared_gives_a_new_serial_for_the_same_statement),
        cmocka_unit_test(test_prepared_behaves_like_a_list_by_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
