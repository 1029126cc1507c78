// SPDX-License-Identifier: Apache-2.0
//
// Paths to values in messages, as references write them: "row.id", "rows[0].author.name",
// "data.tags". A path is resolved once, by a message's table, and then followed through bytes.
// Thread-safe.
#ifndef RC_SERVICE_PATH_H
#define RC_SERVICE_PATH_H

#include "base/arena.h"
#include "base/buf.h"
#include "wire/message.h"

#define RC_PATH_NO_INDEX SIZE_MAX

// More steps than this are refused.
enum { RC_PATH_STEPS_MAX = 32 };

struct rc_path_step {
    const struct rc_wire_field *field;
    size_t index; // of an element; RC_PATH_NO_INDEX where the field is not repeated, and at the
                  // end of a path to a repeated field
};

struct rc_path {
    struct rc_path_step *steps; // from the arena; at least one
    size_t count;
};

// The field at its end.
static inline const struct rc_wire_field *rc_path_end(const struct rc_path *path)
{
    return path->steps[path->count - 1].field;
}

// What a path is for.
enum rc_path_use {
    RC_PATH_FROM, // a value is taken: it ends at a field that is not repeated
    RC_PATH_TO,   // a value is put there, or appended to a repeated field
};

// Resolves text in a message. It ends at a scalar, an enum, a Timestamp or a list.
// INVALID_ARGUMENT says what is wrong with it, and names the part.
rowcall_status rc_path_resolve(const struct rc_wire_message *message, struct rc_view text,
                               enum rc_path_use use, struct rc_arena *arena,
                               struct rc_path *ret_path, rowcall_error *err) RC_MUST_CHECK;

// Whether values of one path may go to another. INVALID_ARGUMENT names both types.
rowcall_status rc_path_check_types(const struct rc_path *from, const struct rc_path *to,
                                   rowcall_error *err) RC_MUST_CHECK;

// The value at a path that takes, in a message's bytes, which are well-formed; false when there
// is none. It is a view into them.
bool rc_path_read(const struct rc_path *path, struct rc_view bytes,
                  struct rc_wire_value *ret_value);

// Appends a value that was read at the end of `from` as field `to`. OUT_OF_RANGE for an integer
// that does not fit.
rowcall_status rc_path_write(const struct rc_wire_field *from,
                             const struct rc_wire_value *value, const struct rc_wire_field *to,
                             struct rc_buf *out, rowcall_error *err) RC_MUST_CHECK;

// Appends some value that the field may have: what a message is checked with before the value
// is known.
void rc_path_write_any(const struct rc_wire_field *to, struct rc_buf *out);

#endif
