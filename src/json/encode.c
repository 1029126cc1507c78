// SPDX-License-Identifier: Apache-2.0
//
// JSON tree -> bytes. jansson parses; this walks the tree along the message's table. Where one
// is, for errors, is a chain of steps on the C stack, which is bounded by MAX_DEPTH. The buffer
// is checked once, at the end.
#include "json/encode.h"

#include "json/base64.h"
#include "json/names.h"
#include "json/scalar.h"
#include "wire/timestamp.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_DEPTH  64
#define SHOWN_PATH 120 // bytes at each end of a long path that an error shows

// One step of the path from the root: a name, or an element's position.
struct step {
    const struct step *parent; // NULL at the root
    const char *name;          // NULL for a position
    size_t index;
    unsigned depth; // messages open above
};

struct encoder {
    struct rc_buf *buf;
    rowcall_error *err;
};

static rowcall_status encode_message(struct encoder *encoder,
                                     const struct rc_wire_message *message, const json_t *json,
                                     const struct step *at);

static void append_path(struct rc_buf *path, const struct step *at)
{
    if (!at->parent) {
        return;
    }
    append_path(path, at->parent);
    if (at->name) {
        rc_buf_printf(path, "%s%s", path->len > 0 ? "." : "", at->name);
    } else {
        rc_buf_printf(path, "[%zu]", at->index);
    }
}

static rowcall_status refuse(struct encoder *encoder, const struct step *at, const char *format,
                             ...) RC_PRINTF(3, 4);

