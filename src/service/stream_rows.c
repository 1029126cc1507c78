// SPDX-License-Identifier: Apache-2.0
//
// Rows of a stream between the cursor and a page.
#include "service/stream_rows.h"

#include "wire/reader.h"

#include <string.h>

// The first fetch knows nothing of the rows' width; later ones grow by at most the factor, for
// rows may get wider.
enum { FETCH_FIRST = 128, FETCH_FACTOR = 16, FETCH_MAX = 65536 };

void rc_stream_rows_init(struct rc_stream_rows *rows, size_t limit)
{
    *rows = (struct rc_stream_rows){.limit = limit};
}

void rc_stream_rows_fini(struct rc_stream_rows *rows)
{
    rc_buf_fini(&rows->bytes);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool came_to_end(const struct rc_stream_rows *rows)
{
    return rows->kept + rows->dropped < rows->asked;
}

bool rc_stream_rows_are_all(const struct rc_stream_rows *rows)
{
    return came_to_end(rows) && rows->dropped == 0;
}

bool rc_stream_rows_are_stuck(const struct rc_stream_rows *rows)
{
    return rows->count == 0 && rows->is_too_large;
}

// How many rows of the last fetch's width fit into so many bytes.
static uint64_t guess(const struct rc_stream_rows *rows, size_t room)
{
    if (rows->asked == 0) {
        return FETCH_FIRST;
    }
    if (rows->dropped > 0) { // they have become wider
        return rows->kept / 2;
    }
    uint64_t width = rows->kept > 0 ? rows->kept_bytes / rows->kept : 0;
    uint64_t fitting = room / (width > 0 ? width : 1) + 1;
    return least(least(fitting, rows->asked * FETCH_FACTOR), FETCH_MAX);
}

uint64_t rc_stream_rows_wanted(const struct rc_stream_rows *rows,
                               const struct rc_stream_bounds *bounds)
{
    size_t there = rows->bytes.len - rows->given;
    bool is_full = rows->count >= bounds->rows || there >= bounds->bytes;
    if (rc_stream_rows_are_all(rows) || (is_full && rows->count > 0)) {
        return 0;
    }
    uint64_t count = least(guess(rows, bounds->bytes - there), bounds->rows - rows->count);
    return count > 0 ? count : 1;
}

uint64_t rc_stream_rows_behind(const struct rc_stream_rows *rows)
{
    // Past the last row the cursor stands behind it, elsewhere on the row fetched last.
    return rows->dropped + (rows->dropped > 0 && came_to_end(rows));
}

// Lets go of the page given last.
static void let_go(struct rc_stream_rows *rows)
{
    size_t rest = rows->bytes.len - rows->given;
    if (rows->given > 0 && rest > 0) {
        memmove(rows->bytes.data, rows->bytes.data + rows->given, rest);
    }
    rc_buf_truncate(&rows->bytes, rest);
    rows->given = 0;
}

void rc_stream_rows_begin(struct rc_stream_rows *rows, uint64_t asked)
{
    let_go(rows);
    rows->asked = asked;
    rows->kept = rows->dropped = 0;
    rows->kept_bytes = 0;
    rows->is_too_large = false;
}

void rc_stream_rows_restart(struct rc_stream_rows *rows)
{
    rc_buf_truncate(&rows->bytes, rows->bytes.len - rows->kept_bytes);
    rows->count -= rows->kept;
    rc_stream_rows_begin(rows, rows->asked);
}

void rc_stream_rows_add(struct rc_stream_rows *rows, struct rc_view row, bool is_too_large)
{
    bool fits = !is_too_large && rows->dropped == 0 && row.len <= rows->limit &&
                rows->bytes.len <= rows->limit - row.len;
    if (!fits) {
        rows->is_too_large |= rows->dropped == 0 && (is_too_large || row.len > rows->limit);
        rows->dropped++;
        return;
    }
    rc_buf_append_view(&rows->bytes, row);
    rows->kept++;
    rows->kept_bytes += row.len;
    rows->count++;
}

void rc_stream_rows_cut(struct rc_stream_rows *rows, const struct rc_stream_bounds *bounds)
{
    struct rc_wire_reader reader;
    struct rc_wire_value row;
    let_go(rows);
    rc_wire_reader_init(&reader, rc_buf_view(&rows->bytes));
    for (uint64_t cut = 0; cut < bounds->rows && rc_wire_next(&reader, &row); cut++) {
        size_t end = (size_t)((const char *)reader.at - rows->bytes.data);
        if (cut > 0 && end > bounds->bytes) {
            break;
        }
        rows->given = end;
        rows->count--;
        rows->passed++;
    }
}

struct rc_view rc_stream_rows_page(const struct rc_stream_rows *rows)
{
    return (struct rc_view){rows->bytes.data, rows->given};
}
