// SPDX-License-Identifier: Apache-2.0
//
// The rows of one stream that were fetched and are still needed: those of the page given last,
// so that it can be given again, and behind them those that no page had room for.
//
//   | the page given last | rows for the next one |
//                         ^ given
//
// Decides how many rows to fetch, so that a page is about as large as it may be: from how wide
// the rows of the last fetch were. Never holds more than its limit: rows that would pass it are
// dropped, and the cursor has to go back to them. One thread at a time.
#ifndef RC_SERVICE_STREAM_ROWS_H
#define RC_SERVICE_STREAM_ROWS_H

#include "base/buf.h"

#include <stdint.h>

struct rc_stream_rows {
    struct rc_buf bytes; // rows as fields of the response
    size_t limit;        // of bytes
    size_t given;        // bytes of the page given last
    uint64_t count;      // rows behind it
    uint64_t passed;     // rows in all pages so far
    // The last fetch.
    uint64_t asked; // 0: there was none
    uint64_t kept;
    uint64_t dropped;
    size_t kept_bytes;
    bool is_too_large; // a row alone is larger than the limit
};

// The bounds of one page; both are positive.
struct rc_stream_bounds {
    uint64_t rows;
    size_t bytes;
};

// Readies an empty one. fini frees the bytes.
void rc_stream_rows_init(struct rc_stream_rows *rows, size_t limit);
void rc_stream_rows_fini(struct rc_stream_rows *rows);

// How many rows are to be fetched before the next page is cut; 0: none, there are enough, or no
// more.
uint64_t rc_stream_rows_wanted(const struct rc_stream_rows *rows,
                               const struct rc_stream_bounds *bounds);

// How many rows the cursor has to go back before that fetch.
uint64_t rc_stream_rows_behind(const struct rc_stream_rows *rows);

// A fetch of so many rows begins; the page given last is let go of.
void rc_stream_rows_begin(struct rc_stream_rows *rows, uint64_t asked);

// Forgets what the fetch under way has brought: it begins again.
void rc_stream_rows_restart(struct rc_stream_rows *rows);

// A row of the fetch, encoded; kept or dropped. is_too_large: the row was larger than any reply
// may be; `row` is empty then.
void rc_stream_rows_add(struct rc_stream_rows *rows, struct rc_view row, bool is_too_large);

// Whether the last fetch brought the last row of all, and it was kept.
bool rc_stream_rows_are_all(const struct rc_stream_rows *rows);

// Whether the next page cannot be cut because its first row is too large for any reply.
bool rc_stream_rows_are_stuck(const struct rc_stream_rows *rows);

// Cuts the next page: at least one row, if there is any. The page given before is let go of.
void rc_stream_rows_cut(struct rc_stream_rows *rows, const struct rc_stream_bounds *bounds);

// The page given last; valid until the next call of anything else.
struct rc_view rc_stream_rows_page(const struct rc_stream_rows *rows);

#endif
