// SPDX-License-Identifier: Apache-2.0
//
// Reproducible chance: the same seed gives the same throws on every machine. Not thread-safe.
#ifndef RC_TESTS_DIFFERENTIAL_DICE_H
#define RC_TESTS_DIFFERENTIAL_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

// Any seed will do, near ones give unlike throws.
void dice_init(struct dice *dice, uint64_t seed);

// A number from 0 to below - 1; below must not be 0.
size_t dice_throw(struct dice *dice, size_t below);

// True in about so many cases of a hundred.
bool dice_chance(struct dice *dice, unsigned percent);

#endif
