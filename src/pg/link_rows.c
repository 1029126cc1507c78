// SPDX-License-Identifier: Apache-2.0
//
// Rows that are handed over as they come: libpq gives one at a time, they are collected under
// the link's mutex, a bounded number of them, and handed over without it. So a result of any
// size costs the memory of a few rows, and whoever takes them may take his time.
#include "pg/link.h"

#include "pg/result_internal.h"

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
    if (!flight->segment || step < 0) { // its caller was answered already
        rc_pg_result_free(result);
        return;
    }
    flight->segment->handed_over = true;
    link->rows[link->row_count++] = (struct rc_pg_row){flight->segment, step, result};
}

void rc_pg_link_hand_over(struct rc_pg_link *link)
{
    for (int i = 0; i < link->row_count; i++) {
        const struct rc_pg_row *row = &link->rows[i];
        row->segment->on_row(row->segment, row->step, row->result);
        rc_pg_result_free(row->result);
    }
    link->row_count = 0;
}

void rc_pg_segment_restart(struct rc_pg_segment *segment)
{
    if (segment->handed_over) {
        segment->handed_over = false;
        segment->on_restart(segment);
    }
}
