// SPDX-License-Identifier: Apache-2.0
//
// What may follow what in a connection's life, written out in full.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg/link_state.h"

static void test_link_state_allows_exactly_these_steps(void **state)
{
    (void)state;
    // rows: from; columns: to DOWN, CONNECTING, CONFIGURING, READY, BROKEN
    static const char *const rows[RC_PG_LINK_STATE_COUNT] = {"01000", "00101", "00011", "00001",
                                                             "10000"};
    for (int from = 0; from < RC_PG_LINK_STATE_COUNT; from++) {
        for (int to = 0; to < RC_PG_LINK_STATE_COUNT; to++) {
            assert_int_equal(
                rc_pg_link_state_allows((enum rc_pg_link_state)from, (enum rc_pg_link_state)to),
                rows[from][to] == '1');
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link_state_allows_exactly_these_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
