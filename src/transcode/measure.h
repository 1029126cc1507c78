// SPDX-License-Identifier: Apache-2.0
//
// Whether a value fits the length or the precision of a column's type. Nothing is refused by
// it: PostgreSQL judges, and names neither column nor value; this tells which one it was. Pure
// functions, thread-safe.
#ifndef RC_TRANSCODE_MEASURE_H
#define RC_TRANSCODE_MEASURE_H

#include "schema/type.h"
#include "wire/value.h"

// Whether storing value is refused for its length (SQLSTATE 22001, 22026): more characters than
// varchar(n) or char(n) takes, blanks at the end not counted; more bits than varbit(n), other
// than bit(n). A list is too long when an element is.
bool rc_measure_too_long(const struct rc_type *type, const struct rc_value *value);

// Whether storing value is refused for its size (SQLSTATE 22003): a numeric(p,s) that has more
// than p - s digits before the point once it is rounded, or is infinite. Text that is no number
// is not too large. A list is too large when an element is.
bool rc_measure_too_large(const struct rc_type *type, const struct rc_value *value);

#endif
