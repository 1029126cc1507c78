// SPDX-License-Identifier: Apache-2.0
//
// The search for a request that a subject answers in another way than the evaluator.
#ifndef RC_TESTS_DIFFERENTIAL_SEARCH_H
#define RC_TESTS_DIFFERENTIAL_SEARCH_H

#include "trial.h"

// How many requests the test of one seed makes, and which seeds there are (CMakeLists.txt).
enum { SEARCH_READS = 2000, SEARCH_WRITES = 800, SEARCH_SEEDS = 4, SEARCH_ROWS_MAX = 10 };

struct search {
    uint64_t seed;
    size_t request_count; // at most so many
    size_t rows_max;      // of one table
    unsigned without;     // of generate.h
    bool writes;          // writes, each going on with what the last one left; else reads
};

// Draws worlds and requests. True when there was a difference: ret_trial is it, shrunk, and the
// caller finishes it.
bool search_run(const struct search *search, const struct subject *subject,
                struct trial *ret_trial);

#endif
