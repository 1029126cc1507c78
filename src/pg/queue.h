// SPDX-License-Identifier: Apache-2.0
//
// The segments that wait for a connection: first in, first out, bounded in number and bytes.
// Intrusive, so queueing never allocates. Not thread-safe (the pool's mutex guards it). Private
// to the module.
#ifndef RC_PG_QUEUE_H
#define RC_PG_QUEUE_H

#include "pg/segment.h"

struct rc_pg_queue {
    struct rc_pg_segment *head, *tail;
    int count;
    size_t bytes;
    int max_count;
    size_t max_bytes;
};

// Appends; false (and nothing done) when it would exceed a limit.
bool rc_pg_queue_push(struct rc_pg_queue *queue, struct rc_pg_segment *segment) RC_MUST_CHECK;

// Puts back, in front, what was accepted before: limits do not apply.
void rc_pg_queue_push_front(struct rc_pg_queue *queue, struct rc_pg_segment *segment);

// Takes the first one; NULL when empty.
struct rc_pg_segment *rc_pg_queue_pop(struct rc_pg_queue *queue);

// Takes out, in order, those whose deadline is not after now_us, as a list by `next`; NULL when
// none.
struct rc_pg_segment *rc_pg_queue_take_late(struct rc_pg_queue *queue, int64_t now_us);

// The earliest deadline of those waiting; INT64_MAX when none has one.
int64_t rc_pg_queue_next_deadline(const struct rc_pg_queue *queue);

// What a segment costs in memory while it waits or is on the wire: its parameters and SQL
// texts.
size_t rc_pg_segment_bytes(const struct rc_pg_segment *segment);

#endif
