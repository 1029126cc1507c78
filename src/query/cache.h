// SPDX-License-Identifier: Apache-2.0
//
// The plans that are known, by entity (or typed SQL method) and shape. Bounded: the plan that
// was longest unused gives way. Spread over shards, each with its lock, a hash table and a list
// in order of use, so that callers seldom meet. A found plan is counted; evicted plans live on
// until their last user is done.
#ifndef RC_QUERY_CACHE_H
#define RC_QUERY_CACHE_H

#include "query/plan.h"
#include "query/query.h"

struct rc_plan_cache;

// A plan with what the cache needs. Made by rc_plan_entry_new, referenced once; its plan and
// key live in its arena. `plan` is filled before the entry is given to the cache and never
// changes then.
struct rc_plan_entry {
    struct rc_plan plan; // first: a plan's address is its entry's
    struct rc_arena arena;
    const void *subject;
    struct rc_view shape;
    uint64_t hash;
    atomic_uint references;
    struct rc_plan_entry *chain; // of the same bucket
    struct rc_plan_entry *newer; // used after this one
    struct rc_plan_entry *older;
};

// subject: the model or rc_sql_method whose plan it is. shape is copied. NULL without memory.
// Thread-safe.
struct rc_plan_entry *rc_plan_entry_new(const void *subject, struct rc_view shape);
// Gives up one reference; the last one frees it. NULL is accepted. Thread-safe.
void rc_plan_entry_unref(struct rc_plan_entry *entry);

// max_plans is rounded up to a multiple of the number of shards; a shard always keeps its
// newest plan, whatever max_bytes says. NULL without memory.
struct rc_plan_cache *rc_plan_cache_new(size_t max_plans, size_t max_bytes);
void rc_plan_cache_free(struct rc_plan_cache *cache);

// The plan of this shape with one more reference, or NULL. Thread-safe.
struct rc_plan_entry *rc_plan_cache_find(struct rc_plan_cache *cache, const void *subject,
                                         struct rc_view shape);

// Adds entry (the caller keeps its own reference). When another thread was first, entry is
// unreferenced and the other's is given back, referenced. Returns the one to use. Thread-safe.
struct rc_plan_entry *rc_plan_cache_add(struct rc_plan_cache *cache,
                                        struct rc_plan_entry *entry);

void rc_plan_cache_stats(struct rc_plan_cache *cache, struct rc_query_stats *ret_stats);

#endif
