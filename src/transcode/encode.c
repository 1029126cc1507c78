// SPDX-License-Identifier: Apache-2.0
//
// Values to parameters. Every scalar is first brought to its bytes (a view: borrowed, or in the
// caller's scratch) and its format; arrays are made of those. Invariant: no length exceeds
// VALUE_MAX, so int holds it.
#include "transcode/encode.h"

#include "schema/schema.h"
#include "transcode/bytes.h"

#include <inttypes.h>

#define VALUE_MAX                 ((size_t)1 << 30) // PostgreSQL's own limit
#define US_PER_SECOND             INT64_C(1000000)
#define SECONDS_FROM_1970_TO_2000 INT64_C(946684800)
#define TIMESTAMP_MIN_US          INT64_C(-211813488000000000) // 4714-11-24 BC, included
#define TIMESTAMP_END_US          INT64_C(9223371331200000000) // 294277-01-01, excluded

enum { FORMAT_TEXT = 0, FORMAT_BINARY = 1, SCRATCH = 8, ARRAY_HEAD = 20 };

// A scalar's bytes on the way.
struct scalar {
    struct rc_view bytes;
    int format;
    char scratch[SCRATCH]; // where bytes points for what has to be made
};

// OIDs of the built-in types whose arrays are sent in binary; 0: as a literal.
static const uint32_t element_oids[RC_TYPE_COUNT] = {
    [RC_TYPE_BOOL] = 16,        [RC_TYPE_BYTEA] = 17,         [RC_TYPE_INT8] = 20,
    [RC_TYPE_INT2] = 21,        [RC_TYPE_INT4] = 23,          [RC_TYPE_TEXT] = 25,
    [RC_TYPE_OID] = 26,         [RC_TYPE_JSON] = 114,         [RC_TYPE_FLOAT4] = 700,
    [RC_TYPE_FLOAT8] = 701,     [RC_TYPE_CHAR] = 1042,        [RC_TYPE_VARCHAR] = 1043,
    [RC_TYPE_TIMESTAMP] = 1114, [RC_TYPE_TIMESTAMPTZ] = 1184,
};

static rowcall_status out_of_range(const struct rc_type *type, rowcall_error *err)
{
    rc_error_set(err, ROWCALL_OUT_OF_RANGE, "the value is out of the range of %s",
                 rc_type_info(type->kind)->name);
    rc_error_detail(err, "P2020", NULL, NULL);
    return ROWCALL_OUT_OF_RANGE;
}

static rowcall_status invalid(rowcall_error *err)
{
    rc_error_detail(err, "P2006", NULL, NULL);
    return ROWCALL_INVALID_ARGUMENT;
}

static rowcall_status mismatch(const struct rc_type *type, const struct rc_value *value,
                               rowcall_error *err)
{
    return rc_error_set(err, ROWCALL_INTERNAL, "a value of kind %d for a parameter of type %s",
                        (int)value->kind, rc_type_info(type->kind)->name);
}

static rowcall_status encode_integer(const struct rc_type *type, int64_t integer,
                                     struct scalar *ret, rowcall_error *err)
{
    switch (type->kind) {
    case RC_TYPE_INT2:
        rc_be16_put(ret->scratch, (uint16_t)integer);
        ret->bytes = (struct rc_view){ret->scratch, 2};
        return integer == (int16_t)integer ? ROWCALL_OK : out_of_range(type, err);
    case RC_TYPE_INT4:
        rc_be32_put(ret->scratch, (uint32_t)integer);
        ret->bytes = (struct rc_view){ret->scratch, 4};
        return integer == (int32_t)integer ? ROWCALL_OK : out_of_range(type, err);
    case RC_TYPE_OID:
        rc_be32_put(ret->scratch, (uint32_t)integer);
        ret->bytes = (struct rc_view){ret->scratch, 4};
        return integer == (uint32_t)integer ? ROWCALL_OK : out_of_range(type, err);
    case RC_TYPE_INT8:
        rc_be64_put(ret->scratch, (uint64_t)integer);
        ret->bytes = (struct rc_view){ret->scratch, 8};
        return ROWCALL_OK;
    default:
        return rc_error_set(err, ROWCALL_INTERNAL, "an integer for a parameter of type %s",
                            rc_type_info(type->kind)->name);
    }
}

