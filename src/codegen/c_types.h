// SPDX-License-Identifier: Apache-2.0
//
// Printing types: the typedefs of messages and enums, and the macros that build messages.
#ifndef RC_CODEGEN_C_TYPES_H
#define RC_CODEGEN_C_TYPES_H

#include "base/buf.h"
#include "codegen/c_model.h"

// What printing needs. Failure is sticky: `arena` results that are NULL set `broken`, rc_buf
// its own.
struct rc_c_printer {
    struct rc_buf *out;
    struct rc_arena *arena; // for names
    const struct rc_c_package *package;
    bool broken;
};

// A comment as descriptors keep it, as // lines; nothing when NULL.
void rc_c_print_comment(struct rc_c_printer *printer, const char *comment);

// typedef and constants of an enum.
void rc_c_print_enum(struct rc_c_printer *printer, const struct rc_c_enum *enumeration);

// typedef of a message, with what it is made of in a comment.
void rc_c_print_message(struct rc_c_printer *printer, const struct rc_c_message *message);

// The macros that build the message:
//
//   shop_tea_where(.name = ...)       designated initialisers
//   shop_tea_key_name("Assam")        one member of a oneof; of a composite key: its columns in
//   order rowcall_string_list_of("a", "b")  the elements, when the first field is repeated
void rc_c_print_constructors(struct rc_c_printer *printer, const struct rc_c_message *message);

#endif