// INVALID_ARGUMENT: "<path>: <what>"; the root's name stands for an empty path.
static rowcall_status refuse(struct encoder *encoder, const struct step *at, const char *format,
                             ...)
{
    struct rc_buf path = {0};
    append_path(&path, at);
    if (path.len == 0) {
        rc_buf_append_text(&path, at->name);
    }
    char text[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    rowcall_status st;
    if (path.broken) {
        st = rc_error_oom(encoder->err);
    } else if (path.len > 2 * SHOWN_PATH) {
        st = rc_error_set(encoder->err, ROWCALL_INVALID_ARGUMENT, "%.*s...%s: %s", SHOWN_PATH,
                          path.data, path.data + path.len - SHOWN_PATH, text);
    } else {
        st = rc_error_set(encoder->err, ROWCALL_INVALID_ARGUMENT, "%s: %s", path.data, text);
    }
    rc_buf_fini(&path);
    return st;
}

static rowcall_status refuse_name(struct encoder *encoder,
                                  const struct rc_wire_message *message, const char *key,
                                  const struct step *at)
{
    struct step unknown = {.parent = at, .name = key};
    const char *closest = rc_json_closest_field(message, key);
    return refuse(encoder, &unknown, "no such field in %s%s%s%s", message->name,
                  closest ? "; did you mean " : "", closest ? closest : "", closest ? "?" : "");
}

static bool is_text(enum rc_field_type type)
{
    return type == RC_FIELD_STRING || type == RC_FIELD_BYTES;
}

static rowcall_status encode_text(struct encoder *encoder, const struct rc_wire_field *field,
                                  const json_t *json, bool keep_empty, const struct step *at)
{
    if (!json_is_string(json)) {
        return refuse(encoder, at,
                      field->type == RC_FIELD_BYTES ? "expected a base64 string"
                                                    : "expected a string");
    }
    struct rc_view text = {json_string_value(json), json_string_length(json)};
    if (text.len == 0 && !keep_empty) {
        return ROWCALL_OK;
    }
    if (field->type == RC_FIELD_STRING) {
        if (memchr(text.data, 0, text.len)) {
            return refuse(encoder, at, "text must not contain NUL");
        }
        rc_wire_put_bytes(encoder->buf, field->number, text);
        return ROWCALL_OK;
    }
    size_t mark = rc_wire_begin(encoder->buf, field->number);
    if (!rc_base64_decode(text, encoder->buf)) {
        return refuse(encoder, at, "not base64");
    }
    rc_wire_end(encoder->buf, mark);
    return ROWCALL_OK;
}

static rowcall_status read_scalar(struct encoder *encoder, const struct rc_wire_field *field,
                                  const json_t *json, uint64_t *ret_word, const struct step *at)
{
    char why[128];
    if (!rc_scalar_from_json(field, json, ret_word, why, sizeof why)) {
        return refuse(encoder, at, "%s", why);
    }
    return ROWCALL_OK;
}

static rowcall_status encode_timestamp(struct encoder *encoder, const json_t *json,
                                       const struct step *at)
{
    int64_t seconds;
    int32_t nanos;
    struct rc_view text = {json_string_value(json), json_string_length(json)};
    if (!json_is_string(json) || !rc_timestamp_parse(text, &seconds, &nanos)) {
        return refuse(encoder, at, "expected a time such as \"2026-01-31T12:00:00Z\"");
    }
    if (seconds != 0) {
        rc_wire_put_uint(encoder->buf, 1, (uint64_t)seconds);
    }
    if (nanos != 0) {
        rc_wire_put_uint(encoder->buf, 2, (uint64_t)nanos);
    }
    return ROWCALL_OK;
}

// One value of a field, with its tag. keep_default: it is written though it is the type's
// default.
static rowcall_status encode_value(struct encoder *encoder, const struct rc_wire_field *field,
                                   const json_t *json, bool keep_default, const struct step *at)
{
    if (field->type == RC_FIELD_MESSAGE) {
        size_t mark = rc_wire_begin(encoder->buf, field->number);
        rowcall_status st = encode_message(encoder, field->message, json, at);
        if (st == ROWCALL_OK) {
            rc_wire_end(encoder->buf, mark);
        }
        return st;
    }
    if (is_text(field->type)) {
        return encode_text(encoder, field, json, keep_default, at);
    }
    uint64_t word;
    rowcall_status st = read_scalar(encoder, field, json, &word, at);
    if (st == ROWCALL_OK && (word != 0 || keep_default)) {
        rc_wire_put_tag(encoder->buf, field->number, rc_field_wire_type(field->type));
        rc_scalar_put(field->type, word, encoder->buf);
    }
    return st;
}

static rowcall_status encode_list(struct encoder *encoder, const struct rc_wire_field *field,
                                  const json_t *json, const struct step *at)
{
    if (!json_is_array(json)) {
        return refuse(encoder, at, "expected an array");
    }
    size_t count = json_array_size(json);
    bool packed = rc_field_wire_type(field->type) != RC_WIRE_BYTES;
    size_t mark = packed && count > 0 ? rc_wire_begin(encoder->buf, field->number) : 0;
    for (size_t i = 0; i < count; i++) {
        struct step element = {.parent = at, .index = i, .depth = at->depth};
        const json_t *value = json_array_get(json, i);
        uint64_t word = 0;
        rowcall_status st;
        if (packed) {
            st = read_scalar(encoder, field, value, &word, &element);
            rc_scalar_put(field->type, word, encoder->buf);
        } else {
            st = encode_value(encoder, field, value, true, &element);
        }
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    if (packed && count > 0) {
        rc_wire_end(encoder->buf, mark);
    }
    return ROWCALL_OK;
}

// A map's key, which JSON can only write as a string.
static rowcall_status encode_map_key(struct encoder *encoder, const struct rc_wire_field *field,
                                     const char *key, const struct step *at)
{
    json_t *json = field->type == RC_FIELD_BOOL && strcmp(key, "true") == 0 ? json_true()
                   : field->type == RC_FIELD_BOOL && strcmp(key, "false") == 0
                       ? json_false()
                       : json_string(key);
    if (!json) {
        return rc_error_oom(encoder->err);
    }
    rowcall_status st = encode_value(encoder, field, json, true, at);
    json_decref(json);
    return st;
}

static rowcall_status encode_map(struct encoder *encoder, const struct rc_wire_field *field,
                                 json_t *json, const struct step *at)
{
    const struct rc_wire_field *key_field = rc_wire_field_by_number(field->message, 1);
    const struct rc_wire_field *value_field = rc_wire_field_by_number(field->message, 2);
    if (!key_field || !value_field) {
        return rc_error_oom(encoder->err);
    }
    if (!json_is_object(json)) {
        return refuse(encoder, at, "expected an object");
    }
    for (void *i = json_object_iter(json); i; i = json_object_iter_next(json, i)) {
        struct step entry = {.parent = at, .name = json_object_iter_key(i), .depth = at->depth};
        size_t mark = rc_wire_begin(encoder->buf, field->number);
        rowcall_status st = encode_map_key(encoder, key_field, entry.name, &entry);
        if (st == ROWCALL_OK) {
            st = encode_value(encoder, value_field, json_object_iter_value(i), true, &entry);
        }
        if (st != ROWCALL_OK) {
            return st;
        }
        rc_wire_end(encoder->buf, mark);
    }
    return ROWCALL_OK;
}

static rowcall_status encode_field(struct encoder *encoder, const struct rc_wire_field *field,
                                   json_t *json, const struct step *at)
{
    struct step step = {.parent = at, .name = field->name, .depth = at->depth};
    if (field->repeated && field->message && field->message->map_entry) {
        return encode_map(encoder, field, json, &step);
    }
    if (field->repeated) {
        return encode_list(encoder, field, json, &step);
    }
    return encode_value(encoder, field, json, field->optional || field->oneof >= 0, &step);
}

// Puts each member of the object at its field's place in values; null counts as absent.
static rowcall_status sort_members(struct encoder *encoder,
                                   const struct rc_wire_message *message, json_t *json,
                                   json_t **values, const struct step *at)
{
    for (void *i = json_object_iter(json); i; i = json_object_iter_next(json, i)) {
        const char *key = json_object_iter_key(i);
        const struct rc_wire_field *field = rc_json_field(message, key);
        if (!field) {
            return refuse_name(encoder, message, key, at);
        }
        struct step step = {.parent = at, .name = key};
        json_t **value = &values[field - message->fields];
        if (*value) {
            return refuse(encoder, &step, "given twice, under both of its names");
        }
        *value = json_object_iter_value(i);
    }
    for (size_t i = 0; i < message->field_count; i++) {
        values[i] = json_is_null(values[i]) ? NULL : values[i];
    }
    return ROWCALL_OK;
}

static rowcall_status check_oneofs(struct encoder *encoder,
                                   const struct rc_wire_message *message, json_t *const *values,
                                   const struct step *at)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct rc_wire_field *field = &message->fields[i];
        for (size_t j = i + 1; values[i] && field->oneof >= 0 && j < message->field_count;
             j++) {
            if (values[j] && message->fields[j].oneof == field->oneof) {
                struct step step = {.parent = at, .name = message->fields[j].name};
                return refuse(encoder, &step, "only one of a oneof, and %s is given too",
                              field->name);
            }
        }
    }
    return ROWCALL_OK;
}

