// SPDX-License-Identifier: Apache-2.0
//
// Allocation failure on demand. Unit tests are linked with malloc, calloc and realloc wrapped;
// armed, the n-th allocation from now (1 = the next) and all that follow return NULL until
// disarmed. Counts per process: arm it in single-threaded tests only.
#ifndef RC_TESTS_SUPPORT_FAIL_ALLOC_H
#define RC_TESTS_SUPPORT_FAIL_ALLOC_H

#include <stdbool.h>

void fail_alloc_arm(unsigned long nth);

// Back to normal. Returns whether an allocation was refused since arm.
bool fail_alloc_disarm(void);

#endif
