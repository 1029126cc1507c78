// SPDX-License-Identifier: Apache-2.0
//
// Solos. From acquire on all happens on the loop's thread.
#include "service/solo.h"

#include "base/clock.h"

static void give_back(struct rc_solo *solo, const struct rc_pg_error *error)
{
    bool is_late = error && error->kind == RC_PG_ERROR_TIMEOUT;
    bool is_dead = error && error->kind == RC_PG_ERROR_SHUTDOWN; // and no longer ours
    if (is_dead) {
        return;
    }
    if (is_late) {
        (void)rc_pg_conn_cancel(solo->conn, NULL); // one that is lost needs no cancel
    }
    rc_pg_conn_release(solo->conn, solo->is_dirty || is_late);
}

static void finish(struct rc_solo *solo, const struct rc_pg_error *error)
{
    solo->on_done(solo->call, error);
}

static void on_segment_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    give_back(call->solo, error);
    finish(call->solo, error);
}

static void on_acquired(struct rc_pg_acquire *acquire, struct rc_pg_conn *conn,
                        const struct rc_pg_error *error)
{
    struct rc_solo *solo = acquire->user;
    struct rc_pg_error refusal = {0};
    if (error) {
        finish(solo, error);
        return;
    }
    solo->conn = conn;
    solo->call->segment.on_done = on_segment_done;
    solo->call->sent_us = rc_clock_now_us();
    if (rc_pg_conn_submit(conn, &solo->call->segment, &refusal) != ROWCALL_OK) {
        give_back(solo, &refusal);
        finish(solo, &refusal);
    }
}

void rc_solo_start(struct rc_solo *solo)
{
    struct rc_call *call = solo->call;
    struct rc_pg_error error = {0};
    call->solo = solo;
    solo->acquire = (struct rc_pg_acquire){
        .deadline_us = call->deadline_us, .on_done = on_acquired, .user = solo};
    if (rc_pg_pool_acquire(call->database->pool, &solo->acquire, &error) != ROWCALL_OK) {
        finish(solo, &error);
    }
}
