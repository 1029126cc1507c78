// SPDX-License-Identifier: Apache-2.0
//
// Cells are made first, then measured, then printed.
#include "bin/result_table.h"

#include "base/arena.h"
#include "bin/cli.h"
#include "service/contract.h"
#include "wire/reader.h"
#include "wire/timestamp.h"

#include <inttypes.h>
#include <stdlib.h>

struct cell {
    const char *text; // NULL: SQL NULL
    bool is_number;
};

struct table {
    struct rc_arena arena;
    const char **names;
    size_t *widths;
    size_t column_count;
    struct cell *cells; // row by row
    size_t row_count;
    int64_t affected;
};

// ---- values as text

static void put_value(struct rc_view bytes, struct rc_buf *out, bool *ret_null,
                      bool *ret_number);

static void put_list(struct rc_view bytes, struct rc_buf *out)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_buf_append_char(out, '{');
    rc_wire_reader_init(&reader, bytes);
    for (size_t i = 0; rc_wire_next(&reader, &value); i++) {
        bool null = false;
        bool number = false;
        rc_buf_append_text(out, i > 0 ? "," : "");
        put_value(value.bytes, out, &null, &number);
        rc_buf_append_text(out, null ? "NULL" : "");
    }
    rc_buf_append_char(out, '}');
}

static void put_number(uint64_t bits, struct rc_buf *out)
{
    double number;
    char text[32];
    memcpy(&number, &bits, sizeof number);
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    rc_buf_append_text(out, text);
}

static void put_timestamp(struct rc_view bytes, struct rc_buf *out)
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
    (void)rc_timestamp_format(seconds, nanos, out); // nothing, for one that is none
}

// One line, whatever the text holds.
static void put_text(struct rc_view text, struct rc_buf *out)
{
    static const char escapes[] = "\a\b\t\n\v\f\r";
    static const char letters[] = "abtnvfr";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        const char *escape = c != '\0' ? strchr(escapes, c) : NULL;
        if (escape) {
            rc_buf_append_char(out, '\\');
            rc_buf_append_char(out, letters[escape - escapes]);
        } else if ((unsigned char)c < ' ' || c == 0x7f) {
            rc_buf_printf(out, "\\x%02x", (unsigned char)c);
        } else {
            rc_buf_append_char(out, c);
        }
    }
}

static void put_bytes(struct rc_view bytes, struct rc_buf *out)
{
    rc_buf_append_text(out, "\\x");
    for (size_t i = 0; i < bytes.len; i++) {
        rc_buf_printf(out, "%02x", (unsigned char)bytes.data[i]);
    }
}

static void put_value(struct rc_view bytes, struct rc_buf *out, bool *ret_null,
                      bool *ret_number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    if (!rc_wire_next(&reader, &value)) {
        return;
    }
    switch (value.number) {
    case RC_RAW_VALUE_IS_NULL:
        *ret_null = true;
        break;
    case RC_RAW_VALUE_BOOLEAN:
        rc_buf_append_text(out, value.scalar ? "true" : "false");
        break;
    case RC_RAW_VALUE_INTEGER:
        *ret_number = true;
        rc_buf_printf(out, "%" PRId64, (int64_t)value.scalar);
        break;
    case RC_RAW_VALUE_NUMBER:
        *ret_number = true;
        put_number(value.scalar, out);
        break;
    case RC_RAW_VALUE_BYTES:
        put_bytes(value.bytes, out);
        break;
    case RC_RAW_VALUE_TIMESTAMP:
        put_timestamp(value.bytes, out);
        break;
    case RC_RAW_VALUE_LIST:
        put_list(value.bytes, out);
        break;
    default: // text and json; a newer server's
        put_text(value.bytes, out);
        break;
    }
}

// ---- reading

static size_t count_fields(struct rc_view message, uint32_t number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t count = 0;
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        count += value.number == number && value.type == RC_WIRE_BYTES;
    }
    return count;
}

static bool read_cell(struct table *table, struct rc_view bytes, struct cell *ret_cell)
{
    struct rc_buf text = {0};
    bool null = false;
    put_value(bytes, &text, &null, &ret_cell->is_number);
    bool good = !text.broken;
    if (good && !null) {
        ret_cell->text = rc_arena_copy(&table->arena, text.data ? text.data : "", text.len);
        good = ret_cell->text != NULL;
    }
    rc_buf_fini(&text);
    return good;
}

static bool read_row(struct table *table, struct rc_view bytes)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct cell *row = &table->cells[table->row_count++ * table->column_count];
    size_t i = 0;
    bool good = true;
    rc_wire_reader_init(&reader, bytes);
    while (good && rc_wire_next(&reader, &value) && i < table->column_count) {
        good = read_cell(table, value.bytes, &row[i++]);
    }
    return good;
}

