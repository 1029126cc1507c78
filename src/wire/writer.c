// SPDX-License-Identifier: Apache-2.0
//
// The wire writer. A mark is the offset of a nested message's first byte; the byte before it is
// the length reserved by begin.
#include "wire/writer.h"

#include <assert.h>

#define MAX_VARINT_BYTES ((size_t)10)

// Writes value to target (room for ten bytes), returns how many bytes it took.
static inline size_t encode_varint(unsigned char *target, uint64_t value)
{
    size_t len = 0;
    if (value < 0x80) { // most tags, lengths and numbers
        *target = (unsigned char)value;
        return 1;
    }
    while (value >= 0x80) {
        target[len++] = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    target[len++] = (unsigned char)value;
    return len;
}

static void put_little_endian(struct rc_buf *buf, uint64_t value, size_t size)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
    rc_buf_append(buf, bytes, size);
}

void rc_wire_put_varint(struct rc_buf *buf, uint64_t value)
{
    unsigned char bytes[MAX_VARINT_BYTES];
    if (rc_buf_has_room(buf, MAX_VARINT_BYTES)) {
        rc_buf_added(buf, encode_varint((unsigned char *)rc_buf_end(buf), value));
    } else {
        rc_buf_append(buf, bytes, encode_varint(bytes, value));
    }
}

void rc_wire_put_tag(struct rc_buf *buf, uint32_t number, enum rc_wire_type type)
{
    rc_wire_put_varint(buf, (uint64_t)number << 3 | type);
}

// A tag and a varint behind it; target has room for twenty bytes.
static inline size_t encode_pair(unsigned char *target, uint32_t number, enum rc_wire_type type,
                                 uint64_t value)
{
    size_t len = encode_varint(target, (uint64_t)number << 3 | type);
    return len + encode_varint(target + len, value);
}

static void put_pair(struct rc_buf *buf, uint32_t number, enum rc_wire_type type,
                     uint64_t value)
{
    unsigned char bytes[RC_WIRE_PAIR_MAX];
    if (rc_buf_has_room(buf, RC_WIRE_PAIR_MAX)) {
        rc_buf_added(buf, encode_pair((unsigned char *)rc_buf_end(buf), number, type, value));
    } else {
        rc_buf_append(buf, bytes, encode_pair(bytes, number, type, value));
    }
}

size_t rc_wire_encode_uint(char *target, uint32_t number, uint64_t value)
{
    return encode_pair((unsigned char *)target, number, RC_WIRE_VARINT, value);
}

void rc_wire_put_uint(struct rc_buf *buf, uint32_t number, uint64_t value)
{
    put_pair(buf, number, RC_WIRE_VARINT, value);
}

void rc_wire_put_sint(struct rc_buf *buf, uint32_t number, int64_t value)
{
    rc_wire_put_uint(buf, number, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

void rc_wire_put_fixed32(struct rc_buf *buf, uint32_t number, uint32_t value)
{
    rc_wire_put_tag(buf, number, RC_WIRE_FIXED32);
    put_little_endian(buf, value, 4);
}

void rc_wire_put_fixed64(struct rc_buf *buf, uint32_t number, uint64_t value)
{
    rc_wire_put_tag(buf, number, RC_WIRE_FIXED64);
    put_little_endian(buf, value, 8);
}

void rc_wire_put_float(struct rc_buf *buf, uint32_t number, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    rc_wire_put_fixed32(buf, number, bits);
}

void rc_wire_put_double(struct rc_buf *buf, uint32_t number, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    rc_wire_put_fixed64(buf, number, bits);
}

void rc_wire_put_bytes(struct rc_buf *buf, uint32_t number, struct rc_view bytes)
{
    if (bytes.len > SIZE_MAX / 2 || !rc_buf_has_room(buf, RC_WIRE_PAIR_MAX + bytes.len)) {
        put_pair(buf, number, RC_WIRE_BYTES, bytes.len);
        rc_buf_append_view(buf, bytes);
        return;
    }
    char *target = rc_buf_end(buf);
    size_t len = encode_pair((unsigned char *)target, number, RC_WIRE_BYTES, bytes.len);
    if (bytes.len > 0) {
        memcpy(target + len, bytes.data, bytes.len);
    }
    rc_buf_added(buf, len + bytes.len);
}

void rc_wire_put_text(struct rc_buf *buf, uint32_t number, const char *text)
{
    rc_wire_put_bytes(buf, number, rc_view_of(text));
}

size_t rc_wire_begin(struct rc_buf *buf, uint32_t number)
{
    put_pair(buf, number, RC_WIRE_BYTES, 0); // one byte, for the length
    return buf->len;
}

void rc_wire_end(struct rc_buf *buf, size_t mark)
{
    if (buf->broken) {
        return;
    }
    assert(mark > 0 && mark <= buf->len);
    unsigned char bytes[MAX_VARINT_BYTES];
    size_t content = buf->len - mark;
    size_t len = encode_varint(bytes, content);
    if (len == 1) {
        buf->data[mark - 1] = (char)bytes[0];
        return;
    }
    if (!rc_buf_extend(buf, len - 1)) {
        return;
    }
    char *start = buf->data + mark;
    memmove(start + len - 1, start, content);
    memcpy(start - 1, bytes, len);
}
