// SPDX-License-Identifier: Apache-2.0
//
// Widths first, then the rows. A width counts code points: names are ASCII, comments come last.
#include "bin/text_table.h"

#include "bin/cli.h"

#include <stdlib.h>
#include <string.h>

struct rc_text_row {
    const char *cells[RC_TEXT_TABLE_COLUMNS];
};

void rc_text_table_init(struct rc_text_table *table)
{
    *table = (struct rc_text_table){0};
    rc_arena_init(&table->arena, 0);
}

void rc_text_table_fini(struct rc_text_table *table)
{
    free(table->rows);
    rc_arena_fini(&table->arena);
    *table = (struct rc_text_table){0};
}

static bool grow(struct rc_text_table *table)
{
    if (table->count < table->capacity) {
        return true;
    }
    size_t capacity = table->capacity ? table->capacity * 2 : 32;
    struct rc_text_row *rows = realloc(table->rows, capacity * sizeof *rows);
    if (rows) {
        table->rows = rows;
        table->capacity = capacity;
    }
    return rows != NULL;
}

static const char *copy_line(struct rc_text_table *table, struct rc_view text)
{
    const char *end = text.len ? memchr(text.data, '\n', text.len) : NULL;
    const char *line = rc_arena_copy(&table->arena, text.len ? text.data : "",
                                     end ? (size_t)(end - text.data) : text.len);
    table->broken = table->broken || !line;
    return line;
}

void rc_text_table_add(struct rc_text_table *table, struct rc_view first, struct rc_view second,
                       struct rc_view third)
{
    if (!grow(table)) {
        table->broken = true;
        return;
    }
    struct rc_text_row *row = &table->rows[table->count++];
    row->cells[0] = copy_line(table, first);
    row->cells[1] = copy_line(table, second);
    row->cells[2] = copy_line(table, third);
}

static size_t width_of(const char *cell)
{
    size_t width = 0;
    for (; *cell; cell++) {
        width += ((unsigned char)*cell & 0xC0) != 0x80;
    }
    return width;
}

static void print_row(const struct rc_text_row *row, const size_t *widths, bool colour,
                      FILE *out)
{
    static const char *const begin[RC_TEXT_TABLE_COLUMNS] = {"\033[1m", "", "\033[2m"};
    size_t last = 0;
    for (size_t i = 0; i < RC_TEXT_TABLE_COLUMNS; i++) {
        last = *row->cells[i] ? i : last;
    }
    for (size_t i = 0; i <= last; i++) {
        size_t gap = i < last ? widths[i] - width_of(row->cells[i]) : 0;
        fprintf(out, "  %s%s%s%*s", colour ? begin[i] : "", row->cells[i],
                colour && *begin[i] ? "\033[0m" : "", (int)gap, "");
    }
    fputc('\n', out);
}

rowcall_status rc_text_table_print(const struct rc_text_table *table, FILE *out,
                                   rowcall_error *err)
{
    size_t widths[RC_TEXT_TABLE_COLUMNS] = {0};
    bool colour = rc_cli_use_colour(out);
    if (table->broken) {
        return rc_error_oom(err);
    }
    for (size_t r = 0; r < table->count; r++) {
        for (size_t i = 0; i < RC_TEXT_TABLE_COLUMNS; i++) {
            size_t width = width_of(table->rows[r].cells[i]);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    for (size_t r = 0; r < table->count; r++) {
        print_row(&table->rows[r], widths, colour, out);
    }
    return ROWCALL_OK;
}
