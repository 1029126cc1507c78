// SPDX-License-Identifier: Apache-2.0
//
// Which message filters, updates and lists the values of a column's type.
#include "api/api_internal.h"

// Indexed by enum rc_type_family; enums have messages of their own.
static const struct rc_vocabulary *const families[] = {
    [RC_FAMILY_INT32] = &rc_vocabulary_int32,
    [RC_FAMILY_INT64] = &rc_vocabulary_int64,
    [RC_FAMILY_BOOL] = &rc_vocabulary_bool,
    [RC_FAMILY_FLOAT] = &rc_vocabulary_float,
    [RC_FAMILY_DOUBLE] = &rc_vocabulary_double,
    [RC_FAMILY_STRING] = &rc_vocabulary_string,
    [RC_FAMILY_BYTES] = &rc_vocabulary_bytes,
    [RC_FAMILY_TIMESTAMP] = &rc_vocabulary_timestamp,
    [RC_FAMILY_VALUE] = &rc_vocabulary_value,
    [RC_FAMILY_NUMERIC] = &rc_vocabulary_numeric,
    [RC_FAMILY_JSON] = &rc_vocabulary_json,
    [RC_FAMILY_ENUM] = NULL,
};

static const struct rc_vocabulary *vocabulary_of(const struct rc_type *type)
{
    return families[rc_type_info(type->kind)->family];
}

const struct rc_wire_message *rc_api_list_of(struct rc_api_builder *builder,
                                             const struct rc_type *type)
{
    return type->kind == RC_TYPE_ENUM
               ? rc_api_enum_slot(builder, type->enumeration, RC_ENUM_SLOT_LIST)
               : vocabulary_of(type)->list;
}

const struct rc_wire_message *rc_api_filter_of(struct rc_api_builder *builder,
                                               const struct rc_type *type)
{
    if (type->kind == RC_TYPE_ENUM) {
        return rc_api_enum_slot(builder, type->enumeration,
                                type->array ? RC_ENUM_SLOT_LIST_FILTER : RC_ENUM_SLOT_FILTER);
    }
    // json has no equality of its own, but JsonFilter compares as jsonb.
    bool is_json = rc_type_info(type->kind)->family == RC_FAMILY_JSON;
    if (!rc_type_info(type->kind)->is_equatable && (type->array || !is_json)) {
        return &rc_vocabulary_null_filter;
    }
    return type->array ? vocabulary_of(type)->list_filter : vocabulary_of(type)->filter;
}

const struct rc_wire_message *rc_api_update_of(struct rc_api_builder *builder,
                                               const struct rc_type *type)
{
    if (type->kind == RC_TYPE_ENUM) {
        return rc_api_enum_slot(builder, type->enumeration,
                                type->array ? RC_ENUM_SLOT_LIST_UPDATE : RC_ENUM_SLOT_UPDATE);
    }
    return type->array ? vocabulary_of(type)->list_update : vocabulary_of(type)->update;
}

bool rc_api_is_orderable(const struct rc_column *column)
{
    return rc_type_info(column->type.kind)->is_ordered;
}
