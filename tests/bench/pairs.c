// SPDX-License-Identifier: Apache-2.0
//
// Ours and the peer's, one right after the other and then the other way round, so that what
// else the machine does falls upon both.
#include "work.h"

#include "peer.h"

#include <inttypes.h>

static bool reset(const struct stage *stage, const struct work *work)
{
    return !work->reset || peer_execute(stage, work->reset);
}

// An answer that says "written" is proved by what is in the table.
static bool have_effects(const struct stage *stage, const struct work *work, uint64_t answered)
{
    int64_t rows = 0;
    if (!work->effects) {
        return true;
    }
    if (!peer_count(stage, work->effects, &rows)) {
        return false;
    }
    if ((uint64_t)rows != answered * (uint64_t)work->effects_each) {
        fprintf(stderr, "bench: %s: %" PRIu64 " calls succeeded and wrote %" PRId64 " rows\n",
                work->name, answered, rows);
        return false;
    }
    return true;
}

static bool run_ours(const struct stage *stage, const struct work *work,
                     struct measure *ret_measure)
{
    struct load load = stage_load(stage, &work->load);
    uint64_t answered = 0;
    return reset(stage, work) && load_run(&load, ret_measure, &answered) &&
           have_effects(stage, work, answered);
}

static bool run_peer(const struct stage *stage, const struct work *work,
                     struct measure *ret_measure)
{
    return reset(stage, work) &&
           (work->script ? peer_pgbench(stage, work->script, work->peer_clients, ret_measure)
                         : peer_libpq(stage, ret_measure));
}

static void note(struct result *result, const struct measure *ours, const struct measure *peer)
{
    double ratio = result->work->kind == WORK_LATENCY ? ours->p50_us / peer->mean_us
                                                      : ours->ops / peer->ops;
    sample_add(&result->ops, ours->ops);
    sample_add(&result->p50_us, ours->p50_us);
    sample_add(&result->p99_us, ours->p99_us);
    sample_add(&result->peer_ops, peer->ops);
    sample_add(&result->peer_p50_us, peer->p50_us);
    sample_add(&result->peer_p99_us, peer->p99_us);
    sample_add(&result->ratio, ratio);
}

bool run_pairs(struct stage *stage, const struct work *work, struct result *result)
{
    if (!stage_serve(stage)) {
        return false;
    }
    for (int round = 0; round < stage->rounds; round++) {
        struct measure ours;
        struct measure peer;
        bool is_good = round % 2 == 0
                           ? run_ours(stage, work, &ours) && run_peer(stage, work, &peer)
                           : run_peer(stage, work, &peer) && run_ours(stage, work, &ours);
        if (!is_good) {
            return false;
        }
        note(result, &ours, &peer);
    }
    return true;
}
