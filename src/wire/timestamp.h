// SPDX-License-Identifier: Apache-2.0
//
// google.protobuf.Timestamp as text: RFC 3339, with ISO 8601's expanded years beyond 0000..9999
// ("+12024-...",
// "-0043-..." is 44 BC) and the words infinity and -infinity for seconds INT64_MAX and
// INT64_MIN. The calendar is the proleptic Gregorian one. Thread-safe.
#ifndef RC_WIRE_TIMESTAMP_H
#define RC_WIRE_TIMESTAMP_H

#include "base/buf.h"

#include <stdint.h>

// Appends the text in UTC with no, 3, 6 or 9 digits of fraction; false when nanos is not within
// a second.
bool rc_timestamp_format(int64_t seconds, int32_t nanos, struct rc_buf *buf);

// Reads any offset from UTC and 1 to 9 digits of fraction; false when text is no such time.
bool rc_timestamp_parse(struct rc_view text, int64_t *ret_seconds, int32_t *ret_nanos);

#endif
