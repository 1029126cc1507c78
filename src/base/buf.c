// SPDX-License-Identifier: Apache-2.0
//
// The growable byte buffer. Invariant: data is NULL and capacity 0, or data[len] is NUL and
// len < capacity; a broken buffer has len 0 and refuses every append until cleared.
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_CAPACITY ((size_t)64)

static char *fail(struct rc_buf *buf)
{
    buf->broken = true;
    buf->len = 0;
    if (buf->data) {
        buf->data[0] = '\0';
    }
    return NULL;
}

void rc_buf_init(struct rc_buf *buf, size_t limit)
{
    *buf = (struct rc_buf){.limit = limit};
}

void rc_buf_fini(struct rc_buf *buf)
{
    free(buf->data);
    *buf = (struct rc_buf){0};
}

void rc_buf_clear(struct rc_buf *buf)
{
    buf->broken = false;
    rc_buf_truncate(buf, 0);
}

char *rc_buf_grow(struct rc_buf *buf, size_t len)
{
    size_t limit = buf->limit > 0 ? buf->limit : SIZE_MAX / 2;
    if (buf->broken || len > limit || buf->len > limit - len) {
        return fail(buf);
    }
    size_t need = buf->len + len + 1;
    if (need > buf->capacity) {
        size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;
        while (capacity < need) {
            capacity *= 2;
        }
        char *data = realloc(buf->data, capacity);
        if (!data) {
            return fail(buf);
        }
        buf->data = data;
        buf->capacity = capacity;
    }
    char *start = buf->data + buf->len;
    buf->len += len;
    buf->data[buf->len] = '\0';
    return start;
}

void rc_buf_append_text(struct rc_buf *buf, const char *text)
{
    rc_buf_append(buf, text, strlen(text));
}

void rc_buf_printf(struct rc_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *target = len < 0 ? fail(buf) : rc_buf_extend(buf, (size_t)len);
    if (target) {
        va_start(args, format);
        (void)vsnprintf(target, (size_t)len + 1, format, args);
        va_end(args);
    }
}

void rc_buf_truncate(struct rc_buf *buf, size_t len)
{
    assert(len <= buf->len);
    buf->len = len;
    if (buf->data) {
        buf->data[len] = '\0';
    }
}

rowcall_status rc_buf_status(const struct rc_buf *buf, rowcall_error *err)
{
    if (!buf->broken) {
        return ROWCALL_OK;
    }
    if (buf->limit == 0) {
        return rc_error_oom(err);
    }
    return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                        "more than the %zu bytes allowed, or out of memory", buf->limit);
}

char *rc_buf_take(struct rc_buf *buf, size_t *ret_len)
{
    char *data = NULL;
    if (rc_buf_extend(buf, 0)) {
        data = buf->data;
        if (ret_len) {
            *ret_len = buf->len;
        }
        *buf = (struct rc_buf){.limit = buf->limit};
    }
    return data;
}
