// SPDX-License-Identifier: Apache-2.0
//
// Parameters as text: PostgreSQL reads each as the type that the statement wants there, which
// this side does not know. Lists become array literals.
#include "service/raw_request.h"

#include "service/contract.h"
#include "wire/reader.h"
#include "wire/timestamp.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_ROWS_DEFAULT = 10000, DEPTH_MAX = 6 };

static rowcall_status refuse(size_t parameter, const char *what, rowcall_error *err)
{
    rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "parameters[%zu]: %s", parameter, what);
    rc_error_detail(err, "P2006", NULL, NULL);
    return ROWCALL_INVALID_ARGUMENT;
}

static double double_of(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof(number));
    return number;
}

static void put_number(double number, struct rc_buf *out)
{
    if (isnan(number)) {
        rc_buf_append_text(out, "NaN");
    } else if (isinf(number)) {
        rc_buf_append_text(out, number > 0 ? "Infinity" : "-Infinity");
    } else {
        char text[32]; // the fewest digits that are this number: 0.1 is not 0.10000000000000001
        for (int digits = 15; digits <= 17; digits++) {
            (void)snprintf(text, sizeof(text), "%.*g", digits, number);
            if (strtod(text, NULL) == number) {
                break;
            }
        }
        rc_buf_append_text(out, text);
    }
}

static void put_bytes(struct rc_view bytes, struct rc_buf *out)
{
    rc_buf_append_text(out, "\\x");
    for (size_t i = 0; i < bytes.len; i++) {
        rc_buf_printf(out, "%02x", (unsigned char)bytes.data[i]);
    }
}

static bool put_timestamp(struct rc_view bytes, struct rc_buf *out)
{
    enum { SECONDS = 1, NANOS = 2 };
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    int64_t seconds = 0;
    int32_t nanos = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == SECONDS) {
            seconds = (int64_t)value.scalar;
        } else if (value.number == NANOS) {
            nanos = (int32_t)value.scalar;
        }
    }
    return rc_timestamp_format(seconds, nanos, out);
}

static const char *put_value(struct rc_view bytes, int depth, struct rc_buf *out,
                             bool *ret_null);

// An element in quotes, or NULL, or a list of its own: dimensions are written without quotes.
static const char *put_element(struct rc_view bytes, int depth, struct rc_buf *out)
{
    struct rc_buf text = {0};
    bool is_null = false;
    const char *wrong = put_value(bytes, depth, &text, &is_null);
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    rc_wire_reader_init(&reader, bytes);
    (void)rc_wire_next(&reader, &value);
    bool is_list = value.number == RC_RAW_VALUE_LIST;
    if (is_null) {
        rc_buf_append_text(out, "NULL");
    } else if (is_list) {
        rc_buf_append_view(out, rc_buf_view(&text));
    } else {
        rc_buf_append_char(out, '"');
        for (size_t i = 0; i < text.len; i++) {
            if (text.data[i] == '"' || text.data[i] == '\\') {
                rc_buf_append_char(out, '\\');
            }
            rc_buf_append_char(out, text.data[i]);
        }
        rc_buf_append_char(out, '"');
    }
    out->broken |= text.broken;
    rc_buf_fini(&text);
    return wrong;
}

static const char *put_list(struct rc_view bytes, int depth, struct rc_buf *out)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    const char *wrong = depth == DEPTH_MAX ? "lists are nested too deeply" : NULL;
    size_t count = 0;
    rc_buf_append_char(out, '{');
    rc_wire_reader_init(&reader, bytes);
    while (!wrong && rc_wire_next(&reader, &value)) {
        rc_buf_append_text(out, count++ > 0 ? "," : "");
        wrong = put_element(value.bytes, depth + 1, out);
    }
    rc_buf_append_char(out, '}');
    return wrong;
}

