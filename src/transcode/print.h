// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL's text forms of types that travel as text, made from its binary forms: byte for
// byte what a session with DateStyle ISO and IntervalStyle postgres prints. Appends to a
// buffer, whose failure is sticky. Functions return false, having appended nothing of use, when
// the bytes are not a value of the type. Thread-safe.
//
//   date      int32 days since 2000-01-01; the int32 extremes are the infinities
//   time      int64 microseconds since midnight, 24:00:00 included
//   interval  int64 microseconds, int32 days, int32 months
//   numeric   uint16 digit count, int16 weight, uint16 sign, uint16 scale, digits in base
//   10000;
//             the first digit counts 10000^weight
//   timetz    a time, int32 seconds west of UTC
//   uuid      16 bytes
//   inet      family (2 = IPv4, 3 = IPv6), prefix length, is-cidr flag, byte count, the
//   address; also cidr macaddr   6 bytes bit       int32 bit count, the bits, first one
//   highest; also varbit
#ifndef RC_TRANSCODE_PRINT_H
#define RC_TRANSCODE_PRINT_H

#include "base/buf.h"

bool rc_print_date(struct rc_buf *out, struct rc_view bytes);
bool rc_print_time(struct rc_buf *out, struct rc_view bytes);
bool rc_print_interval(struct rc_buf *out, struct rc_view bytes);
bool rc_print_numeric(struct rc_buf *out, struct rc_view bytes);
bool rc_print_timetz(struct rc_buf *out, struct rc_view bytes);
bool rc_print_uuid(struct rc_buf *out, struct rc_view bytes);
bool rc_print_inet(struct rc_buf *out, struct rc_view bytes);
bool rc_print_macaddr(struct rc_buf *out, struct rc_view bytes);
bool rc_print_bits(struct rc_buf *out, struct rc_view bytes);

#endif
