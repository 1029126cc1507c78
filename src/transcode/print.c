// SPDX-License-Identifier: Apache-2.0
//
// Binary values as PostgreSQL prints them. Invariant: every function checks the length before
// it reads.
#include "transcode/print.h"

#include "transcode/bytes.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>

#define DAYS_FROM_0000_TO_2000                                                                 \
    INT64_C(730425) // from 0000-03-01 to 2000-01-01, proleptic Gregorian
#define DAYS_PER_400_YEARS INT64_C(146097)
#define US_PER_SECOND      INT64_C(1000000)

enum {
    NUMERIC_POSITIVE = 0x0000,
    NUMERIC_NEGATIVE = 0x4000,
    NUMERIC_NAN = 0xC000,
    NUMERIC_INFINITY = 0xD000,
    NUMERIC_MINUS_INFINITY = 0xF000,
    NUMERIC_MAX_SCALE = 0x3FFF,
};

bool rc_print_date(struct rc_buf *out, struct rc_view bytes)
{
    if (bytes.len != 4) {
        return false;
    }
    int32_t days = (int32_t)rc_be32_get(bytes.data);
    if (days == INT32_MAX || days == INT32_MIN) {
        rc_buf_append_text(out, days == INT32_MAX ? "infinity" : "-infinity");
        return true;
    }
    // Years that begin in March put the leap day last; eras of 400 years make all else
    // positive.
    int64_t since = days + DAYS_FROM_0000_TO_2000;
    int64_t era = (since >= 0 ? since : since - (DAYS_PER_400_YEARS - 1)) / DAYS_PER_400_YEARS;
    int64_t day_of_era = since - era * DAYS_PER_400_YEARS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    // There is no year 0: 1 BC is astronomers' year 0.
    rc_buf_printf(out, "%04" PRId64 "-%02d-%02d%s", year > 0 ? year : 1 - year, month, day,
                  year > 0 ? "" : " BC");
    return true;
}

// HH:MM:SS with as much of the fraction as is not zero; us >= 0.
static void print_clock(struct rc_buf *out, uint64_t us)
{
    uint64_t seconds = us / (uint64_t)US_PER_SECOND;
    unsigned fraction = (unsigned)(us % (uint64_t)US_PER_SECOND);
    rc_buf_printf(out, "%02" PRIu64 ":%02u:%02u", seconds / 3600, (unsigned)(seconds / 60 % 60),
                  (unsigned)(seconds % 60));
    if (fraction > 0) {
        int digits = 6;
        while (fraction % 10 == 0) {
            fraction /= 10;
            digits--;
        }
        rc_buf_printf(out, ".%0*u", digits, fraction);
    }
}

bool rc_print_time(struct rc_buf *out, struct rc_view bytes)
{
    if (bytes.len != 8) {
        return false;
    }
    int64_t us = (int64_t)rc_be64_get(bytes.data);
    if (us < 0 || us > 86400 * US_PER_SECOND) {
        return false;
    }
    print_clock(out, (uint64_t)us);
    return true;
}

bool rc_print_timetz(struct rc_buf *out, struct rc_view bytes)
{
    if (bytes.len != 12 || !rc_print_time(out, (struct rc_view){bytes.data, 8})) {
        return false;
    }
    int32_t west = (int32_t)rc_be32_get(bytes.data + 8);
    if (west <= -86400 || west >= 86400) {
        return false;
    }
    int offset = abs(west);
    rc_buf_printf(out, "%c%02d", west > 0 ? '-' : '+', offset / 3600);
    if (offset % 3600 != 0) {
        rc_buf_printf(out, ":%02d", offset / 60 % 60);
    }
    if (offset % 60 != 0) {
        rc_buf_printf(out, ":%02d", offset % 60);
    }
    return true;
}

// What PostgreSQL carries from one part of an interval to the next.
struct interval_text {
    struct rc_buf *out;
    bool empty;    // nothing printed yet
    bool negative; // the part printed last was: a positive one after it needs its sign
};

static void print_interval_part(struct interval_text *text, int32_t value, const char *unit)
{
    if (value == 0) {
        return;
    }
    rc_buf_printf(text->out, "%s%s%" PRId32 " %s%s", text->empty ? "" : " ",
                  text->negative && value > 0 ? "+" : "", value, unit, value == 1 ? "" : "s");
    text->negative = value < 0;
    text->empty = false;
}

bool rc_print_interval(struct rc_buf *out, struct rc_view bytes)
{
    if (bytes.len != 16) {
        return false;
    }
    int64_t us = (int64_t)rc_be64_get(bytes.data);
    int32_t days = (int32_t)rc_be32_get(bytes.data + 8);
    int32_t months = (int32_t)rc_be32_get(bytes.data + 12);
    struct interval_text text = {.out = out, .empty = true};
    print_interval_part(&text, months / 12, "year");
    print_interval_part(&text, months % 12, "mon");
    print_interval_part(&text, days, "day");
    if (us != 0 || text.empty) {
        rc_buf_printf(out, "%s%s", text.empty ? "" : " ",
                      us < 0          ? "-"
                      : text.negative ? "+"
                                      : "");
        print_clock(out, us < 0 ? 0 - (uint64_t)us : (uint64_t)us);
    }
    return true;
}

