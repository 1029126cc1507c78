// SPDX-License-Identifier: Apache-2.0
//
// What `rowcall bench` asks for: methods of one database, how often each, and the templates of
// their requests. Made once, then read by any thread.
#ifndef RC_BIN_BENCH_MIX_H
#define RC_BIN_BENCH_MIX_H

#include "bin/envelope.h"
#include "json/pool.h"
#include "load/template.h"

enum { RC_BENCH_METHODS_MAX = 32 };

struct rc_bench_method {
    char name[128]; // "Product/FindUnique"
    uint32_t weight;
    const struct rc_pool_method *method;
    struct rc_template *template;
    struct rc_buf prepared; // encoded requests, one behind the other
    size_t *ends;           // where each ends
    size_t prepared_count;  // 0: each call's request is made when it is sent
};

struct rc_bench_mix {
    const char *database;
    uint64_t seed;
    uint32_t prepare; // how many requests of a template to make before the load; 0: none
    struct rc_bench_method methods[RC_BENCH_METHODS_MAX];
    size_t count;
    uint64_t weights; // of all methods
};

// Reads the words of the command line: ENTITY/METHOD[@WEIGHT] JSON, and so on; the JSON of the
// last may be missing ({}). Sets up methods and templates, and encodes requests of each, so
// that what is wrong is told before the load begins: INVALID_ARGUMENT names the method and the
// place in the JSON. database, seed and prepare are set by the caller; pool is borrowed for the
// life of the mix. Finish it with rc_bench_mix_fini, also after a failure.
rowcall_status rc_bench_mix_init(struct rc_bench_mix *mix, const struct rc_pool *pool,
                                 const char *const *words, size_t word_count,
                                 rowcall_error *err) RC_MUST_CHECK;
void rc_bench_mix_fini(struct rc_bench_mix *mix);

// Which method call `number` is of.
uint32_t rc_bench_mix_choose(const struct rc_bench_mix *mix, uint64_t number);

// Appends the request of call `number`, which is of that method. json is room for its text.
// INVALID_ARGUMENT: the template made JSON that is no such request.
rowcall_status rc_bench_mix_request(const struct rc_bench_mix *mix, uint32_t method,
                                    uint64_t number, struct rc_buf *json,
                                    struct rc_buf *ret_requests,
                                    rowcall_error *err) RC_MUST_CHECK;

#endif
