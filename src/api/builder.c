// SPDX-License-Identifier: Apache-2.0
//
// Collecting the fields of one derived message. A message's capacity is known before it is
// built (columns, relations, and a bounded number of generator-owned fields), so nothing is
// ever moved.
#include "api/api_internal.h"

struct rc_wire_field *rc_api_add(struct rc_api_builder *builder, uint32_t number,
                                 const char *name, enum rc_api_role role)
{
    struct rc_wire_field *field = &builder->spare;
    if (builder->count < builder->capacity) {
        field = &builder->fields[builder->count++];
    } else {
        builder->failed = true;
    }
    *field = (struct rc_wire_field){.number = number, .name = name, .role = role, .oneof = -1};
    return field;
}

struct rc_wire_field *rc_api_add_scalar(struct rc_api_builder *builder, uint32_t number,
                                        const char *name, enum rc_field_type type,
                                        enum rc_api_role role)
{
    struct rc_wire_field *field = rc_api_add(builder, number, name, role);
    field->type = type;
    return field;
}

struct rc_wire_field *rc_api_add_optional(struct rc_api_builder *builder, uint32_t number,
                                          const char *name, enum rc_field_type type,
                                          enum rc_api_role role)
{
    struct rc_wire_field *field = rc_api_add_scalar(builder, number, name, type, role);
    field->optional = true;
    return field;
}

struct rc_wire_field *rc_api_add_message(struct rc_api_builder *builder, uint32_t number,
                                         const char *name,
                                         const struct rc_wire_message *message,
                                         enum rc_api_role role)
{
    struct rc_wire_field *field =
        rc_api_add_scalar(builder, number, name, RC_FIELD_MESSAGE, role);
    field->message = message;
    builder->failed |= !message;
    return field;
}

struct rc_wire_field *rc_api_add_field_list(struct rc_api_builder *builder, uint32_t number,
                                            const char *name, enum rc_api_role role)
{
    struct rc_wire_field *field = rc_api_add_scalar(builder, number, name, RC_FIELD_ENUM, role);
    field->repeated = true;
    field->enumeration = rc_api_fields_of(builder, builder->model);
    return field;
}

struct rc_wire_field *rc_api_add_column(struct rc_api_builder *builder,
                                        const struct rc_column *column,
                                        const struct rc_wire_message *message)
{
    struct rc_wire_field *field =
        rc_api_add(builder, column->number, column->name, RC_ROLE_COLUMN);
    field->subject = column;
    field->comment = column->comment;
    if (message) {
        field->type = RC_FIELD_MESSAGE;
        field->message = message;
    }
    return field;
}

struct rc_wire_field *rc_api_add_relation(struct rc_api_builder *builder,
                                          const struct rc_relation *relation,
                                          const struct rc_wire_message *message)
{
    struct rc_wire_field *field = rc_api_add_message(builder, relation->number, relation->name,
                                                     message, RC_ROLE_RELATION);
    field->subject = relation;
    field->comment = relation->comment;
    return field;
}

struct rc_wire_field *rc_api_add_value(struct rc_api_builder *builder,
                                       const struct rc_column *column)
{
    const struct rc_type *type = &column->type;
    if (type->array) {
        const struct rc_wire_message *list = rc_api_list_of(builder, type);
        builder->failed |= !list;
        return rc_api_add_column(builder, column, list);
    }
    enum rc_field_type field_type = rc_type_info(type->kind)->field;
    if (field_type == RC_FIELD_MESSAGE) {
        return rc_api_add_column(builder, column, &rc_timestamp_message);
    }
    struct rc_wire_field *field = rc_api_add_column(builder, column, NULL);
    field->type = field_type;
    field->optional = true;
    if (field_type == RC_FIELD_ENUM) {
        field->enumeration = rc_api_enum_of(builder, type->enumeration);
    }
    return field;
}

void rc_api_close_oneof(struct rc_api_builder *builder, const char *name)
{
    builder->oneofs[0] = name;
    builder->oneof_count = 1;
    for (size_t i = 0; i < builder->count; i++) {
        builder->fields[i].oneof = 0;
        builder->fields[i].optional = false;
    }
}