// Digit i of the base-10000 digits; 0 outside of those that are stored.
static unsigned numeric_digit(struct rc_view digits, int i)
{
    if (i < 0 || (size_t)i >= digits.len / 2) {
        return 0;
    }
    return rc_be16_get(digits.data + 2 * (size_t)i);
}

static void print_numeric_digits(struct rc_buf *out, struct rc_view digits, int weight,
                                 int scale)
{
    if (weight < 0) {
        rc_buf_append_char(out, '0');
    }
    for (int i = 0; i <= weight; i++) {
        rc_buf_printf(out, i == 0 ? "%u" : "%04u", numeric_digit(digits, i));
    }
    if (scale > 0) {
        rc_buf_append_char(out, '.');
        int i = weight + 1;
        for (int left = scale; left > 0; left -= 4, i++) {
            char group[8];
            (void)snprintf(group, sizeof(group), "%04u", numeric_digit(digits, i));
            rc_buf_append(out, group, left < 4 ? (size_t)left : 4);
        }
    }
}

bool rc_print_numeric(struct rc_buf *out, struct rc_view bytes)
{
    if (bytes.len < 8) {
        return false;
    }
    struct rc_view digits = {bytes.data + 8, bytes.len - 8};
    uint16_t sign = rc_be16_get(bytes.data + 4);
    uint16_t scale = rc_be16_get(bytes.data + 6);
    switch (sign) {
    case NUMERIC_NAN:
        rc_buf_append_text(out, "NaN");
        return true;
    case NUMERIC_INFINITY:
        rc_buf_append_text(out, "Infinity");
        return true;
    case NUMERIC_MINUS_INFINITY:
        rc_buf_append_text(out, "-Infinity");
        return true;
    case NUMERIC_POSITIVE:
    case NUMERIC_NEGATIVE:
        break;
    default:
        return false;
    }
    if (digits.len != 2 * (size_t)rc_be16_get(bytes.data) || scale > NUMERIC_MAX_SCALE) {
        return false;
    }
    for (size_t i = 0; i < digits.len / 2; i++) {
        if (numeric_digit(digits, (int)i) > 9999) {
            return false;
        }
    }
    if (sign == NUMERIC_NEGATIVE) {
        rc_buf_append_char(out, '-');
    }
    print_numeric_digits(out, digits, (int16_t)rc_be16_get(bytes.data + 2), scale);
    return true;
}

bool rc_print_uuid(struct rc_buf *out, struct rc_view bytes)
{
    static const char hex[] = "0123456789abcdef";
    if (bytes.len != 16) {
        return false;
    }
    char *at = rc_buf_extend(out, 36);
    for (size_t i = 0; at && i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *at++ = '-';
        }
        *at++ = hex[(unsigned char)bytes.data[i] >> 4];
        *at++ = hex[(unsigned char)bytes.data[i] & 15];
    }
    return true;
}

bool rc_print_inet(struct rc_buf *out, struct rc_view bytes)
{
    enum { IPV4 = 2, IPV6 = 3 };
    if (bytes.len < 4 || bytes.len != 4 + (size_t)(unsigned char)bytes.data[3]) {
        return false;
    }
    bool old = bytes.data[0] == IPV4;
    unsigned prefix = (unsigned char)bytes.data[1];
    unsigned all_bits = old ? 32 : 128;
    char text[INET6_ADDRSTRLEN];
    if ((!old && bytes.data[0] != IPV6) || bytes.len != 4 + all_bits / 8 || prefix > all_bits ||
        !inet_ntop(old ? AF_INET : AF_INET6, bytes.data + 4, text, sizeof(text))) {
        return false;
    }
    rc_buf_append_text(out, text);
    bool cidr = bytes.data[2] !=
                0; // a network always tells its prefix, an address when it is part of one
    if (cidr || prefix != all_bits) {
        rc_buf_printf(out, "/%u", prefix);
    }
    return true;
}

bool rc_print_macaddr(struct rc_buf *out, struct rc_view bytes)
{
    if (bytes.len != 6) {
        return false;
    }
    for (size_t i = 0; i < 6; i++) {
        rc_buf_printf(out, i == 0 ? "%02x" : ":%02x", (unsigned)(unsigned char)bytes.data[i]);
    }
    return true;
}

bool rc_print_bits(struct rc_buf *out, struct rc_view bytes)
{
    if (bytes.len < 4) {
        return false;
    }
    size_t count = rc_be32_get(bytes.data);
    if (bytes.len - 4 != (count + 7) / 8) {
        return false;
    }
    char *to = rc_buf_extend(out, count);
    for (size_t i = 0; to && i < count; i++) {
        to[i] = (unsigned char)bytes.data[4 + i / 8] >> (7 - i % 8) & 1 ? '1' : '0';
    }
    return true;
}
