// SPDX-License-Identifier: Apache-2.0
//
// Bytes -> JSON text. A message is gone through twice: first to note where each field's values
// begin and end, then to print the fields in the order of their numbers. The notes of all open
// messages lie on one growing stack. Recursion is bounded by MAX_DEPTH.
#include "json/decode.h"

#include "json/base64.h"
#include "json/names.h"
#include "json/scalar.h"
#include "wire/timestamp.h"

#define MAX_DEPTH 64u

// Where in the message a field's values are; `last` is NULL when it has none.
struct note {
    const unsigned char *first;
    const unsigned char *last;
};

struct decoder {
    struct rc_buf *buf;
    struct rc_json_style style;
    rowcall_error *err;
    unsigned level;      // brackets open, for indentation
    unsigned messages;   // messages open
    struct rc_buf notes; // of struct note
};

static rowcall_status decode_message(struct decoder *decoder,
                                     const struct rc_wire_message *message,
                                     struct rc_view data);

static rowcall_status refuse(struct decoder *decoder, const char *name, const char *what)
{
    return rc_error_set(decoder->err, ROWCALL_INVALID_ARGUMENT, "%s: %s", name, what);
}

// Begins a new line at the current depth, or nothing when compact.
static void put_line(struct decoder *decoder, unsigned level)
{
    if (decoder->style.pretty) {
        rc_buf_append_char(decoder->buf, '\n');
        for (unsigned i = 0; i < level; i++) {
            rc_buf_append_text(decoder->buf, "  ");
        }
    }
}

// Begins an element or member: the comma behind the one before, the new line.
static void put_item(struct decoder *decoder, bool is_first)
{
    if (!is_first) {
        rc_buf_append_char(decoder->buf, ',');
    }
    put_line(decoder, decoder->level);
}

// Ends a bracket whose items stood at the current depth.
static void put_close(struct decoder *decoder, bool is_empty, char bracket)
{
    decoder->level--;
    if (!is_empty) {
        put_line(decoder, decoder->level);
    }
    rc_buf_append_char(decoder->buf, bracket);
}

static void put_colon(struct decoder *decoder)
{
    rc_buf_append_text(decoder->buf, decoder->style.pretty ? ": " : ":");
}

static void put_string(struct decoder *decoder, struct rc_view text)
{
    struct rc_buf *buf = decoder->buf;
    size_t plain = 0; // start of what needs no escape
    rc_buf_append_char(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F) {
            continue;
        }
        rc_buf_append(buf, text.data + plain, i - plain);
        plain = i + 1;
        if (byte == '"' || byte == '\\') {
            rc_buf_printf(buf, "\\%c", byte);
        } else if (byte == '\n') {
            rc_buf_append_text(buf, "\\n");
        } else {
            rc_buf_printf(buf, "\\u%04x", byte);
        }
    }
    rc_buf_append(buf, text.data ? text.data + plain : "", text.len - plain);
    rc_buf_append_char(buf, '"');
}

static rowcall_status decode_timestamp(struct decoder *decoder, struct rc_view data)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    uint64_t parts[3] = {0};
    rc_wire_reader_init(&reader, data);
    while (rc_wire_next(&reader, &value)) {
        if (value.number <= 2 && value.type == RC_WIRE_VARINT) {
            parts[value.number] = value.scalar;
        }
    }
    rc_buf_append_char(decoder->buf, '"');
    if (reader.broken ||
        !rc_timestamp_format((int64_t)parts[1], (int32_t)parts[2], decoder->buf)) {
        return refuse(decoder, "Timestamp", "malformed");
    }
    rc_buf_append_char(decoder->buf, '"');
    return ROWCALL_OK;
}

static rowcall_status decode_value(struct decoder *decoder, const struct rc_wire_field *field,
                                   const struct rc_wire_value *value)
{
    if (value->type != rc_field_wire_type(field->type)) {
        return refuse(decoder, field->name, "of another type on the wire");
    }
    switch (field->type) {
    case RC_FIELD_MESSAGE:
        return decode_message(decoder, field->message, value->bytes);
    case RC_FIELD_STRING:
        if (!rc_utf8_is_valid(value->bytes)) {
            return refuse(decoder, field->name, "not valid UTF-8");
        }
        put_string(decoder, value->bytes);
        return ROWCALL_OK;
    case RC_FIELD_BYTES:
        rc_buf_append_char(decoder->buf, '"');
        rc_base64_encode(value->bytes, decoder->buf);
        rc_buf_append_char(decoder->buf, '"');
        return ROWCALL_OK;
    default:
        rc_scalar_format(field, value->scalar, decoder->buf);
        return ROWCALL_OK;
    }
}

