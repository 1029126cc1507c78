// SPDX-License-Identifier: Apache-2.0
//
// Counting.
#include "load/tally.h"

#include <stdlib.h>
#include <string.h>

struct rc_load_tally *rc_load_tally_new(uint32_t method_count)
{
    struct rc_load_tally *tally =
        calloc(1, sizeof(*tally) + method_count * sizeof *tally->methods);
    if (tally) {
        tally->method_count = method_count;
    }
    return tally;
}

// A clock that was read by another thread may be a little ahead.
static uint64_t not_negative(int64_t us)
{
    return us > 0 ? (uint64_t)us : 0;
}

void rc_load_tally_message(struct rc_load_tally *tally, int64_t now_us, int64_t late_us,
                           size_t sent_bytes, size_t received_bytes)
{
    tally->messages++;
    tally->sent_bytes += sent_bytes;
    tally->received_bytes += received_bytes;
    tally->last_us = now_us > tally->last_us ? now_us : tally->last_us;
    rc_histogram_record(&tally->lateness, not_negative(late_us));
}

static void count_failure(struct rc_load_tally *tally, uint32_t method,
                          const rowcall_error *error)
{
    for (uint32_t i = 0; i < tally->failure_count; i++) {
        struct rc_load_failure *failure = &tally->failures[i];
        if (failure->method == method && failure->example.status == error->status &&
            strcmp(failure->example.reason, error->reason) == 0) {
            failure->count++;
            return;
        }
    }
    if (tally->failure_count == RC_LOAD_FAILURES_MAX) {
        tally->unlisted++;
        return;
    }
    tally->failures[tally->failure_count++] =
        (struct rc_load_failure){.method = method, .count = 1, .example = *error};
}

void rc_load_tally_call(struct rc_load_tally *tally, uint32_t method, int64_t latency_us,
                        const rowcall_error *error)
{
    uint64_t latency = not_negative(latency_us);
    struct rc_load_method_tally *of_method = &tally->methods[method];
    if (error) {
        tally->failed++;
        of_method->failed++;
        rc_histogram_record(&tally->failed_latency, latency);
        count_failure(tally, method, error);
        return;
    }
    tally->ok++;
    of_method->ok++;
    rc_histogram_record(&tally->latency, latency);
    rc_histogram_record(&tally->recent, latency);
    rc_histogram_record(&of_method->latency, latency);
}
