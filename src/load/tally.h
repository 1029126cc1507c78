// SPDX-License-Identifier: Apache-2.0
//
// What became of the calls of a run: numbers and latencies, in a fixed sum of memory however
// many there are. One thread at a time.
#ifndef RC_LOAD_TALLY_H
#define RC_LOAD_TALLY_H

#include "base/error.h"
#include "base/histogram.h"

enum { RC_LOAD_FAILURES_MAX = 32 };

// Failures that are alike: of one method, status and reason.
struct rc_load_failure {
    uint32_t method;
    uint64_t count;
    rowcall_error example; // the first of them
};

// Calls of one method. Latencies are in microseconds and of successful calls.
struct rc_load_method_tally {
    uint64_t ok;
    uint64_t failed;
    struct rc_histogram latency;
};

struct rc_load_tally {
    uint32_t method_count;
    uint64_t ok;
    uint64_t failed;
    uint64_t messages;                                     // sent and answered, or failed
    uint64_t sent_bytes;                                   // of those messages
    uint64_t received_bytes;                               // of their answers
    int64_t last_us;                                       // when the last of them ended
    struct rc_histogram latency;                           // of all successful calls
    struct rc_histogram failed_latency;                    // of all that failed
    struct rc_histogram lateness;                          // from due to sent
    struct rc_histogram recent;                            // of successful calls since reset
    struct rc_load_failure failures[RC_LOAD_FAILURES_MAX]; // in the order they occurred first
    uint32_t failure_count;                                // kinds listed
    uint64_t unlisted;                                     // failures of yet other kinds
    struct rc_load_method_tally methods[];
};

// An empty tally for methods 0 .. method_count-1, which the caller frees (free). NULL when
// memory ended.
struct rc_load_tally *rc_load_tally_new(uint32_t method_count);

// Counts a message that was sent `late_us` after it was due and ended at now_us.
void rc_load_tally_message(struct rc_load_tally *tally, int64_t now_us, int64_t late_us,
                           size_t sent_bytes, size_t received_bytes);

// Counts a call that took latency_us since it was due. error: why it failed (copied); NULL:
// it succeeded.
void rc_load_tally_call(struct rc_load_tally *tally, uint32_t method, int64_t latency_us,
                        const rowcall_error *error);

#endif