// Appends a RawValue as text. Returns what is wrong with it, NULL when nothing is.
static const char *put_value(struct rc_view bytes, int depth, struct rc_buf *out,
                             bool *ret_null)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    if (!rc_wire_next(&reader, &value)) {
        return "says no value; is_null says NULL";
    }
    switch ((enum rc_raw_value_number)value.number) {
    case RC_RAW_VALUE_IS_NULL:
        *ret_null = true;
        return value.scalar != 0 ? NULL : "is_null can only be true";
    case RC_RAW_VALUE_BOOLEAN:
        rc_buf_append_text(out, value.scalar != 0 ? "true" : "false");
        return NULL;
    case RC_RAW_VALUE_INTEGER:
        rc_buf_printf(out, "%" PRId64, (int64_t)value.scalar);
        return NULL;
    case RC_RAW_VALUE_NUMBER:
        put_number(double_of(value.scalar), out);
        return NULL;
    case RC_RAW_VALUE_TEXT:
    case RC_RAW_VALUE_JSON:
        rc_buf_append_view(out, value.bytes);
        return NULL;
    case RC_RAW_VALUE_BYTES:
        put_bytes(value.bytes, out);
        return NULL;
    case RC_RAW_VALUE_TIMESTAMP:
        return put_timestamp(value.bytes, out) ? NULL : "nanos must be within a second";
    case RC_RAW_VALUE_LIST:
        return put_list(value.bytes, depth, out);
    }
    return "is of a kind that is not known";
}

static rowcall_status read_parameter(struct rc_view bytes, size_t index, struct rc_arena *arena,
                                     const char **ret_value, rowcall_error *err)
{
    struct rc_buf text = {0};
    bool is_null = false;
    const char *wrong = put_value(bytes, 0, &text, &is_null);
    rowcall_status st = wrong ? refuse(index, wrong, err) : rc_buf_status(&text, err);
    if (st == ROWCALL_OK && !is_null) {
        *ret_value = rc_arena_copy(arena, text.data ? text.data : "", text.len);
        st = *ret_value ? ROWCALL_OK : rc_error_oom(err);
    }
    rc_buf_fini(&text);
    return st;
}

static rowcall_status read_parameters(struct rc_view bytes, size_t count,
                                      struct rc_arena *arena, struct rc_pg_params *ret_params,
                                      rowcall_error *err)
{
    const char **values = rc_arena_new_array(arena, count, const char *);
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rowcall_status st = values ? ROWCALL_OK : rc_error_oom(err);
    size_t i = 0;
    rc_wire_reader_init(&reader, bytes);
    while (st == ROWCALL_OK && rc_wire_next(&reader, &value)) {
        if (value.number == RC_RAW_PARAMETERS) {
            st = read_parameter(value.bytes, i, arena, &values[i], err);
            i++;
        }
    }
    *ret_params = (struct rc_pg_params){.count = (int)count, .values = values};
    return st;
}

rowcall_status rc_raw_request_read(struct rc_view bytes, struct rc_arena *arena,
                                   struct rc_raw_request *ret_request, rowcall_error *err)
{
    struct rc_raw_request request = {.max_rows = MAX_ROWS_DEFAULT};
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view sql = {"", 0};
    size_t count = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_RAW_SQL) {
            sql = value.bytes;
        } else if (value.number == RC_RAW_READ_ONLY) {
            request.read_only = value.scalar != 0;
        } else if (value.number == RC_RAW_MAX_ROWS && value.scalar != 0) {
            request.max_rows = (uint32_t)value.scalar;
        }
        count += value.number == RC_RAW_PARAMETERS;
    }
    rowcall_status st = rc_raw_judge(sql, &request.kind, err);
    if (st == ROWCALL_OK && count > RC_RAW_PARAMETERS_MAX) {
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                          "%zu parameters, of which a statement has at most %d", count,
                          RC_RAW_PARAMETERS_MAX);
        rc_error_detail(err, "P2029", NULL, NULL);
    }
    if (st == ROWCALL_OK) {
        request.sql = rc_arena_copy(arena, sql.data, sql.len);
        st = request.sql ? read_parameters(bytes, count, arena, &request.params, err)
                         : rc_error_oom(err);
    }
    if (st == ROWCALL_OK) {
        *ret_request = request;
    }
    return st;
}