static rowcall_status encode_timestamp(const struct rc_type *type,
                                       struct rc_value_timestamp stamp, struct scalar *ret,
                                       rowcall_error *err)
{
    int64_t us = stamp.seconds;
    bool infinite = (us == INT64_MAX || us == INT64_MIN) && stamp.nanos == 0;
    if (stamp.nanos < 0 || stamp.nanos > 999999999) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "nanos must be between 0 and 999999999");
        return invalid(err);
    }
    if (stamp.nanos % 1000 != 0) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                     "PostgreSQL keeps microseconds: nanos must be a multiple of 1000");
        return invalid(err);
    }
    if (!infinite) {
        if (__builtin_sub_overflow(us, SECONDS_FROM_1970_TO_2000, &us) ||
            __builtin_mul_overflow(us, US_PER_SECOND, &us) ||
            __builtin_add_overflow(us, (int64_t)(stamp.nanos / 1000), &us) ||
            us < TIMESTAMP_MIN_US || us >= TIMESTAMP_END_US) {
            return out_of_range(type, err);
        }
    }
    rc_be64_put(ret->scratch, (uint64_t)us);
    ret->bytes = (struct rc_view){ret->scratch, 8};
    return ROWCALL_OK;
}

static rowcall_status encode_label(const struct rc_type *type, int64_t number,
                                   struct scalar *ret, rowcall_error *err)
{
    const struct rc_enum_label *label = rc_enum_by_number(type->enumeration, (int32_t)number);
    if (!label) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%" PRId64 " is not a value of enum %s",
                     number, type->enumeration->name);
        return invalid(err);
    }
    ret->bytes = rc_view_of(label->label);
    return ROWCALL_OK;
}

// Text is in binary form where that is the same bytes: then it needs neither copy nor NUL.
static rowcall_status encode_bytes(const struct rc_type *type, struct rc_view bytes,
                                   struct scalar *ret, rowcall_error *err)
{
    bool same = rc_type_info(type->kind)->text_like && type->kind != RC_TYPE_XML;
    ret->bytes = bytes;
    ret->format = same || type->kind == RC_TYPE_BYTEA ? FORMAT_BINARY : FORMAT_TEXT;
    if (bytes.len > VALUE_MAX) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "the value is larger than 1 GB");
    }
    return ROWCALL_OK;
}

// One value, neither NULL nor a list.
static rowcall_status encode_scalar(const struct rc_type *type, const struct rc_value *value,
                                    struct scalar *ret, rowcall_error *err)
{
    ret->format = FORMAT_BINARY;
    switch (value->kind) {
    case RC_VALUE_BOOL:
        ret->scratch[0] = value->integer != 0;
        ret->bytes = (struct rc_view){ret->scratch, 1};
        return type->kind == RC_TYPE_BOOL ? ROWCALL_OK : mismatch(type, value, err);
    case RC_VALUE_INT:
        return encode_integer(type, value->integer, ret, err);
    case RC_VALUE_ENUM:
        return type->kind == RC_TYPE_ENUM ? encode_label(type, value->integer, ret, err)
                                          : mismatch(type, value, err);
    case RC_VALUE_FLOAT: {
        uint32_t bits;
        memcpy(&bits, &value->single, sizeof(bits));
        rc_be32_put(ret->scratch, bits);
        ret->bytes = (struct rc_view){ret->scratch, 4};
        return type->kind == RC_TYPE_FLOAT4 ? ROWCALL_OK : mismatch(type, value, err);
    }
    case RC_VALUE_DOUBLE: {
        uint64_t bits;
        memcpy(&bits, &value->number, sizeof(bits));
        rc_be64_put(ret->scratch, bits);
        ret->bytes = (struct rc_view){ret->scratch, 8};
        return type->kind == RC_TYPE_FLOAT8 ? ROWCALL_OK : mismatch(type, value, err);
    }
    case RC_VALUE_BYTES:
        return encode_bytes(type, value->bytes, ret, err);
    case RC_VALUE_TIMESTAMP:
        return type->kind == RC_TYPE_TIMESTAMP || type->kind == RC_TYPE_TIMESTAMPTZ
                   ? encode_timestamp(type, value->timestamp, ret, err)
                   : mismatch(type, value, err);
    case RC_VALUE_NULL:
    case RC_VALUE_LIST:
        break;
    }
    return mismatch(type, value, err);
}

