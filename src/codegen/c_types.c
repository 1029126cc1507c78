// SPDX-License-Identifier: Apache-2.0
//
// Printing types: the typedefs of messages and enums, and the macros that build messages.
#include "codegen/c_types.h"

#include "codegen/c_names.h"
#include "wire/message.h"

#include <ctype.h>
#include <string.h>

static const char *name_or_empty(struct rc_c_printer *printer, const char *name)
{
    if (!name) {
        printer->broken = true;
        return "";
    }
    return name;
}

static bool is_repeated(const rc_c_field_proto *field)
{
    return field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
}

static bool is_pointer(const rc_c_field_proto *field)
{
    return (enum rc_field_type)field->type == RC_FIELD_MESSAGE ||
           (enum rc_field_type)field->type == RC_FIELD_STRING;
}

static bool in_real_oneof(const rc_c_field_proto *field)
{
    return field->has_oneof_index && !(field->has_proto3_optional && field->proto3_optional);
}

// Whether the struct has a has_ beside the member.
static bool has_companion(const rc_c_field_proto *field)
{
    return !is_repeated(field) && !is_pointer(field) && !in_real_oneof(field);
}

static const char *member_of(struct rc_c_printer *printer, const rc_c_field_proto *field)
{
    return name_or_empty(printer, rc_c_member(printer->arena, field->name));
}

