// SPDX-License-Identifier: Apache-2.0
//
// Paths: their text, their types, and the values at their ends.
#include "service/path.h"

#include "api/api.h"
#include "wire/writer.h"

#include <inttypes.h>

// ---- text

// One part of a path: "rows[0]".
struct part {
    struct rc_view text;
    struct rc_view name;
    size_t index;
};

// Splits the first part off. False when it is not one.
static bool take_part(struct rc_view *rest, struct part *ret)
{
    if (rest->len == 0) {
        return false;
    }
    const char *dot = memchr(rest->data, '.', rest->len);
    size_t len = dot ? (size_t)(dot - rest->data) : rest->len;
    *ret = (struct part){{rest->data, len}, {rest->data, len}, RC_PATH_NO_INDEX};
    *rest = dot ? (struct rc_view){dot + 1, rest->len - len - 1} : (struct rc_view){NULL, 0};
    const char *open = len > 0 ? memchr(ret->text.data, '[', len) : NULL;
    if (!open) {
        return len > 0 && (!dot || rest->len > 0);
    }
    const char *at = open + 1;
    const char *end = ret->text.data + len;
    size_t digits = 0;
    ret->name.len = (size_t)(open - ret->text.data);
    ret->index = 0;
    for (; at < end && *at >= '0' && *at <= '9' && digits < 9; at++, digits++) {
        ret->index = ret->index * 10 + (size_t)(*at - '0');
    }
    return digits > 0 && (digits == 1 || open[1] != '0') && at + 1 == end && *at == ']' &&
           (!dot || rest->len > 0);
}

// ---- resolving

static bool is_whole(const struct rc_wire_message *message)
{
    return message->role == RC_MESSAGE_LIST || message->role == RC_MESSAGE_ENUM_LIST ||
           message->role == RC_MESSAGE_TIMESTAMP;
}

static bool is_list(const struct rc_wire_message *message)
{
    return message->role == RC_MESSAGE_LIST || message->role == RC_MESSAGE_ENUM_LIST;
}

static rowcall_status check_index(const struct part *part, const struct rc_wire_field *field,
                                  bool last, enum rc_path_use use, rowcall_error *err)
{
    bool has_index = part->index != RC_PATH_NO_INDEX;
    if (!field->repeated && has_index) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%.*s: is not repeated: no index",
                            rc_view_arg(part->text));
    }
    if (field->repeated && last && use == RC_PATH_TO && has_index) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%.*s: values are appended here: no index",
                            rc_view_arg(part->text));
    }
    if (field->repeated && !has_index && !(last && use == RC_PATH_TO)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%.*s: is repeated: say which, as in %s[0]",
                            rc_view_arg(part->text), field->name);
    }
    return ROWCALL_OK;
}

// Where a path may end, and where it may go on.
static rowcall_status check_end(const struct part *part, const struct rc_wire_field *field,
                                bool last, enum rc_path_use use, rowcall_error *err)
{
    bool is_message = field->type == RC_FIELD_MESSAGE;
    if (!last && !is_message) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%.*s: is no message, so nothing is in it",
                            rc_view_arg(part->text));
    }
    if (!last && is_whole(field->message) && !(use == RC_PATH_TO && is_list(field->message))) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%.*s: is taken as a whole",
                            rc_view_arg(part->text));
    }
    if (last && is_message && !is_whole(field->message)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%.*s: is a message (%s): name one of its fields",
                            rc_view_arg(part->text), field->message->name);
    }
    if (last && field->repeated && use == RC_PATH_FROM) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "%.*s: is repeated: there is no one value to take",
                            rc_view_arg(part->text));
    }
    return ROWCALL_OK;
}

rowcall_status rc_path_resolve(const struct rc_wire_message *message, struct rc_view text,
                               enum rc_path_use use, struct rc_arena *arena,
                               struct rc_path *ret_path, rowcall_error *err)
{
    struct rc_path path = {rc_arena_new_array(arena, RC_PATH_STEPS_MAX, struct rc_path_step),
                           0};
    struct rc_view rest = text;
    if (!path.steps) {
        return rc_error_oom(err);
    }
    do {
        struct part part;
        if (path.count == RC_PATH_STEPS_MAX || !take_part(&rest, &part)) {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                "\"%.*s\" is not a path, such as rows[0].id",
                                rc_view_arg(text));
        }
        const struct rc_wire_field *field = rc_wire_field_by_name(message, part.name);
        if (!field) {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                "%.*s: there is no such field in %s", rc_view_arg(part.text),
                                message->name);
        }
        bool last = rest.len == 0;
        rowcall_status st = check_end(&part, field, last, use, err);
        if (st == ROWCALL_OK) {
            st = check_index(&part, field, last, use, err);
        }
        if (st != ROWCALL_OK) {
            return st;
        }
        path.steps[path.count++] = (struct rc_path_step){field, part.index};
        message = field->message;
    } while (rest.len > 0);
    *ret_path = path;
    return ROWCALL_OK;
}

