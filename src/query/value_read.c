// SPDX-License-Identifier: Apache-2.0
//
// Wire values into rc_values. Lists are read in two passes over their bytes, so that an element
// costs its own size and nothing more.
#include "query/value_read.h"

const char rc_value_no_memory[] = "does not fit into the memory of one request";

#define LIST_VALUES       1
#define LIST_NULLS        2
#define TIMESTAMP_SECONDS 1
#define TIMESTAMP_NANOS   2

const char *rc_value_read_scalar(const struct rc_wire_field *field,
                                 const struct rc_wire_value *wire,
                                 const struct rc_column *column, struct rc_value *ret_value)
{
    uint64_t scalar = wire->scalar;
    *ret_value = (struct rc_value){.kind = RC_VALUE_INT, .integer = (int64_t)scalar};
    switch (field->type) {
    case RC_FIELD_INT64:
    case RC_FIELD_UINT64:
    case RC_FIELD_FIXED64:
    case RC_FIELD_SFIXED64:
        return NULL;
    case RC_FIELD_INT32:
    case RC_FIELD_SFIXED32:
        ret_value->integer = (int32_t)(uint32_t)scalar;
        return NULL;
    case RC_FIELD_UINT32:
    case RC_FIELD_FIXED32:
        ret_value->integer = (int64_t)(uint32_t)scalar;
        return NULL;
    case RC_FIELD_SINT32:
    case RC_FIELD_SINT64:
        ret_value->integer = rc_wire_zigzag(scalar);
        return NULL;
    case RC_FIELD_BOOL:
        ret_value->kind = RC_VALUE_BOOL;
        ret_value->integer = scalar != 0;
        return NULL;
    case RC_FIELD_ENUM:
        ret_value->kind = RC_VALUE_ENUM;
        ret_value->integer = (int32_t)(uint32_t)scalar;
        if (column && column->type.enumeration &&
            !rc_enum_by_number(column->type.enumeration, (int32_t)ret_value->integer)) {
            return "stands for no value of the enum";
        }
        return NULL;
    case RC_FIELD_FLOAT: {
        uint32_t bits = (uint32_t)scalar;
        ret_value->kind = RC_VALUE_FLOAT;
        memcpy(&ret_value->single, &bits, sizeof bits);
        return NULL;
    }
    case RC_FIELD_DOUBLE:
        ret_value->kind = RC_VALUE_DOUBLE;
        memcpy(&ret_value->number, &scalar, sizeof scalar);
        return NULL;
    case RC_FIELD_STRING:
    case RC_FIELD_BYTES:
        *ret_value = rc_value_of_bytes(wire->bytes);
        return NULL;
    case RC_FIELD_MESSAGE:
        break;
    }
    return "is no scalar";
}

const char *rc_value_read_timestamp(struct rc_view data, struct rc_value *ret_value)
{
    struct rc_wire_reader reader;
    struct rc_wire_value wire;
    *ret_value = (struct rc_value){.kind = RC_VALUE_TIMESTAMP};
    rc_wire_reader_init(&reader, data);
    while (rc_wire_next(&reader, &wire)) {
        if (wire.number == TIMESTAMP_SECONDS) {
            ret_value->timestamp.seconds = (int64_t)wire.scalar;
        } else if (wire.number == TIMESTAMP_NANOS) {
            ret_value->timestamp.nanos = (int32_t)(uint32_t)wire.scalar;
        }
    }
    if (ret_value->timestamp.nanos < 0 || ret_value->timestamp.nanos > 999999999) {
        return "has nanos outside 0..999999999";
    }
    if (ret_value->timestamp.nanos % 1000 != 0) {
        return "is finer than a microsecond";
    }
    return NULL;
}

// The next element of a repeated scalar, from the packed bytes of one occurrence.
static bool next_packed(struct rc_wire_reader *packed, enum rc_wire_type type,
                        struct rc_wire_value *ret_wire)
{
    ret_wire->type = type;
    if (type == RC_WIRE_FIXED64) {
        return rc_wire_next_fixed64(packed, &ret_wire->scalar);
    }
    if (type == RC_WIRE_FIXED32) {
        uint32_t bits = 0;
        bool has_more = rc_wire_next_fixed32(packed, &bits);
        ret_wire->scalar = bits;
        return has_more;
    }
    return rc_wire_next_varint(packed, &ret_wire->scalar);
}

