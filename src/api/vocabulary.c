// SPDX-License-Identifier: Apache-2.0
//
// query.proto as tables. The macros mirror the regularity of that file: one family of messages
// a value type.
#include "api/vocabulary.h"

#include "api/api.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define FIELD(number_, type_, optional_, name_, message_, role_)                               \
    {                                                                                          \
        .number = (number_), .type = (type_), .optional = (optional_), .oneof = -1,            \
        .name = (name_), .message = (message_), .role = (role_)                                \
    }
#define REPEATED(number_, type_, name_, message_, role_)                                       \
    {                                                                                          \
        .number = (number_), .type = (type_), .repeated = true, .oneof = -1, .name = (name_),  \
        .message = (message_), .role = (role_)                                                 \
    }
#define ENUM_FIELD(number_, name_, enum_, role_)                                               \
    {                                                                                          \
        .number = (number_), .type = RC_FIELD_ENUM, .oneof = -1, .name = (name_),              \
        .enumeration = (enum_), .role = (role_)                                                \
    }
#define MEMBER(number_, type_, name_, message_, role_)                                         \
    {                                                                                          \
        .number = (number_), .type = (type_), .oneof = 0, .name = (name_),                     \
        .message = (message_), .role = (role_)                                                 \
    }
#define MESSAGE(name_, fields_, role_)                                                         \
    {                                                                                          \
        .name = (name_), .full_name = "rowcall." name_, .fields = (fields_),                   \
        .field_count = COUNT_OF(fields_), .role = (role_), .ready = true                       \
    }
#define ONEOF_MESSAGE(name_, fields_, role_)                                                   \
    {                                                                                          \
        .name = (name_), .full_name = "rowcall." name_, .fields = (fields_),                   \
        .field_count = COUNT_OF(fields_), .oneofs = update_oneof, .oneof_count = 1,            \
        .role = (role_), .ready = true                                                         \
    }

static const char *const update_oneof[] = {"update"};

// ---- Timestamp and the enums

static const struct rc_wire_field timestamp_fields[] = {
    FIELD(1, RC_FIELD_INT64, false, "seconds", NULL, RC_ROLE_SECONDS),
    FIELD(2, RC_FIELD_INT32, false, "nanos", NULL, RC_ROLE_NANOS),
};
const struct rc_wire_message rc_timestamp_message = {.name = "Timestamp",
                                                     .full_name = "google.protobuf.Timestamp",
                                                     .fields = timestamp_fields,
                                                     .field_count = COUNT_OF(timestamp_fields),
                                                     .role = RC_MESSAGE_TIMESTAMP,
                                                     .ready = true};

static const struct rc_wire_enum_value direction_values[] = {{"ASC", 0, NULL},
                                                             {"DESC", 1, NULL}};
const struct rc_wire_enum rc_vocabulary_direction = {.name = "Direction",
                                                     .full_name = "rowcall.Direction",
                                                     .values = direction_values,
                                                     .value_count = COUNT_OF(direction_values)};

static const struct rc_wire_enum_value nulls_values[] = {
    {"NULLS_UNSPECIFIED", 0, NULL}, {"FIRST", 1, NULL}, {"LAST", 2, NULL}};
static const struct rc_wire_enum nulls_order = {.name = "NullsOrder",
                                                .full_name = "rowcall.NullsOrder",
                                                .values = nulls_values,
                                                .value_count = COUNT_OF(nulls_values)};

