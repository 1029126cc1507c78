// SPDX-License-Identifier: Apache-2.0
//
// Result values to protobuf fields, by a table of types. `integer` reads what is a varint and
// `reversed` what has a fixed width, both packed in lists; `field` writes everything that is a
// tagged field also in a list.
#include "transcode/decode.h"

#include "schema/schema.h"
#include "transcode/array.h"
#include "transcode/bytes.h"
#include "transcode/print.h"
#include "wire/writer.h"

#define US_PER_SECOND             INT64_C(1000000)
#define SECONDS_FROM_1970_TO_2000 INT64_C(946684800)

enum { LIST_VALUES = 1, LIST_NULLS = 2, TIMESTAMP_SECONDS = 1, TIMESTAMP_NANOS = 2 };

// How a type is read: exactly one of these is set, or none when it is only read as text.
struct type_reader {
    bool (*integer)(struct rc_view bytes, uint64_t *ret);
    size_t reversed; // so many bytes, little-endian in protobuf: the same, turned around
    // Writes a field with its tag.
    bool (*field)(struct rc_view bytes, uint32_t number, struct rc_buf *out);
};

static bool read_bool(struct rc_view bytes, uint64_t *ret)
{
    *ret = bytes.len == 1 && bytes.data[0] != 0;
    return bytes.len == 1;
}

static bool read_int2(struct rc_view bytes, uint64_t *ret)
{
    *ret = bytes.len == 2 ? (uint64_t)(int64_t)(int16_t)rc_be16_get(bytes.data) : 0;
    return bytes.len == 2;
}

static bool read_int4(struct rc_view bytes, uint64_t *ret)
{
    *ret = bytes.len == 4 ? (uint64_t)(int64_t)(int32_t)rc_be32_get(bytes.data) : 0;
    return bytes.len == 4;
}

static bool read_int8(struct rc_view bytes, uint64_t *ret)
{
    *ret = bytes.len == 8 ? rc_be64_get(bytes.data) : 0;
    return bytes.len == 8;
}

static bool read_oid(struct rc_view bytes, uint64_t *ret)
{
    *ret = bytes.len == 4 ? rc_be32_get(bytes.data) : 0;
    return bytes.len == 4;
}

static bool put_reversed(struct rc_view bytes, size_t width, struct rc_buf *out)
{
    char *to = bytes.len == width ? rc_buf_extend(out, width) : NULL;
    for (size_t i = 0; to && i < width; i++) {
        to[i] = bytes.data[width - 1 - i];
    }
    return bytes.len == width;
}

static bool write_raw(struct rc_view bytes, uint32_t number, struct rc_buf *out)
{
    rc_wire_put_bytes(out, number, bytes);
    return true;
}

static bool write_jsonb(struct rc_view bytes, uint32_t number, struct rc_buf *out)
{
    if (bytes.len < 1 || bytes.data[0] != 1) {
        return false; // a version of the format that does not exist yet
    }
    rc_wire_put_bytes(out, number, (struct rc_view){bytes.data + 1, bytes.len - 1});
    return true;
}

static bool write_timestamp(struct rc_view bytes, uint32_t number, struct rc_buf *out)
{
    if (bytes.len != 8) {
        return false;
    }
    int64_t us = (int64_t)rc_be64_get(bytes.data);
    int64_t seconds = us;
    int64_t fraction = 0;
    if (us != INT64_MAX && us != INT64_MIN) { // the infinities are seconds as they are
        seconds = us / US_PER_SECOND;
        fraction = us % US_PER_SECOND;
        if (fraction < 0) {
            fraction += US_PER_SECOND;
            seconds--;
        }
        seconds += SECONDS_FROM_1970_TO_2000;
    }
    char message[2 * RC_WIRE_PAIR_MAX];
    size_t len = 0;
    if (seconds != 0) {
        len = rc_wire_encode_uint(message, TIMESTAMP_SECONDS, (uint64_t)seconds);
    }
    if (fraction != 0) {
        len += rc_wire_encode_uint(message + len, TIMESTAMP_NANOS, (uint64_t)fraction * 1000);
    }
    rc_wire_put_bytes(out, number, (struct rc_view){message, len});
    return true;
}

// A printed text as a field; its length is known only afterwards.
#define TEXT_WRITER(name, print)                                                               \
    static bool name(struct rc_view bytes, uint32_t number, struct rc_buf *out)                \
    {                                                                                          \
        size_t mark = rc_wire_begin(out, number);                                              \
        bool valid = print(out, bytes);                                                        \
        rc_wire_end(out, mark);                                                                \
        return valid;                                                                          \
    }
