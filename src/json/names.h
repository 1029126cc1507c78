// SPDX-License-Identifier: Apache-2.0
//
// Names of fields in JSON: as in the .proto file or in lowerCamelCase, and what a misspelt one
// may have meant. Thread-safe.
#ifndef RC_JSON_NAMES_H
#define RC_JSON_NAMES_H

#include "wire/message.h"

#include "base/buf.h"

// Appends name in lowerCamelCase, as protoc makes JSON names: "user_id" -> "userId".
void rc_json_append_camel(struct rc_buf *buf, const char *name);

// The field that a JSON key means, in either spelling; NULL when there is none.
const struct rc_wire_field *rc_json_field(const struct rc_wire_message *message,
                                          const char *key);

// The name of the field, or of the enum's value, closest to a misspelt key; NULL when none is
// close.
const char *rc_json_closest_field(const struct rc_wire_message *message, const char *key);
const char *rc_json_closest_value(const struct rc_wire_enum *enumeration, const char *key);

// Whether this message is google.protobuf.Timestamp, which has a text form of its own.
bool rc_json_is_timestamp(const struct rc_wire_message *message);

#endif
