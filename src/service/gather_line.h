// SPDX-License-Identifier: Apache-2.0
//
// Calls that wait for a batch, in the order in which they came, and how many batches of theirs
// are under way. A part of gather, which alone knows it.
//
// Threads: functions need the line's mutex to be held, but for the one that says otherwise.
#ifndef RC_SERVICE_GATHER_LINE_H
#define RC_SERVICE_GATHER_LINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_call;

struct rc_gather_line {
    pthread_mutex_t mutex;
    struct rc_call *first, *last; // by next_waiting
    size_t count;
    unsigned in_flight;     // batches, and lookups that went alone in place of one
    bool has_single;        // a write went by its own statement, which may wait for a lock
    int64_t alone_until_us; // writes go one by one until then
};

// Adds a call behind the others; it is the line's until it is taken out.
void rc_gather_line_push(struct rc_gather_line *line, struct rc_call *call);

// Takes the first one out. The line is not empty.
struct rc_call *rc_gather_line_pop(struct rc_gather_line *line);

// Takes out at most max calls that may go with the first one, which was popped before, in their
// order: they have its plan, and about as much time, because there is one deadline for all of a
// batch, and nobody shall be told much later than his own. Returns how many.
size_t rc_gather_line_take_company(struct rc_gather_line *line, const struct rc_call *first,
                                   struct rc_call **ret_calls, size_t max);

// Takes out those whose time is up, as a list by next_waiting. *ret_next_us is lowered to the
// next deadline. Takes the mutex itself.
struct rc_call *rc_gather_line_take_late(struct rc_gather_line *line, int64_t *ret_next_us);

#endif
