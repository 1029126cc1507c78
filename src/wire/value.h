// SPDX-License-Identifier: Apache-2.0
//
// One value as it travels, between the request's bytes and a parameter of PostgreSQL. It knows
// how it came, not what column it is for: that is a type's to say (struct rc_type). Bytes and
// list elements are borrowed: from the request, or from the arena that made them.
#ifndef RC_WIRE_VALUE_H
#define RC_WIRE_VALUE_H

#include "base/view.h"

#include <stdint.h>

enum rc_value_kind {
    RC_VALUE_NULL,      // SQL NULL; also an element of a list. The zeroed value
    RC_VALUE_BOOL,      // integer: 0 or 1
    RC_VALUE_INT,       // integer
    RC_VALUE_ENUM,      // integer: the number of the proto enum's value
    RC_VALUE_FLOAT,     // single
    RC_VALUE_DOUBLE,    // number
    RC_VALUE_BYTES,     // bytes: of a proto string (checked UTF-8 without NUL) or bytes field
    RC_VALUE_TIMESTAMP, // timestamp: google.protobuf.Timestamp; nanos 0..999,999,000, whole
                        // microseconds
    RC_VALUE_LIST,      // list: elements of one kind, NULLs among them
};

struct rc_value;

struct rc_value_timestamp {
    int64_t seconds; // since 1970-01-01 UTC; INT64_MAX and INT64_MIN stand for infinity
    int32_t nanos;
};

struct rc_value_list {
    const struct rc_value *values;
    size_t count;
};

struct rc_value {
    enum rc_value_kind kind;
    union {
        int64_t integer;
        float single;
        double number;
        struct rc_view bytes;
        struct rc_value_timestamp timestamp;
        struct rc_value_list list;
    };
};

static inline struct rc_value rc_value_of_int(int64_t integer)
{
    return (struct rc_value){.kind = RC_VALUE_INT, .integer = integer};
}

static inline struct rc_value rc_value_of_bytes(struct rc_view bytes)
{
    return (struct rc_value){.kind = RC_VALUE_BYTES, .bytes = bytes};
}

static inline struct rc_value rc_value_of_list(const struct rc_value *values, size_t count)
{
    return (struct rc_value){.kind = RC_VALUE_LIST, .list = {values, count}};
}

#endif
