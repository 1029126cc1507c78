// SPDX-License-Identifier: Apache-2.0
//
// SQL text with an identity, and the parameters of one execution. Both are borrowed: whoever
// submits keeps them unchanged until the segment is done.
#ifndef RC_PG_STATEMENT_H
#define RC_PG_STATEMENT_H

#include <stddef.h>
#include <stdint.h>

// Every connection prepares a statement once under its id and executes it by name from then on;
// so two texts never share an id. id 0: parsed anew at each execution and never remembered, for
// rare text (BEGIN, tools). Types of parameters are PostgreSQL's to infer: the text has casts
// where it matters.
struct rc_pg_statement {
    uint64_t id;
    const char *sql; // NUL-terminated, one statement
    size_t sql_len;
};

// A new id, never given out before in this process. Thread-safe.
uint64_t rc_pg_statement_next_id(void);

// Arrays of count elements; formats[i] 0 = text, 1 = binary (NULL = all text); values[i] NULL =
// SQL NULL; lengths[i] is read for binary values (may be NULL when there is none). Text is
// NUL-terminated.
struct rc_pg_params {
    int count;
    const char *const *values;
    const int *lengths;
    const int *formats;
};

#endif
