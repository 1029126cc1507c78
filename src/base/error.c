// SPDX-License-Identifier: Apache-2.0
//
// Filling a rowcall_error: the first error wins, wrapping only adds context, texts are cut at
// their field's size and never split a UTF-8 character.
#include "base/error.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// Drops an incomplete UTF-8 sequence that cutting may have left at the end of text.
static void trim_cut_character(char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0 &&
        rc_utf8_sequence(text + start - 1, len - (start - 1)) == 0) {
        text[start - 1] = '\0';
    }
}

static void copy_text(char *target, size_t capacity, const char *text)
{
    if (!text) {
        return;
    }
    size_t len = strnlen(text, capacity);
    bool cut = len == capacity;
    memmove(target, text, cut ? capacity - 1 : len);
    target[cut ? capacity - 1 : len] = '\0';
    if (cut) {
        trim_cut_character(target);
    }
}

static void format_message(rowcall_error *err, const char *format, va_list args)
    RC_PRINTF(2, 0);

static void format_message(rowcall_error *err, const char *format, va_list args)
{
    int len = vsnprintf(err->message, sizeof err->message, format, args);
    if (len < 0) {
        copy_text(err->message, sizeof err->message, format);
    } else if ((size_t)len >= sizeof err->message) {
        trim_cut_character(err->message);
    }
}

void rc_error_clear(rowcall_error *err)
{
    err->status = ROWCALL_OK;
    err->outcome = ROWCALL_OUTCOME_UNSPECIFIED;
    err->reason[0] = err->sqlstate[0] = err->entity[0] = '\0';
    err->fields[0] = err->constraint[0] = err->message[0] = '\0';
}

rowcall_status rc_error_set(rowcall_error *err, rowcall_status status, const char *format, ...)
{
    assert(status != ROWCALL_OK);
    if (err && err->status == ROWCALL_OK) {
        err->status = status;
        va_list args;
        va_start(args, format);
        format_message(err, format, args);
        va_end(args);
    }
    return status;
}

rowcall_status rc_error_wrap(rowcall_error *err, const char *format, ...)
{
    if (!err || err->status == ROWCALL_OK) {
        return ROWCALL_INTERNAL;
    }
    char inner[sizeof err->message];
    memcpy(inner, err->message, sizeof inner);
    va_list args;
    va_start(args, format);
    format_message(err, format, args);
    va_end(args);
    size_t len = strlen(err->message);
    if (len + 2 < sizeof err->message) {
        memcpy(err->message + len, ": ", 3);
        copy_text(err->message + len + 2, sizeof err->message - len - 2, inner);
    }
    return err->status;
}

rowcall_status rc_error_oom(rowcall_error *err)
{
    return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "out of memory");
}

void rc_error_detail(rowcall_error *err, const char *reason, const char *entity,
                     const char *fields)
{
    if (!err || err->status == ROWCALL_OK) {
        return;
    }
    copy_text(err->reason, sizeof err->reason, reason);
    copy_text(err->entity, sizeof err->entity, entity);
    copy_text(err->fields, sizeof err->fields, fields);
}
