// SPDX-License-Identifier: Apache-2.0
//
// Message tables into JSON for reading.
#include "bin/listing.h"

#include "base/buf.h"

// A type as people read it: "int32", "PriceKind", "Price[]".
static json_t *type_of(const struct rc_wire_field *field)
{
    static const char *const names[] = {
        [RC_FIELD_DOUBLE] = "double",     [RC_FIELD_FLOAT] = "float",
        [RC_FIELD_INT64] = "int64",       [RC_FIELD_UINT64] = "uint64",
        [RC_FIELD_INT32] = "int32",       [RC_FIELD_FIXED64] = "fixed64",
        [RC_FIELD_FIXED32] = "fixed32",   [RC_FIELD_BOOL] = "bool",
        [RC_FIELD_STRING] = "string",     [RC_FIELD_BYTES] = "bytes",
        [RC_FIELD_UINT32] = "uint32",     [RC_FIELD_SFIXED32] = "sfixed32",
        [RC_FIELD_SFIXED64] = "sfixed64", [RC_FIELD_SINT32] = "sint32",
        [RC_FIELD_SINT64] = "sint64"};
    const char *name = field->message       ? field->message->name
                       : field->enumeration ? field->enumeration->name
                                            : names[field->type];
    return json_sprintf("%s%s", name, field->repeated ? "[]" : "");
}

// What there is to know of a field besides its type: an enum's values, its oneof. keys: the
// message of the entity's unique keys, or NULL.
static json_t *note_of(const struct rc_wire_message *message, const struct rc_wire_field *field,
                       const struct rc_wire_message *keys)
{
    struct rc_buf note = {0};
    if (keys && rc_wire_field_by_name(keys, rc_view_of(field->name))) {
        rc_buf_append_text(&note, "unique");
    }
    if (field->oneof >= 0) {
        rc_buf_printf(&note, "one of %s", message->oneofs[field->oneof]);
    }
    for (size_t i = 0; field->enumeration && i < field->enumeration->value_count; i++) {
        const struct rc_wire_enum_value *value = &field->enumeration->values[i];
        if (value->number != 0) {
            rc_buf_printf(&note, "%s%s", note.len ? " | " : "", value->name);
        }
    }
    json_t *text = json_stringn(note.data ? note.data : "", note.len);
    rc_buf_fini(&note);
    return text;
}

static json_t *fields_of(const struct rc_wire_message *message,
                         const struct rc_wire_message *keys)
{
    json_t *fields = json_array();
    for (size_t i = 0; message && i < message->field_count; i++) {
        const struct rc_wire_field *field = &message->fields[i];
        json_t *item =
            json_pack("{s:s, s:i, s:o, s:o}", "name", field->name, "number", (int)field->number,
                      "type", type_of(field), "note", note_of(message, field, keys));
        json_array_append_new(fields, item);
    }
    return fields;
}

static json_t *method_names(const struct rc_pool_service *service)
{
    json_t *names = json_array();
    for (size_t i = 0; i < service->method_count; i++) {
        json_array_append_new(names, json_string(service->methods[i].name));
    }
    return names;
}

json_t *rc_listing_entity(const struct rc_pool *pool, const char *database, const char *name,
                          const struct rc_pool_service *service)
{
    struct rc_buf full = {0};
    rc_buf_printf(&full, "%s.%s", database, name);
    const struct rc_wire_message *row = rc_pool_message(pool, rc_buf_view(&full));
    rc_buf_append_text(&full, "Key");
    const struct rc_wire_message *keys = rc_pool_message(pool, rc_buf_view(&full));
    rc_buf_fini(&full);
    return json_pack("{s:s, s:o, s:o}", "entity", name, "fields", fields_of(row, keys),
                     "methods", method_names(service));
}

json_t *rc_listing_message(const struct rc_wire_message *message)
{
    return json_pack("{s:s, s:o}", "message", message->full_name, "fields",
                     fields_of(message, NULL));
}

json_t *rc_listing_method(const char *name, const struct rc_pool_method *method)
{
    return json_pack("{s:s, s:o, s:o}", "method", name, "request",
                     rc_listing_message(method->input), "response",
                     rc_listing_message(method->output));
}
