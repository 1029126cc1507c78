// SPDX-License-Identifier: Apache-2.0
//
// The derived API of one scope: which messages exist, what their fields are, and what each
// field *means*. This is the only place that derives it: codegen prints it as .proto files, the
// server walks requests by it (src/query), Reflection renders it as descriptors. So the printed
// contract and the served one cannot differ.
//
// Tables are made on first use (rc_wire_message_ready) and then immutable: reading is
// thread-safe. field->role is an enum rc_api_role, field->subject what the role says;
// message->role is an enum rc_api_message, message->subject its model, enum or NULL.
//
// Numbers. Columns and relations have the entity's numbers (1..999) in every message.
// Generator-owned numbers:
//   1001 and, 1002 or, 1003 not, 1004 counts, 1005 set_null (create), 1006 search (where) and
//   relevance (order by), 1007 field (group key); in EKey composite keys 1010 and up
//   (rc_key.number).
#ifndef RC_API_API_H
#define RC_API_API_H

#include "schema/aggregate.h"
#include "schema/schema.h"
#include "wire/message.h"

// Methods of an entity, in the order of api.md.
enum rc_verb {
    RC_VERB_FIND_UNIQUE,
    RC_VERB_FIND_FIRST,
    RC_VERB_FIND_MANY,
    RC_VERB_STREAM,
    RC_VERB_COUNT,
    RC_VERB_EXISTS,
    RC_VERB_AGGREGATE,
    RC_VERB_GROUP_BY,
    RC_VERB_CREATE,
    RC_VERB_CREATE_MANY,
    RC_VERB_UPDATE,
    RC_VERB_UPDATE_MANY,
    RC_VERB_UPSERT,
    RC_VERB_UPSERT_MANY,
    RC_VERB_DELETE,
    RC_VERB_DELETE_MANY,
    RC_VERB_NUMBER
};

// "FindUnique"; static storage.
const char *rc_verb_name(enum rc_verb verb);
// Whether the verb only reads.
bool rc_verb_is_read(enum rc_verb verb);
bool rc_verb_parse(struct rc_view name, enum rc_verb *ret_verb);

// What a message is. E stands for the entity.
enum rc_api_message {
    RC_MESSAGE_ROW,           // E
    RC_MESSAGE_KEY,           // EKey: oneof of every unique key
    RC_MESSAGE_COMPOSITE_KEY, // EKey<Names>: the columns of one composite key; subject: rc_key
    RC_MESSAGE_WHERE,         // EWhere
    RC_MESSAGE_WHERE_ANY,     // EWhereAny {repeated EWhere any = 1}: an alternative list; empty
                              // matches nothing
    RC_MESSAGE_SELECT,        // ESelect
    RC_MESSAGE_RELATED, // EQuery: where, order_by, cursor, take, skip, distinct, select inside
                        // a select
    RC_MESSAGE_COUNTS,  // ECounts: in a row, int64 per to-many relation
    RC_MESSAGE_COUNT_SELECT,         // ECountSelect: per to-many relation TCount
    RC_MESSAGE_COUNT,                // ECount {EWhere where = 1}
    RC_MESSAGE_RELATION_FILTER_ONE,  // EIs {EWhere is = 1; EWhere is_not = 2; bool is_null = 3}
    RC_MESSAGE_RELATION_FILTER_MANY, // EAny {EWhere some = 1; every = 2; none = 3}
    RC_MESSAGE_SEARCH,   // ESearch: a full-text query; ERelevance: the same and a direction
    RC_MESSAGE_ORDER_BY, // EOrderBy: oneof
    RC_MESSAGE_CREATE,   // ECreate
    RC_MESSAGE_UPDATE,   // EUpdate
    RC_MESSAGE_NESTED,  // the relation-write messages; nested writes are documented in derive.c
    RC_MESSAGE_REQUEST, // E<Verb>Request
    RC_MESSAGE_RESPONSE,   // E<Verb>Response
    RC_MESSAGE_AGGREGATES, // aggregate and group-by helpers
    RC_MESSAGE_ENUM_LIST, // per enum: <Enum>List, <Enum>Filter, <Enum>ListFilter, <Enum>Update,
                          // <Enum>ListUpdate
    RC_MESSAGE_ENUM_FILTER,
    RC_MESSAGE_ENUM_LIST_FILTER,
    RC_MESSAGE_ENUM_UPDATE,
    RC_MESSAGE_ENUM_LIST_UPDATE,
    RC_MESSAGE_LIST,   // of query.proto: Int32List, ...
    RC_MESSAGE_FILTER, // of query.proto: Int32Filter, JsonFilter, ...
    RC_MESSAGE_LIST_FILTER,
    RC_MESSAGE_UPDATE_OP, // of query.proto: Int32Update, ... and the list updates
    RC_MESSAGE_ORDER,     // of query.proto
    RC_MESSAGE_COUNT_ORDER,
    RC_MESSAGE_LOCK,
    RC_MESSAGE_FIELD_COMPARISON,
    RC_MESSAGE_TIMESTAMP, // google.protobuf.Timestamp
};

