// SPDX-License-Identifier: Apache-2.0
//
// JSON text -> protobuf bytes, by message tables, as the proto3 JSON mapping has it: 64-bit
// integers as strings or numbers, bytes as base64 (standard or URL-safe), enums by name or
// number, NaN and infinities as strings, maps as objects, null for absent, field names as
// written in the .proto file or in lowerCamelCase. Beyond the mapping,
// google.protobuf.Timestamp reaches as far as PostgreSQL's: ISO 8601 expanded years
// ("+12024-01-01T00:00:00Z",
// "-0043-03-15T12:00:00Z"), "infinity" and "-infinity". Thread-safe.
#ifndef RC_JSON_ENCODE_H
#define RC_JSON_ENCODE_H

#include "wire/message.h"
#include "wire/writer.h"

// Appends `message`, written as the JSON object `json`, to buf; fields come out ascending by
// number. On failure buf is cut back to what it held (or is broken, when memory ended), and the
// error is INVALID_ARGUMENT naming the JSON path, with a suggestion for a misspelt name:
// "key.emial: no such field in ProductKey; did you mean email?"; RESOURCE_EXHAUSTED when memory
// ends.
rowcall_status rc_json_encode(const struct rc_wire_message *message, struct rc_view json,
                              struct rc_buf *buf, rowcall_error *err) RC_MUST_CHECK;

#endif
