// SPDX-License-Identifier: Apache-2.0
//
// M2: whether the server's memory grows under load once it is warm. It is looked at every
// second; a trend counts and not an instant, so the middle of the last quarter is compared with
// that of the first.
#include "work.h"

#include <stdlib.h>

enum { MINUTE_S = 60, QUICK_S = 10, WARM_UP_S = 10, QUICK_WARM_UP_S = 3, LOOKS_MAX = 64 };

struct watch {
    pid_t server;
    double mib[LOOKS_MAX];
    int count;
};

static void look(void *arg)
{
    struct watch *watch = arg;
    if (watch->count < LOOKS_MAX) {
        watch->mib[watch->count++] = process_rss_mib(watch->server);
    }
}

static double middle(const double *values, int count)
{
    struct sample sample = {.count = 0};
    for (int i = 0; i < count; i++) {
        sample_add(&sample, values[i]);
    }
    return sample_median(&sample);
}

bool run_growth(struct stage *stage, const struct work *work, struct result *result)
{
    struct watch watch = {.count = 0};
    struct load load = work->load;
    struct measure measure;
    if (!stage_serve(stage)) {
        return false;
    }
    watch.server = stage->server.pid;
    load.warm_up_s = stage->quick ? QUICK_WARM_UP_S : WARM_UP_S;
    load.seconds = stage->quick ? QUICK_S : MINUTE_S;
    load.tick = look;
    load.arg = &watch;
    if (!load_run(&load, &measure, NULL)) {
        return false;
    }
    int quarter = watch.count / 4 > 0 ? watch.count / 4 : 1;
    double first = middle(watch.mib, quarter);
    double last = middle(watch.mib + watch.count - quarter, quarter);
    sample_add(&result->value, last - first);
    sample_add(&result->ops, measure.ops);
    snprintf(result->note, sizeof result->note,
             "%.1f MiB at first, %.1f MiB in the end, %.0f s at %.0f calls/s\n", first, last,
             load.seconds, measure.ops);
    snprintf(result->members, sizeof result->members,
             ",\"first_mib\":%.2f,\"last_mib\":%.2f,\"seconds\":%.0f", first, last,
             load.seconds);
    return true;
}
