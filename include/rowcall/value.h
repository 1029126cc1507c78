// SPDX-License-Identifier: Apache-2.0
//
// Building requests and reading values. A request is one expression of designated initialisers:
// generated macros give each message its name, the macros here fill members that are more than
// one C value.
//
//   core_product_find_many(db, core_product_find_many_request(
//       .where = core_product_where(.name = rowcall_string_filter(.contains = "tea")),
//       ROWCALL_LIST(core_product_order_by *, order_by,
//                    core_product_order_by_name(rowcall_order())),
//       ROWCALL_SET(take, 20)), &response, &err);
//
// A constructor has the name of its type and gives a pointer.
// Compound literals live as long as the block they are written in, which is as long as a call
// needs them. The macros are for C; C++ has no compound literals and fills members by name.
#ifndef ROWCALL_VALUE_H
#define ROWCALL_VALUE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef __cplusplus
// A pointer to a message of this type with these members; what generated constructors are made
// of.
#define ROWCALL_MESSAGE(type, its_descriptor, ...)                                             \
    (&(type){.base = PROTOBUF_C_MESSAGE_INIT(&its_descriptor), __VA_ARGS__})

// An optional scalar member: ROWCALL_SET(take, 20) is .has_take = 1, .take = 20. Left out, it
// is absent, which is not the same as 0. Text and messages need no macro: NULL is absent.
#define ROWCALL_SET(field, value) .has_##field = 1, .field = (value)

// A repeated member with its count: ROWCALL_LIST(int64_t, values, 1, 2, 3). type is the
// element's.
#define ROWCALL_LIST(type, field, ...)                                                         \
    .n_##field = sizeof((type[]){__VA_ARGS__}) / sizeof(type), .field = (type[])               \
    {                                                                                          \
        __VA_ARGS__                                                                            \
    }

// An optional bytes member; data is borrowed until the call returns.
#define ROWCALL_BYTES(field, bytes, length)                                                    \
    .has_##field = 1, .field = {.len = (length), .data = (uint8_t *)(bytes)}

// The members of a timestamp message:
// google_protobuf_timestamp(ROWCALL_TIME(rowcall_time_now())).
#define ROWCALL_TIME(time)                                                                     \
    ROWCALL_SET(seconds, (time).seconds), ROWCALL_SET(nanos, (time).nanos)

// The time in a timestamp message that was received: rowcall_time t =
// ROWCALL_TIME_OF(row->created_at).
#define ROWCALL_TIME_OF(message) ((rowcall_time){(message)->seconds, (message)->nanos})
#endif

// A point in time: seconds since 1970-01-01 UTC and nanoseconds on top (0..999,999,999).
// PostgreSQL keeps microseconds. Its infinities are seconds INT64_MAX and INT64_MIN.
typedef struct rowcall_time {
    int64_t seconds;
    int32_t nanos;
} rowcall_time;

// The time now, to the microsecond.
rowcall_time rowcall_time_now(void);

// From and to the C library's time; to rounds down, and keeps within time_t.
rowcall_time rowcall_time_from(time_t seconds);
time_t rowcall_time_to(rowcall_time time);

// -1, 0 or 1: a before, at, or after b.
int rowcall_time_compare(rowcall_time a, rowcall_time b);

// Longest text that rowcall_time_format writes, with its NUL.
#define ROWCALL_TIME_TEXT_MAX 40

// RFC 3339 in UTC, fractions only when there are any: "2026-11-23T09:30:00.250Z"; "infinity",
// "-infinity". Years outside 0..9999 are written with their sign. Returns text, which holds
// size bytes and is always terminated (cut when too small).
char *rowcall_time_format(rowcall_time time, char *text, size_t size);

// Reads what format writes, and any RFC 3339 offset. False, and *ret_time untouched, when it is
// not one.
bool rowcall_time_parse(const char *text, rowcall_time *ret_time);

#ifdef __cplusplus
}
#endif
#endif
