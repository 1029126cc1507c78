// SPDX-License-Identifier: Apache-2.0
//
// Memory that is given back all at once. A request's decode, plan and answer live in one arena;
// a schema lives in one for its whole life. Blocks double up to 1 MiB; reset leaves one
// block as large as all of them were, of at most 256 KiB, so an arena warmed by ordinary
// requests allocates nothing. An optional budget bounds the total: past it alloc returns NULL.
// Not thread-safe: one thread at a time.
#ifndef RC_BASE_ARENA_H
#define RC_BASE_ARENA_H

#include "base/error.h"
#include "base/view.h"

#include <stdint.h>

struct rc_arena_block;

struct rc_arena {
    struct rc_arena_block *first;   // the oldest block; the others hang on it
    struct rc_arena_block *current; // the newest: where the next allocation goes
    size_t used;                    // bytes handed out since the last reset
    size_t budget;                  // 0 = no limit
};

// Readies an empty arena in caller's storage. budget: most bytes handed out between resets, 0 =
// no limit.
void rc_arena_init(struct rc_arena *arena, size_t budget);

// Frees every block. Accepts a zeroed arena.
void rc_arena_fini(struct rc_arena *arena);

// Takes back everything handed out; keeps one block (of at most 256 KiB) for reuse.
void rc_arena_reset(struct rc_arena *arena);

// How many bytes it keeps after a reset.
size_t rc_arena_kept(const struct rc_arena *arena);

// size zeroed bytes aligned for any type, valid until reset or fini; NULL when memory or budget
// is exhausted.
void *rc_arena_alloc(struct rc_arena *arena, size_t size) RC_MUST_CHECK;

// The same, and count elements of size bytes each, with contents undefined.
void *rc_arena_alloc_raw(struct rc_arena *arena, size_t size) RC_MUST_CHECK;
void *rc_arena_array_raw(struct rc_arena *arena, size_t count, size_t size) RC_MUST_CHECK;

// count elements of size bytes each, overflow-checked, zeroed. NULL as alloc.
void *rc_arena_array(struct rc_arena *arena, size_t count, size_t size) RC_MUST_CHECK;

// A NUL-terminated copy of len bytes; NULL as alloc.
char *rc_arena_copy(struct rc_arena *arena, const char *data, size_t len) RC_MUST_CHECK;
char *rc_arena_strdup(struct rc_arena *arena, const char *text) RC_MUST_CHECK;

// A formatted NUL-terminated string; NULL as alloc.
char *rc_arena_printf(struct rc_arena *arena, const char *format, ...)
    RC_PRINTF(2, 3) RC_MUST_CHECK;

#define rc_arena_new(arena, type) ((type *)rc_arena_alloc((arena), sizeof(type)))
#define rc_arena_new_array(arena, count, type)                                                 \
    ((type *)rc_arena_array((arena), (count), sizeof(type)))
#define rc_arena_new_raw_array(arena, count, type)                                             \
    ((type *)rc_arena_array_raw((arena), (count), sizeof(type)))

#endif
