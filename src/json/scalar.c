// SPDX-License-Identifier: Apache-2.0
//
// Scalars. Integers are never taken through a double unless JSON wrote them as one; floats are
// printed with the fewest digits that read back the same.
#include "json/scalar.h"

#include "json/names.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// An integer as sign and size, which holds both int64 and uint64.
struct integer {
    bool is_negative;
    uint64_t size;
};

static struct integer integer_of(int64_t value)
{
    struct integer integer = {.is_negative = value < 0,
                              .size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value};
    return integer;
}

// A decimal integer with nothing around it.
static bool parse_integer(const char *text, struct integer *ret_integer)
{
    struct integer integer = {.is_negative = *text == '-'};
    const char *at = text + integer.is_negative;
    if (*at == '\0') {
        return false;
    }
    for (; *at; at++) {
        if (*at < '0' || *at > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(*at - '0');
        if (integer.size > (UINT64_MAX - digit) / 10) {
            return false;
        }
        integer.size = integer.size * 10 + digit;
    }
    *ret_integer = integer;
    return true;
}

static bool read_integer(const json_t *json, struct integer *ret_integer)
{
    if (json_is_integer(json)) {
        *ret_integer = integer_of(json_integer_value(json));
        return true;
    }
    if (json_is_string(json)) {
        const char *text = json_string_value(json);
        return strlen(text) == json_string_length(json) && parse_integer(text, ret_integer);
    }
    double value = json_real_value(json); // 1.0 and 1e3 are integers, too
    if (json_is_real(json) && value == trunc(value) && fabs(value) < 0x1p53) {
        *ret_integer = integer_of((int64_t)value);
        return true;
    }
    return false;
}

// As two's complement, when it lies within [-2^(bits-1), 2^(bits-1)-1] or, unsigned, [0,
// 2^bits-1].
static bool fit_integer(struct integer integer, unsigned bits, bool is_signed,
                        uint64_t *ret_value)
{
    uint64_t max = UINT64_MAX >> (64 - bits + is_signed);
    if (integer.is_negative && integer.size > 0) {
        if (!is_signed || integer.size > max + 1) {
            return false;
        }
        *ret_value = 0 - integer.size;
        return true;
    }
    *ret_value = integer.size;
    return integer.size <= max;
}

static uint64_t zigzag_of(uint64_t value)
{
    return value << 1 ^ ((int64_t)value < 0 ? UINT64_MAX : 0);
}

static bool read_float(const json_t *json, double *ret_value)
{
    if (json_is_number(json)) {
        *ret_value = json_number_value(json);
        return true;
    }
    if (!json_is_string(json)) {
        return false;
    }
    const char *text = json_string_value(json);
    if (strcmp(text, "NaN") == 0) {
        *ret_value = (double)NAN;
    } else if (strcmp(text, "Infinity") == 0) {
        *ret_value = HUGE_VAL;
    } else if (strcmp(text, "-Infinity") == 0) {
        *ret_value = -HUGE_VAL;
    } else {
        char *end;
        bool is_decimal = strspn(text, "+-.0123456789eE") == json_string_length(json);
        *ret_value = strtod(text, &end);
        return is_decimal && end != text && *end == '\0' && isfinite(*ret_value);
    }
    return true;
}

static bool read_enum(const struct rc_wire_enum *enumeration, const json_t *json,
                      uint64_t *ret_word, char *why, size_t why_size)
{
    const struct rc_wire_enum_value *value = NULL;
    if (json_is_string(json)) {
        const char *name = json_string_value(json);
        value = rc_wire_enum_by_name(enumeration, rc_view_of(name));
        const char *closest = value ? NULL : rc_json_closest_value(enumeration, name);
        (void)snprintf(why, why_size, "no value \"%.40s\" in %s%s%s%s", name, enumeration->name,
                       closest ? "; did you mean " : "", closest ? closest : "",
                       closest ? "?" : "");
    } else if (json_is_integer(json)) {
        json_int_t number = json_integer_value(json);
        if (number >= INT32_MIN && number <= INT32_MAX) {
            value = rc_wire_enum_by_number(enumeration, (int32_t)number);
        }
        (void)snprintf(why, why_size, "no value %lld in %s", (long long)number,
                       enumeration->name);
    } else {
        (void)snprintf(why, why_size, "expected the name of a value of %s", enumeration->name);
    }
    *ret_word = value ? (uint64_t)(int64_t)value->number : 0;
    return value;
}

static bool read_real(const struct rc_wire_field *field, const json_t *json, uint64_t *ret_word)
{
    double value;
    if (!read_float(json, &value)) {
        return false;
    }
    if (field->type == RC_FIELD_DOUBLE) {
        memcpy(ret_word, &value, sizeof value);
        return true;
    }
    float narrow = (float)value;
    if (isinf(narrow) && !isinf(value)) {
        return false;
    }
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    *ret_word = bits;
    return true;
}

static bool is_signed_type(enum rc_field_type type)
{
    return type != RC_FIELD_UINT32 && type != RC_FIELD_UINT64 && type != RC_FIELD_FIXED32 &&
           type != RC_FIELD_FIXED64;
}

static bool is_wide_type(enum rc_field_type type)
{
    return type == RC_FIELD_INT64 || type == RC_FIELD_UINT64 || type == RC_FIELD_SINT64 ||
           type == RC_FIELD_FIXED64 || type == RC_FIELD_SFIXED64;
}

bool rc_scalar_from_json(const struct rc_wire_field *field, const json_t *json,
                         uint64_t *ret_word, char *why, size_t why_size)
{
    if (field->type == RC_FIELD_BOOL) {
        (void)snprintf(why, why_size, "expected true or false");
        *ret_word = json_is_true(json);
        return json_is_boolean(json);
    }
    if (field->type == RC_FIELD_ENUM) {
        return read_enum(field->enumeration, json, ret_word, why, why_size);
    }
    if (field->type == RC_FIELD_DOUBLE || field->type == RC_FIELD_FLOAT) {
        (void)snprintf(why, why_size, "expected a number within the range of %s",
                       field->type == RC_FIELD_FLOAT ? "float" : "double");
        return read_real(field, json, ret_word);
    }
    bool is_signed = is_signed_type(field->type);
    unsigned bits = is_wide_type(field->type) ? 64 : 32;
    struct integer integer;
    if (!read_integer(json, &integer) || !fit_integer(integer, bits, is_signed, ret_word)) {
        (void)snprintf(why, why_size, "expected an integer of %u bits%s", bits,
                       is_signed ? "" : " that is not negative");
        return false;
    }
    if (field->type == RC_FIELD_SINT32 || field->type == RC_FIELD_SINT64) {
        *ret_word = zigzag_of(*ret_word);
    }
    return true;
}

void rc_scalar_put(enum rc_field_type type, uint64_t word, struct rc_buf *buf)
{
    enum rc_wire_type wire_type = rc_field_wire_type(type);
    if (wire_type == RC_WIRE_VARINT) {
        rc_wire_put_varint(buf, word);
        return;
    }
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(word >> (8 * i));
    }
    rc_buf_append(buf, bytes, wire_type == RC_WIRE_FIXED64 ? 8 : 4);
}

