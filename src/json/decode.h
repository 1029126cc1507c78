// SPDX-License-Identifier: Apache-2.0
//
// Protobuf bytes -> JSON text, by message tables: the inverse of encode.h. Fields come out
// ascending by number under their names in the .proto file, absent ones are left out, 64-bit
// integers are strings, bytes standard base64, floats the shortest text that reads back the
// same. What a newer peer may add is tolerated: unknown fields are skipped, unknown enum
// numbers printed as numbers. Thread-safe.
#ifndef RC_JSON_DECODE_H
#define RC_JSON_DECODE_H

#include "wire/message.h"
#include "wire/writer.h"

struct rc_json_style {
    bool pretty;      // one member a line, two spaces a level; else no white space at all
    bool lower_camel; // fieldName in place of field_name
};

// Appends data, an encoded `message`, to buf as a JSON object. style: NULL for compact with
// original names. On failure buf is cut back to what it held (or is broken, when memory ended):
// INVALID_ARGUMENT for bytes that are no such message, text that is not UTF-8, or nesting
// deeper than 64, RESOURCE_EXHAUSTED when memory ends.
rowcall_status rc_json_decode(const struct rc_wire_message *message, struct rc_view data,
                              const struct rc_json_style *style, struct rc_buf *buf,
                              rowcall_error *err) RC_MUST_CHECK;

#endif
