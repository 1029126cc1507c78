// SPDX-License-Identifier: Apache-2.0
//
// Hashing of short byte strings for tables in memory, eight bytes at a time. Not for what is
// stored, nor against somebody who looks for collisions: tables that take what clients say are
// bounded.
#ifndef RC_BASE_HASH_H
#define RC_BASE_HASH_H

#include "base/view.h"

#include <stdint.h>

static inline uint64_t rc_hash_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

// Equal bytes with an equal seed have equal hashes; any bits of a hash are as good as others.
static inline uint64_t rc_hash(struct rc_view bytes, uint64_t seed)
{
    uint64_t hash = rc_hash_mix(seed, bytes.len);
    uint64_t word = 0;
    size_t at = 0;
    for (; bytes.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes.data + at, sizeof word);
        hash = rc_hash_mix(hash, word);
    }
    if (at == bytes.len) {
        word = 0;
    } else if (bytes.len >= sizeof word) { // the last eight, some of them once more
        memcpy(&word, bytes.data + bytes.len - sizeof word, sizeof word);
    } else {
        for (word = 0; at < bytes.len; at++) {
            word = word << 8 | (unsigned char)bytes.data[at];
        }
    }
    // Once more: a multiplication carries the last bytes of a word to the high bits alone.
    return rc_hash_mix(rc_hash_mix(hash, word), 0);
}

#endif
