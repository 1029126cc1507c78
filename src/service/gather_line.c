// SPDX-License-Identifier: Apache-2.0
//
// Lines.
#include "service/gather_line.h"

#include "base/clock.h"
#include "service/call.h"

enum { LOOK_MAX = 1024 }; // so many are looked at for a batch

void rc_gather_line_push(struct rc_gather_line *line, struct rc_call *call)
{
    call->next_waiting = NULL;
    *(line->last ? &line->last->next_waiting : &line->first) = call;
    line->last = call;
    line->count++;
}

struct rc_call *rc_gather_line_pop(struct rc_gather_line *line)
{
    struct rc_call *call = line->first;
    line->first = call->next_waiting;
    line->last = line->first ? line->last : NULL;
    line->count--;
    call->next_waiting = NULL;
    return call;
}

static bool is_company(const struct rc_call *first, const struct rc_call *call, int64_t now_us)
{
    int64_t apart_us = call->deadline_us - first->deadline_us;
    int64_t close_us = (first->deadline_us - now_us) / 8;
    return call->prepared.plan == first->prepared.plan && apart_us <= close_us &&
           -apart_us <= close_us;
}

size_t rc_gather_line_take_company(struct rc_gather_line *line, const struct rc_call *first,
                                   struct rc_call **ret_calls, size_t max)
{
    int64_t now_us = rc_clock_now_us();
    struct rc_call **link = &line->first;
    struct rc_call *previous = NULL;
    size_t count = 0;
    for (int i = 0; i < LOOK_MAX && *link && count < max; i++) {
        struct rc_call *call = *link;
        if (!is_company(first, call, now_us)) {
            previous = call;
            link = &call->next_waiting;
            continue;
        }
        *link = call->next_waiting;
        line->last = call->next_waiting ? line->last : previous;
        line->count--;
        call->next_waiting = NULL;
        ret_calls[count++] = call;
    }
    return count;
}

struct rc_call *rc_gather_line_take_late(struct rc_gather_line *line, int64_t *ret_next_us)
{
    struct rc_gather_line late = {.count = 0};
    int64_t now_us = rc_clock_now_us();
    (void)pthread_mutex_lock(&line->mutex);
    for (size_t left = line->count; left > 0; left--) {
        struct rc_call *call = rc_gather_line_pop(line);
        if (call->deadline_us <= now_us) {
            rc_gather_line_push(&late, call);
        } else {
            rc_gather_line_push(line, call);
            *ret_next_us = call->deadline_us < *ret_next_us ? call->deadline_us : *ret_next_us;
        }
    }
    (void)pthread_mutex_unlock(&line->mutex);
    return late.first;
}
