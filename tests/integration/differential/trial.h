// SPDX-License-Identifier: Apache-2.0
//
// One request over one world, answered twice: by the evaluator and by a subject, the server or
// an evaluator that makes a mistake.
#ifndef RC_TESTS_DIFFERENTIAL_TRIAL_H
#define RC_TESTS_DIFFERENTIAL_TRIAL_H

#include "world.h"

#include "api/api.h"

// Who is tried.
struct subject {
    // Takes over a world: what was there before is gone.
    void (*load)(const struct subject *subject, const struct world *world);
    // A response as JSON, or a string: how the request failed. A new reference.
    json_t *(*ask)(const struct subject *subject, const struct rc_model *model,
                   enum rc_verb verb, json_t *request);
    struct rc_api *api;
    void *context;
};

struct trial {
    const struct subject *subject;
    struct world *world; // the trial's own
    bool is_loaded;      // the subject has the world
    const struct rc_model *model;
    enum rc_verb verb;
    json_t *request;     // the trial's own
    json_t *expected;    // of the last run: {"answer": ..., "afterwards": ...}, a pattern
    json_t *actual;      // likewise
    struct world *after; // what the last run made of the world; NULL: nothing
    unsigned runs;
};

// Asks both. True when their answers differ, or, after a write, what is in their tables.
bool trial_run(struct trial *trial);

// After a run without difference: the next one goes on with what this one left behind.
void trial_advance(struct trial *trial);

// Takes parts of the request and rows of the world away, as long as the answers still differ
// (and do not begin to differ in another way: a request that is refused is no smaller version
// of one that was answered).
void trial_shrink(struct trial *trial);

// The request, the world as SQL, both answers.
void trial_print(const struct trial *trial, struct rc_buf *out);

void trial_fini(struct trial *trial);

// How many parts a request has: what shrinking makes smaller.
size_t trial_size(const json_t *request);

#endif
