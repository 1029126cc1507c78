// SPDX-License-Identifier: Apache-2.0
//
// The rival.
#include "rival.h"

#include <stdio.h>
#include <time.h>

struct rc_pg_sync *rival_open(const struct shop *shop)
{
    struct rc_pg_sync *rival = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_open(shop->url, "rival", &rival, &err), err);
    return rival;
}

rowcall_status rival_run(struct rc_pg_sync *rival, const char *sql)
{
    rowcall_error err = {0};
    return rc_pg_sync_script(rival, sql, &err);
}

void rival_lock(struct rc_pg_sync *rival, const char *table)
{
    char sql[160];
    (void)snprintf(sql, sizeof(sql), "begin; lock table %s in access exclusive mode", table);
    assert_int_equal(rival_run(rival, sql), ROWCALL_OK);
}

void rival_wait_for_waiter(struct rc_pg_sync *rival)
{
    rival_wait_for_waiters(rival, 1);
}

void rival_wait_for_waiters(struct rc_pg_sync *rival, int count)
{
    static const struct timespec pause = {0, 5000000};
    bool waits = false;
    for (int i = 0; i < 4000 && !waits; i++) {
        struct rc_pg_result *result = NULL;
        rowcall_error err = {0};
        // Within a transaction the activity is remembered as it was first seen.
        ASSERT_OK(rival_run(rival, "select pg_stat_clear_snapshot()"), err);
        ASSERT_OK(rc_pg_sync_exec(rival,
                                  "select 1 from pg_stat_activity where wait_event_type ="
                                  " 'Lock' and datname = current_database()",
                                  NULL, &result, &err),
                  err);
        waits = rc_pg_result_row_count(result) >= count;
        rc_pg_result_free(result);
        nanosleep(&pause, NULL);
    }
    assert_true(waits);
}
