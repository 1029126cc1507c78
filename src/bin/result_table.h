// SPDX-License-Identifier: Apache-2.0
//
// The answer of Raw/Query as a table for people:
//
//    id | name
//   ----+------
//     1 | ada
//     2 | NULL
//   (2 rows)
//
// Numbers stand to the right, NULL is dim where the stream is a terminal, and what would break
// a line is written as in C. Single-threaded.
#ifndef RC_BIN_RESULT_TABLE_H
#define RC_BIN_RESULT_TABLE_H

#include "base/buf.h"

#include <stdio.h>

// Prints an encoded rowcall.RawQueryResponse; of one without columns, how many rows were
// affected. INTERNAL when it is none, RESOURCE_EXHAUSTED without memory.
rowcall_status rc_result_table_print(struct rc_view response, FILE *out,
                                     rowcall_error *err) RC_MUST_CHECK;

#endif
