// SPDX-License-Identifier: Apache-2.0
//
// Raw SQL, from the request to the response. Everything is in the exchange's arena but the
// names of types, which come with the results.
#include "service/raw.h"

#include "base/clock.h"
#include "service/contract.h"
#include "service/errors.h"
#include "service/exchange.h"
#include "service/raw_value.h"
#include "service/transactions.h"
#include "wire/writer.h"

#include <stdio.h>
#include <stdlib.h>

#define CURSOR  "rowcall_raw"
#define DECLARE "declare " CURSOR " cursor for "

// Base types, enums, domains and ranges of the database's own, and arrays of them.
static const char types_sql[] =
    "select t.oid::int8, pg_catalog.format_type(t.oid, null) from pg_catalog.pg_type t"
    " left join pg_catalog.pg_type e on e.oid = t.typelem"
    " where t.oid >= 16384 and t.typtype <> 'c' and coalesce(e.typtype, 'b') <> 'c'";

// ---- steps

static int add_step(struct rc_raw *raw, const char *sql, bool as_text)
{
    int i = raw->step_count++;
    raw->statements[i] = (struct rc_pg_statement){.sql = sql, .sql_len = strlen(sql)};
    raw->steps[i] = (struct rc_pg_step){.statement = &raw->statements[i], .as_text = as_text};
    return i;
}

// The caller's statement and, where it is read through a cursor, what reads it.
static rowcall_status add_sql(struct rc_raw *raw, struct rc_arena *arena, rowcall_error *err)
{
    bool by_cursor = raw->queries && raw->request.kind == RC_RAW_READS;
    const char *sql = raw->request.sql;
    const char *fetch = "";
    if (by_cursor) {
        sql = rc_arena_printf(arena, DECLARE "%s", sql);
        fetch = rc_arena_printf(arena, "fetch forward %llu from " CURSOR,
                                (unsigned long long)raw->request.max_rows + 1);
        raw->prefix_len = sizeof(DECLARE) - 1;
    }
    if (!sql || !fetch) {
        return rc_error_oom(err);
    }
    raw->sql_step = add_step(raw, sql, true);
    raw->steps[raw->sql_step].params = raw->request.params;
    raw->rows_step = by_cursor ? add_step(raw, fetch, true) : raw->sql_step;
    return ROWCALL_OK;
}

static rowcall_status add_steps(struct rc_raw *raw, bool in_transaction, struct rc_arena *arena,
                                rowcall_error *err)
{
    if (!in_transaction) {
        (void)add_step(raw, raw->request.read_only ? "begin read only" : "begin", false);
    }
    raw->types_step = raw->queries ? add_step(raw, types_sql, true) : -1;
    rowcall_status st = add_sql(raw, arena, err);
    if (!in_transaction && !raw->request.read_only) {
        (void)add_step(raw, "commit", false);
    } else if (in_transaction && raw->rows_step != raw->sql_step) {
        (void)add_step(raw, "close " CURSOR, false);
    }
    return st;
}

// ---- results

// "16400\0colour\016402\0colour[]\0"
static void take_types(struct rc_raw *raw, const struct rc_pg_result *result)
{
    for (int row = 0; row < rc_pg_result_row_count(result); row++) {
        for (int column = 0; column < 2; column++) {
            struct rc_pg_value value = rc_pg_result_value(result, row, column);
            rc_buf_append(&raw->types, value.data, value.len > 0 ? (size_t)value.len : 0);
            rc_buf_append_char(&raw->types, '\0');
        }
    }
}

// The name of a type that is not built in; NULL when the database did not tell.
static const char *name_of(const struct rc_raw *raw, uint32_t oid)
{
    size_t at = 0;
    while (!raw->types.broken && at < raw->types.len) {
        const char *number = raw->types.data + at;
        const char *name = number + strlen(number) + 1;
        if (strtoul(number, NULL, 10) == oid) {
            return name;
        }
        at = (size_t)(name - raw->types.data) + strlen(name) + 1;
    }
    return NULL;
}