static bool next_packed(struct rc_wire_reader *reader, enum rc_wire_type type,
                        uint64_t *ret_word)
{
    if (type == RC_WIRE_VARINT) {
        return rc_wire_next_varint(reader, ret_word);
    }
    if (type == RC_WIRE_FIXED64) {
        return rc_wire_next_fixed64(reader, ret_word);
    }
    uint32_t word = 0;
    bool has_word = rc_wire_next_fixed32(reader, &word);
    *ret_word = word;
    return has_word;
}

// The elements that one occurrence of a repeated field has: itself, or a packed list.
static rowcall_status decode_elements(struct decoder *decoder,
                                      const struct rc_wire_field *field,
                                      const struct rc_wire_value *value, bool *is_first)
{
    enum rc_wire_type type = rc_field_wire_type(field->type);
    if (value->type != RC_WIRE_BYTES || type == RC_WIRE_BYTES) {
        put_item(decoder, *is_first);
        *is_first = false;
        return decode_value(decoder, field, value);
    }
    struct rc_wire_reader reader;
    uint64_t word;
    rc_wire_reader_init(&reader, value->bytes);
    while (next_packed(&reader, type, &word)) {
        put_item(decoder, *is_first);
        *is_first = false;
        rc_scalar_format(field, word, decoder->buf);
    }
    return reader.broken ? refuse(decoder, field->name, "a cut packed list") : ROWCALL_OK;
}

// One entry of a map as a member; a part that is absent is its type's default.
static rowcall_status decode_entry(struct decoder *decoder, const struct rc_wire_message *entry,
                                   struct rc_view data)
{
    const struct rc_wire_field *fields[3] = {NULL, rc_wire_field_by_number(entry, 1),
                                             rc_wire_field_by_number(entry, 2)};
    if (!fields[1] || !fields[2]) {
        return rc_error_oom(decoder->err);
    }
    struct rc_wire_value parts[3];
    for (uint32_t i = 1; i <= 2; i++) {
        parts[i] =
            (struct rc_wire_value){.number = i, .type = rc_field_wire_type(fields[i]->type)};
    }
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, data);
    while (rc_wire_next(&reader, &value)) {
        if (value.number <= 2) {
            parts[value.number] = value;
        }
    }
    if (reader.broken) {
        return refuse(decoder, entry->name, "cut or malformed protobuf");
    }
    enum rc_wire_type key_type = rc_field_wire_type(fields[1]->type);
    bool quote = fields[1]->type != RC_FIELD_STRING;
    size_t start = decoder->buf->len;
    rowcall_status st = decode_value(decoder, fields[1], &parts[1]);
    if (st == ROWCALL_OK && quote && key_type != RC_WIRE_BYTES && !decoder->buf->broken &&
        decoder->buf->data[start] != '"') { // numbers and booleans as keys are quoted
        char text[32];
        size_t len = decoder->buf->len - start;
        memcpy(text, decoder->buf->data + start, len);
        rc_buf_truncate(decoder->buf, start);
        put_string(decoder, (struct rc_view){text, len});
    }
    if (st == ROWCALL_OK) {
        put_colon(decoder);
        st = decode_value(decoder, fields[2], &parts[2]);
    }
    return st;
}

// All values of a repeated field, which lie between its note's first and last.
static rowcall_status decode_repeated(struct decoder *decoder,
                                      const struct rc_wire_field *field, struct note note,
                                      const unsigned char *end)
{
    bool is_map = field->message && field->message->map_entry;
    bool is_first = true;
    rowcall_status st = ROWCALL_OK;
    struct rc_wire_reader reader = {.at = note.first, .end = end};
    struct rc_wire_value value;
    rc_buf_append_char(decoder->buf, is_map ? '{' : '[');
    decoder->level++;
    while (st == ROWCALL_OK && reader.at <= note.last && rc_wire_next(&reader, &value)) {
        if (value.number != field->number) {
            continue;
        }
        if (is_map && value.type == RC_WIRE_BYTES) {
            put_item(decoder, is_first);
            is_first = false;
            st = decode_entry(decoder, field->message, value.bytes);
        } else {
            st = decode_elements(decoder, field, &value, &is_first);
        }
    }
    put_close(decoder, is_first, is_map ? '}' : ']');
    return st;
}

