// SPDX-License-Identifier: Apache-2.0
//
// Whether an answer is the expected one. What is expected is a pattern: JSON in which a list
// may leave the order of some elements open.
#ifndef RC_TESTS_DIFFERENTIAL_MATCH_H
#define RC_TESTS_DIFFERENTIAL_MATCH_H

#include <jansson.h>
#include <stdbool.h>

// A list whose elements come in groups, each group's in any order. groups: an array of arrays,
// taken. A new reference.
json_t *match_groups(json_t *groups);

// Whether actual is one of the values that the pattern stands for.
bool match(const json_t *pattern, const json_t *actual);

// One of the values that the pattern stands for, to be printed. A new reference.
json_t *match_example(const json_t *pattern);

#endif
