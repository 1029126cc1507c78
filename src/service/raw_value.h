// SPDX-License-Identifier: Apache-2.0
//
// A value of a raw result: from PostgreSQL's text to a RawValue. Text that is not as its type
// has it (a setting of the session changed how dates are printed) stays text. Thread-safe.
#ifndef RC_SERVICE_RAW_VALUE_H
#define RC_SERVICE_RAW_VALUE_H

#include "base/buf.h"
#include "service/raw_type.h"

// Appends the field `number` of a message, a RawValue made of text.
void rc_raw_value_write(struct rc_buf *out, uint32_t number, const struct rc_raw_type *type,
                        struct rc_view text);

// Appends it as NULL.
void rc_raw_value_write_null(struct rc_buf *out, uint32_t number);

#endif
