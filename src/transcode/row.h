// SPDX-License-Identifier: Apache-2.0
//
// From a record of PostgreSQL's to a message: a tree of fields says what becomes of each value.
// Related records arrive in the same record, and are written nested, without a detour.
//
//   VALUE   one value                                             -> a field
//   GROUP   nothing of its own, then the values of its fields     -> a message, always there
//   ONE     a bool, whether there is one; the values of its fields -> a message, or nothing
//   MANY    record[]: each record has the values of its fields    -> a message per record
//
// So a record that answers {id, author {name}, comments {id, likes}} has the values
//
//   | id | author? | name | record[] {id, likes} |
#ifndef RC_TRANSCODE_ROW_H
#define RC_TRANSCODE_ROW_H

#include "transcode/decode.h"

enum rc_row_kind { RC_ROW_VALUE, RC_ROW_GROUP, RC_ROW_ONE, RC_ROW_MANY };

struct rc_row_field {
    enum rc_row_kind kind;
    struct rc_decode_column value; // VALUE: all of it; otherwise only number and name are set
    const struct rc_row_field *fields; // of the nested message
    size_t field_count;
    size_t width; // how many values of the record it takes: VALUE and MANY 1, ONE 1 and those
                  // of its fields, GROUP those of its fields
};

enum { RC_ROW_VALUES_AT_ONCE = 16 };

// The values of one record in their order, some at a time: asking for each would cost more than
// most of them do. The caller's storage, readied by init; whoever has the values puts his own
// fields behind it.
struct rc_row_source {
    // Puts the next ones at the beginning of `values` and returns how many, 0 when there is
    // none left or what comes is not a value. Those that are NULL have no data, others do, even
    // if empty.
    size_t (*fill)(struct rc_row_source *source);
    size_t at;
    size_t count;
    struct rc_view values[RC_ROW_VALUES_AT_ONCE];
};

static inline void rc_row_source_init(struct rc_row_source *source,
                                      size_t (*fill)(struct rc_row_source *source))
{
    source->fill = fill;
    source->at = source->count = 0;
}

// The next value; false when there is none left.
static inline bool rc_row_source_next(struct rc_row_source *source, struct rc_view *ret_bytes)
{
    if (source->at == source->count) {
        source->at = 0;
        source->count = source->fill(source);
        if (source->count == 0) {
            return false;
        }
    }
    *ret_bytes = source->values[source->at++];
    return true;
}

// The sum of the fields' widths.
size_t rc_row_width(const struct rc_row_field *fields, size_t count);

// Appends the fields of one record to out, whose failure is sticky and not reported here.
// DATA_LOSS as rc_decode_value, INTERNAL when the record is not as the fields say. Thread-safe.
rowcall_status rc_row_decode(const struct rc_row_field *fields, size_t count,
                             struct rc_row_source *source, struct rc_buf *out,
                             rowcall_error *err) RC_MUST_CHECK;

#endif