// What a field is.
enum rc_api_role {
    RC_ROLE_NONE,
    RC_ROLE_COLUMN,   // subject: rc_column. In ROW/KEY/CREATE a value, in WHERE a filter, in
                      // SELECT a bool, in ORDER_BY an Order, in UPDATE an update
    RC_ROLE_RELATION, // subject: rc_relation
    RC_ROLE_COMPOSITE_KEY, // in EKey; subject: rc_key
    RC_ROLE_AND,
    RC_ROLE_OR,
    RC_ROLE_NOT,
    RC_ROLE_ANY, // EWhereAny.any
    RC_ROLE_COUNTS,
    RC_ROLE_SET_NULL,      // ECreate.set_null: repeated EField
    RC_ROLE_SEARCH,        // EWhere.search
    RC_ROLE_RELEVANCE,     // EOrderBy.relevance
    RC_ROLE_SEARCH_FIELDS, // of both: repeated EField
    RC_ROLE_SEARCH_QUERY,
    RC_ROLE_SEARCH_LANGUAGE,
    RC_ROLE_SEARCH_SYNTAX,
    // requests
    RC_ROLE_KEY,
    RC_ROLE_WHERE,
    RC_ROLE_ORDER_BY,
    RC_ROLE_CURSOR,
    RC_ROLE_TAKE,
    RC_ROLE_SKIP,
    RC_ROLE_DISTINCT,
    RC_ROLE_SELECT,
    RC_ROLE_WITH_TOTAL,
    RC_ROLE_REQUIRED,
    RC_ROLE_LOCK,
    // of Stream
    RC_ROLE_PAGE_SIZE,
    RC_ROLE_PAGE_BYTES,
    RC_ROLE_PAGE_TOKEN,
    RC_ROLE_CLOSE,
    RC_ROLE_DATA,
    RC_ROLE_ROWS, // CreateMany.rows
    RC_ROLE_SKIP_DUPLICATES,
    RC_ROLE_ALL,
    RC_ROLE_LIMIT,
    RC_ROLE_MAX_AFFECTED,
    RC_ROLE_CREATE, // Upsert
    RC_ROLE_UPDATE,
    RC_ROLE_CONFLICT, // UpsertMany: EField list naming the key
    // responses
    RC_ROLE_ROW,
    RC_ROLE_RESULT_ROWS,
    RC_ROLE_TOTAL,
    RC_ROLE_COUNT,
    RC_ROLE_EXISTS,
    RC_ROLE_CREATED,
    RC_ROLE_NEXT_PAGE_TOKEN,
    // inside filters and updates (query.proto and per enum)
    RC_ROLE_EQUALS,
    RC_ROLE_NOT_EQUALS,
    RC_ROLE_IN,
    RC_ROLE_NOT_IN,
    RC_ROLE_LT,
    RC_ROLE_LTE,
    RC_ROLE_GT,
    RC_ROLE_GTE,
    RC_ROLE_IS_NULL,
    RC_ROLE_COMPARE,
    RC_ROLE_CONTAINS,
    RC_ROLE_STARTS_WITH,
    RC_ROLE_ENDS_WITH,
    RC_ROLE_INSENSITIVE,
    RC_ROLE_JSON_PATH,
    RC_ROLE_JSON_EXISTS,
    RC_ROLE_STRING_CONTAINS,
    RC_ROLE_STRING_STARTS_WITH,
    RC_ROLE_STRING_ENDS_WITH,
    RC_ROLE_ARRAY_CONTAINS,
    RC_ROLE_ARRAY_STARTS_WITH,
    RC_ROLE_ARRAY_ENDS_WITH,
    RC_ROLE_HAS,
    RC_ROLE_HAS_EVERY,
    RC_ROLE_HAS_SOME,
    RC_ROLE_IS_EMPTY,
    RC_ROLE_SET,
    RC_ROLE_SET_TO_NULL,
    RC_ROLE_INCREMENT,
    RC_ROLE_DECREMENT,
    RC_ROLE_MULTIPLY,
    RC_ROLE_DIVIDE,
    RC_ROLE_PUSH,
    RC_ROLE_VALUES, // List.values
    RC_ROLE_NULLS,  // List.nulls
    RC_ROLE_DIRECTION,
    RC_ROLE_NULLS_ORDER,
    RC_ROLE_LOCK_STRENGTH,
    RC_ROLE_LOCK_WAIT,
    RC_ROLE_COMPARISON,
    RC_ROLE_COMPARED_FIELD,
    RC_ROLE_SECONDS,
    RC_ROLE_NANOS,
    // relation filters and nested writes: further roles are added by their owner as needed
    RC_ROLE_IS,
    RC_ROLE_IS_NOT,
    RC_ROLE_SOME,
    RC_ROLE_EVERY,
    RC_ROLE_NONE_OF,
    RC_ROLE_NESTED,
    // aggregates: in a request what is asked for, in its answer the results, in an order and in
    // `having` what they are about
    RC_ROLE_COUNT_ALL,
    RC_ROLE_COUNT_OF,
    RC_ROLE_SUM_OF,
    RC_ROLE_AVG_OF,
    RC_ROLE_MIN_OF,
    RC_ROLE_MAX_OF,
    RC_ROLE_BY,     // what records are grouped by: keys in a request, values in a group
    RC_ROLE_FIELD,  // an EField: the column that a key or an order is about
    RC_ROLE_HAVING, // GroupBy.having
};

