// SPDX-License-Identifier: Apache-2.0
//
// A load on its way: tickets (load/run.h) become envelopes on a server's sockets, and answers
// are counted. Nothing waits for an answer: whoever takes one starts the next message, so a
// thousand under way need no thousand threads.
#ifndef RC_BIN_BENCH_DRIVER_H
#define RC_BIN_BENCH_DRIVER_H

#include "bin/bench_mix.h"
#include "load/run.h"
#include "load/tally.h"

#include <signal.h>

struct rc_bench_settings {
    const char *url;
    const char *token;    // NULL: none
    uint32_t timeout_ms;  // of a call
    uint32_t connections; // sockets, at least 1
    struct rc_load_plan plan;
    bool show_progress;                       // a line on stderr, once a second
    const volatile sig_atomic_t *interrupted; // ends the load when it becomes true
};

// What came of it.
struct rc_bench_result {
    struct rc_load_tally *tally; // the caller's to free
    int64_t elapsed_us;          // from the end of the warm-up to the last answer
    uint64_t unsent;             // open loop: due, and not sent by the end
    uint64_t abandoned;          // under way when the load was interrupted, and not waited for
    bool is_interrupted;
};

// Runs the load until its plan is fulfilled and every answer is there, or until it is
// interrupted: then answers are waited for a second at most. Failed calls are counted, not an
// error; mix outlives the call.
// Errors: UNAVAILABLE: nobody is at the URL; INVALID_ARGUMENT: the URL, or a template made
// JSON that is no request; RESOURCE_EXHAUSTED.
rowcall_status rc_bench_run(const struct rc_bench_settings *settings,
                            const struct rc_bench_mix *mix, struct rc_bench_result *ret_result,
                            rowcall_error *err) RC_MUST_CHECK;

#endif
