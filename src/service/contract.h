// SPDX-License-Identifier: Apache-2.0
//
// The engine's own contracts as message tables: what proto/rowcall/envelope.proto,
// health.proto, reflection.proto, replies.proto and transactions.proto say, for the checker.
// Numbers that the service writes are named here. Static storage.
#ifndef RC_SERVICE_CONTRACT_H
#define RC_SERVICE_CONTRACT_H

#include "wire/message.h"

extern const struct rc_wire_message rc_contract_request_envelope;
extern const struct rc_wire_message rc_contract_live_request;
extern const struct rc_wire_message
    rc_contract_database_request; // HealthCheckRequest, ReflectionListRequest
extern const struct rc_wire_message rc_contract_describe_request;
extern const struct rc_wire_message rc_contract_begin_request;
extern const struct rc_wire_message rc_contract_commit_request;
extern const struct rc_wire_message rc_contract_rollback_request;
extern const struct rc_wire_message rc_contract_savepoint_request;
extern const struct rc_wire_message rc_contract_collect_request;

extern const struct rc_wire_message rc_contract_raw_query_request;
extern const struct rc_wire_message rc_contract_raw_execute_request;

enum rc_envelope_number {
    RC_ENVELOPE_CALLS = 1,
    RC_ENVELOPE_ATOMIC = 2,
    RC_ENVELOPE_TOKEN = 3,
    RC_ENVELOPE_ISOLATION_LEVEL = 4,
    RC_ENVELOPE_READ_ONLY = 5,
    RC_ENVELOPE_MAX_RETRIES = 6,
    RC_ENVELOPE_ID = 7,
};

enum rc_call_number {
    RC_CALL_DATABASE = 1,
    RC_CALL_METHOD = 2,
    RC_CALL_REQUEST = 3,
    RC_CALL_TIMEOUT_MS = 4,
    RC_CALL_TRANSACTION = 5,
    RC_CALL_IDEMPOTENCY_KEY = 6,
    RC_CALL_METADATA = 7,
    RC_CALL_TIMINGS = 8,
    RC_CALL_REFERENCES = 9,
};

enum rc_reference_number {
    RC_REFERENCE_CALL = 1,
    RC_REFERENCE_FROM = 2,
    RC_REFERENCE_TO = 3,
};

// rowcall.IsolationLevel.
enum rc_isolation {
    RC_ISOLATION_DEFAULT = 0,
    RC_ISOLATION_READ_COMMITTED = 1,
    RC_ISOLATION_REPEATABLE_READ = 2,
    RC_ISOLATION_SERIALIZABLE = 3,
};

enum rc_begin_number {
    RC_BEGIN_ISOLATION_LEVEL = 1,
    RC_BEGIN_READ_ONLY = 2,
    RC_BEGIN_TIMEOUT_MS = 3,
    RC_BEGIN_MAX_WAIT_MS = 4,
};

enum rc_begun_number {
    RC_BEGUN_TRANSACTION = 1,
    RC_BEGUN_TIMEOUT_MS = 2,
};

// CommitRequest, RollbackRequest and SavepointRequest begin alike.
#define RC_TRANSACTION_ID 1

enum rc_savepoint_number {
    RC_ROLLBACK_SAVEPOINT = 2,
    RC_SAVEPOINT_NAME = 2,
    RC_SAVEPOINT_RELEASE = 3,
};

enum rc_collect_number {
    RC_COLLECT_ENVELOPE = 1,
    RC_COLLECT_KNOWN = 2,
    RC_COLLECT_REPLIES = 1,
    RC_COLLECTED_REPLY = 1,
    RC_COLLECTED_CALL = 2,
};

enum rc_reply_number {
    RC_REPLY_ENVELOPE_REPLIES = 1,
    RC_REPLY_STATUS = 1,
    RC_REPLY_RESPONSE = 2,
    RC_REPLY_TIMINGS = 3,
    RC_REPLY_EXPLAIN = 4,
    RC_REPLY_KEPT = 5,
};

// Of RawQueryRequest and, but for the last two, RawExecuteRequest.
enum rc_raw_request_number {
    RC_RAW_SQL = 1,
    RC_RAW_PARAMETERS = 2,
    RC_RAW_READ_ONLY = 3,
    RC_RAW_MAX_ROWS = 4,
};

enum rc_raw_response_number {
    RC_RAW_QUERY_COLUMNS = 1,
    RC_RAW_QUERY_ROWS = 2,
    RC_RAW_QUERY_AFFECTED = 3,
    RC_RAW_EXECUTE_AFFECTED = 1,
    RC_RAW_COLUMN_NAME = 1,
    RC_RAW_COLUMN_TYPE = 2,
    RC_RAW_ROW_VALUES = 1,
    RC_RAW_LIST_VALUES = 1,
};

enum rc_raw_value_number {
    RC_RAW_VALUE_IS_NULL = 1,
    RC_RAW_VALUE_BOOLEAN = 2,
    RC_RAW_VALUE_INTEGER = 3,
    RC_RAW_VALUE_NUMBER = 4,
    RC_RAW_VALUE_TEXT = 5,
    RC_RAW_VALUE_BYTES = 6,
    RC_RAW_VALUE_TIMESTAMP = 7,
    RC_RAW_VALUE_JSON = 8,
    RC_RAW_VALUE_LIST = 9,
};

enum rc_explain_number {
    RC_EXPLAIN_STATEMENTS = 1,
};

enum rc_explained_statement_number {
    RC_EXPLAINED_STATEMENT_SQL = 1,
    RC_EXPLAINED_STATEMENT_PARAMETERS = 2,
    RC_EXPLAINED_STATEMENT_PLAN = 3,
    RC_EXPLAINED_STATEMENT_PLAN_JSON = 4,
};

enum rc_explained_parameter_number {
    RC_EXPLAINED_PARAMETER_TYPE = 1,
    RC_EXPLAINED_PARAMETER_PATH = 2,
    RC_EXPLAINED_PARAMETER_VALUE = 3,
    RC_EXPLAINED_PARAMETER_IS_NULL = 4,
};

enum rc_status_number {
    RC_STATUS_CODE = 1,
    RC_STATUS_REASON = 2,
    RC_STATUS_MESSAGE = 3,
    RC_STATUS_SQLSTATE = 4,
    RC_STATUS_ENTITY = 5,
    RC_STATUS_FIELDS = 6,
    RC_STATUS_CONSTRAINT = 7,
    RC_STATUS_OUTCOME = 8,
};

enum rc_timings_number {
    RC_TIMINGS_QUEUE_US = 1,
    RC_TIMINGS_DATABASE_US = 2,
    RC_TIMINGS_TOTAL_US = 3,
};

#endif
