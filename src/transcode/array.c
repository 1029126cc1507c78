// SPDX-License-Identifier: Apache-2.0
//
// Reading arrays.
#include "transcode/array.h"

#include "transcode/bytes.h"

const char *rc_array_open(struct rc_array_reader *reader, struct rc_view bytes)
{
    static const char broken[] = "bytes that are not an array";
    *reader = (struct rc_array_reader){0};
    if (bytes.len < 12) {
        return broken;
    }
    uint32_t dimensions = rc_be32_get(bytes.data);
    if (dimensions > 1) {
        return "an array of more than one dimension, which the API cannot carry";
    }
    if (dimensions == 0) {
        return bytes.len == 12 ? NULL : broken;
    }
    if (bytes.len < 20) {
        return broken;
    }
    *reader = (struct rc_array_reader){.at = bytes.data + 20,
                                       .end = bytes.data + bytes.len,
                                       .left = rc_be32_get(bytes.data + 12),
                                       .has_nulls = rc_be32_get(bytes.data + 4) != 0};
    // Each element takes four bytes at least.
    return reader->left > (bytes.len - 20) / 4 ? broken : NULL;
}

bool rc_array_next(struct rc_array_reader *reader, struct rc_view *ret_bytes, bool *ret_null)
{
    if (reader->end - reader->at < 4) {
        return false;
    }
    int32_t len = (int32_t)rc_be32_get(reader->at);
    reader->at += 4;
    reader->left--;
    *ret_null = len == -1;
    *ret_bytes = (struct rc_view){reader->at, len > 0 ? (size_t)len : 0};
    if (len < -1 || len > reader->end - reader->at) {
        return false;
    }
    reader->at += ret_bytes->len;
    return true;
}