// How many bytes an element takes in a literal, with its quotes.
static size_t quoted_len(struct rc_view bytes)
{
    size_t len = bytes.len + 2;
    for (size_t i = 0; i < bytes.len; i++) {
        len += bytes.data[i] == '"' || bytes.data[i] == '\\' ? 1 : 0;
    }
    return len;
}

static char *put_quoted(char *to, struct rc_view bytes)
{
    *to++ = '"';
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.data[i] == '"' || bytes.data[i] == '\\') {
            *to++ = '\\';
        }
        *to++ = bytes.data[i];
    }
    *to++ = '"';
    return to;
}

static char *put_counted(char *to, struct rc_view bytes)
{
    rc_be32_put(to, (uint32_t)bytes.len);
    if (bytes.len > 0) {
        memcpy(to + 4, bytes.data, bytes.len);
    }
    return to + 4 + bytes.len;
}

// How many bytes the array takes; also the check of every element.
static rowcall_status measure_array(const struct rc_type *type, struct rc_value_list list,
                                    size_t *ret_len, rowcall_error *err)
{
    bool binary = element_oids[type->kind] != 0;
    size_t len = binary ? ARRAY_HEAD : 2;
    for (size_t i = 0; i < list.count; i++) {
        struct scalar scalar;
        if (list.values[i].kind == RC_VALUE_NULL) {
            len += binary ? 4 : 5; // a length of -1, or "NULL,"
            continue;
        }
        rowcall_status st = encode_scalar(type, &list.values[i], &scalar, err);
        if (st == ROWCALL_OK && binary && scalar.format == FORMAT_TEXT) {
            st = mismatch(type, &list.values[i], err);
        }
        if (st != ROWCALL_OK) {
            return st;
        }
        len += binary ? 4 + scalar.bytes.len : quoted_len(scalar.bytes) + 1;
        if (len > VALUE_MAX) {
            return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                                "the list is larger than 1 GB");
        }
    }
    *ret_len = len;
    return ROWCALL_OK;
}

// Head: dimensions, has-null flag, element type, then length and lower bound of the one
// dimension.
static char *put_binary_head(char *to, uint32_t oid, struct rc_value_list list)
{
    bool has_null = false;
    for (size_t i = 0; i < list.count; i++) {
        has_null = has_null || list.values[i].kind == RC_VALUE_NULL;
    }
    rc_be32_put(to, list.count > 0 ? 1 : 0);
    rc_be32_put(to + 4, has_null);
    rc_be32_put(to + 8, oid);
    if (list.count == 0) {
        return to + 12;
    }
    rc_be32_put(to + 12, (uint32_t)list.count);
    rc_be32_put(to + 16, 1);
    return to + ARRAY_HEAD;
}

