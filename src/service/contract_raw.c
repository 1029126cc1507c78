// SPDX-License-Identifier: Apache-2.0
//
// The tables of raw.proto. A value may hold a list of values.
#include "service/contract.h"

#define FIELD(field_number, field_type, field_name)                                            \
    {                                                                                          \
        .number = (field_number), .type = (field_type), .oneof = -1, .name = (field_name)      \
    }
#define MEMBER(field_number, field_type, field_name)                                           \
    {                                                                                          \
        .number = (field_number), .type = (field_type), .oneof = 0, .name = (field_name)       \
    }
#define PARAMETERS(field_number, field_name)                                                   \
    {                                                                                          \
        .number = (field_number), .type = RC_FIELD_MESSAGE, .repeated = true, .oneof = -1,     \
        .name = (field_name), .message = &value_message                                        \
    }

static const struct rc_wire_message value_message; // defined below: lists hold values

static const struct rc_wire_field timestamp_fields[] = {
    FIELD(1, RC_FIELD_INT64, "seconds"),
    FIELD(2, RC_FIELD_INT32, "nanos"),
};

static const struct rc_wire_message timestamp_message = {.name = "Timestamp",
                                                         .full_name =
                                                             "google.protobuf.Timestamp",
                                                         .fields = timestamp_fields,
                                                         .field_count = 2,
                                                         .ready = true};

static const struct rc_wire_field list_fields[] = {PARAMETERS(RC_RAW_LIST_VALUES, "values")};

static const struct rc_wire_message list_message = {.name = "RawList",
                                                    .full_name = "rowcall.RawList",
                                                    .fields = list_fields,
                                                    .field_count = 1,
                                                    .ready = true};

static const struct rc_wire_field value_fields[] = {
    MEMBER(RC_RAW_VALUE_IS_NULL, RC_FIELD_BOOL, "is_null"),
    MEMBER(RC_RAW_VALUE_BOOLEAN, RC_FIELD_BOOL, "boolean"),
    MEMBER(RC_RAW_VALUE_INTEGER, RC_FIELD_INT64, "integer"),
    MEMBER(RC_RAW_VALUE_NUMBER, RC_FIELD_DOUBLE, "number"),
    MEMBER(RC_RAW_VALUE_TEXT, RC_FIELD_STRING, "text"),
    MEMBER(RC_RAW_VALUE_BYTES, RC_FIELD_BYTES, "bytes"),
    {.number = RC_RAW_VALUE_TIMESTAMP,
     .type = RC_FIELD_MESSAGE,
     .oneof = 0,
     .name = "timestamp",
     .message = &timestamp_message},
    MEMBER(RC_RAW_VALUE_JSON, RC_FIELD_STRING, "json"),
    {.number = RC_RAW_VALUE_LIST,
     .type = RC_FIELD_MESSAGE,
     .oneof = 0,
     .name = "list",
     .message = &list_message},
};

static const char *const value_oneofs[] = {"value"};

static const struct rc_wire_message value_message = {.name = "RawValue",
                                                     .full_name = "rowcall.RawValue",
                                                     .fields = value_fields,
                                                     .field_count = 9,
                                                     .oneofs = value_oneofs,
                                                     .oneof_count = 1,
                                                     .ready = true};

static const struct rc_wire_field query_fields[] = {
    FIELD(RC_RAW_SQL, RC_FIELD_STRING, "sql"),
    PARAMETERS(RC_RAW_PARAMETERS, "parameters"),
    FIELD(RC_RAW_READ_ONLY, RC_FIELD_BOOL, "read_only"),
    FIELD(RC_RAW_MAX_ROWS, RC_FIELD_UINT32, "max_rows"),
};

static const struct rc_wire_field execute_fields[] = {
    FIELD(RC_RAW_SQL, RC_FIELD_STRING, "sql"),
    PARAMETERS(RC_RAW_PARAMETERS, "parameters"),
};

const struct rc_wire_message rc_contract_raw_query_request = {.name = "RawQueryRequest",
                                                              .full_name =
                                                                  "rowcall.RawQueryRequest",
                                                              .fields = query_fields,
                                                              .field_count = 4,
                                                              .ready = true};
const struct rc_wire_message rc_contract_raw_execute_request = {.name = "RawExecuteRequest",
                                                                .full_name =
                                                                    "rowcall.RawExecuteRequest",
                                                                .fields = execute_fields,
                                                                .field_count = 2,
                                                                .ready = true};
