// SPDX-License-Identifier: Apache-2.0
//
// The tables. A test compares them with the compiled proto files, so they cannot drift apart.
#include "service/contract.h"

#define FIELD(field_number, field_type, field_name)                                            \
    {                                                                                          \
        .number = (field_number), .type = (field_type), .oneof = -1, .name = (field_name)      \
    }
#define MESSAGE(message_name, table)                                                           \
    {                                                                                          \
        .name = (message_name), .full_name = "rowcall." message_name, .fields = (table),       \
        .field_count = sizeof(table) / sizeof((table)[0]), .ready = true                       \
    }

static const struct rc_wire_field metadata_fields[] = {
    FIELD(1, RC_FIELD_STRING, "key"),
    FIELD(2, RC_FIELD_STRING, "value"),
};

static const struct rc_wire_message metadata_entry = {.name = "MetadataEntry",
                                                      .full_name = "rowcall.Call.MetadataEntry",
                                                      .fields = metadata_fields,
                                                      .field_count = 2,
                                                      .map_entry = true,
                                                      .ready = true};

static const struct rc_wire_enum_value isolation_levels[] = {
    {"ISOLATION_LEVEL_UNSPECIFIED", RC_ISOLATION_DEFAULT, NULL},
    {"READ_COMMITTED", RC_ISOLATION_READ_COMMITTED, NULL},
    {"REPEATABLE_READ", RC_ISOLATION_REPEATABLE_READ, NULL},
    {"SERIALIZABLE", RC_ISOLATION_SERIALIZABLE, NULL},
};

static const struct rc_wire_enum isolation_level = {.name = "IsolationLevel",
                                                    .full_name = "rowcall.IsolationLevel",
                                                    .values = isolation_levels,
                                                    .value_count = 4};

#define ISOLATION_LEVEL(field_number)                                                          \
    {                                                                                          \
        .number = (field_number), .type = RC_FIELD_ENUM, .oneof = -1,                          \
        .name = "isolation_level", .enumeration = &isolation_level                             \
    }

static const struct rc_wire_field reference_fields[] = {
    FIELD(RC_REFERENCE_CALL, RC_FIELD_UINT32, "call"),
    FIELD(RC_REFERENCE_FROM, RC_FIELD_STRING, "from"),
    FIELD(RC_REFERENCE_TO, RC_FIELD_STRING, "to"),
};

static const struct rc_wire_message reference_message = MESSAGE("Reference", reference_fields);

static const struct rc_wire_field call_fields[] = {
    FIELD(RC_CALL_DATABASE, RC_FIELD_STRING, "database"),
    FIELD(RC_CALL_METHOD, RC_FIELD_STRING, "method"),
    FIELD(RC_CALL_REQUEST, RC_FIELD_BYTES, "request"),
    FIELD(RC_CALL_TIMEOUT_MS, RC_FIELD_UINT32, "timeout_ms"),
    FIELD(RC_CALL_TRANSACTION, RC_FIELD_STRING, "transaction"),
    FIELD(RC_CALL_IDEMPOTENCY_KEY, RC_FIELD_STRING, "idempotency_key"),
    {.number = RC_CALL_METADATA,
     .type = RC_FIELD_MESSAGE,
     .repeated = true,
     .oneof = -1,
     .name = "metadata",
     .message = &metadata_entry},
    FIELD(RC_CALL_TIMINGS, RC_FIELD_BOOL, "timings"),
    {.number = RC_CALL_REFERENCES,
     .type = RC_FIELD_MESSAGE,
     .repeated = true,
     .oneof = -1,
     .name = "references",
     .message = &reference_message},
};

static const struct rc_wire_message call_message = MESSAGE("Call", call_fields);

static const struct rc_wire_field envelope_fields[] = {
    {.number = RC_ENVELOPE_CALLS,
     .type = RC_FIELD_MESSAGE,
     .repeated = true,
     .oneof = -1,
     .name = "calls",
     .message = &call_message},
    FIELD(RC_ENVELOPE_ATOMIC, RC_FIELD_BOOL, "atomic"),
    FIELD(RC_ENVELOPE_TOKEN, RC_FIELD_STRING, "token"),
    ISOLATION_LEVEL(RC_ENVELOPE_ISOLATION_LEVEL),
    FIELD(RC_ENVELOPE_READ_ONLY, RC_FIELD_BOOL, "read_only"),
    FIELD(RC_ENVELOPE_MAX_RETRIES, RC_FIELD_UINT32, "max_retries"),
    FIELD(RC_ENVELOPE_ID, RC_FIELD_UINT64, "id"),
};

static const struct rc_wire_field database_fields[] = {FIELD(1, RC_FIELD_STRING, "database")};
static const struct rc_wire_field describe_fields[] = {FIELD(1, RC_FIELD_STRING, "scope")};
static const struct rc_wire_field begin_fields[] = {
    ISOLATION_LEVEL(RC_BEGIN_ISOLATION_LEVEL),
    FIELD(RC_BEGIN_READ_ONLY, RC_FIELD_BOOL, "read_only"),
    FIELD(RC_BEGIN_TIMEOUT_MS, RC_FIELD_UINT32, "timeout_ms"),
    FIELD(RC_BEGIN_MAX_WAIT_MS, RC_FIELD_UINT32, "max_wait_ms"),
};
static const struct rc_wire_field commit_fields[] = {
    FIELD(RC_TRANSACTION_ID, RC_FIELD_STRING, "transaction"),
};
static const struct rc_wire_field rollback_fields[] = {
    FIELD(RC_TRANSACTION_ID, RC_FIELD_STRING, "transaction"),
    FIELD(RC_ROLLBACK_SAVEPOINT, RC_FIELD_STRING, "savepoint"),
};
static const struct rc_wire_field collect_fields[] = {
    FIELD(RC_COLLECT_ENVELOPE, RC_FIELD_UINT64, "envelope"),
    {.number = RC_COLLECT_KNOWN,
     .type = RC_FIELD_UINT32,
     .repeated = true,
     .oneof = -1,
     .name = "known"},
};
static const struct rc_wire_field savepoint_fields[] = {
    FIELD(RC_TRANSACTION_ID, RC_FIELD_STRING, "transaction"),
    FIELD(RC_SAVEPOINT_NAME, RC_FIELD_STRING, "name"),
    FIELD(RC_SAVEPOINT_RELEASE, RC_FIELD_BOOL, "release"),
};

const struct rc_wire_message rc_contract_request_envelope =
    MESSAGE("RequestEnvelope", envelope_fields);
const struct rc_wire_message rc_contract_live_request = {
    .name = "LiveRequest", .full_name = "rowcall.LiveRequest", .ready = true};
const struct rc_wire_message rc_contract_database_request =
    MESSAGE("HealthCheckRequest", database_fields);
const struct rc_wire_message rc_contract_describe_request =
    MESSAGE("ReflectionDescribeRequest", describe_fields);
const struct rc_wire_message rc_contract_begin_request = MESSAGE("BeginRequest", begin_fields);
const struct rc_wire_message rc_contract_commit_request =
    MESSAGE("CommitRequest", commit_fields);
const struct rc_wire_message rc_contract_rollback_request =
    MESSAGE("RollbackRequest", rollback_fields);
const struct rc_wire_message rc_contract_savepoint_request =
    MESSAGE("SavepointRequest", savepoint_fields);
const struct rc_wire_message rc_contract_collect_request =
    MESSAGE("CollectRequest", collect_fields);
