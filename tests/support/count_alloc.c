// SPDX-License-Identifier: Apache-2.0
//
// The wrapped allocator (ld --wrap): counts and passes through.
#include "support/count_alloc.h"

#include <stdatomic.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static atomic_ulong allocations;

static void note(void)
{
    atomic_fetch_add(&allocations, 1);
}

unsigned long count_alloc(void)
{
    return atomic_load(&allocations);
}

void *__wrap_malloc(size_t size)
{
    note();
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    note();
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    note();
    return __real_realloc(memory, size);
}