static char *to_upper(struct rc_c_printer *printer, const char *text)
{
    char *upper = rc_arena_strdup(printer->arena, text);
    for (char *at = upper; at && *at != '\0'; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    printer->broken = printer->broken || !upper;
    return upper;
}

// How one value of the field is written in C: "const char *", "shop_tea *", "int32_t ".
static void print_type(struct rc_c_printer *printer, const rc_c_field_proto *field)
{
    static const char *const names[] = {
        [RC_FIELD_DOUBLE] = "double ",      [RC_FIELD_FLOAT] = "float ",
        [RC_FIELD_INT64] = "int64_t ",      [RC_FIELD_UINT64] = "uint64_t ",
        [RC_FIELD_INT32] = "int32_t ",      [RC_FIELD_FIXED64] = "uint64_t ",
        [RC_FIELD_FIXED32] = "uint32_t ",   [RC_FIELD_BOOL] = "bool ",
        [RC_FIELD_STRING] = "const char *", [RC_FIELD_BYTES] = "ProtobufCBinaryData ",
        [RC_FIELD_UINT32] = "uint32_t ",    [RC_FIELD_SFIXED32] = "int32_t ",
        [RC_FIELD_SFIXED64] = "int64_t ",   [RC_FIELD_SINT32] = "int32_t ",
        [RC_FIELD_SINT64] = "int64_t ",
    };
    size_t type = (size_t)field->type;
    if (field->type_name && *field->type_name != '\0') {
        const char *name =
            rc_c_package_name_of(printer->arena, printer->package, field->type_name);
        rc_buf_printf(printer->out, "%s %s", name_or_empty(printer, name),
                      type == RC_FIELD_MESSAGE ? "*" : "");
    } else if (type < sizeof(names) / sizeof(names[0]) && names[type]) {
        rc_buf_append_text(printer->out, names[type]);
    }
}

void rc_c_print_comment(struct rc_c_printer *printer, const char *comment)
{
    for (const char *line = comment; line && *line != '\0';) {
        size_t len = strcspn(line, "\n");
        rc_buf_printf(printer->out, "//%.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
}

void rc_c_print_enum(struct rc_c_printer *printer, const struct rc_c_enum *enumeration)
{
    rc_c_print_comment(printer, enumeration->comment);
    rc_buf_printf(printer->out, "typedef %s %s;\n", enumeration->type, enumeration->own);
    for (size_t i = 0; i < enumeration->proto->n_value; i++) {
        const char *value = enumeration->proto->value[i]->name;
        const char *constant = rc_c_own_constant(printer->arena, printer->package->name,
                                                 enumeration->proto->name, value);
        rc_buf_printf(printer->out, "#define %s %s__%s\n", name_or_empty(printer, constant),
                      enumeration->upper, value);
    }
    rc_buf_append_char(printer->out, '\n');
}

// "//   .name: const char *. First line of its comment."
static void print_member(struct rc_c_printer *printer, const rc_c_field_proto *field,
                         const char *comment)
{
    rc_buf_printf(printer->out, "//   %s.%s: ", in_real_oneof(field) ? "| " : "",
                  member_of(printer, field));
    if (is_repeated(field)) {
        rc_buf_append_text(printer->out, "list of ");
    }
    print_type(printer, field);
    while (printer->out->len > 0 && printer->out->data[printer->out->len - 1] == ' ') {
        rc_buf_truncate(printer->out, printer->out->len - 1);
    }
    if (comment) {
        comment += *comment == ' ';
        rc_buf_printf(printer->out, " -- %.*s", (int)strcspn(comment, "\n"), comment);
    }
    rc_buf_append_char(printer->out, '\n');
}

void rc_c_print_message(struct rc_c_printer *printer, const struct rc_c_message *message)
{
    rc_c_print_comment(printer, message->comment);
    if (message->comment && message->proto->n_field > 0) {
        rc_buf_append_text(printer->out, "//\n");
    }
    for (size_t i = 0; i < message->proto->n_field; i++) {
        print_member(printer, message->proto->field[i], message->field_comments[i]);
    }
    rc_buf_printf(printer->out, "typedef %s %s;\n\n", message->type, message->own);
}

// The message that is a member of nothing but a oneof, whose constructor has the member's: a
// composite key.
static const struct rc_c_message *composite_of(struct rc_c_printer *printer,
                                               const rc_c_field_proto *field,
                                               const char *constructor)
{
    const struct rc_c_message *inner =
        field->type_name ? rc_c_package_message(printer->package, field->type_name) : NULL;
    if (!inner || strcmp(inner->own, constructor) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < inner->proto->n_field; i++) {
        if (is_repeated(inner->proto->field[i]) || in_real_oneof(inner->proto->field[i])) {
            return NULL;
        }
    }
    return inner;
}

// Macro parameters are in capitals: a parameter must not be spelled like a member it is
// assigned to.
static void print_composite(struct rc_c_printer *printer, const struct rc_c_message *inner)
{
    rc_buf_printf(printer->out, "ROWCALL_MESSAGE( \\\n            %s, %s__descriptor",
                  inner->own, inner->lower);
    for (size_t i = 0; i < inner->proto->n_field; i++) {
        const rc_c_field_proto *field = inner->proto->field[i];
        const char *member = member_of(printer, field);
        if (has_companion(field)) {
            rc_buf_printf(printer->out, ", \\\n            .has_%s = 1", member);
        }
        rc_buf_printf(printer->out, ", \\\n            .%s = (%s)", member,
                      name_or_empty(printer, to_upper(printer, field->name)));
    }
    rc_buf_append_char(printer->out, ')');
}

static void print_oneof_member(struct rc_c_printer *printer, const struct rc_c_message *message,
                               const rc_c_field_proto *field)
{
    const char *oneof = message->proto->oneof_decl[field->oneof_index]->name;
    const char *constructor = name_or_empty(
        printer, rc_arena_printf(printer->arena, "%s_%s", message->own, field->name));
    const struct rc_c_message *inner = composite_of(printer, field, constructor);
    rc_buf_printf(printer->out, "#define %s(", constructor);
    for (size_t i = 0; inner && i < inner->proto->n_field; i++) {
        rc_buf_printf(printer->out, "%s%s", i > 0 ? ", " : "",
                      name_or_empty(printer, to_upper(printer, inner->proto->field[i]->name)));
    }
    rc_buf_printf(printer->out,
                  "%s) \\\n    ROWCALL_MESSAGE(%s, %s__descriptor, \\\n        .%s_case = "
                  "%s__%s_%s, \\\n        .%s = ",
                  inner ? "" : "VALUE", message->own, message->lower, oneof, message->upper,
                  name_or_empty(printer, to_upper(printer, oneof)),
                  name_or_empty(printer, to_upper(printer, field->name)),
                  member_of(printer, field));
    if (inner) {
        print_composite(printer, inner);
    } else {
        rc_buf_append_text(printer->out, "(VALUE)");
    }
    rc_buf_append_text(printer->out, ")\n");
}

static void print_list(struct rc_c_printer *printer, const struct rc_c_message *message)
{
    const rc_c_field_proto *field = message->proto->field[0];
    rc_buf_printf(printer->out, "#define %s_of(...) \\\n    %s(ROWCALL_LIST(", message->own,
                  message->own);
    print_type(printer, field);
    while (printer->out->len > 0 && printer->out->data[printer->out->len - 1] == ' ') {
        rc_buf_truncate(printer->out, printer->out->len - 1);
    }
    rc_buf_printf(printer->out, ", %s, __VA_ARGS__))\n", member_of(printer, field));
}

// Whether a member of another message of the package already defines the macro that builds this
// one.
static bool is_composite_key(struct rc_c_printer *printer, const struct rc_c_message *message)
{
    for (size_t i = 0; i < printer->package->message_count; i++) {
        const struct rc_c_message *other = &printer->package->messages[i];
        size_t len = strlen(other->own);
        if (other->service != message->service || strncmp(message->own, other->own, len) != 0) {
            continue;
        }
        for (size_t f = 0; f < other->proto->n_field; f++) {
            const rc_c_field_proto *field = other->proto->field[f];
            if (in_real_oneof(field) && message->own[len] == '_' &&
                strcmp(message->own + len + 1, field->name) == 0) {
                return true;
            }
        }
    }
    return false;
}

// Whether it is only ever received.
static bool is_response(const struct rc_c_message *message)
{
    static const char suffix[] = "_response";
    size_t len = strlen(message->own);
    size_t suffix_len = sizeof(suffix) - 1;
    return len > suffix_len && strcmp(message->own + len - suffix_len, suffix) == 0;
}

void rc_c_print_constructors(struct rc_c_printer *printer, const struct rc_c_message *message)
{
    if (is_response(message)) {
        return;
    }
    if (!is_composite_key(printer, message)) {
        rc_buf_printf(printer->out,
                      "#define %s(...) \\\n    ROWCALL_MESSAGE(%s, \\\n        "
                      "%s__descriptor, __VA_ARGS__)\n",
                      message->own, message->own, message->lower);
        if (message->proto->n_field > 0 && is_repeated(message->proto->field[0])) {
            print_list(printer, message);
        }
    }
    for (size_t i = 0; i < message->proto->n_field; i++) {
        if (in_real_oneof(message->proto->field[i])) {
            print_oneof_member(printer, message, message->proto->field[i]);
        }
    }
}
