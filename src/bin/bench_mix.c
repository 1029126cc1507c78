// SPDX-License-Identifier: Apache-2.0
//
// Methods, weights, and requests: made when they are sent, unless they are all alike or were to
// be prepared.
#include "bin/bench_mix.h"

#include "base/clock.h"
#include "bin/callee.h"
#include "bin/file.h"
#include "json/encode.h"
#include "load/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 64 };

// ---- words

// "Product/FindUnique@3" into name and weight.
static rowcall_status read_method(struct rc_bench_method *method, const char *word,
                                  rowcall_error *err)
{
    const char *at = strchr(word, '@');
    size_t len = at ? (size_t)(at - word) : strlen(word);
    char *end = NULL;
    unsigned long weight = at ? strtoul(at + 1, &end, 10) : 1;
    if (at && (at[1] < '0' || at[1] > '9' || *end || weight < 1 || weight > 1000000)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "'%s': the weight behind @ is a whole number from 1 to 1000000, as "
                            "in Product/FindUnique@9",
                            word);
    }
    if (len >= sizeof method->name) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "'%s' is no method: it is too long",
                            word);
    }
    memcpy(method->name, word, len); // zeroed before
    method->weight = (uint32_t)weight;
    return ROWCALL_OK;
}

static rowcall_status read_template(struct rc_bench_method *method, const char *argument,
                                    rowcall_error *err)
{
    struct rc_buf text = {0};
    rowcall_status st = rc_callee_read_argument(argument, &text, err);
    if (st == ROWCALL_OK) {
        st = rc_template_new(rc_buf_view(&text), rc_file_read, &method->template, err);
    }
    rc_buf_fini(&text);
    return st;
}

// ---- requests

static rowcall_status make_request(const struct rc_bench_mix *mix, uint32_t index,
                                   uint64_t number, struct rc_buf *json,
                                   struct rc_buf *ret_requests, rowcall_error *err)
{
    const struct rc_bench_method *method = &mix->methods[index];
    const struct rc_template_call call = {
        .seed = mix->seed, .number = number, .wall_us = rc_clock_wall_us()};
    rc_buf_clear(json);
    rc_template_fill(method->template, &call, json);
    rowcall_status st = rc_buf_status(json, err);
    if (st == ROWCALL_OK) {
        st = rc_json_encode(method->method->input, rc_buf_view(json), ret_requests, err);
    }
    if (st == ROWCALL_INVALID_ARGUMENT && !rc_template_is_constant(method->template)) {
        enum { SHOWN = 160 };
        int shown = json->len < SHOWN ? (int)json->len : SHOWN;
        char what[512];
        snprintf(what, sizeof what, "%s", err->message);
        *err = (rowcall_error){0};
        rc_error_set(err, st, "%s (the template became %.*s%s)", what, shown, json->data,
                     json->len > SHOWN ? "..." : "");
    }
    return st == ROWCALL_OK ? st : rc_error_wrap(err, "%s", method->name);
}

// Makes requests for calls 0 .. count-1, and keeps them.
static rowcall_status prepare(struct rc_bench_mix *mix, uint32_t index, size_t count,
                              rowcall_error *err)
{
    struct rc_bench_method *method = &mix->methods[index];
    struct rc_buf json = {0};
    method->ends = calloc(count, sizeof *method->ends);
    rowcall_status st = method->ends ? ROWCALL_OK : rc_error_oom(err);
    for (size_t i = 0; st == ROWCALL_OK && i < count; i++) {
        st = make_request(mix, index, i, &json, &method->prepared, err);
        method->ends[i] = method->prepared.len;
    }
    method->prepared_count = count;
    rc_buf_fini(&json);
    return st;
}

// Makes some requests and throws them away: a template that can go wrong is found out.
static rowcall_status try_out(const struct rc_bench_mix *mix, uint32_t index,
                              rowcall_error *err)
{
    struct rc_buf json = {0};
    struct rc_buf request = {0};
    rowcall_status st = ROWCALL_OK;
    for (uint64_t i = 0; st == ROWCALL_OK && i < SAMPLES; i++) {
        rc_buf_clear(&request);
        st = make_request(mix, index, i, &json, &request, err);
    }
    rc_buf_fini(&json);
    rc_buf_fini(&request);
    return st;
}

static rowcall_status init_method(struct rc_bench_mix *mix, uint32_t index,
                                  const struct rc_pool *pool, const char *word,
                                  const char *json, rowcall_error *err)
{
    struct rc_bench_method *method = &mix->methods[index];
    rowcall_status st = read_method(method, word, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    mix->weights += method->weight;
    method->method = rc_callee_find(pool, mix->database, method->name, err);
    if (!method->method) {
        return err->status;
    }
    st = read_template(method, json, err);
    if (st != ROWCALL_OK) {
        return rc_error_wrap(err, "%s", method->name);
    }
    if (rc_template_is_constant(method->template)) {
        return prepare(mix, index, 1, err);
    }
    return mix->prepare ? prepare(mix, index, mix->prepare, err) : try_out(mix, index, err);
}

rowcall_status rc_bench_mix_init(struct rc_bench_mix *mix, const struct rc_pool *pool,
                                 const char *const *words, size_t word_count,
                                 rowcall_error *err)
{
    if (word_count > 1 && word_count % 2 != 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "of several methods each ENTITY/METHOD needs its JSON; {} is the "
                            "shortest");
    }
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < word_count; i += 2) {
        const char *json = i + 1 < word_count ? words[i + 1] : NULL;
        st = init_method(mix, (uint32_t)mix->count++, pool, words[i], json, err);
    }
    return st;
}

void rc_bench_mix_fini(struct rc_bench_mix *mix)
{
    for (size_t i = 0; i < mix->count; i++) {
        rc_template_free(mix->methods[i].template);
        rc_buf_fini(&mix->methods[i].prepared);
        free(mix->methods[i].ends);
    }
    mix->count = 0;
}

uint32_t rc_bench_mix_choose(const struct rc_bench_mix *mix, uint64_t number)
{
    if (mix->count == 1) {
        return 0;
    }
    struct rc_random random = rc_random_stream(~mix->seed, number); // not the template's
    uint64_t at = rc_random_below(&random, mix->weights);
    uint32_t index = 0;
    while (at >= mix->methods[index].weight) {
        at -= mix->methods[index++].weight;
    }
    return index;
}

rowcall_status rc_bench_mix_request(const struct rc_bench_mix *mix, uint32_t method,
                                    uint64_t number, struct rc_buf *json,
                                    struct rc_buf *ret_requests, rowcall_error *err)
{
    const struct rc_bench_method *of = &mix->methods[method];
    if (of->prepared_count == 0) {
        return make_request(mix, method, number, json, ret_requests, err);
    }
    size_t i = (size_t)(number % of->prepared_count);
    size_t from = i > 0 ? of->ends[i - 1] : 0;
    rc_buf_append(ret_requests, of->prepared.data + from, of->ends[i] - from);
    return rc_buf_status(ret_requests, err);
}
