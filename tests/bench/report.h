// SPDX-License-Identifier: Apache-2.0
//
// Results, for people and for machines.
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "work.h"

#include <stdio.h>

// What is printed before the first result: where this is, what counts, what the columns are;
// nothing for machines.
void report_begin(const struct stage *stage, bool json);

// One result as a line of the table, or of JSON, at once.
void report_result(const struct result *result, bool json);

// One result as a line of JSON.
void report_write(const struct result *result, FILE *to);

// What came of it all.
struct tally {
    int with_target; // works that have one and were not skipped
    int reached;     // of those
    int in_pairs;    // works with a peer
};

// What came of it all, and what the peers are; nothing for machines.
void report_end(const struct tally *tally, bool json);

// The names of all works and what they are.
void report_list(void);

#endif
