// SPDX-License-Identifier: Apache-2.0
//
// The arena: a chain of blocks, the newest last; an allocation bumps the newest or begins a new
// one. What a block's end leaves unused is lost until reset. Invariants: every block's used <=
// size; the sum of all allocations is arena->used <= budget; after a reset there is at most one
// block.
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BLOCK ((size_t)4 << 10)
#define KEPT_BLOCK  ((size_t)256 << 10)
#define LAST_BLOCK  ((size_t)1 << 20)

struct rc_arena_block {
    struct rc_arena_block *next;
    size_t size; // of data
    size_t used;
    alignas(max_align_t) char data[];
};

static size_t round_up(size_t size)
{
    size_t align = alignof(max_align_t);
    return (size + align - 1) / align * align;
}

// A new last block with room for size bytes; false when there is no memory.
static bool add_block(struct rc_arena *arena, size_t size)
{
    size_t block_size = arena->current ? arena->current->size * 2 : FIRST_BLOCK;
    if (block_size > LAST_BLOCK) {
        block_size = LAST_BLOCK;
    }
    if (block_size < size) {
        block_size = size;
    }
    struct rc_arena_block *block = malloc(sizeof *block + block_size);
    if (!block) {
        return false;
    }
    *block = (struct rc_arena_block){.size = block_size};
    if (arena->current) {
        arena->current->next = block;
    } else {
        arena->first = block;
    }
    arena->current = block;
    return true;
}

void rc_arena_init(struct rc_arena *arena, size_t budget)
{
    *arena = (struct rc_arena){.budget = budget};
}

void rc_arena_fini(struct rc_arena *arena)
{
    struct rc_arena_block *next;
    for (struct rc_arena_block *block = arena->first; block; block = next) {
        next = block->next;
        free(block);
    }
    *arena = (struct rc_arena){0};
}

static size_t sum_of_blocks(const struct rc_arena *arena)
{
    size_t sum = 0;
    for (const struct rc_arena_block *block = arena->first; block; block = block->next) {
        sum += block->used;
    }
    return sum;
}

void rc_arena_reset(struct rc_arena *arena)
{
    size_t budget = arena->budget;
    struct rc_arena_block *only = arena->first;
    if (only && (only->next || only->size > KEPT_BLOCK)) {
        size_t sum = sum_of_blocks(arena);
        rc_arena_fini(arena);
        (void)add_block(arena, sum < KEPT_BLOCK ? sum : KEPT_BLOCK); // or the next alloc does
    } else if (only) {
        only->used = 0;
    }
    arena->used = 0;
    arena->budget = budget;
}

size_t rc_arena_kept(const struct rc_arena *arena)
{
    return arena->first ? sizeof *arena->first + arena->first->size : 0;
}

void *rc_arena_alloc_raw(struct rc_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size_t rounded = round_up(size > 0 ? size : 1);
    if (arena->budget > 0 &&
        (rounded > arena->budget || arena->used > arena->budget - rounded)) {
        return NULL;
    }
    struct rc_arena_block *block = arena->current;
    if (!block || block->size - block->used < rounded) {
        if (!add_block(arena, rounded)) {
            return NULL;
        }
        block = arena->current;
    }
    void *data = block->data + block->used;
    block->used += rounded;
    arena->used += rounded;
    return data;
}

void *rc_arena_alloc(struct rc_arena *arena, size_t size)
{
    void *data = rc_arena_alloc_raw(arena, size);
    return data ? memset(data, 0, size) : NULL;
}

void *rc_arena_array_raw(struct rc_arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return rc_arena_alloc_raw(arena, count * size);
}

void *rc_arena_array(struct rc_arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return rc_arena_alloc(arena, count * size);
}

char *rc_arena_copy(struct rc_arena *arena, const char *data, size_t len)
{
    if (len == SIZE_MAX) {
        return NULL;
    }
    char *copy = rc_arena_alloc_raw(arena, len + 1);
    if (copy && len > 0) {
        memcpy(copy, data, len);
    }
    if (copy) {
        copy[len] = '\0';
    }
    return copy;
}

char *rc_arena_strdup(struct rc_arena *arena, const char *text)
{
    return rc_arena_copy(arena, text, strlen(text));
}

char *rc_arena_printf(struct rc_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : rc_arena_alloc(arena, (size_t)len + 1);
    if (text) {
        va_start(args, format);
        (void)vsnprintf(text, (size_t)len + 1, format, args);
        va_end(args);
    }
    return text;
}