TEXT_WRITER(write_numeric, rc_print_numeric)
TEXT_WRITER(write_date, rc_print_date)
TEXT_WRITER(write_time, rc_print_time)
TEXT_WRITER(write_interval, rc_print_interval)
TEXT_WRITER(write_timetz, rc_print_timetz)
TEXT_WRITER(write_uuid, rc_print_uuid)
TEXT_WRITER(write_inet, rc_print_inet)
TEXT_WRITER(write_macaddr, rc_print_macaddr)
TEXT_WRITER(write_bits, rc_print_bits)

// Enums need their labels and are read by read_label. money (whose text depends on the locale),
// xml (whose binary form has a declaration that its text has not) and tsvector (which few read)
// are read as text.
static const struct type_reader type_readers[RC_TYPE_COUNT] = {
    [RC_TYPE_BOOL] = {.integer = read_bool},
    [RC_TYPE_INT2] = {.integer = read_int2},
    [RC_TYPE_INT4] = {.integer = read_int4},
    [RC_TYPE_INT8] = {.integer = read_int8},
    [RC_TYPE_OID] = {.integer = read_oid},
    [RC_TYPE_FLOAT4] = {.reversed = 4},
    [RC_TYPE_FLOAT8] = {.reversed = 8},
    [RC_TYPE_NUMERIC] = {.field = write_numeric},
    [RC_TYPE_TEXT] = {.field = write_raw},
    [RC_TYPE_VARCHAR] = {.field = write_raw},
    [RC_TYPE_CHAR] = {.field = write_raw},
    [RC_TYPE_CITEXT] = {.field = write_raw},
    [RC_TYPE_BYTEA] = {.field = write_raw},
    [RC_TYPE_TIMESTAMP] = {.field = write_timestamp},
    [RC_TYPE_TIMESTAMPTZ] = {.field = write_timestamp},
    [RC_TYPE_DATE] = {.field = write_date},
    [RC_TYPE_TIME] = {.field = write_time},
    [RC_TYPE_TIMETZ] = {.field = write_timetz},
    [RC_TYPE_INTERVAL] = {.field = write_interval},
    [RC_TYPE_UUID] = {.field = write_uuid},
    [RC_TYPE_JSON] = {.field = write_raw},
    [RC_TYPE_JSONB] = {.field = write_jsonb},
    [RC_TYPE_INET] = {.field = write_inet},
    [RC_TYPE_CIDR] = {.field = write_inet},
    [RC_TYPE_MACADDR] = {.field = write_macaddr},
    [RC_TYPE_BIT] = {.field = write_bits},
    [RC_TYPE_VARBIT] = {.field = write_bits},
};

bool rc_decode_is_native(enum rc_type_kind kind)
{
    const struct type_reader *reader = &type_readers[kind];
    return kind == RC_TYPE_ENUM || reader->integer || reader->reversed || reader->field;
}

static rowcall_status fail(const struct rc_decode_column *column, const char *what,
                           rowcall_error *err)
{
    rc_error_set(err, ROWCALL_DATA_LOSS, "%s holds %s", column->name, what);
    rc_error_detail(err, "P2023", NULL, column->name);
    return ROWCALL_DATA_LOSS;
}

static rowcall_status fail_value(const struct rc_decode_column *column, rowcall_error *err)
{
    return fail(column, "bytes that are not a value of its type", err);
}

static rowcall_status read_label(const struct rc_decode_column *column, struct rc_view bytes,
                                 uint64_t *ret, rowcall_error *err)
{
    const struct rc_enum_label *label = rc_enum_by_label(column->type->enumeration, bytes);
    if (!label) {
        return fail(column, "an enum label that the schema does not know", err);
    }
    *ret = (uint64_t)(int64_t)label->number;
    return ROWCALL_OK;
}

static bool is_varint(enum rc_type_kind kind)
{
    return type_readers[kind].integer || kind == RC_TYPE_ENUM;
}

// What is a varint on the wire.
static rowcall_status read_varint(const struct rc_decode_column *column, struct rc_view bytes,
                                  uint64_t *ret, rowcall_error *err)
{
    const struct type_reader *reader = &type_readers[column->type->kind];
    if (!reader->integer) {
        return read_label(column, bytes, ret, err);
    }
    return reader->integer(bytes, ret) ? ROWCALL_OK : fail_value(column, err);
}

// The bare number of a packed list. Only for types that is_packed says so.
static rowcall_status put_packed(const struct rc_decode_column *column, struct rc_view bytes,
                                 struct rc_buf *out, rowcall_error *err)
{
    enum rc_type_kind kind = column->type->kind;
    uint64_t value = 0;
    if (!is_varint(kind)) {
        return put_reversed(bytes, type_readers[kind].reversed, out) ? ROWCALL_OK
                                                                     : fail_value(column, err);
    }
    rowcall_status st = read_varint(column, bytes, &value, err);
    if (st == ROWCALL_OK) {
        rc_wire_put_varint(out, value);
    }
    return st;
}

