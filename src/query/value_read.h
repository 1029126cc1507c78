// SPDX-License-Identifier: Apache-2.0
//
// Reading values out of a checked request. A value is judged by the column it is meant for
// where protobuf cannot: an enum number must have a label, a position of a NULL must be in its
// list. Bytes stay where they are; list elements are the arena's.
#ifndef RC_QUERY_VALUE_READ_H
#define RC_QUERY_VALUE_READ_H

#include "schema/schema.h"
#include "wire/value.h"

// Each returns NULL for success, otherwise what is wrong with the value, for people; static
// storage. column is the one the value is for, NULL when it is for none.

// What is returned when the arena has no memory: not the value's fault.
extern const char rc_value_no_memory[];

// One scalar of a field.
const char *rc_value_read_scalar(const struct rc_wire_field *field,
                                 const struct rc_wire_value *wire,
                                 const struct rc_column *column, struct rc_value *ret_value);

// A google.protobuf.Timestamp.
const char *rc_value_read_timestamp(struct rc_view data, struct rc_value *ret_value);

// A list message {values = 1, nulls = 2}. may_hold_null: whether NULL elements mean something.
const char *rc_value_read_list(const struct rc_wire_message *message, struct rc_view data,
                               const struct rc_column *column, bool may_hold_null,
                               struct rc_arena *arena, struct rc_value *ret_value);

// All occurrences of a repeated string field of the message whose bytes are data, as one list.
const char *rc_value_read_strings(uint32_t number, struct rc_view data, struct rc_arena *arena,
                                  struct rc_value *ret_value);

#endif
