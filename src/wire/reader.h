// SPDX-License-Identifier: Apache-2.0
//
// Reading protobuf's wire format in place: one field at a time, no allocation, no recursion.
// Truncated input, field number 0, groups, and varints longer than ten bytes end the walk with
// an error; nothing past `end` is ever read. Values are views into the input.
//
//   tag varint = number << 3 | type     type 0: varint, 1: 8 bytes LE, 2: length varint +
//   bytes, 5: 4 bytes LE
#ifndef RC_WIRE_READER_H
#define RC_WIRE_READER_H

#include "base/error.h"
#include "base/view.h"

#include <stdint.h>

enum rc_wire_type {
    RC_WIRE_VARINT = 0,
    RC_WIRE_FIXED64 = 1,
    RC_WIRE_BYTES = 2,
    RC_WIRE_FIXED32 = 5
};

struct rc_wire_value {
    uint32_t number; // field number, 1..2^29-1
    enum rc_wire_type type;
    uint64_t scalar;      // VARINT, FIXED64, FIXED32
    struct rc_view bytes; // BYTES
};

struct rc_wire_reader {
    const unsigned char *at;
    const unsigned char *end;
    bool broken; // the input is not protobuf; `at` is where
};

// A reader over data (borrowed).
static inline void rc_wire_reader_init(struct rc_wire_reader *reader, struct rc_view data)
{
    const unsigned char *start = (const unsigned char *)data.data;
    *reader =
        (struct rc_wire_reader){.at = start, .end = data.len > 0 ? start + data.len : start};
}

// What rc_wire_next does with fields that are not short, and at the end. For its use alone.
bool rc_wire_next_any(struct rc_wire_reader *reader, struct rc_wire_value *ret_value);

// The next field into ret_value: true, or false at the end or when broken (see reader->broken).
static inline bool rc_wire_next(struct rc_wire_reader *reader, struct rc_wire_value *ret_value)
{
    const unsigned char *at = reader->at;
    size_t left = (size_t)(reader->end - at);
    // Most fields: a number below 16, and a value or a length below 128.
    if (reader->broken || left < 2 || at[0] < 8 || (at[0] | at[1]) > 0x7F) {
        return rc_wire_next_any(reader, ret_value);
    }
    bool is_bytes = (at[0] & 7) == RC_WIRE_BYTES;
    if (!(is_bytes && at[1] <= left - 2) && (at[0] & 7) != RC_WIRE_VARINT) {
        return rc_wire_next_any(reader, ret_value);
    }
    ret_value->number = at[0] >> 3;
    ret_value->type = (enum rc_wire_type)(at[0] & 7);
    ret_value->scalar = is_bytes ? 0 : at[1];
    ret_value->bytes =
        is_bytes ? (struct rc_view){(const char *)at + 2, at[1]} : (struct rc_view){NULL, 0};
    reader->at = at + 2 + ret_value->bytes.len;
    return true;
}

// One varint (of a packed list): true, or false at the end or when broken.
bool rc_wire_next_varint(struct rc_wire_reader *reader, uint64_t *ret_value);
bool rc_wire_next_fixed32(struct rc_wire_reader *reader, uint32_t *ret_value);
bool rc_wire_next_fixed64(struct rc_wire_reader *reader, uint64_t *ret_value);

static inline int64_t rc_wire_zigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

// Whether bytes are well-formed UTF-8 (no surrogates, no overlong forms, nothing above
// U+10FFFF).
bool rc_utf8_is_valid(struct rc_view bytes);

#endif
