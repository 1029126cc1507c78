// SPDX-License-Identifier: Apache-2.0
//
// The messages of an enum: its list, filters and updates, with the numbers of query.proto's.
#include "api/api_internal.h"

static struct rc_wire_field *add_value(struct rc_api_builder *builder,
                                       const struct rc_enum *enumeration, uint32_t number,
                                       const char *name, enum rc_api_role role)
{
    struct rc_wire_field *field =
        rc_api_add_optional(builder, number, name, RC_FIELD_ENUM, role);
    field->enumeration = rc_api_enum_of(builder, enumeration);
    return field;
}

static void add_list(struct rc_api_builder *builder, const struct rc_enum *enumeration,
                     uint32_t number, const char *name, enum rc_api_role role)
{
    rc_api_add_message(builder, number, name,
                       rc_api_enum_slot(builder, enumeration, RC_ENUM_SLOT_LIST), role);
}

// What all filters end with.
static void add_comparisons(struct rc_api_builder *builder)
{
    rc_api_add_optional(builder, 9, "is_null", RC_FIELD_BOOL, RC_ROLE_IS_NULL);
    rc_api_add_message(builder, 10, "compare", &rc_vocabulary_field_comparison, RC_ROLE_COMPARE)
        ->repeated = true;
}

static void build_list(struct rc_api_builder *builder, const struct rc_enum *enumeration)
{
    struct rc_wire_field *values = add_value(builder, enumeration, 1, "values", RC_ROLE_VALUES);
    values->optional = false;
    values->repeated = true;
    rc_api_add_scalar(builder, 2, "nulls", RC_FIELD_UINT32, RC_ROLE_NULLS)->repeated = true;
}

static void build_filter(struct rc_api_builder *builder, const struct rc_enum *enumeration)
{
    add_value(builder, enumeration, 1, "equals", RC_ROLE_EQUALS);
    add_value(builder, enumeration, 2, "not", RC_ROLE_NOT_EQUALS);
    add_list(builder, enumeration, 3, "in", RC_ROLE_IN);
    add_list(builder, enumeration, 4, "not_in", RC_ROLE_NOT_IN);
    add_value(builder, enumeration, 5, "lt", RC_ROLE_LT);
    add_value(builder, enumeration, 6, "lte", RC_ROLE_LTE);
    add_value(builder, enumeration, 7, "gt", RC_ROLE_GT);
    add_value(builder, enumeration, 8, "gte", RC_ROLE_GTE);
    add_comparisons(builder);
}

static void build_list_filter(struct rc_api_builder *builder, const struct rc_enum *enumeration)
{
    add_list(builder, enumeration, 1, "equals", RC_ROLE_EQUALS);
    add_value(builder, enumeration, 2, "has", RC_ROLE_HAS);
    add_list(builder, enumeration, 3, "has_every", RC_ROLE_HAS_EVERY);
    add_list(builder, enumeration, 4, "has_some", RC_ROLE_HAS_SOME);
    rc_api_add_optional(builder, 5, "is_empty", RC_FIELD_BOOL, RC_ROLE_IS_EMPTY);
    add_comparisons(builder);
}

void rc_api_build_enum_slot(struct rc_api_builder *builder, const struct rc_enum *enumeration,
                            enum rc_api_enum_slot slot)
{
    switch (slot) {
    case RC_ENUM_SLOT_LIST:
        build_list(builder, enumeration);
        break;
    case RC_ENUM_SLOT_FILTER:
        build_filter(builder, enumeration);
        break;
    case RC_ENUM_SLOT_LIST_FILTER:
        build_list_filter(builder, enumeration);
        break;
    case RC_ENUM_SLOT_UPDATE:
        add_value(builder, enumeration, 1, "set", RC_ROLE_SET);
        rc_api_add_scalar(builder, 2, "set_null", RC_FIELD_BOOL, RC_ROLE_SET_TO_NULL);
        rc_api_close_oneof(builder, "update");
        break;
    case RC_ENUM_SLOT_LIST_UPDATE:
        add_list(builder, enumeration, 1, "set", RC_ROLE_SET);
        rc_api_add_scalar(builder, 2, "set_null", RC_FIELD_BOOL, RC_ROLE_SET_TO_NULL);
        add_list(builder, enumeration, 3, "push", RC_ROLE_PUSH);
        rc_api_close_oneof(builder, "update");
        break;
    case RC_ENUM_SLOT_NUMBER:
        break;
    }
}
