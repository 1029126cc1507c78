// SPDX-License-Identifier: Apache-2.0
//
// The fixed messages that derived ones refer to: proto/rowcall/query.proto and Timestamp, as
// constant tables with roles. A test compares them with the compiled query.proto, so they
// cannot drift apart. Read-only, any thread.
#ifndef RC_API_VOCABULARY_H
#define RC_API_VOCABULARY_H

#include "wire/message.h"

// The numbers of SearchSyntax.
enum rc_search_syntax { RC_SEARCH_TSQUERY, RC_SEARCH_PLAIN, RC_SEARCH_PHRASE, RC_SEARCH_WEB };

// The numbers of Comparison.
enum rc_comparison {
    RC_COMPARISON_EQUALS,
    RC_COMPARISON_NOT_EQUALS,
    RC_COMPARISON_LESS,
    RC_COMPARISON_LESS_OR_EQUAL,
    RC_COMPARISON_GREATER,
    RC_COMPARISON_GREATER_OR_EQUAL,
    RC_COMPARISON_CONTAINS,
    RC_COMPARISON_STARTS_WITH,
    RC_COMPARISON_ENDS_WITH,
    RC_COMPARISON_IN,
    RC_COMPARISON_NOT_IN,
    RC_COMPARISON_HAS,
    RC_COMPARISON_HAS_EVERY,
    RC_COMPARISON_HAS_SOME,
    RC_COMPARISON_ARRAY_CONTAINS,
    RC_COMPARISON_ARRAY_STARTS_WITH,
    RC_COMPARISON_ARRAY_ENDS_WITH,
    RC_COMPARISON_COUNT
};

// One value type of query.proto; members that it lacks are NULL.
struct rc_vocabulary {
    const struct rc_wire_message *list;
    const struct rc_wire_message *filter;
    const struct rc_wire_message *list_filter;
    const struct rc_wire_message *update;
    const struct rc_wire_message *list_update;
};

extern const struct rc_vocabulary rc_vocabulary_int32;
extern const struct rc_vocabulary rc_vocabulary_int64;
extern const struct rc_vocabulary rc_vocabulary_bool;
extern const struct rc_vocabulary rc_vocabulary_float;
extern const struct rc_vocabulary rc_vocabulary_double;
extern const struct rc_vocabulary rc_vocabulary_string;
extern const struct rc_vocabulary rc_vocabulary_bytes;
extern const struct rc_vocabulary rc_vocabulary_timestamp;
extern const struct rc_vocabulary rc_vocabulary_value;   // lists are String's
extern const struct rc_vocabulary rc_vocabulary_numeric; // filters are Value's, lists String's
extern const struct rc_vocabulary rc_vocabulary_json;    // updates and lists are String's

extern const struct rc_wire_message rc_vocabulary_null_filter; // types without equality
extern const struct rc_wire_message rc_vocabulary_order;
extern const struct rc_wire_message rc_vocabulary_count_order;
extern const struct rc_wire_message rc_vocabulary_lock;
extern const struct rc_wire_message rc_vocabulary_field_comparison;
extern const struct rc_wire_enum rc_vocabulary_direction;
extern const struct rc_wire_enum rc_vocabulary_search_syntax;
extern const struct rc_wire_message rc_timestamp_message;

// The index-th table of query.proto, NULL past the last one; for tests and printers.
const struct rc_wire_message *rc_vocabulary_at(size_t index);

#endif
