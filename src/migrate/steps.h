// SPDX-License-Identifier: Apache-2.0
//
// A file of SQL as the steps it is run in. What PostgreSQL takes within a transaction runs in
// one, statement by statement, so that a failure can be told exactly. A file with a statement
// that cannot (CREATE INDEX CONCURRENTLY), or that says
//
//   -- rowcall: no-transaction
//
// in the comments at its top, runs statement by statement outside of one. A file that our
// parser does not understand, or that minds its transactions itself (BEGIN, COMMIT), is one
// step: PostgreSQL is the judge of it.
#ifndef RC_MIGRATE_STEPS_H
#define RC_MIGRATE_STEPS_H

#include "base/buf.h"
#include "migrate/script.h"
#include "pg/sync.h"

struct rc_step {
    const char *sql;
    const char *words; // its first ones, on one line, for people; "" for a whole file
    int line;          // where it begins
    bool builds_index; // one that a failure leaves behind, invalid
};

struct rc_steps {
    const struct rc_step *items;
    size_t count;
    bool is_whole;    // the file is one step, for whatever reason
    bool is_enclosed; // to be run in a transaction of ours
};

// What a step's failure was; {0} when none has failed.
struct rc_step_failure {
    const struct rc_step *step; // NULL: it was something of ours, none of the file's
    size_t ordinal;             // counted from 1
    int line; // where PostgreSQL points, else where the step begins; 0 unknown
    struct rc_pg_error cause;
};

// Whether the comments at a file's top say that it is to run outside of a transaction.
bool rc_steps_are_alone(const char *head);

// Decides on a file's steps; everything is from arena. Fails only without memory.
rowcall_status rc_steps_of(const char *sql, struct rc_arena *arena, struct rc_steps *ret_steps,
                           rowcall_error *err) RC_MUST_CHECK;

// Runs the step of this index; a failure is told in ret_failure.
rowcall_status rc_steps_run(const struct rc_steps *steps, size_t index, struct rc_pg_sync *conn,
                            struct rc_step_failure *ret_failure,
                            rowcall_error *err) RC_MUST_CHECK;

// Appends what went wrong, in lines: where and what, the statement, detail, hint. name: of the
// file.
void rc_step_failure_print(const struct rc_step_failure *failure, const struct rc_steps *steps,
                           const char *name, struct rc_buf *out);

// The same as part of a sentence of bounded length:
//   NAME:2: ERROR 42703: column "x" does not exist (statement 2 of 5: select "x")
void rc_step_failure_tell(const struct rc_step_failure *failure, const struct rc_steps *steps,
                          const char *name, struct rc_buf *out);

#endif