static const struct rc_wire_enum_value comparison_values[] = {
    {"EQUALS", RC_COMPARISON_EQUALS, NULL},
    {"NOT_EQUALS", RC_COMPARISON_NOT_EQUALS, NULL},
    {"LESS", RC_COMPARISON_LESS, NULL},
    {"LESS_OR_EQUAL", RC_COMPARISON_LESS_OR_EQUAL, NULL},
    {"GREATER", RC_COMPARISON_GREATER, NULL},
    {"GREATER_OR_EQUAL", RC_COMPARISON_GREATER_OR_EQUAL, NULL},
    {"CONTAINS", RC_COMPARISON_CONTAINS, NULL},
    {"STARTS_WITH", RC_COMPARISON_STARTS_WITH, NULL},
    {"ENDS_WITH", RC_COMPARISON_ENDS_WITH, NULL},
    {"IN", RC_COMPARISON_IN, NULL},
    {"NOT_IN", RC_COMPARISON_NOT_IN, NULL},
    {"HAS", RC_COMPARISON_HAS, NULL},
    {"HAS_EVERY", RC_COMPARISON_HAS_EVERY, NULL},
    {"HAS_SOME", RC_COMPARISON_HAS_SOME, NULL},
    {"ARRAY_CONTAINS", RC_COMPARISON_ARRAY_CONTAINS, NULL},
    {"ARRAY_STARTS_WITH", RC_COMPARISON_ARRAY_STARTS_WITH, NULL},
    {"ARRAY_ENDS_WITH", RC_COMPARISON_ARRAY_ENDS_WITH, NULL}};
static const struct rc_wire_enum comparison = {.name = "Comparison",
                                               .full_name = "rowcall.Comparison",
                                               .values = comparison_values,
                                               .value_count = COUNT_OF(comparison_values)};

static const struct rc_wire_enum_value search_syntax_values[] = {
    {"TSQUERY", RC_SEARCH_TSQUERY, NULL},
    {"PLAIN", RC_SEARCH_PLAIN, NULL},
    {"PHRASE", RC_SEARCH_PHRASE, NULL},
    {"WEB", RC_SEARCH_WEB, NULL}};
const struct rc_wire_enum rc_vocabulary_search_syntax = {.name = "SearchSyntax",
                                                         .full_name = "rowcall.SearchSyntax",
                                                         .values = search_syntax_values,
                                                         .value_count =
                                                             COUNT_OF(search_syntax_values)};

static const struct rc_wire_field order_fields[] = {
    ENUM_FIELD(1, "direction", &rc_vocabulary_direction, RC_ROLE_DIRECTION),
    ENUM_FIELD(2, "nulls", &nulls_order, RC_ROLE_NULLS_ORDER),
};
const struct rc_wire_message rc_vocabulary_order =
    MESSAGE("Order", order_fields, RC_MESSAGE_ORDER);

static const struct rc_wire_field count_order_fields[] = {
    ENUM_FIELD(1, "direction", &rc_vocabulary_direction, RC_ROLE_DIRECTION),
};
const struct rc_wire_message rc_vocabulary_count_order =
    MESSAGE("CountOrder", count_order_fields, RC_MESSAGE_COUNT_ORDER);

static const struct rc_wire_enum_value strength_values[] = {{"FOR_UPDATE", 0, NULL},
                                                            {"FOR_NO_KEY_UPDATE", 1, NULL},
                                                            {"FOR_SHARE", 2, NULL},
                                                            {"FOR_KEY_SHARE", 3, NULL}};
static const struct rc_wire_enum lock_strength = {.name = "LockStrength",
                                                  .full_name = "rowcall.LockStrength",
                                                  .values = strength_values,
                                                  .value_count = COUNT_OF(strength_values)};

static const struct rc_wire_enum_value wait_values[] = {
    {"WAIT", 0, NULL}, {"SKIP_LOCKED", 1, NULL}, {"NOWAIT", 2, NULL}};
static const struct rc_wire_enum lock_wait = {.name = "LockWait",
                                              .full_name = "rowcall.LockWait",
                                              .values = wait_values,
                                              .value_count = COUNT_OF(wait_values)};

static const struct rc_wire_field lock_fields[] = {
    ENUM_FIELD(1, "strength", &lock_strength, RC_ROLE_LOCK_STRENGTH),
    ENUM_FIELD(2, "wait", &lock_wait, RC_ROLE_LOCK_WAIT),
};
const struct rc_wire_message rc_vocabulary_lock = MESSAGE("Lock", lock_fields, RC_MESSAGE_LOCK);

static const struct rc_wire_field field_comparison_fields[] = {
    ENUM_FIELD(1, "comparison", &comparison, RC_ROLE_COMPARISON),
    FIELD(2, RC_FIELD_STRING, false, "field", NULL, RC_ROLE_COMPARED_FIELD),
};
const struct rc_wire_message rc_vocabulary_field_comparison =
    MESSAGE("FieldComparison", field_comparison_fields, RC_MESSAGE_FIELD_COMPARISON);

