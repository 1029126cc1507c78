// SPDX-License-Identifier: Apache-2.0
//
// Points in time as the caller handles them: seconds and nanoseconds since 1970 in UTC.
#include "rowcall/value.h"

#include "wire/timestamp.h"

#include <stdio.h>

rowcall_time rowcall_time_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (rowcall_time){now.tv_sec, (int32_t)(now.tv_nsec / 1000 * 1000)};
}

rowcall_time rowcall_time_from(time_t seconds)
{
    return (rowcall_time){seconds, 0};
}

time_t rowcall_time_to(rowcall_time time)
{
    return (time_t)time.seconds; // 64 bits on every platform this is built for
}

_Static_assert(sizeof(time_t) == 8, "time_t has to hold every timestamp of PostgreSQL");

int rowcall_time_compare(rowcall_time a, rowcall_time b)
{
    if (a.seconds != b.seconds) {
        return a.seconds < b.seconds ? -1 : 1;
    }
    return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}

char *rowcall_time_format(rowcall_time time, char *text, size_t size)
{
    struct rc_buf buf = {0};
    bool formatted = rc_timestamp_format(time.seconds, time.nanos, &buf);
    snprintf(text, size, "%s", formatted && buf.data ? buf.data : "");
    rc_buf_fini(&buf);
    return text;
}

bool rowcall_time_parse(const char *text, rowcall_time *ret_time)
{
    rowcall_time time = {0};
    if (!rc_timestamp_parse(rc_view_of(text), &time.seconds, &time.nanos)) {
        return false;
    }
    *ret_time = time;
    return true;
}
