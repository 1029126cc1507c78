// SPDX-License-Identifier: Apache-2.0
//
// The wire reader. Every step checks what is left before it touches a byte; on bad input `at`
// stays at the beginning of the field that is wrong.
#include "wire/reader.h"

#include "base/utf8.h"

#define MAX_VARINT_BYTES 10
#define MAX_FIELD_NUMBER ((1u << 29) - 1)

static size_t bytes_left(const unsigned char *at, const unsigned char *end)
{
    return (size_t)(end - at);
}

static const unsigned char *read_long_varint(const unsigned char *at, const unsigned char *end,
                                             uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < MAX_VARINT_BYTES && at < end; i++) {
        unsigned char byte = *at++;
        if (i == MAX_VARINT_BYTES - 1 && byte > 1) {
            return NULL;
        }
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte < 0x80) {
            *ret_value = value;
            return at;
        }
    }
    return NULL;
}

// The byte behind the varint at `at`, NULL when it is cut, longer than ten bytes or wider than
// 64 bits. Most are one byte.
static inline const unsigned char *read_varint(const unsigned char *at,
                                               const unsigned char *end, uint64_t *ret_value)
{
    if (at < end && *at < 0x80) {
        *ret_value = *at;
        return at + 1;
    }
    return read_long_varint(at, end, ret_value);
}

// The byte behind `size` little-endian bytes at `at`, NULL when they are cut.
static const unsigned char *read_fixed(const unsigned char *at, const unsigned char *end,
                                       size_t size, uint64_t *ret_value)
{
    if (bytes_left(at, end) < size) {
        return NULL;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value |= (uint64_t)at[i] << (8 * i);
    }
    *ret_value = value;
    return at + size;
}

static const unsigned char *read_bytes(const unsigned char *at, const unsigned char *end,
                                       struct rc_view *ret_bytes)
{
    uint64_t len;
    at = read_varint(at, end, &len);
    if (!at || len > bytes_left(at, end)) {
        return NULL;
    }
    *ret_bytes = (struct rc_view){(const char *)at, (size_t)len};
    return at + len;
}

static const unsigned char *read_field(const struct rc_wire_reader *reader,
                                       struct rc_wire_value *value)
{
    uint64_t tag;
    const unsigned char *at = read_varint(reader->at, reader->end, &tag);
    if (!at || tag >> 3 == 0 || tag >> 3 > MAX_FIELD_NUMBER) {
        return NULL;
    }
    value->number = (uint32_t)(tag >> 3);
    value->type = (enum rc_wire_type)(tag & 7);
    switch (tag & 7) {
    case RC_WIRE_VARINT:
        return read_varint(at, reader->end, &value->scalar);
    case RC_WIRE_FIXED64:
        return read_fixed(at, reader->end, 8, &value->scalar);
    case RC_WIRE_BYTES:
        return read_bytes(at, reader->end, &value->bytes);
    case RC_WIRE_FIXED32:
        return read_fixed(at, reader->end, 4, &value->scalar);
    default:
        return NULL; // groups, and two numbers that mean nothing
    }
}

// Moves the reader to `at`, or breaks it when there is none.
static bool advance(struct rc_wire_reader *reader, const unsigned char *at)
{
    if (!at) {
        reader->broken = true;
        return false;
    }
    reader->at = at;
    return true;
}

static bool is_finished(const struct rc_wire_reader *reader)
{
    return reader->broken || reader->at == reader->end;
}

bool rc_wire_next_any(struct rc_wire_reader *reader, struct rc_wire_value *ret_value)
{
    if (is_finished(reader)) {
        return false;
    }
    struct rc_wire_value value;
    value.scalar = 0;
    value.bytes = (struct rc_view){NULL, 0};
    if (!advance(reader, read_field(reader, &value))) {
        return false;
    }
    *ret_value = value;
    return true;
}

bool rc_wire_next_varint(struct rc_wire_reader *reader, uint64_t *ret_value)
{
    return !is_finished(reader) &&
           advance(reader, read_varint(reader->at, reader->end, ret_value));
}

bool rc_wire_next_fixed32(struct rc_wire_reader *reader, uint32_t *ret_value)
{
    uint64_t value;
    if (is_finished(reader) ||
        !advance(reader, read_fixed(reader->at, reader->end, 4, &value))) {
        return false;
    }
    *ret_value = (uint32_t)value;
    return true;
}

bool rc_wire_next_fixed64(struct rc_wire_reader *reader, uint64_t *ret_value)
{
    return !is_finished(reader) &&
           advance(reader, read_fixed(reader->at, reader->end, 8, ret_value));
}

bool rc_utf8_is_valid(struct rc_view bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        uint64_t word;
        if (bytes.len - at >= sizeof word) { // eight ASCII bytes at a time
            memcpy(&word, bytes.data + at, sizeof word);
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof word;
                continue;
            }
        }
        if ((unsigned char)bytes.data[at] < 0x80) {
            at++;
            continue;
        }
        size_t len = rc_utf8_sequence(bytes.data + at, bytes.len - at);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    return true;
}