static const struct rc_wire_field null_filter_fields[] = {
    FIELD(9, RC_FIELD_BOOL, true, "is_null", NULL, RC_ROLE_IS_NULL),
};
const struct rc_wire_message rc_vocabulary_null_filter =
    MESSAGE("NullFilter", null_filter_fields, RC_MESSAGE_FILTER);

// ---- one value type: lists and filters

#define IS_NULL FIELD(9, RC_FIELD_BOOL, true, "is_null", NULL, RC_ROLE_IS_NULL)
#define COMPARE                                                                                \
    REPEATED(10, RC_FIELD_MESSAGE, "compare", &rc_vocabulary_field_comparison, RC_ROLE_COMPARE)
#define EQUALITY(type, optional, message)                                                      \
    FIELD(1, type, optional, "equals", message, RC_ROLE_EQUALS),                               \
        FIELD(2, type, optional, "not", message, RC_ROLE_NOT_EQUALS)
#define RANGES(type, optional, message)                                                        \
    FIELD(5, type, optional, "lt", message, RC_ROLE_LT),                                       \
        FIELD(6, type, optional, "lte", message, RC_ROLE_LTE),                                 \
        FIELD(7, type, optional, "gt", message, RC_ROLE_GT),                                   \
        FIELD(8, type, optional, "gte", message, RC_ROLE_GTE)
#define CHOICES(list)                                                                          \
    FIELD(3, RC_FIELD_MESSAGE, false, "in", list, RC_ROLE_IN),                                 \
        FIELD(4, RC_FIELD_MESSAGE, false, "not_in", list, RC_ROLE_NOT_IN)

