// SPDX-License-Identifier: Apache-2.0
//
// Measuring values by their types' limits, as PostgreSQL does when it assigns them.
#include "transcode/measure.h"

#include <ctype.h>
#include <stdlib.h>

enum { EXPONENT_MAX = 1000000 }; // beyond any that a numeric takes

// Characters of well-formed UTF-8 without the blanks at its end, which are cut off in silence.
static size_t count_characters(struct rc_view text)
{
    size_t count = 0;
    while (text.len > 0 && text.data[text.len - 1] == ' ') {
        text.len--;
    }
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    }
    return count;
}

// Bits of a bit string: "101", "B101" or hexadecimal "X1F".
static size_t count_bits(struct rc_view text)
{
    bool has_prefix = text.len > 0 && strchr("bBxX", text.data[0]);
    bool is_hexadecimal = has_prefix && tolower((unsigned char)text.data[0]) == 'x';
    return (text.len - has_prefix) * (is_hexadecimal ? 4 : 1);
}

static bool is_text_too_long(const struct rc_type *type, struct rc_view text)
{
    size_t length = (size_t)type->length;
    switch (type->kind) {
    case RC_TYPE_VARCHAR:
    case RC_TYPE_CHAR:
        return count_characters(text) > length;
    case RC_TYPE_BIT:
        return count_bits(text) != length;
    case RC_TYPE_VARBIT:
        return count_bits(text) > length;
    default:
        return false;
    }
}

bool rc_measure_too_long(const struct rc_type *type, const struct rc_value *value)
{
    bool found = false;
    if (type->length <= 0) {
        return false;
    }
    if (value->kind == RC_VALUE_BYTES) {
        return is_text_too_long(type, value->bytes);
    }
    for (size_t i = 0; value->kind == RC_VALUE_LIST && i < value->list.count && !found; i++) {
        found = rc_measure_too_long(type, &value->list.values[i]);
    }
    return found;
}

// A number as it is written: 0012.50e3 has the digits 1250, of which 5 stand before the point.
struct decimal {
    const char *first; // significant digit; points may be among those that follow
    size_t count;      // of digits from there on
    long before_point; // of them, once the exponent has moved the point; may be negative
    bool is_zero;
    bool is_infinite;
    bool is_valid;
};

static bool is_word(struct rc_view text, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i < len; i++) {
        if (i >= text.len || tolower((unsigned char)text.data[i]) != word[i]) {
            return false;
        }
    }
    return true;
}

static long read_exponent(const char *at, const char *end)
{
    long exponent = 0;
    bool is_negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    for (; at < end && isdigit((unsigned char)*at) && exponent < EXPONENT_MAX; at++) {
        exponent = exponent * 10 + (*at - '0');
    }
    return is_negative ? -exponent : exponent;
}

static struct decimal read_decimal(struct rc_view text)
{
    struct decimal decimal = {.is_zero = true};
    const char *at = text.data;
    const char *end = text.data + text.len;
    bool has_point = false;
    while (at < end && isspace((unsigned char)*at)) {
        at++;
    }
    at += at < end && (*at == '-' || *at == '+');
    decimal.is_infinite = is_word((struct rc_view){at, (size_t)(end - at)}, "inf");
    for (; at < end && (isdigit((unsigned char)*at) || (*at == '.' && !has_point)); at++) {
        if (*at == '.') {
            has_point = true;
            continue;
        }
        decimal.is_valid = true;
        if (decimal.is_zero && *at != '0') {
            decimal.is_zero = false;
            decimal.first = at;
        }
        decimal.count += !decimal.is_zero;
        if (has_point) {
            decimal.before_point -= decimal.is_zero; // zeros behind the point, before digits
        } else {
            decimal.before_point += !decimal.is_zero;
        }
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        decimal.before_point += read_exponent(at + 1, end);
    }
    return decimal;
}

// Whether rounding to `kept` digits carries into a new one: 999.96 to one decimal is 1000.0.
static bool does_carry(const struct decimal *decimal, long kept)
{
    const char *at = decimal->first;
    if (kept < 0 || decimal->count <= (size_t)kept) {
        return false;
    }
    for (long i = 0; i < kept; i++, at++) {
        at += *at == '.';
        if (*at != '9') {
            return false;
        }
    }
    at += *at == '.';
    return *at >= '5';
}

static bool is_number_too_large(const struct rc_type *type, struct rc_view text)
{
    long scale = type->scale >= 0 ? type->scale : 0;
    long most = type->precision - scale;
    struct decimal decimal = read_decimal(text);
    if (decimal.is_infinite) {
        return true;
    }
    if (!decimal.is_valid || decimal.is_zero) {
        return false;
    }
    long before = decimal.before_point;
    return before > most || (before == most && does_carry(&decimal, before + scale));
}

bool rc_measure_too_large(const struct rc_type *type, const struct rc_value *value)
{
    bool found = false;
    if (type->kind != RC_TYPE_NUMERIC || type->precision <= 0) {
        return false;
    }
    if (value->kind == RC_VALUE_BYTES) {
        return is_number_too_large(type, value->bytes);
    }
    for (size_t i = 0; value->kind == RC_VALUE_LIST && i < value->list.count && !found; i++) {
        found = rc_measure_too_large(type, &value->list.values[i]);
    }
    return found;
}
