// SPDX-License-Identifier: Apache-2.0
//
// The works: what is measured, against what, and what is to be reached. README.md says how to
// read them.
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include "load.h"
#include "measure.h"
#include "stage.h"

struct work;

// What became of a work. Zeroed it is empty.
struct result {
    const struct work *work;
    struct sample ops; // a second, a value a round
    struct sample peer_ops;
    struct sample ratio;
    struct sample p50_us;
    struct sample p99_us;
    struct sample peer_p50_us;
    struct sample peer_p99_us;
    struct sample value; // of works that are about one number, in their unit
    bool is_skipped;     // note says why
    char note[4096];     // lines for people, each ended by \n; may be empty
    char members[4096];  // more members of the JSON object, each begun by a comma
};

// What the target is about.
enum work_kind {
    WORK_THROUGHPUT, // ours per peer's operations a second, at least target
    WORK_LATENCY,    // our median per the peer's mean, at most target
    WORK_VALUE,      // value, at most target
    WORK_SELF,       // the worst ratio of ours to ours, at least target
    WORK_COST,       // has no target: counts that should not grow
};

struct work {
    const char *name;    // of the table of targets; several may share it and differ in variant
    const char *variant; // may be NULL
    const char *what;    // in a few words
    const char *peer;    // in a few words; NULL where there is none
    enum work_kind kind;
    double target;
    const char *unit; // of operations or of the value

    // Measures, and fills *result. False, and the reason is on stderr.
    bool (*run)(struct stage *stage, const struct work *work, struct result *result);

    // Of those that run in pairs:
    struct load load;         // without warm_up_s and seconds, which are the stage's
    const char *script;       // of pgbench; NULL: libpq
    int peer_clients;         // of pgbench
    const char *const *reset; // SQL before either side's run, up to a NULL; may be NULL
    const char *effects;      // counts the rows that calls wrote since then; may be NULL
    int effects_each;         // by each call
};

extern const struct work works[];
extern const int work_count;

// Whether a name given on the command line means this work.
bool work_is_named(const struct work *work, const char *name);

// Whether the target was reached; true for works without one.
bool result_is_reached(const struct result *result);

// ---- the kinds of run

bool run_pairs(struct stage *stage, const struct work *work, struct result *result);
bool run_idle(struct stage *stage, const struct work *work, struct result *result);
bool run_growth(struct stage *stage, const struct work *work, struct result *result);
bool run_startup(struct stage *stage, const struct work *work, struct result *result);
bool run_scaling(struct stage *stage, const struct work *work, struct result *result);
bool run_cost(struct stage *stage, const struct work *work, struct result *result);

// A load of the stage's duration.
struct load stage_load(const struct stage *stage, const struct load *like);

#endif
