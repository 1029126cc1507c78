// SPDX-License-Identifier: Apache-2.0
//
// The pool made of fixture.proto's descriptor set.
#ifndef RC_TESTS_UNIT_JSON_FIXTURE_H
#define RC_TESTS_UNIT_JSON_FIXTURE_H

#include "json/pool.h"

#include "base/buf.h"

#include <stdio.h>

// The bytes of a file, to be freed with rc_buf_fini; empty when it cannot be read.
static inline struct rc_buf fixture_read(const char *path)
{
    struct rc_buf buf = {0};
    char part[4096];
    size_t len;
    FILE *file = fopen(path, "rb");
    while (file && (len = fread(part, 1, sizeof part, file)) > 0) {
        rc_buf_append(&buf, part, len);
    }
    if (file) {
        (void)fclose(file);
    }
    return buf;
}

// The pool of the descriptor set at path; NULL, and the reason on stderr, when it cannot be
// made.
static inline struct rc_pool *fixture_open(const char *path)
{
    struct rc_buf bytes = fixture_read(path);
    struct rc_pool *pool = NULL;
    rowcall_error err = {0};
    if (rc_pool_new(rc_buf_view(&bytes), &pool, &err) != ROWCALL_OK) {
        (void)fprintf(stderr, "%s: %s\n", path, err.message);
    }
    rc_buf_fini(&bytes);
    return pool;
}

#endif