// Appends the name; ret_type tells how values of the type are written.
static void put_type_name(const struct rc_raw *raw, uint32_t oid, struct rc_raw_type *ret_type,
                          struct rc_buf *out)
{
    const char *own = name_of(raw, oid);
    if (rc_raw_type_of(oid, ret_type)) {
        rc_buf_printf(out, "%s%s", ret_type->name, ret_type->array ? "[]" : "");
        return;
    }
    size_t len = own ? strlen(own) : 0;
    bool is_array = len > 2 && strcmp(own + len - 2, "[]") == 0;
    *ret_type = (struct rc_raw_type){own, RC_RAW_FORM_TEXT, is_array};
    if (own) {
        rc_buf_append_text(out, own);
    } else {
        rc_buf_append_text(out, "record"); // a row of a table, or a type made just now
    }
}

static void write_columns(const struct rc_raw *raw, const struct rc_pg_result *result,
                          struct rc_raw_type *ret_types, struct rc_buf *out)
{
    for (int i = 0; i < rc_pg_result_column_count(result); i++) {
        size_t column = rc_wire_begin(out, RC_RAW_QUERY_COLUMNS);
        rc_wire_put_text(out, RC_RAW_COLUMN_NAME, rc_pg_result_column_name(result, i));
        size_t type = rc_wire_begin(out, RC_RAW_COLUMN_TYPE);
        put_type_name(raw, rc_pg_result_column_type(result, i), &ret_types[i], out);
        rc_wire_end(out, type);
        rc_wire_end(out, column);
    }
}

static void write_row(const struct rc_pg_result *result, int row,
                      const struct rc_raw_type *types, struct rc_buf *out)
{
    size_t mark = rc_wire_begin(out, RC_RAW_QUERY_ROWS);
    for (int i = 0; i < rc_pg_result_column_count(result); i++) {
        struct rc_pg_value value = rc_pg_result_value(result, row, i);
        if (value.len < 0) {
            rc_raw_value_write_null(out, RC_RAW_ROW_VALUES);
        } else {
            rc_raw_value_write(out, RC_RAW_ROW_VALUES, &types[i],
                               (struct rc_view){value.data, (size_t)value.len});
        }
    }
    rc_wire_end(out, mark);
}

static void write_rows(struct rc_raw *raw, const struct rc_pg_result *result,
                       struct rc_buf *out)
{
    int rows = rc_pg_result_row_count(result);
    int columns = rc_pg_result_column_count(result);
    struct rc_raw_type *types = calloc((size_t)columns + 1, sizeof(*types));
    bool is_limited = raw->rows_step != raw->sql_step;
    raw->too_many = is_limited && (int64_t)rows > (int64_t)raw->request.max_rows;
    if (!types) {
        out->broken = true;
        return;
    }
    write_columns(raw, result, types, out);
    for (int row = 0; row < rows && !raw->too_many && !out->broken; row++) {
        write_row(result, row, types, out);
    }
    if (columns == 0) {
        rc_wire_put_uint(out, RC_RAW_QUERY_AFFECTED, (uint64_t)rc_pg_result_affected(result));
    }
    free(types);
}

static void on_result(struct rc_pg_segment *segment, int step,
                      const struct rc_pg_result *result)
{
    struct rc_call *call = segment->user;
    struct rc_raw *raw = call->raw;
    if (step == raw->types_step) {
        take_types(raw, result);
    } else if (step == raw->rows_step && raw->queries) {
        write_rows(raw, result, call->reply.out);
    } else if (step == raw->rows_step) {
        rc_wire_put_uint(call->reply.out, RC_RAW_EXECUTE_AFFECTED,
                         (uint64_t)rc_pg_result_affected(result));
    }
}

// ---- the end

// Failures that say more than that the statement failed.
static bool has_own_meaning(const struct rc_pg_error *error)
{
    const char *reason = rc_error_rule_of(error->sqlstate)->reason;
    return error->kind != RC_PG_ERROR_SERVER || strcmp(reason, "P2034") == 0 ||
           strcmp(reason, "P2028") == 0 || strcmp(reason, "P1008") == 0 ||
           strcmp(reason, "P1016") == 0;
}

