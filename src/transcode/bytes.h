// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL's binary formats are big-endian: the readers and writers of its integers. Pure;
// the caller guarantees the room.
#ifndef RC_TRANSCODE_BYTES_H
#define RC_TRANSCODE_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint16_t rc_be16_get(const char *from)
{
    const unsigned char *at = (const unsigned char *)from;
    return (uint16_t)((unsigned)at[0] << 8 | at[1]);
}

static inline uint32_t rc_be32_get(const char *from)
{
    return (uint32_t)rc_be16_get(from) << 16 | rc_be16_get(from + 2);
}

static inline uint64_t rc_be64_get(const char *from)
{
    return (uint64_t)rc_be32_get(from) << 32 | rc_be32_get(from + 4);
}

static inline void rc_be16_put(char *to, uint16_t value)
{
    to[0] = (char)(value >> 8);
    to[1] = (char)value;
}

static inline void rc_be32_put(char *to, uint32_t value)
{
    rc_be16_put(to, (uint16_t)(value >> 16));
    rc_be16_put(to + 2, (uint16_t)value);
}

static inline void rc_be64_put(char *to, uint64_t value)
{
    rc_be32_put(to, (uint32_t)(value >> 32));
    rc_be32_put(to + 4, (uint32_t)value);
}

#endif
