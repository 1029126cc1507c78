// SPDX-License-Identifier: Apache-2.0
//
// Printing .proto definitions from message tables.
#include "codegen/proto_text.h"

#include <string.h>

enum { COMMENT_WIDTH = 100 };

static const char *scalar_name(enum rc_field_type type)
{
    switch (type) {
    case RC_FIELD_DOUBLE:
        return "double";
    case RC_FIELD_FLOAT:
        return "float";
    case RC_FIELD_INT64:
        return "int64";
    case RC_FIELD_UINT64:
        return "uint64";
    case RC_FIELD_INT32:
        return "int32";
    case RC_FIELD_FIXED64:
        return "fixed64";
    case RC_FIELD_FIXED32:
        return "fixed32";
    case RC_FIELD_BOOL:
        return "bool";
    case RC_FIELD_STRING:
        return "string";
    case RC_FIELD_BYTES:
        return "bytes";
    case RC_FIELD_UINT32:
        return "uint32";
    case RC_FIELD_SFIXED32:
        return "sfixed32";
    case RC_FIELD_SFIXED64:
        return "sfixed64";
    case RC_FIELD_SINT32:
        return "sint32";
    case RC_FIELD_SINT64:
        return "sint64";
    case RC_FIELD_MESSAGE:
    case RC_FIELD_ENUM:
        break;
    }
    return "";
}

// Simple name within the package, full name outside.
static const char *reference(const char *package, const char *full_name)
{
    size_t len = strlen(package);
    if (strncmp(full_name, package, len) == 0 && full_name[len] == '.') {
        return full_name + len + 1;
    }
    return full_name;
}

static const char *type_name(const char *package, const struct rc_wire_field *field)
{
    if (field->type == RC_FIELD_MESSAGE) {
        return reference(package, field->message->full_name);
    }
    if (field->type == RC_FIELD_ENUM) {
        return reference(package, field->enumeration->full_name);
    }
    return scalar_name(field->type);
}

// How much of text fits on a line of `room` columns, cut at a space where there is one.
static size_t fitting(const char *text, size_t len, size_t room)
{
    if (len <= room) {
        return len;
    }
    for (size_t cut = room; cut > 0; cut--) {
        if (text[cut] == ' ') {
            return cut;
        }
    }
    const char *space = memchr(text, ' ', len);
    return space ? (size_t)(space - text) : len;
}

static void comment_line(struct rc_buf *out, const char *indent, const char *line, size_t len)
{
    size_t room = COMMENT_WIDTH - strlen(indent) - 3;
    do {
        size_t part = fitting(line, len, room);
        rc_buf_printf(out, "%s//%s%.*s\n", indent, part ? " " : "", (int)part, line);
        line += part;
        len -= part;
        while (len && *line == ' ') {
            line++;
            len--;
        }
    } while (len);
}

void rc_proto_text_comment(struct rc_buf *out, const char *indent, const char *comment)
{
    if (!comment || !*comment) {
        return;
    }
    for (const char *line = comment; *line;) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end - line) : strlen(line);
        size_t trimmed = len;
        while (trimmed && (line[trimmed - 1] == ' ' || line[trimmed - 1] == '\r')) {
            trimmed--;
        }
        const char *start = line;
        while (trimmed && *start == ' ') {
            start++;
            trimmed--;
        }
        comment_line(out, indent, start, trimmed);
        line += end ? len + 1 : len;
    }
}

void rc_proto_text_enum(struct rc_buf *out, const struct rc_wire_enum *enumeration)
{
    rc_proto_text_comment(out, "", enumeration->comment);
    rc_buf_printf(out, "enum %s {\n", enumeration->name);
    for (size_t i = 0; i < enumeration->value_count; i++) {
        rc_proto_text_comment(out, "  ", enumeration->values[i].comment);
        rc_buf_printf(out, "  %s = %d;\n", enumeration->values[i].name,
                      enumeration->values[i].number);
    }
    rc_buf_append_text(out, "}\n");
}

static void print_field(struct rc_buf *out, const char *package, const char *indent,
                        const struct rc_wire_field *field)
{
    rc_proto_text_comment(out, indent, field->comment);
    const char *label = field->repeated ? "repeated " : field->optional ? "optional " : "";
    rc_buf_printf(out, "%s%s%s %s = %u;\n", indent, label, type_name(package, field),
                  field->name, field->number);
}

void rc_proto_text_message(struct rc_buf *out, const char *package,
                           const struct rc_wire_message *message)
{
    rc_proto_text_comment(out, "", message->comment);
    if (message->field_count == 0) {
        rc_buf_printf(out, "message %s {}\n", message->name);
        return;
    }
    rc_buf_printf(out, "message %s {\n", message->name);
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].oneof < 0) {
            print_field(out, package, "  ", &message->fields[i]);
        }
    }
    for (size_t k = 0; k < message->oneof_count; k++) {
        rc_buf_printf(out, "  oneof %s {\n", message->oneofs[k]);
        for (size_t i = 0; i < message->field_count; i++) {
            if (message->fields[i].oneof == (int)k) {
                print_field(out, package, "    ", &message->fields[i]);
            }
        }
        rc_buf_append_text(out, "  }\n");
    }
    rc_buf_append_text(out, "}\n");
}

void rc_proto_text_note_imports(struct rc_proto_text_imports *imports,
                                const struct rc_wire_message *message)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct rc_wire_field *field = &message->fields[i];
        const char *name = field->type == RC_FIELD_MESSAGE ? field->message->full_name
                           : field->type == RC_FIELD_ENUM  ? field->enumeration->full_name
                                                           : "";
        imports->timestamp |= strncmp(name, "google.protobuf.", 16) == 0;
        imports->query |= strncmp(name, "rowcall.", 8) == 0;
    }
}
