// SPDX-License-Identifier: Apache-2.0
//
// The waiting line. A singly linked list; deadlines are found by walking it, which happens only
// when one of them is due.
#include "pg/queue.h"

#include <assert.h>
#include <string.h>

bool rc_pg_queue_push(struct rc_pg_queue *queue, struct rc_pg_segment *segment)
{
    if (queue->count >= queue->max_count || segment->bytes > queue->max_bytes ||
        queue->bytes > queue->max_bytes - segment->bytes) {
        return false;
    }
    segment->next = NULL;
    *(queue->tail ? &queue->tail->next : &queue->head) = segment;
    queue->tail = segment;
    queue->count++;
    queue->bytes += segment->bytes;
    return true;
}

void rc_pg_queue_push_front(struct rc_pg_queue *queue, struct rc_pg_segment *segment)
{
    segment->next = queue->head;
    queue->head = segment;
    queue->tail = queue->tail ? queue->tail : segment;
    queue->count++;
    queue->bytes += segment->bytes;
}

static void account_removal(struct rc_pg_queue *queue, const struct rc_pg_segment *segment)
{
    assert(queue->count > 0 && queue->bytes >= segment->bytes);
    queue->count--;
    queue->bytes -= segment->bytes;
}

struct rc_pg_segment *rc_pg_queue_pop(struct rc_pg_queue *queue)
{
    struct rc_pg_segment *segment = queue->head;
    if (segment) {
        queue->head = segment->next;
        queue->tail = queue->head ? queue->tail : NULL;
        segment->next = NULL;
        account_removal(queue, segment);
    }
    return segment;
}

struct rc_pg_segment *rc_pg_queue_take_late(struct rc_pg_queue *queue, int64_t now_us)
{
    struct rc_pg_segment *late = NULL;
    struct rc_pg_segment **late_end = &late;
    struct rc_pg_segment **link = &queue->head;
    queue->tail = NULL;
    while (*link) {
        struct rc_pg_segment *segment = *link;
        if (segment->deadline_us != 0 && segment->deadline_us <= now_us) {
            *link = segment->next;
            segment->next = NULL;
            account_removal(queue, segment);
            *late_end = segment;
            late_end = &segment->next;
        } else {
            queue->tail = segment;
            link = &segment->next;
        }
    }
    return late;
}

int64_t rc_pg_queue_next_deadline(const struct rc_pg_queue *queue)
{
    int64_t next = INT64_MAX;
    for (const struct rc_pg_segment *segment = queue->head; segment; segment = segment->next) {
        if (segment->deadline_us != 0 && segment->deadline_us < next) {
            next = segment->deadline_us;
        }
    }
    return next;
}

size_t rc_pg_segment_bytes(const struct rc_pg_segment *segment)
{
    size_t bytes = 64; // Sync, and the messages around each step, roughly
    for (int i = 0; i < segment->step_count; i++) {
        const struct rc_pg_step *step = &segment->steps[i];
        bytes += 64 + step->statement->sql_len;
        for (int k = 0; k < step->params.count; k++) {
            bool binary = step->params.formats && step->params.formats[k] == 1;
            bytes += 4;
            if (step->params.values[k]) {
                bytes +=
                    binary ? (size_t)step->params.lengths[k] : strlen(step->params.values[k]);
            }
        }
    }
    return bytes;
}