static void describe(struct rc_call *call, const struct rc_pg_error *error)
{
    const struct rc_raw *raw = call->raw;
    rowcall_error *err = &call->err;
    rc_error_from_pg(error, NULL, err);
    if (rc_pg_error_is(error, "08P01")) { // of Bind: the one way that it can be met here
        err->status = ROWCALL_INVALID_ARGUMENT;
    }
    if (has_own_meaning(error)) {
        return;
    }
    rowcall_error told = {.outcome = err->outcome};
    int position = error->position - (error->step == raw->sql_step ? raw->prefix_len : 0);
    rc_error_set(&told, err->status, "%s", error->message);
    if (error->position > 0 && position > 0) {
        rc_error_wrap(&told, "the statement failed at character %d", position);
    } else {
        rc_error_wrap(&told, "the statement failed");
    }
    rc_error_detail(err, "P2010", NULL, NULL);
    memcpy(err->message, told.message, sizeof(err->message));
}

rowcall_status rc_raw_conclude(struct rc_call *call, const struct rc_pg_error *error)
{
    const struct rc_raw *raw = call->raw;
    const struct rc_buf *out = call->reply.out;
    call->done_us = rc_clock_now_us();
    if (error) {
        describe(call, error);
        return call->err.status;
    }
    if (raw->too_many) {
        rc_error_set(&call->err, ROWCALL_RESOURCE_EXHAUSTED,
                     "more than %u rows: ask for fewer with LIMIT, or for more with max_rows",
                     raw->request.max_rows);
    } else if (out->broken) {
        rc_error_set(&call->err, ROWCALL_RESOURCE_EXHAUSTED,
                     "the reply is larger than %zu bytes: ask for fewer rows or columns",
                     out->limit);
    }
    if (call->err.status != ROWCALL_OK) {
        call->err.outcome =
            raw->request.read_only ? ROWCALL_OUTCOME_ROLLED_BACK : ROWCALL_OUTCOME_UNKNOWN;
    }
    call->concluded = call->err.status == ROWCALL_OK;
    return call->err.status;
}

static void on_done(struct rc_call *call, const struct rc_pg_error *error)
{
    (void)rc_call_conclude(call, error); // kept in call->err
    rc_call_finish(call);
}

void rc_raw_fini(struct rc_raw *raw)
{
    if (raw) {
        rc_buf_fini(&raw->types);
    }
}

// ---- the beginning

static rowcall_status prepare(struct rc_call *call, bool queries)
{
    struct rc_arena *arena = &call->exchange->arena;
    struct rc_raw *raw = rc_arena_new(arena, struct rc_raw);
    bool in_transaction = call->head->transaction.len > 0;
    if (!raw) {
        return rc_error_oom(&call->err);
    }
    call->raw = raw;
    raw->queries = queries;
    rowcall_status st =
        rc_raw_request_read(call->head->request, arena, &raw->request, &call->err);
    if (st == ROWCALL_OK && in_transaction && raw->request.read_only) {
        st = rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                          "read_only: is said of the transaction, by Transactions/Begin");
    }
    if (st == ROWCALL_OK) {
        st = add_steps(raw, in_transaction, arena, &call->err);
    }
    if (st == ROWCALL_OK) {
        call->read_only = raw->request.read_only;
        call->segment = (struct rc_pg_segment){.steps = raw->steps,
                                               .step_count = raw->step_count,
                                               .deadline_us = call->deadline_us,
                                               .read_only = raw->request.read_only,
                                               .on_result = on_result,
                                               .user = call};
    }
    return st;
}

static void start(struct rc_call *call, bool queries)
{
    if (prepare(call, queries) != ROWCALL_OK) {
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        rc_call_finish(call);
    } else if (call->head->transaction.len > 0) {
        rc_transactions_run(call);
    } else {
        call->raw->solo = (struct rc_solo){.call = call, .on_done = on_done, .is_dirty = true};
        rc_solo_start(&call->raw->solo);
    }
}

void rc_raw_query(struct rc_call *call)
{
    start(call, true);
}

void rc_raw_execute(struct rc_call *call)
{
    start(call, false);
}
