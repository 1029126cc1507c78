// SPDX-License-Identifier: Apache-2.0
//
// Counting allocations. A program linked with rc_count_alloc has malloc, calloc and realloc
// wrapped in all its objects, so what is counted is ours: shared libraries (libpq, nng) call
// the real ones. Any thread.
#ifndef RC_TESTS_SUPPORT_COUNT_ALLOC_H
#define RC_TESTS_SUPPORT_COUNT_ALLOC_H

// Allocations made so far.
unsigned long count_alloc(void);

#endif
