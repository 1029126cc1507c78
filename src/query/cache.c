// SPDX-License-Identifier: Apache-2.0
//
// Shards of hash table and use list. Invariant, under a shard's lock: an entry is in its
// bucket's chain exactly when it is in the use list, and the cache holds one reference to it
// then.
#include "query/cache.h"

#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

#define SHARD_COUNT ((size_t)16)

struct shard {
    pthread_mutex_t lock;
    struct rc_plan_entry **buckets;
    size_t bucket_count; // a power of two
    struct rc_plan_entry *newest;
    struct rc_plan_entry *oldest;
    size_t count;
    size_t bytes; // of all entries
    uint64_t hits;
    uint64_t misses;
    uint64_t evictions;
};

struct rc_plan_cache {
    size_t max_per_shard;
    size_t max_bytes_per_shard;
    struct shard shards[SHARD_COUNT];
};

static uint64_t hash_of(const void *subject, struct rc_view shape)
{
    return rc_hash(shape, (uint64_t)(uintptr_t)subject);
}

struct rc_plan_entry *rc_plan_entry_new(const void *subject, struct rc_view shape)
{
    struct rc_plan_entry *entry = calloc(1, sizeof *entry);
    if (!entry) {
        return NULL;
    }
    rc_arena_init(&entry->arena, 0);
    char *copy = rc_arena_copy(&entry->arena, shape.data, shape.len);
    if (!copy) {
        free(entry);
        return NULL;
    }
    entry->subject = subject;
    entry->shape = (struct rc_view){copy, shape.len};
    entry->hash = hash_of(subject, shape);
    atomic_init(&entry->references, 1);
    return entry;
}

static void ref(struct rc_plan_entry *entry)
{
    atomic_fetch_add_explicit(&entry->references, 1, memory_order_relaxed);
}

void rc_plan_entry_unref(struct rc_plan_entry *entry)
{
    if (entry && atomic_fetch_sub_explicit(&entry->references, 1, memory_order_acq_rel) == 1) {
        rc_arena_fini(&entry->arena);
        free(entry);
    }
}

struct rc_plan_cache *rc_plan_cache_new(size_t max_plans, size_t max_bytes)
{
    struct rc_plan_cache *cache = calloc(1, sizeof *cache);
    if (!cache) {
        return NULL;
    }
    cache->max_per_shard = (max_plans + SHARD_COUNT - 1) / SHARD_COUNT;
    cache->max_bytes_per_shard = max_bytes / SHARD_COUNT;
    size_t bucket_count = 1;
    while (bucket_count < cache->max_per_shard) {
        bucket_count *= 2;
    }
    bool is_made = true;
    for (size_t i = 0; i < SHARD_COUNT; i++) {
        struct shard *shard = &cache->shards[i];
        (void)pthread_mutex_init(&shard->lock, NULL);
        shard->bucket_count = bucket_count;
        shard->buckets = calloc(bucket_count, sizeof(struct rc_plan_entry *));
        is_made = is_made && shard->buckets;
    }
    if (!is_made) {
        rc_plan_cache_free(cache);
        return NULL;
    }
    return cache;
}

void rc_plan_cache_free(struct rc_plan_cache *cache)
{
    if (!cache) {
        return;
    }
    for (size_t i = 0; i < SHARD_COUNT; i++) {
        struct shard *shard = &cache->shards[i];
        while (shard->newest) {
            struct rc_plan_entry *entry = shard->newest;
            shard->newest = entry->older;
            rc_plan_entry_unref(entry);
        }
        free(shard->buckets);
        (void)pthread_mutex_destroy(&shard->lock);
    }
    free(cache);
}

static struct shard *shard_of(struct rc_plan_cache *cache, uint64_t hash)
{
    return &cache->shards[hash % SHARD_COUNT];
}

static struct rc_plan_entry **bucket_of(struct shard *shard, uint64_t hash)
{
    return &shard->buckets[hash / SHARD_COUNT & (shard->bucket_count - 1)];
}

