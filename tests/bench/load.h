// SPDX-License-Identifier: Apache-2.0
//
// A closed loop on our side: callers that ask again as soon as they are answered. One caller is
// a thread that waits for its answers; several submit their calls and are called back, as
// pgbench, too, drives its clients with few threads.
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "measure.h"
#include "operation.h"

enum { CALLERS_MAX = 4096 };

// What to run, and how.
struct load {
    const struct operation *operation;
    int callers;   // calls in flight, at most CALLERS_MAX
    int clients;   // sockets that callers are dealt to, at most as many as callers
    bool batching; // whether calls of one client may share a message
    double warm_up_s;
    double seconds;
    // Called by the thread that runs the load about once a second while it is measured; may be
    // NULL.
    void (*tick)(void *arg);
    void *arg;
};

// Runs a load against the server of ROWCALL_URL. *ret_answered (may be NULL) is the number of
// all right answers, those before the clock included, for whoever counts their effects. Every
// answer is checked; the first wrong one, or failed call, ends the run. False, and the reason
// is on stderr.
bool load_run(const struct load *load, struct measure *ret_measure, uint64_t *ret_answered);

#endif
