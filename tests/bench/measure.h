// SPDX-License-Identifier: Apache-2.0
//
// What one run of either side gives, and what several runs come to.
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>

struct measure {
    double ops;     // a second: calls, transactions, or rows where those are counted
    double mean_us; // of a call
    double p50_us;
    double p99_us;
};

enum { SAMPLE_MAX = 32 };

// The same number from several rounds. Zeroed it is empty.
struct sample {
    double values[SAMPLE_MAX];
    int count;
};

// Adds a value; values past SAMPLE_MAX are dropped.
void sample_add(struct sample *sample, double value);

// The smallest, the middle (of an even number: the mean of both) and the largest value; 0 while
// empty.
double sample_min(const struct sample *sample);
double sample_median(const struct sample *sample);
double sample_max(const struct sample *sample);

// Microseconds on a clock that never goes back.
int64_t now_us(void);

#endif