// ---- types

enum kind {
    KIND_INTEGER,
    KIND_BOOL,
    KIND_FLOAT,
    KIND_DOUBLE,
    KIND_TEXT,
    KIND_BYTES,
    KIND_NAMED
};

static enum kind kind_of(const struct rc_wire_field *field)
{
    switch (field->type) {
    case RC_FIELD_DOUBLE:
        return KIND_DOUBLE;
    case RC_FIELD_FLOAT:
        return KIND_FLOAT;
    case RC_FIELD_BOOL:
        return KIND_BOOL;
    case RC_FIELD_STRING:
        return KIND_TEXT;
    case RC_FIELD_BYTES:
        return KIND_BYTES;
    case RC_FIELD_MESSAGE:
    case RC_FIELD_ENUM:
        return KIND_NAMED;
    case RC_FIELD_INT64:
    case RC_FIELD_UINT64:
    case RC_FIELD_INT32:
    case RC_FIELD_FIXED64:
    case RC_FIELD_FIXED32:
    case RC_FIELD_UINT32:
    case RC_FIELD_SFIXED32:
    case RC_FIELD_SFIXED64:
    case RC_FIELD_SINT32:
    case RC_FIELD_SINT64:
        break;
    }
    return KIND_INTEGER;
}

static const char *type_name(const struct rc_wire_field *field)
{
    static const char *const names[] = {
        [KIND_INTEGER] = "integer", [KIND_BOOL] = "bool",   [KIND_FLOAT] = "float",
        [KIND_DOUBLE] = "double",   [KIND_TEXT] = "string", [KIND_BYTES] = "bytes",
    };
    return field->message       ? field->message->name
           : field->enumeration ? field->enumeration->name
                                : names[kind_of(field)];
}

static const char *full_name(const struct rc_wire_field *field)
{
    return field->message ? field->message->full_name : field->enumeration->full_name;
}

rowcall_status rc_path_check_types(const struct rc_path *from, const struct rc_path *to,
                                   rowcall_error *err)
{
    const struct rc_wire_field *a = rc_path_end(from);
    const struct rc_wire_field *b = rc_path_end(to);
    enum kind ours = kind_of(a);
    enum kind theirs = kind_of(b);
    bool same = ours == theirs || (ours == KIND_FLOAT && theirs == KIND_DOUBLE);
    if (same && ours == KIND_NAMED) {
        same = strcmp(full_name(a), full_name(b)) == 0;
    }
    return same ? ROWCALL_OK
                : rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                               "%s is a value of type %s, and %s takes one of type %s", a->name,
                               type_name(a), b->name, type_name(b));
}

// ---- values

// The field of a step in a message's bytes.
static bool find_field(const struct rc_path_step *step, struct rc_view bytes,
                       struct rc_wire_value *ret_value)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t index = step->index == RC_PATH_NO_INDEX ? 0 : step->index;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == step->field->number && index-- == 0) {
            *ret_value = value;
            return true;
        }
    }
    return false;
}

bool rc_path_read(const struct rc_path *path, struct rc_view bytes,
                  struct rc_wire_value *ret_value)
{
    struct rc_wire_value value = {.bytes = bytes};
    for (size_t i = 0; i < path->count; i++) {
        if (!find_field(&path->steps[i], value.bytes, &value)) {
            return false;
        }
    }
    *ret_value = value;
    return true;
}

// An integer as it is, whatever its size: sign and magnitude.
struct integer {
    bool negative;
    uint64_t bits; // two's complement
};

static struct integer read_integer(enum rc_field_type type, uint64_t scalar)
{
    int64_t number = (int64_t)scalar;
    switch (type) {
    case RC_FIELD_UINT64:
    case RC_FIELD_FIXED64:
        return (struct integer){false, scalar};
    case RC_FIELD_UINT32:
    case RC_FIELD_FIXED32:
        return (struct integer){false, (uint32_t)scalar};
    case RC_FIELD_INT32:
    case RC_FIELD_SFIXED32:
        number = (int32_t)(uint32_t)scalar;
        break;
    case RC_FIELD_SINT32:
    case RC_FIELD_SINT64:
        number = rc_wire_zigzag(scalar);
        break;
    default:
        break;
    }
    return (struct integer){number < 0, (uint64_t)number};
}

