// SPDX-License-Identifier: Apache-2.0
//
// Comparing fields of two messages by their bytes.
#include "query/alignment.h"

#include "wire/reader.h"

// The first field with this number. False when there is none.
static bool find(struct rc_view message, uint32_t number, struct rc_wire_value *ret_value)
{
    struct rc_wire_reader reader;
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, ret_value)) {
        if (ret_value->number == number) {
            return true;
        }
    }
    return false;
}

static uint32_t number_of(const struct rc_wire_message *message, enum rc_api_role role)
{
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].role == (uint32_t)role) {
            return message->fields[i].number;
        }
    }
    return 0;
}

static bool is_same(const struct rc_wire_value *a, const struct rc_wire_value *b)
{
    return a->type == b->type && (a->type == RC_WIRE_BYTES ? rc_view_equal(a->bytes, b->bytes)
                                                           : a->scalar == b->scalar);
}

// Whether data says nothing else of the columns of the key.
static bool is_like(struct rc_view data, struct rc_view key)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_wire_value given;
    rc_wire_reader_init(&reader, key);
    while (rc_wire_next(&reader, &value)) {
        if (find(data, value.number, &given) && !is_same(&value, &given)) {
            return false;
        }
    }
    return true;
}

bool rc_alignment_of(const struct rc_wire_message *message, struct rc_view request)
{
    struct rc_wire_value key;
    struct rc_wire_value data;
    struct rc_wire_value named;
    struct rc_wire_reader reader;
    uint32_t number = number_of(message, RC_ROLE_KEY);
    if (!find(request, number, &key) ||
        !find(request, number_of(message, RC_ROLE_CREATE), &data)) {
        return true;
    }
    const struct rc_wire_field *field = rc_wire_field_by_number(message, number);
    const struct rc_wire_message *keys = rc_wire_message_ready(field->message);
    rc_wire_reader_init(&reader, key.bytes);
    if (!keys || !rc_wire_next(&reader, &named)) {
        return true;
    }
    const struct rc_wire_field *member = rc_wire_field_by_number(keys, named.number);
    bool is_composite = member && member->role == RC_ROLE_COMPOSITE_KEY;
    return is_like(data.bytes, is_composite ? named.bytes : key.bytes);
}
