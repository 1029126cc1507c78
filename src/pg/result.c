// SPDX-License-Identifier: Apache-2.0
//
// Reading results. Everything is libpq's, with its silent answers to wrong indexes turned into
// asserts.
#include "pg/result.h"

#include "pg/result_internal.h"

#include <assert.h>
#include <stdlib.h>

int rc_pg_result_row_count(const struct rc_pg_result *result)
{
    return PQntuples(rc_pg_result_raw(result));
}

int rc_pg_result_column_count(const struct rc_pg_result *result)
{
    return PQnfields(rc_pg_result_raw(result));
}

struct rc_pg_value rc_pg_result_value(const struct rc_pg_result *result, int row, int column)
{
    PGresult *raw = rc_pg_result_raw(result);
    assert(row >= 0 && row < PQntuples(raw));
    assert(column >= 0 && column < PQnfields(raw));
    int len = PQgetlength(raw, row, column); // 0 for NULL
    if (len == 0 && PQgetisnull(raw, row, column)) {
        len = -1;
    }
    return (struct rc_pg_value){PQgetvalue(raw, row, column), len};
}

void rc_pg_result_views(const struct rc_pg_result *result, int row, int column, int count,
                        struct rc_view *ret_views)
{
    PGresult *raw = rc_pg_result_raw(result);
    assert(row >= 0 && row < PQntuples(raw));
    assert(column >= 0 && count >= 0 && count <= PQnfields(raw) - column);
    for (int i = 0; i < count; i++) {
        int len = PQgetlength(raw, row, column + i); // 0 for NULL
        bool null = len == 0 && PQgetisnull(raw, row, column + i);
        const char *data = null ? NULL : PQgetvalue(raw, row, column + i);
        ret_views[i] = (struct rc_view){data, (size_t)len};
    }
}

const char *rc_pg_result_text(const struct rc_pg_result *result, int row, int column)
{
    struct rc_pg_value value = rc_pg_result_value(result, row, column);
    return value.len < 0 ? NULL : value.data;
}

const char *rc_pg_result_column_name(const struct rc_pg_result *result, int column)
{
    const char *name = PQfname(rc_pg_result_raw(result), column);
    assert(name);
    return name;
}

uint32_t rc_pg_result_column_type(const struct rc_pg_result *result, int column)
{
    return PQftype(rc_pg_result_raw(result), column);
}

int64_t rc_pg_result_affected(const struct rc_pg_result *result)
{
    return strtoll(PQcmdTuples(rc_pg_result_raw(result)), NULL, 10);
}

const char *rc_pg_result_tag(const struct rc_pg_result *result)
{
    return PQcmdStatus(rc_pg_result_raw(result));
}

void rc_pg_result_free(struct rc_pg_result *result)
{
    PQclear(rc_pg_result_raw(result));
}
