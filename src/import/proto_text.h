// SPDX-License-Identifier: Apache-2.0
//
// Pieces of authored .proto text: comments, strings, and options laid out within lines of
// reasonable length.
#ifndef RC_IMPORT_PROTO_TEXT_H
#define RC_IMPORT_PROTO_TEXT_H

#include "import/session.h"

enum { RC_PROTO_LINE = 110, RC_PROTO_OPTIONS_MAX = 64 };

// Each line behind `indent` and "// "; nothing when comment is NULL.
void rc_authored_comment(struct rc_buf *out, const char *indent, const char *comment);

// A string in double quotes.
void rc_authored_string(struct rc_buf *out, const char *text);

// Options "name: value" of a message, gathered one after the other: what is appended to `text`
// between two calls of next is one option.
struct rc_authored_options {
    struct rc_buf *text;
    size_t ends[RC_PROTO_OPTIONS_MAX];
    size_t count;
};

// None yet; in the session's memory.
struct rc_authored_options *rc_authored_options_new(struct rc_import *session);
// Ends an option, if anything was appended since the last one.
void rc_authored_options_next(struct rc_authored_options *options);
// Each appends one option.
void rc_authored_options_flag(struct rc_authored_options *options, const char *name, bool set);
void rc_authored_options_string(struct rc_authored_options *options, const char *name,
                                const char *text); // NULL: none
// Appends "{a: 1 b: 2}" in one line.
void rc_authored_options_inline(const struct rc_authored_options *options, struct rc_buf *out);
// Appends "{", the options, each in a line of its own, and "}" behind indent; together: as many
// in a line as fit.
void rc_authored_options_lines(const struct rc_authored_options *options, const char *indent,
                               bool together, struct rc_buf *out);

#endif