static rowcall_status encode_array(const struct rc_type *type, struct rc_value_list list,
                                   struct rc_arena *arena, struct rc_parameter *ret,
                                   rowcall_error *err)
{
    size_t len = 0;
    rowcall_status st = measure_array(type, list, &len, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    char *data = rc_arena_alloc(arena, len + 1);
    if (!data) {
        return rc_error_oom(err);
    }
    uint32_t oid = element_oids[type->kind];
    char *to = data;
    if (oid != 0) {
        to = put_binary_head(to, oid, list);
    } else {
        *to++ = '{';
    }
    for (size_t i = 0; i < list.count; i++) {
        struct scalar scalar;
        bool null = list.values[i].kind == RC_VALUE_NULL;
        if (oid == 0 && i > 0) {
            *to++ = ',';
        }
        if (null) {
            memcpy(to, oid != 0 ? "\xff\xff\xff\xff" : "NULL", 4);
            to += 4;
            continue;
        }
        st = encode_scalar(type, &list.values[i], &scalar, err);
        if (st != ROWCALL_OK) {
            return st;
        }
        to = oid != 0 ? put_counted(to, scalar.bytes) : put_quoted(to, scalar.bytes);
    }
    if (oid == 0) {
        *to++ = '}';
        *to = '\0';
    }
    *ret =
        (struct rc_parameter){data, (int)(to - data), oid != 0 ? FORMAT_BINARY : FORMAT_TEXT};
    return ROWCALL_OK;
}

rowcall_status rc_encode_value(const struct rc_type *type, const struct rc_value *value,
                               struct rc_arena *arena, struct rc_parameter *ret_parameter,
                               rowcall_error *err)
{
    struct rc_parameter *ret = ret_parameter;
    *ret = (struct rc_parameter){NULL, 0, FORMAT_BINARY};
    if (value->kind == RC_VALUE_NULL) {
        return ROWCALL_OK;
    }
    if (type->array) {
        return value->kind == RC_VALUE_LIST ? encode_array(type, value->list, arena, ret, err)
                                            : mismatch(type, value, err);
    }
    struct scalar scalar;
    rowcall_status st = encode_scalar(type, value, &scalar, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    const char *data = scalar.bytes.data ? scalar.bytes.data : ""; // NULL would mean SQL NULL
    if (data == scalar.scratch || scalar.format == FORMAT_TEXT) {
        data = rc_arena_copy(arena, data, scalar.bytes.len);
        if (!data) {
            return rc_error_oom(err);
        }
    }
    *ret = (struct rc_parameter){data, (int)scalar.bytes.len, scalar.format};
    return ROWCALL_OK;
}

// ---- values that are encoded already

// How many bytes the array takes. False: a value is in text form, and the array is binary.
static bool measure_gathered(const struct rc_parameter *parameters, size_t count, bool binary,
                             size_t *ret_len)
{
    size_t len = binary ? ARRAY_HEAD : 2;
    for (size_t i = 0; i < count; i++) {
        struct rc_view bytes = {parameters[i].data, (size_t)parameters[i].len};
        if (!parameters[i].data) {
            len += binary ? 4 : 5;
        } else if (binary && parameters[i].format == FORMAT_TEXT) {
            return false;
        } else {
            len += binary ? 4 + bytes.len : quoted_len(bytes) + 1;
        }
    }
    *ret_len = len;
    return true;
}

static char *put_gathered_binary(char *to, uint32_t oid, const struct rc_parameter *parameters,
                                 size_t count)
{
    bool has_null = false;
    for (size_t i = 0; i < count; i++) {
        has_null = has_null || !parameters[i].data;
    }
    rc_be32_put(to, 1);
    rc_be32_put(to + 4, has_null);
    rc_be32_put(to + 8, oid);
    rc_be32_put(to + 12, (uint32_t)count);
    rc_be32_put(to + 16, 1);
    to += ARRAY_HEAD;
    for (size_t i = 0; i < count; i++) {
        if (parameters[i].data) {
            to = put_counted(to,
                             (struct rc_view){parameters[i].data, (size_t)parameters[i].len});
        } else {
            rc_be32_put(to, UINT32_MAX);
            to += 4;
        }
    }
    return to;
}

static char *put_gathered_literal(char *to, const struct rc_parameter *parameters, size_t count)
{
    *to++ = '{';
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            *to++ = ',';
        }
        if (parameters[i].data) {
            to =
                put_quoted(to, (struct rc_view){parameters[i].data, (size_t)parameters[i].len});
        } else {
            memcpy(to, "NULL", 4);
            to += 4;
        }
    }
    *to++ = '}';
    *to = '\0';
    return to;
}

rowcall_status rc_encode_gathered(const struct rc_type *element,
                                  const struct rc_parameter *parameters, size_t count,
                                  struct rc_arena *arena, struct rc_parameter *ret_parameter,
                                  rowcall_error *err)
{
    uint32_t oid = element_oids[element->kind];
    size_t len = 0;
    if (count == 0 || !measure_gathered(parameters, count, oid != 0, &len)) {
        return rc_error_set(err, ROWCALL_INTERNAL, "values that make no array of type %s",
                            rc_type_info(element->kind)->name);
    }
    if (len > VALUE_MAX) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "the values are larger than 1 GB");
    }
    char *data = rc_arena_alloc(arena, len + 1);
    if (!data) {
        return rc_error_oom(err);
    }
    char *end = oid != 0 ? put_gathered_binary(data, oid, parameters, count)
                         : put_gathered_literal(data, parameters, count);
    *ret_parameter =
        (struct rc_parameter){data, (int)(end - data), oid != 0 ? FORMAT_BINARY : FORMAT_TEXT};
    return ROWCALL_OK;
}
