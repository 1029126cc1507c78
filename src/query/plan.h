// SPDX-License-Identifier: Apache-2.0
//
// A plan: how requests of one shape are executed. SQL text, what each parameter is made of and
// what each result column becomes. A plan depends on the shape alone, never on a value, so it
// serves every request of its shape, from any thread. Immutable but for its reference count.
//
//   request bytes --walk--> shape (field numbers, nesting, structural flags) + slots (values)
//
//   shape --compile, once--> plan
//     sql      select t0."id", t0."price" from "public"."products" t0
//              where t0."name" like $1::text and t0."id" = any($2::int4[]) limit $3::int8
//     params   $1  slot 0  pattern %..%   text        columns  0  field 1  int4     -> row
//              $2  slot 1  as it is       int4[]               1  field 7  numeric  -> row
//              $3  slot 2  magnitude      int8
//
//   plan + slots --bind--> one rc_value per parameter: all that has to be encoded
//
// A plan is one statement or several, executed in order as one segment: one transaction, one
// round trip. A result column is a *head*, which says something about the whole answer, or
// belongs to the row, whose fields are a tree (transcode/row.h). Heads come first, each at most
// once:
//
//   | GUARDS? | TARGETS? | TOTAL? | COUNT? | EXISTS? | CREATED? | PRESENT? | row ... |
//
// With PRESENT a record of the result holds a row only where it is true: a total, or the number
// of targets, comes even when there is no row to carry it.
#ifndef RC_QUERY_PLAN_H
#define RC_QUERY_PLAN_H

#include "api/api.h"
#include "transcode/row.h"
#include "wire/value.h"

// What a head says.
enum rc_plan_meaning {
    RC_PLAN_GUARDS,  // bool, nothing to be told: to compute it is to check the guards
    RC_PLAN_TARGETS, // int8: how many records the filter found, at most max_affected + 1. More
                     // than max_affected: nothing was changed, the call is refused
    RC_PLAN_TOTAL,   // int8: the response's total
    RC_PLAN_COUNT,   // int8: the response's count
    RC_PLAN_EXISTS,  // bool: the response's exists
    RC_PLAN_CREATED, // bool: the response's created
    RC_PLAN_PRESENT, // bool, or NULL for false: whether the rest holds a row
};

struct rc_plan_head {
    enum rc_plan_meaning meaning;
    uint32_t number; // the response's field; 0 for what is not answered
};

// What a statement adds to the response's count.
enum rc_plan_count {
    RC_PLAN_COUNT_NONE,
    RC_PLAN_COUNT_COLUMN,   // the head that means COUNT
    RC_PLAN_COUNT_AFFECTED, // its affected rows
};

// What a parameter's value is to a column.
enum rc_plan_use {
    RC_PLAN_COMPARED, // a filter, a key, a cursor
    RC_PLAN_STORED,   // what the column becomes
    RC_PLAN_OPERAND,  // what the column is changed by
    RC_PLAN_SEARCHED, // the text of a full-text query, of no one column
};

// Where in a request a parameter comes from, to name it when its value is refused.
struct rc_plan_origin {
    const struct rc_column *column; // NULL: it is for no column
    enum rc_plan_use use;
    const char *path;     // "data.price.increment"; NULL: it is not the request's
    const char *language; // SEARCHED: the text search configuration; otherwise NULL
};

struct rc_plan_program; // private: how parameters are bound

struct rc_plan_statement {
    uint64_t id;     // from rc_query_options.next_id: names the prepared statement
    const char *sql; // NUL-terminated, one statement
    size_t sql_len;
    // The type of each parameter, param_count of them: the type that the SQL casts it to
    // (type->array: a LIST value, one array). A BYTES value of a type that is not text-like and
    // not bytea is PostgreSQL's own text form of it.
    const struct rc_type *const *param_types;
    const struct rc_plan_origin *origins; // param_count of them
    size_t param_count;
    const struct rc_plan_head *heads;
    size_t head_count;
    const struct rc_row_field *fields; // of the row; 0 = it answers no rows
    size_t field_count;
    size_t width;      // of the result: heads and values
    bool answers_rows; // its records are rows of the response, perhaps without a single field
    enum rc_plan_count count;
    const struct rc_plan_program *program;
};

// Why a statement of a plan may end the call on purpose: it reads the setting
// "rowcall.fail_<index>", which there is not, and so PostgreSQL's error (42704) names it.
#define RC_PLAN_FAILURE_SETTING "rowcall.fail_"

struct rc_plan_failure {
    rowcall_status status;
    const char *reason; // "P2025"
    const char *message;
    const char *entity;
    const char *fields; // names, joined by ','; NULL when there are none
};

// A plan's statement for many calls at once: lookups, and writes of one record each. Parameter
// i is an array with parameter i of each call's own statement. Of a result's columns the first
// is the call that the record is for (int8, counted from 1, in the order of the arrays, in any
// order of records), and those behind the first `lead` are what the call's own statement
// answers.
//
// A lookup without a record has found nothing. A write without a record was not executed: what
// it needs was locked, or is not there; it is for its own statement to say. Nothing in a bulk
// write waits for a row that somebody else has locked.
//
// Two updates of one record cannot be in one execution. Those whose `same` parameters, the
// key's, are equal bytes write the same record: the second one goes with `again`, behind the
// first in the same transaction, which executes it only if the first one was. Where the
// condition has parameters besides the key there is no `again`: whether the second one finds
// the record depends on what the first one made of it, so it has to come when that is done.
//
// A bulk write that must not be executed fails, and PostgreSQL's message holds the reason:
// one record was met by keys of different bytes (citext) ...
#define RC_PLAN_BULK_TWICE "rowcall.twice"
// ... or the table has triggers, rules and the like, or is not as the schema says.
#define RC_PLAN_BULK_UNFIT "rowcall.unfit"

struct rc_plan_bulk {
    uint64_t id; // as a statement's
    const char *sql;
    size_t sql_len;
    const struct rc_type *const *param_types; // arrays; as many as the statement has
    size_t lead;
    bool writes;
    uint64_t again_id; // of an update
    const char *again; // its statement; NULL: there is none
    size_t again_len;
    const size_t *same; // the parameters that say which record
    size_t same_count;  // 0: no two calls are about the same record
};

// A request that takes more statements is refused.
#define RC_PLAN_STATEMENTS_MAX 128

struct rc_plan {
    enum rc_verb verb;            // RC_VERB_NUMBER: typed SQL
    const struct rc_model *model; // typed SQL: its service's
    bool read_only;               // no statement writes or locks
    bool locks; // it locks the records it reads: makes sense within a transaction only
    const struct rc_plan_statement *statements;
    size_t statement_count;
    const struct rc_plan_bulk *bulk; // NULL: its calls are executed one by one
    const struct rc_plan_failure *failures;
    size_t failure_count;
    // Where the answer goes.
    const struct rc_wire_message *response;
    uint32_t row_number; // the response's field that takes rows: `row`, `rows` or `groups`; 0 =
                         // a row's fields are those of the response itself
    uint32_t count_number;    // the response's count; 0 when there is none
    size_t max_affected_slot; // SIZE_MAX: none
    bool is_many;             // one statement that answers any number of rows ...
    size_t take_slot;         // ... but for this one's value, if it is not SIZE_MAX
    int64_t few_rows;         // which nobody minds to hold at once if it is so many at most
};

#endif