static rowcall_status encode_members(struct encoder *encoder,
                                     const struct rc_wire_message *message, json_t *json,
                                     json_t **values, const struct step *at)
{
    rowcall_status st = sort_members(encoder, message, json, values, at);
    if (st == ROWCALL_OK) {
        st = check_oneofs(encoder, message, values, at);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < message->field_count; i++) {
        if (values[i]) {
            st = encode_field(encoder, &message->fields[i], values[i], at);
        }
    }
    return st;
}

static rowcall_status encode_message(struct encoder *encoder,
                                     const struct rc_wire_message *message, const json_t *json,
                                     const struct step *at)
{
    message = rc_wire_message_ready(message);
    if (!message) {
        return rc_error_oom(encoder->err);
    }
    if (rc_json_is_timestamp(message)) {
        return encode_timestamp(encoder, json, at);
    }
    if (at->depth >= MAX_DEPTH) {
        return refuse(encoder, at, "nested too deeply");
    }
    if (!json_is_object(json)) {
        return refuse(encoder, at, "expected an object");
    }
    json_t **values = calloc(message->field_count + 1, sizeof values[0]);
    if (!values) {
        return rc_error_oom(encoder->err);
    }
    struct step inside = *at;
    inside.depth++;
    // jansson's iterators take a mutable object; nothing is changed.
    rowcall_status st = encode_members(encoder, message, (json_t *)json, values, &inside);
    free(values);
    return st;
}

static rowcall_status refuse_syntax(const json_error_t *problem, rowcall_error *err)
{
    bool is_huge = json_error_code(problem) == json_error_numeric_overflow;
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "JSON, line %d, column %d: %s%s",
                        problem->line, problem->column, problem->text,
                        is_huge ? "; write it as a string" : "");
}

rowcall_status rc_json_encode(const struct rc_wire_message *message, struct rc_view json,
                              struct rc_buf *buf, rowcall_error *err)
{
    size_t start = buf->len;
    json_error_t problem;
    size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY;
    json_t *root = json_loadb(json.data ? json.data : "", json.len, flags, &problem);
    if (!root) {
        return json_error_code(&problem) == json_error_out_of_memory
                   ? rc_error_oom(err)
                   : refuse_syntax(&problem, err);
    }
    struct encoder encoder = {.buf = buf, .err = err};
    struct step at = {.name = message->name};
    rowcall_status st = encode_message(&encoder, message, root, &at);
    json_decref(root);
    if (st == ROWCALL_OK) {
        st = rc_buf_status(buf, err);
    } else if (!buf->broken) {
        rc_buf_truncate(buf, start);
    }
    return st;
}
