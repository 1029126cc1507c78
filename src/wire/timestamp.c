// SPDX-License-Identifier: Apache-2.0
//
// Days to civil dates and back, by counting in eras of 400 years (146,097 days) that begin on 1
// March, so that the leap day is the last of its year.
#include "wire/timestamp.h"

#define DAY       INT64_C(86400)
#define ERA_DAYS  INT64_C(146097)
#define EPOCH_DAY INT64_C(719468)       // from 0000-03-01 to 1970-01-01
#define MAX_YEAR  INT64_C(292277026595) // the last whole year that 64 bits of seconds hold

static int64_t divide_down(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct date {
    int64_t year;
    int month; // 1..12
    int day;   // 1..31
};

static struct date date_of_day(int64_t day)
{
    day += EPOCH_DAY;
    int64_t era = divide_down(day, ERA_DAYS);
    int64_t day_of_era = day - era * ERA_DAYS;
    int64_t year =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day_of_year + 2) / 153; // 0 is March
    struct date date = {
        .year = year + era * 400 + (month >= 10),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
    return date;
}

static int64_t day_of_date(struct date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = divide_down(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_DAY;
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

bool rc_timestamp_format(int64_t seconds, int32_t nanos, struct rc_buf *buf)
{
    if (nanos < 0 || nanos > 999999999) {
        return false;
    }
    if (seconds == INT64_MAX || seconds == INT64_MIN) {
        rc_buf_append_text(buf, seconds > 0 ? "infinity" : "-infinity");
        return true;
    }
    int64_t day = divide_down(seconds, DAY);
    int rest = (int)(seconds - day * DAY);
    struct date date = date_of_day(day);
    bool is_plain = date.year >= 0 && date.year <= 9999;
    const char *sign = is_plain ? "" : date.year < 0 ? "-" : "+";
    rc_buf_printf(buf, "%s%04lld-%02d-%02dT%02d:%02d:%02d", sign,
                  (long long)(date.year < 0 ? -date.year : date.year), date.month, date.day,
                  rest / 3600, rest / 60 % 60, rest % 60);
    if (nanos % 1000000 == 0 && nanos > 0) {
        rc_buf_printf(buf, ".%03d", (int)nanos / 1000000);
    } else if (nanos % 1000 == 0 && nanos > 0) {
        rc_buf_printf(buf, ".%06d", (int)nanos / 1000);
    } else if (nanos > 0) {
        rc_buf_printf(buf, ".%09d", (int)nanos);
    }
    rc_buf_append_char(buf, 'Z');
    return true;
}

// Reads between min and max digits at *at as a number and moves behind them.
static bool read_digits(struct rc_view text, size_t *at, size_t min, size_t max,
                        int64_t *ret_value)
{
    int64_t value = 0;
    size_t count = 0;
    while (count < max && *at < text.len && text.data[*at] >= '0' && text.data[*at] <= '9') {
        value = value * 10 + (text.data[(*at)++] - '0');
        count++;
    }
    *ret_value = value;
    return count >= min;
}

static bool read_char(struct rc_view text, size_t *at, const char *any_of)
{
    if (*at < text.len && text.data[*at] != '\0' && strchr(any_of, text.data[*at])) {
        (*at)++;
        return true;
    }
    return false;
}

// Two digits up to max.
static bool read_two(struct rc_view text, size_t *at, int max, int *ret_value)
{
    int64_t value;
    if (!read_digits(text, at, 2, 2, &value) || value > max) {
        return false;
    }
    *ret_value = (int)value;
    return true;
}

static bool read_date(struct rc_view text, size_t *at, struct date *ret_date)
{
    bool is_signed = text.len > 0 && (text.data[0] == '+' || text.data[0] == '-');
    bool is_negative = is_signed && text.data[0] == '-';
    *at += is_signed;
    struct date date;
    if (!read_digits(text, at, 4, is_signed ? 12 : 4, &date.year) || date.year > MAX_YEAR) {
        return false;
    }
    if (is_negative) {
        date.year = -date.year;
    }
    if (!read_char(text, at, "-") || !read_two(text, at, 12, &date.month) || date.month == 0 ||
        !read_char(text, at, "-") ||
        !read_two(text, at, days_in_month(date.year, date.month), &date.day) || date.day == 0) {
        return false;
    }
    *ret_date = date;
    return true;
}

// "hh:mm:ss" and a fraction.
static bool read_time(struct rc_view text, size_t *at, int64_t *ret_seconds, int32_t *ret_nanos)
{
    int hour;
    int minute;
    int second;
    if (!read_two(text, at, 23, &hour) || !read_char(text, at, ":") ||
        !read_two(text, at, 59, &minute) || !read_char(text, at, ":") ||
        !read_two(text, at, 59, &second)) {
        return false;
    }
    int64_t nanos = 0;
    if (read_char(text, at, ".")) {
        size_t start = *at;
        if (!read_digits(text, at, 1, 9, &nanos)) {
            return false;
        }
        for (size_t digits = *at - start; digits < 9; digits++) {
            nanos *= 10;
        }
    }
    *ret_seconds = (int64_t)hour * 3600 + minute * 60 + second;
    *ret_nanos = (int32_t)nanos;
    return true;
}

// "Z" or "+hh:mm", as seconds east of UTC.
static bool read_offset(struct rc_view text, size_t *at, int64_t *ret_seconds)
{
    int hour;
    int minute;
    if (read_char(text, at, "Zz")) {
        *ret_seconds = 0;
        return true;
    }
    bool is_west = *at < text.len && text.data[*at] == '-';
    if (!read_char(text, at, "+-") || !read_two(text, at, 23, &hour) ||
        !read_char(text, at, ":") || !read_two(text, at, 59, &minute)) {
        return false;
    }
    int64_t seconds = (int64_t)hour * 3600 + minute * 60;
    *ret_seconds = is_west ? -seconds : seconds;
    return true;
}

bool rc_timestamp_parse(struct rc_view text, int64_t *ret_seconds, int32_t *ret_nanos)
{
    if (rc_view_is(text, "infinity") || rc_view_is(text, "-infinity")) {
        *ret_seconds = text.data[0] == '-' ? INT64_MIN : INT64_MAX;
        *ret_nanos = 0;
        return true;
    }
    size_t at = 0;
    struct date date;
    int64_t time;
    int64_t offset;
    int32_t nanos;
    if (!read_date(text, &at, &date) || !read_char(text, &at, "Tt ") ||
        !read_time(text, &at, &time, &nanos) || !read_offset(text, &at, &offset) ||
        at != text.len) {
        return false;
    }
    *ret_seconds = day_of_date(date) * DAY + time - offset;
    *ret_nanos = nanos;
    return true;
}
