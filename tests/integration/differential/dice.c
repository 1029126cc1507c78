// SPDX-License-Identifier: Apache-2.0
//
// A 64 bit counter, scrambled: an additive step of odd size, then multiplications and shifts.
#include "dice.h"

void dice_init(struct dice *dice, uint64_t seed)
{
    dice->state = seed;
}

static uint64_t next(struct dice *dice)
{
    dice->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t bits = dice->state;
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94D049BB133111EB);
    return bits ^ (bits >> 31);
}

size_t dice_throw(struct dice *dice, size_t below)
{
    return (size_t)(next(dice) % below);
}

bool dice_chance(struct dice *dice, unsigned percent)
{
    return dice_throw(dice, 100) < percent;
}
