// SPDX-License-Identifier: Apache-2.0
//
// The report in words, then in columns.
#include "bin/bench_report.h"

#include "bin/bench_progress.h"

#include <string.h>

enum { NAME_WIDTH = 28, BAR_WIDTH = 40 };

static double per_second(uint64_t count, int64_t elapsed_us)
{
    return elapsed_us > 0 ? (double)count * 1e6 / (double)elapsed_us : 0;
}

static void print_heading(const struct rc_bench_settings *settings,
                          const struct rc_bench_mix *mix, const struct rc_bench_result *result,
                          FILE *out)
{
    const struct rc_load_plan *plan = &settings->plan;
    char time[RC_BENCH_TIME_SIZE];
    rc_bench_time_format(time, (double)result->elapsed_us);
    if (mix->count == 1) {
        fprintf(out, "%s %s: ", mix->database, mix->methods[0].name);
    } else {
        fprintf(out, "%s, %zu methods: ", mix->database, mix->count);
    }
    if (plan->rate > 0) {
        fprintf(out, "open loop, %.0f calls/s%s, at most %u messages under way", plan->rate,
                plan->is_poisson ? " by chance" : "", plan->places);
    } else {
        fprintf(out, "closed loop, %u callers", plan->places);
    }
    if (plan->batch > 1) {
        fprintf(out, ", %u calls a message", plan->batch);
    }
    fprintf(out, ", %u connection%s, %s, seed %llu\n", settings->connections,
            settings->connections == 1 ? "" : "s", time, (unsigned long long)mix->seed);
}

static void print_count(const char *what, uint64_t count, const char *remark, FILE *out)
{
    fprintf(out, "  %-12s %12llu%s%s\n", what, (unsigned long long)count, *remark ? "   " : "",
            remark);
}

static void print_bytes(const char *what, uint64_t bytes, const struct rc_load_tally *tally,
                        FILE *out)
{
    char each[64];
    double calls = (double)(tally->ok + tally->failed);
    snprintf(each, sizeof each, "%.0f a call", calls > 0 ? (double)bytes / calls : 0);
    print_count(what, bytes, each, out);
}

static void print_counts(const struct rc_bench_settings *settings,
                         const struct rc_bench_result *result, FILE *out)
{
    const struct rc_load_tally *tally = result->tally;
    char remark[128];
    snprintf(remark, sizeof remark, "%.1f calls/s",
             per_second(tally->ok + tally->failed, result->elapsed_us));
    print_count("calls", tally->ok + tally->failed, remark, out);
    print_count("ok", tally->ok, "", out);
    print_count("failed", tally->failed, "", out);
    if (result->unsent > 0) {
        snprintf(
            remark, sizeof remark,
            "were due; all %u places were taken: this rate is more than the server answers",
            settings->plan.places);
        print_count("not sent", result->unsent, remark, out);
    }
    if (result->abandoned > 0) {
        print_count("abandoned", result->abandoned, "under way when interrupted", out);
    }
    print_bytes("bytes sent", tally->sent_bytes, tally, out);
    print_bytes("received", tally->received_bytes, tally, out);
    if (result->is_interrupted) {
        fputs("  interrupted: this is what there was by then\n", out);
    }
}

// ---- latencies

static void print_latency_head(FILE *out)
{
    fprintf(out, "\n  %-*s", NAME_WIDTH, "latency");
    static const char *const columns[] = {"min", "mean", "p50",   "p90",
                                          "p95", "p99",  "p99.9", "max"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        fprintf(out, " %8s", columns[i]);
    }
    fputc('\n', out);
}

static void print_latency(const char *name, const struct rc_histogram *histogram, FILE *out)
{
    const double times[] = {
        (double)histogram->min,
        rc_histogram_mean(histogram),
        (double)rc_histogram_percentile(histogram, 50),
        (double)rc_histogram_percentile(histogram, 90),
        (double)rc_histogram_percentile(histogram, 95),
        (double)rc_histogram_percentile(histogram, 99),
        (double)rc_histogram_percentile(histogram, 99.9),
        (double)histogram->max,
    };
    if (histogram->count == 0) {
        return;
    }
    fprintf(out, "  %-*.*s", NAME_WIDTH, NAME_WIDTH, name);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[RC_BENCH_TIME_SIZE];
        rc_bench_time_format(text, times[i]);
        fprintf(out, " %8s", text);
    }
    fputc('\n', out);
}

static void print_latencies(const struct rc_bench_settings *settings,
                            const struct rc_bench_mix *mix, const struct rc_load_tally *tally,
                            FILE *out)
{
    print_latency_head(out);
    print_latency("ok", &tally->latency, out);
    for (uint32_t i = 0; mix->count > 1 && i < mix->count; i++) {
        print_latency(mix->methods[i].name, &tally->methods[i].latency, out);
    }
    print_latency("failed", &tally->failed_latency, out);
    if (settings->plan.rate > 0) {
        print_latency("of which before it was sent", &tally->lateness, out);
    }
}

// ---- histogram: a row for every power of two

static uint64_t count_between(const struct rc_histogram *histogram, uint64_t from, uint64_t to)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < RC_HISTOGRAM_BUCKETS; i++) {
        uint64_t first = rc_histogram_bucket_first(i);
        count += first >= from && first < to ? histogram->counts[i] : 0;
    }
    return count;
}

static void print_histogram(const struct rc_histogram *histogram, FILE *out)
{
    static const char bar[] = "########################################";
    uint64_t most = 0;
    uint64_t from = 1;
    if (histogram->count == 0) {
        return;
    }
    while (from * 2 <= histogram->min) {
        from *= 2;
    }
    for (uint64_t at = from; at <= histogram->max || at == from; at *= 2) {
        uint64_t count = count_between(histogram, at == from ? 0 : at, at * 2);
        most = count > most ? count : most;
    }
    fputs("\n  up to         calls\n", out);
    for (uint64_t at = from; at <= histogram->max || at == from; at *= 2) {
        uint64_t count = count_between(histogram, at == from ? 0 : at, at * 2);
        char text[RC_BENCH_TIME_SIZE];
        rc_bench_time_format(text, (double)at * 2);
        int width = most > 0 ? (int)((count * BAR_WIDTH + most - 1) / most) : 0;
        fprintf(out, "  %8s %10llu  %.*s\n", text, (unsigned long long)count, width, bar);
    }
}

// ---- failures

static void print_failures(const struct rc_bench_mix *mix, const struct rc_load_tally *tally,
                           FILE *out)
{
    if (tally->failed > 0) {
        fputs("\n  failures\n", out);
    }
    for (uint32_t i = 0; i < tally->failure_count; i++) {
        const struct rc_load_failure *failure = &tally->failures[i];
        const rowcall_error *example = &failure->example;
        fprintf(out, "  %10llu  %s  %s%s%s\n              such as: %s\n",
                (unsigned long long)failure->count, mix->methods[failure->method].name,
                rowcall_status_name(example->status), *example->reason ? " " : "",
                example->reason, example->message);
    }
    if (tally->unlisted > 0) {
        fprintf(out, "  %10llu  of other kinds\n", (unsigned long long)tally->unlisted);
    }
}

void rc_bench_report_text(const struct rc_bench_settings *settings,
                          const struct rc_bench_mix *mix, const struct rc_bench_result *result,
                          FILE *out)
{
    print_heading(settings, mix, result, out);
    fputc('\n', out);
    print_counts(settings, result, out);
    print_latencies(settings, mix, result->tally, out);
    print_histogram(&result->tally->latency, out);
    print_failures(mix, result->tally, out);
}
