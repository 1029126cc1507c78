// SPDX-License-Identifier: Apache-2.0
//
// The wrapped allocator (ld --wrap): passes through to the real one unless armed and counted
// down.
#include "support/fail_alloc.h"

#include <stdatomic.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static atomic_long allocations_left = -1; // negative: not armed
static atomic_bool has_refused;

static bool must_fail(void)
{
    long left = atomic_load(&allocations_left);
    if (left < 0) {
        return false;
    }
    if (left > 0) {
        atomic_store(&allocations_left, left - 1);
        return false;
    }
    atomic_store(&has_refused, true);
    return true;
}

void fail_alloc_arm(unsigned long nth)
{
    atomic_store(&has_refused, false);
    atomic_store(&allocations_left, (long)nth - 1);
}

bool fail_alloc_disarm(void)
{
    atomic_store(&allocations_left, -1);
    return atomic_load(&has_refused);
}

void *__wrap_malloc(size_t size)
{
    return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return must_fail() ? NULL : __real_realloc(memory, size);
}
