// SPDX-License-Identifier: Apache-2.0
//
// One log line: time, level, subject, event, key/value pairs. It is put together in memory and
// written with one write(2). The two settings are the module's only state; they are set before
// threads start.
#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

static enum rc_log_level current_level = RC_LOG_INFO;
static enum rc_log_format current_format = RC_LOG_TEXT;

static const char *const level_names[RC_LOG_COUNT] = {"error", "warn", "info", "debug"};
static const char *const format_names[] = {"text", "json"};

void rc_log_configure(enum rc_log_level level, enum rc_log_format format)
{
    current_level = level;
    current_format = format;
}

bool rc_log_enabled(enum rc_log_level level)
{
    return level <= current_level;
}

static void put_unicode_escape(struct rc_buf *line, unsigned char byte)
{
    rc_buf_printf(line, "\\u%04x", byte);
}

// Text within quotes, as JSON has it; bytes that are no UTF-8 become U+FFFD.
static void put_quoted(struct rc_buf *line, struct rc_view text)
{
    rc_buf_append_char(line, '"');
    for (size_t i = 0; i < text.len;) {
        unsigned char byte = (unsigned char)text.data[i];
        size_t len = rc_utf8_sequence(text.data + i, text.len - i);
        if (len == 0) {
            rc_buf_append_text(line, "\xEF\xBF\xBD");
            len = 1;
        } else if (byte == '"' || byte == '\\') {
            rc_buf_append_char(line, '\\');
            rc_buf_append_char(line, (char)byte);
        } else if (byte == '\n') {
            rc_buf_append_text(line, "\\n");
        } else if (byte < 0x20 || byte == 0x7F) {
            put_unicode_escape(line, byte);
        } else {
            rc_buf_append(line, text.data + i, len);
        }
        i += len;
    }
    rc_buf_append_char(line, '"');
}

// A word that needs no quotes in a text line.
static bool is_plain(struct rc_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c <= ' ' || c > '~' || c == '"' || c == '=' || c == '\\') {
            return false;
        }
    }
    return text.len > 0;
}

// The conversions a value may have, with how its argument is taken off the list. Returns how
// long the conversion's word in format is; 0 when it is none of them. *ret_number: it makes a
// JSON number.
static size_t put_conversion(struct rc_buf *value, const char *format, va_list *args,
                             bool *ret_number)
{
    *ret_number = true;
#define CONVERSION(word, type)                                                                 \
    if (strncmp(format, word, sizeof word - 1) == 0) {                                         \
        rc_buf_printf(value, word, va_arg(*args, type));                                       \
        return sizeof word - 1;                                                                \
    }
    CONVERSION("%d", int)
    CONVERSION("%u", unsigned)
    CONVERSION("%zu", size_t)
    CONVERSION("%ld", long)
    CONVERSION("%lld", long long)
    CONVERSION("%lu", unsigned long)
    CONVERSION("%llu", unsigned long long)
#undef CONVERSION
    if (strncmp(format, "%.3f", 4) == 0) {
        double number = va_arg(*args, double);
        *ret_number = isfinite(number);
        rc_buf_printf(value, "%.3f", number);
        return 4;
    }
    *ret_number = false;
    if (strncmp(format, "%.*s", 4) == 0) {
        int len = va_arg(*args, int);
        const char *text = va_arg(*args, const char *);
        rc_buf_append(value, text, text && len > 0 ? (size_t)len : 0);
        return 4;
    }
    if (strncmp(format, "%s", 2) == 0) {
        const char *text = va_arg(*args, const char *);
        rc_buf_append_text(value, text ? text : "(null)");
        return 2;
    }
    return 0;
}

// Formats one value; *ret_number when it is a number and nothing else.
static void format_value(struct rc_buf *value, const char *format, va_list *args,
                         bool *ret_number)
{
    *ret_number = false;
    for (const char *at = format; *at;) {
        bool number;
        size_t len = *at == '%' ? put_conversion(value, at, args, &number) : 0;
        if (len > 0) {
            *ret_number = number && at == format && at[len] == '\0';
            at += len;
        } else {
            rc_buf_append_char(value, *at++);
        }
    }
}

static void put_time(struct rc_buf *line)
{
    int64_t now = rc_clock_wall_us();
    time_t seconds = (time_t)(now / 1000000);
    struct tm utc;
    char text[32] = "";
    if (gmtime_r(&seconds, &utc)) {
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    }
    rc_buf_printf(line, "%s.%06dZ", text, (int)(now % 1000000));
}

static void put_pair(struct rc_buf *line, const char *key, struct rc_view value, bool is_number)
{
    bool json = current_format == RC_LOG_JSON;
    rc_buf_append_text(line, json ? "," : " ");
    if (json) {
        put_quoted(line, rc_view_of(key));
    } else {
        rc_buf_append_text(line, key);
    }
    rc_buf_append_char(line, json ? ':' : '=');
    if (json ? is_number : is_plain(value)) {
        rc_buf_append_view(line, value);
    } else {
        put_quoted(line, value);
    }
}

static void put_head(struct rc_buf *line, enum rc_log_level level, const char *subject,
                     const char *event)
{
    bool json = current_format == RC_LOG_JSON;
    rc_buf_append_text(line, json ? "{\"time\":\"" : "");
    put_time(line);
    if (json) {
        rc_buf_append_char(line, '"');
        put_pair(line, "level", rc_view_of(level_names[level]), false);
        put_pair(line, "subject", rc_view_of(subject), false);
        put_pair(line, "event", rc_view_of(event), false);
    } else {
        rc_buf_printf(line, " %-5s %s: %s", level_names[level], subject, event);
    }
}

static void write_line(const struct rc_buf *line)
{
    ssize_t written;
    do {
        written = write(STDERR_FILENO, line->data, line->len);
    } while (written < 0 && errno == EINTR);
}

void rc_log(enum rc_log_level level, const char *subject, const char *event, ...)
{
    if (!rc_log_enabled(level)) {
        return;
    }
    int saved_errno = errno;
    struct rc_buf line = {0};
    struct rc_buf value = {0};
    put_head(&line, level, subject, event);
    va_list args;
    va_start(args, event);
    for (const char *key; (key = va_arg(args, const char *));) {
        bool is_number;
        rc_buf_clear(&value);
        format_value(&value, va_arg(args, const char *), &args, &is_number);
        put_pair(&line, key, rc_buf_view(&value), is_number && !value.broken);
    }
    va_end(args);
    rc_buf_append_text(&line, current_format == RC_LOG_JSON ? "}\n" : "\n");
    if (rc_buf_status(&line, NULL) == ROWCALL_OK) {
        write_line(&line);
    }
    rc_buf_fini(&value);
    rc_buf_fini(&line);
    errno = saved_errno;
}

// The index of text among count names, count when it is none.
static size_t find_name(const char *const *names, size_t count, const char *text)
{
    size_t i = 0;
    while (i < count && strcmp(names[i], text) != 0) {
        i++;
    }
    return i;
}

bool rc_log_level_parse(const char *text, enum rc_log_level *ret_level)
{
    size_t i = find_name(level_names, RC_LOG_COUNT, text);
    if (i < RC_LOG_COUNT) {
        *ret_level = (enum rc_log_level)i;
    }
    return i < RC_LOG_COUNT;
}

bool rc_log_format_parse(const char *text, enum rc_log_format *ret_format)
{
    size_t count = sizeof format_names / sizeof format_names[0];
    size_t i = find_name(format_names, count, text);
    if (i < count) {
        *ret_format = (enum rc_log_format)i;
    }
    return i < count;
}
