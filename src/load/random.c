// SPDX-License-Identifier: Apache-2.0
//
// SplitMix64: a counter whose steps are scrambled.
#include "load/random.h"

#include <math.h>

static uint64_t scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t rc_random_bits(struct rc_random *random)
{
    random->state += 0x9e3779b97f4a7c15u;
    return scramble(random->state);
}

struct rc_random rc_random_stream(uint64_t seed, uint64_t stream)
{
    return (struct rc_random){scramble(scramble(seed) + stream)};
}

uint64_t rc_random_below(struct rc_random *random, uint64_t count)
{
    uint64_t beyond = (0 - count) % count; // 2^64 mod count: so many draws would weigh double
    uint64_t bits = rc_random_bits(random);
    while (bits < beyond) {
        bits = rc_random_bits(random);
    }
    return bits % count;
}

double rc_random_unit(struct rc_random *random)
{
    return (double)(rc_random_bits(random) >> 11) * 0x1p-53;
}

double rc_random_pause(struct rc_random *random)
{
    return -log1p(-rc_random_unit(random));
}
