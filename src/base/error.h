// SPDX-License-Identifier: Apache-2.0
//
// Filling a rowcall_error. The first error wins: a filled error is not overwritten by set, only
// prefixed by wrap. All functions accept err == NULL and are safe from any thread (the error is
// the caller's).
#ifndef RC_BASE_ERROR_H
#define RC_BASE_ERROR_H

#include "rowcall/error.h"

#define RC_MUST_CHECK       __attribute__((warn_unused_result))
#define RC_PRINTF(fmt, arg) __attribute__((format(printf, fmt, arg)))

// Makes err, which may be uninitialised, an empty one: cheaper than zeroing all of it.
void rc_error_clear(rowcall_error *err);

// Fills err with status and a printf message unless it is filled already. Returns status, so
// that `return rc_error_set(err, ...)` reads well. status must not be ROWCALL_OK.
rowcall_status rc_error_set(rowcall_error *err, rowcall_status status, const char *format, ...)
    RC_PRINTF(3, 4);

// Puts "<formatted>: " before the message of a filled err; keeps the status. Returns err's
// status (ROWCALL_INTERNAL when err is NULL or empty).
rowcall_status rc_error_wrap(rowcall_error *err, const char *format, ...) RC_PRINTF(2, 3);

// Out of memory, as RESOURCE_EXHAUSTED. Returns that status.
rowcall_status rc_error_oom(rowcall_error *err);

// Adds the machine-readable parts to a filled error: copies, NULL leaves a part as it is.
void rc_error_detail(rowcall_error *err, const char *reason, const char *entity,
                     const char *fields);

#endif
