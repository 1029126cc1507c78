// SPDX-License-Identifier: Apache-2.0
//
// A hash table with chains and a doubly linked list by use, both as indexes into one array that
// is allocated once: looking up and evicting never allocate.
#include "pg/prepared.h"

#include <assert.h>
#include <stdlib.h>

enum { NONE = -1 };

struct rc_pg_prepared_entry {
    uint64_t id;
    uint64_t serial; // 0 = unused
    int32_t chain;   // next in its bucket, or in the unused list
    int32_t newer, older;
};

static uint32_t bucket_of(const struct rc_pg_prepared *prepared, uint64_t id)
{
    return (uint32_t)((id * 0x9e3779b97f4a7c15u) >> 32) & prepared->bucket_mask;
}

rowcall_status rc_pg_prepared_init(struct rc_pg_prepared *prepared, int capacity,
                                   rowcall_error *err)
{
    assert(capacity >= 1);
    uint32_t buckets = 16;
    while (buckets < (uint32_t)capacity * 2) {
        buckets *= 2;
    }
    *prepared = (struct rc_pg_prepared){.capacity = capacity, .bucket_mask = buckets - 1};
    prepared->entries = calloc((size_t)capacity, sizeof *prepared->entries);
    prepared->buckets = calloc(buckets, sizeof *prepared->buckets);
    if (!prepared->entries || !prepared->buckets) {
        rc_pg_prepared_fini(prepared);
        return rc_error_oom(err);
    }
    rc_pg_prepared_clear(prepared);
    return ROWCALL_OK;
}

void rc_pg_prepared_fini(struct rc_pg_prepared *prepared)
{
    free(prepared->entries);
    free(prepared->buckets);
    *prepared = (struct rc_pg_prepared){0};
}

void rc_pg_prepared_clear(struct rc_pg_prepared *prepared)
{
    for (uint32_t i = 0; i <= prepared->bucket_mask; i++) {
        prepared->buckets[i] = NONE;
    }
    for (int32_t i = 0; i < prepared->capacity; i++) {
        prepared->entries[i] = (struct rc_pg_prepared_entry){.chain = i + 1};
    }
    prepared->entries[prepared->capacity - 1].chain = NONE;
    prepared->unused = 0;
    prepared->newest = prepared->oldest = NONE;
    prepared->count = 0;
    prepared->last_serial = 0;
}

static void unlink_use(struct rc_pg_prepared *prepared, int32_t index)
{
    struct rc_pg_prepared_entry *entry = &prepared->entries[index];
    *(entry->newer == NONE ? &prepared->newest : &prepared->entries[entry->newer].older) =
        entry->older;
    *(entry->older == NONE ? &prepared->oldest : &prepared->entries[entry->older].newer) =
        entry->newer;
}

static void link_newest(struct rc_pg_prepared *prepared, int32_t index)
{
    struct rc_pg_prepared_entry *entry = &prepared->entries[index];
    entry->newer = NONE;
    entry->older = prepared->newest;
    *(prepared->newest == NONE ? &prepared->oldest
                               : &prepared->entries[prepared->newest].newer) = index;
    prepared->newest = index;
}

static int32_t find_index(const struct rc_pg_prepared *prepared, uint64_t id)
{
    int32_t index = prepared->buckets[bucket_of(prepared, id)];
    while (index != NONE && prepared->entries[index].id != id) {
        index = prepared->entries[index].chain;
    }
    return index;
}

// Takes the entry out of everything and puts it on the unused list.
static void drop(struct rc_pg_prepared *prepared, int32_t index)
{
    struct rc_pg_prepared_entry *entry = &prepared->entries[index];
    int32_t *link = &prepared->buckets[bucket_of(prepared, entry->id)];
    while (*link != index) {
        assert(*link != NONE);
        link = &prepared->entries[*link].chain;
    }
    *link = entry->chain;
    unlink_use(prepared, index);
    *entry = (struct rc_pg_prepared_entry){.chain = prepared->unused};
    prepared->unused = index;
    prepared->count--;
}

uint64_t rc_pg_prepared_find(struct rc_pg_prepared *prepared, uint64_t id)
{
    int32_t index = find_index(prepared, id);
    if (index == NONE) {
        return 0;
    }
    unlink_use(prepared, index);
    link_newest(prepared, index);
    return prepared->entries[index].serial;
}

uint64_t rc_pg_prepared_add(struct rc_pg_prepared *prepared, uint64_t id, uint64_t *ret_dropped)
{
    int32_t index = find_index(prepared, id);
    if (index == NONE && prepared->unused == NONE) {
        index = prepared->oldest;
    }
    *ret_dropped = 0;
    if (index != NONE) {
        *ret_dropped = prepared->entries[index].serial;
        drop(prepared, index);
    }
    index = prepared->unused;
    struct rc_pg_prepared_entry *entry = &prepared->entries[index];
    prepared->unused = entry->chain;
    int32_t *bucket = &prepared->buckets[bucket_of(prepared, id)];
    *entry = (struct rc_pg_prepared_entry){
        .id = id, .serial = ++prepared->last_serial, .chain = *bucket};
    *bucket = index;
    link_newest(prepared, index);
    prepared->count++;
    return entry->serial;
}

void rc_pg_prepared_forget(struct rc_pg_prepared *prepared, uint64_t serial)
{
    for (int32_t index = prepared->newest; index != NONE;
         index = prepared->entries[index].older) {
        if (prepared->entries[index].serial == serial) {
            drop(prepared, index);
            return;
        }
    }
}
