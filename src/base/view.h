// SPDX-License-Identifier: Apache-2.0
//
// A borrowed range of bytes: not owned, not NUL-terminated, may contain NUL. {NULL, 0} is
// empty.
#ifndef RC_BASE_VIEW_H
#define RC_BASE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct rc_view {
    const char *data;
    size_t len;
};

// A view of a NUL-terminated string; NULL gives the empty view.
static inline struct rc_view rc_view_of(const char *text)
{
    return (struct rc_view){text, text ? strlen(text) : 0};
}

static inline bool rc_view_equal(struct rc_view a, struct rc_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool rc_view_is(struct rc_view a, const char *text)
{
    return rc_view_equal(a, rc_view_of(text));
}

// For printf's "%.*s": rc_view_arg(v).
#define rc_view_arg(v) (int)(v).len, (v).data ? (v).data : ""

#endif
