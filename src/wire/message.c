// SPDX-License-Identifier: Apache-2.0
//
// Lookups in message tables. Tables are read-only once ready; the only write is a maker's
// `complete`, which runs under the maker's lock.
#include "wire/message.h"

const struct rc_wire_message *rc_wire_message_complete(const struct rc_wire_message *message)
{
    // A lazy table lives in its maker's writable memory; const is what everybody else sees of
    // it.
    struct rc_wire_message *lazy = (struct rc_wire_message *)message;
    lazy->complete(lazy, lazy->context);
    return atomic_load_explicit(&lazy->ready, memory_order_acquire) ? message : NULL;
}

const struct rc_wire_field *rc_wire_field_search(const struct rc_wire_message *message,
                                                 uint32_t number)
{
    const struct rc_wire_field *fields = message ? message->fields : NULL;
    size_t low = 0;
    size_t high = message ? message->field_count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fields[middle].number == number) {
            return &fields[middle];
        }
        if (fields[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct rc_wire_field *rc_wire_field_by_name(const struct rc_wire_message *message,
                                                  struct rc_view name)
{
    message = message ? rc_wire_message_ready(message) : NULL;
    for (size_t i = 0; message && i < message->field_count; i++) {
        if (rc_view_is(name, message->fields[i].name)) {
            return &message->fields[i];
        }
    }
    return NULL;
}

const struct rc_wire_enum_value *rc_wire_enum_by_number(const struct rc_wire_enum *enumeration,
                                                        int32_t number)
{
    size_t low = 0;
    size_t high = enumeration->value_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct rc_wire_enum_value *value = &enumeration->values[middle];
        if (value->number == number) {
            return value;
        }
        if (value->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct rc_wire_enum_value *rc_wire_enum_by_name(const struct rc_wire_enum *enumeration,
                                                      struct rc_view name)
{
    for (size_t i = 0; i < enumeration->value_count; i++) {
        if (rc_view_is(name, enumeration->values[i].name)) {
            return &enumeration->values[i];
        }
    }
    return NULL;
}
