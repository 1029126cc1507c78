// SPDX-License-Identifier: Apache-2.0
//
// The line, for a terminal.
#include "bin/bench_progress.h"

#include <stdio.h>

void rc_bench_time_format(char ret_text[RC_BENCH_TIME_SIZE], double us)
{
    double value = us < 1e3 ? us : us < 1e6 ? us / 1e3 : us / 1e6;
    const char *unit = us < 1e3 ? "us" : us < 1e6 ? "ms" : "s";
    int digits = us < 1e3 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(ret_text, RC_BENCH_TIME_SIZE, "%.*f %s", digits, value, unit);
}

void rc_bench_progress_format(char ret_line[RC_BENCH_PROGRESS_SIZE],
                              const struct rc_load_run *run, struct rc_load_tally *tally,
                              int64_t now_us, int64_t passed_us)
{
    char median[RC_BENCH_TIME_SIZE];
    char tail[RC_BENCH_TIME_SIZE];
    double seconds = (double)(now_us - run->start_us) / 1e6;
    if (now_us < run->start_us + run->plan.warmup_us) {
        snprintf(ret_line, RC_BENCH_PROGRESS_SIZE, "%4.0f s  warming up", seconds);
        return;
    }
    int64_t counted_us = now_us - run->start_us - run->plan.warmup_us;
    passed_us = passed_us < counted_us ? passed_us : counted_us;
    rc_bench_time_format(median, (double)rc_histogram_percentile(&tally->recent, 50));
    rc_bench_time_format(tail, (double)rc_histogram_percentile(&tally->recent, 99));
    snprintf(ret_line, RC_BENCH_PROGRESS_SIZE,
             "%4.0f s  %.0f calls/s  p50 %s  p99 %s  ok %llu  failed %llu  under way %u",
             seconds,
             (double)tally->recent.count * 1e6 / (double)(passed_us > 0 ? passed_us : 1),
             median, tail, (unsigned long long)tally->ok, (unsigned long long)tally->failed,
             rc_load_under_way(run));
    tally->recent = (struct rc_histogram){.count = 0};
}

void rc_bench_progress_show(const char *line)
{
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
}
