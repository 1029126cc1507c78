// SPDX-License-Identifier: Apache-2.0
//
// Walking a tree of fields along the values of a record. The binary form of a record, as
// elements of MANY have it: how many values; per value its type, a length (-1 = NULL) and that
// many bytes.
#include "transcode/row.h"

#include "transcode/array.h"
#include "transcode/bytes.h"
#include "wire/writer.h"

// The values of a binary record.
struct record_source {
    struct rc_row_source source; // first: the walk sees only this
    const char *at;
    const char *end;
    uint32_t left;
};

static bool read_value(struct record_source *record, struct rc_view *ret)
{
    if (record->end - record->at < 8) {
        return false;
    }
    int32_t len = (int32_t)rc_be32_get(record->at + 4); // behind the type
    record->at += 8;
    if (len < -1 || len > record->end - record->at) {
        return false;
    }
    *ret = (struct rc_view){len < 0 ? NULL : record->at, len < 0 ? 0 : (size_t)len};
    record->at += ret->len;
    return true;
}

// Those in front of one that is cut are given, and none behind it.
static size_t fill_of_record(struct rc_row_source *source)
{
    struct record_source *record = (struct record_source *)source;
    size_t count = 0;
    while (count < RC_ROW_VALUES_AT_ONCE && record->left > 0) {
        if (!read_value(record, &source->values[count])) {
            record->left = 0;
            break;
        }
        record->left--;
        count++;
    }
    return count;
}

size_t rc_row_width(const struct rc_row_field *fields, size_t count)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++) {
        width += fields[i].width;
    }
    return width;
}

static rowcall_status unexpected(const struct rc_row_field *field, rowcall_error *err)
{
    return rc_error_set(err, ROWCALL_INTERNAL, "%s: a result that is not as planned",
                        field->value.name);
}

static rowcall_status write_message(const struct rc_row_field *field,
                                    struct rc_row_source *source, struct rc_buf *out,
                                    rowcall_error *err)
{
    size_t mark = rc_wire_begin(out, field->value.number);
    rowcall_status st = rc_row_decode(field->fields, field->field_count, source, out, err);
    rc_wire_end(out, mark);
    return st;
}

// A related record, or the values of none, which are passed over.
static rowcall_status write_one(const struct rc_row_field *field, struct rc_row_source *source,
                                struct rc_buf *out, rowcall_error *err)
{
    struct rc_view bytes;
    if (!rc_row_source_next(source, &bytes)) {
        return unexpected(field, err);
    }
    if (bytes.data && bytes.len == 1 && bytes.data[0] != 0) {
        return write_message(field, source, out, err);
    }
    for (size_t i = 1; i < field->width; i++) {
        if (!rc_row_source_next(source, &bytes)) {
            return unexpected(field, err);
        }
    }
    return ROWCALL_OK;
}

static rowcall_status write_record(const struct rc_row_field *field, struct rc_view bytes,
                                   struct rc_buf *out, rowcall_error *err)
{
    struct record_source record;
    size_t width = rc_row_width(field->fields, field->field_count);
    if (bytes.len < 4 || rc_be32_get(bytes.data) != width) {
        return unexpected(field, err);
    }
    rc_row_source_init(&record.source, fill_of_record);
    record.left = (uint32_t)width;
    record.at = bytes.data + 4;
    record.end = bytes.data + bytes.len;
    return write_message(field, &record.source, out, err);
}

static rowcall_status write_many(const struct rc_row_field *field, struct rc_view bytes,
                                 struct rc_buf *out, rowcall_error *err)
{
    struct rc_array_reader reader;
    if (rc_array_open(&reader, bytes)) {
        return unexpected(field, err);
    }
    rowcall_status st = ROWCALL_OK;
    while (st == ROWCALL_OK && reader.left > 0 && !out->broken) {
        struct rc_view record;
        bool null = false;
        if (!rc_array_next(&reader, &record, &null) || null) {
            return unexpected(field, err);
        }
        st = write_record(field, record, out, err);
    }
    return st;
}

// What is more than a value.
static rowcall_status write_field(const struct rc_row_field *field,
                                  struct rc_row_source *source, struct rc_buf *out,
                                  rowcall_error *err)
{
    struct rc_view bytes;
    if (field->kind == RC_ROW_GROUP) {
        return write_message(field, source, out, err);
    }
    if (field->kind == RC_ROW_ONE) {
        return write_one(field, source, out, err);
    }
    if (!rc_row_source_next(source, &bytes)) {
        return unexpected(field, err);
    }
    return bytes.data ? write_many(field, bytes, out, err) : ROWCALL_OK;
}

rowcall_status rc_row_decode(const struct rc_row_field *fields, size_t count,
                             struct rc_row_source *source, struct rc_buf *out,
                             rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < count && st == ROWCALL_OK; i++) {
        const struct rc_row_field *field = &fields[i];
        struct rc_view bytes;
        if (field->kind != RC_ROW_VALUE) {
            st = write_field(field, source, out, err);
        } else if (!rc_row_source_next(source, &bytes)) {
            st = unexpected(field, err);
        } else if (bytes.data) {
            st = rc_decode_value(&field->value, bytes, out, err);
        }
    }
    return st;
}
