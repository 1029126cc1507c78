// SPDX-License-Identifier: Apache-2.0
//
// Numbers, booleans and enums between JSON and the wire. A "word" is the value as it stands on
// the wire: the varint (zigzag applied, negatives sign-extended) or the bits of a fixed-size
// type. Thread-safe.
#ifndef RC_JSON_SCALAR_H
#define RC_JSON_SCALAR_H

#include "wire/message.h"
#include "wire/writer.h"

#include <jansson.h>

// The word that json means for a field of a numeric type; false with what was expected in why.
bool rc_scalar_from_json(const struct rc_wire_field *field, const json_t *json,
                         uint64_t *ret_word, char *why, size_t why_size);

// Appends the word without a tag.
void rc_scalar_put(enum rc_field_type type, uint64_t word, struct rc_buf *buf);

// Appends the JSON text of a word: numbers, quoted where JSON's numbers cannot hold them.
void rc_scalar_format(const struct rc_wire_field *field, uint64_t word, struct rc_buf *buf);

#endif
