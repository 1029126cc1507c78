// SPDX-License-Identifier: Apache-2.0
//
// Rows that are handed over as they come: libpq gives one at a time, they are collected under
// the link's mutex, a bounded number of them, and handed over without it. So a result of any
// size costs the memory of a few rows, and whoever takes them may take his time. When he has
// enough the statement is cancelled where that can hit nothing else.
#include "pg/link.h"

#include "base/clock.h"
#include "pg/cancel.h"
#include "pg/result_internal.h"
#include "pg/timing.h"

// The step that the oldest flight's results are of, if its rows are wanted one by one; -1
// otherwise.
static int step_by_row(const struct rc_pg_flight *flight)
{
    int step = flight->cursor - flight->prepare_count - flight->timeout_count;
    return flight->row_step > 0 && step == flight->row_step - 1 ? step : -1;
}

void rc_pg_link_want_rows(struct rc_pg_link *link)
{
    const struct rc_pg_flight *flight = rc_pg_link_flight(link, 0);
    if (flight->row_step > 0 && !flight->seen && step_by_row(flight) >= 0) {
        // Refused when the turn of this statement has not come yet; then it comes later.
        // Refused for good, the rows come in one result, which is right, too.
        (void)PQsetSingleRowMode(link->pg);
    }
}

void rc_pg_link_add_row(struct rc_pg_link *link, struct rc_pg_flight *flight,
                        struct rc_pg_result *result)
{
    int step = step_by_row(flight);
    // Its caller was answered already, or wants no more.
    if (!flight->segment || step < 0 || flight->segment->sated) {
        rc_pg_result_free(result);
        return;
    }
    flight->segment->handed_over = true;
    link->rows[link->row_count++] = (struct rc_pg_row){flight->segment, step, result};
}

bool rc_pg_link_hand_over(struct rc_pg_link *link)
{
    bool sated = false;
    for (int i = 0; i < link->row_count; i++) {
        const struct rc_pg_row *row = &link->rows[i];
        struct rc_pg_segment *segment = row->segment;
        if (!segment->sated && !segment->on_row(segment, row->step, row->result)) {
            segment->sated = sated = true;
        }
        rc_pg_result_free(row->result);
    }
    link->row_count = 0;
    return sated;
}

void rc_pg_segment_restart(struct rc_pg_segment *segment)
{
    if (segment->handed_over) {
        segment->handed_over = segment->sated = false;
        segment->on_restart(segment);
    }
}

// PostgreSQL cancels whatever the session executes when it gets to know: so nothing may be
// behind the statement, and nothing is sent until the request is over.
void rc_pg_link_cancel(struct rc_pg_link *link)
{
    if (link->state == RC_PG_LINK_READY && link->ring_count == 1 && !link->cancel) {
        link->cancel = rc_pg_cancel_start(link->pg); // if it cannot be, the rows are dropped
        rc_pg_loop_arm(link->options.loop, 0);
    }
}

bool rc_pg_link_end_cancel(struct rc_pg_link *link)
{
    if (!link->cancel) {
        return false;
    }
    if (!rc_pg_cancel_is_over(link->cancel)) {
        rc_pg_loop_arm(link->options.loop, rc_clock_now_us() + RC_PG_CANCEL_POLL_US);
        return false;
    }
    if (link->ring_count > 0) {
        return false; // its end is an event
    }
    rc_pg_cancel_drop(link->cancel);
    link->cancel = NULL;
    return true;
}
