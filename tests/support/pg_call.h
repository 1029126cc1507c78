// SPDX-License-Identifier: Apache-2.0
//
// Segments for tests: build, submit, wait for the answer, look at it.
#ifndef TEST_PG_CALL_H
#define TEST_PG_CALL_H

#include "pg/pool.h"

#include <pthread.h>

enum { CALL_STEPS = 4, CALL_PARAMS = 2 };

// One segment with its memory and its answer. Zeroed by call_init.
struct call {
    struct rc_pg_segment segment;
    struct rc_pg_step steps[CALL_STEPS];
    struct rc_pg_statement statements[CALL_STEPS];
    const char *values[CALL_STEPS][CALL_PARAMS];
    int done_count; // on_done calls: 1 after wait
    bool failed;
    struct rc_pg_error error;   // when failed
    int row_count[CALL_STEPS];  // -1 = no result seen
    char text[CALL_STEPS][256]; // first value of the first row, when it is text
    char tag[CALL_STEPS][32];
    pthread_mutex_t mutex;
    pthread_cond_t done;
};

void call_init(struct call *call);
void call_fini(struct call *call);

// Adds a step: its own statement (prepared) or, with id 0, an unprepared one. Parameters are
// text, NULL ends them early.
void call_add(struct call *call, uint64_t id, const char *sql, const char *a, const char *b);

// Waits until on_done came.
void call_wait(struct call *call);

// Submit, wait; true when it succeeded. A refused submit counts as failed, with its error.
bool call_run(struct call *call, struct rc_pg_pool *pool);
bool call_run_on(struct call *call, struct rc_pg_conn *conn);

// A one-step segment in one go, on the pool: init, add, run. The caller finis it.
bool call_sql(struct call *call, struct rc_pg_pool *pool, const char *sql);

// Waits (by asking again) until condition(arg) holds; false after 20 s.
bool wait_until(bool (*condition)(void *arg), void *arg);

// Acquires an exclusive connection; NULL when it failed, with the error.
struct rc_pg_conn *acquire_conn(struct rc_pg_pool *pool, int64_t deadline_us,
                                struct rc_pg_error *ret_error);

#endif
