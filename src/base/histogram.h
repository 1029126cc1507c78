// SPDX-License-Identifier: Apache-2.0
//
// How often values of each size occurred, in a fixed sum of memory: every power of two is cut
// into 128 equal buckets, so a percentile is off by less than 1 % however wide the values
// range, and recording is a few instructions. For latencies; the unit is the caller's.
#ifndef RC_BASE_HISTOGRAM_H
#define RC_BASE_HISTOGRAM_H

#include <stdint.h>

enum {
    RC_HISTOGRAM_SUB_BITS = 7,    // 128 buckets to a power of two
    RC_HISTOGRAM_VALUE_BITS = 40, // larger values count as the largest: 2^40 ns are 18 minutes
    RC_HISTOGRAM_BUCKETS = (RC_HISTOGRAM_VALUE_BITS - RC_HISTOGRAM_SUB_BITS + 1)
                           << RC_HISTOGRAM_SUB_BITS,
};

// Zeroed it is empty and ready; nothing has to be freed (35 KB: not for small stacks). One
// thread at a time: give each thread its own and merge them.
struct rc_histogram {
    uint64_t counts[RC_HISTOGRAM_BUCKETS];
    uint64_t count; // of all values
    uint64_t sum;   // of all values as they were given
    uint64_t min;   // exact; 0 while empty
    uint64_t max;   // exact
};

// Counts value once.
void rc_histogram_record(struct rc_histogram *histogram, uint64_t value);

// Counts value `times` times.
void rc_histogram_record_many(struct rc_histogram *histogram, uint64_t value, uint64_t times);

// Adds everything that `from` counted.
void rc_histogram_merge(struct rc_histogram *histogram, const struct rc_histogram *from);

// The value that `percent` (0 to 100) of all values do not exceed: the largest value of its
// bucket, but never more than the maximum, nor less than the minimum. 0 while empty.
uint64_t rc_histogram_percentile(const struct rc_histogram *histogram, double percent);

// The mean of all values; 0 while empty.
double rc_histogram_mean(const struct rc_histogram *histogram);

// Bucket i's smallest and largest value, for whoever prints the distribution; i is less than
// RC_HISTOGRAM_BUCKETS.
uint64_t rc_histogram_bucket_first(uint32_t i);
uint64_t rc_histogram_bucket_last(uint32_t i);

#endif
