// SPDX-License-Identifier: Apache-2.0
//
// SQL's three-valued logic: a comparison with NULL is neither true nor false.
#ifndef RC_TESTS_DIFFERENTIAL_TRUTH_H
#define RC_TESTS_DIFFERENTIAL_TRUTH_H

#include <stdbool.h>

enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

static inline enum truth truth_of(bool is_true)
{
    return is_true ? TRUTH_TRUE : TRUTH_FALSE;
}

static inline enum truth truth_and(enum truth a, enum truth b)
{
    return a < b ? a : b;
}

static inline enum truth truth_or(enum truth a, enum truth b)
{
    return a > b ? a : b;
}

static inline enum truth truth_not(enum truth truth)
{
    return (enum truth)(TRUTH_TRUE - truth);
}

#endif
