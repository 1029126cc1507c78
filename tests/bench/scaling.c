// SPDX-License-Identifier: Apache-2.0
//
// S2: the same calls dealt to few sockets and to many. Sixty-four are in flight, or one a
// socket where there are more sockets, so that it is the sockets that make a difference and not
// how much is asked for.
#include "work.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { REFERENCE = 3, SIZES = 6, SECONDS_MAX = 3 };

static const int sizes[SIZES] = {1, 4, 16, 64, 256, 1024};

static bool measure(const struct stage *stage, const struct work *work, int clients,
                    struct measure *ret_measure)
{
    struct load load = stage_load(stage, &work->load);
    load.seconds = load.seconds < SECONDS_MAX ? load.seconds : SECONDS_MAX;
    load.clients = clients;
    load.callers = clients > work->load.callers ? clients : work->load.callers;
    stage_tell(stage, "S2: %d client%s ...", clients, clients == 1 ? "" : "s");
    return load_run(&load, ret_measure, NULL);
}

static void append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, size - used, format, args);
    va_end(args);
}

// The ratio of each size to the reference in its own round, of which the median counts.
static void sum_up(const struct sample *ops, struct result *result)
{
    double worst = 0;
    snprintf(result->members, sizeof result->members, ",\"points\":[");
    for (int i = 0; i < SIZES; i++) {
        struct sample ratio = {.count = 0};
        for (int round = 0; round < ops[i].count; round++) {
            sample_add(&ratio, ops[i].values[round] / ops[REFERENCE].values[round]);
        }
        double median = sample_median(&ratio);
        append(result->note, sizeof result->note, "%s%d: %.0f/s (%.2fx)", i > 0 ? ", " : "",
               sizes[i], sample_median(&ops[i]), median);
        append(result->members, sizeof result->members,
               "%s{\"clients\":%d,\"ops\":%.0f,\"ratio\":%.3f}", i > 0 ? "," : "", sizes[i],
               sample_median(&ops[i]), median);
        if (i == 0 || median < worst) {
            worst = median;
            result->ratio = ratio;
            result->ops = ops[i];
            result->peer_ops = ops[REFERENCE];
        }
    }
    append(result->note, sizeof result->note, "\n");
    append(result->members, sizeof result->members, "]");
}

bool run_scaling(struct stage *stage, const struct work *work, struct result *result)
{
    struct sample ops[SIZES] = {{.count = 0}};
    if (!stage_serve(stage)) {
        return false;
    }
    for (int round = 0; round < stage->rounds; round++) {
        for (int i = 0; i < SIZES; i++) {
            struct measure of_size;
            if (!measure(stage, work, sizes[i], &of_size)) {
                return false;
            }
            sample_add(&ops[i], of_size.ops);
        }
    }
    sum_up(ops, result);
    return true;
}