// A walk over the elements of one repeated field, packed or not.
struct elements {
    struct rc_wire_reader outer;
    struct rc_wire_reader packed;
    bool is_packed;
    uint32_t number;
    enum rc_wire_type type;
};

static struct elements elements_of(uint32_t number, enum rc_wire_type type, struct rc_view data)
{
    struct elements elements = {.number = number, .type = type};
    rc_wire_reader_init(&elements.outer, data);
    return elements;
}

static bool next_element(struct elements *elements, struct rc_wire_value *ret_wire)
{
    for (;;) {
        if (elements->is_packed && next_packed(&elements->packed, elements->type, ret_wire)) {
            return true;
        }
        elements->is_packed = false;
        if (!rc_wire_next(&elements->outer, ret_wire)) {
            return false;
        }
        if (ret_wire->number != elements->number) {
            continue;
        }
        if (ret_wire->type == elements->type) {
            return true;
        }
        rc_wire_reader_init(&elements->packed, ret_wire->bytes);
        elements->is_packed = true;
    }
}

static size_t count_elements(struct elements elements)
{
    struct rc_wire_value wire;
    size_t count = 0;
    while (next_element(&elements, &wire)) {
        count++;
    }
    return count;
}

static const char *mark_nulls(struct rc_view data, struct rc_value *values, size_t count,
                              bool may_hold_null)
{
    struct elements nulls = elements_of(LIST_NULLS, RC_WIRE_VARINT, data);
    struct rc_wire_value wire;
    while (next_element(&nulls, &wire)) {
        if (!may_hold_null) {
            return "may not hold NULL here: nothing equals it; use is_null";
        }
        if (wire.scalar >= count) {
            return "has a position in nulls that is not in values";
        }
        values[wire.scalar] = (struct rc_value){.kind = RC_VALUE_NULL};
    }
    return NULL;
}

const char *rc_value_read_list(const struct rc_wire_message *message, struct rc_view data,
                               const struct rc_column *column, bool may_hold_null,
                               struct rc_arena *arena, struct rc_value *ret_value)
{
    const struct rc_wire_field *field = rc_wire_field_by_number(message, LIST_VALUES);
    if (!field) {
        return rc_value_no_memory;
    }
    struct elements elements = elements_of(LIST_VALUES, rc_field_wire_type(field->type), data);
    size_t count = count_elements(elements);
    struct rc_value *values = rc_arena_new_array(arena, count + 1, struct rc_value);
    if (!values) {
        return rc_value_no_memory;
    }
    struct rc_wire_value wire;
    const char *wrong = NULL;
    const char *wrong_value = NULL;
    for (size_t i = 0; i < count && next_element(&elements, &wire); i++) {
        wrong = field->type == RC_FIELD_MESSAGE
                    ? rc_value_read_timestamp(wire.bytes, &values[i])
                    : rc_value_read_scalar(field, &wire, column, &values[i]);
        if (wrong) { // forgiven where the position is NULL: the value there means nothing
            values[i] = (struct rc_value){.kind = RC_VALUE_LIST};
            wrong_value = wrong;
        }
    }
    wrong = mark_nulls(data, values, count, may_hold_null);
    for (size_t i = 0; !wrong && wrong_value && i < count; i++) {
        wrong = values[i].kind == RC_VALUE_LIST ? wrong_value : NULL;
    }
    *ret_value = rc_value_of_list(values, count);
    return wrong;
}

const char *rc_value_read_strings(uint32_t number, struct rc_view data, struct rc_arena *arena,
                                  struct rc_value *ret_value)
{
    struct elements elements = elements_of(number, RC_WIRE_BYTES, data);
    size_t count = count_elements(elements);
    struct rc_value *values = rc_arena_new_array(arena, count + 1, struct rc_value);
    if (!values) {
        return rc_value_no_memory;
    }
    struct rc_wire_value wire;
    for (size_t i = 0; i < count && next_element(&elements, &wire); i++) {
        values[i] = rc_value_of_bytes(wire.bytes);
    }
    *ret_value = rc_value_of_list(values, count);
    return NULL;
}