static bool fits(struct integer integer, enum rc_field_type type)
{
    int64_t number = (int64_t)integer.bits;
    switch (type) {
    case RC_FIELD_UINT64:
    case RC_FIELD_FIXED64:
        return !integer.negative;
    case RC_FIELD_UINT32:
    case RC_FIELD_FIXED32:
        return !integer.negative && integer.bits <= UINT32_MAX;
    case RC_FIELD_INT32:
    case RC_FIELD_SFIXED32:
    case RC_FIELD_SINT32:
        return integer.negative ? number >= INT32_MIN : integer.bits <= INT32_MAX;
    default:
        return integer.negative || integer.bits <= INT64_MAX;
    }
}

static rowcall_status write_integer(struct integer integer, const struct rc_wire_field *to,
                                    struct rc_buf *out, rowcall_error *err)
{
    if (!fits(integer, to->type)) {
        return rc_error_set(err, ROWCALL_OUT_OF_RANGE, "the value does not fit into %s",
                            to->name);
    }
    switch (rc_field_wire_type(to->type)) {
    case RC_WIRE_FIXED32:
        rc_wire_put_fixed32(out, to->number, (uint32_t)integer.bits);
        break;
    case RC_WIRE_FIXED64:
        rc_wire_put_fixed64(out, to->number, integer.bits);
        break;
    case RC_WIRE_VARINT:
    case RC_WIRE_BYTES:
        if (to->type == RC_FIELD_SINT32 || to->type == RC_FIELD_SINT64) {
            rc_wire_put_sint(out, to->number, (int64_t)integer.bits);
        } else {
            rc_wire_put_uint(out, to->number, integer.bits);
        }
        break;
    }
    return ROWCALL_OK;
}

static float to_float(uint64_t scalar)
{
    uint32_t bits = (uint32_t)scalar;
    float number;
    memcpy(&number, &bits, sizeof(number));
    return number;
}

rowcall_status rc_path_write(const struct rc_wire_field *from,
                             const struct rc_wire_value *value, const struct rc_wire_field *to,
                             struct rc_buf *out, rowcall_error *err)
{
    switch (kind_of(from)) {
    case KIND_INTEGER:
        return write_integer(read_integer(from->type, value->scalar), to, out, err);
    case KIND_FLOAT:
        if (to->type == RC_FIELD_DOUBLE) {
            rc_wire_put_double(out, to->number, (double)to_float(value->scalar));
        } else {
            rc_wire_put_fixed32(out, to->number, (uint32_t)value->scalar);
        }
        return ROWCALL_OK;
    case KIND_DOUBLE:
        rc_wire_put_fixed64(out, to->number, value->scalar);
        return ROWCALL_OK;
    case KIND_BOOL:
        rc_wire_put_uint(out, to->number, value->scalar);
        return ROWCALL_OK;
    case KIND_NAMED:
        if (from->type == RC_FIELD_ENUM) {
            rc_wire_put_uint(out, to->number, value->scalar);
            return ROWCALL_OK;
        }
        break;
    case KIND_TEXT:
    case KIND_BYTES:
        break;
    }
    rc_wire_put_bytes(out, to->number, value->bytes);
    return ROWCALL_OK;
}

// Enums begin with a value that stands for none.
static uint64_t any_of(const struct rc_wire_enum *enumeration)
{
    const struct rc_wire_enum_value *last = &enumeration->values[enumeration->value_count - 1];
    return (uint64_t)(int64_t)last->number;
}

void rc_path_write_any(const struct rc_wire_field *to, struct rc_buf *out)
{
    switch (rc_field_wire_type(to->type)) {
    case RC_WIRE_VARINT:
        rc_wire_put_uint(out, to->number, to->enumeration ? any_of(to->enumeration) : 0);
        break;
    case RC_WIRE_FIXED32:
        rc_wire_put_fixed32(out, to->number, 0);
        break;
    case RC_WIRE_FIXED64:
        rc_wire_put_fixed64(out, to->number, 0);
        break;
    case RC_WIRE_BYTES:
        rc_wire_put_bytes(out, to->number, (struct rc_view){"", 0});
        break;
    }
}
