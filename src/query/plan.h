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
// Columns whose meaning is not COLUMN come before the columns of the row, each at most once:
//
//   | TARGETS? | TOTAL? | COUNT? | EXISTS? | PRESENT? | COLUMN ... |
//
// With PRESENT a record of the result holds a row only where it is true: a total, or the number
// of targets, comes even when there is no row to carry it.
#ifndef RC_QUERY_PLAN_H
#define RC_QUERY_PLAN_H

#include "api/api.h"
#include "wire/value.h"

// What a result column says.
enum rc_plan_meaning {
    RC_PLAN_TARGETS, // int8: how many records the filter found, at most max_affected + 1. More
                     // than max_affected: nothing was changed, the call is refused
    RC_PLAN_TOTAL,   // int8: the response's total
    RC_PLAN_COUNT,   // int8: the response's count
    RC_PLAN_EXISTS,  // bool: the response's exists
    RC_PLAN_PRESENT, // bool, or NULL for false: whether the columns hold a row
    RC_PLAN_COLUMN,  // a value of the row
};

struct rc_plan_column {
    enum rc_plan_meaning meaning;
    uint32_t number; // COLUMN: the field in the row message; others: the field in the response
                     // (0 for TARGETS and PRESENT, which are not answered)
    const struct rc_type *type; // of the value. Binary unless as_text
    bool as_text; // it arrives as text (array: as text[]): type's values in PostgreSQL's words
};

// What the response's count is.
enum rc_plan_count {
    RC_PLAN_COUNT_NONE,     // the response has none
    RC_PLAN_COUNT_COLUMN,   // the column that means COUNT
    RC_PLAN_COUNT_AFFECTED, // the statement's affected rows; of several steps, their sum
};

struct rc_plan_program; // private: how parameters are bound

struct rc_plan {
    uint64_t id; // from rc_query_options.next_id: names the prepared statement
    enum rc_verb verb;
    const struct rc_model *model;
    bool read_only;  // the statement writes nothing
    const char *sql; // NUL-terminated, one statement
    size_t sql_len;
    // The type of each parameter, param_count of them: the type that the SQL casts it to
    // (type->array: a LIST value, one array). A BYTES value of a type that is not text-like and
    // not bytea is PostgreSQL's own text form of it.
    const struct rc_type *const *param_types;
    size_t param_count;
    const struct rc_plan_column *columns; // of the result, all of them
    size_t column_count;
    // Where the answer goes.
    const struct rc_wire_message *response;
    uint32_t row_number; // the response's field that takes rows: `row` or `rows`; 0 = rows
                         // are not answered
    enum rc_plan_count count;
    uint32_t count_number; // the response's count; 0 when there is none
    const struct rc_plan_program *program;
};

#endif
