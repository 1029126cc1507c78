// SPDX-License-Identifier: Apache-2.0
//
// Values as elements of an array literal. Numbers are printed so that PostgreSQL reads back the
// same bits; dates it has no room for are printed all the same and refused by it.
#include "query/literal.h"

#include <math.h>
#include <stdio.h>

#define SECONDS_PER_DAY INT64_C(86400)
#define DAYS_PER_ERA    INT64_C(146097) // 400 years
#define ELEMENT_SIZE    160             // numbers, dates, labels (63 bytes, all escaped)
#define YEAR_MAX        999999          // beyond PostgreSQL's, and six digits

static size_t put_quoted(char *out, struct rc_view text)
{
    size_t len = 0;
    out[len++] = '"';
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') {
            out[len++] = '\\';
        }
        out[len++] = text.data[i];
    }
    out[len++] = '"';
    return len;
}

static size_t put_binary(char *out, struct rc_view bytes)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = 4;
    memcpy(out, "\"\\\\x", 4);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        out[len++] = digits[byte >> 4];
        out[len++] = digits[byte & 15];
    }
    out[len++] = '"';
    return len;
}

static size_t put_text(char *out, const char *text)
{
    size_t len = strlen(text);
    memcpy(out, text, len);
    return len;
}

static size_t put_number(char *out, double number, int digits)
{
    if (isnan(number)) {
        return put_text(out, "NaN");
    }
    if (isinf(number)) {
        return put_text(out, number > 0 ? "Infinity" : "-Infinity");
    }
    return (size_t)snprintf(out, ELEMENT_SIZE, "%.*g", digits, number);
}

// The proleptic Gregorian date of a day counted from 1970-01-01. Years are counted from March,
// so that the leap day is the last of its year.
static void date_of_day(int64_t day, int64_t *ret_year, int *ret_month, int *ret_day)
{
    int64_t shifted = day + 719468; // days since 0000-03-01
    int64_t era = (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int64_t day_of_era = shifted - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; // 0 = March
    *ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    *ret_month = (int)(month < 10 ? month + 3 : month - 9);
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

static size_t put_timestamp(char *out, const struct rc_value_timestamp *timestamp)
{
    if (timestamp->seconds == INT64_MAX || timestamp->seconds == INT64_MIN) {
        return put_text(out, timestamp->seconds > 0 ? "infinity" : "-infinity");
    }
    int64_t day = timestamp->seconds / SECONDS_PER_DAY;
    int64_t second = timestamp->seconds % SECONDS_PER_DAY;
    if (second < 0) {
        second += SECONDS_PER_DAY;
        day--;
    }
    int64_t year;
    int month;
    int day_of_month;
    date_of_day(day, &year, &month, &day_of_month);
    bool is_bc = year <= 0;
    year = is_bc ? 1 - year : year;
    year = year > YEAR_MAX ? YEAR_MAX : year;
    return (size_t)snprintf(out, ELEMENT_SIZE, "\"%04d-%02d-%02d %02d:%02d:%02d.%06d+00%s\"",
                            (int)year, month, day_of_month, (int)(second / 3600),
                            (int)(second / 60 % 60), (int)(second % 60),
                            (int)(timestamp->nanos / 1000), is_bc ? " BC" : "");
}

static size_t put_element(char *out, const struct rc_value *value, const struct rc_type *type)
{
    const struct rc_enum_label *label;
    switch (value->kind) {
    case RC_VALUE_NULL:
        return put_text(out, "NULL");
    case RC_VALUE_BOOL:
        return put_text(out, value->integer ? "t" : "f");
    case RC_VALUE_INT:
        return (size_t)snprintf(out, ELEMENT_SIZE, "%lld", (long long)value->integer);
    case RC_VALUE_ENUM: // the walk refused numbers without a label
        label = rc_enum_by_number(type->enumeration, (int32_t)value->integer);
        return put_quoted(out, rc_view_of(label ? label->label : ""));
    case RC_VALUE_FLOAT:
        return put_number(out, (double)value->single, 9);
    case RC_VALUE_DOUBLE:
        return put_number(out, value->number, 17);
    case RC_VALUE_BYTES:
        return type->kind == RC_TYPE_BYTEA ? put_binary(out, value->bytes)
                                           : put_quoted(out, value->bytes);
    case RC_VALUE_TIMESTAMP:
        return put_timestamp(out, &value->timestamp);
    case RC_VALUE_LIST: // arrays have one dimension
        break;
    }
    return put_text(out, "NULL");
}

bool rc_literal_of_list(const struct rc_value *list, const struct rc_type *type,
                        struct rc_arena *arena, struct rc_value *ret_value)
{
    if (list->kind != RC_VALUE_LIST) {
        *ret_value = (struct rc_value){.kind = RC_VALUE_NULL};
        return true;
    }
    const struct rc_value *values = list->list.values;
    size_t count = list->list.count;
    size_t size = 2;
    for (size_t i = 0; i < count; i++) {
        size += values[i].kind == RC_VALUE_BYTES ? values[i].bytes.len * 2 + 6 : ELEMENT_SIZE;
    }
    char *text = rc_arena_alloc(arena, size + count);
    if (!text) {
        return false;
    }
    size_t len = 0;
    text[len++] = '{';
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            text[len++] = ',';
        }
        len += put_element(text + len, &values[i], type);
    }
    text[len++] = '}';
    *ret_value = rc_value_of_bytes((struct rc_view){text, len});
    return true;
}