// FooList and FooListFilter. Messages have presence of their own, so `optional` is for scalars.
#define LISTS(id, Name, type, optional, message)                                               \
    static const struct rc_wire_field id##_list_fields[] = {                                   \
        REPEATED(1, type, "values", message, RC_ROLE_VALUES),                                  \
        REPEATED(2, RC_FIELD_UINT32, "nulls", NULL, RC_ROLE_NULLS),                            \
    };                                                                                         \
    static const struct rc_wire_message id##_list =                                            \
        MESSAGE(Name "List", id##_list_fields, RC_MESSAGE_LIST);                               \
    static const struct rc_wire_field id##_list_filter_fields[] = {                            \
        FIELD(1, RC_FIELD_MESSAGE, false, "equals", &id##_list, RC_ROLE_EQUALS),               \
        FIELD(2, type, optional, "has", message, RC_ROLE_HAS),                                 \
        FIELD(3, RC_FIELD_MESSAGE, false, "has_every", &id##_list, RC_ROLE_HAS_EVERY),         \
        FIELD(4, RC_FIELD_MESSAGE, false, "has_some", &id##_list, RC_ROLE_HAS_SOME),           \
        FIELD(5, RC_FIELD_BOOL, true, "is_empty", NULL, RC_ROLE_IS_EMPTY),                     \
        IS_NULL,                                                                               \
        COMPARE,                                                                               \
    };                                                                                         \
    static const struct rc_wire_message id##_list_filter =                                     \
        MESSAGE(Name "ListFilter", id##_list_filter_fields, RC_MESSAGE_LIST_FILTER);           \
    static const struct rc_wire_field id##_list_update_fields[] = {                            \
        MEMBER(1, RC_FIELD_MESSAGE, "set", &id##_list, RC_ROLE_SET),                           \
        MEMBER(2, RC_FIELD_BOOL, "set_null", NULL, RC_ROLE_SET_TO_NULL),                       \
        MEMBER(3, RC_FIELD_MESSAGE, "push", &id##_list, RC_ROLE_PUSH),                         \
    };                                                                                         \
    static const struct rc_wire_message id##_list_update =                                     \
        ONEOF_MESSAGE(Name "ListUpdate", id##_list_update_fields, RC_MESSAGE_UPDATE_OP);

// FooFilter with everything that an ordered type has.
#define FILTER(id, Name, type, optional, message, list)                                        \
    static const struct rc_wire_field id##_filter_fields[] = {                                 \
        EQUALITY(type, optional, message), CHOICES(list), RANGES(type, optional, message),     \
        IS_NULL, COMPARE};                                                                     \
    static const struct rc_wire_message id##_filter =                                          \
        MESSAGE(Name "Filter", id##_filter_fields, RC_MESSAGE_FILTER);

#define SETTERS(type, message)                                                                 \
    MEMBER(1, type, "set", message, RC_ROLE_SET),                                              \
        MEMBER(2, RC_FIELD_BOOL, "set_null", NULL, RC_ROLE_SET_TO_NULL)

#define UPDATE(id, Name, type, message)                                                        \
    static const struct rc_wire_field id##_update_fields[] = {SETTERS(type, message)};         \
    static const struct rc_wire_message id##_update =                                          \
        ONEOF_MESSAGE(Name "Update", id##_update_fields, RC_MESSAGE_UPDATE_OP);

#define ARITHMETIC_UPDATE(id, Name, type)                                                      \
    static const struct rc_wire_field id##_update_fields[] = {                                 \
        SETTERS(type, NULL), MEMBER(3, type, "increment", NULL, RC_ROLE_INCREMENT),            \
        MEMBER(4, type, "decrement", NULL, RC_ROLE_DECREMENT),                                 \
        MEMBER(5, type, "multiply", NULL, RC_ROLE_MULTIPLY),                                   \
        MEMBER(6, type, "divide", NULL, RC_ROLE_DIVIDE)};                                      \
    static const struct rc_wire_message id##_update =                                          \
        ONEOF_MESSAGE(Name "Update", id##_update_fields, RC_MESSAGE_UPDATE_OP);

#define VOCABULARY(id)                                                                         \
    const struct rc_vocabulary rc_vocabulary_##id = {                                          \
        &id##_list, &id##_filter, &id##_list_filter, &id##_update, &id##_list_update}

LISTS(int32, "Int32", RC_FIELD_INT32, true, NULL)
FILTER(int32, "Int32", RC_FIELD_INT32, true, NULL, &int32_list)
ARITHMETIC_UPDATE(int32, "Int32", RC_FIELD_INT32)
VOCABULARY(int32);

LISTS(int64, "Int64", RC_FIELD_INT64, true, NULL)
FILTER(int64, "Int64", RC_FIELD_INT64, true, NULL, &int64_list)
ARITHMETIC_UPDATE(int64, "Int64", RC_FIELD_INT64)
VOCABULARY(int64);

LISTS(float, "Float", RC_FIELD_FLOAT, true, NULL)
FILTER(float, "Float", RC_FIELD_FLOAT, true, NULL, &float_list)
ARITHMETIC_UPDATE(float, "Float", RC_FIELD_FLOAT)
VOCABULARY(float);

LISTS(double, "Double", RC_FIELD_DOUBLE, true, NULL)
FILTER(double, "Double", RC_FIELD_DOUBLE, true, NULL, &double_list)
ARITHMETIC_UPDATE(double, "Double", RC_FIELD_DOUBLE)
VOCABULARY(double);

LISTS(bytes, "Bytes", RC_FIELD_BYTES, true, NULL)
FILTER(bytes, "Bytes", RC_FIELD_BYTES, true, NULL, &bytes_list)
UPDATE(bytes, "Bytes", RC_FIELD_BYTES, NULL)
VOCABULARY(bytes);

LISTS(timestamp, "Timestamp", RC_FIELD_MESSAGE, false, &rc_timestamp_message)
FILTER(timestamp, "Timestamp", RC_FIELD_MESSAGE, false, &rc_timestamp_message, &timestamp_list)
UPDATE(timestamp, "Timestamp", RC_FIELD_MESSAGE, &rc_timestamp_message)
VOCABULARY(timestamp);

LISTS(bool, "Bool", RC_FIELD_BOOL, true, NULL)
FILTER(bool, "Bool", RC_FIELD_BOOL, true, NULL, &bool_list)
UPDATE(bool, "Bool", RC_FIELD_BOOL, NULL)
VOCABULARY(bool);

LISTS(string, "String", RC_FIELD_STRING, true, NULL)
static const struct rc_wire_field string_filter_fields[] = {
    EQUALITY(RC_FIELD_STRING, true, NULL),
    CHOICES(&string_list),
    RANGES(RC_FIELD_STRING, true, NULL),
    IS_NULL,
    COMPARE,
    FIELD(11, RC_FIELD_STRING, true, "contains", NULL, RC_ROLE_CONTAINS),
    FIELD(12, RC_FIELD_STRING, true, "starts_with", NULL, RC_ROLE_STARTS_WITH),
    FIELD(13, RC_FIELD_STRING, true, "ends_with", NULL, RC_ROLE_ENDS_WITH),
    FIELD(14, RC_FIELD_BOOL, false, "insensitive", NULL, RC_ROLE_INSENSITIVE),
};
static const struct rc_wire_message string_filter =
    MESSAGE("StringFilter", string_filter_fields, RC_MESSAGE_FILTER);
UPDATE(string, "String", RC_FIELD_STRING, NULL)
VOCABULARY(string);

FILTER(value, "Value", RC_FIELD_STRING, true, NULL, &string_list)
const struct rc_vocabulary rc_vocabulary_value = {
    &string_list, &value_filter, &string_list_filter, &string_update, &string_list_update};

ARITHMETIC_UPDATE(numeric, "Numeric", RC_FIELD_STRING)
const struct rc_vocabulary rc_vocabulary_numeric = {
    &string_list, &value_filter, &string_list_filter, &numeric_update, &string_list_update};

static const struct rc_wire_field json_filter_fields[] = {
    REPEATED(1, RC_FIELD_STRING, "path", NULL, RC_ROLE_JSON_PATH),
    FIELD(2, RC_FIELD_STRING, true, "equals", NULL, RC_ROLE_EQUALS),
    FIELD(3, RC_FIELD_STRING, true, "not", NULL, RC_ROLE_NOT_EQUALS),
    RANGES(RC_FIELD_STRING, true, NULL),
    IS_NULL,
    COMPARE,
    FIELD(11, RC_FIELD_STRING, true, "string_contains", NULL, RC_ROLE_STRING_CONTAINS),
    FIELD(12, RC_FIELD_STRING, true, "string_starts_with", NULL, RC_ROLE_STRING_STARTS_WITH),
    FIELD(13, RC_FIELD_STRING, true, "string_ends_with", NULL, RC_ROLE_STRING_ENDS_WITH),
    FIELD(14, RC_FIELD_BOOL, false, "insensitive", NULL, RC_ROLE_INSENSITIVE),
    FIELD(15, RC_FIELD_STRING, true, "array_contains", NULL, RC_ROLE_ARRAY_CONTAINS),
    FIELD(16, RC_FIELD_STRING, true, "array_starts_with", NULL, RC_ROLE_ARRAY_STARTS_WITH),
    FIELD(17, RC_FIELD_STRING, true, "array_ends_with", NULL, RC_ROLE_ARRAY_ENDS_WITH),
    FIELD(18, RC_FIELD_BOOL, true, "exists", NULL, RC_ROLE_JSON_EXISTS),
};
static const struct rc_wire_message json_filter =
    MESSAGE("JsonFilter", json_filter_fields, RC_MESSAGE_FILTER);
const struct rc_vocabulary rc_vocabulary_json = {
    &string_list, &json_filter, &string_list_filter, &string_update, &string_list_update};

const struct rc_wire_message *rc_vocabulary_at(size_t index)
{
#define FAMILY(id) &id##_list, &id##_filter, &id##_list_filter, &id##_update, &id##_list_update
    static const struct rc_wire_message *const all[] = {
        &rc_vocabulary_order,
        &rc_vocabulary_count_order,
        &rc_vocabulary_lock,
        &rc_vocabulary_field_comparison,
        &rc_vocabulary_null_filter,
        FAMILY(int32),
        FAMILY(int64),
        FAMILY(bool),
        FAMILY(float),
        FAMILY(double),
        FAMILY(string),
        FAMILY(bytes),
        FAMILY(timestamp),
        &value_filter,
        &numeric_update,
        &json_filter,
    };
#undef FAMILY
    return index < COUNT_OF(all) ? all[index] : NULL;
}