// ---- under the shard's lock

static struct rc_plan_entry *look_up(struct shard *shard, uint64_t hash, const void *subject,
                                     struct rc_view shape)
{
    struct rc_plan_entry *entry = *bucket_of(shard, hash);
    while (entry && (entry->hash != hash || entry->subject != subject ||
                     !rc_view_equal(entry->shape, shape))) {
        entry = entry->chain;
    }
    return entry;
}

static void unlink_use(struct shard *shard, struct rc_plan_entry *entry)
{
    *(entry->newer ? &entry->newer->older : &shard->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &shard->oldest) = entry->newer;
    entry->newer = NULL;
    entry->older = NULL;
}

static void link_newest(struct shard *shard, struct rc_plan_entry *entry)
{
    entry->older = shard->newest;
    *(shard->newest ? &shard->newest->newer : &shard->oldest) = entry;
    shard->newest = entry;
}

static void touch(struct shard *shard, struct rc_plan_entry *entry)
{
    if (shard->newest != entry) {
        unlink_use(shard, entry);
        link_newest(shard, entry);
    }
}

// Fixed once the entry is in the cache.
static size_t size_of(const struct rc_plan_entry *entry)
{
    return sizeof *entry + entry->arena.used;
}

static void evict_oldest(struct shard *shard)
{
    struct rc_plan_entry *entry = shard->oldest;
    struct rc_plan_entry **at = bucket_of(shard, entry->hash);
    while (*at != entry) {
        at = &(*at)->chain;
    }
    *at = entry->chain;
    unlink_use(shard, entry);
    shard->count--;
    shard->bytes -= size_of(entry);
    shard->evictions++;
    rc_plan_entry_unref(entry);
}

// ----

struct rc_plan_entry *rc_plan_cache_find(struct rc_plan_cache *cache, const void *subject,
                                         struct rc_view shape)
{
    uint64_t hash = hash_of(subject, shape);
    struct shard *shard = shard_of(cache, hash);
    (void)pthread_mutex_lock(&shard->lock);
    struct rc_plan_entry *entry = look_up(shard, hash, subject, shape);
    if (entry) {
        touch(shard, entry);
        ref(entry);
        shard->hits++;
    } else {
        shard->misses++;
    }
    (void)pthread_mutex_unlock(&shard->lock);
    return entry;
}

struct rc_plan_entry *rc_plan_cache_add(struct rc_plan_cache *cache,
                                        struct rc_plan_entry *entry)
{
    struct shard *shard = shard_of(cache, entry->hash);
    (void)pthread_mutex_lock(&shard->lock);
    struct rc_plan_entry *known = look_up(shard, entry->hash, entry->subject, entry->shape);
    if (known) {
        touch(shard, known);
        ref(known);
    } else {
        struct rc_plan_entry **bucket = bucket_of(shard, entry->hash);
        while (shard->oldest && (shard->count == cache->max_per_shard ||
                                 shard->bytes + size_of(entry) > cache->max_bytes_per_shard)) {
            evict_oldest(shard);
        }
        entry->chain = *bucket;
        *bucket = entry;
        link_newest(shard, entry);
        ref(entry);
        shard->count++;
        shard->bytes += size_of(entry);
    }
    (void)pthread_mutex_unlock(&shard->lock);
    if (known) {
        rc_plan_entry_unref(entry);
    }
    return known ? known : entry;
}

void rc_plan_cache_stats(struct rc_plan_cache *cache, struct rc_query_stats *ret_stats)
{
    struct rc_query_stats stats = {0};
    for (size_t i = 0; i < SHARD_COUNT; i++) {
        struct shard *shard = &cache->shards[i];
        (void)pthread_mutex_lock(&shard->lock);
        stats.hits += shard->hits;
        stats.misses += shard->misses;
        stats.evictions += shard->evictions;
        stats.plans += shard->count;
        stats.bytes += shard->bytes;
        (void)pthread_mutex_unlock(&shard->lock);
    }
    *ret_stats = stats;
}