static bool read_name(struct table *table, struct rc_view bytes)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view name = {"", 0};
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_RAW_COLUMN_NAME && value.type == RC_WIRE_BYTES) {
            name = value.bytes;
        }
    }
    struct rc_buf text = {0};
    put_text(name, &text);
    const char *copy = rc_arena_copy(&table->arena, text.data ? text.data : "", text.len);
    rc_buf_fini(&text);
    table->names[table->column_count++] = copy;
    return copy != NULL;
}

static bool make_room(struct table *table, struct rc_view response)
{
    size_t columns = count_fields(response, RC_RAW_QUERY_COLUMNS);
    size_t rows = count_fields(response, RC_RAW_QUERY_ROWS);
    table->names = rc_arena_new_array(&table->arena, columns + 1, const char *);
    table->widths = rc_arena_new_array(&table->arena, columns + 1, size_t);
    table->cells = rc_arena_new_array(&table->arena, columns * rows + 1, struct cell);
    return table->names && table->widths && table->cells;
}

static rowcall_status read_table(struct table *table, struct rc_view response,
                                 rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    bool good = make_room(table, response);
    rc_wire_reader_init(&reader, response);
    while (good && rc_wire_next(&reader, &value)) {
        if (value.number == RC_RAW_QUERY_COLUMNS && value.type == RC_WIRE_BYTES) {
            good = read_name(table, value.bytes);
        } else if (value.number == RC_RAW_QUERY_ROWS && value.type == RC_WIRE_BYTES) {
            good = read_row(table, value.bytes);
        } else if (value.number == RC_RAW_QUERY_AFFECTED && value.type == RC_WIRE_VARINT) {
            table->affected = (int64_t)value.scalar;
        }
    }
    if (!good) {
        return rc_error_oom(err);
    }
    return reader.broken ? rc_error_set(err, ROWCALL_INTERNAL, "the response is no result")
                         : ROWCALL_OK;
}

// ---- printing

// Characters, each taken to be one column wide.
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return width;
}

static const char *text_of(const struct cell *cell)
{
    return cell->text ? cell->text : "NULL";
}

static void measure(struct table *table)
{
    for (size_t c = 0; c < table->column_count; c++) {
        table->widths[c] = width_of(table->names[c]);
        for (size_t r = 0; r < table->row_count; r++) {
            size_t width = width_of(text_of(&table->cells[r * table->column_count + c]));
            table->widths[c] = width > table->widths[c] ? width : table->widths[c];
        }
    }
}

static void print_cell(const struct table *table, size_t column, const char *text, bool right,
                       FILE *out)
{
    bool is_last = column + 1 == table->column_count;
    int space = (int)(table->widths[column] - width_of(text));
    fprintf(out, "%s%*s%s", column > 0 ? " | " : " ", right ? space : 0, "", text);
    if (!right && !is_last) {
        fprintf(out, "%*s", space, "");
    }
}

static void print_row(const struct table *table, size_t row, bool colour, FILE *out)
{
    for (size_t c = 0; c < table->column_count; c++) {
        const struct cell *cell = &table->cells[row * table->column_count + c];
        bool dim = colour && !cell->text;
        fputs(dim ? "\033[2m" : "", out);
        print_cell(table, c, text_of(cell), cell->is_number, out);
        fputs(dim ? "\033[0m" : "", out);
    }
    fputc('\n', out);
}

static void print_table(const struct table *table, FILE *out)
{
    bool colour = rc_cli_use_colour(out);
    for (size_t c = 0; c < table->column_count; c++) {
        print_cell(table, c, table->names[c], false, out);
    }
    fputc('\n', out);
    for (size_t c = 0; c < table->column_count; c++) {
        fputs(c > 0 ? "+" : "", out);
        for (size_t i = 0; i < table->widths[c] + 2; i++) {
            fputc('-', out);
        }
    }
    fputc('\n', out);
    for (size_t r = 0; r < table->row_count; r++) {
        print_row(table, r, colour, out);
    }
    fprintf(out, "(%zu row%s)\n", table->row_count, table->row_count == 1 ? "" : "s");
}

rowcall_status rc_result_table_print(struct rc_view response, FILE *out, rowcall_error *err)
{
    struct table table = {.names = NULL};
    rc_arena_init(&table.arena, 0);
    rowcall_status st = read_table(&table, response, err);
    if (st == ROWCALL_OK && table.column_count == 0) {
        fprintf(out, "%" PRId64 " row%s affected\n", table.affected,
                table.affected == 1 ? "" : "s");
    } else if (st == ROWCALL_OK) {
        measure(&table);
        print_table(&table, out);
    }
    rc_arena_fini(&table.arena);
    return st;
}