// true when text reads back as value in the field's own precision.
static bool reads_back(const char *text, double value, bool is_float)
{
    return is_float ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
}

static void format_real(double value, bool is_float, struct rc_buf *buf)
{
    if (isnan(value) || isinf(value)) {
        rc_buf_append_text(buf, isnan(value) ? "\"NaN\""
                                : value > 0  ? "\"Infinity\""
                                             : "\"-Infinity\"");
        return;
    }
    if (value == 0) { // "-0" would be read as an integer, which has no sign
        rc_buf_append_text(buf, signbit(value) ? "-0.0" : "0");
        return;
    }
    // A normal number needs this many digits at least, or has zeros in their place, which %g
    // drops.
    bool is_normal = fabs(value) >= (is_float ? (double)FLT_MIN : DBL_MIN);
    int digits = !is_normal ? 1 : is_float ? FLT_DIG : DBL_DIG;
    char text[40];
    do {
        (void)snprintf(text, sizeof text, "%.*g", digits++, value);
    } while (!reads_back(text, value, is_float));
    rc_buf_append_text(buf, text);
}

static void format_enum(const struct rc_wire_enum *enumeration, int32_t number,
                        struct rc_buf *buf)
{
    const struct rc_wire_enum_value *value = rc_wire_enum_by_number(enumeration, number);
    if (value) {
        rc_buf_printf(buf, "\"%s\"", value->name);
    } else {
        rc_buf_printf(buf, "%d", (int)number);
    }
}

static void format_integer(enum rc_field_type type, uint64_t word, struct rc_buf *buf)
{
    if (type == RC_FIELD_SINT32 || type == RC_FIELD_SINT64) {
        word = (uint64_t)rc_wire_zigzag(word);
    }
    if (!is_wide_type(type)) { // the low 32 bits count
        word =
            is_signed_type(type) ? (uint64_t)(int64_t)(int32_t)(uint32_t)word : (uint32_t)word;
    }
    const char *quote = is_wide_type(type) ? "\"" : "";
    if (is_signed_type(type)) {
        rc_buf_printf(buf, "%s%lld%s", quote, (long long)word, quote);
    } else {
        rc_buf_printf(buf, "%s%llu%s", quote, (unsigned long long)word, quote);
    }
}

void rc_scalar_format(const struct rc_wire_field *field, uint64_t word, struct rc_buf *buf)
{
    if (field->type == RC_FIELD_BOOL) {
        rc_buf_append_text(buf, word ? "true" : "false");
    } else if (field->type == RC_FIELD_ENUM) {
        format_enum(field->enumeration, (int32_t)word, buf);
    } else if (field->type == RC_FIELD_DOUBLE) {
        double value;
        memcpy(&value, &word, sizeof value);
        format_real(value, false, buf);
    } else if (field->type == RC_FIELD_FLOAT) {
        uint32_t bits = (uint32_t)word;
        float value;
        memcpy(&value, &bits, sizeof value);
        format_real((double)value, true, buf);
    } else {
        format_integer(field->type, word, buf);
    }
}
