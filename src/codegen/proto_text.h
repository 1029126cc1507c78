// SPDX-License-Identifier: Apache-2.0
//
// Pieces of .proto text: comments, enums, messages, appended to an rc_buf. References within
// `package` are written by simple name, others in full. Pure functions of their arguments.
#ifndef RC_CODEGEN_PROTO_TEXT_H
#define RC_CODEGEN_PROTO_TEXT_H

#include "base/buf.h"
#include "wire/message.h"

// Lines of at most 100 columns, each behind `indent` and "// ". Nothing when comment is NULL or
// empty.
void rc_proto_text_comment(struct rc_buf *out, const char *indent, const char *comment);

void rc_proto_text_enum(struct rc_buf *out, const struct rc_wire_enum *enumeration);

// The message with all its fields, by number, members of a oneof inside it.
void rc_proto_text_message(struct rc_buf *out, const char *package,
                           const struct rc_wire_message *message);

// What a file has to import for this message's fields.
struct rc_proto_text_imports {
    bool timestamp;
    bool query;
};
void rc_proto_text_note_imports(struct rc_proto_text_imports *imports,
                                const struct rc_wire_message *message);

#endif