static rowcall_status decode_field(struct decoder *decoder, const struct rc_wire_field *field,
                                   struct note note, const unsigned char *end)
{
    rc_buf_append_char(decoder->buf, '"');
    if (decoder->style.lower_camel) {
        rc_json_append_camel(decoder->buf, field->name);
    } else {
        rc_buf_append_text(decoder->buf, field->name);
    }
    rc_buf_append_char(decoder->buf, '"');
    put_colon(decoder);
    if (field->repeated) {
        return decode_repeated(decoder, field, note, end);
    }
    struct rc_wire_reader reader = {.at = note.last, .end = end};
    struct rc_wire_value value = {0};
    (void)rc_wire_next(&reader, &value); // it was read before
    return decode_value(decoder, field, &value);
}

// Notes where the fields' values are, in field_count notes from offset `base` of the stack.
static rowcall_status note_fields(struct decoder *decoder,
                                  const struct rc_wire_message *message, struct rc_view data,
                                  size_t base)
{
    size_t size = message->field_count * sizeof(struct note);
    char *room = rc_buf_extend(&decoder->notes, size);
    if (!room) {
        return rc_error_oom(decoder->err);
    }
    memset(room, 0, size);
    struct note *notes = (struct note *)(void *)(decoder->notes.data + base);
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, data);
    for (const unsigned char *at = reader.at; rc_wire_next(&reader, &value); at = reader.at) {
        const struct rc_wire_field *field = rc_wire_field_by_number(message, value.number);
        if (field) {
            struct note *note = &notes[field - message->fields];
            note->first = note->last ? note->first : at;
            note->last = at;
        }
    }
    return reader.broken ? refuse(decoder, message->name, "cut or malformed protobuf")
                         : ROWCALL_OK;
}

static rowcall_status decode_members(struct decoder *decoder,
                                     const struct rc_wire_message *message, struct rc_view data)
{
    size_t base = decoder->notes.len;
    rowcall_status st = note_fields(decoder, message, data, base);
    if (st != ROWCALL_OK) {
        return st;
    }
    bool is_first = true;
    const unsigned char *end = (const unsigned char *)data.data + data.len;
    rc_buf_append_char(decoder->buf, '{');
    decoder->level++;
    for (size_t i = 0; st == ROWCALL_OK && i < message->field_count; i++) {
        struct note note; // copied: the stack may move while nested messages use it
        memcpy(&note, decoder->notes.data + base + i * sizeof note, sizeof note);
        if (note.last) {
            put_item(decoder, is_first);
            is_first = false;
            st = decode_field(decoder, &message->fields[i], note, end);
        }
    }
    put_close(decoder, is_first, '}');
    if (st == ROWCALL_OK) {
        rc_buf_truncate(&decoder->notes, base);
    }
    return st;
}

static rowcall_status decode_message(struct decoder *decoder,
                                     const struct rc_wire_message *message, struct rc_view data)
{
    message = rc_wire_message_ready(message);
    if (!message) {
        return rc_error_oom(decoder->err);
    }
    if (rc_json_is_timestamp(message)) {
        return decode_timestamp(decoder, data);
    }
    if (decoder->messages >= MAX_DEPTH) {
        return refuse(decoder, message->name, "nested too deeply");
    }
    decoder->messages++;
    rowcall_status st = decode_members(decoder, message, data);
    decoder->messages--;
    return st;
}

rowcall_status rc_json_decode(const struct rc_wire_message *message, struct rc_view data,
                              const struct rc_json_style *style, struct rc_buf *buf,
                              rowcall_error *err)
{
    size_t start = buf->len;
    struct decoder decoder = {.buf = buf, .err = err};
    if (style) {
        decoder.style = *style;
    }
    rowcall_status st = decode_message(&decoder, message, data);
    if (st == ROWCALL_OK) {
        st = rc_buf_status(buf, err);
    } else if (!buf->broken) {
        rc_buf_truncate(buf, start);
    }
    rc_buf_fini(&decoder.notes);
    return st;
}
