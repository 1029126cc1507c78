// SPDX-License-Identifier: Apache-2.0
//
// Writing protobuf's wire format to an rc_buf. A nested message is begun by reserving one
// length byte and patched at its end (its bytes move when it grew past 127): lengths are always
// the shortest varint, so output equals every other encoder's. Scalars are written whatever
// their value: absence is the caller's choice. Failure is the buffer's: sticky, checked once.
#ifndef RC_WIRE_WRITER_H
#define RC_WIRE_WRITER_H

#include "base/buf.h"
#include "wire/reader.h"

void rc_wire_put_varint(struct rc_buf *buf, uint64_t value); // bare, without a tag
void rc_wire_put_tag(struct rc_buf *buf, uint32_t number, enum rc_wire_type type);

void rc_wire_put_uint(struct rc_buf *buf, uint32_t number,
                      uint64_t value); // (u)int32/64, bool, enum; negatives sign-extended
void rc_wire_put_sint(struct rc_buf *buf, uint32_t number, int64_t value); // zigzag
void rc_wire_put_fixed32(struct rc_buf *buf, uint32_t number, uint32_t value);
void rc_wire_put_fixed64(struct rc_buf *buf, uint32_t number, uint64_t value);
void rc_wire_put_float(struct rc_buf *buf, uint32_t number, float value);
void rc_wire_put_double(struct rc_buf *buf, uint32_t number, double value);
void rc_wire_put_bytes(struct rc_buf *buf, uint32_t number, struct rc_view bytes);
// A varint field into memory with room for RC_WIRE_PAIR_MAX bytes; how many it took.
#define RC_WIRE_PAIR_MAX ((size_t)20)
size_t rc_wire_encode_uint(char *target, uint32_t number, uint64_t value);

void rc_wire_put_text(struct rc_buf *buf, uint32_t number, const char *text);

// Begins field `number` as a nested message; returns the mark that end needs. Marks nest like
// brackets.
size_t rc_wire_begin(struct rc_buf *buf, uint32_t number);
void rc_wire_end(struct rc_buf *buf, size_t mark);

#endif