static bool is_packed(const struct rc_decode_column *column)
{
    enum rc_type_kind kind = column->type->kind;
    return !column->as_text && (is_varint(kind) || type_readers[kind].reversed > 0);
}

// Not inlined, as write_array is not: most values are fields of their own kind.
static __attribute__((noinline)) rowcall_status
write_number(const struct rc_decode_column *column, struct rc_view bytes, uint32_t number,
             struct rc_buf *out, rowcall_error *err)
{
    enum rc_type_kind kind = column->type->kind;
    uint64_t value = 0;
    if (!is_packed(column)) {
        return rc_error_set(err, ROWCALL_INTERNAL, "%s must be selected as text", column->name);
    }
    if (!is_varint(kind)) {
        rc_wire_put_tag(out, number, rc_field_wire_type(rc_type_info(kind)->field));
        return put_packed(column, bytes, out, err);
    }
    rowcall_status st = read_varint(column, bytes, &value, err);
    if (st == ROWCALL_OK) {
        rc_wire_put_uint(out, number, value);
    }
    return st;
}

static inline rowcall_status write_scalar(const struct rc_decode_column *column,
                                          struct rc_view bytes, uint32_t number,
                                          struct rc_buf *out, rowcall_error *err)
{
    static const struct type_reader text = {.field = write_raw};
    const struct type_reader *reader =
        column->as_text ? &text : &type_readers[column->type->kind];
    if (!reader->field) {
        return write_number(column, bytes, number, out, err);
    }
    return reader->field(bytes, number, out) ? ROWCALL_OK : fail_value(column, err);
}

// The zero of a list's element, which stands where NULL was.
static void write_zero(const struct rc_decode_column *column, struct rc_buf *out)
{
    static const char zeros[8];
    if (!is_packed(column)) {
        rc_wire_put_bytes(out, LIST_VALUES, (struct rc_view){NULL, 0});
    } else if (column->type->kind == RC_TYPE_FLOAT4) {
        rc_buf_append(out, zeros, 4);
    } else if (column->type->kind == RC_TYPE_FLOAT8) {
        rc_buf_append(out, zeros, 8);
    } else {
        rc_wire_put_varint(out, 0);
    }
}

static rowcall_status write_values(const struct rc_decode_column *column,
                                   struct rc_array_reader reader, struct rc_buf *out,
                                   rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    bool packed = is_packed(column);
    size_t mark = packed ? rc_wire_begin(out, LIST_VALUES) : 0;
    while (reader.left > 0 && st == ROWCALL_OK) {
        struct rc_view bytes;
        bool null = false;
        if (!rc_array_next(&reader, &bytes, &null)) {
            return fail(column, "an array that ends too early", err);
        }
        if (null) {
            write_zero(column, out);
        } else {
            st = packed ? put_packed(column, bytes, out, err)
                        : write_scalar(column, bytes, LIST_VALUES, out, err);
        }
    }
    if (packed) {
        rc_wire_end(out, mark);
    }
    return st;
}

// The positions of NULL. The reader was walked by write_values before, so it cannot break here.
static void write_nulls(struct rc_array_reader reader, struct rc_buf *out)
{
    size_t mark = rc_wire_begin(out, LIST_NULLS);
    struct rc_view bytes;
    bool null = false;
    for (uint32_t i = 0; reader.left > 0 && rc_array_next(&reader, &bytes, &null); i++) {
        if (null) {
            rc_wire_put_varint(out, i);
        }
    }
    rc_wire_end(out, mark);
}

// Not inlined: it would burden the way of single values with its registers.
static __attribute__((noinline)) rowcall_status
write_array(const struct rc_decode_column *column, struct rc_view bytes, struct rc_buf *out,
            rowcall_error *err)
{
    struct rc_array_reader reader;
    const char *problem = rc_array_open(&reader, bytes);
    if (problem) {
        return fail(column, problem, err);
    }
    rowcall_status st = ROWCALL_OK;
    size_t mark = rc_wire_begin(out, column->number);
    if (reader.left > 0) {
        st = write_values(column, reader, out, err);
        if (st == ROWCALL_OK && reader.has_nulls) {
            write_nulls(reader, out);
        }
    }
    rc_wire_end(out, mark);
    return st;
}

rowcall_status rc_decode_value(const struct rc_decode_column *column, struct rc_view bytes,
                               struct rc_buf *out, rowcall_error *err)
{
    return column->type->array ? write_array(column, bytes, out, err)
                               : write_scalar(column, bytes, column->number, out, err);
}
