// SPDX-License-Identifier: Apache-2.0
//
// From PostgreSQL to protobuf: one binary result value becomes one field, appended to the reply
// without a detour. NULL is an absent field, which is the caller's to leave out.
//
//   scalar   the field's own wire form; types that travel as text are printed exactly as
//   PostgreSQL prints them array    a list message { values = 1, nulls = 2 }: NULL elements are
//   zero values whose positions are in `nulls`
#ifndef RC_TRANSCODE_DECODE_H
#define RC_TRANSCODE_DECODE_H

#include "base/buf.h"
#include "schema/type.h"

// What is known about a result column; borrowed.
struct rc_decode_column {
    const struct rc_type *type;
    // The statement selected it as text (`price::text`, `prices::text[]`): the bytes are
    // copied. Types that rc_decode_is_native denies must be selected so.
    bool as_text;
    uint32_t number;  // field number to write
    const char *name; // proto field name, for messages
};

// Whether values of this type are read in their own binary form.
bool rc_decode_is_native(enum rc_type_kind kind);

// Appends the value (not NULL) as a field to out, whose failure is sticky and not reported
// here. DATA_LOSS (P2023) naming the column: the bytes are not a value that the schema's type
// can hold, such as an enum label that it does not know or an array of several dimensions; out
// has then bytes of no use at its end. Thread-safe.
rowcall_status rc_decode_value(const struct rc_decode_column *column, struct rc_view bytes,
                               struct rc_buf *out, rowcall_error *err) RC_MUST_CHECK;

#endif
