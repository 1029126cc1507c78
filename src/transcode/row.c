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

static bool next_of_record(struct rc_row_source *source, struct rc_view *ret_bytes,
                           bool *ret_null)
{
    struct record_source *record = (struct record_source *)source;
    if (record->left == 0 || record->end - record->at < 8) {
        return false;
    }
    int32_t len = (int32_t)rc_be32_get(record->at + 4); // behind the type
    record->at += 8;
    record->left--;
    *ret_null = len == -1;
    *ret_bytes = (struct rc_view){record->at, len > 0 ? (size_t)len : 0};
    if (len < -1 || len > record->end - record->at) {
        return false;
    }
    record->at += ret_bytes->len;
    return true;
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
    bool null = false;
    if (!source->next(source, &bytes, &null)) {
        return unexpected(field, err);
    }
    if (!null && bytes.len == 1 && bytes.data[0] != 0) {
        return write_message(field, source, out, err);
    }
    for (size_t i = 1; i < field->width; i++) {
        if (!source->next(source, &bytes, &null)) {
            return unexpected(field, err);
        }
    }
    return ROWCALL_OK;
}

static rowcall_status write_record(const struct rc_row_field *field, struct rc_view bytes,
                                   struct rc_buf *out, rowcall_error *err)
{
    struct record_source record = {.source.next = next_of_record};
    size_t width = rc_row_width(field->fields, field->field_count);
    if (bytes.len < 4 || rc_be32_get(bytes.data) != width) {
        return unexpected(field, err);
    }
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
    bool null = false;
    if (field->kind == RC_ROW_GROUP) {
        return write_message(field, source, out, err);
    }
    if (field->kind == RC_ROW_ONE) {
        return write_one(field, source, out, err);
    }
    if (!source->next(source, &bytes, &null)) {
        return unexpected(field, err);
    }
    return null ? ROWCALL_OK : write_many(field, bytes, out, err);
}

rowcall_status rc_row_decode(const struct rc_row_field *fields, size_t count,
                             struct rc_row_source *source, struct rc_buf *out,
                             rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < count && st == ROWCALL_OK; i++) {
        const struct rc_row_field *field = &fields[i];
        struct rc_view bytes;
        bool null = false;
        if (field->kind != RC_ROW_VALUE) {
            st = write_field(field, source, out, err);
        } else if (!source->next(source, &bytes, &null)) {
            st = unexpected(field, err);
        } else if (!null) {
            st = rc_decode_value(&field->value, bytes, out, err);
        }
    }
    return st;
}
