// SPDX-License-Identifier: Apache-2.0
//
// Order statistics of a handful of values.
#include "measure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

void sample_add(struct sample *sample, double value)
{
    if (sample->count < SAMPLE_MAX) {
        sample->values[sample->count++] = value;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

// The value at this place of the sorted ones; between two places their mean.
static double at_place(const struct sample *sample, double place)
{
    double sorted[SAMPLE_MAX];
    if (sample->count <= 0) {
        return 0;
    }
    memcpy(sorted, sample->values, (size_t)sample->count * sizeof sorted[0]);
    qsort(sorted, (size_t)sample->count, sizeof sorted[0], compare);
    int below = (int)place;
    int above = place > (double)below ? below + 1 : below;
    return (sorted[below] + sorted[above]) / 2;
}

double sample_min(const struct sample *sample)
{
    return at_place(sample, 0);
}

double sample_median(const struct sample *sample)
{
    return at_place(sample, sample->count > 0 ? (sample->count - 1) / 2.0 : 0);
}

double sample_max(const struct sample *sample)
{
    return at_place(sample, sample->count > 0 ? sample->count - 1 : 0);
}

int64_t now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}
