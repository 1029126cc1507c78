// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that a seed repeats: for load, not for secrets. A stream is one word, so that
// every call can have its own, made of the run's seed and the call's number: what a call asks
// for does not depend on which thread made it, nor on what was answered before.
#ifndef RC_LOAD_RANDOM_H
#define RC_LOAD_RANDOM_H

#include <stdint.h>

struct rc_random {
    uint64_t state;
};

// The stream number `stream` of a seed. Streams of neighbouring numbers are unlike each other.
struct rc_random rc_random_stream(uint64_t seed, uint64_t stream);

// Any 64 bits.
uint64_t rc_random_bits(struct rc_random *random);

// A number below `count`, each as likely as the others; count > 0.
uint64_t rc_random_below(struct rc_random *random, uint64_t count);

// A number from 0 up to, not including, 1.
double rc_random_unit(struct rc_random *random);

// The pause before the next of events that occur independently of each other, 1 apart on the
// average (the exponential distribution). Never negative, nor infinite.
double rc_random_pause(struct rc_random *random);

#endif
