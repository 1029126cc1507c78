// SPDX-License-Identifier: Apache-2.0
//
// Values. Each kind is tried first, and the text itself is what remains.
#include "service/raw_value.h"

#include "service/contract.h"
#include "wire/timestamp.h"
#include "wire/writer.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void rc_raw_value_write_null(struct rc_buf *out, uint32_t number)
{
    size_t mark = rc_wire_begin(out, number);
    rc_wire_put_uint(out, RC_RAW_VALUE_IS_NULL, 1);
    rc_wire_end(out, mark);
}

// ---- scalars: each false when the text is no such value

// Texts of numbers are short; strtoll and strtod want a NUL behind them.
static bool copy_short(struct rc_view text, char *ret, size_t size)
{
    if (text.len == 0 || text.len >= size) {
        return false;
    }
    memcpy(ret, text.data, text.len);
    ret[text.len] = '\0';
    return true;
}

static bool put_integer(struct rc_buf *out, struct rc_view text)
{
    char digits[32];
    char *end = NULL;
    if (!copy_short(text, digits, sizeof(digits))) {
        return false;
    }
    errno = 0;
    long long integer = strtoll(digits, &end, 10);
    if (errno != 0 || *end != '\0') {
        return false;
    }
    rc_wire_put_uint(out, RC_RAW_VALUE_INTEGER, (uint64_t)integer);
    return true;
}

static bool put_number(struct rc_buf *out, struct rc_view text)
{
    char digits[64];
    char *end = NULL;
    if (!copy_short(text, digits, sizeof(digits))) {
        return false;
    }
    double number = strtod(digits, &end);
    if (*end != '\0') {
        return false;
    }
    rc_wire_put_double(out, RC_RAW_VALUE_NUMBER, number);
    return true;
}

