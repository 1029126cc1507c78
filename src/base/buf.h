// SPDX-License-Identifier: Apache-2.0
//
// The one growable byte buffer: SQL text, wire bytes, file contents. Failure is sticky: appends
// need no check, one rc_buf_status at the end says whether all of them held. A broken buffer
// has length 0. Always NUL-terminated behind its bytes once something was appended. Not
// thread-safe.
#ifndef RC_BASE_BUF_H
#define RC_BASE_BUF_H

#include "base/error.h"
#include "base/view.h"

#include <stdint.h>

struct rc_buf {
    char *data; // NULL until the first append
    size_t len;
    size_t capacity;
    size_t limit; // most bytes it may hold, 0 = no limit
    bool broken;  // memory or limit ran out
};

// Readies an empty buffer in caller's storage; {0} is the same with no limit.
void rc_buf_init(struct rc_buf *buf, size_t limit);

// Frees the bytes and zeroes the buffer. Accepts {0}.
void rc_buf_fini(struct rc_buf *buf);

// Empties it, keeps the memory and clears a failure.
void rc_buf_clear(struct rc_buf *buf);

void rc_buf_append_text(struct rc_buf *buf, const char *text);
void rc_buf_printf(struct rc_buf *buf, const char *format, ...) RC_PRINTF(2, 3);

// What rc_buf_extend does where there is no room yet. For its use alone.
char *rc_buf_grow(struct rc_buf *buf, size_t len);

// Whether len more bytes need no growing.
static inline bool rc_buf_has_room(const struct rc_buf *buf, size_t len)
{
    size_t most = buf->limit > 0 && buf->limit < buf->capacity ? buf->limit + 1 : buf->capacity;
    return !buf->broken && most > buf->len && len < most - buf->len; // the NUL, too
}

// Where the next byte goes; only after rc_buf_has_room.
static inline char *rc_buf_end(struct rc_buf *buf)
{
    return buf->data + buf->len;
}

// Counts the len bytes that were written to rc_buf_end as appended.
static inline void rc_buf_added(struct rc_buf *buf, size_t len)
{
    buf->len += len;
    buf->data[buf->len] = '\0';
}

// Room for len more bytes, counted as appended, contents undefined; NULL (and broken) when
// there is none. The pointer is valid until the next append.
static inline char *rc_buf_extend(struct rc_buf *buf, size_t len)
{
    if (!rc_buf_has_room(buf, len)) {
        return rc_buf_grow(buf, len);
    }
    char *start = rc_buf_end(buf);
    rc_buf_added(buf, len);
    return start;
}

static inline void rc_buf_append(struct rc_buf *buf, const void *data, size_t len)
{
    char *target = rc_buf_extend(buf, len);
    if (target && len > 0) {
        memcpy(target, data, len);
    }
}

static inline void rc_buf_append_char(struct rc_buf *buf, char c)
{
    rc_buf_append(buf, &c, 1);
}

static inline void rc_buf_append_view(struct rc_buf *buf, struct rc_view view)
{
    rc_buf_append(buf, view.data, view.len);
}

// Cuts the buffer back to len bytes (len <= buf->len).
void rc_buf_truncate(struct rc_buf *buf, size_t len);

// ROWCALL_OK, or RESOURCE_EXHAUSTED when an append failed.
rowcall_status rc_buf_status(const struct rc_buf *buf, rowcall_error *err);

static inline struct rc_view rc_buf_view(const struct rc_buf *buf)
{
    return (struct rc_view){buf->data, buf->len};
}

// Moves the bytes out as a malloc'ed NUL-terminated string that the caller frees; NULL when
// broken. The buffer is empty afterwards and keeps its limit. ret_len may be NULL.
char *rc_buf_take(struct rc_buf *buf, size_t *ret_len);

#endif
