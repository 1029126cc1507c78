// SPDX-License-Identifier: Apache-2.0
//
// Tickets by schedule. The n-th arrival of an even schedule is worked out from n, so that
// rounding does not add up.
#include "load/run.h"

#include <math.h>
#include <stdlib.h>

static bool is_open(const struct rc_load_run *run)
{
    return run->plan.rate > 0;
}

// Microseconds between two messages.
static double interval_us(const struct rc_load_run *run)
{
    return 1e6 * run->plan.batch / run->plan.rate;
}

static void schedule_next(struct rc_load_run *run)
{
    if (run->plan.is_poisson) {
        run->next_us += rc_random_pause(&run->random) * interval_us(run);
    } else {
        run->next_us = (double)run->arrivals * interval_us(run);
    }
}

rowcall_status rc_load_run_init(struct rc_load_run *run, const struct rc_load_plan *plan,
                                int64_t start_us, rowcall_error *err)
{
    *run = (struct rc_load_run){.plan = *plan,
                                .start_us = start_us,
                                .end_us = INT64_MAX,
                                .free_count = plan->places,
                                .random = rc_random_stream(plan->seed, UINT64_MAX)};
    run->free = malloc(plan->places * sizeof *run->free);
    if (!run->free) {
        return rc_error_oom(err);
    }
    for (uint32_t i = 0; i < plan->places; i++) {
        run->free[i] = i;
    }
    if (plan->duration_us) {
        run->end_us = start_us + plan->warmup_us + plan->duration_us;
    }
    if (is_open(run)) {
        schedule_next(run);
    }
    return ROWCALL_OK;
}

void rc_load_run_fini(struct rc_load_run *run)
{
    free(run->free);
    *run = (struct rc_load_run){0};
}

int64_t rc_load_next_us(const struct rc_load_run *run)
{
    return run->start_us + (int64_t)llround(run->next_us);
}

// Calls that are due from the next arrival on until `until_us`, not counting that moment.
static uint64_t count_due(const struct rc_load_run *run, int64_t until_us)
{
    double left_us = (double)(until_us - run->start_us) - run->next_us;
    if (!is_open(run) || left_us <= 0) {
        return 0;
    }
    double messages = run->plan.is_poisson ? 1 + round(left_us / interval_us(run))
                                           : ceil(left_us / interval_us(run));
    uint64_t calls = (uint64_t)messages * run->plan.batch;
    uint64_t left = run->plan.count ? run->plan.count - run->counted : calls;
    return calls < left ? calls : left;
}

void rc_load_stop(struct rc_load_run *run, int64_t now_us)
{
    if (!run->is_over) {
        run->is_over = true;
        run->unsent = count_due(run, now_us < run->end_us ? now_us : run->end_us);
    }
}

// Whether the plan is fulfilled, by number or time. What an open loop has due just before the
// end is still sent when the clock is a little late, as long as there are places.
static bool is_fulfilled(const struct rc_load_run *run, int64_t now_us)
{
    if (run->plan.count && run->counted >= run->plan.count) {
        return true;
    }
    if (is_open(run)) {
        return rc_load_next_us(run) >= run->end_us ||
               (now_us >= run->end_us && run->free_count == 0);
    }
    return now_us >= run->end_us;
}

static struct rc_load_ticket make_ticket(struct rc_load_run *run, int64_t due_us)
{
    const struct rc_load_plan *plan = &run->plan;
    struct rc_load_ticket ticket = {.place = run->free[run->free_first],
                                    .calls = plan->batch,
                                    .first = run->taken,
                                    .due_us = due_us,
                                    .is_counted = due_us >= run->start_us + plan->warmup_us};
    run->free_first = (run->free_first + 1) % plan->places;
    run->free_count--;
    if (ticket.is_counted) {
        if (plan->count && plan->count - run->counted < ticket.calls) {
            ticket.calls = (uint32_t)(plan->count - run->counted);
        }
        run->counted += ticket.calls;
    }
    run->taken += ticket.calls;
    return ticket;
}

enum rc_load_turn rc_load_take(struct rc_load_run *run, int64_t now_us,
                               struct rc_load_ticket *ret_ticket)
{
    if (!run->is_over && is_fulfilled(run, now_us)) {
        rc_load_stop(run, now_us);
    }
    if (run->is_over) {
        return RC_LOAD_OVER;
    }
    int64_t due_us = is_open(run) ? rc_load_next_us(run) : now_us;
    if (due_us > now_us) {
        return RC_LOAD_EARLY;
    }
    if (run->free_count == 0) {
        return RC_LOAD_FULL;
    }
    *ret_ticket = make_ticket(run, due_us);
    if (is_open(run)) {
        run->arrivals++;
        schedule_next(run);
    }
    return RC_LOAD_SEND;
}

void rc_load_give_back(struct rc_load_run *run, uint32_t place)
{
    run->free[(run->free_first + run->free_count) % run->plan.places] = place;
    run->free_count++;
}

uint32_t rc_load_under_way(const struct rc_load_run *run)
{
    return run->plan.places - run->free_count;
}

uint64_t rc_load_unsent(const struct rc_load_run *run)
{
    return run->unsent;
}