static int digit_of(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// \x00ff
static bool put_bytes(struct rc_buf *out, struct rc_view text)
{
    if (text.len < 2 || text.len % 2 != 0 || memcmp(text.data, "\\x", 2) != 0) {
        return false;
    }
    rc_wire_put_tag(out, RC_RAW_VALUE_BYTES, RC_WIRE_BYTES);
    rc_wire_put_varint(out, text.len / 2 - 1);
    for (size_t i = 2; i < text.len; i += 2) {
        rc_buf_append_char(out,
                           (char)(digit_of(text.data[i]) * 16 + digit_of(text.data[i + 1])));
    }
    return true;
}

// PostgreSQL's ISO form as RFC 3339 has it: "2024-05-01 10:00:00.5+00", "0044-03-15 ... BC",
// "12024-05-01 ...". False when it is too long to be one.
static bool to_rfc3339(struct rc_view text, char *ret, size_t size)
{
    static const char bc[] = " BC";
    bool is_bc = text.len > 3 && memcmp(text.data + text.len - 3, bc, 3) == 0;
    size_t end = text.len - (is_bc ? 3 : 0);
    size_t year_len = 0;
    while (year_len < end && isdigit((unsigned char)text.data[year_len])) {
        year_len++;
    }
    const char *space = memchr(text.data, ' ', end);
    if (year_len == 0 || year_len > 6 || !space || end - year_len > 40) {
        return false;
    }
    char year[8];
    memcpy(year, text.data, year_len);
    year[year_len] = '\0';
    long number = strtol(year, NULL, 10);
    size_t date = (size_t)(space - text.data) - year_len;
    size_t time = end - (size_t)(space - text.data) - 1;
    bool has_zone = memchr(space, '+', time + 1) || memchr(space, '-', time + 1);
    bool short_zone = has_zone && space[time - 2] != ':'; // "+00", not "+05:30"
    const char *sign = is_bc && number > 1 ? "-" : number > 9999 ? "+" : "";
    int len = snprintf(ret, size, "%s%04ld%.*sT%.*s%s", sign, is_bc ? number - 1 : number,
                       (int)date, text.data + year_len, (int)time, space + 1,
                       !has_zone    ? "Z"
                       : short_zone ? ":00"
                                    : "");
    return len > 0 && (size_t)len < size;
}

static bool put_timestamp(struct rc_buf *out, struct rc_view text)
{
    enum { SECONDS = 1, NANOS = 2 };
    char iso[80];
    int64_t seconds = 0;
    int32_t nanos = 0;
    bool is_word = text.len > 0 && !isdigit((unsigned char)text.data[0]); // infinity
    struct rc_view form = text;
    if (!is_word) {
        if (!to_rfc3339(text, iso, sizeof(iso))) {
            return false;
        }
        form = rc_view_of(iso);
    }
    if (!rc_timestamp_parse(form, &seconds, &nanos)) {
        return false;
    }
    size_t mark = rc_wire_begin(out, RC_RAW_VALUE_TIMESTAMP);
    rc_wire_put_uint(out, SECONDS, (uint64_t)seconds);
    rc_wire_put_uint(out, NANOS, (uint64_t)nanos);
    rc_wire_end(out, mark);
    return true;
}

static bool put_scalar(struct rc_buf *out, enum rc_raw_form form, struct rc_view text)
{
    switch (form) {
    case RC_RAW_FORM_TEXT:
        break;
    case RC_RAW_FORM_BOOLEAN:
        rc_wire_put_uint(out, RC_RAW_VALUE_BOOLEAN, rc_view_is(text, "t"));
        return true;
    case RC_RAW_FORM_INTEGER:
        return put_integer(out, text);
    case RC_RAW_FORM_NUMBER:
        return put_number(out, text);
    case RC_RAW_FORM_BYTES:
        return put_bytes(out, text);
    case RC_RAW_FORM_TIMESTAMP:
        return put_timestamp(out, text);
    case RC_RAW_FORM_JSON:
        rc_wire_put_bytes(out, RC_RAW_VALUE_JSON, text);
        return true;
    }
    return false;
}

static void write_scalar(struct rc_buf *out, uint32_t number, enum rc_raw_form form,
                         struct rc_view text)
{
    size_t mark = rc_wire_begin(out, number);
    if (!put_scalar(out, form, text)) {
        rc_wire_put_bytes(out, RC_RAW_VALUE_TEXT, text);
    }
    rc_wire_end(out, mark);
}

// ---- arrays: {a,"b c",NULL}

struct elements {
    const char *at;
    const char *end;
    struct rc_buf text; // of the element at hand
    bool quoted;
};

// The next element and what is behind it: a comma or the end. False when it is a dimension
// more, or no array at all.
static bool next_element(struct elements *elements)
{
    rc_buf_clear(&elements->text);
    elements->quoted = elements->at < elements->end && *elements->at == '"';
    elements->at += elements->quoted;
    while (elements->at < elements->end) {
        char c = *elements->at++;
        if (elements->quoted && c == '"') {
            return elements->at < elements->end;
        }
        if (!elements->quoted && (c == ',' || c == '}')) {
            elements->at--;
            return true;
        }
        if (!elements->quoted && c == '{') {
            return false;
        }
        if (c == '\\' && elements->at < elements->end) {
            c = *elements->at++;
        }
        rc_buf_append_char(&elements->text, c);
    }
    return false;
}

static bool put_elements(struct rc_buf *out, enum rc_raw_form form, struct rc_view text)
{
    struct elements elements = {text.data + 1, text.data + text.len, {0}, false};
    bool good = text.len >= 2 && text.data[0] == '{' && text.data[text.len - 1] == '}';
    bool more = good && text.len > 2;
    while (good && more) {
        good = next_element(&elements);
        struct rc_view element = rc_buf_view(&elements.text);
        if (good && !elements.quoted && rc_view_is(element, "NULL")) {
            rc_raw_value_write_null(out, RC_RAW_LIST_VALUES);
        } else if (good) {
            write_scalar(out, RC_RAW_LIST_VALUES, form, element);
        }
        more = good && *elements.at++ == ',';
    }
    good = good && (text.len == 2 || elements.at == elements.end);
    out->broken |= elements.text.broken;
    rc_buf_fini(&elements.text);
    return good;
}

void rc_raw_value_write(struct rc_buf *out, uint32_t number, const struct rc_raw_type *type,
                        struct rc_view text)
{
    if (!type->array) {
        write_scalar(out, number, type->form, text);
        return;
    }
    struct rc_buf list = {0};
    if (put_elements(&list, type->form, text)) {
        size_t mark = rc_wire_begin(out, number);
        rc_wire_put_bytes(out, RC_RAW_VALUE_LIST, rc_buf_view(&list));
        rc_wire_end(out, mark);
    } else { // of more dimensions, or with bounds of its own
        write_scalar(out, number, RC_RAW_FORM_TEXT, text);
    }
    out->broken |= list.broken;
    rc_buf_fini(&list);
}
