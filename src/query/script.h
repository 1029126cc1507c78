// SPDX-License-Identifier: Apache-2.0
//
// A write of several records as SQL. Its *ops* (find, insert, update, delete) are common table
// expressions of one statement, w0, w1, ..., which refer to each other's records:
//
//   with w0 as (insert into "products" ... returning "id"),
//        w1 as (insert into "prices" ("productId", ...) select t0."id", ... from w0 t0 ...)
//   select ...
//
// The parts of one statement do not see what the others do to tables. Where an op has to see
// it, the script is *cut*: a new statement of the same transaction begins, and records that it
// needs from before travel in a setting that is local to the transaction:
//
//   with w0 as (insert ...) select set_config('rowcall.w0', <its records>, true)
//   with w0 as (select ... from <the setting>), w2 as (update ... from w0 ...) select ...
//
// Whoever writes an op need not know: rc_script_put_records names the records of an earlier op
// in the same words wherever it ran. When the script is cut is decided in rc_script_open from
// what ops touch:
//
//   ops that write do so in their order, also within a statement
//   an insert sees nothing, and so fits into any statement
//   any other op that touches what an earlier op of the statement wrote begins a new statement
//   a delete, and an update of columns that others refer to, may touch everything (cascades)
//   what foreign keys do after such an op they do when the statement ends, to whoever refers to
//     the old key by then: an insert of rows that may do so begins a new statement
//
// Rules that PostgreSQL cannot check by itself (a record that must be there) are *guards*: when
// one does not hold, the statement ends with a failure of the plan, and nothing was written.
#ifndef RC_QUERY_SCRIPT_H
#define RC_QUERY_SCRIPT_H

#include "query/columns.h"

// The records that an op found or wrote: a set, seldom more than one. They have the columns of
// rc_script_put_columns; without a model they are only there or not.
struct rc_record {
    size_t op;
    const struct rc_model *model;
};

#define RC_RECORD_NONE ((struct rc_record){.op = SIZE_MAX})

static inline bool rc_record_is_none(struct rc_record record)
{
    return record.op == SIZE_MAX;
}

enum rc_op_kind { RC_OP_FIND, RC_OP_INSERT, RC_OP_UPDATE, RC_OP_DELETE };

// What an op is about to do; zeroed members: nothing.
struct rc_op {
    enum rc_op_kind kind;
    const void *table;                  // an rc_entity or rc_join_table; NULL for none
    const struct rc_node *where;        // an EWhere: its relations are read, too
    const struct rc_relation *relation; // read to find the table's records
    bool looks;      // INSERT: for conflicts with records that are there, so it must see them,
                     // or it refers to records of a table with rc_script_has_moved
    bool moves_keys; // UPDATE: of columns that others refer to
};

struct rc_script; // of scratch memory: needs no end

// One for a plan. RESOURCE_EXHAUSTED without memory.
rowcall_status rc_script_new(struct rc_builder *builder,
                             struct rc_script **ret_script) RC_MUST_CHECK;

// What everything is written to.
struct rc_builder *rc_script_builder(const struct rc_script *script);

// Begins an op: everything that is written to the builder until rc_script_close is its body.
// Ops do not nest. RESOURCE_EXHAUSTED: too many statements.
rowcall_status rc_script_open(struct rc_script *script, const struct rc_op *op) RC_MUST_CHECK;

// Ends the op. Its body has to give the columns of rc_script_put_columns, or, without a model,
// any column.
struct rc_record rc_script_close(struct rc_script *script, const struct rc_model *model);

// The records of all of these, as one op; of one it is that one. They have a model, and there
// is one at least.
rowcall_status rc_script_unite(struct rc_script *script, const struct rc_record *records,
                               size_t count, struct rc_record *ret_record) RC_MUST_CHECK;

// At the end of the WHERE of an op that writes: " and <a condition that is true once the write
// before it has run>", unless the op reads that one's records anyway. PostgreSQL runs the parts
// of a statement in whatever order they need each other.
void rc_script_put_order(struct rc_script *script);

// Records of this entity are to have these columns, too: the answer is made of them. Before the
// first op.
void rc_script_want(struct rc_script *script, const struct rc_columns *columns);

// "t1."id", t1."userId"": the columns that records of model have: of its primary key, of its
// relations, and those that are wanted.
void rc_script_put_columns(struct rc_script *script, const struct rc_model *model,
                           struct rc_alias alias);

// "w0 t5": the records of an earlier op, in a FROM.
void rc_script_put_records(struct rc_script *script, struct rc_record record,
                           struct rc_alias alias);
// "exists (select 1 from w0)".
void rc_script_put_exists(struct rc_script *script, struct rc_record record);
// "(select count(*) from w0)".
void rc_script_put_count(struct rc_script *script, struct rc_record record);

// Between the two, write a condition: when it does not hold at the end of the statement, the
// call ends with `failure` (copied; its strings are the plan's or the schema's).
void rc_script_begin_guard(struct rc_script *script);
void rc_script_end_guard(struct rc_script *script, const struct rc_plan_failure *failure);

// "current_setting('rowcall.fail_0')": whoever evaluates it ends the call with `failure`. A
// text. Not for a WHERE: the planner evaluates what looks constant there.
void rc_script_put_failure(struct rc_script *script, const struct rc_plan_failure *failure);

// Whether the table may hold other values of these records by now than their op gave.
bool rc_script_is_stale(const struct rc_script *script, struct rc_record record);

// Whether the statement at hand has written nothing but the record itself.
bool rc_script_wrote_only(const struct rc_script *script, struct rc_record record);

// Whether an op that reads this table (rc_entity or rc_join_table) would have to begin a new
// statement.
bool rc_script_has_written(const struct rc_script *script, const void *table);

// Whether records of this table may go, or get another key, when the statement ends.
bool rc_script_has_moved(const struct rc_script *script, const struct rc_entity *entity);

// Begins a new statement. Records from before have one more column in it, in the order that
// their op gave them.
#define RC_SCRIPT_NUMBER "\"rc:n\""
rowcall_status rc_script_cut(struct rc_script *script) RC_MUST_CHECK;

// The last statement's own SELECT, which is the answer: everything that is written between the
// two. It begins with "select ", and then the guards, which are a head of their own when there
// are any.
bool rc_script_has_guards(const struct rc_script *script);
void rc_script_begin_answer(struct rc_script *script);
void rc_script_end_answer(struct rc_script *script);

#endif
