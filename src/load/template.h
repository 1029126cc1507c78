// SPDX-License-Identifier: Apache-2.0
//
// A text with places for values that differ from call to call: {"key": {"id": {{int 1 9}}}}.
// It is compiled once, into pieces; filling it in copies the pieces and makes the values. Where
// a value stands inside a JSON string its characters are put there, elsewhere a whole JSON
// value, a text in its quotes.
//
//   {{int A B}}           a whole number from A to B, both included
//   {{float A B}}         a number from A up to B
//   {{string N}}          N letters and digits
//   {{uuid}}              a UUID of version 4
//   {{pick V W ...}}      one of these JSON values; {{pick @FILE}} one of a file's lines, a
//   text
//   {{line FILE}}         the file's lines, one call after the other, from the start again
//   {{seq}}, {{seq N}}    the call's number, counted from 1 or N: no two calls have the same
//   {{now}}               the time, 2026-01-31T12:00:00.123456Z
//
// Outside strings {{ is no JSON, so nothing has to be escaped there; in a string that is to
// hold {{ itself, one of the two is written \u007b.
#ifndef RC_LOAD_TEMPLATE_H
#define RC_LOAD_TEMPLATE_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct rc_template;

// What makes the values of one call.
struct rc_template_call {
    uint64_t seed;   // the run's
    uint64_t number; // the call's, from 0
    int64_t wall_us; // the time that {{now}} tells (rc_clock_wall_us)
};

// Appends the bytes of the file at path, or says why not.
typedef rowcall_status (*rc_template_file_fn)(const char *path, struct rc_buf *ret_bytes,
                                              rowcall_error *err);

// Compiles text (copied) and reads the files that it names. The caller frees the template.
// INVALID_ARGUMENT says at which line and column, what is wrong, and what is allowed;
// RESOURCE_EXHAUSTED when memory ends.
rowcall_status rc_template_new(struct rc_view text, rc_template_file_fn read_file,
                               struct rc_template **ret_template,
                               rowcall_error *err) RC_MUST_CHECK;
void rc_template_free(struct rc_template *template); // accepts NULL

// Whether it has no places: it is filled in the same way for every call.
bool rc_template_is_constant(const struct rc_template *template);

// Appends the text for one call. The same call gets the same text ({{now}} apart, which tells
// what it is given). Any thread, many at once.
void rc_template_fill(const struct rc_template *template, const struct rc_template_call *call,
                      struct rc_buf *ret_text);

#endif
