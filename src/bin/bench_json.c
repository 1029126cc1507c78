// SPDX-License-Identifier: Apache-2.0
//
// The report as JSON: counts and microseconds, whole numbers wherever they are.
#include "bin/bench_report.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *whole(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static double per_second(uint64_t count, int64_t elapsed_us)
{
    return elapsed_us > 0 ? (double)count * 1e6 / (double)elapsed_us : 0;
}

// null of an empty one: nothing took 0 us.
static json_t *latency(const struct rc_histogram *histogram)
{
    static const struct {
        const char *name;
        double percent;
    } percentiles[] = {
        {"p50_us", 50}, {"p90_us", 90}, {"p95_us", 95}, {"p99_us", 99}, {"p999_us", 99.9},
    };
    if (histogram->count == 0) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "count", whole(histogram->count));
    json_object_set_new(object, "min_us", whole(histogram->min));
    json_object_set_new(object, "mean_us", json_real(rc_histogram_mean(histogram)));
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++) {
        uint64_t us = rc_histogram_percentile(histogram, percentiles[i].percent);
        json_object_set_new(object, percentiles[i].name, whole(us));
    }
    json_object_set_new(object, "max_us", whole(histogram->max));
    return object;
}

static json_t *methods(const struct rc_bench_mix *mix, const struct rc_load_tally *tally)
{
    json_t *list = json_array();
    for (size_t i = 0; i < mix->count; i++) {
        const struct rc_load_method_tally *of = &tally->methods[i];
        json_t *object = json_object();
        json_object_set_new(object, "method", json_string(mix->methods[i].name));
        json_object_set_new(object, "weight", whole(mix->methods[i].weight));
        json_object_set_new(object, "ok", whole(of->ok));
        json_object_set_new(object, "failed", whole(of->failed));
        json_object_set_new(object, "latency", latency(&of->latency));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *failures(const struct rc_bench_mix *mix, const struct rc_load_tally *tally)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < tally->failure_count; i++) {
        const struct rc_load_failure *failure = &tally->failures[i];
        const rowcall_error *example = &failure->example;
        json_t *object = json_object();
        json_object_set_new(object, "method", json_string(mix->methods[failure->method].name));
        json_object_set_new(object, "status",
                            json_string(rowcall_status_name(example->status)));
        json_object_set_new(object, "reason", json_string(example->reason));
        json_object_set_new(object, "count", whole(failure->count));
        json_object_set_new(object, "example", json_string(example->message));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *plan_of(const struct rc_bench_settings *settings, uint64_t seed)
{
    const struct rc_load_plan *plan = &settings->plan;
    bool is_open = plan->rate > 0;
    json_t *object = json_object();
    json_object_set_new(object, "loop", json_string(is_open ? "open" : "closed"));
    json_object_set_new(object, is_open ? "max_outstanding" : "concurrency",
                        whole(plan->places));
    if (is_open) {
        json_object_set_new(object, "rate", json_real(plan->rate));
        json_object_set_new(object, "poisson", json_boolean(plan->is_poisson));
    }
    json_object_set_new(object, "batch", whole(plan->batch));
    json_object_set_new(object, "connections", whole(settings->connections));
    json_object_set_new(object, "seed", whole(seed));
    return object;
}

rowcall_status rc_bench_report_json(const struct rc_bench_settings *settings,
                                    const struct rc_bench_mix *mix,
                                    const struct rc_bench_result *result, FILE *out,
                                    rowcall_error *err)
{
    const struct rc_load_tally *tally = result->tally;
    uint64_t calls = tally->ok + tally->failed;
    json_t *object = json_object();
    json_object_set_new(object, "database", json_string(mix->database));
    json_object_set_new(object, "plan", plan_of(settings, mix->seed));
    json_object_set_new(object, "elapsed_us", whole((uint64_t)result->elapsed_us));
    json_object_set_new(object, "calls", whole(calls));
    json_object_set_new(object, "calls_per_second",
                        json_real(per_second(calls, result->elapsed_us)));
    json_object_set_new(object, "ok", whole(tally->ok));
    json_object_set_new(object, "failed", whole(tally->failed));
    json_object_set_new(object, "unsent", whole(result->unsent));
    json_object_set_new(object, "abandoned", whole(result->abandoned));
    json_object_set_new(object, "interrupted", json_boolean(result->is_interrupted));
    json_object_set_new(object, "messages", whole(tally->messages));
    json_object_set_new(object, "sent_bytes", whole(tally->sent_bytes));
    json_object_set_new(object, "received_bytes", whole(tally->received_bytes));
    json_object_set_new(object, "latency", latency(&tally->latency));
    json_object_set_new(object, "failed_latency", latency(&tally->failed_latency));
    json_object_set_new(object, "lateness", latency(&tally->lateness));
    json_object_set_new(object, "methods", methods(mix, tally));
    json_object_set_new(object, "failures", failures(mix, tally));
    char *text = json_dumps(object, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
    json_decref(object);
    if (!text) {
        return rc_error_oom(err);
    }
    fprintf(out, "%s\n", text);
    free(text);
    return ROWCALL_OK;
}
