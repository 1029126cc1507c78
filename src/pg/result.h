// SPDX-License-Identifier: Apache-2.0
//
// The rows one statement gave. Values are borrowed from the result and live as long as it does.
// Immutable, so any thread may read it; only one may free it.
#ifndef RC_PG_RESULT_H
#define RC_PG_RESULT_H

#include "base/view.h"

#include <stdbool.h>
#include <stdint.h>

struct rc_pg_result;

// A field's bytes in the format asked for. data is NUL-terminated behind len bytes, also in
// binary.
struct rc_pg_value {
    const char *data; // "" for NULL
    int len;          // -1 = SQL NULL
};

int rc_pg_result_row_count(const struct rc_pg_result *result);
int rc_pg_result_column_count(const struct rc_pg_result *result);

// row and column count from 0 and must be in range (asserted).
struct rc_pg_value rc_pg_result_value(const struct rc_pg_result *result, int row, int column);

// `count` values of a row from this column on, which must be in range (asserted); those that
// are SQL NULL have no data.
void rc_pg_result_views(const struct rc_pg_result *result, int row, int column, int count,
                        struct rc_view *ret_views);

// The value as text, for results asked for as text; NULL for SQL NULL.
const char *rc_pg_result_text(const struct rc_pg_result *result, int row, int column);

// The column's name in the answer; never NULL.
const char *rc_pg_result_column_name(const struct rc_pg_result *result, int column);

// The column's type, as the OID of this database.
uint32_t rc_pg_result_column_type(const struct rc_pg_result *result, int column);

// Rows inserted, updated, deleted, selected; 0 for statements that count nothing.
int64_t rc_pg_result_affected(const struct rc_pg_result *result);

// The command tag: "INSERT 0 1", "COMMIT". A COMMIT of a failed transaction answers "ROLLBACK".
const char *rc_pg_result_tag(const struct rc_pg_result *result);

// Frees a result that a caller owns (rc_pg_sync_exec). Those handed to callbacks are not the
// callback's. NULL is accepted.
void rc_pg_result_free(struct rc_pg_result *result);

#endif
