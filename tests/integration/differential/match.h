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

// What stand-ins (transaction.h) have turned out to be, so far: the same one is always the same
// value.
enum { BINDINGS_MAX = 64 };
struct bindings {
    const json_t *stand_ins; // an array: which values are stand-ins
    const json_t *from[BINDINGS_MAX];
    const json_t *to[BINDINGS_MAX]; // borrowed from what was matched
    size_t count;
};

// Whether actual is one of the values that the pattern stands for. bindings: NULL where there
// are no stand-ins; true: has what stand-ins in it were found to be, false: is as before.
bool match(const json_t *pattern, const json_t *actual, struct bindings *bindings);

// Whether there is a stand-in within json.
bool match_has_stand_in(const json_t *json, const json_t *stand_ins);

// Puts what they turned out to be in place of all stand-ins within json.
void match_replace(json_t *json, const struct bindings *bindings);

// One of the values that the pattern stands for, to be printed. A new reference.
json_t *match_example(const json_t *pattern);

#endif
