// SPDX-License-Identifier: Apache-2.0
//
// From a request's values to PostgreSQL's parameters. The form of a parameter:
//
//   binary   bool, integers, floats, timestamps, bytea, and everything whose binary form is its
//   text (text, citext,
//            json, enum labels): those are not even copied
//   text     values that travel as text but are not text in PostgreSQL (numeric, date, uuid,
//   inet, ...) and xml: the
//            cast in the statement parses them, and PostgreSQL's parser is the only one
//   arrays   binary where the element's OID is the same in every database, else as a literal:
//   {"a\"b",NULL}
#ifndef RC_TRANSCODE_ENCODE_H
#define RC_TRANSCODE_ENCODE_H

#include "base/arena.h"
#include "schema/type.h"
#include "wire/value.h"

struct rc_parameter {
    const char *data; // NULL = SQL NULL. Borrowed from the value or from the arena;
                      // NUL-terminated when text
    int len;
    int format; // 0 = text, 1 = binary
};

// Encodes value as a parameter that the statement casts to type. On failure the message says
// what is wrong with the value; the caller, who knows where it came from, puts the field's name
// before it:
//   OUT_OF_RANGE (P2020)      a number or a time that the type cannot hold
//   INVALID_ARGUMENT (P2006)  a timestamp finer than a microsecond, an enum number without a
//   label RESOURCE_EXHAUSTED        the arena, or PostgreSQL's limit of 1 GB INTERNAL a value
//   of a kind that the type does not take
// Thread-safe; the arena is the caller's.
rowcall_status rc_encode_value(const struct rc_type *type, const struct rc_value *value,
                               struct rc_arena *arena, struct rc_parameter *ret_parameter,
                               rowcall_error *err) RC_MUST_CHECK;

// Encodes values that are encoded already, each as the parameter of a statement that casts it
// to element, as one array of them: what a statement that casts it to an array of element
// takes. Every parameter is as rc_encode_value made it, and there is at least one.
// RESOURCE_EXHAUSTED as there; INTERNAL for none, and for a value in text form whose type has
// binary arrays: those are to be sent one by one.
// Thread-safe.
rowcall_status rc_encode_gathered(const struct rc_type *element,
                                  const struct rc_parameter *parameters, size_t count,
                                  struct rc_arena *arena, struct rc_parameter *ret_parameter,
                                  rowcall_error *err) RC_MUST_CHECK;

#endif
