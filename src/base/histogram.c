// SPDX-License-Identifier: Apache-2.0
//
// Buckets, in order: 0 to 127 hold one value each; then, for each power of two from 2^7 on, 128
// of equal width. So the exponent and the seven bits below the highest one are the index.
#include "base/histogram.h"

#include <assert.h>

enum { PER_POWER = 1 << RC_HISTOGRAM_SUB_BITS };

static uint32_t find_bucket(uint64_t value)
{
    if (value < PER_POWER) {
        return (uint32_t)value;
    }
    uint32_t power = 63 - (uint32_t)__builtin_clzll(value);
    if (power >= RC_HISTOGRAM_VALUE_BITS) {
        return RC_HISTOGRAM_BUCKETS - 1;
    }
    uint32_t shift = power - RC_HISTOGRAM_SUB_BITS;
    uint32_t within = (uint32_t)(value >> shift) - PER_POWER;
    return ((shift + 1) << RC_HISTOGRAM_SUB_BITS) + within;
}

uint64_t rc_histogram_bucket_first(uint32_t i)
{
    assert(i < RC_HISTOGRAM_BUCKETS);
    if (i < PER_POWER) {
        return i;
    }
    uint32_t shift = (i >> RC_HISTOGRAM_SUB_BITS) - 1;
    return (uint64_t)(PER_POWER + (i & (PER_POWER - 1))) << shift;
}

uint64_t rc_histogram_bucket_last(uint32_t i)
{
    assert(i < RC_HISTOGRAM_BUCKETS);
    return i + 1 < RC_HISTOGRAM_BUCKETS ? rc_histogram_bucket_first(i + 1) - 1
                                        : ((uint64_t)1 << RC_HISTOGRAM_VALUE_BITS) - 1;
}

void rc_histogram_record_many(struct rc_histogram *histogram, uint64_t value, uint64_t times)
{
    if (times == 0) {
        return;
    }
    histogram->counts[find_bucket(value)] += times;
    if (histogram->count == 0 || value < histogram->min) {
        histogram->min = value;
    }
    if (value > histogram->max) {
        histogram->max = value;
    }
    histogram->count += times;
    histogram->sum += value * times;
}

void rc_histogram_record(struct rc_histogram *histogram, uint64_t value)
{
    rc_histogram_record_many(histogram, value, 1);
}

void rc_histogram_merge(struct rc_histogram *histogram, const struct rc_histogram *from)
{
    if (from->count == 0) {
        return;
    }
    for (uint32_t i = 0; i < RC_HISTOGRAM_BUCKETS; i++) {
        histogram->counts[i] += from->counts[i];
    }
    if (histogram->count == 0 || from->min < histogram->min) {
        histogram->min = from->min;
    }
    if (from->max > histogram->max) {
        histogram->max = from->max;
    }
    histogram->count += from->count;
    histogram->sum += from->sum;
}

// Of a bucket all values are taken for its last, except that nothing is outside of what was
// seen.
static uint64_t stand_for(const struct rc_histogram *histogram, uint32_t i)
{
    uint64_t last = i + 1 < RC_HISTOGRAM_BUCKETS ? rc_histogram_bucket_last(i) : histogram->max;
    last = last > histogram->max ? histogram->max : last;
    return last < histogram->min ? histogram->min : last;
}

uint64_t rc_histogram_percentile(const struct rc_histogram *histogram, double percent)
{
    double share = percent * (double)histogram->count / 100;
    uint64_t rank = (uint64_t)share;
    rank += share - (double)rank > 1e-6; // rounded up, but for what 99.9 is not in binary
    rank = rank == 0 ? 1 : rank;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < RC_HISTOGRAM_BUCKETS && histogram->count > 0; i++) {
        seen += histogram->counts[i];
        if (seen >= rank) {
            return stand_for(histogram, i);
        }
    }
    return histogram->max; // more than 100 percent, or empty
}

double rc_histogram_mean(const struct rc_histogram *histogram)
{
    return histogram->count > 0 ? (double)histogram->sum / (double)histogram->count : 0;
}