// The role of the fields about an aggregate function.
enum rc_api_role rc_api_aggregate_role(enum rc_aggregate function);

struct rc_api;

// The API of one scope. scope must outlive it. Free with rc_api_free.
rowcall_status rc_api_new(const struct rc_scope *scope, struct rc_api **ret_api,
                          rowcall_error *err) RC_MUST_CHECK;
void rc_api_free(struct rc_api *api);
const struct rc_scope *rc_api_scope(const struct rc_api *api);

// Request and response of a method (lazy tables: use rc_wire_message_ready). NULL where a view
// has no such verb.
const struct rc_wire_message *rc_api_request(struct rc_api *api, const struct rc_model *model,
                                             enum rc_verb verb);
const struct rc_wire_message *rc_api_response(struct rc_api *api, const struct rc_model *model,
                                              enum rc_verb verb);

// Request and response of a typed SQL method (lazy tables as well). The request's fields are
// the method's parameters, the response has `rows`, `row` or `count`.
const struct rc_wire_message *rc_api_sql_request(struct rc_api *api,
                                                 const struct rc_sql_method *method);
const struct rc_wire_message *rc_api_sql_response(struct rc_api *api,
                                                  const struct rc_sql_method *method);

// One entity's message of a kind that exists once per entity (ROW, KEY, WHERE, ...).
const struct rc_wire_message *rc_api_message(struct rc_api *api, const struct rc_model *model,
                                             enum rc_api_message kind);

// The EField enum of an entity: its columns, number = field number; value 0 is
// <E>_FIELD_UNSPECIFIED. subject-free.
const struct rc_wire_enum *rc_api_field_enum(struct rc_api *api, const struct rc_model *model);

// For codegen: every message and enum of the scope, in printing order, all made ready. Calls
// back with the message and the model it belongs to: an entity's, or a service's (requests and
// responses of typed SQL); NULL for enums' messages and for rows of typed SQL.
typedef void (*rc_api_message_fn)(void *context, const struct rc_model *model,
                                  const struct rc_wire_message *message);
typedef void (*rc_api_enum_fn)(void *context, const struct rc_model *model,
                               const struct rc_wire_enum *enumeration);
rowcall_status rc_api_each(struct rc_api *api, rc_api_enum_fn on_enum,
                           rc_api_message_fn on_message, void *context,
                           rowcall_error *err) RC_MUST_CHECK;

#endif
