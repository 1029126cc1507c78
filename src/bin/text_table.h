// SPDX-License-Identifier: Apache-2.0
//
// Rows of words for people, in aligned columns. The first cell of a row is bright and the last
// dim where the stream is a terminal. Single-threaded.
#ifndef RC_BIN_TEXT_TABLE_H
#define RC_BIN_TEXT_TABLE_H

#include "base/arena.h"

#include <stdio.h>

enum { RC_TEXT_TABLE_COLUMNS = 3 };

struct rc_text_table {
    struct rc_arena arena;
    struct rc_text_row *rows;
    size_t count;
    size_t capacity;
    bool broken; // memory ran out
};

// An empty table in caller's storage.
void rc_text_table_init(struct rc_text_table *table);
void rc_text_table_fini(struct rc_text_table *table);

// Adds a row; cells are copied, and of each the first line only. NULL is empty.
void rc_text_table_add(struct rc_text_table *table, struct rc_view first, struct rc_view second,
                       struct rc_view third);

// Prints the rows, indented by two spaces, nothing behind the last word of a line.
// RESOURCE_EXHAUSTED when memory ran out while rows were added.
rowcall_status rc_text_table_print(const struct rc_text_table *table, FILE *out,
                                   rowcall_error *err) RC_MUST_CHECK;

#endif
